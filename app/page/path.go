package page

import (
	"net/url"
	"strings"

	"github.com/google/uuid"

	"pleiades/shared/guidance"
	"pleiades/shared/help"
	"pleiades/shared/message"
)

// conversationPattern matches the address of a conversation. It is anchored:
// nothing of an address gets into a page that was not foreseen.
const conversationPattern = `^/c/[0-9a-fA-F-]{36}$`

// conversationAt returns which conversation is at a path, if one is.
func conversationAt(path string) (id uuid.UUID, ok bool) {
	rest, ok := strings.CutPrefix(path, "/c/")
	if !ok {
		return uuid.UUID{}, false
	}
	id, err := message.ParseID(rest)
	return id, err == nil
}

// Addresses of pages.
const (
	agendaPath       = "/next-appointment"
	availabilityPath = "/availability"
	openingsPath     = "/who-opened"
	planPath         = "/safety-plan"
	practicePath     = "/practice"
	operatorPath     = "/operator"
	supportPath      = "/support"
	helpPath         = "/help"
	contactPath      = "/contact"
	applicationsPath = "/operator/applications"
	practicesPath    = "/operator/practices"
	joinPath         = "/join"
	invitePath       = "/invite"
	directoryPath    = "/directory"
	requestsPath     = "/requests"
	setupPath        = "/practice/setup"
	membersPath      = "/practice/members"
	lockedPath       = "/locked"
	removedPath      = "/removed"
	settingsPath     = "/settings"
	securityPath     = "/settings/security"
	forgotPath       = "/forgot"
	resetPath        = "/reset"
	signUpPath       = "/signup"
	confirmPath      = "/confirm"
	aboutPath        = "/about"
	involvedPath     = "/get-involved"
	fixPath          = "/help/fix"
	diagnosticsPath  = "/diagnostics"
)

// Articles that the app leads to by itself.
const (
	guideArticle  = "messaging-your-therapist"
	crisisArticle = "crisis-resources"
)

// guideParts are the headings of the guide that speak of what a finding is about.
var guideParts = map[guidance.Code]string{
	guidance.CrisisImminent:      "when-you-are-in-danger-now",
	guidance.CrisisConcern:       "when-dark-thoughts-come-but-you-are-safe",
	guidance.SensitiveIdentifier: "leave-out-passwords-and-private-numbers",
	guidance.UrgentTiming:        "when-you-need-an-answer-quickly",
	guidance.Boundary:            "a-therapist-stays-a-therapist",
	guidance.StyleMismatch:       "when-your-therapist-uses-messages-differently",
	guidance.TooLong:             "how-long-a-message-should-be",
	guidance.ManyTopics:          "one-topic-at-a-time",
	guidance.Vague:               "be-clear-and-specific",
	guidance.UnclearRequest:      "say-what-you-would-like-back",
	guidance.RelevantUpdate:      "tell-what-has-changed",
	guidance.ClearRequest:        "a-message-that-is-easy-to-answer",
	guidance.Logistics:           "times-bills-and-forms",
}

// guideAt returns the address of what the guide says about a code.
func guideAt(code guidance.Code) string { return help.Path(guideArticle, guideParts[code]) }

// agendaAt returns the address of the list of a conversation.
func agendaAt(id uuid.UUID) string { return agendaPath + "?c=" + id.String() }

// openingsAt returns the address of who opened a conversation.
func openingsAt(id uuid.UUID) string { return openingsPath + "?c=" + id.String() }

// conversationIn returns which conversation the query of an address asks for,
// the zero id if none.
func conversationIn(query url.Values) uuid.UUID {
	id, err := message.ParseID(query.Get("c"))
	if err != nil {
		return uuid.UUID{}
	}
	return id
}

// crisisAt returns the address of help in an emergency, in a country if one was
// chosen.
func crisisAt(country string) string {
	if country == "" {
		return "/crisis"
	}
	return "/crisis#" + strings.ToLower(country)
}

// queryOf returns the query of an address as far as it asks for a conversation,
// empty where it asks for none.
func queryOf(u *url.URL) string {
	if id := conversationIn(u.Query()); id != (uuid.UUID{}) {
		return "?c=" + id.String()
	}
	return ""
}

// logInAt returns the address of the page to log in that leads back to path, which
// may ask for a conversation.
func logInAt(path string) string { return leadingBack("/login", path) }

// unlockAt returns the address of the page to unlock the device that leads back
// to path.
func unlockAt(path string) string { return leadingBack(lockedPath, path) }

// protectAt returns the address of where a passphrase for the device is chosen
// that leads back to path.
func protectAt(path string) string { return settingsPath + "?next=" + url.QueryEscape(path) }

func leadingBack(page, path string) string {
	if path == "/" || path == "" {
		return page
	}
	return page + "?next=" + url.QueryEscape(path)
}

// nextAfterLogIn returns where to go after logging in, from the address's
// query. Anything but a page of a person, or the one where an invitation waits,
// leads to the dashboard, so that a link cannot send people elsewhere. Of the
// page's own query the conversation alone is kept.
func nextAfterLogIn(query url.Values) string {
	next, asked, _ := strings.Cut(query.Get("next"), "?")
	if values, err := url.ParseQuery(asked); err == nil && conversationIn(values) != (uuid.UUID{}) {
		switch next {
		case agendaPath:
			return agendaAt(conversationIn(values))
		case openingsPath:
			return openingsAt(conversationIn(values))
		}
	}
	switch next {
	case signUpPath, settingsPath, securityPath, availabilityPath, agendaPath, openingsPath, planPath, practicePath, membersPath, setupPath, operatorPath, applicationsPath, practicesPath, supportPath, invitePath, directoryPath, requestsPath:
		return next
	}
	if id, ok := conversationAt(next); ok {
		return "/c/" + id.String()
	}
	return "/"
}
