package crisisfile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pleiades/server/crisisfile"
	"pleiades/shared/crisis"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestLoad(t *testing.T) {
	base := crisis.BuiltIn()

	t.Run("no file changes nothing", func(t *testing.T) {
		got, err := crisisfile.Load("", base, now)
		if err != nil || len(got.Countries()) != len(base.Countries()) {
			t.Errorf("got %d countries, %v", len(got.Countries()), err)
		}
	})
	t.Run("a new line comes first and the others stay", func(t *testing.T) {
		got := mustLoad(t, `{"countries": [{"code": "IE", "lines": [{
			"name": "Practice on-call line", "phones": ["01 555 0100"], "text": "50505", "keyword": "HELP",
			"chat": "https://line.example", "languages": ["en", "ga"], "hours": "18:00-23:00", "audience": "youth",
			"source": "https://line.example/call", "verifiedOn": "2026-11-22"}]}]}`)
		before, _ := base.For("IE")
		after, _ := got.For("IE")
		if len(after.Lines) != len(before.Lines)+1 || len(after.Emergency) != len(before.Emergency) || after.Name != "Ireland" {
			t.Fatalf("got %+v", after)
		}
		l := after.Lines[0]
		if l.Name != "Practice on-call line" || l.Phones[0] != "01 555 0100" || l.Text != (crisis.Text{Phone: "50505", Keyword: "HELP"}) ||
			l.Chat != "https://line.example" || l.Languages[1] != "ga" || l.Hours != "18:00-23:00" || l.Audience != crisis.Youth ||
			l.Sources[0] != (crisis.Source{Name: "https://line.example/call"}) || l.Status(now) != crisis.Verified {
			t.Errorf("got %+v", l)
		}
	})
	t.Run("a line with a known name takes its place", func(t *testing.T) {
		got := mustLoad(t, `{"countries": [{"code": "IE", "lines": [
			{"name": "Text About It", "text": "1234", "source": "ours"}]}]}`)
		before, _ := base.For("IE")
		after, _ := got.For("IE")
		if len(after.Lines) != len(before.Lines) {
			t.Fatalf("got %d lines, want %d", len(after.Lines), len(before.Lines))
		}
		for i, l := range after.Lines {
			if l.Name != before.Lines[i].Name {
				t.Errorf("%s stands where %s was", l.Name, before.Lines[i].Name)
			}
			if l.Name == "Text About It" && l.Text.Phone != "1234" {
				t.Errorf("got %+v", l)
			}
		}
		if original, _ := base.For("IE"); original.Lines[1].Text.Phone == "1234" {
			t.Error("the directory it began with has changed")
		}
	})
	t.Run("emergency numbers take the place of all there were", func(t *testing.T) {
		got := mustLoad(t, `{"countries": [{"code": "AT", "emergency": [{"service": "all", "phone": "112", "source": "ours"}]}]}`)
		if c, _ := got.For("AT"); len(c.Emergency) != 1 || c.Emergency[0].Sources[0].Name != "ours" || len(c.Lines) == 0 {
			t.Errorf("got %+v", c)
		}
	})
	t.Run("a whole country is replaced", func(t *testing.T) {
		got := mustLoad(t, `{"countries": [{"code": "US", "replace": true, "name": "United States", "nameEs": "Estados Unidos",
			"emergency": [{"service": "all", "phone": "911", "source": "ours"}], "lines": []}]}`)
		if c, _ := got.For("US"); len(c.Lines) != 0 || len(c.Emergency) != 1 {
			t.Errorf("got %+v", c)
		}
	})
	t.Run("a country is added in its place", func(t *testing.T) {
		got := mustLoad(t, `{"countries": [{"code": "MA", "replace": true, "name": "Morocco", "nameEs": "Marruecos",
			"emergency": [{"service": "police", "phone": "19", "source": "ours"}]}]}`)
		countries := got.Countries()
		if len(countries) != len(base.Countries())+1 {
			t.Fatalf("got %d countries", len(countries))
		}
		for i := range countries[1:] {
			if countries[i].Name >= countries[i+1].Name {
				t.Errorf("%s stands before %s", countries[i].Name, countries[i+1].Name)
			}
		}
	})
}

func TestLoadRefuses(t *testing.T) {
	// line puts fields into a file with one line that is otherwise right.
	line := func(fields string) string {
		return `{"countries": [{"code": "IE", "lines": [{"name": "A line", "phones": ["1 23"], "source": "ours"}, {` + fields + `}]}]}`
	}
	for _, c := range []struct {
		name, text string
		want       []string // parts of the error
	}{
		{"text that is no JSON", `countries:`, []string{"JSON", "byte"}},
		{"an empty file", ``, []string{"JSON"}},
		{"a file without countries", `{}`, []string{"countries is empty"}},
		{"something behind the end", `{"countries": [{"code": "IE"}]} {}`, []string{"after the end"}},
		{"a field nobody knows", line(`"name": "B", "telephone": "123", "source": "ours"`), []string{"telephone"}},
		{"a number that is no text", line(`"name": "B", "phones": [123], "source": "ours"`), []string{"phones"}},
		{"a country that is not ours", `{"countries": [{"code": "XX", "lines": []}]}`, []string{"countries[0] (XX)", "replace"}},
		{"a country twice", `{"countries": [{"code": "IE"}, {"code": "IE"}]}`, []string{"countries[1] (IE)", "code", "twice"}},
		{"a bad code", `{"countries": [{"code": "irl", "replace": true, "name": "Ireland", "nameEs": "Irlanda",
			"emergency": [{"service": "all", "phone": "112", "source": "ours"}]}]}`, []string{"countries[0] (irl)", "code"}},
		{"a new country without a name", `{"countries": [{"code": "MA", "replace": true,
			"emergency": [{"service": "all", "phone": "19", "source": "ours"}]}]}`, []string{"countries[0] (MA)", "name"}},
		{"a country without emergency number", `{"countries": [{"code": "IE", "replace": true, "name": "Ireland", "nameEs": "Irlanda"}]}`,
			[]string{"countries[0] (IE)", "emergency"}},
		{"emergency numbers emptied", `{"countries": [{"code": "IE", "emergency": []}]}`, []string{"countries[0] (IE)", "emergency"}},
		{"an unknown service", `{"countries": [{"code": "IE", "emergency": [{"service": "medic", "phone": "112", "source": "ours"}]}]}`,
			[]string{"countries[0] (IE) emergency[0] (112)", "service"}},
		{"an emergency number in words", `{"countries": [{"code": "IE", "emergency": [{"service": "all", "phone": "the police", "source": "ours"}]}]}`,
			[]string{"emergency[0] (the police)", "phone"}},
		{"a line without a name", line(`"phones": ["123"], "source": "ours"`), []string{"countries[0] (IE) lines[1]", "name"}},
		{"a line twice", line(`"name": "A line", "phones": ["123"], "source": "ours"`), []string{"lines[1] (A line)", "name", "twice"}},
		{"a line nobody can reach", line(`"name": "B", "source": "ours"`), []string{"lines[1] (B)", "phones"}},
		{"a number in letters", line(`"name": "B", "phones": ["1-800-TALK"], "source": "ours"`), []string{"lines[1] (B)", "phones"}},
		{"a text number in letters", line(`"name": "B", "text": "HELLO", "source": "ours"`), []string{"lines[1] (B)", "text"}},
		{"a keyword of two words", line(`"name": "B", "text": "123", "keyword": "A B", "source": "ours"`), []string{"keyword"}},
		{"a chat that is a script", line(`"name": "B", "chat": "javascript:alert(1)", "source": "ours"`), []string{"chat"}},
		{"a language by its name", line(`"name": "B", "phones": ["123"], "languages": ["English"], "source": "ours"`), []string{"languages"}},
		{"hours in words", line(`"name": "B", "phones": ["123"], "hours": "in the evening", "source": "ours"`), []string{"hours"}},
		{"an unknown audience", line(`"name": "B", "phones": ["123"], "audience": "cats", "source": "ours"`), []string{"audience"}},
		{"no source", line(`"name": "B", "phones": ["123"]`), []string{"lines[1] (B)", "source"}},
		{"a day that does not exist", line(`"name": "B", "phones": ["123"], "source": "ours", "verifiedOn": "2026-02-30"`), []string{"verifiedOn"}},
		{"a day to come", line(`"name": "B", "phones": ["123"], "source": "ours", "verifiedOn": "2026-11-23"`), []string{"verifiedOn"}},
		{"more than anyone writes", `{"countries": [` + strings.Repeat(" ", 1<<20) + `]}`, []string{"larger"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := mustWrite(t, c.text)
			_, err := crisisfile.Load(path, crisis.BuiltIn(), now)
			if err == nil {
				t.Fatal("it was taken")
			}
			for _, part := range append(c.want, path) {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q is not in %v", part, err)
				}
			}
		})
	}
	t.Run("a file that is not there", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "none.json")
		if _, err := crisisfile.Load(path, crisis.BuiltIn(), now); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("got %v", err)
		}
	})
}

func mustLoad(t *testing.T, text string) crisis.Directory {
	t.Helper()
	d, err := crisisfile.Load(mustWrite(t, text), crisis.BuiltIn(), now)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func mustWrite(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "crisis.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
