package main

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
		if got := must("audit", "verify"); !strings.HasPrefix(got, "checked 4 events in 2 chains and 1 rows") {
			t.Errorf("verify: got %q", got)
		}
		lines := strings.Split(must("audit", "export"), "\n")
		if len(lines) != 4 {
			t.Fatalf("export: got %q", lines)
		}
		var last map[string]any
		if err := json.Unmarshal([]byte(lines[3]), &last); err != nil || last["kind"] != "practice.create" || len(last["rows"].(map[string]any)) != 1 {
			t.Errorf("export: got %v, error %v", last, err)
		}
		if strings.Contains(strings.Join(lines, ""), "Quiet") {
			t.Error("the export holds a name")
		}

		checkpoint := makeCheckpoint(t, url, time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC))
		must("audit", "verify", "--checkpoint", checkpoint)

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
		makeCheckpoint(t, "sqlite:var/pleiades.db", time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC))
	})
	if err := os.WriteFile("var/pleiades.db", old, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := run(t, nil, "", "audit", "verify"); got.code != 0 {
		t.Errorf("without a checkpoint: got %+v", got)
	}
	got := run(t, nil, "", "audit", "verify", "--checkpoint", "var/checkpoints/2026-11-22.checkpoint")
	if got.code != 1 || !strings.Contains(got.stdout, "no practice: event 3: rolled back") || !strings.Contains(got.stderr, "tampered") {
		t.Errorf("with a checkpoint: got %+v", got)
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
