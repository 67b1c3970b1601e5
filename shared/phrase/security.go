package phrase

import "pleiades/shared/wire"

// Security is the part of the settings about credentials and devices.
type Security struct {
	Page     string
	General  string // the other part of the settings
	Sections string // label of the links between the parts
	Loading  string
	Offline  Reason
	Failed   Reason
	TryAgain string
	Excused  string // the demo practice

	Reset        string // a new password waits: title
	ResetLead    func(asked, effective string) string
	ResetCancel  string
	ResetApprove string
	ResetHint    string

	TwoStep     string
	TwoStepLead string
	On          string
	Off         string
	Required    string

	Passkeys        string
	PasskeysLead    string
	NoPasskeys      string
	AddPasskey      string
	PasskeyName     string
	PasskeyNameHint string
	PasskeyAdded    func(added, used string) string
	Synced          string
	TOTP            string
	TOTPOn          func(since string) string
	TOTPOff         string
	TOTPAdd         string
	TOTPReplace     string
	Recovery        string
	RecoveryLead    string
	RecoveryLeft    func(left int, since string) string
	RecoveryNone    string
	RecoveryLater   string // they come with the first factor
	RecoveryNew     string
	RecoveryNewHint string

	Password        string
	PasswordLead    string
	PasswordOld     string
	PasswordNew     string
	PasswordHint    string
	PasswordMissing string
	PasswordDo      string
	PasswordSaved   string
	PasswordElse    string // this device opens by something else

	Email EmailPanel

	Devices      string
	DevicesLead  string
	This         string
	LoggedOut    string
	DeviceSince  func(first, last string) string
	DeviceName   string
	Revoke       string
	RevokeName   func(name string) string
	RevokeAsk    string
	RevokeYes    string
	RevokeAll    string
	RevokeAllAsk string
	NoOthers     string

	Rename     string
	RenameName func(name string) string
	Remove     string
	RemoveName func(name string) string
	RemoveAsk  string
	RemoveYes  string
	Keep       string
	Save       string
	Cancel     string
	Done       string // after a change
	Busy       string
}

// EmailPanel is where the account's address is changed.
type EmailPanel struct {
	Title   string
	Lead    func(email string) string
	Do      string
	New     string // label
	Hint    string
	Ask     string
	Waits   func(email, until string) string
	Code    string // label
	Confirm string
	Wrong   string
	Other   string // asks for another one instead
	Pending func(email, when string) string
	Why     string // it takes a day
	Keep    string // drops what waits
	Changed string
	Kept    string
}

// Alerts are the quiet words, on a person's other devices, that something about
// their account has changed.
type Alerts struct {
	Texts   map[wire.SecurityNotice]string
	At      func(text, when string) string
	Pending func(effective string) string // a new password waits
	Look    string
	Fine    string
	Cancel  string
	Approve string
	Failed  string
}

// Forgot is the page to ask for a new password.
type Forgot struct {
	Page   string
	Title  string
	Lead   string
	Email  string
	Submit string
	Busy   string
	Empty  string
	Sent   Reason
	Wait   Reason // how long it takes
	Drafts Reason // what cannot be read afterwards
	Back   string
}

// Reset is the page where the link of the mail leads.
type Reset struct {
	Page     string
	Title    string
	Lead     string
	Password string
	Hint     string
	Submit   string
	Busy     string
	Proof    string // title, where a second factor is needed
	Done     Reason
	Pending  func(when string) Reason
	Cancel   string // how the pending one can be stopped
	Bad      Reason
	Ask      string // for another link
}

func englishSecurity() Security {
	return Security{
		Page:     "Security",
		General:  "General",
		Sections: "Parts of the settings",
		Loading:  "Fetching your security settings…",
		Offline:  Reason{Title: "This page needs a connection", Text: "Your security settings will appear here as soon as you are online."},
		Failed:   Reason{Title: "Your security settings could not be fetched", Text: "Try again in a moment."},
		TryAgain: "Try again",
		Excused:  "This is the demo practice, so no second step is asked of you. In a real one, therapists and admins need it.",

		Reset: "A new password is waiting",
		ResetLead: func(asked, effective string) string {
			return "Someone who can read your mail asked for it on " + asked + ". It begins to work on " + effective + ", unless you cancel it here."
		},
		ResetCancel:  "Cancel it",
		ResetApprove: "It was me: let it work now",
		ResetHint:    "If it was not you, cancel it and change the password of your mailbox too.",

		TwoStep:     "Second step",
		TwoStepLead: "Besides your password, a second proof keeps others out even if they know it.",
		On:          "Your account asks for a second step.",
		Off:         "Your account asks for your password alone. A passkey is the quickest way to change that.",
		Required:    "Your role needs at least one.",

		Passkeys:        "Passkeys",
		PasskeysLead:    "Your finger, your face or your device’s lock code. A passkey logs you in without a password too.",
		NoPasskeys:      "There are none yet.",
		AddPasskey:      "Add a passkey",
		PasskeyName:     "Name of this passkey",
		PasskeyNameHint: "Such as the device it is on. You can leave it empty.",
		PasskeyAdded:    func(added, used string) string { return "Added " + added + ". Last used " + used + "." },
		Synced:          "Kept on several of your devices.",
		TOTP:            "Authenticator app",
		TOTPOn:          func(since string) string { return "Set up " + since + "." },
		TOTPOff:         "An app on your phone that shows a new code every half a minute.",
		TOTPAdd:         "Set up an app",
		TOTPReplace:     "Move to another app",
		Recovery:        "Recovery codes",
		RecoveryLead:    "They let you in if you lose your phone or your passkey. Each works once.",
		RecoveryLeft: func(left int, since string) string {
			return plural(left, "code", "codes") + " left, made " + since + "."
		},
		RecoveryNone:    "There are none left.",
		RecoveryLater:   "You get ten of them with your first passkey or app.",
		RecoveryNew:     "Make new codes",
		RecoveryNewHint: "The ones from before stop working.",

		Password:        "Password",
		PasswordLead:    "Changing it logs out all your other devices.",
		PasswordOld:     "Password you have now",
		PasswordNew:     "New password",
		PasswordMissing: "Please fill in both: the password you have now, and the new one.",
		PasswordHint:    "At least 12 characters. A few words in a row are easy to keep in mind and hard to guess.",
		PasswordDo:      "Change the password",
		PasswordSaved:   "Your password is changed, and your other devices are logged out. What they keep opens with the old password, one last time.",
		PasswordElse:    "This device too still opens with what opened it before.",

		Email: EmailPanel{
			Title: "E-mail address",
			Lead:  func(email string) string { return "You log in with " + email + ", and our mails go there." },
			Do:    "Use another address",
			New:   "New e-mail address",
			Hint:  "We send a code there. The address you have now gets a mail too.",
			Ask:   "Send the code",
			Waits: func(email, until string) string {
				return "A code is on its way to " + email + ", if that address can be used. It works until " + until + ". If nothing comes, look among the unwanted mail, and check the address."
			},
			Code:    "Code from the mail",
			Confirm: "Confirm the address",
			Wrong:   "This is not the code we sent last, or its time is over. Please check it.",
			Other:   "Use a different address",
			Pending: func(email, when string) string {
				return "Your address changes to " + email + " on " + when + ". Until then you log in with the one you have."
			},
			Why:     "It takes a day because your account has no second step: otherwise someone who knows your password could take it from you. All your devices are told, and each can stop it here.",
			Keep:    "Keep the address I have",
			Changed: "Your address is changed.",
			Kept:    "Your address stays as it was.",
		},

		Devices:      "Devices",
		DevicesLead:  "Where your account was logged in. Logging a device out from here also clears what it keeps, the next time it is online.",
		This:         "This device",
		LoggedOut:    "Logged out",
		DeviceSince:  func(first, last string) string { return "Since " + first + ". Last used " + last + "." },
		DeviceName:   "Name of this device",
		Revoke:       "Log out",
		RevokeName:   func(name string) string { return "Log " + name + " out" },
		RevokeAsk:    "Log it out, and clear what it keeps? What was not sent from there is lost.",
		RevokeYes:    "Log it out",
		RevokeAll:    "Log all others out",
		RevokeAllAsk: "Log all other devices out, and clear what they keep? What was not sent from there is lost.",
		NoOthers:     "There is no other device.",

		Rename:     "Rename",
		RenameName: func(name string) string { return "Rename " + name },
		Remove:     "Remove",
		RemoveName: func(name string) string { return "Remove " + name },
		RemoveAsk:  "It will no longer let you in. Remove it?",
		RemoveYes:  "Remove it",
		Keep:       "Keep it",
		Save:       "Save",
		Cancel:     "Cancel",
		Done:       "Done.",
		Busy:       "One moment…",
	}
}

func englishAlerts() Alerts {
	return Alerts{
		Texts: map[wire.SecurityNotice]string{
			wire.NoticeNewDevice:      "Your account was logged in on a new device",
			wire.NoticePassword:       "Your account has a new password",
			wire.NoticeWrongCodes:     "Someone who knows your password, or reads your mail, tried several wrong codes for your account",
			wire.NoticeFactors:        "A passkey or authenticator app of your account was added or removed",
			wire.NoticeResetPending:   "Someone asked for a new password for your account",
			wire.NoticeResetCancelled: "The new password that waited was cancelled",
			wire.NoticeEmailPending:   "Your account gets another e-mail address, after a day",
			wire.NoticeEmailCancelled: "The other e-mail address that waited was cancelled",
			wire.NoticeEmail:          "Your account has another e-mail address",
		},
		At: func(text, when string) string { return text + ": " + when + "." },
		Pending: func(effective string) string {
			return "Someone asked for a new password for your account. It begins to work on " + effective + "."
		},
		Look:    "Have a look",
		Fine:    "It was me",
		Cancel:  "Cancel it",
		Approve: "It was me",
		Failed:  "That did not work.",
	}
}

func englishForgot() Forgot {
	return Forgot{
		Page:   "Forgot your password",
		Title:  "A new password",
		Lead:   "Tell us your e-mail address, and we send you a link to choose another password.",
		Email:  "E-mail address",
		Submit: "Send the link",
		Busy:   "Sending…",
		Empty:  "Please fill in your e-mail address.",
		Sent: Reason{
			Title: "Look into your mailbox",
			Text:  "If there is an account with this address, a link is on its way. It works for one hour. If nothing comes, look among the unwanted mail, or check the address.",
		},
		Wait: Reason{
			Title: "It can take a day",
			Text:  "If you have no passkey, authenticator app or recovery code, the new password begins to work after 24 hours. Your devices are told at once, and each can cancel it. That keeps out someone who can read your mail.",
		},
		Drafts: Reason{
			Title: "Drafts on your devices",
			Text:  "What a device keeps is locked with your old password. After a change it opens with that one only. If you no longer know it, drafts and private notes there are lost. What you sent is safe on the server.",
		},
		Back: "Back to logging in",
	}
}

func englishReset() Reset {
	return Reset{
		Page:     "New password",
		Title:    "Choose a new password",
		Lead:     "It replaces the one you had.",
		Password: "New password",
		Hint:     "At least 12 characters. A few words in a row are easy to keep in mind and hard to guess.",
		Submit:   "Set the password",
		Busy:     "One moment…",
		Proof:    "Show that it is you",
		Done: Reason{
			Title: "Your new password works",
			Text:  "Log in with it. Where a device asks for the old password to open what it keeps, use that one once more.",
		},
		Pending: func(when string) Reason {
			return Reason{
				Title: "Your new password is waiting",
				Text:  "It begins to work on " + when + ". Until then the old one does.",
			}
		},
		Cancel: "A device where you are logged in can let it work at once, or cancel it: look into its security settings. If this was not you, cancel it there.",
		Bad: Reason{
			Title: "This link no longer works",
			Text:  "It may have been used already, or its time is over. Open the whole link from the mail, or ask for a new one.",
		},
		Ask: "Ask for a new link",
	}
}
