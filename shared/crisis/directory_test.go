package crisis

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	t.Run("reads every fact", func(t *testing.T) {
		countries, err := parse(`# a comment
source list | a list

country XX | Somewhere | Algún lugar
emergency police 99
from list
line A Line
phone 1 23
phone +99 45
text 741 741 HELLO
chat https://line.example
lang en es
hours 24/7
for youth
archive https://line.example/old
from https://line.example/new
verified 2026-11-22
`)
		if err != nil {
			t.Fatal(err)
		}
		c := countries[0]
		if c.Code != "XX" || c.Name != "Somewhere" || c.NameES != "Algún lugar" {
			t.Errorf("country: got %+v", c)
		}
		if e := c.Emergency[0]; e.Service != Police || e.Phone != "99" || e.Sources[0] != (Source{Name: "a list"}) {
			t.Errorf("emergency: got %+v", e)
		}
		l := c.Lines[0]
		if l.Name != "A Line" || len(l.Phones) != 2 || l.Phones[1] != "+99 45" || l.Text != (Text{"741 741", "HELLO"}) ||
			l.Chat != "https://line.example" || strings.Join(l.Languages, " ") != "en es" || l.Hours != Always || l.Audience != Youth {
			t.Errorf("line: got %+v", l)
		}
		if len(l.Sources) != 2 || !l.Sources[0].Archived || l.Sources[1].Archived || l.VerifiedOn != time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC) {
			t.Errorf("origin: got %+v", l.Origin)
		}
	})
	for _, c := range []struct{ name, text string }{
		{"a word nobody knows", "country XX | A | B\ncolour blue"},
		{"a fact that belongs to nothing", "country XX | A | B\nphone 1 23"},
		{"an entry outside a country", "line A Line"},
		{"a country without a Spanish name", "country XX | A"},
		{"a list that is not defined", "country XX | A | B\nline C\nfrom nowhere"},
		{"a phone of an emergency number", "country XX | A | B\nemergency all 99\nphone 98"},
		{"a day that does not exist", "country XX | A | B\nline C\nverified 2026-02-30"},
	} {
		t.Run("refuses "+c.name, func(t *testing.T) {
			_, err := parse("\n" + c.text)
			if err == nil || !strings.Contains(err.Error(), "line ") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func BenchmarkBuiltIn(b *testing.B) {
	for b.Loop() {
		BuiltIn()
	}
}

func TestTextIsReadAsWritten(t *testing.T) {
	origin := Origin{Sources: []Source{{Name: "a list"}}}
	country := Country{Code: "XX", Name: "Somewhere", NameES: "Algún lugar", Emergency: []Emergency{{AllServices, "112", origin}}}
	for _, text := range []Text{{"50808", ""}, {"0477 13 11 14", ""}, {"741 741", "4HOPE"}, {"(50) 50", "HELP2"}} {
		country.Lines = append(country.Lines, Line{Name: "A Line", Text: text, Origin: origin})
	}
	d := New(append(BuiltIn().Countries(), country))
	again, err := Parse(d.Text())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again, d) {
		t.Error("the directory changes on the way")
	}
}
