package syncer

import (
	"testing"
	"testing/synctest"
	"time"

	"pleiades/app/state"
	"pleiades/shared/wire"
)

func TestSkew(t *testing.T) {
	const ahead = 26 * time.Hour
	t.Run("is learnt from the server, by every page, and kept for when there is none", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.server.behind = ahead
			leader, other := r.open(), r.open()
			synctest.Wait()
			for _, s := range []*Syncer{leader, other} {
				if got := s.state.Skew(); got != ahead {
					t.Errorf("got %v, want %v", got, ahead)
				}
			}
			r.server.set(false, true)
			offline := r.open()
			synctest.Wait()
			if got := offline.state.Skew(); got != ahead {
				t.Errorf("without a connection: got %v, want %v", got, ahead)
			}
		})
	})
	t.Run("is none where the clocks agree", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.server.behind = steadySkew / 2
			s := r.open()
			synctest.Wait()
			if got := s.state.Skew(); got != 0 || r.device.private.Skew != 0 {
				t.Errorf("got %v, kept %d", got, r.device.private.Skew)
			}
		})
	})
	t.Run("is not told by an answer that the device slept through", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			asked := time.Now()
			time.Sleep(3 * time.Minute)
			s.learnSkew(t.Context(), asked, &asked)
			if got := s.state.Skew(); got != 0 {
				t.Errorf("got %v", got)
			}
		})
	})
	t.Run("locks a device whose clock was put back while no page was open", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.device.private.Skew = ahead.Milliseconds()
			r.server.behind = ahead - 2*putBack
			s := r.openLockable()
			if s.state.Login() != state.Locked {
				t.Fatalf("it is %v", s.state.Login())
			}
			if err := s.Unlock(t.Context(), password); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if !s.state.IsOpen() || s.state.Skew() != ahead-2*putBack {
				t.Errorf("unlocked, it is %v, the clock %v ahead", s.state.Login(), s.state.Skew())
			}
		})
	})
	t.Run("locks nobody out who has just logged in", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.server.behind = -ahead
			r.device.current = current{}
			s := r.openLockable()
			secret := Password(password)
			if err := s.Admit(t.Context(), wire.Account{ID: me}, &secret); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if !s.state.IsOpen() || s.state.Skew() != -ahead {
				t.Errorf("it is %v, the clock %v ahead", s.state.Login(), s.state.Skew())
			}
		})
	})
}
