package main

import (
	"os"
	"strings"
	"testing"
)

// atNine is a week of office hours for a file.
const atNine = `"hours":{"mon":[["09:00","17:00"]],"tue":[["09:00","17:00"]],"wed":[["09:00","17:00"]],"thu":[["09:00","17:00"]],"fri":[["09:00","17:00"]]}`

func TestForecast(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		name      string
		given, at string
		want      string
	}{
		{
			name: "Thanksgiving", at: "2026-11-25T10:00:00-05:00",
			given: `{"zone":"America/New_York","calendar":"US","promise":{"min":24,"max":48},` + atNine + `,"closed":[],"away":[]}`,
			want:  `{"deliveredAt":"2026-11-25T15:00:00Z","from":"2026-11-27T15:00:00Z","due":"2026-11-30T22:00:00Z","reason":"Thanksgiving Day"}`,
		},
		{
			name: "a bank holiday, a day off and an absence", at: "2026-12-23T18:00:00Z",
			given: `{"zone":"Europe/London","calendar":"gb",` + atNine + `,"closed":["2026-12-24"],"away":[{"from":"2026-12-29","to":"2027-01-03"}]}`,
			want:  `{"deliveredAt":"2026-12-23T18:00:00Z","from":"2027-01-04T18:00:00Z","due":"2027-01-06T17:00:00Z","reason":"office closed; Christmas Day; Boxing Day; away until Monday 4 January"}`,
		},
		{
			name: "without calendar nothing is late", at: "2026-11-25T10:00:00Z",
			given: `{"zone":"Asia/Kolkata","calendar":"none","promise":{"min":0,"max":1},"hours":{"wed":[["10:00","24:00"]]}}`,
			want:  `{"deliveredAt":"2026-11-25T10:00:00Z","from":"2026-11-25T10:00:00Z","due":"2026-11-25T18:30:00Z","reason":""}`,
		},
		{
			name: "an absence that is over matters no more, one of half a year does", at: "2026-11-25T10:00:00.5Z",
			given: `{"zone":"UTC",` + atNine + `,"away":[{"from":"2001-01-01","to":"2001-02-01"},{"from":"2026-11-26","to":"2027-05-31"}]}`,
			want:  `{"deliveredAt":"2026-11-25T10:00:00.5Z","from":"2027-06-01T10:00:01Z","due":"2027-06-02T17:00:00Z","reason":"away until Tuesday 1 June"}`,
		},
		{
			name: "an absence without end", at: "2026-11-25T10:00:00Z",
			given: `{"zone":"UTC","promise":{"min":1,"max":24},` + atNine + `,"away":[{"from":"2026-11-26","to":"2999-12-31"}]}`,
			want:  `{"deliveredAt":"2026-11-25T10:00:00Z","from":"2026-11-25T11:00:00Z","due":null,"reason":"away"}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := os.WriteFile("availability.json", []byte(c.given+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			got := run(t, nil, "", "forecast", "--availability", "availability.json", "--at", c.at)
			if got.code != 0 || strings.TrimSpace(got.stdout) != c.want {
				t.Errorf("got %+v, want %s", got, c.want)
			}
			if again := run(t, nil, "\ufeff"+c.given, "forecast", "--availability", "-", "--at", c.at); again != got {
				t.Errorf("from the standard input: got %+v, want %+v", again, got)
			}
		})
	}
}

func TestForecastRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	const good, at = `{"zone":"UTC",` + atNine + `}`, "2026-11-25T10:00:00Z"
	for _, c := range []struct {
		name      string
		given, at string
		stderr    string // parts of it, separated by |
	}{
		{"no time", good, "", "--at is missing"},
		{"a time without zone", good, "2026-11-25T10:00:00", "--at must be a time"},
		{"a day", good, "2026-11-25", "--at must be a time"},
		{"a time far away", good, "9999-11-25T10:00:00Z", "1900 to 2900"},
		{"nothing", "", at, "file is empty"},
		{"no JSON", "zone: UTC", at, "invalid character"},
		{"half a file", good[:20], at, "unexpected"},
		{"no object", `[]`, at, "JSON object"},
		{"more than one", good + good, at, "more after"},
		{"a stray brace", good + "}", at, "more after"},
		{"an unknown field", `{"zone":"UTC","holidays":"US",` + atNine + `}`, at, `unknown field "holidays"`},
		{"a wrong type", `{"zone":"UTC","promise":{"min":"a day"},` + atNine + `}`, at, "promise.min: string"},
		{"half an hour", `{"zone":"UTC","promise":{"min":0.5},` + atNine + `}`, at, "promise.min: number 0.5"},
		{"an unknown zone", `{"zone":"Mars/Olympus",` + atNine + `}`, at, "zone: This time zone is not known"},
		{"the machine's own zone", `{"zone":"Local",` + atNine + `}`, at, "zone: "},
		{"an empty week", `{"zone":"UTC","hours":{"mon":[]}}`, at, "hours: Set office hours"},
		{"a span of one", `{"zone":"UTC","hours":{"mon":[["09:00"],["10:00","11:00","12:00"]]}}`, at, "hours.mon[0]: |hours.mon[1]: "},
		{
			"all that is wrong at once",
			`{"zone":"Mars/Olympus","calendar":"XX","promise":{"min":48,"max":24},
			  "hours":{"mon":[["09:00","12:00"],["11:00","13:00"]],"tue":[["17:00","09:00"]],"wed":[["9:00","25:00"]],"holiday":[]},
			  "closed":["2026-12-24","2026-12-24","tomorrow"],"away":[{"from":"2026-12-24","to":"2026-12-01"}]}`, "soon",
			"--at|zone: |calendar: |promise.max: |hours.mon[1]: |hours.tue[0]: |hours.wed[0]: |hours.holiday: |closed[1]: |closed[2]: |away[0]: ",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := []string{"forecast", "--availability", "-"}
			if c.at != "" {
				args = append(args, "--at", c.at)
			}
			got := run(t, nil, c.given, args...)
			if got.code != 2 || got.stdout != "" || strings.Count(got.stderr, "\n") != 1 {
				t.Errorf("got %+v", got)
			}
			for part := range strings.SplitSeq(c.stderr, "|") {
				if !strings.Contains(got.stderr, part) {
					t.Errorf("stderr: got %q, want %q", got.stderr, part)
				}
			}
		})
	}
	t.Run("no file", func(t *testing.T) {
		if got := run(t, nil, "", "forecast"); got.code != 2 || !strings.Contains(got.stderr, "--availability is missing") {
			t.Errorf("got %+v", got)
		}
		if got := run(t, nil, "", "forecast", "--availability", "gone.json", "--at", at); got.code != 2 || !strings.Contains(got.stderr, "gone.json") {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("a file too large", func(t *testing.T) {
		given := good + strings.Repeat(" ", maxAvailability)
		if got := run(t, nil, given, "forecast", "--availability", "-", "--at", at); got.code != 2 || !strings.Contains(got.stderr, "larger") {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("help", func(t *testing.T) {
		if got := run(t, nil, "", "forecast", "--help"); got.code != 0 || !strings.Contains(got.stdout, "-availability") {
			t.Errorf("got %+v", got)
		}
	})
}
