package syncer

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/shared/agenda"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

func mustAdd(t *testing.T, s *Syncer, texts ...message.Text) {
	t.Helper()
	if codes, err := s.AddItems(t.Context(), conv, texts); err != nil || codes != nil {
		t.Fatalf("add: codes %v, error %v", codes, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func texts(s *Syncer) []string {
	list := []string{}
	for _, it := range s.state.Agenda(conv) {
		list = append(list, string(it.Text))
	}
	return list
}

func wantTexts(t *testing.T, s *Syncer, want ...string) {
	t.Helper()
	if got := texts(s); !slices.Equal(got, want) {
		t.Fatalf("list %q, want %q", got, want)
	}
}

// find returns the item of a text.
func find(t *testing.T, s *Syncer, text message.Text) state.AgendaItem {
	t.Helper()
	for _, it := range s.state.Agenda(conv) {
		if it.Text == text {
			return it
		}
	}
	t.Fatalf("no item %q in %q", string(text), texts(s))
	return state.AgendaItem{}
}

// goOffline takes the server away from all devices.
func (r *rig) goOffline() {
	r.server.set(false, true)
	r.server.drop()
	synctest.Wait()
}

// goOnline brings the server back and waits until all pages have noticed.
func (r *rig) goOnline() {
	r.server.set(true, true)
	time.Sleep(time.Minute)
	synctest.Wait()
}

func TestList(t *testing.T) {
	t.Run("every change works offline, survives a restart and arrives", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			r.goOffline()
			mustAdd(t, s, "sleep", " work ", "home")
			it := find(t, s, "work")
			if codes, err := s.EditItem(t.Context(), conv, it.ID, it.TextID, "new job"); err != nil || codes != nil {
				t.Fatalf("codes %v, error %v", codes, err)
			}
			must(t, s.CheckItem(t.Context(), conv, it.ID, true))
			must(t, s.MoveItem(t.Context(), conv, find(t, s, "home").ID, find(t, s, "sleep").ID))
			sleep := find(t, s, "sleep")
			must(t, s.RemoveItem(t.Context(), conv, sleep.ID, sleep.TextID))
			wantTexts(t, s, "home", "new job")

			again := r.open()
			synctest.Wait()
			again.state.ApplyConversation(r.server.info())
			wantTexts(t, again, "home", "new job")
			if it := find(t, again, "new job"); !it.Done || !it.Waiting || !it.Mine {
				t.Fatalf("item %+v", it)
			}

			r.goOnline()
			for _, s := range []*Syncer{s, again} {
				wantTexts(t, s, "home", "new job")
				if it := find(t, s, "new job"); !it.Done || it.Waiting || s.state.QueueCount() != 0 {
					t.Fatalf("item %+v, queue %d", it, s.state.QueueCount())
				}
			}
		})
	})
	t.Run("goes out in one order with messages and acknowledgements", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.server.agreement = wire.Agreement{Version: 3, TextVersion: wire.AgreementTextVersion}
			s := r.open()
			synctest.Wait()
			r.goOffline()
			must(t, s.Acknowledge(t.Context(), conv, 3))
			must(t, s.Acknowledge(t.Context(), conv, 3)) // once is enough
			mustSend(t, s, "text")
			mustAdd(t, s, "sleep")
			mustSend(t, s, "text")
			if v := s.state.View(conv); v.Agreement.Acknowledged != 3 || s.state.QueueCount() != 4 {
				t.Fatalf("agreement %+v, queue %d", v.Agreement, s.state.QueueCount())
			}
			r.goOnline()
			want := []state.Kind{state.KindAgreement, state.KindMessage, state.KindAgenda, state.KindMessage}
			if !slices.Equal(r.server.taken, want) {
				t.Fatalf("the server took %q", r.server.taken)
			}
			if got := s.state.View(conv).Agreement.Acknowledged; got != 3 || r.server.agreement.Acknowledged != 3 {
				t.Fatalf("acknowledged %d here, %d there", got, r.server.agreement.Acknowledged)
			}
		})
	})
	t.Run("an answer that was lost changes nothing twice", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			r.server.alter(func() { r.server.mute = true })
			mustAdd(t, s, "sleep")
			synctest.Wait()
			if it := find(t, s, "sleep"); !it.Waiting {
				t.Fatalf("item %+v", it)
			}
			r.server.alter(func() { r.server.mute = false })
			time.Sleep(time.Minute)
			wantTexts(t, s, "sleep")
			if it := find(t, s, "sleep"); it.Waiting || s.state.QueueCount() != 0 || len(r.server.items) != 1 {
				t.Fatalf("item %+v, queue %d, %d items at the server", it, s.state.QueueCount(), len(r.server.items))
			}
		})
	})
	t.Run("without a login what the server took no longer waits, and stays on the list", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			r.server.set(true, false)
			r.server.drop()
			synctest.Wait()
			mustAdd(t, s, "sleep")
			time.Sleep(time.Minute)
			if it := find(t, s, "sleep"); it.Waiting || len(r.server.items) != 1 || s.state.QueueCount() != 0 {
				t.Fatalf("item %+v, queue %d", it, s.state.QueueCount())
			}
			if _, err := s.LogIn(t.Context(), "a@b.test", "password"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			if it := find(t, s, "sleep"); it.Rev == 0 {
				t.Fatalf("item %+v", it)
			}
		})
	})
	t.Run("a refused tick goes by itself", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			mustAdd(t, s, "sleep")
			time.Sleep(time.Minute)
			r.goOffline()
			seen := find(t, s, "sleep")
			must(t, s.CheckItem(t.Context(), conv, seen.ID, true))
			r.device.mu.Lock()
			last := &r.device.outbox[len(r.device.outbox)-1]
			if last.Change.Base != seen.TextID {
				t.Errorf("ticked %v, want the text %v", last.Change.Base, seen.TextID)
			}
			last.Rejected, last.Attempted = wire.CodeNotFound, true
			r.device.mu.Unlock()
			s.refreshOutbox(t.Context())
			synctest.Wait()
			if it := find(t, s, "sleep"); it.Done || s.state.QueueCount() != 0 || slices.ContainsFunc(r.device.rows(), func(p state.Pending) bool { return p.Rejected != "" }) {
				t.Fatalf("item %+v, queue %d", it, s.state.QueueCount())
			}
		})
	})
	t.Run("changed on two devices without a connection keeps both", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			theirs := newDevice(r.server, peer)
			s, other := r.open(), r.openOn(theirs)
			synctest.Wait()
			mustAdd(t, s, "sleep", "work")
			synctest.Wait()
			r.goOffline()
			r.goOnline() // both have both
			wantTexts(t, other, "sleep", "work")
			r.goOffline()

			one, two := find(t, s, "sleep"), find(t, other, "sleep")
			for _, edit := range []struct {
				s    *Syncer
				it   state.AgendaItem
				text message.Text
			}{{s, one, "nightmares"}, {other, two, "naps"}} {
				if _, err := edit.s.EditItem(t.Context(), conv, edit.it.ID, edit.it.TextID, edit.text); err != nil {
					t.Fatal(err)
				}
			}
			work := find(t, other, "work")
			must(t, other.RemoveItem(t.Context(), conv, work.ID, work.TextID))
			must(t, s.CheckItem(t.Context(), conv, work.ID, true))
			mustAdd(t, s, "mine")
			mustAdd(t, other, "yours")

			r.goOnline()
			r.goOffline()
			r.goOnline() // the later one's changes have reached the earlier one
			got, theirList := texts(s), texts(other)
			if !slices.Equal(got, theirList) {
				t.Fatalf("one has %q, the other %q", got, theirList)
			}
			slices.Sort(got)
			if want := []string{"mine", "naps", "nightmares", "yours"}; !slices.Equal(got, want) {
				t.Fatalf("list %q, want %q", got, want)
			}
		})
	})
	t.Run("hears at once of what the other person did, in every page", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s, second := r.open(), r.open()
			synctest.Wait()
			add := agenda.Change{ID: uuid.New(), Kind: agenda.Add, Text: "theirs", Place: "V"}
			add.Item = add.ID
			answer, _ := r.server.apply(add, peer)
			r.server.announce(wire.EventAgenda, wire.AgendaEvent{Conversation: conv, Rev: answer.Rev, Items: answer.Items})
			synctest.Wait()
			wantTexts(t, s, "theirs")
			wantTexts(t, second, "theirs")
			r.device.mu.Lock()
			defer r.device.mu.Unlock()
			last := r.device.kept[len(r.device.kept)-1]
			if len(last.Agenda) != 1 || last.AgendaRev != 0 {
				t.Fatalf("the device keeps %d items and takes them for all up to %d", len(last.Agenda), last.AgendaRev)
			}
		})
	})
	t.Run("another page shows what waits", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.server.add(uuid.New(), peer)
			s, second := r.open(), r.open()
			synctest.Wait()
			r.goOffline()
			mustAdd(t, s, "sleep")
			synctest.Wait()
			if it := find(t, second, "sleep"); !it.Waiting || second.state.QueueCount() != 1 {
				t.Fatalf("item %+v, queue %d", it, second.state.QueueCount())
			}
		})
	})
	t.Run("refused by the server gives the words back", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			r.server.alter(func() { r.server.full = true })
			mustAdd(t, s, "one too many")
			mustSend(t, s, "text")
			time.Sleep(time.Minute)
			it := find(t, s, "one too many")
			if it.Rejected != wire.CodeListFull || it.Waiting || s.state.QueueCount() != 0 || len(r.server.messages) != 1 {
				t.Fatalf("item %+v, queue %d, %d messages", it, s.state.QueueCount(), len(r.server.messages))
			}
			text, err := s.TakeBackItem(t.Context(), conv, it.Change)
			if err != nil || text != "one too many" {
				t.Fatalf("text %q, error %v", string(text), err)
			}
			wantTexts(t, s)
			if _, err := s.TakeBackItem(t.Context(), conv, it.Change); !errors.Is(err, ErrTooLate) {
				t.Fatalf("error %v, want ErrTooLate", err)
			}
		})
	})
	t.Run("takes all or nothing of what breaks a rule or does not fit", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			codes, err := s.AddItems(t.Context(), conv, []message.Text{"good", "  "})
			if err != nil || !slices.Equal(codes, []message.Code{message.CodeEmpty}) {
				t.Fatalf("codes %v, error %v", codes, err)
			}
			if _, err := s.AddItems(t.Context(), conv, slices.Repeat([]message.Text{"x"}, agenda.MaxItems+1)); !errors.Is(err, ErrListFull) {
				t.Fatalf("error %v, want ErrListFull", err)
			}
			r.device.setFull(true)
			if _, err := s.AddItems(t.Context(), conv, []message.Text{"good"}); err == nil || !s.state.Unsaved() {
				t.Fatalf("error %v on a full device", err)
			}
			wantTexts(t, s)
		})
	})
	t.Run("does not queue what changes nothing", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			r.goOffline()
			mustAdd(t, s, "one", "two")
			it := find(t, s, "one")
			_, err := s.EditItem(t.Context(), conv, it.ID, it.TextID, " one ")
			must(t, err)
			must(t, s.CheckItem(t.Context(), conv, it.ID, false))
			must(t, s.MoveItem(t.Context(), conv, it.ID, find(t, s, "two").ID))
			must(t, s.MoveItem(t.Context(), conv, it.ID, it.ID))
			must(t, s.MoveItem(t.Context(), conv, it.ID, uuid.New()))
			must(t, s.RemoveItem(t.Context(), conv, it.ID, uuid.New())) // other words than those seen
			must(t, s.RemoveItem(t.Context(), conv, uuid.New(), it.TextID))
			if n := s.state.QueueCount(); n != 2 {
				t.Fatalf("queue %d, want 2", n)
			}
		})
	})
	t.Run("edits an item that is gone into a new one", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			mustAdd(t, s, "sleep")
			time.Sleep(time.Second)
			it := find(t, s, "sleep")
			must(t, s.RemoveItem(t.Context(), conv, it.ID, it.TextID)) // in another page, say
			_, err := s.EditItem(t.Context(), conv, it.ID, it.TextID, "naps")
			must(t, err)
			_, err = s.EditItem(t.Context(), conv, uuid.New(), uuid.New(), "never seen")
			must(t, err)
			time.Sleep(time.Second)
			wantTexts(t, s, "naps", "never seen")
		})
	})
}

func TestMoveItem(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		s := r.open()
		synctest.Wait()
		// Three that two devices put at the end without knowing of each other.
		for n, text := range []message.Text{"a", "b", "c"} {
			add := agenda.Change{ID: uuid.UUID{0: byte(n + 1), 6: 0x70, 8: 0x80}, Kind: agenda.Add, Text: text, Place: "V"}
			add.Item = add.ID
			r.server.apply(add, peer)
		}
		r.goOffline()
		r.goOnline()
		mustAdd(t, s, "d")
		wantTexts(t, s, "a", "b", "c", "d")
		move := func(item, before message.Text) {
			t.Helper()
			next := uuid.Nil
			if before != "" {
				next = find(t, s, before).ID
			}
			must(t, s.MoveItem(t.Context(), conv, find(t, s, item).ID, next))
		}
		move("d", "b")
		wantTexts(t, s, "a", "d", "b", "c")
		move("c", "a")
		wantTexts(t, s, "c", "a", "d", "b")
		move("c", "")
		wantTexts(t, s, "a", "d", "b", "c")
		time.Sleep(time.Minute)
		wantTexts(t, s, "a", "d", "b", "c")
	})
}

func TestMoveToAgenda(t *testing.T) {
	const draft = "Dear you. The long story. Bye."
	t.Run("moves items and leaves the rest, at once", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.server.add(uuid.New(), peer)
			s, second := r.open(), r.open()
			synctest.Wait()
			r.goOffline()
			s.SaveDraft(conv, draft)
			codes, err := s.MoveToAgenda(t.Context(), conv, []message.Text{"The long story."}, "Dear you. Bye.")
			if err != nil || codes != nil {
				t.Fatalf("codes %v, error %v", codes, err)
			}
			if got := r.device.drafts[conv]; got != "Dear you. Bye." || len(r.device.outbox) != 1 {
				t.Fatalf("device has draft %q and %d items", string(got), len(r.device.outbox))
			}
			time.Sleep(time.Second)
			for _, s := range []*Syncer{s, second} {
				wantTexts(t, s, "The long story.")
				if got := s.state.Draft(conv); got != "Dear you. Bye." {
					t.Fatalf("draft %q", string(got))
				}
			}
			if !s.state.DraftKept(conv) || r.device.drafts[conv] != "Dear you. Bye." {
				t.Fatal("the draft is not kept")
			}
		})
	})
	t.Run("loses nothing that is typed meanwhile", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			s.SaveDraft(conv, draft)
			r.device.slow = func() { s.SaveDraft(conv, draft+" P.S. One more thing.") }
			_, err := s.MoveToAgenda(t.Context(), conv, []message.Text{"The long story."}, "Dear you. Bye.")
			must(t, err)
			time.Sleep(time.Second)
			const want = "Dear you. Bye. P.S. One more thing."
			if got := s.state.Draft(conv); got != want || r.device.drafts[conv] != want {
				t.Fatalf("draft %q, on the device %q", string(got), string(r.device.drafts[conv]))
			}
		})
	})
	t.Run("on a full device changes nothing", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			s.SaveDraft(conv, draft)
			r.device.setFull(true)
			if _, err := s.MoveToAgenda(t.Context(), conv, []message.Text{"The long story."}, ""); err == nil {
				t.Fatal("no error")
			}
			wantTexts(t, s)
			if got := s.state.Draft(conv); got != draft {
				t.Fatalf("draft %q", string(got))
			}
			r.device.setFull(false)
			s.ApplyUpdate()
			synctest.Wait()
			if r.device.drafts[conv] != draft {
				t.Fatal("the draft was not saved later")
			}
		})
	})
}

func TestListOnAFullDevice(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		add := agenda.Change{ID: uuid.New(), Kind: agenda.Add, Text: "theirs", Place: "V"}
		add.Item = add.ID
		r.server.apply(add, peer)
		r.device.setFull(true)
		s := r.open()
		synctest.Wait()
		wantTexts(t, s, "theirs")
		r.device.setFull(false)
		r.goOffline()
		r.goOnline()
		if from := r.server.synced.Agenda[conv.String()]; from != 0 {
			t.Fatalf("asked from %d though the device kept nothing", from)
		}
		if last := r.device.kept[len(r.device.kept)-1]; len(last.Agenda) != 1 {
			t.Fatal("the device still keeps nothing")
		}
	})
}

func TestAvailability(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.server.outlook = &availability.Outlook{Version: 1, To: time.Now().Add(availability.Horizon)}
		s := r.open()
		synctest.Wait()
		if got := s.state.View(conv).Availability; got == nil || got.Version != 1 {
			t.Fatalf("outlook %+v", got)
		}
		r.server.alter(func() {
			r.server.other++
			r.server.outlook = &availability.Outlook{Version: 2, To: time.Now().Add(availability.Horizon)}
		})
		r.server.announce(wire.EventAvailability, wire.AvailabilityEvent{
			Conversation: conv, Rev: r.server.info().Rev, Style: availability.StyleBrief, Availability: r.server.outlook,
		})
		synctest.Wait()
		if v := s.state.View(conv); v.Availability.Version != 2 || v.Style != availability.StyleBrief {
			t.Fatalf("view %+v", v)
		}
		if last := r.device.kept[len(r.device.kept)-1]; last.Availability.Version != 2 {
			t.Fatal("the device has the old one")
		}
		r.goOffline()
		r.goOnline()
		if len(r.server.synced.Revs) != 1 {
			t.Fatalf("revs %v", r.server.synced.Revs)
		}
		r.goOffline()
		time.Sleep(25 * time.Hour)
		r.goOnline()
		if len(r.server.synced.Revs) != 0 {
			t.Fatal("an outlook a day old is not asked for anew")
		}

		if a, err := s.Availabilities(t.Context()); err != nil || len(a.Availabilities) != 1 {
			t.Fatalf("availabilities %+v, error %v", a, err)
		}
		if o, err := s.PreviewAvailability(t.Context(), availability.Availability{}); err != nil || o.Version != 7 {
			t.Fatalf("outlook %+v, error %v", o, err)
		}
		_, err := s.SaveAvailability(t.Context(), me, wire.SetAvailability{})
		if p := new(wire.Problem); !errors.As(err, &p) || len(p.Fields) != 1 {
			t.Fatalf("error %v, want the field", err)
		}
	})
}

func TestPrivate(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		s, second := r.open(), r.open()
		synctest.Wait()
		calls := r.server.calledTimes()
		must(t, s.SavePlan(t.Context(), state.Plan{Signs: "not sleeping"}))
		must(t, s.SaveCountry(t.Context(), "IE"))
		changed := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
		must(t, s.SaveOpened(t.Context(), conv, changed))
		must(t, s.SaveOpened(t.Context(), me, changed.Add(time.Hour)))
		synctest.Wait()
		if n := r.server.calledTimes(); n != calls {
			t.Fatalf("the server was asked %d times", n-calls)
		}
		third := r.open()
		for _, s := range []*Syncer{s, second, third} {
			if s.state.Plan().Signs != "not sleeping" || s.state.Country() != "IE" {
				t.Fatalf("plan %v, country %q", s.state.Plan().Empty(), s.state.Country())
			}
			if opened := s.state.Opened(); len(opened) != 2 || !opened[conv].Equal(changed) {
				t.Fatalf("opened %v", opened)
			}
		}
		must(t, s.LogOut(t.Context()))
		if !r.device.private.Plan.Empty() || !s.state.Plan().Empty() || len(s.state.Opened()) > 0 {
			t.Fatal("it is still there after logging out")
		}
	})
}
