package phrase

// Mails are the words of mails: constants, so that whoever sees one learns
// nothing of who writes to whom. They are not part of the Catalogue, which the
// browser program carries.
type Mails struct {
	Welcome        Letter
	Confirm        Letter // followed by a link
	AddressTaken   Letter
	NewAddress     Letter // with a code
	AddressAsked   Letter
	AddressPending Letter
	AddressChanged Letter
	Reset          Letter // followed by a link
	ResetPending   Letter
	Password       Letter
	NewDevice      Letter
	WrongCodes     Letter
	FactorAdded    Letter
	FactorRemoved  Letter
	Ticket         Letter
	Contact        Letter // followed by a link
	Application    Letter
	Approved       Letter // followed by a link
	Declined       Letter // followed by a link
	News           Letter
	Footer         string
}

// Letter is a mail.
type Letter struct {
	Subject string
	Text    string
}

// EnglishMails returns the words of mails.
func EnglishMails() Mails {
	return Mails{
		Welcome: Letter{
			Subject: "Your account is ready",
			Text:    "Hello,\n\nsomeone made an account with this address. If that was you, log in and you are done.\n\nIf it was not you, you need do nothing.",
		},
		Confirm: Letter{
			Subject: "Confirm your address",
			Text: "Hello,\n\nsomeone asked for an account with this address. If that was you, open this link within three days and type the password you chose:\n\n%s\n\n" +
				"If it was not you, do not open it: without it there is no account.",
		},
		AddressTaken: Letter{
			Subject: "You have an account already",
			Text: "Hello,\n\nsomeone wanted to use this address for an account, but there is an account with it already. Nothing has changed.\n\n" +
				"If that was you, log in with it. If you have forgotten your password, ask for a new one on the page where you log in.",
		},
		NewAddress: Letter{
			Subject: "Your code",
			Text: "Hello,\n\nsomeone wants to use this address for their account. If that was you, type this code where you asked for it, under Security in your settings, within three days:\n\n%s\n\n" +
				"If it was not you, you need do nothing. Give the code to nobody.",
		},
		AddressAsked: Letter{
			Subject: "Another address was asked for",
			Text: "Hello,\n\nsomeone asked to use another address for the account with this one. Nothing has changed yet.\n\n" +
				"If that was not you, log in and change your password: that also stops the change.",
		},
		AddressPending: Letter{
			Subject: "Your address changes tomorrow",
			Text: "Hello,\n\nthe account with this address gets another one. It takes effect after 24 hours.\n\n" +
				"If that was not you, log in with this address, cancel it in your settings and change your password.",
		},
		AddressChanged: Letter{
			Subject: "Your address has changed",
			Text: "Hello,\n\nthe account that had this address has another one now. From now on our mails go there.\n\n" +
				"If that was not you, write to us on the page Contact.",
		},
		Reset: Letter{
			Subject: "Set a new password",
			Text: "Hello,\n\nsomeone asked to set a new password for the account with this address. If that was you, open this link within an hour:\n\n%s\n\n" +
				"If it was not you, you need do nothing: your password stays as it is.",
		},
		ResetPending: Letter{
			Subject: "A new password takes effect tomorrow",
			Text: "Hello,\n\na new password was set for the account with this address. It takes effect after 24 hours.\n\n" +
				"If that was not you, log in with your present password and cancel it in your settings. On a device where you are logged in you can also let it take effect at once.",
		},
		Password: Letter{
			Subject: "Your password has changed",
			Text: "Hello,\n\nthe password of the account with this address has changed, and other devices were logged out.\n\n" +
				"If that was not you, ask for a new password on the page where you log in, and look through the devices in your settings.",
		},
		NewDevice: Letter{
			Subject: "A new device logged in",
			Text: "Hello,\n\nsomeone logged in to the account with this address on a device that was not known before.\n\n" +
				"If that was not you, log that device out in your settings and change your password.",
		},
		WrongCodes: Letter{
			Subject: "Someone tried to log in",
			Text: "Hello,\n\nsomeone gave the right password, or a link from your mail, for the account with this address, and then several wrong codes. They did not get in.\n\n" +
				"If that was not you, someone knows your password or reads your mail: change both passwords.",
		},
		FactorAdded: Letter{
			Subject: "Your security settings have changed",
			Text: "Hello,\n\na second step of logging in, or a new set of recovery codes, was added to the account with this address.\n\n" +
				"If that was not you, remove it in your settings, log other devices out and change your password.",
		},
		FactorRemoved: Letter{
			Subject: "Your security settings have changed",
			Text: "Hello,\n\na second step of logging in was removed from the account with this address.\n\n" +
				"If that was not you, change your password and look through your settings.",
		},
		Ticket: Letter{
			Subject: "There is an answer for you",
			Text:    "Hello,\n\nwe have answered what you asked us. Log in and open Support to read it.",
		},
		Contact: Letter{
			Subject: "There is an answer for you",
			Text: "Hello,\n\nsomeone wrote to us with this address, and we have answered. This link leads to the answer, for 30 days:\n\n%s\n\n" +
				"If it was not you, you need do nothing.",
		},
		Application: Letter{
			Subject: "We have your application",
			Text: "Hello,\n\nan application to join as a therapist was made with this address. Somebody reads it within five working days, and the answer comes to this address.\n\n" +
				"If it was not you, you need do nothing.",
		},
		Approved: Letter{
			Subject: "Your application was approved",
			Text: "Hello,\n\nyour application to join as a therapist was approved. Open this link within three days to make your account and set up your practice:\n\n%s\n\n" +
				"It works once. If it no longer works, write to us on the page Contact and ask for another.",
		},
		Declined: Letter{
			Subject: "Your application was answered",
			Text: "Hello,\n\nyour application to join as a therapist was answered. The answer is behind this link, for a month:\n\n%s\n\n" +
				"You can apply again at any time.",
		},
		News: Letter{
			Subject: "There is something new",
			Text:    "Hello,\n\nthere is something new for the account with this address. Log in to see it.",
		},
		Footer: "Nobody reads answers to this mail. It never holds a message, and nobody will ever ask you for your password.",
	}
}
