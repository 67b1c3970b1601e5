package faults

import (
	"net/http"
	"testing"

	"github.com/google/uuid"

	"pleiades/server/store/storetest"
	"pleiades/shared/wire"
)

// TestDiskFull fills the server's disk: sending is answered with 507, and with
// room again the same message is taken in, once.
func TestDiskFull(t *testing.T) {
	const row = "server disk full"
	for _, mutant := range []string{"", deafToErrors} {
		t.Run("sqlite "+mutant, func(t *testing.T) {
			disk, url := storetest.MustDisk(t)
			s := mustSite(t, storetest.MustOpenAgain(t, url), mutant)
			verdict(t, row, mutant, surviveFull(t, s.mustPeople(t), disk.Full.Store))
		})
		t.Run("postgres "+mutant, func(t *testing.T) {
			url := storetest.MustURL(t, storetest.Postgres)
			s := mustSite(t, storetest.MustOpenAgain(t, url), mutant)
			verdict(t, row, mutant, surviveFull(t, s.mustPeople(t), fullPostgres(t, url)))
		})
	}
}

// fullPostgres returns what fills the disk of a server, and empties it. Nobody
// may mount a small disk everywhere: the server says what it says when there is
// no room (SQLSTATE 53100), in the middle of the transaction.
func fullPostgres(t *testing.T, url string) (setFull func(bool)) {
	storetest.MustTamper(t, url, "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "+
		"$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$")
	return func(full bool) {
		if full {
			storetest.MustTamper(t, url, "CREATE TRIGGER full_disk AFTER INSERT ON messages FOR EACH ROW EXECUTE FUNCTION full_disk()")
		} else {
			storetest.MustTamper(t, url, "DROP TRIGGER full_disk ON messages")
		}
	}
}

// surviveFull fills a disk and reports whether all went as it should.
func surviveFull(t *testing.T, p people, setFull func(bool)) bool {
	send := func(id uuid.UUID) (seq int64, status int, code wire.Code) {
		m, status, code, err := p.client.put(t.Context(), p.conversation, id, "hello")
		if err != nil {
			t.Fatal(err)
		}
		return m.Seq, status, code
	}
	if seq, status, code := send(uuid.New()); status != http.StatusCreated || seq != 1 {
		t.Fatalf("with room: %d %s", status, code)
	}
	setFull(true)
	id := uuid.New()
	for range 3 {
		if _, status, code := send(id); status != http.StatusInsufficientStorage || code != wire.CodeStorageFull {
			t.Logf("without room: %d %s", status, code)
			return false
		}
	}
	setFull(false)
	list, err := p.therapist.list(t.Context(), p.conversation)
	if err != nil || len(list) != 1 {
		t.Logf("%d messages are stored, %v", len(list), err)
		return false
	}
	for _, want := range []int{http.StatusCreated, http.StatusOK} {
		if seq, status, code := send(id); status != want || seq != 2 {
			t.Logf("with room again: %d %s, seq %d", status, code, seq)
			return false
		}
	}
	return true
}
