package phrase

import "strconv"

// English returns the English catalogue.
func English() *Catalogue {
	return &Catalogue{
		Lang: "en",
		Brand: Brand{
			Name:        "Pleiades",
			Description: "Messages between you and your therapist, between appointments, online and offline.",
			Title:       func(page string) string { return page + " – Pleiades" },
		},
		Nav: Nav{
			Skip:       "Skip to the content",
			LogIn:      "Log in",
			LogOut:     "Log out",
			Settings:   "Settings",
			Back:       "All conversations",
			Pages:      "Pages",
			Site:       "All public pages",
			Help:       "Help",
			HelpHint:   "Help: mend something, find out more, write to support",
			FixLink:    "Something does not work?",
			About:      "About",
			Involved:   "Get involved",
			Join:       "Join as a therapist",
			Contact:    "Contact",
			SignUp:     "Sign up",
			HelpCenter: "Help Center",
			CrisisPage: "Help in an emergency",
			Crisis:     "In an emergency",
			Home:       "Pleiades, start page",
			Opening:    "Opening…",
			Demo:       "Demo",
			DemoHint:   "A practice made up to try things out. Nothing in it is real.",
			Install:    "Install",
			NoProgram:  "Pleiades needs JavaScript and WebAssembly to show your messages. Please switch them on in your browser.",
			Stopped:    "Pleiades has stopped. What you wrote is kept on this device.",
			Reload:     "Open it again",
		},
		Connection: Connection{
			Online:  "Online",
			Offline: "Offline",
			Kept:    "all is kept on this device",
			Syncing: "Catching up…",
			Waiting: func(n int) string { return "to send" },
		},
		Banner: Banner{
			LoginExpired: "You have been away for a while. Log in again to send what is waiting and see what is new.",
			LogInAgain:   "Log in",
			UpdateReady:  "A new version is ready. Your drafts and waiting messages stay.",
			UpdateApply:  "Change over",
			Unsaved:      "Not saved on this device.",
			UnsavedHint:  "Its storage is full. Keep this page open, or copy your text to a safe place, until there is room again.",
		},
		LeaveDialog: LeaveDialog{
			Title: "Some things are only on this device",
			Lead:  "Logging out clears Pleiades from this device. This would be lost:",
			Unsent: func(n int) string {
				return plural(n, "message that has not been sent", "messages that have not been sent")
			},
			Changes: func(n int) string {
				return plural(n, "change to your next-appointment list that has not been sent", "changes to your next-appointment list that have not been sent")
			},
			Drafts:  func(n int) string { return plural(n, "draft", "drafts") },
			Plan:    "Your private safety plan",
			Confirm: "Log out anyway",
			Cancel:  "Stay logged in",
		},
		Front: englishFront(),
		LogIn: LogIn{
			Page:          "Log in",
			Title:         "Welcome back",
			Lead:          "Log in to read and write.",
			Email:         "E-mail address",
			Password:      "Password",
			ShowPassword:  "Show",
			HidePassword:  "Hide",
			Submit:        "Log in",
			Busy:          "Logging in…",
			MissingFields: "Please fill in both your e-mail address and your password.",
			NoAccount:     "No account yet? Open the invitation link your therapist gave you. Without one you can",
			SignUp:        "create an account first",
			Expired:       "You have been away for a while. What you wrote is kept here and goes out once you are logged in.",
		},
		SignUp: SignUp{
			Page:  "Create your account",
			Title: "Create your account",
			Lead:  "Your therapist has invited you. This takes about a minute.",
			Offer: func(therapist, practice string) string {
				return "It comes from " + therapist + ", " + practice + ". Read first what to expect of messages; the form for your account follows."
			},
			OfferStaff: func(practice, roles string) string {
				return "It comes from " + practice + ". What you will be there: " + roles + "."
			},
			LeadAlone:     "You have an invitation from a therapist? Then open its link, or enter its code here. Without one you get a mail to confirm your address.",
			LeadStaff:     "You have an invitation to work in a practice. This takes a few minutes: your account first, then a second step of logging in.",
			NameHintStaff: "As clients and colleagues will see it.",
			Name:          "Your name",
			NameHint:      "As your therapist will see it.",
			NameHintAlone: "As a therapist will see it.",
			Email:         "E-mail address",
			EmailHint:     "You will log in with it.",
			Password:      "Password",
			PasswordHint:  "At least 12 characters. A few words in a row are easy to keep in mind and hard to guess.",
			Submit:        "Create account",
			Busy:          "Creating your account…",
			HaveAccount:   "You have an account already?",
			Code:          "Code of your invitation",
			CodeHint:      "Twelve letters and digits, from your letter. Leave this empty if you have none.",
			CodeHintHere:  "Twelve letters and digits, from your letter.",
			CodeUse:       "Go on",
			Expired:       "The time of this invitation is over. Ask your therapist for a new one.",
			ExpiredStaff:  "The time of this invitation is over. Ask whoever invited you for a new one, or write to us under Contact.",
			InvalidStaff:  "This invitation does not work. It may have been used already, or was withdrawn. Ask whoever invited you for a new one, or write to us under Contact.",
			Sent: Reason{
				Title: "Look at your mail",
				Text:  "We have sent you a mail. Open the link in it within three days and type your password there: then your account is ready. If no mail comes, look into the folder for spam, and check the address.",
			},
			Occupied: Reason{
				Title: "You are logged in already",
				Text:  "To make another account on this device, log out first.",
			},
			ToStart: "Go to your conversations",

			AcceptTitle: "You have an invitation",
			AcceptLead: func(name, email string) string {
				return "You are logged in as " + name + " (" + email + "). If you accept, you get a conversation with the therapist who invited you, beside those you have."
			},
			AcceptStaff: func(name, email string) string {
				return "You are logged in as " + name + " (" + email + "). If you accept, this account belongs to the practice that invited you, beside where it belongs already."
			},
			AcceptLocked: "Someone has an account on this device. Unlock it first, then you can accept the invitation.",
			Accept:       "Accept the invitation",
			AcceptBusy:   "One moment…",
			NotYou: Reason{
				Title: "That is not you?",
				Text:  "Log out first, then open the invitation link again.",
			},
		},
		Confirm: Confirm{
			Page:   "Confirm your address",
			Title:  "Confirm your address",
			Lead:   "Type the password you chose when you signed up. Then your account is ready.",
			Submit: "Confirm and log in",
			Wrong:  "That is not the password of this sign-up. Check it and try again.",
			NotYou: Reason{
				Title: "You did not sign up?",
				Text:  "Then close this page. Nothing happens.",
			},
			Bad: Reason{
				Title: "This link no longer works",
				Text:  "It may have been used already: then log in. Otherwise open the whole link from the mail, or sign up once more.",
			},
			Occupied: Reason{
				Title: "You are logged in already",
				Text:  "To confirm another account on this device, log out first, then open the link again.",
			},
		},
		Home: Home{
			Page:          "Conversations",
			Greeting:      func(name string) string { return "Hello, " + name },
			Conversations: "Conversations",
			EnterCode:     "Enter the code of an invitation",
			FindOne:       "Find a therapist",
			NoTherapist: Reason{
				Title: "No therapist yet",
				Text:  "Your account is ready, but no therapist is linked to it. Ask your therapist for an invitation.",
			},
			NoClients: Reason{
				Title: "No clients yet",
				Text:  "Invite a client, and your conversation with them will appear here.",
			},
			Admin: Reason{
				Title: "You look after the practice",
				Text:  "Messages stay between clients and their therapists, so there are none for you to see here.",
			},
			Fetching:      "Fetching your conversations…",
			FetchingLater: "Your conversations will appear as soon as you are online.",
		},
		Invite:      englishInvite(),
		Directory:   englishDirectory(),
		RequestList: englishRequestList(),
		ListingForm: englishListingForm(),
		List: List{
			You:        "You:",
			Draft:      "Draft:",
			NoMessages: "No messages yet",
			Rejected:   "Not sent – open to see why",
			Unread:     func(n int) string { return plural(n, "new message", "new messages") },
			Waiting:    func(n int) string { return strconv.Itoa(n) + " waiting to be sent" },
		},
		Conversation: englishConversation(),
		Status: Status{
			Waiting:   "Waiting for connection",
			Sending:   "Sending…",
			NeedLogin: "Waiting for you to log in",
			Sent:      "Sent",
			Delivered: "Delivered",
			Read:      "Read",
			Rejected:  "Not sent",
		},
		Settings: Settings{
			Page:             "Settings",
			Account:          "You",
			Name:             "Name",
			Email:            "E-mail address",
			Practice:         "Practice",
			Receipts:         "Read marks",
			ChangeEmail:      "Change the e-mail address",
			ReceiptsLabel:    "Show when messages were read",
			ReceiptsHint:     "You and your clients both see when a message was opened. Leave it off if you would rather not be waited for.",
			ReceiptsSaved:    "Saved.",
			ReceiptsNotSaved: "Not changed.",
			Device:           "This device",
			DeviceHint:       "Your conversations, drafts and waiting messages are kept on this device, so that you can read and write without a connection.",
			Install:          "Install Pleiades",
			InstallHint:      "It then opens in a window of its own, like any other app.",
			NoInstall:        "To have Pleiades like any other app, choose Install or Add to Home Screen in your browser’s menu.",
			LogOut:           "Log out",
			LogOutHint:       "Clears Pleiades from this device. Messages that were sent stay safe on the server.",
		},
		Proof:      englishProof(),
		SecondStep: englishSecondStep(),
		Enroll:     englishEnroll(),
		Recovery:   englishRecoveryCodes(),
		Security:   englishSecurity(),
		Alerts:     englishAlerts(),
		Forgot:     englishForgot(),
		Reset:      englishReset(),
		NotFound: NotFound{
			Page:  "Not found",
			Title: "There is nothing here",
			Text:  "The address may have a slip in it, or the page has moved.",
			Home:  "Go to the start page",
		},
		Roles: Roles{
			Client:    "Client",
			Therapist: "Therapist",
			Admin:     "Practice admin",
			Owner:     "Practice owner",
		},
		Time:         Time{Today: "Today", Yesterday: "Yesterday"},
		Availability: englishAvailability(),
		Crisis:       englishCrisis(),
		Lock:         englishLock(),
		Openings:     englishOpenings(),
		AuditLog:     englishAuditLog(),
		Operator:     englishOperator(),
		Joining:      englishJoining(),
		Members:      englishMembers(),
		Applications: englishApplications(),
		Support:      englishSupport(),
		Agreement:    englishAgreement(),
		Dash:         englishDash(),
		Diagnosis:    englishDiagnosis(),
		Closing:      englishClosing(),
		Suspension:   englishSuspension(),
		Practices:    englishPractices(),
		Setup:        englishSetup(),
		Expect:       englishExpect(),
		Agenda:       englishAgenda(),
		Office:       englishOffice(),
		Compose:      englishCompose(),
		SafetyPlan:   englishSafetyPlan(),
		Help:         englishHelpCenter(),
		TARS:         englishTARS(),
		Problems:     englishProblems(),
	}
}

func englishConversation() Conversation {
	return Conversation{
		Page:         "Conversation",
		Messages:     "Messages",
		YouWrote:     "You wrote:",
		Destroyed:    "This text was deleted for good, since it no longer had to be kept.",
		Unreadable:   "This text cannot be shown: what is stored of it was changed or damaged. Please tell your practice.",
		TheyWrote:    func(name string) string { return name + " wrote:" },
		New:          "New",
		NewBelow:     "New message",
		Arrived:      func(name string) string { return "New message from " + name },
		Late:         func(when string) string { return "Written " + when },
		QueueFull:    "A thousand messages are waiting already. Send this one when some of them have gone out.",
		NotSaved:     "This device could not take the message in. Your text is still in the box.",
		TooLate:      "It may be on its way already, so it can no longer be changed.",
		Older:        "Show older messages",
		LoadingOlder: "Fetching older messages…",
		OlderFailed:  "Older messages need a connection.",
		Beginning:    "This is where your conversation begins.",
		Empty: func(name string) Reason {
			return Reason{
				Title: "A fresh page",
				Text:  "Nothing has been written yet. Write to " + name + " when you are ready; there is no hurry.",
			}
		},
		Compose:      func(name string) string { return "Your message to " + name },
		Placeholder:  "Take your time…",
		EmptyMessage: "There is nothing written yet.",
		Send:         "Send",
		SendKeys:     "Enter starts a new line. Ctrl or ⌘ with Enter sends.",
		Saved:        "Saved on this device",
		Counter: func(n, limit int) string {
			return thousands(n) + " of " + thousands(limit) + " characters"
		},
		Over: func(n int) string {
			return plural(n, "character too many", "characters too many")
		},
		Emergency: "Messages are not watched around the clock. In an emergency call your local emergency number.",
		Edit:      "Edit",
		TakeBack:  "Take the text back",
		Remove:    "Remove",
		RemoveAsk: "Remove it for good?",
		RemoveYes: "Remove",
		RemoveNo:  "Keep",
		Loading:   "Opening the conversation…",
		NotHere: Reason{
			Title: "Not on this device yet",
			Text:  "You are offline, and this conversation has not been opened here before. It will appear when you are back online.",
		},
		NotFound: Reason{
			Title: "No such conversation",
			Text:  "It may never have been here, or it is not yours to see.",
		},
		BackToAll: "Go to your conversations",
	}
}

// plural returns the number with the word that fits it.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// thousands writes n, not negative, with a comma before each three digits.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
