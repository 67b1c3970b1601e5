package phrase

import (
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

func englishProblems() Problems {
	return Problems{
		ByCode: map[wire.Code]Problem{
			wire.CodeBadRequest: {
				Title:  "The request could not be read.",
				Detail: "Send valid JSON in UTF-8, and ids as plain UUIDs.",
			},
			wire.CodeInvalidRequest: {
				Title:  "Something in the request is missing or not allowed.",
				Detail: "Check the fields that are named, then try again.",
			},
			wire.CodeInvalidMessage: {
				Title:  "This message cannot be sent as it is.",
				Detail: "Change the text, then send it again.",
			},
			wire.CodeInvalidSignUp: {
				Title:  "Some details need another look.",
				Detail: "Check the fields that are marked, then try again.",
			},
			wire.CodeInvalidAvailability: {
				Title:  "Some of these times need another look.",
				Detail: "Check the fields that are marked, then save again. Nothing has changed yet.",
			},
			wire.CodeAvailabilityChanged: {
				Title:  "These times were changed elsewhere since you opened them.",
				Detail: "Load them again to see how, then save yours. Nothing has changed yet.",
			},
			wire.CodeListFull: {
				Title:  "The list is full.",
				Detail: "Remove what is done, then add this again.",
			},
			wire.CodeTicketFull: {
				Title:  "Nothing more fits in here.",
				Detail: "Please write to us anew.",
			},
			wire.CodeInvalidInvitation: {
				Title:  "This invitation does not work.",
				Detail: "It may have been used already, or was withdrawn. If you typed a code, compare it with your letter; otherwise ask your therapist for a new invitation.",
			},
			wire.CodeOwnInvitation: {
				Title:  "This is your own invitation.",
				Detail: "Give the link to the person it is for.",
			},
			wire.CodeInvalidSignUpLink: {
				Title:  "This link no longer works.",
				Detail: "It may have been used already: then log in. Otherwise sign up once more, and a new link comes by mail.",
			},
			wire.CodeInvalidPassword: {
				Title:  "This password cannot be used.",
				Detail: "Choose another one, of 12 to 128 characters, that nobody would guess.",
			},
			wire.CodeInvalidCode: {
				Title:  "This code does not work.",
				Detail: "Each code works once, for a short time. Wait for the next one, or check it and try again.",
			},
			wire.CodeInvalidPasskey: {
				Title:  "This passkey could not be used.",
				Detail: "Try again, or use another way.",
			},
			wire.CodeInvalidReset: {
				Title:  "This link no longer works.",
				Detail: "It may have been used already, or its time is over. Ask for a new one.",
			},
			wire.CodeInvalidApplication: {
				Title:  "Something in this form needs another look.",
				Detail: "Check what is marked, then send it again. What you typed is kept.",
			},
			wire.CodeInvalidAnswerLink: {
				Title:  "This link no longer works.",
				Detail: "Its time is over, or part of it is missing. You can apply again, or write to us.",
			},
			wire.CodeInvalidRoles: {
				Title:  "This cannot be anyone's roles.",
				Detail: "Choose one role at least.",
			},
			wire.CodeLastOwner: {
				Title:  "A practice needs an owner.",
				Detail: "Make someone else an owner first.",
			},
			wire.CodeOpenConversations: {
				Title:  "This therapist has open conversations.",
				Detail: "They have to close them first: what was written stays readable for both.",
			},
			wire.CodeAlreadyDecided: {
				Title:  "This application was answered already.",
				Detail: "Load the list again to see how.",
			},
			wire.CodeFactorRequired: {
				Title:  "Your account needs a second step of logging in first.",
				Detail: "Add a passkey or an authenticator app under Settings, Security. Then open the invitation's link again.",
			},
			wire.CodeInvalidName: {
				Title:  "This name cannot be used.",
				Detail: "Use 1 to 100 characters on one line.",
			},
			wire.CodeTooManyPasskeys: {
				Title:  "There are as many passkeys as there can be.",
				Detail: "Remove one you no longer use, then add this one again.",
			},
			wire.CodeLastFactor: {
				Title:  "Your account needs a second factor.",
				Detail: "Add another one first, then remove this one.",
			},
			wire.CodeDeviceRevoked: {
				Title:  "This device was logged out from another one.",
				Detail: "If that was you, log in again.",
			},
			wire.CodeStepUpRequired: {
				Title:  "Please show once more that it is you.",
				Detail: "Then try again.",
			},
			wire.CodeEnrollmentRequired: {
				Title:  "Your account needs a second factor first.",
				Detail: "Add a passkey or an authenticator app, then go on.",
			},
			wire.CodeUnverified: {
				Title:  "This could not be verified.",
				Detail: "Log in again on this device. What waits there stays.",
			},
			wire.CodeKeyExpired: {
				Title:  "This waited for very long.",
				Detail: "Open the app on this device: it sends what waits once more.",
			},
			wire.CodeAddressTaken: {
				Title:  "There is already an account with this e-mail address.",
				Detail: "Log in with it, or use another address.",
			},
			wire.CodeInvalidCredentials: {
				Title:  "The e-mail address and the password do not match.",
				Detail: "Check both and try again.",
			},
			wire.CodeNotLoggedIn: {
				Title:  "You are not logged in.",
				Detail: "Log in and try again. What you wrote is kept.",
			},
			wire.CodeWrongAccount: {
				Title:  "Someone else is logged in on this device now.",
				Detail: "Log in again as yourself. What you wrote is kept.",
			},
			wire.CodeCrossOrigin: {
				Title:  "This came from another website.",
				Detail: "Open Pleiades itself and try again there.",
			},
			wire.CodeNotAccepting: {
				Title:  "This therapist takes no new clients right now.",
				Detail: "Ask someone else, or come back later.",
			},
			wire.CodeNeedsAvailability: {
				Title:  "Save your availability first.",
				Detail: "Who asks you for care should know when you answer. Nothing in this form is lost.",
			},
			wire.CodeAskedAlready: {
				Title:  "You have asked this therapist already.",
				Detail: "You find the request, or your conversation with them, on your own pages.",
			},
			wire.CodeRequestLimit: {
				Title:  "Three of your requests wait for an answer.",
				Detail: "Withdraw one of them first, or wait a little.",
			},
			wire.CodeAnswered: {
				Title:  "This request was answered already.",
				Detail: "Open the page again to see what became of it.",
			},
			wire.CodeForbidden: {
				Title:  "Your account may not do this.",
				Detail: "If you think it should, ask your practice.",
			},
			wire.CodeNotFound: {
				Title:  "There is nothing here.",
				Detail: "It may never have been here, or it is not yours to see.",
			},
			wire.CodeMethodNotAllowed: {
				Title:  "This cannot be done here.",
				Detail: "Use one of the methods named in the Allow header.",
			},
			wire.CodeIDConflict: {
				Title:  "This message could not be stored.",
				Detail: "Its id belongs to another message. Take the text back and send it again.",
			},
			wire.CodeWithdrawn: {
				Title:  "This message was taken back.",
				Detail: "Send its text as a new message.",
			},
			wire.CodeAlreadySent: {
				Title:  "This message has been sent.",
				Detail: "It cannot be taken back any more.",
			},
			wire.CodeDestroyed: {
				Title:  "This conversation is over.",
				Detail: "Its texts were deleted for good, since they no longer had to be kept, and nothing can be added.",
			},
			wire.CodeConversationClosed: {
				Title:  "Care has ended in this conversation.",
				Detail: "Nothing can be added until the therapist opens it again. Your text is still here: take it back to keep it.",
			},
			wire.CodePracticeSuspended: {
				Title:  "This practice is suspended.",
				Detail: "What is there can be read, and nothing can be added until the practice is open again. What waits on your device stays there.",
			},
			wire.CodeUnreadable: {
				Title:  "What is stored of this cannot be read any more.",
				Detail: "It was changed or damaged on the server, so nothing can be built on it. Please tell your practice.",
			},
			wire.CodeProtocolNewer: {
				Title:  "Your app is newer than the server.",
				Detail: "Nothing is lost. It will work as soon as the server has caught up.",
			},
			wire.CodeTooLarge: {
				Title:  "That is too much at once.",
				Detail: "Make it shorter and try again.",
			},
			wire.CodeUnsupportedMedia: {
				Title:  "The request is not in a form the server knows.",
				Detail: "Send application/json.",
			},
			wire.CodeMisdirected: {
				Title:  "This address is not served here.",
				Detail: "Use the address your practice gave you.",
			},
			wire.CodeContactFull: {
				Title:  "Too many questions wait for an answer already.",
				Detail: "Most likely they came from the network you are in, such as that of a clinic or a school. Try from another connection, or ask your practice. What you wrote was not sent.",
			},
			wire.CodeTooManyRequests: {
				Title:  "That was a lot in a short time.",
				Detail: "Wait a little, then try again.",
			},
			wire.CodeInternal: {
				Title:  "Something went wrong on our side.",
				Detail: "Nothing you wrote is lost. Try again in a moment.",
			},
			wire.CodeUnavailable: {
				Title:  "The server is busy or resting.",
				Detail: "Nothing you wrote is lost. Try again in a moment.",
			},
			wire.CodeStorageFull: {
				Title:  "The server has no room left.",
				Detail: "What you wrote is kept on this device and will be sent later.",
			},
		},
		Fields: map[string]string{
			wire.FieldEmailInvalid:     "This does not look like an e-mail address. It needs a name, an @ and a domain.",
			wire.FieldNameEmpty:        "Please give a name.",
			wire.FieldNameTooLong:      "This name is too long. Use at most 100 characters.",
			wire.FieldNameInvalid:      "This name has characters that cannot be shown. Please type it again.",
			wire.FieldPasswordTooShort: "This password is too short. Use at least 12 characters.",
			wire.FieldPasswordTooLong:  "This password is too long. Use at most 128 characters.",
			wire.FieldPasswordBreached: "This password is easy to guess. Use one that is not common, such as several words that do not belong together.",
		},
		Messages: map[message.Code]string{
			message.CodeEmpty:       "There is nothing in it yet.",
			message.CodeTooLong:     "It is too long. A message can have up to 5,000 characters.",
			message.CodeInvalidText: "It has characters that cannot be shown safely. Remove them, or type the text again.",
		},
		Unknown: Problem{
			Title:  "Something went wrong.",
			Detail: "Try again in a moment.",
		},
		NoConnection: Problem{
			Title:  "There is no connection right now.",
			Detail: "What you typed stays here. Try again when you are back online.",
		},
	}
}
