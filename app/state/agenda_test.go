package state

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/agenda"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

func itemID(n byte) uuid.UUID { return uuid.NewSHA1(conv, []byte{'i', n}) }

// item is one that the server confirmed at a rev.
func item(n byte, text message.Text, rev int64) agenda.Item {
	id := itemID(n)
	return agenda.Item{
		ID: id, TextID: id, Text: text, Place: agenda.Between(string('A'+n), ""),
		Author: peer, CreatedAt: start, Rev: rev,
	}
}

// waitingChange is a change that waits on the device.
func waitingChange(n byte, kind agenda.Kind, of uuid.UUID, text message.Text) Pending {
	c := &agenda.Change{ID: itemID(n), Kind: kind, Item: of, Text: text, At: start}
	switch kind {
	case agenda.Add:
		c.Item, c.Place = c.ID, "zz"
	case agenda.Edit:
		c.Base, c.Place = of, "zz"
	case agenda.Remove:
		c.Base = of
	}
	return Pending{ID: c.ID, Kind: KindAgenda, Conversation: conv, Change: c, WrittenAt: MillisOf(start)}
}

func appWithList(items ...agenda.Item) *App {
	a := newApp(nil, 0, 1)
	a.ApplySync([]wire.SyncedConversation{{Conversation: info(0, 1), Agenda: items}})
	return a
}

func texts(a *App) []string {
	list := []string{}
	for _, it := range a.Agenda(conv) {
		list = append(list, string(it.Text))
	}
	return list
}

func TestAgenda(t *testing.T) {
	t.Run("is what was confirmed with what waits applied", func(t *testing.T) {
		a := appWithList(item(1, "sleep", 1), item(2, "work", 1), item(3, "home", 1))
		a.AddPending(
			waitingChange(11, agenda.Add, uuid.Nil, "new"),
			waitingChange(12, agenda.Check, itemID(1), ""),
			waitingChange(13, agenda.Remove, itemID(2), ""),
		)
		if got, want := texts(a), []string{"sleep", "home", "new"}; !slices.Equal(got, want) {
			t.Fatalf("list %q, want %q", got, want)
		}
		list := a.Agenda(conv)
		if it := list[0]; !it.Done || it.DoneBy != me || !it.Waiting || it.Mine || it.Rev != 0 {
			t.Fatalf("checked off: %+v", it)
		}
		if it := list[1]; it.Waiting || it.Mine {
			t.Fatalf("untouched: %+v", it)
		}
		if it := list[2]; !it.Waiting || !it.Mine {
			t.Fatalf("added: %+v", it)
		}
		if n := a.View(conv).OpenItems; n != 2 || a.List()[0].OpenItems != 2 || a.List()[0].Changes != 3 {
			t.Fatalf("%d open items, summary %+v", n, a.List()[0])
		}
		if n := a.QueueCount(); n != 3 {
			t.Fatalf("queue %d, want 3", n)
		}
	})
	t.Run("does not mind order or repeats of what arrives", func(t *testing.T) {
		a := appWithList(item(1, "third", 3))
		older := item(1, "second", 2)
		gone := item(2, "", 4)
		gone.Removed = true
		for _, it := range []agenda.Item{older, gone, item(2, "back from the dead", 3), item(1, "third", 3), gone} {
			a.ApplyAgenda(wire.AgendaEvent{Conversation: conv, Rev: it.Rev, Items: []agenda.Item{it}})
		}
		if got := texts(a); !slices.Equal(got, []string{"third"}) {
			t.Fatalf("list %q", got)
		}
	})
	t.Run("shows a change once, whether its answer or its event comes first", func(t *testing.T) {
		a := appWithList()
		p := waitingChange(11, agenda.Add, uuid.Nil, "new")
		a.AddPending(p)
		stored := p.Change.Apply(func(uuid.UUID) (agenda.Item, bool) { return agenda.Item{}, false }, me, start)
		stored[0].Rev = 2
		a.ApplyAgenda(wire.AgendaEvent{Conversation: conv, Rev: 2, Items: stored})
		if list := a.Agenda(conv); len(list) != 1 || !list[0].Waiting {
			t.Fatalf("list %+v", list)
		}
		p.Stored, p.Rev = true, 2
		a.SetPending([]Pending{p})
		if list := a.Agenda(conv); len(list) != 1 || list[0].Waiting || a.QueueCount() != 0 {
			t.Fatalf("list %+v, queue %d", list, a.QueueCount())
		}

		next := waitingChange(12, agenda.Add, uuid.Nil, "next")
		next.Stored, next.Rev = true, 3
		a.SetPending([]Pending{next})
		if list := a.Agenda(conv); len(list) != 2 || list[1].Waiting {
			t.Fatalf("list %+v", list)
		}
		stored = next.Change.Apply(func(uuid.UUID) (agenda.Item, bool) { return agenda.Item{}, false }, me, start)
		stored[0].Rev = 3
		a.ApplyAgenda(wire.AgendaEvent{Conversation: conv, Rev: 3, Items: stored})
		if list := a.Agenda(conv); len(list) != 2 || list[0].Rev != 3 && list[1].Rev != 3 {
			t.Fatalf("list %+v", list)
		}
	})
	t.Run("lets go of what the server took though something else was missed", func(t *testing.T) {
		a := appWithList(item(1, "sleep", 1))
		check := waitingChange(11, agenda.Check, itemID(1), "")
		check.Stored, check.Rev = true, 5 // 2 to 4 were read marks that nobody told
		a.SetPending([]Pending{check})
		done := item(1, "sleep", 5)
		done.Done = true
		a.ApplyAgenda(wire.AgendaEvent{Conversation: conv, Rev: 5, Items: []agenda.Item{done}})
		a.ApplyAgenda(wire.AgendaEvent{Conversation: conv, Rev: 6, Items: []agenda.Item{item(1, "sleep", 6)}})
		if list := a.Agenda(conv); len(list) != 1 || list[0].Done {
			t.Fatalf("list %+v", list)
		}
	})
	t.Run("keeps both texts where the other person wrote over the same one", func(t *testing.T) {
		a := appWithList(item(1, "sleep", 1))
		a.AddPending(waitingChange(11, agenda.Edit, itemID(1), "naps"))
		theirs := item(1, "nightmares", 2)
		theirs.TextID = itemID(21)
		a.ApplyAgenda(wire.AgendaEvent{Conversation: conv, Rev: 2, Items: []agenda.Item{theirs}})
		if got, want := texts(a), []string{"nightmares", "naps"}; !slices.Equal(got, want) {
			t.Fatalf("list %q, want %q", got, want)
		}
	})
	t.Run("keeps the words of what was rejected apart", func(t *testing.T) {
		a := appWithList(item(1, "sleep", 1))
		add, edit := waitingChange(11, agenda.Add, uuid.Nil, "new"), waitingChange(12, agenda.Edit, itemID(1), "naps")
		add.Rejected, edit.Rejected, edit.Reasons = wire.CodeListFull, wire.CodeInvalidMessage, []string{"too_long"}
		a.SetPending([]Pending{add, edit})
		list := a.Agenda(conv)
		if len(list) != 3 || list[0].Text != "sleep" || list[0].Waiting {
			t.Fatalf("list %+v", list)
		}
		for _, it := range list[1:] {
			text, ok := a.RejectedChange(conv, it.Change)
			if !ok || text != it.Text || it.Rejected == "" || it.Waiting {
				t.Fatalf("rejected %+v, text %q", it, string(text))
			}
		}
		if a.QueueCount() != 0 || a.View(conv).OpenItems != 1 || a.List()[0].Changes != 2 {
			t.Fatalf("queue %d, view %+v", a.QueueCount(), a.View(conv))
		}
	})
	t.Run("tells of a conversation not known yet", func(t *testing.T) {
		if !New().ApplyAgenda(wire.AgendaEvent{Conversation: conv, Rev: 2}) {
			t.Fatal("not told")
		}
	})
}

func TestHaveOfLists(t *testing.T) {
	synced := wire.SyncedConversation{Conversation: info(0, 7), Agenda: []agenda.Item{item(1, "sleep", 6)}}
	synced.AgendaRev = 6
	of := func(a *App) int64 { return a.Have(start).Agenda[conv.String()] }

	t.Run("asks from what the device keeps, not from what events told", func(t *testing.T) {
		a := newApp(nil, 0, 1)
		a.ApplySync([]wire.SyncedConversation{synced}) // told by another page, say
		if got := of(a); got != 0 {
			t.Fatalf("asks from %d before the device keeps anything", got)
		}
		a.KeptSync([]wire.SyncedConversation{synced})
		told := info(0, 9)
		told.AgendaRev = 9
		a.ApplyConversation(told)
		a.ApplyAgenda(wire.AgendaEvent{Conversation: conv, Rev: 10, Items: []agenda.Item{item(2, "work", 10)}})
		if got := of(a); got != 6 {
			t.Fatalf("asks from %d, want 6", got)
		}
		if s, _ := a.Synced(conv, nil, nil); s.AgendaRev != 6 {
			t.Fatalf("the device would take its list for whole up to %d", s.AgendaRev)
		}
	})
	t.Run("starts over where the device has forgotten", func(t *testing.T) {
		a := newApp(nil, 0, 1)
		a.ApplyKept([]wire.SyncedConversation{synced})
		if got := of(a); got != 6 {
			t.Fatalf("asks from %d, want 6", got)
		}
		a.ApplyKept(nil)
		if got := of(a); got != 0 {
			t.Fatalf("asks from %d, want 0", got)
		}
	})
}

func TestAvailability(t *testing.T) {
	outlook := func(version int) *availability.Outlook {
		return &availability.Outlook{Version: version, To: start.Add(availability.Horizon)}
	}
	withOutlook := func() *App {
		c := info(0, 5)
		c.Style, c.Availability, c.Agreement = availability.StyleOpen, outlook(1), &wire.Agreement{Version: 1, TextVersion: 1}
		a := newApp(nil, 0, 1)
		a.ApplySync([]wire.SyncedConversation{{Conversation: c}})
		return a
	}
	t.Run("changes with its event", func(t *testing.T) {
		a := withOutlook()
		e := wire.AvailabilityEvent{
			Conversation: conv, Rev: 6, Style: availability.StyleBrief, Availability: outlook(2), Agreement: &wire.Agreement{Version: 2},
		}
		if a.ApplyAvailability(e) {
			t.Fatal("the conversation is known")
		}
		v := a.View(conv)
		if v.Style != availability.StyleBrief || v.Availability.Version != 2 || v.Agreement.Version != 2 {
			t.Fatalf("view %+v", v)
		}
		e.Rev, e.Style = 4, availability.StyleNone
		a.ApplyAvailability(e)
		if s := a.List()[0]; s.Style != availability.StyleBrief || s.Availability.Version != 2 {
			t.Fatalf("older news undid newer: %+v", s)
		}
		if !New().ApplyAvailability(e) {
			t.Fatal("an unknown conversation is not told of")
		}
	})
	t.Run("stays when an event of the conversation leaves it out", func(t *testing.T) {
		a := withOutlook()
		c := info(0, 6)
		c.Style = availability.StyleNone
		a.ApplyConversation(c)
		if v := a.View(conv); v.Availability == nil || v.Style != availability.StyleNone {
			t.Fatalf("view %+v", v)
		}
	})
	t.Run("missed between two events is asked for", func(t *testing.T) {
		a := withOutlook()
		a.ApplyConversation(info(0, 7)) // 6 may have changed the outlook
		if rev := a.Have(start).Revs[conv.String()]; rev != 5 {
			t.Fatalf("rev %d, want 5", rev)
		}
	})
	t.Run("of a conversation known by an event alone is asked for", func(t *testing.T) {
		a := New()
		if !a.ApplyConversation(info(0, 1)) {
			t.Fatal("not told")
		}
		if have := a.Have(start).Have; len(have) != 0 {
			t.Fatalf("have %v, want nothing", have)
		}
	})
	t.Run("is asked for anew once it is a day old", func(t *testing.T) {
		a := withOutlook()
		for age, want := range map[time.Duration]bool{time.Hour: true, 25 * time.Hour: false} {
			if _, ok := a.Have(start.Add(age)).Revs[conv.String()]; ok != want {
				t.Errorf("after %v: rev told %v, want %v", age, ok, want)
			}
		}
	})
}

func TestAgreement(t *testing.T) {
	c := info(0, 2)
	c.Agreement = &wire.Agreement{Version: 2, TextVersion: 1, Acknowledged: 1}
	a := newApp(nil, 0, 1)
	a.ApplySync([]wire.SyncedConversation{{Conversation: c}})
	ack := func(n byte, textVersion int) Pending {
		return Pending{ID: itemID(n), Kind: KindAgreement, Conversation: conv, Version: 2, TextVersion: textVersion}
	}
	a.AddPending(ack(1, 0))
	if got := a.View(conv).Agreement.Acknowledged; got != 1 {
		t.Fatalf("acknowledged %d with other fixed words, want 1", got)
	}
	a.AddPending(ack(2, 1))
	if got := a.View(conv).Agreement.Acknowledged; got != 2 || a.QueueCount() != 2 {
		t.Fatalf("acknowledged %d while it waits, queue %d", got, a.QueueCount())
	}
	first, second := ack(1, 0), ack(2, 1)
	first.Stored, first.Rev, second.Stored, second.Rev = true, 3, true, 4
	a.SetPending([]Pending{first, second})
	if got := a.View(conv).Agreement.Acknowledged; got != 2 || a.QueueCount() != 0 {
		t.Fatalf("acknowledged %d once the server has it, queue %d", got, a.QueueCount())
	}
	for rev := int64(3); rev <= 4; rev++ {
		told := info(0, rev)
		told.Agreement = &wire.Agreement{Version: 2, TextVersion: 1, Acknowledged: rev - 2}
		a.ApplyConversation(told)
	}
	if got := a.View(conv).Agreement.Acknowledged; got != 2 || a.QueueCount() != 0 {
		t.Fatalf("acknowledged %d, queue %d", got, a.QueueCount())
	}
}

func TestUnanswered(t *testing.T) {
	a := newApp([]wire.Message{msg(1, me), msg(2, peer), msg(3, me), msg(4, me)}, 4, 1)
	a.AddPending(Pending{ID: uuid.New(), Conversation: conv, Body: "waits", WrittenAt: MillisOf(start)})
	var got []bool
	for _, b := range a.View(conv).Bubbles {
		got = append(got, b.Answered)
	}
	if want := []bool{true, true, false, false, false}; !slices.Equal(got, want) {
		t.Fatalf("answered %v, want %v", got, want)
	}
	s := a.List()[0]
	if !s.Oldest.Equal(msg(3, me).AcceptedAt) {
		t.Fatalf("oldest %v, want that of 3", s.Oldest)
	}
	if s.Unseen != nil {
		t.Fatalf("a client has unseen texts: %d", len(s.Unseen))
	}
	told := info(4, 2)
	told.Availability = &availability.Outlook{From: msg(4, me).AcceptedAt} // the third is past waiting for
	a.ApplyConversation(told)
	if s := a.List()[0]; !s.Oldest.Equal(msg(4, me).AcceptedAt) {
		t.Fatalf("oldest %v, want that of 4", s.Oldest)
	}
	a.ApplyMessage(event(5, peer))
	if s := a.List()[0]; !s.Oldest.IsZero() {
		t.Fatalf("oldest %v after the answer", s.Oldest)
	}
}

func TestUnseen(t *testing.T) {
	c := info(3, 1)
	c.Client, c.Therapist = c.Therapist, c.Client
	c.LastReadSeq = 1
	a := New()
	a.SetLogin(LoggedIn, wire.Account{ID: me})
	a.ApplySync([]wire.SyncedConversation{{Conversation: c, Messages: []wire.Message{msg(1, peer), msg(2, peer), msg(3, me)}}})
	if got := a.List()[0].Unseen; len(got) != 1 || got[0] != "text" {
		t.Fatalf("%d unseen texts, want that of 2", len(got))
	}
	if got := a.List()[0].Oldest; !got.IsZero() {
		t.Fatalf("oldest %v though answered", got)
	}
	items := []agenda.Item{
		{ID: uuid.UUID{1}, Text: "theirs", Author: peer, Rev: 2},
		{ID: uuid.UUID{2}, Text: "spoken about", Author: peer, Done: true, DoneBy: me, DoneAt: &start, Rev: 2},
		{ID: uuid.UUID{3}, Text: "own", Author: me, Rev: 2},
		{ID: uuid.UUID{4}, Text: "rewritten here", Author: peer, Writer: me, Rev: 2},
		{ID: uuid.UUID{5}, TextID: uuid.UUID{5}, Text: "rewritten there", Author: me, Writer: peer, Rev: 2},
	}
	a.ApplyAgenda(wire.AgendaEvent{Conversation: conv, Rev: 2, Items: items})
	listed := func() []message.Text { return slices.Sorted(slices.Values(a.List()[0].Listed)) }
	if got, want := listed(), []message.Text{"rewritten there", "theirs"}; !slices.Equal(got, want) {
		t.Fatalf("%d texts of the client on the list, want %d", len(got), len(want))
	}
	a.AddPending(waitingChange(11, agenda.Edit, uuid.UUID{1}, "rewritten, and waiting")) // upon another text: both stay
	a.AddPending(waitingChange(12, agenda.Edit, uuid.UUID{5}, "rewritten, and waiting"))
	if got := listed(); len(got) != 1 || got[0] != "theirs" || len(a.Agenda(conv)) != 6 {
		t.Fatalf("%d texts of the client among %d on the list, want theirs alone", len(got), len(a.Agenda(conv)))
	}
}

func TestCutDraft(t *testing.T) {
	for _, test := range []struct {
		name            string
		draft, want     message.Text
		keptOnTheDevice bool
	}{
		{"nothing typed meanwhile", "all of it", "rest", true},
		{"more typed at the end", "all of it, and more", "rest, and more", false},
		{"something changed inside", "all but it", "all but it", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := New()
			a.TypeDraft(conv, test.draft)
			if got := a.CutDraft(conv, "all of it", "rest"); got != test.want || a.Draft(conv) != got || a.DraftKept(conv) != test.keptOnTheDevice {
				t.Fatalf("draft %q, kept %v", string(got), a.DraftKept(conv))
			}
		})
	}
}

func TestPrivateLeavesWithItsAccount(t *testing.T) {
	a := newApp(nil, 0, 1)
	a.SetPlan(Plan{Signs: "not sleeping", People: []Person{{Name: "Test Friend", Phone: "555-0100"}}})
	a.SetCountry("IE")
	if a.Plan().Empty() || a.Country() != "IE" {
		t.Fatal("not there")
	}
	a.SetLogin(LoggedOut, wire.Account{})
	if !a.Plan().Empty() || a.Country() != "" {
		t.Fatal("the next person would see it")
	}
}
