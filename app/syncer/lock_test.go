package syncer

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

const password = "password"

// openLockable opens a page on a device whose key the password opens.
func (r *rig) openLockable() *Syncer {
	r.device.secret, r.device.after = password, lockClientAfter
	s := r.open()
	synctest.Wait()
	return s
}

func TestLock(t *testing.T) {
	t.Run("saves what is being written, then forgets it in all pages and lets the stream go", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.server.add(uuid.New(), peer)
			s, other := r.openLockable(), r.open()
			synctest.Wait()
			s.SaveDraft(conv, "half a thought")
			if err := s.Lock(t.Context()); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if got := r.device.drafts[conv]; got != "half a thought" {
				t.Errorf("the device has %q", string(got))
			}
			for _, page := range []*Syncer{s, other} {
				if page.state.Login() != state.Locked || page.state.Draft(conv) != "" || len(page.state.List()) > 0 || page.state.Account().Name != "" {
					t.Errorf("a page is %s and still knows something", page.state.Login())
				}
			}
			pulls := r.server.count("POST /sync")
			r.server.announce(wire.EventMessage, wire.MessageEvent{Conversation: conv, Message: wire.Message{ID: uuid.New(), Seq: 2, Body: "late"}})
			synctest.Wait()
			if len(s.state.List()) > 0 || r.server.count("POST /sync") != pulls {
				t.Error("it goes on following the stream")
			}
		})
	})

	t.Run("keeps a draft that the device could not take until it is open again", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.openLockable()
			r.device.setFull(true)
			s.SaveDraft(conv, "half a thought")
			if err := s.Lock(t.Context()); err == nil || s.state.Login() != state.Locked {
				t.Fatalf("got %v, %s", err, s.state.Login())
			}
			r.device.setFull(false)
			if err := s.Unlock(t.Context(), password); err != nil {
				t.Fatal(err)
			}
			if got := s.state.Draft(conv); got != "half a thought" {
				t.Errorf("the page shows %q", string(got))
			}
			synctest.Wait()
			if got := r.device.drafts[conv]; got != "half a thought" {
				t.Errorf("the device has %q", string(got))
			}
		})
	})

	t.Run("does nothing where nothing could open the device again", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.device.after = 0
			s := r.open()
			synctest.Wait()
			if len(r.device.kept) > 0 || s.state.Connection() == state.Online {
				t.Error("it fetches what would lie there unprotected")
			}
			if err := s.Lock(t.Context()); err != nil || s.state.Login() != state.LoggedIn {
				t.Errorf("got %s, %v", s.state.Login(), err)
			}
		})
	})
}

// mustLockLater lets the device lock as late as one may, with the proof for that.
func (s *Syncer) mustLockLater(t *testing.T) {
	t.Helper()
	if err := s.Prove(t.Context(), state.WayPassword, password); err != nil {
		t.Fatal(err)
	}
	if err := s.SetLockAfter(t.Context(), wire.MaxLockAfter); err != nil {
		t.Fatal(err)
	}
}

// TestLockLater asks for a proof where the device is to lock later.
func TestLockLater(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		s := r.openLockable()
		r.server.set(false, true) // the device alone asks
		expect := func(minutes int, want wire.Code) {
			t.Helper()
			if err := s.SetLockAfter(t.Context(), minutes); want == "" && err != nil || want != "" && !isProblem(err, want) {
				t.Errorf("for %d minutes: got %v, want %q", minutes, err, want)
			}
		}
		expect(lockClientAfter+1, wire.CodeStepUpRequired)
		expect(lockClientAfter-1, "")
		expect(lockClientAfter, wire.CodeStepUpRequired)
		if err := s.Prove(t.Context(), state.WayPassword, "another"); !errors.Is(err, ErrWrongSecret) {
			t.Errorf("a wrong password: %v", err)
		}
		expect(lockClientAfter, wire.CodeStepUpRequired)
		s.mustLockLater(t)
		time.Sleep(holdFor)
		expect(wire.MaxLockAfter-1, "")
		expect(wire.MaxLockAfter, wire.CodeStepUpRequired)
	})
}

// TestLockWithin hears of the limit of a practice.
func TestLockWithin(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		s, other := r.openLockable(), r.open()
		synctest.Wait()
		s.mustLockLater(t)
		for _, within := range []int{3, 0} {
			account := s.state.Account()
			account.Memberships = []wire.Membership{{Practice: wire.Practice{LockWithin: within}}, {Practice: wire.Practice{}}}
			s.learnAccount(t.Context(), account)
			synctest.Wait()
			want := within
			if within == 0 {
				want = wire.MaxLockAfter
			}
			for _, page := range []*Syncer{s, other} {
				if got := page.state.Locking().After; got != want {
					t.Errorf("of %d minutes: a page locks after %d", within, got)
				}
			}
		}
	})
}

// TestLockWithinOnFullDevice hears of the limit of a practice while the device
// cannot take it: it has it once it can.
func TestLockWithinOnFullDevice(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		s := r.openLockable()
		s.mustLockLater(t)
		r.device.setFull(true)
		account := s.state.Account()
		account.Memberships = []wire.Membership{{Practice: wire.Practice{LockWithin: 3}}}
		r.server.alter(func() { r.server.account = &account })
		wake(s.pulls)
		synctest.Wait()
		if got := s.state.Locking().After; s.state.Account().LockWithin() != 3 || got != wire.MaxLockAfter {
			t.Fatalf("a full device locks after %d, and the state allows %d", got, s.state.Account().LockWithin())
		}
		r.device.setFull(false)
		wake(s.pulls)
		synctest.Wait()
		if got := s.state.Locking().After; got != 3 {
			t.Errorf("with room again it locks after %d", got)
		}
	})
}

func TestUnlock(t *testing.T) {
	t.Run("with another password is refused", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.openLockable()
			_ = s.Lock(t.Context())
			if err := s.Unlock(t.Context(), "another"); !errors.Is(err, ErrWrongSecret) || s.state.Login() != state.Locked {
				t.Errorf("got %v, %s", err, s.state.Login())
			}
		})
	})

	t.Run("works without the server, and says that it is offline", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s, other := r.openLockable(), r.open()
			synctest.Wait()
			r.server.set(false, true)
			_ = s.Lock(t.Context())
			synctest.Wait()
			if !s.state.Locking().Offline {
				t.Error("it does not say that it is offline")
			}
			if err := s.Unlock(t.Context(), password); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			for _, page := range []*Syncer{s, other} {
				if page.state.Login() != state.LoggedIn {
					t.Errorf("a page is %s", page.state.Login())
				}
			}
		})
	})

	t.Run("begins another login where the last has ended", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.openLockable()
			_ = s.Lock(t.Context())
			r.server.set(true, false)
			if err := s.Unlock(t.Context(), password); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if s.state.Login() != state.LoggedIn || s.state.Connection() != state.Online || r.server.count("POST /login") != 1 {
				t.Errorf("%s and %s after %d logins", s.state.Login(), s.state.Connection(), r.server.count("POST /login"))
			}
		})
	})
}

func TestAdmit(t *testing.T) {
	t.Run("a password changed elsewhere: the one before is asked for", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.device.secret = "the one before"
			s := r.open()
			synctest.Wait()
			r.device.opened = s.state.Account()
			if _, err := s.LogIn(t.Context(), "a@b.test", password); err != nil {
				t.Fatal(err)
			}
			if s.state.Login() != state.Locked || !s.state.Locking().Changed {
				t.Fatalf("got %s, %+v", s.state.Login(), s.state.Locking())
			}
			if err := s.Unlock(t.Context(), "the one before"); err != nil || s.state.Login() != state.LoggedIn || s.state.Locking().Changed {
				t.Errorf("got %v, %s", err, s.state.Login())
			}
		})
	})

	t.Run("a therapist's device locks later than a client's", func(t *testing.T) {
		if lockTherapistAfter <= lockClientAfter {
			t.Error("it does not")
		}
	})
}

func TestRevoked(t *testing.T) {
	for name, lock := range map[string]bool{"open": false, "locked": true} {
		t.Run(name+", all that was kept goes at the next contact, in all pages", func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				s, other := r.openLockable(), r.open()
				synctest.Wait()
				s.SaveDraft(conv, "half a thought")
				s.saveDrafts(t.Context())
				if lock {
					_ = s.Lock(t.Context())
					synctest.Wait()
				}
				r.server.alter(func() { r.server.revoked = true })
				r.server.drop()
				r.device.tell(nil, signal{Type: signalNetwork})
				synctest.Wait()
				for _, page := range []*Syncer{s, other} {
					if page.state.Login() != state.LoggedOut || !page.state.Revoked() {
						t.Errorf("a page is %s", page.state.Login())
					}
				}
				if len(r.device.drafts) > 0 || len(r.device.kept) > 0 || r.device.current.Account != nil || r.device.current.Locked {
					t.Error("something is still kept")
				}
			})
		})
	}
}

func TestPassphrase(t *testing.T) {
	t.Run("needs twelve characters", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			for text, want := range map[message.Text]error{"éléphants 1": ErrShortPassphrase, "éléphants 12": nil} {
				if err := s.ChoosePassphrase(t.Context(), text); !errors.Is(err, want) {
					t.Errorf("%s: got %v, want %v", string(text), err, want)
				}
			}
		})
	})
}

func TestLockMeanwhile(t *testing.T) {
	t.Run("what a running sync brings is not taken in", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.openLockable()
			r.server.add(uuid.New(), peer)
			r.server.alter(func() { r.server.meanwhile = func() { _ = s.Lock(t.Context()) } })
			wake(s.pulls)
			synctest.Wait()
			if s.state.Login() != state.Locked || len(s.state.List()) > 0 {
				t.Errorf("%s, and knows %d conversations", s.state.Login(), len(s.state.List()))
			}
		})
	})

	for name, do := range map[string]func(ctx context.Context, s *Syncer){
		"what the device keeps": func(ctx context.Context, s *Syncer) { s.restore(ctx) },
		"what waits":            func(ctx context.Context, s *Syncer) { s.refreshOutbox(ctx) },
		"what is private":       func(ctx context.Context, s *Syncer) { s.refreshPrivate(ctx) },
		"a plan just saved":     func(ctx context.Context, s *Syncer) { _ = s.SavePlan(ctx, state.Plan{Signs: "not sleeping"}) },
	} {
		t.Run(name+" is not taken in", func(t *testing.T) {
			inBubble(t, func(t *testing.T, r *rig) {
				s, other := r.openLockable(), r.open()
				synctest.Wait()
				r.server.set(false, true)
				mustSend(t, s, "waits")
				must(t, s.SavePlan(t.Context(), state.Plan{Signs: "not sleeping"}))
				synctest.Wait()
				lock := func() {
					if err := other.Lock(t.Context()); err != nil {
						t.Error(err)
					}
				}
				for _, call := range []string{"load", "outbox", "private", "savePrivate"} {
					r.device.meanwhile[call] = lock
				}
				do(t.Context(), s)
				synctest.Wait()
				if s.state.Login() != state.Locked || s.state.QueueCount() > 0 || !s.state.Plan().Empty() {
					t.Errorf("%s, %d wait, plan %+v", s.state.Login(), s.state.QueueCount(), s.state.Plan())
				}
			})
		})
	}
}
