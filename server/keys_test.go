package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/server/keyring"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
)

// TestRotateKeysBesideServer rotates keys, killed and not, while a server goes
// on sending.
func TestRotateKeysBesideServer(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		t.Chdir(t.TempDir())
		env := map[string]string{"PLEIADES_DATABASE_URL": url}
		h := mustOpenHouse(t, url)
		p := storetest.MustPractice(t, h.db, 30)
		keys := mustManyKeys(t, h.keys)

		stop, sent := make(chan struct{}), make(chan []message.Draft)
		go func() { sent <- sendUntil(t, h, p, stop) }()
		mustInterruptRotation(t, url, h)
		before, err := h.db.Outbox().ListIngestKeys(t.Context()) // of rotations that ended before they were caught
		if err != nil {
			t.Fatal(err)
		}
		if got := run(t, env, "", "keys", "rotate"); got.code != 0 || !strings.Contains(got.stdout, "finished the rotation") {
			t.Errorf("after the kill: got %+v", got)
		}
		if got := run(t, env, "", "keys", "rotate"); got.code != 0 || !strings.Contains(got.stdout, "added") {
			t.Errorf("another one: got %+v", got)
		}
		close(stop)
		drafts := <-sent

		list := run(t, env, "", "keys", "list")
		lines := strings.Split(strings.TrimSpace(list.stdout), "\n")
		file, err := os.ReadFile("var/keys/kek")
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSpace(string(file)), "\n") {
			id, secret, _ := strings.Cut(line, " ")
			if strings.Contains(list.stdout, secret) || !strings.HasPrefix(lines[i], id+"\t") {
				t.Errorf("line %d of the list is %q, want the id and no key", i+1, lines[i])
			}
			if active := strings.HasSuffix(lines[i], "\tactive"); active != (i == len(lines)-1) {
				t.Errorf("line %d of the list is %q", i+1, lines[i])
			}
		}

		fresh := mustOpenHouse(t, url)
		if made, err := h.db.Outbox().ListIngestKeys(t.Context()); err != nil || len(made) != len(before)+2 {
			t.Errorf("%d ingest keys after %d, %v; want one for each rotation that ended", len(made), len(before), err)
		}
		for name, key := range keys {
			if got, err := fresh.keys.Key(t.Context(), name); err != nil || !bytes.Equal(got, key) {
				t.Fatalf("key %s: error %v, the same: %t", name, err, bytes.Equal(got, key))
			}
		}
		for i, d := range drafts {
			n := i % len(p.Conversations)
			after := int64(i / len(p.Conversations))
			page, err := fresh.chat.ListMessages(t.Context(), chat.Actor{Account: p.Therapist}, p.Conversations[n], chat.Page{After: &after, Limit: 1})
			if err != nil || len(page) != 1 || page[0].Body != d.Body || page[0].ID != d.ID {
				t.Fatalf("message %d: got %+v, error %v", i, page, err)
			}
		}
	})
}

// TestRotateKeysBesideBroken rotates keys of which one is damaged: the command
// says so, the rest is done and recorded, and nothing is kept from starting.
func TestRotateKeysBesideBroken(t *testing.T) {
	t.Chdir(t.TempDir())
	h := mustOpenHouse(t, "sqlite:test.db")
	env := map[string]string{"PLEIADES_DATABASE_URL": "sqlite:test.db"}
	if err := h.db.Keys().CreateWrappedKey(t.Context(), keyring.WrappedKey{Name: "test/damaged", Wrapped: []byte{1, 'x'}}); err != nil {
		t.Fatal(err)
	}
	if got := run(t, env, "", "keys", "rotate"); got.code != exitFailed || !strings.Contains(got.stderr, "test/damaged") {
		t.Errorf("got %+v, want the name of the key", got)
	}
	entries, err := h.db.Accounts().ListEntries(t.Context(), uuid.Nil, audit.Filter{Kind: audit.KeyRotate, Limit: 10})
	if err != nil || len(entries) != 1 {
		t.Fatalf("%d rotations are recorded, %v; want one", len(entries), err)
	}
	if event, err := entries[0].Event(); err != nil || event.Outcome != audit.Failed {
		t.Errorf("recorded %+v, %v; want that it failed", event, err)
	}
	if made, err := h.db.Outbox().ListIngestKeys(t.Context()); err != nil || len(made) != 1 {
		t.Errorf("%d ingest keys, %v; want one", len(made), err)
	}
	if got := run(t, env, "", "keys", "list"); got.code != exitDone {
		t.Errorf("got %+v, want it to start", got)
	}
}

// TestIndexKeyIsNotMadeAnew starts without the key by which people are found.
func TestIndexKeyIsNotMadeAnew(t *testing.T) {
	t.Chdir(t.TempDir())
	h := mustOpenHouse(t, "sqlite:test.db")
	storetest.MustPractice(t, h.db, 1)
	if _, err := h.db.Keys().DeleteWrappedKeys(t.Context(), emailIndexKey); err != nil {
		t.Fatal(err)
	}
	got := run(t, map[string]string{"PLEIADES_DATABASE_URL": "sqlite:test.db"}, "", "keys", "list")
	if got.code != exitFailed || !strings.Contains(got.stderr, emailIndexKey) {
		t.Errorf("got %+v, want that the key is missing", got)
	}
	if _, err := h.db.Keys().FindWrappedKey(t.Context(), emailIndexKey); !errors.Is(err, keyring.ErrNotFound) {
		t.Errorf("got %v, want none made", err)
	}
}

// mustManyKeys makes more keys than a rotation wraps in one transaction.
func mustManyKeys(t *testing.T, ring *keyring.Keyring) map[string][]byte {
	t.Helper()
	keys := make(map[string][]byte)
	for i := range 2500 {
		name := fmt.Sprintf("test/%04d", i)
		key, err := ring.Key(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		keys[name] = key
	}
	return keys
}

// sendUntil sends one message after the other, to each conversation in turn, so
// that keys of conversations are made meanwhile.
func sendUntil(t *testing.T, h *house, p storetest.Practice, stop chan struct{}) []message.Draft {
	var drafts []message.Draft
	for i := 0; ; i++ {
		select {
		case <-stop:
			return drafts
		default:
		}
		n := i % len(p.Conversations)
		d := message.Draft{ID: uuid.New(), Body: message.Text(fmt.Sprint("message ", i))}
		if _, _, err := h.chat.Send(t.Context(), chat.Actor{Account: p.Clients[n]}, p.Conversations[n], d); err != nil {
			t.Errorf("message %d: %v", i, err)
			return drafts
		}
		drafts = append(drafts, d)
	}
}

// mustInterruptRotation kills a process that rotates the keys after the first
// of them are wrapped anew and before all are.
func mustInterruptRotation(t *testing.T, url string, h *house) {
	t.Helper()
	wrapped := func(name string) []byte {
		found, err := h.db.Keys().FindWrappedKey(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		return found.Wrapped
	}
	for range 20 {
		first, last := wrapped("test/0000"), wrapped("test/2499")
		rotation := exec.Command(os.Args[0], "keys", "rotate")
		rotation.Env = append(os.Environ(), asProgram+"=1", "PLEIADES_DATABASE_URL="+url)
		rotation.Stderr = os.Stderr
		if err := rotation.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- rotation.Wait() }()
		for running := true; running && bytes.Equal(wrapped("test/0000"), first); {
			select {
			case err := <-ended:
				ended <- err
				running = false
			default:
			}
		}
		_ = rotation.Process.Kill() // it may have ended
		<-ended
		if bytes.Equal(wrapped("test/2499"), last) && !bytes.Equal(wrapped("test/0000"), first) {
			return
		}
	}
	t.Fatal("no rotation was caught in the middle")
}
