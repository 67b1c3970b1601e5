package outbox_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/store/storetest"
	"pleiades/shared/wire"
)

// TestRefusalsAreRecorded shows what the log tells of envelopes that are not what
// they say they are: those of known devices, once for a while.
func TestRefusalsAreRecorded(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		impostor, stranger, revoked := *p.client, *p.client, p.mustDevice(t, p.client.account)
		impostor.secret[0]++
		stranger.id = uuid.New()
		mangled := slices.Clone(p.otherDevice.mustLetter(t, "mangled"))
		mangled[len(mangled)-1] ^= 1
		p.mustAccounts(t, func(tx account.Tx) error {
			d, err := tx.LockDevice(t.Context(), revoked.id)
			if err != nil {
				return err
			}
			d.RevokedAt = p.clock.Now()
			return errors.Join(tx.UpdateDevice(t.Context(), d), tx.Record(t.Context(), storetest.EventOf(audit.DeviceRevoke, p.practice.ID, d.ID)))
		})
		var known []audit.Hash
		recorded := func() []string {
			p.Close() // what is done aside is done
			got := []string{}
			err := p.db.EachEntry(t.Context(), func(entry audit.Entry) error {
				if entry.Kind != audit.AccessDeny || slices.Contains(known, entry.Hash) {
					return nil
				}
				known = append(known, entry.Hash)
				event, err := entry.Event()
				if event.Practice != p.practice.ID || event.Outcome != audit.Denied || event.Details["what"] != "envelope" {
					t.Errorf("recorded %+v", event)
				}
				got = append(got, fmt.Sprint(event.Actor, " ", event.Object))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		for _, c := range []struct {
			name     string
			envelope []byte
			want     string
			then     []string
		}{
			{"as it should be", p.client.mustLetter(t, "x"), "accepted 1", nil},
			{"under a device's name", impostor.mustLetter(t, "x"), "rejected unverified", []string{fmt.Sprint(uuid.Nil, " ", p.client.id)}},
			{"and once more", impostor.mustLetter(t, "x"), "rejected unverified", nil},
			{"changed on its way", mangled, "rejected unverified", []string{fmt.Sprint(uuid.Nil, " ", p.otherDevice.id)}},
			{"of a revoked device", revoked.mustLetter(t, "x"), "rejected device_revoked", []string{fmt.Sprint(revoked.account, " ", revoked.id)}},
			{"of an unknown device", stranger.mustLetter(t, "x"), "rejected unverified", nil},
			{"no envelope", []byte("\x01hello"), "rejected unverified", nil},
			{"that makes no sense", p.client.mustSeal(t, p.conversation, "poem", uuid.New(), wire.PutMessage{}), "rejected invalid_request", nil},
		} {
			want(t, p.mustAccept(t, c.envelope), c.want)
			if got := recorded(); !slices.Equal(got, c.then) {
				t.Errorf("%s: recorded %q, want %q", c.name, got, c.then)
			}
		}
		p.clock.Add(audit.Window)
		want(t, p.mustAccept(t, impostor.mustLetter(t, "x"), impostor.mustLetter(t, "y")), "rejected unverified", "retry")
		if got := recorded(); len(got) != 1 {
			t.Errorf("a quarter of an hour later: recorded %q", got)
		}
	})
}
