package page

import (
	"slices"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// answers says when answers come in one conversation.
type answers struct {
	words *phrase.Catalogue
	clock Clock
	now   time.Time
	// outlook is the therapist's, nil if nothing was set.
	outlook *availability.Outlook
	style   availability.Style
	client  bool // the reader is the client
}

// answersIn returns what can be said of answers in a conversation now.
func answersIn(words *phrase.Catalogue, clock Clock, v state.View) *answers {
	a := &answers{
		words: words, clock: clock, now: clock.Now(), outlook: v.Availability, style: v.Style,
		client: v.PeerRole == wire.RoleTherapist,
	}
	if v.Closed != nil || v.Suspended {
		a.outlook = nil // no answer is to come
	}
	return a
}

// expectation is what is said about one answer.
type expectation struct {
	text    string
	reasons string // what makes it late; may be empty
	list    bool   // the next-appointment list is the better place
}

// next says when a message would be answered that is delivered now. Waiting
// says that there is no connection.
func (a *answers) next(therapist string, waiting bool) expectation {
	words := a.words.Expect
	switch {
	case a.style == availability.StyleNone:
		return expectation{text: words.None(therapist), list: true}
	case a.outlook == nil:
		return expectation{text: words.NotSet(therapist)}
	}
	f := a.outlook.Forecast(a.now)
	e := expectation{reasons: a.reasons(f)}
	switch {
	case !f.Due.After(a.now): // the outlook has ended
		return expectation{text: words.Unknown}
	case f.Beyond && waiting:
		e.text = a.beyond(f, words.SentLater, words.SentNotBefore)
	case f.Beyond:
		e.text = a.beyond(f, words.Later, words.NotBefore)
	case waiting:
		e.text = words.Sent(a.clock.Due(f.Due))
	default:
		e.text = words.By(a.clock.Due(f.Due))
	}
	if a.style == availability.StyleLogistics {
		e.text = words.Logistics + " " + e.text
	}
	return e
}

// message says when one of the client's own messages will be answered, empty
// where there is nothing to say. While it waits to be sent, that is said of a
// message delivered now, and moves on with time.
func (a *answers) message(b state.Bubble) string {
	if !a.awaits(b) {
		return ""
	}
	words := a.words.Expect
	waiting := b.Status == message.StatusWaiting
	delivered := b.At
	if waiting {
		delivered = a.now // at the earliest
	}
	f := a.outlook.Forecast(delivered)
	var text string
	switch {
	case waiting && !f.Due.After(a.now): // the outlook has ended
		return words.Counting
	case a.passed(f):
		return words.Passed(a.clock.Due(f.Due))
	case waiting && f.Beyond:
		text = a.beyond(f, words.SentLater, words.SentNotBefore)
	case waiting:
		text = words.Sent(a.clock.Due(f.Due))
	case f.Beyond:
		text = a.beyond(f, words.Later, words.NotBefore)
	default:
		text = words.By(a.clock.Due(f.Due))
	}
	if reasons := a.reasons(f); reasons != "" {
		text += " · " + reasons
	}
	return text
}

// overdue reports whether the usual time for an answer has passed for one of
// the client's messages: for the oldest, then, since no later one is answered sooner.
func (a *answers) overdue(v state.View) bool {
	i := slices.IndexFunc(v.Bubbles, func(b state.Bubble) bool { return a.awaits(b) && b.Status != message.StatusWaiting })
	return i >= 0 && a.passed(a.outlook.Forecast(v.Bubbles[i].At))
}

// awaits reports whether an answer to the message can be spoken of. Messages
// from before the outlook are past speaking of: many need no answer. Those that
// wait to be sent are not, however long ago they were written.
func (a *answers) awaits(b state.Bubble) bool {
	return a.client && b.Mine && !b.Answered && b.Status != message.StatusRejected && a.outlook != nil &&
		a.style != availability.StyleNone && (b.Status == message.StatusWaiting || !b.At.Before(a.outlook.From))
}

func (a *answers) passed(f availability.Forecast) bool { return !f.Beyond && !a.now.Before(f.Due) }

// due says, to a therapist, when the answer to a message delivered at a moment
// is due.
func (a *answers) due(delivered time.Time) string {
	words := a.words.Expect
	if delivered.IsZero() || a.outlook == nil || a.style == availability.StyleNone || delivered.Before(a.outlook.From) {
		return ""
	}
	f := a.outlook.Forecast(delivered)
	switch {
	case a.passed(f):
		return words.DueSince(a.near(f.Due))
	case f.Beyond:
		return a.beyond(f, words.DueLater, words.DueNotBefore)
	default:
		return words.Due(a.near(f.Due))
	}
}

// near names a moment with its day, which for today needs no date.
func (a *answers) near(t time.Time) string {
	if a.clock.DayKey(t) == a.clock.DayKey(a.now) {
		return a.clock.Time(t)
	}
	return a.clock.Soon(t)
}

// beyond says of an answer that comes after the outlook, later than a day or,
// where the therapist is away even longer, not before one.
func (a *answers) beyond(f availability.Forecast, later, notBefore func(day string) string) string {
	if back := a.back(f); back != "" {
		return notBefore(back)
	}
	return later(a.day(f.Due))
}

// back names the day until which an absence keeps an answer that comes after the
// outlook, empty where none does.
func (a *answers) back(f availability.Forecast) string {
	for _, c := range f.Reasons {
		if c.Kind == availability.KindAway && c.Until > availability.DateOf(f.Due) {
			return a.clock.Date(c.Until)
		}
	}
	return ""
}

func (a *answers) day(t time.Time) string { return a.clock.Day(t) }

// reasons names what makes an answer late, each thing once.
func (a *answers) reasons(f availability.Forecast) string {
	var names []string
	for _, c := range f.Reasons {
		day := ""
		if c.Until != "" {
			day = a.clock.Date(c.Until)
		}
		if name := a.words.Reason(c, day); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, " · ")
}

// expectID is the element id of the line that says when an answer comes.
const expectID = "expect"

// expect is the line beside the box that says when an answer comes.
func (t *thread) expect(v state.View) app.UI {
	a := answersIn(t.words, t.Clock, v)
	line := app.P().ID(expectID).Class("expect").DataSet("testid", "expect-compose")
	if !a.client {
		return line.Text(a.due(oldestOpen(v)))
	}
	e := a.next(string(v.Peer.Name), t.State.Connection() == state.Offline)
	return line.Body(
		app.Span().Text(e.text),
		app.If(e.reasons != "", func() app.UI { return app.Span().Class("expect-reason").Text(" · " + e.reasons) }),
		app.If(e.list, func() app.UI {
			return app.A().Class("expect-link").Href(agendaAt(v.ID)).Text(t.words.Expect.ToList)
		}),
	)
}

// oldestOpen returns when the oldest message of the other person without an
// answer was accepted, the zero time if there is none. Those from before the
// outlook are past waiting for.
func oldestOpen(v state.View) time.Time {
	for _, b := range v.Bubbles {
		if !b.Mine && !b.Answered && (v.Availability == nil || !b.At.Before(v.Availability.From)) {
			return b.At
		}
	}
	return time.Time{}
}

// silence is what a client can do where the usual time for an answer has
// passed.
func (t *thread) silence(v state.View) app.UI {
	if !answersIn(t.words, t.Clock, v).overdue(v) {
		return nil
	}
	words := t.words.Expect
	return app.Aside().Class("silence").Aria("labelledby", "silence-title").DataSet("testid", "expect-passed").Body(
		app.H2().Class("silence-title").ID("silence-title").Text(words.PassedTitle),
		app.P().Text(words.PassedText),
		app.Ul().Class("silence-list").Body(
			app.Li().Text(words.WriteAgain),
			app.Li().Text(words.CallPractice),
			app.Li().Body(app.A().Href(agendaAt(v.ID)).Text(words.NextTime)),
			app.Li().Body(app.A().Href(crisisAt(t.State.Country())).Text(words.InDanger)),
		),
	)
}
