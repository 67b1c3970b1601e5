package page

import (
	"errors"
	"slices"

	"pleiades/app/syncer"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// explain puts an error of a request into words. Where no answer came, there
// is no connection.
func explain(words *phrase.Catalogue, err error) phrase.Problem {
	var problem *wire.Problem
	if !errors.As(err, &problem) {
		return words.Problems.NoConnection
	}
	title, detail := words.Problem(problem.Code)
	return phrase.Problem{Title: title, Detail: detail}
}

// isNotFound reports whether the server has no such thing any more.
func isNotFound(err error) bool { return isCode(err, wire.CodeNotFound) }

// sentence joins a problem's texts.
func sentence(p phrase.Problem) string { return p.Title + " " + p.Detail }

// explainDevice puts an error of queueing or changing a message into words.
func explainDevice(words *phrase.Catalogue, err error) string {
	switch {
	case errors.Is(err, syncer.ErrQueueFull):
		return words.Conversation.QueueFull
	case errors.Is(err, syncer.ErrTooLate):
		return words.Conversation.TooLate
	default:
		return words.Conversation.NotSaved
	}
}

// reasons says why the server rejected a message.
func reasons(words *phrase.Catalogue, code wire.Code, codes []string) []string {
	if code == "" {
		return nil
	}
	title, detail := words.Problem(code)
	lines := []string{title}
	for _, c := range codes {
		lines = append(lines, words.Message(message.Code(c)))
	}
	if len(codes) == 0 {
		lines = append(lines, detail)
	}
	return lines
}

// nameError says what is wrong with a name that was sent; empty where an error is
// about something else.
func nameError(words *phrase.Catalogue, err error) string {
	var problem *wire.Problem
	if !errors.As(err, &problem) {
		return ""
	}
	for _, code := range problem.Errors {
		switch code {
		case wire.FieldNameEmpty, wire.FieldNameTooLong, wire.FieldNameInvalid:
			return words.Field(code)
		}
	}
	return ""
}

// signUpErrors sorts what is wrong with a sign-up by field; general is what
// belongs to none.
type signUpErrors struct {
	code, name, email, password, general string
}

// sortSignUp puts the error of a sign-up where it belongs. Staff were invited to
// work in a practice.
func sortSignUp(words *phrase.Catalogue, err error, staff bool) signUpErrors {
	var e signUpErrors
	var problem *wire.Problem
	switch {
	case !errors.As(err, &problem):
		e.general = sentence(words.Problems.NoConnection)
	case problem.Code == wire.CodeInvalidInvitation && slices.Contains(problem.Errors, wire.InvitationExpired):
		e.code = words.SignUp.Expired
		if staff {
			e.code = words.SignUp.ExpiredStaff
		}
	case problem.Code == wire.CodeInvalidInvitation && staff:
		e.code = words.SignUp.InvalidStaff
	case problem.Code == wire.CodeInvalidInvitation:
		e.code = sentence(explain(words, err))
	case problem.Code == wire.CodeAddressTaken:
		e.email = sentence(explain(words, err))
	case problem.Code == wire.CodeInvalidSignUp:
		for _, code := range problem.Errors {
			switch code {
			case wire.FieldNameEmpty, wire.FieldNameTooLong, wire.FieldNameInvalid:
				e.name = words.Field(code)
			case wire.FieldEmailInvalid:
				e.email = words.Field(code)
			case wire.FieldPasswordTooShort, wire.FieldPasswordTooLong, wire.FieldPasswordBreached:
				e.password = words.Field(code)
			}
		}
		if e == (signUpErrors{}) {
			e.general = sentence(explain(words, err))
		}
	default:
		e.general = sentence(explain(words, err))
	}
	return e
}
