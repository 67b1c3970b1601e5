package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/store/storetest"
)

// TestAuditCommands walks through what an operator does with the log.
func TestAuditCommands(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		t.Chdir(t.TempDir())
		env := map[string]string{"PLEIADES_DATABASE_URL": url}
		must := func(args ...string) string {
			t.Helper()
			got := run(t, env, "", args...)
			if got.code != 0 {
				t.Fatalf("%v: exit code %d: %s%s", args, got.code, got.stdout, got.stderr)
			}
			return strings.TrimSpace(got.stdout)
		}
		must("practice", "create", "--name", "Quiet Street")
		if got := must("audit", "verify"); !strings.HasPrefix(got, "note: there is no checkpoint") || !strings.Contains(got, "\nchecked 5 events in 2 chains and 1 rows") {
			t.Errorf("verify: got %q", got)
		}
		for range 2 { // each names those before it, and itself
			must("audit", "export")
		}
		lines := strings.Split(must("audit", "export"), "\n")
		if len(lines) != 11 {
			t.Fatalf("export: got %q", lines)
		}
		exports := make(map[any]int)
		var created map[string]any
		for _, line := range lines {
			var event map[string]any
			if err := json.Unmarshal([]byte(line), &event); err != nil {
				t.Fatal(err)
			}
			switch event["kind"] {
			case "audit.export":
				exports[event["practice"]]++
			case "practice.create":
				created = event
			}
		}
		if len(exports) != 2 || exports[uuid.Nil.String()] != 3 || exports[created["practice"]] != 3 {
			t.Errorf("the chains tell of exports: %v", exports)
		}
		if rows, ok := created["rows"].([]any); !ok || len(rows) != 1 {
			t.Errorf("export: got %v", created)
		}
		checkExport(t, lines)
		if strings.Contains(strings.Join(lines, ""), "Quiet") {
			t.Error("the export holds a name")
		}

		checkpoint := makeCheckpoint(t, url, time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC))
		if got := must("audit", "verify", "--checkpoint", checkpoint); !strings.HasPrefix(got, "compared with the checkpoint of 2026-11-22\n") {
			t.Errorf("verify: got %q", got)
		}

		for name, file := range map[string]string{"missing": "none.checkpoint", "foreign": foreignFile(t)} {
			got := run(t, env, "", "audit", "verify", "--checkpoint", file)
			if got.code == 0 || strings.Count(got.stderr, "\n") != 1 {
				t.Errorf("a checkpoint that is %s: got %+v", name, got)
			}
		}
		if err := os.Rename("var/keys/audit", "var/keys/old"); err != nil {
			t.Fatal(err)
		}
		_, err := mustOpenHouse(t, url).openCheckpoints(config{checkpoints: "var/checkpoints", signingKey: "var/keys/audit"}, slog.New(slog.DiscardHandler))
		if err == nil || !strings.Contains(err.Error(), "another signing key") {
			t.Errorf("an exchanged key: got %v", err)
		}
		if err := os.WriteFile("var/keys/audit", []byte("secret\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := run(t, env, "", "audit", "verify", "--checkpoint", checkpoint); got.code != 2 || strings.Contains(got.stderr, "secret") {
			t.Errorf("a broken key: got %+v", got)
		}
	})
}

// checkExport works every hash out again from the lines of an export.
func checkExport(t *testing.T, lines []string) {
	t.Helper()
	digest := func(text string) (d [32]byte) {
		if _, err := hex.Decode(d[:], []byte(text)); err != nil {
			t.Fatal(err)
		}
		return d
	}
	heads := make(map[uuid.UUID]audit.Head)
	for _, text := range lines {
		var line exportedEvent
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		event := audit.Event{
			Kind: line.Kind, Practice: line.Practice, Actor: line.Actor, Object: line.Object, Conversation: line.Conversation,
			At: line.At, Outcome: line.Outcome, Details: line.Details,
		}
		for _, row := range line.Rows {
			event.Rows = append(event.Rows, audit.Row{Name: row.Name, Digest: digest(row.Digest), Before: digest(row.Before)})
		}
		head := heads[line.Practice]
		head.Practice = line.Practice
		entries, head := head.Append(event)
		if entries[0].Number != line.Number || hex.EncodeToString(entries[0].Hash[:]) != line.Hash {
			t.Fatalf("the hash of event %d is not that of what is exported: %s", line.Number, text)
		}
		heads[line.Practice] = head
	}
}

// TestRollback puts an old copy of the whole database in the place of a newer
// one, and shows that only the checkpoint tells.
func TestRollback(t *testing.T) {
	t.Chdir(t.TempDir())
	create := func(name string) {
		t.Helper()
		if got := run(t, nil, "", "practice", "create", "--name", name); got.code != 0 {
			t.Fatal(got.stderr)
		}
	}
	create("Quiet Street")
	old, err := os.ReadFile("var/pleiades.db")
	if err != nil {
		t.Fatal(err)
	}
	create("Loud Street")
	t.Run("checkpoint", func(t *testing.T) {
		makeCheckpoint(t, "sqlite:var/pleiades.db", time.Date(2026, 11, 12, 3, 0, 0, 0, time.UTC))
	})
	if err := os.WriteFile("var/pleiades.db", old, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := run(t, nil, "", "audit", "verify", "--checkpoint-dir", "none"); got.code != 0 {
		t.Errorf("without a checkpoint: got %+v", got)
	}
	for _, args := range [][]string{{}, {"--checkpoint", "var/checkpoints/2026-11-12.checkpoint"}} {
		got := run(t, nil, "", append([]string{"audit", "verify"}, args...)...)
		if got.code != 1 || !strings.Contains(got.stdout, "no practice: event 4: rolled back") || !strings.Contains(got.stderr, "tampered") {
			t.Errorf("with a checkpoint, %v: got %+v", args, got)
		}
	}

	// Nor does an old one under a later name hide it.
	const newest, later = "var/checkpoints/2026-11-12.checkpoint", "var/checkpoints/2030-01-01.checkpoint"
	if err := os.Link(newest, later); err != nil {
		t.Fatal(err)
	}
	if got := run(t, nil, "", "audit", "verify"); got.code != 1 || !strings.Contains(got.stdout, "signed on 2026-11-12") || !strings.Contains(got.stdout, "rolled back") {
		t.Errorf("with an old checkpoint under a later name: got %+v", got)
	}

	// The next checkpoint does not make it good.
	for day := range 2 {
		makeCheckpoint(t, "sqlite:var/pleiades.db", time.Date(2026, 11, 13+day, 3, 0, 0, 0, time.UTC))
		got := run(t, nil, "", "audit", "verify")
		if got.code != 1 || !strings.Contains(got.stdout, "rolled back") || strings.Count(got.stdout, "found by the server") != 2 { // once in each chain
			t.Errorf("after another checkpoint: got %+v", got)
		}
	}
}

// TestWrongCheckpoints puts files that are no checkpoints into their folder: the
// next day's is made all the same, and the operator is told of them.
func TestWrongCheckpoints(t *testing.T) {
	t.Chdir(t.TempDir())
	const url, dir = "sqlite:var/pleiades.db", "var/checkpoints"
	first := time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)
	makeCheckpoint(t, url, first)
	makeCheckpoint(t, url, first.AddDate(100, 0, 0)) // the clock was wrong
	wrong := []string{"2026-11-21.checkpoint", "backup.checkpoint", "2126-11-20.checkpoint"}
	for _, name := range wrong[:2] {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("nothing\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h := mustOpenHouse(t, url)
	var log strings.Builder
	c, err := h.openCheckpoints(config{checkpoints: dir, signingKey: "var/keys/audit"}, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	wantTold := func(told string) {
		t.Helper()
		for _, name := range wrong {
			if !strings.Contains(told, name+": not a checkpoint") || !strings.Contains(told, "move it elsewhere") {
				t.Errorf("%s, or what to do about it, is not told of: %s", name, told)
			}
		}
	}
	c.now = func() time.Time { return first.AddDate(0, 0, 1) }
	if err := c.make(t.Context()); err == nil || !strings.Contains(err.Error(), wrong[0]) {
		t.Errorf("on the day whose place is taken: got %v", err)
	}
	got := run(t, nil, "", "audit", "verify")
	wantTold(got.stdout)
	if got.code != exitFailed || !strings.Contains(got.stdout, "compared with the checkpoint of 2026-11-20") || strings.Contains(got.stderr, "tampered") {
		t.Errorf("verify: got %+v", got)
	}
	c.now = func() time.Time { return first.AddDate(0, 0, 2) }
	if err := c.make(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantTold(log.String())
	if made := mustReadCheckpoint(t, filepath.Join(dir, "2026-11-22.checkpoint")); len(made.Heads) == 0 {
		t.Error("the day after has no checkpoint")
	}
}

// TestNoNewCheckpoint shows that verifying says so where none was made for days.
func TestNoNewCheckpoint(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		age  time.Duration
		want string
	}{{2 * checkpointStale, "note: compared with the checkpoint of "}, {0, "compared with the checkpoint of "}} {
		makeCheckpoint(t, "sqlite:var/pleiades.db", time.Now().UTC().Add(-c.age))
		if got := run(t, nil, "", "audit", "verify"); got.code != exitDone || !strings.HasPrefix(got.stdout, c.want) {
			t.Errorf("%v old: got %+v", c.age, got)
		}
	}
}

// TestForgedHead changes the head of one chain, which keeps nobody from signing
// the others.
func TestForgedHead(t *testing.T) {
	t.Chdir(t.TempDir())
	const url = "sqlite:var/pleiades.db"
	h := mustOpenHouse(t, url)
	forged, other := storetest.MustPractice(t, h.db, 0), storetest.MustPractice(t, h.db, 0)
	first := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	before := mustReadCheckpoint(t, makeCheckpoint(t, url, first))
	storetest.MustTamper(t, url, "UPDATE audit_heads SET count = count + 1 WHERE practice_id = '"+forged.ID.String()+"'")
	if _, err := h.accounts.CreatePractice(t.Context(), "Loud Street", false); err != nil {
		t.Fatal(err)
	}
	after := mustReadCheckpoint(t, makeCheckpoint(t, url, first.AddDate(0, 0, 1)))
	for practice, same := range map[uuid.UUID]bool{forged.ID: true, other.ID: true, uuid.Nil: false} {
		if (headOf(before, practice) == headOf(after, practice)) != same || headOf(after, practice).Count == 0 {
			t.Errorf("practice %v: before %+v, after %+v", practice, headOf(before, practice), headOf(after, practice))
		}
	}
}

func mustReadCheckpoint(t *testing.T, file string) audit.Checkpoint {
	t.Helper()
	checkpoint, _, err := config{signingKey: "var/keys/audit"}.checkpoint(file)
	if err != nil {
		t.Fatal(err)
	}
	return checkpoint
}

func headOf(c audit.Checkpoint, practice uuid.UUID) audit.Head {
	for _, head := range c.Heads {
		if head.Practice == practice {
			return head
		}
	}
	return audit.Head{}
}

// TestVerifyWritesNothing verifies and exports a database that was never used,
// and one whose log was taken away. Neither changes what was tampered with.
func TestVerifyWritesNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, command := range []string{"verify", "export"} {
		if got := run(t, nil, "", "audit", command); got.code == exitDone || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%s without a database: got %+v", command, got)
		}
	}
	if entries, err := os.ReadDir("."); err != nil || len(entries) > 0 {
		t.Errorf("there is %v, %v", entries, err)
	}
	if got := run(t, nil, "", "practice", "create", "--name", "Quiet Street"); got.code != exitDone {
		t.Fatal(got.stderr)
	}
	storetest.MustTamper(t, "sqlite:var/pleiades.db", "UPDATE practices SET created_at = 1")
	before, err := os.ReadFile("var/pleiades.db")
	if err != nil {
		t.Fatal(err)
	}
	if got := run(t, nil, "", "audit", "export"); got.code != exitFailed || strings.Count(got.stdout, "\n") != 5 || !strings.Contains(got.stderr, "tampered") {
		t.Errorf("export of a row that was changed: got %+v", got)
	}
	if after, err := os.ReadFile("var/pleiades.db"); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the database was changed, %v", err)
	}
	for _, statement := range []string{"DELETE FROM audit_events", "DELETE FROM audit_heads", "DELETE FROM wrapped_keys WHERE name = 'audit'"} {
		storetest.MustTamper(t, "sqlite:var/pleiades.db", statement)
	}
	for _, command := range []string{"verify", "export", "verify"} {
		if got := run(t, nil, "", "audit", command); got.code != exitFailed || !strings.Contains(got.stderr, "no log") {
			t.Errorf("%s without a log: got %+v", command, got)
		}
	}
}

// makeCheckpoint makes the checkpoint of a day, as serve does, and returns its
// file.
func makeCheckpoint(t *testing.T, url string, now time.Time) string {
	t.Helper()
	h := mustOpenHouse(t, url)
	c, err := h.openCheckpoints(config{checkpoints: "var/checkpoints", signingKey: "var/keys/audit"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	c.now = func() time.Time { return now }
	for range 2 { // the second finds it there
		if err := c.make(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join("var/checkpoints", now.Format(time.DateOnly)+".checkpoint")
}

func foreignFile(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "foreign")
	if err := os.WriteFile(path, []byte("nothing\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
