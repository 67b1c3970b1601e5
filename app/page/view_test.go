package page

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/agenda"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

var (
	me   = uuid.MustParse("11111111-1111-4111-8111-111111111111")
	peer = uuid.MustParse("22222222-2222-4222-8222-222222222222")
	talk = uuid.MustParse("33333333-3333-4333-8333-333333333333")
	noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
)

// utc is a clock for readers in UTC, on the day of noon.
type utc struct{}

func (utc) Day(t time.Time) string {
	if t.YearDay() == noon.YearDay() {
		return "Today"
	}
	return t.Format("Monday 2 January")
}
func (utc) DayKey(t time.Time) string { return t.Format(time.DateOnly) }
func (utc) Time(t time.Time) string   { return t.Format("15:04") }
func (utc) Full(t time.Time) string   { return t.Format("2 January 2006 15:04") }
func (utc) Due(t time.Time) string    { return t.Format("Monday 2 January, 15:04") }
func (utc) Soon(t time.Time) string   { return t.Format("Monday, 15:04") }
func (utc) Date(d availability.Date) string {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t.Format("Monday 2 January")
}
func (utc) Today(string) availability.Date { return availability.DateOf(noon) }
func (utc) Zone() string                   { return "UTC" }
func (utc) Zones() []string                { return []string{"Europe/Dublin", "UTC"} }
func (utc) Now() time.Time                 { return noon }

var _ Clock = utc{}

func bubble(seq int64, mine bool, at time.Time) state.Bubble {
	b := state.Bubble{
		ID: uuid.NewSHA1(talk, []byte(at.String())), Seq: seq, Body: "words", Mine: mine, At: at, WrittenAt: at,
	}
	if mine {
		b.Status = message.StatusSent
	}
	return b
}

func lines(entries []ui.Entry) string {
	var s []string
	for _, e := range entries {
		switch e.Kind {
		case ui.EntryDay:
			s = append(s, e.Label)
		case ui.EntryNew:
			s = append(s, "new")
		case ui.EntryMessage:
			who := "theirs"
			if e.Mine {
				who = "mine"
			}
			if e.Follows {
				who = "+" + who
			}
			s = append(s, who)
		}
	}
	return strings.Join(s, ", ")
}

func TestEntries(t *testing.T) {
	words := phrase.English()
	view := state.View{Found: true, Bubbles: []state.Bubble{
		bubble(1, true, noon.Add(-25*time.Hour)),
		bubble(2, true, noon.Add(-24*time.Hour)),
		bubble(3, false, noon.Add(-23*time.Hour)),
		bubble(4, false, noon),
		bubble(5, false, noon.Add(time.Minute)),
		bubble(6, true, noon.Add(time.Hour)),
	}}

	t.Run("begin each day with its name and keep one person's messages together", func(t *testing.T) {
		got := lines(timelineView{words: words, clock: utc{}}.entries(view))
		want := "Saturday 21 November, mine, +mine, theirs, Today, theirs, +theirs, mine"
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})

	t.Run("have a line above what is new, also where it comes within a day", func(t *testing.T) {
		got := lines(timelineView{words: words, clock: utc{}, newFrom: 5}.entries(view))
		want := "Saturday 21 November, mine, +mine, theirs, Today, theirs, new, theirs, mine"
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})

	t.Run("say nothing of where the other person's messages stand", func(t *testing.T) {
		if e := (timelineView{words: words, clock: utc{}}).entries(view)[3]; e.StatusText != "" {
			t.Errorf("got %q", e.StatusText)
		}
	})

	t.Run("say when a late message was written", func(t *testing.T) {
		b := bubble(1, false, noon)
		b.Late, b.WrittenAt = true, noon.AddDate(0, -6, 0)
		e := timelineView{words: words, clock: utc{}}.entry(b, "Maya")
		if want := "Written 22 May 2026 12:00"; e.Late != want {
			t.Errorf("got %q, want %q", e.Late, want)
		}
	})

	t.Run("say what became of a text that cannot be shown", func(t *testing.T) {
		v := timelineView{words: words, clock: utc{}}
		destroyed, unreadable := bubble(1, false, noon), bubble(2, true, noon)
		destroyed.Body, destroyed.Destroyed = "", true
		unreadable.Body, unreadable.Unreadable = "", true
		if e := v.entry(destroyed, "Maya"); !e.Lost || e.Body != words.Conversation.Destroyed {
			t.Errorf("got %+v", e)
		}
		if e := v.entry(unreadable, "Maya"); !e.Lost || e.Body != words.Conversation.Unreadable {
			t.Errorf("got %+v", e)
		}
		if e := v.entry(bubble(3, true, noon), "Maya"); e.Lost {
			t.Errorf("got %+v", e)
		}
	})
}

func TestEntryStatus(t *testing.T) {
	words := phrase.English()
	v := timelineView{words: words, clock: utc{}, waiting: words.Status.Waiting}
	for status, want := range map[message.Status]string{
		message.StatusWaiting:   "Waiting for connection",
		message.StatusSent:      "Sent",
		message.StatusDelivered: "Delivered",
		message.StatusRead:      "Read",
		message.StatusRejected:  "Not sent",
	} {
		t.Run("is in words when "+string(status), func(t *testing.T) {
			b := bubble(1, true, noon)
			b.Status = status
			if e := v.entry(b, "Maya"); e.StatusText != want || e.Status != string(status) {
				t.Errorf("got %q, %q", e.Status, e.StatusText)
			}
		})
	}
}

func TestEntryChange(t *testing.T) {
	words := phrase.English()
	waiting, rejected, sent := bubble(0, true, noon), bubble(0, true, noon), bubble(1, true, noon)
	waiting.Status, waiting.CanChange = message.StatusWaiting, true
	rejected.Status, rejected.CanChange = message.StatusRejected, true
	tried := waiting
	tried.CanChange = false
	for _, test := range []struct {
		name     string
		bubble   state.Bubble
		removing uuid.UUID
		want     ui.Change
	}{
		{"may be edited while it waits", waiting, uuid.UUID{}, ui.ChangeWaiting},
		{"gives its text back when rejected", rejected, uuid.UUID{}, ui.ChangeRejected},
		{"asks before it is removed", waiting, waiting.ID, ui.ChangeRemoving},
		{"stays as it is once it was tried", tried, uuid.UUID{}, ui.ChangeNothing},
		{"stays as it is once sent", sent, uuid.UUID{}, ui.ChangeNothing},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := timelineView{words: words, clock: utc{}, removing: test.removing}
			if got := v.entry(test.bubble, "Maya").Change; got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

func TestWaitingText(t *testing.T) {
	words := phrase.English()
	for _, test := range []struct {
		name       string
		login      state.Login
		connection state.Connection
		suspended  bool
		want       string
	}{
		{"waits for a connection when offline", state.LoggedIn, state.Offline, false, words.Status.Waiting},
		{"is on its way when online", state.LoggedIn, state.Online, false, words.Status.Sending},
		{"waits for a login when that ran out", state.LoginExpired, state.Online, false, words.Status.NeedLogin},
		{"waits for the practice while that is suspended", state.LoggedIn, state.Online, true, words.Suspension.Status},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := waitingText(words, test.login, test.connection, test.suspended); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestListItems(t *testing.T) {
	words := phrase.English()
	summary := state.Summary{
		ID: talk, Peer: wire.Person{ID: peer, Name: "Maya"}, Last: "first\nsecond", LastIsMine: true, At: noon, Unread: 12,
	}

	t.Run("show the newest message on one line, and whose it is", func(t *testing.T) {
		it := listItems(words, utc{}, []state.Summary{summary}, uuid.UUID{})[0]
		if it.Prefix != "You:" || it.Preview != "first second" || it.Time != "12:00" || it.Badge != "9+" {
			t.Errorf("got %+v", it)
		}
	})

	t.Run("show the day of older messages", func(t *testing.T) {
		old := summary
		old.At = noon.AddDate(0, 0, -3)
		if got := listItems(words, utc{}, []state.Summary{old}, uuid.UUID{})[0].Time; got != "Thursday 19 November" {
			t.Errorf("got %q", got)
		}
	})

	t.Run("show a draft, but not of the one that is open", func(t *testing.T) {
		with := summary
		with.Draft = "I meant to say"
		if it := listItems(words, utc{}, []state.Summary{with}, uuid.UUID{})[0]; it.Prefix != "Draft:" || it.Preview != "I meant to say" {
			t.Errorf("got %q %q", it.Prefix, it.Preview)
		}
		if it := listItems(words, utc{}, []state.Summary{with}, talk)[0]; it.Prefix != "You:" || !it.Current {
			t.Errorf("got %q, current %t", it.Prefix, it.Current)
		}
	})

	t.Run("have no time while nothing was written", func(t *testing.T) {
		if it := listItems(words, utc{}, []state.Summary{{ID: talk}}, uuid.UUID{})[0]; it.Time != "" || it.Preview != "" {
			t.Errorf("got %q %q", it.Time, it.Preview)
		}
	})
}

func TestOneLine(t *testing.T) {
	t.Run("cuts long texts between characters", func(t *testing.T) {
		got := oneLine(strings.Repeat("é", maxPreview))
		if len(got) > maxPreview || strings.ContainsRune(got, '\uFFFD') || got == "" {
			t.Errorf("got %d bytes: %q", len(got), got)
		}
	})
}

func TestLostOnLogOut(t *testing.T) {
	known := state.New()
	known.SetLogin(state.LoggedIn, wire.Account{ID: me})
	other := uuid.MustParse("44444444-4444-4444-8444-444444444444")
	for _, id := range []uuid.UUID{talk, other} {
		known.ApplyConversation(wire.Conversation{ID: id, Client: wire.Person{ID: me}, Therapist: wire.Person{ID: peer}})
	}
	if got := lostOnLogOut(known); got != (ui.Lost{}) {
		t.Fatalf("got %+v where there is nothing to lose", got)
	}
	add := func() *agenda.Change {
		return &agenda.Change{ID: uuid.New(), Kind: agenda.Add, Text: "words", Place: "V"}
	}
	known.AddPending(
		state.Pending{ID: uuid.New(), Conversation: talk, Body: "words"},
		state.Pending{ID: uuid.New(), Conversation: other, Body: "words", Rejected: wire.CodeNotFound},
		state.Pending{ID: uuid.New(), Kind: state.KindAgenda, Conversation: talk, Change: add()},
		state.Pending{ID: uuid.New(), Kind: state.KindAgenda, Conversation: talk, Change: add(), Rejected: wire.CodeListFull},
		state.Pending{ID: uuid.New(), Kind: state.KindAgreement, Conversation: talk, Version: 1}, // would be asked for again
	)
	known.SetDraft(talk, "words")
	known.SetDraft(other, " \n")
	known.SetPlan(state.Plan{Steps: "words"})
	if got, want := lostOnLogOut(known), (ui.Lost{Messages: 2, Changes: 2, Drafts: 1, Plan: true}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
