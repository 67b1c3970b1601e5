package state

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/message"
	"pleiades/shared/wire"
)

var (
	me    = uuid.MustParse("00000000-0000-4000-8000-000000000001")
	peer  = uuid.MustParse("00000000-0000-4000-8000-000000000002")
	conv  = uuid.MustParse("00000000-0000-4000-8000-0000000000c1")
	start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
)

// msg returns a message of sender at seq, an hour after the one before.
func msg(seq int64, sender uuid.UUID) wire.Message {
	at := start.Add(time.Duration(seq) * time.Hour)
	id := uuid.NewSHA1(conv, []byte{byte(seq)})
	return wire.Message{ID: id, Seq: seq, Body: "text", Sender: sender, WrittenAt: at, AcceptedAt: at}
}

func msgs(from, to int64, sender uuid.UUID) []wire.Message {
	var list []wire.Message
	for seq := from; seq <= to; seq++ {
		list = append(list, msg(seq, sender))
	}
	return list
}

// info returns the conversation of me, a client, with messages to last.
func info(last, rev int64) wire.Conversation {
	return wire.Conversation{
		ID: conv, LastSeq: last, Rev: rev,
		Client: wire.Person{ID: me, Name: "Test Client"}, Therapist: wire.Person{ID: peer, Name: "Test Therapist"},
	}
}

func newApp(messages []wire.Message, last, rev int64) *App {
	a := New()
	a.SetLogin(LoggedIn, wire.Account{ID: me})
	a.ApplySync([]wire.SyncedConversation{{Conversation: info(last, rev), Messages: messages}})
	return a
}

func seqs(v View) []int64 {
	var list []int64
	for _, b := range v.Bubbles {
		list = append(list, b.Seq)
	}
	return list
}

func event(seq int64, sender uuid.UUID) wire.MessageEvent {
	return wire.MessageEvent{Conversation: conv, Message: msg(seq, sender)}
}

func TestApplyMessage(t *testing.T) {
	t.Run("keeps order and ignores what it has", func(t *testing.T) {
		a := newApp(msgs(1, 2, peer), 2, 1)
		for _, seq := range []int64{3, 2, 3, 1, 4} {
			if a.ApplyMessage(event(seq, peer)) {
				t.Fatalf("seq %d reported as a gap", seq)
			}
		}
		if got, want := seqs(a.View(conv)), []int64{1, 2, 3, 4}; !slices.Equal(got, want) {
			t.Fatalf("seqs %v, want %v", got, want)
		}
	})
	t.Run("reports a gap and leaves the message out", func(t *testing.T) {
		a := newApp(msgs(1, 2, peer), 2, 1)
		if !a.ApplyMessage(event(4, peer)) {
			t.Fatal("gap not reported")
		}
		if got, want := seqs(a.View(conv)), []int64{1, 2}; !slices.Equal(got, want) {
			t.Fatalf("seqs %v, want %v", got, want)
		}
		if have := a.Have(start).Have[conv.String()]; have != 2 {
			t.Fatalf("have %d, want 2: the pull must bring 3", have)
		}
	})
	t.Run("reports a gap for a conversation not known yet", func(t *testing.T) {
		a := New()
		if !a.ApplyMessage(event(1, peer)) {
			t.Fatal("gap not reported")
		}
	})
}

func TestPending(t *testing.T) {
	waiting := Pending{ID: msg(3, me).ID, Conversation: conv, Body: "text", WrittenAt: MillisOf(start)}

	t.Run("waits after the confirmed messages and can be changed", func(t *testing.T) {
		a := newApp(msgs(1, 2, peer), 2, 1)
		a.SetDraft(conv, "text")
		a.AddPending(waiting)
		b := a.View(conv).Bubbles[2]
		if b.Status != message.StatusWaiting || !b.CanChange || !b.Mine {
			t.Fatalf("bubble %+v", b)
		}
		if a.Draft(conv) != "" {
			t.Fatal("the draft was sent and is still there")
		}
		if a.QueueCount() != 1 {
			t.Fatalf("queue %d, want 1", a.QueueCount())
		}
	})
	t.Run("is there once, as it is now", func(t *testing.T) {
		a := newApp(msgs(1, 2, peer), 2, 1)
		a.SetPending([]Pending{waiting})
		sealed := waiting
		sealed.Sealed = true
		a.AddPending(sealed)
		if a.QueueCount() != 1 || len(a.Unsealed()) != 0 {
			t.Fatalf("queue %d, not sealed: %+v", a.QueueCount(), a.Unsealed())
		}
		a.ApplyMessage(wire.MessageEvent{Conversation: conv, Rev: 2, Message: msg(3, me)})
		a.AddPending(sealed)
		if a.QueueCount() != 0 {
			t.Fatal("it waits though it was sent")
		}
	})
	t.Run("is replaced by the stored message", func(t *testing.T) {
		a := newApp(msgs(1, 2, peer), 2, 1)
		a.AddPending(waiting)
		a.ApplyMessage(wire.MessageEvent{Conversation: conv, Rev: 2, Message: msg(3, me)})
		v := a.View(conv)
		if len(v.Bubbles) != 3 || v.Bubbles[2].Status != message.StatusSent || a.QueueCount() != 0 {
			t.Fatalf("%d bubbles, last %+v, queue %d", len(v.Bubbles), v.Bubbles[2], a.QueueCount())
		}
	})
	t.Run("stored beyond a gap counts as sent until the pull", func(t *testing.T) {
		a := newApp(msgs(1, 1, peer), 1, 1)
		stored := waiting
		stored.Stored = true
		a.SetPending([]Pending{stored})
		v := a.View(conv)
		if b := v.Bubbles[1]; b.Status != message.StatusSent || b.CanChange || a.QueueCount() != 0 {
			t.Fatalf("bubble %+v, queue %d", b, a.QueueCount())
		}
		a.ApplySync([]wire.SyncedConversation{{Conversation: info(3, 3), Messages: []wire.Message{msg(2, peer), msg(3, me)}}})
		if got, want := seqs(a.View(conv)), []int64{1, 2, 3}; !slices.Equal(got, want) {
			t.Fatalf("seqs %v, want %v", got, want)
		}
	})
	t.Run("without an envelope is told apart", func(t *testing.T) {
		a := newApp(nil, 0, 1)
		sealed, rejected, stored := waiting, waiting, waiting
		sealed.Sealed, rejected.Rejected, stored.Stored = true, wire.CodeNotFound, true
		a.SetPending([]Pending{sealed, waiting, rejected, stored})
		if got := a.Unsealed(); len(got) != 1 || got[0].ID != waiting.ID {
			t.Fatalf("unsealed %+v", got)
		}
	})
	t.Run("rejected gives its text back and no longer waits", func(t *testing.T) {
		a := newApp(nil, 0, 1)
		p := waiting
		p.Attempted, p.Rejected = true, wire.CodeNotFound
		a.SetPending([]Pending{p})
		b := a.View(conv).Bubbles[0]
		if b.Status != message.StatusRejected || !b.CanChange || a.QueueCount() != 0 {
			t.Fatalf("bubble %+v, queue %d", b, a.QueueCount())
		}
	})
}

func TestPrepend(t *testing.T) {
	a := newApp(msgs(51, 60, peer), 60, 1)
	if !a.View(conv).HasOlder {
		t.Fatal("there are older messages")
	}
	a.Prepend(conv, msgs(10, 20, peer)) // does not touch
	if got := a.Oldest(conv); got != 51 {
		t.Fatalf("oldest %d, want 51: a page that leaves a gap must be left out", got)
	}
	a.Prepend(conv, msgs(1, 50, peer))
	v := a.View(conv)
	if len(v.Bubbles) != 60 || v.HasOlder || v.Bubbles[0].Seq != 1 {
		t.Fatalf("%d bubbles from %d, older %v", len(v.Bubbles), v.Bubbles[0].Seq, v.HasOlder)
	}
}

func TestStatusFollowsTheMarks(t *testing.T) {
	a := newApp(msgs(1, 3, me), 3, 1)
	c := info(3, 2)
	c.PeerDelivered, c.PeerRead = 2, 1
	a.ApplyConversation(c)
	var got []message.Status
	for _, b := range a.View(conv).Bubbles {
		got = append(got, b.Status)
	}
	want := []message.Status{message.StatusRead, message.StatusDelivered, message.StatusSent}
	if !slices.Equal(got, want) {
		t.Fatalf("statuses %v, want %v", got, want)
	}
	a.ApplyRead(wire.ReadEvent{Conversation: conv, Rev: 3, Account: peer, Seq: 3})
	if b := a.View(conv).Bubbles[2]; b.Status != message.StatusRead {
		t.Fatalf("status %s after the read event", b.Status)
	}
}

func TestStatusOfTheirs(t *testing.T) {
	a := newApp(msgs(1, 2, peer), 2, 1)
	a.MarkRead(conv, 1)
	v := a.View(conv)
	if v.Bubbles[0].Status != message.StatusRead || v.Bubbles[1].Status != message.StatusDelivered {
		t.Fatalf("statuses %s, %s", v.Bubbles[0].Status, v.Bubbles[1].Status)
	}
}

func TestUnread(t *testing.T) {
	a := newApp(append(msgs(1, 2, peer), msg(3, me), msg(4, peer)), 4, 1)
	if n := a.List()[0].Unread; n != 3 {
		t.Fatalf("unread %d, want 3", n)
	}
	if !a.MarkRead(conv, 2) || a.MarkRead(conv, 1) {
		t.Fatal("the read mark moves forward only")
	}
	a.ApplyConversation(info(4, 5)) // the server has not heard of it
	if n := a.List()[0].Unread; n != 1 {
		t.Fatalf("unread %d, want 1", n)
	}
}

func TestHave(t *testing.T) {
	t.Run("asks for the newest where nothing is here", func(t *testing.T) {
		a := newApp(nil, 40, 7)
		if have := a.Have(start); len(have.Have) != 0 {
			t.Fatalf("have %v, want nothing", have.Have)
		}
	})
	t.Run("a missed change of rev is asked for again", func(t *testing.T) {
		a := newApp(msgs(1, 1, peer), 1, 5)
		e := event(2, peer)
		e.Rev = 7 // 6 was missed
		a.ApplyMessage(e)
		if rev := a.Have(start).Revs[conv.String()]; rev != 5 {
			t.Fatalf("rev %d, want 5", rev)
		}
	})
	t.Run("the next rev is followed", func(t *testing.T) {
		a := newApp(msgs(1, 1, peer), 1, 5)
		e := event(2, peer)
		e.Rev = 6
		a.ApplyMessage(e)
		if rev := a.Have(start).Revs[conv.String()]; rev != 6 {
			t.Fatalf("rev %d, want 6", rev)
		}
	})
}

func TestUndelivered(t *testing.T) {
	a := newApp(append(msgs(1, 2, peer), msg(3, me)), 3, 1)
	if got := a.Undelivered()[conv]; got != 2 {
		t.Fatalf("undelivered to %d, want 2: one's own need no report", got)
	}
	a.MarkDelivered(conv, 2)
	if got := a.Undelivered(); len(got) != 0 {
		t.Fatalf("undelivered %v, want none", got)
	}
}

func TestAnotherAccountSeesNothing(t *testing.T) {
	a := newApp(msgs(1, 2, peer), 2, 1)
	a.AddPending(Pending{ID: uuid.New(), Conversation: conv, Body: "text"})
	a.SetLogin(LoggedIn, wire.Account{ID: peer})
	if len(a.List()) != 0 || a.QueueCount() != 0 || a.View(conv).Found {
		t.Fatal("another account's conversations are still there")
	}
}

func TestWatch(t *testing.T) {
	a := New()
	n := 0
	stop := a.Watch(func() { n++ })
	a.SetConnection(Online)
	a.SetConnection(Online)
	if n != 1 {
		t.Fatalf("told %d times, want once", n)
	}
	a.TypeDraft(conv, "typing")
	if n != 1 || a.Draft(conv) != "typing" {
		t.Fatal("typing must not have the page drawn anew")
	}
	stop()
	a.SetConnection(Offline)
	if n != 1 {
		t.Fatal("told after stop")
	}
}

func TestTextsThatCannotBeShown(t *testing.T) {
	a := New()
	damaged := msg(2, peer)
	damaged.Body, damaged.Unreadable = "", true
	a.ApplySync([]wire.SyncedConversation{{Conversation: info(2, 2), Messages: []wire.Message{msg(1, me), damaged}}})
	if got := a.View(conv).Bubbles; got[0].Body != "text" || got[0].Destroyed || !got[1].Unreadable || got[1].Destroyed {
		t.Fatalf("got %+v", got)
	}
	// From when the server destroyed them, those that the device has are not
	// shown either.
	destroyed := info(2, 3)
	destroyed.Destroyed = true
	a.ApplySync([]wire.SyncedConversation{{Conversation: destroyed}})
	for _, b := range a.View(conv).Bubbles {
		if !b.Destroyed || b.Body != "" {
			t.Fatalf("got %+v", b)
		}
	}
	if s := a.List()[0]; s.Last != "" {
		t.Fatalf("the list shows %q", string(s.Last))
	}
}

func TestMergeTexts(t *testing.T) {
	for _, c := range []struct{ one, other, want message.Text }{
		{"", "", ""},
		{"one", "", "one"},
		{"one", "one and more", "one and more"},
		{"one", "two", "one\n\ntwo"},
		{"one\n\ntwo", "two, and on", "one\n\ntwo, and on"},
		{"the same, then this", "the same, then that", "the same, then that\n\nthe same, then this"},
	} {
		if got := mergeTexts(c.one, c.other); got != c.want {
			t.Errorf("%q and %q: got %q, want %q", string(c.one), string(c.other), string(got), string(c.want))
		}
		if got := mergeTexts(c.other, c.one); got != c.want {
			t.Errorf("%q and %q: got %q, want %q", string(c.other), string(c.one), string(got), string(c.want))
		}
	}
}

// TestViewIsKept looks at what a view of a long conversation costs while nothing
// changes.
func TestViewIsKept(t *testing.T) {
	a := newApp(msgs(1, 100, peer), 100, 1)
	before := a.View(conv)
	if n := testing.AllocsPerRun(10, func() { a.View(conv) }); n > 0 {
		t.Errorf("it is made anew, by %v allocations", n)
	}
	a.ApplyMessage(event(101, me))
	if got := len(a.View(conv).Bubbles); got != len(before.Bubbles)+1 {
		t.Errorf("after one more it has %d messages", got)
	}
}
