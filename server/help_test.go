package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

func TestHelpAsk(t *testing.T) {
	t.Run("each line is answered in order, with its id as it came", func(t *testing.T) {
		got := run(t, nil, `{"id":"a","question":"I forgot my password"}`+"\n\n"+
			`{"id":7,"question":"what is the capital of France","article":"x"}`+"\n"+
			`{"id":null,"question":"I want to kill myself"}`, "help", "ask")
		lines := strings.Split(strings.TrimSpace(got.stdout), "\n")
		if got.code != 0 || len(lines) != 3 {
			t.Fatalf("got %+v", got)
		}
		for i, begin := range []string{
			`{"id":"a","decision":"answer","hits":[{"article":"logging-in","heading":"forgot-your-password","score":`,
			`{"id":7,"decision":"decline","hits":[]}`,
			`{"id":null,"decision":"crisis","hits":[`,
		} {
			if !strings.HasPrefix(lines[i], begin) || !json.Valid([]byte(lines[i])) {
				t.Errorf("line %d: got %s, want %s", i+1, lines[i], begin)
			}
		}
	})
	for _, c := range []struct{ name, line, stderr string }{
		{"not JSON", `secret words`, "line 1: must be a JSON object"},
		{"no question", `{"id":"secret"}`, `line 1: "question" is missing`},
		{"no id", `{"question":"secret"}`, `line 1: "id" is missing`},
		{"a question that is none", `{"id":1,"question":5}`, "line 1: must be"},
	} {
		t.Run(c.name+" is named by its line, and the others are answered", func(t *testing.T) {
			got := run(t, nil, "\ufeff"+c.line+"\n"+`{"id":2,"question":"I forgot my password"}`, "help", "ask")
			if got.code != 1 || !strings.Contains(got.stderr, c.stderr) || strings.Contains(got.stderr, "secret") {
				t.Errorf("got %+v, want %s", got, c.stderr)
			}
			wrong, answer, _ := strings.Cut(got.stdout, "\n")
			if !strings.Contains(wrong, `"line":1,"error":`) || !strings.HasPrefix(answer, `{"id":2,"decision":"answer",`) {
				t.Errorf("got %s", got.stdout)
			}
		})
	}
	t.Run("a megabyte is answered", func(t *testing.T) {
		got := run(t, nil, `{"id":1,"question":"`+strings.Repeat("<b>password</b> ", 1<<16)+`"}`, "help", "ask")
		if got.code != 0 || strings.Count(got.stdout, "\n") != 1 {
			t.Errorf("exit code %d, %.200s", got.code, got.stdout)
		}
	})
}

func TestHelpFeedback(t *testing.T) {
	folder := t.TempDir()
	env := map[string]string{
		"PLEIADES_DATABASE_URL": "sqlite:" + filepath.Join(folder, "pleiades.db"),
		"PLEIADES_KEY_FILE":     filepath.Join(folder, "kek"),
	}
	got := run(t, env, "", "help", "feedback")
	if got.code != 0 || !strings.HasPrefix(got.stdout, "article  helpful  not\n") {
		t.Errorf("got %+v", got)
	}
}
