package syncer

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// inBubble runs f on a fake clock that jumps whenever all is quiet.
func inBubble(t *testing.T, f func(t *testing.T, r *rig)) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		f(t, r)
	})
}

func statuses(s *Syncer) []message.Status {
	var list []message.Status
	for _, b := range s.state.View(conv).Bubbles {
		list = append(list, b.Status)
	}
	return list
}

func mustSend(t *testing.T, s *Syncer, text message.Text) {
	t.Helper()
	if codes, err := s.Send(t.Context(), conv, text); err != nil || codes != nil {
		t.Fatalf("send: codes %v, error %v", codes, err)
	}
}

func TestConnect(t *testing.T) {
	t.Run("pulls once and is online", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.server.add(uuid.New(), peer)
			s := r.open()
			synctest.Wait()
			if got := s.state.Connection(); got != state.Online {
				t.Fatalf("connection %s", got)
			}
			if n := r.server.count("POST /sync"); n != 1 {
				t.Fatalf("%d pulls, want 1", n)
			}
			if n := r.server.count("POST /delivered"); n != 1 {
				t.Fatalf("delivered reported %d times, want once", n)
			}
			if n := len(s.state.View(conv).Bubbles); n != 1 {
				t.Fatalf("%d messages, want 1", n)
			}
		})
	})
	t.Run("a reconnect triggers exactly one pull", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			r.server.set(false, true)
			r.server.drop()
			time.Sleep(time.Minute)
			if got := s.state.Connection(); got != state.Offline {
				t.Fatalf("connection %s without a server", got)
			}
			before := r.server.count("POST /sync")
			r.server.add(uuid.New(), peer)
			r.server.set(true, true)
			time.Sleep(time.Minute)
			if got := r.server.count("POST /sync") - before; got != 1 {
				t.Fatalf("%d pulls, want 1", got)
			}
			if n := len(s.state.View(conv).Bubbles); n != 1 {
				t.Fatalf("%d messages, want 1", n)
			}
		})
	})
	t.Run("a stream gone silent is no connection", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			time.Sleep(50 * time.Second)
			r.server.announce(wire.EventHeartbeat, struct{}{})
			time.Sleep(50 * time.Second)
			if n := r.server.count("POST /sync"); s.state.Connection() != state.Online || n != 1 {
				t.Fatalf("connection %s after %d pulls in spite of a heartbeat", s.state.Connection(), n)
			}
			r.server.set(false, true) // without a word
			time.Sleep(11 * time.Second)
			if got := s.state.Connection(); got != state.Offline {
				t.Fatalf("connection %s after a minute of silence", got)
			}
		})
	})
	t.Run("a gap triggers exactly one pull", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			before := r.server.count("POST /sync")
			r.server.add(uuid.New(), peer) // never announced
			m := r.server.add(uuid.New(), peer)
			r.server.announce(wire.EventMessage, wire.MessageEvent{Conversation: conv, Rev: 2, Message: m})
			synctest.Wait()
			if got := r.server.count("POST /sync") - before; got != 1 {
				t.Fatalf("%d pulls, want 1", got)
			}
			if n := len(s.state.View(conv).Bubbles); n != 2 {
				t.Fatalf("%d messages, want 2", n)
			}
		})
	})
	t.Run("a page opened after the login ended hears of it", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.server.set(true, false)
			r.open()
			synctest.Wait()
			second := r.open()
			synctest.Wait()
			if got := second.state.Login(); got != state.LoginExpired {
				t.Fatalf("login %q in the second page", got)
			}
		})
	})
	t.Run("only one page holds the stream and the other follows", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.open()
			synctest.Wait()
			second := r.open()
			synctest.Wait()
			if n := len(r.server.openStreams()); n != 1 {
				t.Fatalf("%d streams, want 1", n)
			}
			if got := second.state.Connection(); got != state.Online {
				t.Fatalf("the second page is %s", got)
			}
			m := r.server.add(uuid.New(), peer)
			r.server.announce(wire.EventMessage, wire.MessageEvent{Conversation: conv, Rev: 1, Message: m})
			synctest.Wait()
			if n := len(second.state.View(conv).Bubbles); n != 1 {
				t.Fatalf("the second page shows %d messages, want 1", n)
			}
		})
	})
	t.Run("a page makes up by itself for what another page told while it did not listen", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			first := r.open()
			synctest.Wait()
			second := r.open()
			synctest.Wait()
			m := r.server.add(uuid.New(), peer)
			first.state.ApplySync([]wire.SyncedConversation{{Conversation: r.server.info(), Messages: []wire.Message{m}}})
			m = r.server.add(uuid.New(), peer)
			r.server.announce(wire.EventMessage, wire.MessageEvent{Conversation: conv, Rev: 2, Message: m})
			synctest.Wait()
			if n := len(second.state.View(conv).Bubbles); n != 2 {
				t.Fatalf("the second page shows %d messages, want 2", n)
			}
		})
	})
}

func TestSend(t *testing.T) {
	t.Run("offline waits, and drains by itself in order, once each", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			r.server.set(false, true)
			r.server.drop()
			synctest.Wait()
			for _, text := range []message.Text{"one", "two", "three"} {
				mustSend(t, s, text)
			}
			synctest.Wait()
			if got := statuses(s); !slices.Equal(got, []message.Status{"waiting", "waiting", "waiting"}) {
				t.Fatalf("statuses %v", got)
			}
			var queued []message.ID
			for _, b := range s.state.View(conv).Bubbles {
				queued = append(queued, b.ID)
			}
			r.server.set(true, true)
			time.Sleep(time.Minute)
			if got := statuses(s); !slices.Equal(got, []message.Status{"sent", "sent", "sent"}) {
				t.Fatalf("statuses %v", got)
			}
			var stored []message.ID
			for _, m := range r.server.messages {
				stored = append(stored, m.ID)
			}
			if !slices.Equal(queued, stored) {
				t.Fatalf("queued %v, stored %v", queued, stored)
			}
		})
	})
	t.Run("needs no login", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			r.server.set(true, false)
			r.server.drop()
			synctest.Wait()
			mustSend(t, s, "text")
			time.Sleep(time.Minute)
			if got := s.state.Login(); got != state.LoginExpired {
				t.Fatalf("login %q", got)
			}
			if got := statuses(s); !slices.Equal(got, []message.Status{"sent"}) || s.state.QueueCount() != 0 {
				t.Fatalf("statuses %v", got)
			}
			if _, err := s.LogIn(t.Context(), "a@b.test", "password"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			if b := s.state.View(conv).Bubbles; len(b) != 1 || b[0].Seq != 1 {
				t.Fatalf("bubbles %+v", b)
			}
		})
	})
	t.Run("is sealed as soon as the device has what it seals with", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.server.set(false, true)
			s := r.open()
			synctest.Wait()
			s.state.ApplyConversation(r.server.info())
			mustSend(t, s, "one")
			mustSend(t, s, "two")
			if n := len(s.state.Unsealed()); n != 2 || r.device.private.Sealing != nil {
				t.Fatalf("%d are not sealed, with %+v", n, r.device.private.Sealing)
			}
			r.server.set(true, true)
			time.Sleep(time.Minute)
			if got := statuses(s); !slices.Equal(got, []message.Status{"sent", "sent"}) {
				t.Fatalf("statuses %v", got)
			}
		})
	})
	t.Run("left unsealed by a page that went at once is sealed by the next one, without the server", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.open()
			synctest.Wait()
			r.server.set(false, true)
			r.server.drop()
			left := state.Pending{ID: uuid.New(), Conversation: conv, Body: "left", WrittenAt: state.MillisOf(time.Now())}
			r.device.outbox = append(r.device.outbox, left)
			asked := r.server.count("GET /ingest-keys")
			next := r.open()
			synctest.Wait()
			if r.device.sealed[left.ID] == nil || r.server.count("GET /ingest-keys") != asked {
				t.Fatalf("sealed: %t, after asking for keys %d times", r.device.sealed[left.ID] != nil, r.server.count("GET /ingest-keys")-asked)
			}
			mustSend(t, next, "the next")
			r.server.set(true, true)
			time.Sleep(time.Minute)
			if got := next.state.View(conv).Bubbles; len(got) != 2 || got[0].ID != left.ID || got[1].Status != "sent" {
				t.Errorf("got %+v", got)
			}
		})
	})
	t.Run("is sealed anew where it waited too long", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			r.server.set(false, true)
			r.server.drop()
			synctest.Wait()
			mustSend(t, s, "one")
			mustSend(t, s, "two")
			if n := len(s.state.Unsealed()); n != 0 {
				t.Fatalf("%d are not sealed", n)
			}
			r.server.renewKey()
			r.server.set(true, false) // nor is there a login any more
			time.Sleep(time.Minute)
			if got := statuses(s); !slices.Equal(got, []message.Status{"sent", "sent"}) || s.state.Login() != state.LoginExpired {
				t.Fatalf("statuses %v, login %q", got, s.state.Login())
			}
		})
	})
	t.Run("is sealed anew where the server no longer knows the device", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			r.server.alter(func() { clear(r.server.secrets) })
			mustSend(t, s, "text")
			time.Sleep(time.Minute)
			if got := statuses(s); !slices.Equal(got, []message.Status{"sent"}) {
				t.Fatalf("statuses %v", got)
			}
		})
	})
	t.Run("one secret for all pages and logins of a device", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			r.open()
			synctest.Wait()
			secret := r.server.secrets[me].secret
			if _, err := s.LogIn(t.Context(), "a@b.test", "password"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			r.open()
			time.Sleep(time.Minute)
			if r.server.secrets[me].secret != secret || r.server.count("POST /devices") < 2 {
				t.Fatalf("another secret, or not told at the next login: %d times", r.server.count("POST /devices"))
			}
		})
	})
	t.Run("what breaks a rule is not queued", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			codes, err := s.Send(t.Context(), conv, "  ")
			if err != nil || !slices.Equal(codes, []message.Code{message.CodeEmpty}) {
				t.Fatalf("codes %v, error %v", codes, err)
			}
		})
	})
	t.Run("on a full device says so and keeps what was typed", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			r.device.setFull(true)
			if _, err := s.Send(t.Context(), conv, "text"); err == nil {
				t.Fatal("no error")
			}
			if !s.state.Unsaved() || s.state.Draft(conv) != "text" {
				t.Fatalf("unsaved %v, draft %q", s.state.Unsaved(), string(s.state.Draft(conv)))
			}
		})
	})
}

// TestBackgroundSync asks the browser to send what waits when no page does.
func TestBackgroundSync(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.server.set(false, true)
		r.open()
		synctest.Wait()
		if r.device.syncs != 0 {
			t.Fatal("it is asked to send nothing")
		}
		s := r.open()
		mustSend(t, s, "waits")
		synctest.Wait()
		asked := r.device.syncs
		r.open() // long after: the browser has tried in vain, and given up
		synctest.Wait()
		if asked == 0 || r.device.syncs == asked {
			t.Errorf("asked %d times, then %d", asked, r.device.syncs)
		}
	})
}

// TestRateLater rates an article without a connection, with nobody logged in.
func TestRateLater(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.device.current = current{}
		r.server.set(false, false)
		s := r.open()
		if waits, err := s.RateArticle(t.Context(), wire.ArticleRating{Article: "lost-device", Helpful: true}); err != nil || !waits {
			t.Fatalf("waits: %t, error %v", waits, err)
		}
		r.open()
		time.Sleep(time.Minute)
		if len(r.device.ratings) != 1 {
			t.Fatalf("the device keeps %v", r.device.ratings)
		}
		r.server.alter(func() { clear(r.server.calls) })
		r.server.set(true, true) // ratings look at no login
		time.Sleep(time.Minute)
		if n := r.server.count("POST /ratings"); n != 1 || len(r.device.ratings) != 0 {
			t.Errorf("it was handed over %d times, and the device keeps %v", n, r.device.ratings)
		}
	})
}

func TestLogIn(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.device.current = current{}
		r.server.set(true, false)
		s := r.open()
		synctest.Wait()
		if got := s.state.Login(); got != state.LoggedOut {
			t.Fatalf("login %q before anyone has logged in", got)
		}
		if _, err := s.LogIn(t.Context(), "a@b.test", "password"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if s.state.Account().ID != me || r.device.current.Account == nil || s.state.Connection() != state.Online {
			t.Fatal("not logged in, not remembered or not connected")
		}
		if !r.device.pages[0].asked {
			t.Fatal("the browser was not asked to keep what the device holds")
		}
	})
}

func TestTakeBack(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.server.set(false, true)
		s := r.open()
		synctest.Wait()
		s.state.ApplyConversation(r.server.info())
		mustSend(t, s, "sent too early")
		s.SaveDraft(conv, "typed since")
		id := s.state.View(conv).Bubbles[0].ID
		text, err := s.TakeBack(t.Context(), id)
		if err != nil || string(text) != "sent too early\n\ntyped since" {
			t.Fatalf("text %q, error %v", string(text), err)
		}
		if s.state.QueueCount() != 0 || s.state.Draft(conv) != text {
			t.Fatal("it still waits, or the draft was not told")
		}
		if _, err := s.TakeBack(t.Context(), id); err == nil {
			t.Fatal("taken back twice")
		}
	})
}

// TestTakeBackTried takes back what was tried: then the server says whether it
// has it.
func TestTakeBackTried(t *testing.T) {
	tried := func(t *testing.T, r *rig) (*Syncer, message.ID) {
		s := r.open()
		synctest.Wait()
		r.goOffline()
		mustSend(t, s, "text")
		synctest.Wait()
		r.device.mu.Lock()
		r.device.outbox[0].Attempted = true
		r.device.mu.Unlock()
		s.refreshOutbox(t.Context())
		return s, s.state.View(conv).Bubbles[0].ID
	}
	t.Run("without an answer it stays", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s, id := tried(t, r)
			if _, err := s.TakeBack(t.Context(), id); !errors.Is(err, ErrTooLate) {
				t.Fatalf("error %v, want ErrTooLate", err)
			}
			if err := s.Remove(t.Context(), id); !errors.Is(err, ErrTooLate) || s.state.QueueCount() != 1 {
				t.Fatalf("error %v, want ErrTooLate; queue %d", err, s.state.QueueCount())
			}
		})
	})
	t.Run("what the server has stays sent", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s, id := tried(t, r)
			r.server.add(id, me)
			r.server.set(true, true)
			if _, err := s.TakeBack(t.Context(), id); !errors.Is(err, ErrTooLate) {
				t.Fatalf("error %v, want ErrTooLate", err)
			}
		})
	})
	t.Run("what the server does not have comes back, not while it is handed over", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s, id := tried(t, r)
			r.server.set(true, true)
			release, err := (&fakePage{device: r.device}).Lock(t.Context(), outboxLock)
			must(t, err)
			done := make(chan error, 1)
			go func() { done <- s.Remove(t.Context(), id) }()
			synctest.Wait()
			select {
			case err := <-done:
				t.Fatalf("removed while it is handed over, error %v", err)
			default:
			}
			release()
			if err := <-done; err != nil || s.state.QueueCount() != 0 {
				t.Fatalf("error %v, queue %d", err, s.state.QueueCount())
			}
			if want := []string{id.String()}; !slices.Equal(r.server.withdrawn, want) {
				t.Errorf("the server takes no more of %v, want %v", r.server.withdrawn, want)
			}
		})
	})
}

func TestTakeBackInTwoPages(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.server.add(uuid.New(), peer)
		s, other := r.open(), r.open()
		synctest.Wait()
		r.server.set(false, true)
		r.server.drop()
		synctest.Wait()
		mustSend(t, s, "sent too early")
		synctest.Wait()
		if _, err := s.TakeBack(t.Context(), s.state.View(conv).Bubbles[1].ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := other.state.Draft(conv); got != "sent too early" {
			t.Fatalf("the other page would write %q over it", string(got))
		}
	})
}

func TestDraft(t *testing.T) {
	t.Run("that the device refused is tried again", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			r.device.setFull(true)
			s.SaveDraft(conv, "draft")
			time.Sleep(time.Second)
			s.ApplyUpdate()
			synctest.Wait()
			if r.device.takenOver {
				t.Fatal("changed to the new build and lost the draft")
			}
			r.device.setFull(false)
			s.ApplyUpdate()
			synctest.Wait()
			if got := r.device.drafts[conv]; got != "draft" || !r.device.takenOver {
				t.Fatalf("device has %q, taken over %v", string(got), r.device.takenOver)
			}
		})
	})
	t.Run("is not inherited by the next account", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			s.SaveDraft(conv, "draft")
			r.device.mu.Lock()
			r.device.current = current{}
			r.device.mu.Unlock()
			r.device.tell(nil, signal{Type: signalLogin})
			synctest.Wait()
			if _, err := s.LogIn(t.Context(), "a@b.test", "password"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			if got, ok := r.device.drafts[conv]; ok {
				t.Fatalf("device has %q", string(got))
			}
		})
	})
	t.Run("is on the device within 300 ms of a keystroke and in the other page", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s, other := r.open(), r.open()
			synctest.Wait()
			s.SaveDraft(conv, "d")
			s.SaveDraft(conv, "draft")
			if s.state.DraftKept(conv) {
				t.Fatal("claims to be kept before it is")
			}
			time.Sleep(300 * time.Millisecond)
			synctest.Wait()
			r.device.mu.Lock()
			defer r.device.mu.Unlock()
			if got := r.device.drafts[conv]; got != "draft" {
				t.Fatalf("device has %q", string(got))
			}
			if !s.state.DraftKept(conv) {
				t.Fatal("does not say that it is kept")
			}
			if got := other.state.Draft(conv); got != "draft" {
				t.Fatalf("the other page has %q", string(got))
			}
		})
	})
	t.Run("written in two pages at once holds both texts, in both and on the device", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			one, two := r.open(), r.open()
			synctest.Wait()
			one.SaveDraft(conv, "one")
			two.SaveDraft(conv, "two")
			time.Sleep(saveAfter + time.Millisecond)
			synctest.Wait()
			one.SaveDraft(conv, one.state.Draft(conv)+", and on")
			time.Sleep(time.Second)
			synctest.Wait()
			const want = "one\n\ntwo, and on"
			for _, got := range []message.Text{one.state.Draft(conv), two.state.Draft(conv), r.device.drafts[conv]} {
				if got != want {
					t.Errorf("got %q", string(got))
				}
			}
		})
	})
	t.Run("typed while the other page's arrives holds both texts", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			one, two := r.open(), r.open()
			synctest.Wait()
			one.SaveDraft(conv, "one")
			time.Sleep(saveAfter / 2)
			two.SaveDraft(conv, "two")
			time.Sleep(time.Second)
			synctest.Wait()
			for _, got := range []message.Text{one.state.Draft(conv), two.state.Draft(conv), r.device.drafts[conv]} {
				if got != "one\n\ntwo" {
					t.Errorf("got %q", string(got))
				}
			}
		})
	})
	t.Run("that is sent or emptied in one page is so in the other", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			one, two := r.open(), r.open()
			synctest.Wait()
			for _, text := range []message.Text{"draft", "dr", ""} {
				one.SaveDraft(conv, text)
				time.Sleep(time.Second)
				synctest.Wait()
				if got := two.state.Draft(conv); got != text {
					t.Errorf("got %q, want %q", string(got), string(text))
				}
			}
		})
	})
	t.Run("is written at once when the page may go", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			s.SaveDraft(conv, "draft")
			r.device.tell(nil, signal{Type: signalHidden})
			synctest.Wait()
			r.device.mu.Lock()
			defer r.device.mu.Unlock()
			if got := r.device.drafts[conv]; got != "draft" {
				t.Fatalf("device has %q", string(got))
			}
		})
	})
}

func TestLogOut(t *testing.T) {
	t.Run("forgets what the device kept", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			s.SaveDraft(conv, "draft")
			if err := s.LogOut(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			if r.device.current.Account != nil || len(r.device.drafts) != 0 || len(r.device.kept) != 0 {
				t.Fatal("the device still keeps something")
			}
			if s.state.Login() != state.LoggedOut || r.server.loggedIn {
				t.Fatal("still logged in")
			}
		})
	})
	t.Run("that the server cannot take now is told to it again", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			r.server.alter(func() { r.server.busy = true })
			if err := s.LogOut(t.Context()); err != nil {
				t.Fatal(err)
			}
			if !r.device.current.LoggingOut {
				t.Fatal("it counts as told")
			}
			r.server.alter(func() { r.server.busy = false })
			r.device.tell(nil, signal{Type: signalNetwork})
			synctest.Wait()
			if r.server.loggedIn || r.device.current.LoggingOut {
				t.Error("it was not told")
			}
		})
	})
	t.Run("without a connection is told to the server later", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			r.server.set(false, true)
			if err := s.LogOut(t.Context()); err != nil {
				t.Fatal(err)
			}
			if s.state.Login() != state.LoggedOut {
				t.Fatal("still logged in here")
			}
			r.server.set(true, true)
			r.device.tell(nil, signal{Type: signalNetwork})
			synctest.Wait()
			if r.server.loggedIn {
				t.Fatal("the server was never told")
			}
		})
	})
}

func TestReadMarks(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.server.add(uuid.New(), peer)
		s := r.open()
		synctest.Wait()
		r.server.set(false, true)
		s.MarkRead(conv, 1)
		synctest.Wait()
		r.server.drop()
		r.server.set(true, true)
		before := r.server.count("POST /read")
		time.Sleep(time.Minute)
		if n := r.server.count("POST /read") - before; n != 1 {
			t.Fatalf("read mark reported %d times after the reconnect, want once", n)
		}
	})
}

// TestLooking shows that the server hears of someone who looks again, but not
// at every turn.
func TestLooking(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.server.add(uuid.New(), peer)
		s := r.open()
		synctest.Wait()
		before := r.server.count("POST /read")
		for _, step := range []struct {
			after time.Duration
			want  int
		}{{0, 1}, {time.Minute, 0}, {lookEvery - 2*time.Minute, 0}, {time.Minute, 1}, {time.Minute, 0}} {
			time.Sleep(step.after)
			s.MarkRead(conv, 1)
			synctest.Wait()
			after := r.server.count("POST /read")
			if after-before != step.want {
				t.Errorf("after %v: reported %d times, want %d", step.after, after-before, step.want)
			}
			before = after
		}
	})
}

func TestBackoff(t *testing.T) {
	var b backoff
	for range 100 {
		if wait := b.next(); wait < firstWait/2 || wait > maxWait {
			t.Fatalf("waits %v", wait)
		}
	}
	b.reset()
	if wait := b.next(); wait > firstWait {
		t.Fatalf("waits %v after a reset", wait)
	}
}
