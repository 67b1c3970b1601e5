package page

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// outlook is that of an office in UTC, nine to five on weekdays, with an answer
// within one to two business days, around noon, a Sunday. Thursday is a
// holiday, and from Friday on the therapist is away.
func outlook(days int) *availability.Outlook {
	a := availability.Default("UTC")
	a.Away = []availability.Period{{From: "2026-11-27", To: "2026-12-01"}}
	o := availability.Expand(a, time.UTC, func(d availability.Date) (string, bool) {
		return "Thanksgiving Day", d == "2026-11-26"
	}, noon.AddDate(0, 0, -30), noon.AddDate(0, 0, days))
	return &o
}

func TestNextAnswer(t *testing.T) {
	wednesday := noon.AddDate(0, 0, 3)
	for _, test := range []struct {
		name    string
		answers answers
		waiting bool
		want    expectation
	}{
		{
			name:    "is forecast from now",
			answers: answers{outlook: outlook(90), now: noon},
			want:    expectation{text: "Usually answered by Wednesday 25 November, 17:00 your time", reasons: "weekend"},
		},
		{
			name:    "counts from when a message is sent",
			answers: answers{outlook: outlook(90), now: noon}, waiting: true,
			want: expectation{text: "Once sent, usually answered by Wednesday 25 November, 17:00 your time", reasons: "weekend"},
		},
		{
			name:    "says why it is late",
			answers: answers{outlook: outlook(90), now: wednesday},
			want: expectation{
				text:    "Usually answered by Thursday 3 December, 17:00 your time",
				reasons: "Thanksgiving Day · away until Wednesday 2 December",
			},
		},
		{
			name:    "is later than what is known",
			answers: answers{outlook: outlook(4), now: wednesday},
			want:    expectation{text: "Usually answered later than Friday 27 November", reasons: "Thanksgiving Day"},
		},
		{
			name:    "is not before the end of an absence that what is known ends in",
			answers: answers{outlook: outlook(7), now: wednesday},
			want: expectation{
				text:    "Usually not answered before Wednesday 2 December",
				reasons: "Thanksgiving Day · away until Wednesday 2 December",
			},
		},
		{
			name:    "is not known when what is known is over",
			answers: answers{outlook: outlook(4), now: noon.AddDate(0, 1, 0)},
			want:    expectation{text: "When an answer usually comes will show here once you are online."},
		},
		{
			name:    "is not known while nothing is set",
			answers: answers{now: noon},
			want:    expectation{text: "Maya has not said yet how soon answers usually come."},
		},
		{
			name:    "does not come between appointments",
			answers: answers{outlook: outlook(90), now: noon, style: availability.StyleNone},
			want:    expectation{text: "Maya does not answer messages between appointments.", list: true},
		},
		{
			name:    "comes to practical matters",
			answers: answers{outlook: outlook(90), now: noon, style: availability.StyleLogistics},
			want: expectation{
				text:    "For times, bills, forms and the like. Usually answered by Wednesday 25 November, 17:00 your time",
				reasons: "weekend",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.answers.words, test.answers.clock = phrase.English(), utc{}
			if got := test.answers.next("Maya", test.waiting); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestAnswerToMessage(t *testing.T) {
	mine := state.Bubble{Mine: true, At: noon.AddDate(0, 0, -2), Status: message.StatusDelivered}
	with := func(change func(*state.Bubble)) state.Bubble { b := mine; change(&b); return b }
	for _, test := range []struct {
		name   string
		bubble state.Bubble
		want   string
		passed bool
	}{
		{"is forecast from when it was accepted", mine, "Usually answered by Tuesday 24 November, 17:00 your time · weekend", false},
		{"is forecast from now while it waits", with(func(b *state.Bubble) { b.Status = message.StatusWaiting }),
			"Once sent, usually answered by Wednesday 25 November, 17:00 your time · weekend", false},
		{"is forecast from now however long it waits", with(func(b *state.Bubble) { b.Status, b.At = message.StatusWaiting, noon.AddDate(0, -3, 0) }),
			"Once sent, usually answered by Wednesday 25 November, 17:00 your time · weekend", false},
		{"has passed", with(func(b *state.Bubble) { b.At = noon.AddDate(0, 0, -10) }),
			"An answer would usually have come by Monday 16 November, 17:00 your time", true},
		{"is not spoken of once there is one", with(func(b *state.Bubble) { b.Answered = true }), "", false},
		{"is not spoken of after long", with(func(b *state.Bubble) { b.At = noon.AddDate(0, -3, 0) }), "", false},
		{"is not spoken of where it was not sent", with(func(b *state.Bubble) { b.Status = message.StatusRejected }), "", false},
		{"is not expected of oneself", with(func(b *state.Bubble) { b.Mine = false }), "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := answers{words: phrase.English(), clock: utc{}, now: noon, outlook: outlook(90), client: true}
			if got := a.message(test.bubble); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			among := []state.Bubble{with(func(b *state.Bubble) { b.At, b.Answered = noon.AddDate(0, 0, -20), true }), test.bubble, mine}
			if got := a.overdue(state.View{Bubbles: among}); got != test.passed {
				t.Errorf("overdue is %t", got)
			}
		})
	}
}

func TestAnswerToWaitingMessage(t *testing.T) {
	waiting := state.Bubble{Mine: true, At: noon, Status: message.StatusWaiting}
	for _, test := range []struct {
		name string
		days int // of which the outlook is
		now  time.Time
		want string
	}{
		{"moves on while it waits", 90, noon.AddDate(0, 0, 3), "Once sent, usually answered by Thursday 3 December, 17:00 your time · Thanksgiving Day · away until Wednesday 2 December"},
		{"is later than what is known", 4, noon.AddDate(0, 0, 3), "Once sent, usually answered later than Friday 27 November · Thanksgiving Day"},
		{"is not before the end of an absence", 7, noon.AddDate(0, 0, 3), "Once sent, usually not answered before Wednesday 2 December · Thanksgiving Day · away until Wednesday 2 December"},
		{"is not known when what is known is over", 4, noon.AddDate(0, 1, 0), "The time for an answer counts from when it is delivered"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := answers{words: phrase.English(), clock: utc{}, now: test.now, outlook: outlook(test.days), client: true}
			if got := a.message(waiting); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestInbox(t *testing.T) {
	waiting := func(name message.Text, days int, unseen ...message.Text) state.Summary {
		return state.Summary{
			ID: uuid.NewSHA1(talk, []byte(name)), Peer: wire.Person{Name: name}, PeerRole: wire.RoleClient,
			Availability: outlook(90), Oldest: noon.AddDate(0, 0, -days), Unseen: unseen,
		}
	}
	quiet := waiting("quiet", 0)
	quiet.Oldest = time.Time{}
	listed := waiting("listed", 0)
	listed.Listed = []message.Text{"My sister", "I want to kill myself tonight."}
	in := inbox{words: phrase.English(), clock: utc{}}
	sorted := in.sort([]state.Summary{
		quiet, waiting("fresh", 0), waiting("weekend", 1), waiting("overdue", 12), waiting("danger", 0, "I want to kill myself tonight."), listed, waiting("older", 3),
	})
	items := make([]ui.ListItem, len(sorted))
	in.mark(items, sorted)
	want := []struct{ name, due, need string }{
		{"danger", "Answer due Wednesday, 17:00", "May need you first"},
		{"listed", "Answer due Wednesday, 17:00", "May need you first · on the list"},
		{"overdue", "Answer due since Thursday, 17:00", ""},
		{"older", "Answer due Monday, 17:00", ""},
		{"weekend", "Answer due Wednesday, 17:00", ""},
		{"fresh", "Answer due Wednesday, 17:00", ""},
		{"quiet", "", ""},
	}
	for i, w := range want {
		if string(sorted[i].Peer.Name) != w.name || items[i].Due != w.due || items[i].MayNeed != w.need {
			t.Errorf("number %d is %s, %q, %q, want %v", i+1, sorted[i].Peer.Name, items[i].Due, items[i].MayNeed, w)
		}
	}
}

// withTerms is a state with one conversation whose agreement has been
// acknowledged up to a version of two.
func withTerms(role wire.Role, acknowledged int64) *state.App {
	s := loggedIn(role)
	c, _ := s.Synced(talk, nil, nil)
	c.Rev++
	c.Style, c.Availability = availability.StyleBrief, outlook(90)
	c.Agreement = &wire.Agreement{
		Version: 2, Style: availability.StyleBrief, Promise: availability.DefaultPromise(), Words: "I read at noon.",
		Acknowledged: acknowledged,
	}
	if acknowledged > 0 {
		c.Agreement.AcknowledgedAt = &noon
	}
	if acknowledged == 1 {
		c.Agreement.Changed = []wire.AgreementPart{wire.AgreementWords}
	}
	s.ApplySync([]wire.SyncedConversation{c})
	return s
}

func TestAgreement(t *testing.T) {
	path := "/c/" + talk.String()
	conversation := func(role wire.Role, acknowledged int64) string { return at(t, withTerms(role, acknowledged), path) }
	t.Run("is shown to a client who has not read it", func(t *testing.T) {
		html := conversation(wire.RoleClient, 0)
		has(t, html, `data-testid="agreement"`, "I read at noon.", "Usually in 1 to 2 business days", "agreement-ack", "/crisis", "compose-input")
		hasNot(t, html, "agreement-again")
	})
	t.Run("is shown again when it changes", func(t *testing.T) {
		has(t, conversation(wire.RoleClient, 1), "has changed since you read it: your therapist’s own words.", "agreement-ack")
	})
	t.Run("can be read again", func(t *testing.T) {
		html := conversation(wire.RoleClient, 2)
		has(t, html, "agreement-again")
		hasNot(t, html, `data-testid="agreement"`)
		has(t, at(t, withTerms(wire.RoleClient, 2), "/settings"), "settings-agreement", "I read at noon.")
	})
	t.Run("tells a therapist who has read it", func(t *testing.T) {
		for acknowledged, want := range map[int64]string{
			0: "Sam has not read yet", 1: "Sam has not read your latest changes", 2: "Sam read how you use messages",
		} {
			html := conversation(wire.RoleTherapist, acknowledged)
			has(t, html, want)
			hasNot(t, html, "agreement-ack")
		}
	})
}
