package phrase

import "pleiades/shared/wire"

// MethodPassphrase is the passphrase of the device: it proves nothing to the server.
const MethodPassphrase wire.Method = "passphrase"

// Proof is where people show who they are.
type Proof struct {
	Ways    map[wire.Method]Way
	Labels  map[wire.Method]string // of the field, where there is one
	Others  string                 // heading of the other ways
	Busy    string
	Missing string

	WrongPassword string
	Wait          func(seconds int) string // until the next try
	Over          string                   // the login began too long ago, or had too many tries
	Again         string                   // to the beginning

	Cancelled   string // the browser's dialog for passkeys was closed
	Failed      string // the browser could not use one
	Known       string // this device holds one already
	Unsupported string // the browser has no passkeys
}

// Way is a way to show who one is.
type Way struct {
	Choose string // as one of several
	Lead   string
	Submit string
}

// SecondStep is what follows the password at a login.
type SecondStep struct {
	Title    string
	Passkey  string // on the first page: to log in without a password
	Forgot   string // the link there
	StepUp   string // title of the question before a sensitive act
	StepHint string
	Cancel   string
}

// Enroll is the adding of a second factor.
type Enroll struct {
	Title      string
	Lead       string
	Passkey    Reason
	AddPasskey string
	TOTP       Reason
	AddTOTP    string
	NoPasskeys string // the browser has none
	Back       string

	Scan      string
	Picture   string // what the QR code is, for those who do not see it
	Secret    string // label of the secret in letters
	SecretFor string // when it is needed
	Copy      string
	Copied    string
	Code      string // label of the first code
	CodeHint  string
	Confirm   string
	Busy      string
}

// RecoveryCodes is where recovery codes are shown, once.
type RecoveryCodes struct {
	Title    string
	Lead     string
	List     string // label
	Copy     string
	Copied   string
	Download string
	Print    string
	File     string // name of the file
	Heading  string // of the file and the print
	Done     string
}

func englishProof() Proof {
	return Proof{
		Ways: map[wire.Method]Way{
			wire.MethodPassword: {
				Choose: "Use your password", Lead: "Enter your password.",
				Submit: "Go on",
			},
			MethodPassphrase: {
				Choose: "Use the passphrase of this device", Lead: "Enter the passphrase you chose for this device.",
				Submit: "Go on",
			},
			wire.MethodTOTP: {
				Choose: "Use your authenticator app", Lead: "Open your authenticator app and enter the code it shows.",
				Submit: "Go on",
			},
			wire.MethodPasskey: {
				Choose: "Use a passkey", Lead: "Your device asks for your finger, your face or its lock code.",
				Submit: "Use a passkey",
			},
			wire.MethodRecovery: {
				Choose: "Use a recovery code", Lead: "Enter one of the codes you kept. Each works once.",
				Submit: "Go on",
			},
		},
		Labels: map[wire.Method]string{
			wire.MethodPassword: "Password",
			MethodPassphrase:    "Passphrase of this device",
			wire.MethodTOTP:     "Code of six digits",
			wire.MethodRecovery: "Recovery code",
		},
		Others:  "Another way",
		Busy:    "One moment…",
		Missing: "Please fill this in first.",

		WrongPassword: "This is not your password. Check it and try again.",
		Wait: func(seconds int) string {
			return "You can try again in " + plural(seconds, "second", "seconds") + "."
		},
		Over:        "That took too long, or there were too many tries. Please log in again.",
		Again:       "Start again",
		Cancelled:   "No passkey was used. Try again, or use another way.",
		Failed:      "Your browser could not use a passkey. Try again, or use another way.",
		Known:       "This device has a passkey for your account already.",
		Unsupported: "This browser does not know passkeys.",
	}
}

func englishSecondStep() SecondStep {
	return SecondStep{
		Title:    "One more step",
		Passkey:  "Log in with a passkey",
		Forgot:   "Forgot your password?",
		StepUp:   "Is it you?",
		StepHint: "This is a sensitive change, so please show once more who you are.",
		Cancel:   "Cancel",
	}
}

func englishEnroll() Enroll {
	return Enroll{
		Title: "Protect your account",
		Lead:  "People trust you with what they write. So besides your password, your account needs a second way to show that it is you.",
		Passkey: Reason{
			Title: "A passkey",
			Text:  "Your finger, your face or your device’s lock code. The safest way, and the quickest.",
		},
		AddPasskey: "Make a passkey",
		TOTP: Reason{
			Title: "An authenticator app",
			Text:  "An app on your phone that shows a new code every half a minute.",
		},
		AddTOTP:    "Set up an app",
		NoPasskeys: "This browser does not know passkeys. An authenticator app works everywhere.",
		Back:       "Choose another way",

		Scan:      "Scan this picture with your authenticator app.",
		Picture:   "A QR code for your authenticator app. The same in letters follows.",
		Secret:    "Or type this in",
		SecretFor: "Keep it to yourself: whoever has it can make your codes.",
		Copy:      "Copy",
		Copied:    "Copied",
		Code:      "The code your app shows now",
		CodeHint:  "Six digits. They change every half a minute.",
		Confirm:   "Confirm",
		Busy:      "One moment…",
	}
}

func englishRecoveryCodes() RecoveryCodes {
	return RecoveryCodes{
		Title:    "Keep these codes safe",
		Lead:     "If you lose your phone or your passkey, one of these lets you in. Each works once. They are shown only now: write them down, print them, or put them into a password manager.",
		List:     "Recovery codes",
		Copy:     "Copy",
		Copied:   "Copied",
		Download: "Save as a file",
		Print:    "Print",
		File:     "pleiades-recovery-codes.txt",
		Heading:  "Recovery codes for Pleiades. Each works once.",
		Done:     "I have kept them",
	}
}
