package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestGuidanceReview(t *testing.T) {
	t.Run("each line is answered in order, with its id as it came", func(t *testing.T) {
		got := run(t, nil, `{"id":"a","text":"Can we move Tuesday to 3pm?"}`+"\n\n"+
			`{"id":7,"text":" ","labels":["x"],"lang":"en"}`+"\n"+
			`{"id":null,"text":"a\u0000b"}`, "guidance", "review")
		lines := strings.Split(strings.TrimSpace(got.stdout), "\n")
		if got.code != 0 || len(lines) != 3 {
			t.Fatalf("got %+v", got)
		}
		for i, part := range []string{`{"id":"a","valid":true,"errors":[],"findings":[`, `{"id":7,"valid":false,"errors":["empty"],"findings":[]}`, `{"id":null,"valid":false,"errors":["invalid_text"],"findings":[`} {
			if !strings.HasPrefix(lines[i], part) {
				t.Errorf("line %d: got %s, want %s", i+1, lines[i], part)
			}
		}
	})
	t.Run("offsets are UTF-16 code units", func(t *testing.T) {
		got := run(t, nil, `{"id":1,"text":"😭😭 I want to die"}`, "guidance", "review")
		var answer reviewed
		if err := json.Unmarshal([]byte(got.stdout), &answer); err != nil {
			t.Fatal(err)
		}
		if len(answer.Findings) == 0 || answer.Findings[0].Level != "safety" || answer.Findings[0].Start != 5 || answer.Findings[0].End != 18 {
			t.Errorf("got %s", got.stdout)
		}
	})
	t.Run("a text that is not Unicode is invalid, and read all the same", func(t *testing.T) {
		for _, text := range []string{"\xff I want to die", `\ud800 I want to die`, `I want to die \udc00\ud83d`} {
			got := run(t, nil, `{"id":1,"text":"`+text+`"}`, "guidance", "review")
			if got.code != 0 || !strings.HasPrefix(got.stdout, `{"id":1,"valid":false,"errors":["invalid_text"],`) || !strings.Contains(got.stdout, "crisis_concern") {
				t.Errorf("%q: got %+v", text, got)
			}
		}
		got := run(t, nil, `{"id":1,"text":"\ufffd � \ud83d\ude2d \\ud800 hello"}`, "guidance", "review")
		if !strings.HasPrefix(got.stdout, `{"id":1,"valid":true,"errors":[],`) {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("very long lines work", func(t *testing.T) {
		got := run(t, nil, `{"id":1,"text":"`+strings.Repeat("word ", 1<<18)+`"}`+"\n"+`{"id":2,"text":"hello"}`, "guidance", "review")
		if got.code != 0 || strings.Count(got.stdout, "\n") != 2 || !strings.Contains(got.stdout, `"errors":["too_long"]`) {
			t.Errorf("exit code %d, %.200s", got.code, got.stdout)
		}
	})
	t.Run("a byte order mark at the start is no part of the first line", func(t *testing.T) {
		got := run(t, nil, "\ufeff"+`{"id":1,"text":"hello"}`+"\r\n"+`{"id":2,"text":"hello"}`, "guidance", "review")
		if got.code != 0 || strings.Count(got.stdout, `"valid":true`) != 2 {
			t.Errorf("got %+v", got)
		}
	})
	for _, c := range []struct{ name, line, id, wrong string }{
		{"not JSON", `secret words`, ``, `must be a JSON object`},
		{"not an object", `["secret"]`, ``, `must be`},
		{"two on a line", `{"id":1,"text":"secret"} {"id":2,"text":"secret"}`, ``, `must be`},
		{"no text", `{"id":"secret"}`, `"id":"secret",`, `"text" is missing`},
		{"no id", `{"text":"secret"}`, ``, `"id" is missing`},
		{"a text that is none", `{"id":1,"text":5}`, `"id":1,`, `"text" must be a string`},
		{"an unknown style", `{"id":1,"text":"secret","style":"secret"}`, `"id":1,`, `"style" must be`},
		{"a style that is none", `{"id":[1],"text":"secret","style":5}`, `"id":[1],`, `"style" must be a string`},
	} {
		t.Run(c.name+" is answered with what is wrong, and the others are reviewed", func(t *testing.T) {
			got := run(t, nil, `{"id":1,"text":"hello"}`+"\n"+c.line+"\n"+`{"id":3,"text":"hello"}`, "guidance", "review")
			lines := strings.Split(strings.TrimSpace(got.stdout), "\n")
			if got.code != 1 || len(lines) != 3 || !strings.HasPrefix(lines[2], `{"id":3,"valid":true,`) || !strings.Contains(got.stderr, "line 2: "+c.wrong) {
				t.Fatalf("got %+v, want %s", got, c.wrong)
			}
			var answer unanswered
			if err := json.Unmarshal([]byte(lines[1]), &answer); err != nil || answer.Line != 2 || !strings.HasPrefix(answer.Error, c.wrong) ||
				!strings.HasPrefix(lines[1], "{"+c.id+`"line":2,`) {
				t.Errorf("got %s, want %s", lines[1], c.wrong)
			}
			if strings.Contains(got.stderr+answer.Error, "secret") {
				t.Error("the error repeats what was written")
			}
		})
	}
	t.Run("how many could not be read is told in one line", func(t *testing.T) {
		got := run(t, nil, "a\nb\n"+`{"id":3,"text":"hello"}`+"\nc", "guidance", "review")
		if got.code != 1 || strings.Count(got.stdout, "\n") != 4 || strings.Count(got.stderr, "\n") != 1 ||
			!strings.Contains(got.stderr, "line 1: ") || !strings.Contains(got.stderr, "(and 2 more)") {
			t.Errorf("got %+v", got)
		}
	})
}
