package phrase

import "strconv"

// Elsewhere is where the quick exit leads: a site anyone may have open, in every
// language.
const Elsewhere = "https://www.wikipedia.org/"

// Lock is the page of a locked device, and what is said of locking elsewhere.
type Lock struct {
	Page       string
	Title      string
	Lead       string // by password
	LeadPhrase string // by a passphrase of this device
	LeadKey    string // by a passkey alone
	LeadBoth   string // by a passkey or the password
	ByPasskey  string // the button
	Changed    string // the password, with which someone just logged in, is not the device's
	Offline    string
	Password   string
	Passphrase string
	Missing    string // nothing was typed
	Wrong      string
	WrongHint  string // the password may have been changed elsewhere
	Failed     string // the device could not try
	Submit     string
	Busy       string
	Lost       string // opens what follows
	LostText   string
	LostButton string

	Now       string // the button that locks, with its keys
	Settings  string // title of the settings
	After     string // label
	AfterHint string
	Within    func(minutes string) string // what a practice allows, where that is less than all
	NotYet    string                      // nothing could open the device again

	PassphraseHint string
	Choose         string // a passphrase
	Short          string // it is too short

	NowButton string
	Minutes   func(n int) string

	QuickExit     string
	QuickExitHint string

	Removed Reason // the device was taken out of the account
	LogIn   string
}

func englishLock() Lock {
	return Lock{
		Page:       "Locked",
		Title:      "Locked",
		Lead:       "Your password opens Pleiades on this device.",
		LeadPhrase: "The passphrase you chose for this device opens Pleiades.",
		LeadKey:    "Your passkey opens Pleiades on this device.",
		LeadBoth:   "Your passkey or your password opens Pleiades on this device.",
		ByPasskey:  "Unlock with a passkey",
		Changed:    "You are logged in. But your password was changed on another device, and what is kept here still opens with the one before. Type that one, this once.",
		Offline:    "You are offline. That does not matter for opening: you can read what is here, and write.",
		Password:   "Password",
		Passphrase: "Passphrase of this device",
		Missing:    "Please type it first.",
		Wrong:      "That is not the one that opens this device.",
		WrongHint:  "If you have changed your password on another device, this one still opens with the one before.",
		Failed:     "This device could not try it. Please try again.",
		Submit:     "Unlock",
		Busy:       "Unlocking…",
		Lost:       "I cannot open it",
		LostText:   "Nobody can open what is kept here without it. If you go on, drafts and the safety plan on this device cannot be read any more, and are cleared. Sealed messages still go, and your conversations come back when you log in.",
		LostButton: "Clear this device and log in",

		Now:       "Lock now (Ctrl+Shift+L)",
		Settings:  "Lock",
		After:     "Lock this device when nothing happens for",
		AfterHint: "Locking clears the screen. Messages, drafts and your safety plan stay, and so does what is half written for your list or to support; forms begin anew. Your password opens it again, with or without a connection.",
		Within:    func(minutes string) string { return "Your practice allows no more than " + minutes + "." },
		NotYet:    "Before Pleiades keeps or shows anything here, this device needs a passphrase: without one it could not be locked. You can also log out, and log in with your password.",

		PassphraseHint: "At least 12 characters. It opens Pleiades on this device alone, and nobody can find it out for you.",
		Choose:         "Choose a passphrase",
		Short:          "At least 12 characters, please.",

		NowButton: "Lock now",
		Minutes: func(n int) string {
			if n == 1 {
				return "1 minute"
			}
			return strconv.Itoa(n) + " minutes"
		},

		QuickExit:     "Quick exit",
		QuickExitHint: "Leaves for another site at once, and locks",

		Removed: Reason{
			Title: "This device was removed",
			Text:  "Someone logged in to your account took this device out of it. Everything Pleiades kept here has been deleted. Messages that were sent are safe. If it was not you, log in on a device you trust and change your password.",
		},
		LogIn: "Log in",
	}
}
