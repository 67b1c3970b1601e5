package account_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

func TestDevices(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		const email = "theo@example.test"
		own := func(entry account.Entry) account.Actor {
			t.Helper()
			actor, _, err := d.Authenticate(t.Context(), entry.Token)
			if err != nil {
				t.Fatal(err)
			}
			return actor
		}
		list := func(actor account.Actor) []account.Device {
			t.Helper()
			devices, err := d.ListDevices(t.Context(), actor)
			if err != nil {
				t.Fatal(err)
			}
			return devices
		}

		first := d.mustEnter(t, email, account.Browser{UserAgent: firefox})
		actor := own(first)
		t.Run("a browser is one device, however often it logs in", func(t *testing.T) {
			d.clock.Add(time.Hour)
			again := d.mustEnter(t, email, account.Browser{UserAgent: firefox, Device: first.Device})
			if again.Device != first.Device || again.Login.Device != first.Login.Device {
				t.Error("the second login is on another device")
			}
			actor = own(again)
			devices := list(actor)
			if len(devices) != 1 {
				t.Fatalf("got %d devices, want 1", len(devices))
			}
			got := devices[0]
			if got.ID != actor.Device || got.Name != "Firefox on Linux" || !got.LoggedIn ||
				!got.LastUsedAt.Equal(d.clock.Now()) || got.LastUsedAt.Sub(got.CreatedAt) != time.Hour {
				t.Errorf("got %+v", got)
			}
		})
		t.Run("an act is a use", func(t *testing.T) {
			d.clock.Add(2 * time.Minute)
			if err := d.Renew(t.Context(), actor); err != nil {
				t.Fatal(err)
			}
			if got := list(actor)[0]; !got.LastUsedAt.Equal(d.clock.Now()) {
				t.Errorf("last used at %v, want %v", got.LastUsedAt, d.clock.Now())
			}
		})
		t.Run("a token that is not ours makes another", func(t *testing.T) {
			for _, token := range []string{"", "x", strings.Repeat("A", 43)} {
				entry := d.mustEnter(t, email, account.Browser{Device: token})
				if entry.Device == token || entry.Login.Device == actor.Device {
					t.Errorf("%q was taken for a device", token)
				}
				if err := d.RevokeDevice(t.Context(), actor, entry.Login.Device); err != nil {
					t.Fatal(err)
				}
			}
		})
		t.Run("people who share a browser have devices of their own", func(t *testing.T) {
			d.mustCreate(t, wire.RoleAdmin, "ada@example.test")
			entry := d.mustEnter(t, "ada@example.test", account.Browser{UserAgent: firefox, Device: first.Device})
			other := own(entry)
			if entry.Device != first.Device || other.Device == actor.Device || len(list(other)) != 1 || len(list(actor)) != 1 {
				t.Error("their devices are mixed up")
			}
			for what, err := range map[string]error{
				"rename": d.RenameDevice(t.Context(), other, actor.Device, "Mine"),
				"revoke": d.RevokeDevice(t.Context(), other, actor.Device),
				"none":   d.RevokeDevice(t.Context(), other, uuid.New()),
			} {
				if !errors.Is(err, account.ErrNotFound) {
					t.Errorf("%s: got %v, want ErrNotFound", what, err)
				}
			}
		})
		t.Run("a name keeps the rules", func(t *testing.T) {
			if err := d.RenameDevice(t.Context(), actor, actor.Device, "  The kitchen "); err != nil {
				t.Fatal(err)
			}
			if got := list(actor)[0].Name; got != "The kitchen" {
				t.Errorf("got another name of %d characters", len(got))
			}
			for _, name := range []message.Text{"", " ", "a\nb", message.Text(strings.Repeat("x", account.MaxName+1))} {
				var invalid *account.InvalidNameError
				if err := d.RenameDevice(t.Context(), actor, actor.Device, name); !errors.As(err, &invalid) {
					t.Errorf("%d characters: got %v, want an InvalidNameError", len(name), err)
				}
			}
		})
		t.Run("revoking another needs a fresh proof", func(t *testing.T) {
			shared := d.mustEnter(t, email, account.Browser{UserAgent: "shared"})
			d.clock.Add(account.StepUpLimit)
			wantErr(t, "another", d.RevokeDevice(t.Context(), actor, shared.Login.Device), account.ErrStepUpRequired)
			if err := d.RevokeDevice(t.Context(), own(shared), shared.Login.Device); err != nil {
				t.Errorf("one's own: %v", err)
			}
			again := d.mustEnter(t, email, account.Browser{UserAgent: firefox, Device: first.Device})
			actor = own(again)
		})
		t.Run("revoking ends its logins, and the browser is told", func(t *testing.T) {
			lost := d.mustEnter(t, email, account.Browser{UserAgent: "lost"})
			if err := d.CheckDevice(t.Context(), lost.Device, uuid.Nil); err != nil {
				t.Fatal(err)
			}
			if err := d.RevokeDevice(t.Context(), actor, lost.Login.Device); err != nil {
				t.Fatal(err)
			}
			if _, _, err := d.Authenticate(t.Context(), lost.Token); !errors.Is(err, account.ErrNotLoggedIn) {
				t.Errorf("its login: got %v, want ErrNotLoggedIn", err)
			}
			if !d.ended.has(lost.Login.ID) {
				t.Error("nobody was told that its login ended")
			}
			if err := d.CheckDevice(t.Context(), lost.Device, uuid.Nil); !errors.Is(err, account.ErrDeviceRevoked) {
				t.Errorf("got %v, want ErrDeviceRevoked", err)
			}
			if found, err := d.FindDevice(t.Context(), lost.Login.Device); err != nil || !found.Revoked() {
				t.Errorf("got %+v, %v; want a revoked device", found, err)
			}
			if len(list(actor)) != 1 {
				t.Error("it is still listed")
			}
			if err := d.RevokeDevice(t.Context(), actor, lost.Login.Device); !errors.Is(err, account.ErrNotFound) {
				t.Errorf("again: got %v, want ErrNotFound", err)
			}
			back := d.mustEnter(t, email, account.Browser{UserAgent: "lost", Device: lost.Device})
			if back.Device == lost.Device || back.Login.Device == lost.Login.Device {
				t.Error("a revoked device came back")
			}
			if err := d.CheckDevice(t.Context(), back.Device, uuid.Nil); err != nil {
				t.Errorf("the new one: %v", err)
			}
		})
		t.Run("one account's device is nothing to another on the same browser", func(t *testing.T) {
			const otherEmail = "sister@example.test"
			other := d.mustCreate(t, wire.RoleAdmin, otherEmail).ID
			// In the same minute, whichever then counts as the newest.
			theirs := d.mustEnter(t, otherEmail, account.Browser{UserAgent: "shared"})
			mine := d.mustEnter(t, email, account.Browser{UserAgent: "shared", Device: theirs.Device})
			if mine.Device != theirs.Device || mine.Login.Device == theirs.Login.Device {
				t.Fatal("they do not share a browser, or share a device")
			}
			me := own(mine)
			if err := d.RevokeDevice(t.Context(), me, mine.Login.Device); err != nil {
				t.Fatal(err)
			}
			if err := d.CheckDevice(t.Context(), mine.Device, other); err != nil {
				t.Errorf("the other's: %v", err)
			}
			wantErr(t, "one's own", d.CheckDevice(t.Context(), mine.Device, me.Account), account.ErrDeviceRevoked)
			if found, err := d.FindDevice(t.Context(), theirs.Login.Device); err != nil || found.Revoked() {
				t.Errorf("the other's device: %+v, %v", found, err)
			}
			if _, _, err := d.Authenticate(t.Context(), theirs.Token); err != nil {
				t.Errorf("the other's login: %v", err)
			}
		})
	})
}
