package syncer

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pleiades/app/state"
	"pleiades/shared/wire"
)

func TestLogInByStages(t *testing.T) {
	t.Run("nothing is anyone's before the second step", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.device.current = current{}
			r.server.set(true, false)
			r.server.second = true
			s := r.open()
			synctest.Wait()
			answer, err := s.LogIn(t.Context(), "a@b.test", "password")
			if err != nil || answer.Next != wire.StepTOTP {
				t.Fatalf("answer %+v, error %v", answer, err)
			}
			if s.state.Login() != state.LoggedOut || r.device.current.Account != nil {
				t.Fatal("logged in with the password alone")
			}
			if answer, err = s.LogInCode(t.Context(), wire.MethodTOTP, "123456"); err != nil || answer.Account == nil {
				t.Fatalf("answer %+v, error %v", answer, err)
			}
			if s.state.Login() != state.LoggedIn || s.state.Account().ID != me {
				t.Fatal("not logged in")
			}
		})
	})
	t.Run("a password does not open the device of someone else who ends the login", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.device.current = current{}
			r.server.set(true, false)
			r.server.second = true
			s := r.open()
			synctest.Wait()
			if _, err := s.LogIn(t.Context(), "another@b.test", "another password"); err != nil {
				t.Fatal(err)
			}
			if _, err := s.LogInCode(t.Context(), wire.MethodTOTP, "123456"); err != nil {
				t.Fatal(err)
			}
			if s.state.Account().ID != me || r.device.secret != "" {
				t.Errorf("the device of %s is opened by %q", s.state.Account().ID, r.device.secret)
			}
		})
	})
	t.Run("a passkey that the browser does not give is no login", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			r.device.current = current{}
			s := r.open()
			synctest.Wait()
			for shown, want := range map[string]error{
				"cancelled": ErrPasskeyCancelled, "known": ErrPasskeyKnown, "failed": ErrPasskeyFailed,
			} {
				r.device.pages[0].passkey = dialog{Outcome: shown}
				if _, err := s.LogInPasskey(t.Context()); !errors.Is(err, want) {
					t.Errorf("%s: error %v", shown, err)
				}
			}
			if s.state.Login() != state.LoggedOut {
				t.Error("logged in")
			}
		})
	})
}

func TestAlerts(t *testing.T) {
	notices := func(s *Syncer) (list []wire.SecurityNotice) {
		for _, e := range s.state.Alerts() {
			list = append(list, e.Notice)
		}
		return list
	}
	announce := func(r *rig, notice wire.SecurityNotice) {
		r.server.announce(wire.EventSecurity, wire.SecurityEvent{Notice: notice, At: time.Now()})
		synctest.Wait()
	}

	t.Run("all pages hear what happened elsewhere, until one puts it away", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s, other := r.open(), r.open()
			synctest.Wait()
			announce(r, wire.NoticeNewDevice)
			announce(r, wire.NoticeFactors)
			announce(r, wire.NoticeNewDevice)
			want := []wire.SecurityNotice{wire.NoticeFactors, wire.NoticeNewDevice}
			if !slices.Equal(notices(s), want) || !slices.Equal(notices(other), want) {
				t.Fatalf("alerts %v and %v", notices(s), notices(other))
			}
			if s.state.Credentials() != 3 {
				t.Errorf("%d changes were noted", s.state.Credentials())
			}
			other.DropAlert(wire.NoticeFactors)
			synctest.Wait()
			if got := notices(s); !slices.Equal(got, want[1:]) {
				t.Fatalf("alerts %v", got)
			}
		})
	})
	t.Run("what this device did itself is no news, in no page, for a while", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s, other := r.open(), r.open()
			synctest.Wait()
			if err := s.DeleteTOTP(t.Context()); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			announce(r, wire.NoticeFactors)
			if notices(s) != nil || notices(other) != nil {
				t.Fatalf("alerts %v and %v", notices(s), notices(other))
			}
			time.Sleep(ownFor + 10*time.Second)
			announce(r, wire.NoticeFactors)
			if notices(s) == nil || notices(other) == nil {
				t.Fatal("nothing was said of what happened later")
			}
		})
	})
	t.Run("what happened meanwhile is told, until all of it was put away", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s, other := r.open(), r.open()
			synctest.Wait()
			r.server.alter(func() {
				r.server.notices = []wire.SecurityEvent{
					{Notice: wire.NoticeNewDevice, At: time.Now()}, {Notice: wire.NoticeResetPending, At: time.Now()},
					{Notice: wire.NoticePassword, At: time.Now()},
				}
			})
			reconnect := func() {
				r.server.drop()
				time.Sleep(time.Minute)
				synctest.Wait()
			}
			reconnect()
			want := []wire.SecurityNotice{wire.NoticeNewDevice, wire.NoticePassword}
			if !slices.Equal(notices(s), want) || !slices.Equal(notices(other), want) {
				t.Fatalf("alerts %v and %v", notices(s), notices(other))
			}
			s.DropAlert(wire.NoticeNewDevice)
			reconnect()
			if got := notices(s); !slices.Equal(got, want[1:]) || !slices.Equal(notices(other), want[1:]) || r.server.count("POST /seen") != 0 {
				t.Fatalf("alerts %v, and the server heard of it %d times", got, r.server.count("POST /seen"))
			}
			other.DropAlert(wire.NoticePassword)
			synctest.Wait()
			if notices(s) != nil || notices(other) != nil || r.server.count("POST /seen") != 1 {
				t.Fatalf("alerts %v, and the server heard of it %d times", notices(s), r.server.count("POST /seen"))
			}
		})
	})
	t.Run("a new password that waits is known after a reconnection too, until it is cancelled", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s, other := r.open(), r.open()
			synctest.Wait()
			r.server.alter(func() { r.server.reset = &wire.PasswordReset{EffectiveAt: time.Now()} })
			r.server.drop()
			time.Sleep(time.Minute)
			if s.state.Reset() == nil || other.state.Reset() == nil {
				t.Fatal("not known")
			}
			if err := s.CancelReset(t.Context()); err != nil {
				t.Fatal(err)
			}
			announce(r, wire.NoticeResetCancelled)
			if s.state.Reset() != nil || other.state.Reset() != nil || notices(s) != nil {
				t.Fatal("still there")
			}
		})
	})
}

func TestPasskeysThatOpenTheDevice(t *testing.T) {
	known := func(ids ...string) *wire.Security {
		answer := new(wire.Security)
		for _, id := range ids {
			answer.Passkeys = append(answer.Passkeys, wire.Passkey{Credential: id})
		}
		return answer
	}
	t.Run("of a removed one the way is taken away, of one added since the server was asked it is not", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			r.device.keys = []string{"kept", "removed"}
			r.server.alter(func() {
				r.server.security = known("kept")
				r.server.meanwhile = func() { r.device.keys = append(r.device.keys, "added") }
			})
			wake(s.pulls)
			synctest.Wait()
			if want := []string{"kept", "added"}; !slices.Equal(r.device.keys, want) {
				t.Errorf("it is opened by %v, want %v", r.device.keys, want)
			}
		})
	})
	t.Run("an answer for someone who was here before changes nothing", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			r.device.keys = []string{"theirs"}
			r.server.alter(func() {
				r.server.security = known()
				r.server.security.Reset = &wire.PasswordReset{}
				r.server.meanwhile = func() {
					r.device.current = current{Account: &wire.Account{ID: peer}}
					s.restore(t.Context())
				}
			})
			wake(s.pulls)
			synctest.Wait()
			if len(r.device.keys) != 1 || s.state.Reset() != nil {
				t.Errorf("it is opened by %v, reset %v", r.device.keys, s.state.Reset())
			}
		})
	})
}

func TestAnotherAccountLogsIn(t *testing.T) {
	t.Run("a tab that did not hear of it does nothing in that name, and takes over whose app this is", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			r.server.alter(func() { r.server.someone = peer })
			r.device.current = current{Account: &wire.Account{ID: peer}}
			if err := s.DeleteTOTP(t.Context()); !isProblem(err, wire.CodeWrongAccount) {
				t.Fatalf("error %v", err)
			}
			synctest.Wait()
			if s.state.Login() != state.LoggedIn || s.state.Account().ID != peer {
				t.Fatalf("%s as %s", s.state.Login(), s.state.Account().ID)
			}
			if err := s.DeleteTOTP(t.Context()); err != nil {
				t.Errorf("in their own name: %v", err)
			}
		})
	})
	t.Run("where the device does not know of it, the login is over", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			r.server.alter(func() { r.server.someone = peer })
			if err := s.DeleteTOTP(t.Context()); !isProblem(err, wire.CodeWrongAccount) {
				t.Fatalf("error %v", err)
			}
			synctest.Wait()
			if s.state.Login() != state.LoginExpired || s.state.Account().ID != me {
				t.Errorf("%s as %s", s.state.Login(), s.state.Account().ID)
			}
		})
	})
	t.Run("a login that is under way is nobody's", func(t *testing.T) {
		inBubble(t, func(t *testing.T, r *rig) {
			s := r.open()
			synctest.Wait()
			s.expire()
			r.server.alter(func() { r.server.second, r.server.someone = true, peer })
			if _, err := s.LogIn(t.Context(), "b@b.test", "password"); err != nil {
				t.Fatal(err)
			}
			if _, err := s.LogInCode(t.Context(), wire.MethodTOTP, "123456"); err != nil {
				t.Errorf("the second step: %v", err)
			}
		})
	})
}
