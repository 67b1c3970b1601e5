package crisis_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pleiades/shared/crisis"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestBuiltIn(t *testing.T) {
	countries := crisis.BuiltIn().Countries()

	t.Run("has at least 45 countries, sorted, each once", func(t *testing.T) {
		if len(countries) < 45 {
			t.Errorf("got %d countries", len(countries))
		}
		seen := make(map[string]bool)
		for i, c := range countries {
			if seen[c.Code] {
				t.Errorf("%s is there twice", c.Code)
			}
			seen[c.Code] = true
			if i > 0 && countries[i-1].Name >= c.Name {
				t.Errorf("%s stands before %s", countries[i-1].Name, c.Name)
			}
		}
	})
	t.Run("has an emergency number and a line for each country", func(t *testing.T) {
		for _, c := range countries {
			if err := c.Check(); err != nil {
				t.Errorf("%s: %v", c.Code, err)
			}
			if len(c.Lines) == 0 {
				t.Errorf("%s has no line", c.Code)
			}
		}
	})
	t.Run("has a source and something to dial in every entry", func(t *testing.T) {
		for _, c := range countries {
			for _, e := range c.Emergency {
				if err := e.Check(now); err != nil {
					t.Errorf("%s %s: %v", c.Code, e.Phone, err)
				}
			}
			for _, l := range c.Lines {
				if err := l.Check(now); err != nil {
					t.Errorf("%s %s: %v", c.Code, l.Name, err)
				}
				for _, s := range l.Sources {
					if s.Archived && !l.VerifiedOn.IsZero() {
						t.Errorf("%s %s: an archived copy verifies nothing", c.Code, l.Name)
					}
				}
			}
		}
	})
	t.Run("names no service and no number twice in a country", func(t *testing.T) {
		for _, c := range countries {
			seen := make(map[string]bool)
			for _, e := range c.Emergency {
				if seen[e.Phone.Dial()] {
					t.Errorf("%s: %s is there twice", c.Code, e.Phone)
				}
				seen[e.Phone.Dial()] = true
			}
			for _, l := range c.Lines {
				keys := []string{l.Name}
				for _, p := range l.Phones {
					// One number may serve two groups of people.
					keys = append(keys, p.Dial()+" "+string(l.Audience))
				}
				for _, key := range keys {
					if seen[key] {
						t.Errorf("%s: %s is there twice", c.Code, key)
					}
					seen[key] = true
				}
			}
		}
	})
	t.Run("claims nothing as verified that was read in an archive only", func(t *testing.T) {
		if s := crisis.International().Status(now); s != crisis.Unverified {
			t.Errorf("got %s", s)
		}
	})
}

func TestFor(t *testing.T) {
	d := crisis.BuiltIn()
	t.Run("finds a country by its code in either case", func(t *testing.T) {
		for _, code := range []string{"IE", "ie"} {
			if c, ok := d.For(code); !ok || c.Name != "Ireland" || c.NameIn("es-MX") != "Irlanda" || c.NameIn("de") != "Ireland" {
				t.Errorf("%s: got %v, %s", code, ok, c.Name)
			}
		}
	})
	t.Run("never answers with another country", func(t *testing.T) {
		for _, code := range []string{"", "XX", "U", "USA", "United States"} {
			if c, ok := d.For(code); ok || c.Code != "" {
				t.Errorf("%q: got %s", code, c.Code)
			}
		}
		if _, ok := (crisis.Directory{}).For("US"); ok {
			t.Error("an empty directory knows a country")
		}
	})
	t.Run("hands out its own list to nobody", func(t *testing.T) {
		d.Countries()[0].Code = "XX"
		if d.Countries()[0].Code == "XX" {
			t.Error("the list was changed from outside")
		}
	})
}

func TestStatus(t *testing.T) {
	day := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	}
	for _, c := range []struct {
		name     string
		verified time.Time
		want     crisis.Status
	}{
		{"never read is unverified", time.Time{}, crisis.Unverified},
		{"read today is verified", day(2026, 11, 22), crisis.Verified},
		{"read a day less than a year ago is verified", day(2025, 11, 23), crisis.Verified},
		{"read a year ago is stale", day(2025, 11, 22), crisis.Stale},
		{"read long ago is stale", day(2001, 1, 1), crisis.Stale},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := (crisis.Origin{VerifiedOn: c.verified}).Status(now); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestDial(t *testing.T) {
	for written, want := range map[crisis.Phone]string{
		"116 123":           "116123",
		"*4141":             "*4141",
		"+353 (1) 555-0100": "+35315550100",
		"0 800 235 236":     "0800235236",
	} {
		if got := written.Dial(); got != want {
			t.Errorf("%s: got %s, want %s", written, got, want)
		}
	}
}

func TestHost(t *testing.T) {
	for name, want := range map[string]string{
		"https://www.line.example/call?a=b": "line.example",
		"http://line.example":               "line.example",
		"a list (2024)":                     "a list (2024)",
	} {
		if got := (crisis.Source{Name: name}).Host(); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestCheckLine(t *testing.T) {
	good := crisis.Line{
		Name:   "A line",
		Phones: []crisis.Phone{"116 123"},
		Hours:  "15:30-00:30",
		Origin: crisis.Origin{Sources: []crisis.Source{{Name: "https://line.example/call"}}, VerifiedOn: now},
	}
	if err := good.Check(now); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		field  string
		change func(*crisis.Line)
	}{
		{"name", func(l *crisis.Line) { l.Name = "" }},
		{"name", func(l *crisis.Line) { l.Name = "two\nlines" }},
		{"name", func(l *crisis.Line) { l.Name = strings.Repeat("x", 121) }},
		{"phones", func(l *crisis.Line) { l.Phones = nil }},
		{"phones", func(l *crisis.Line) { l.Phones = []crisis.Phone{"call us"} }},
		{"phones", func(l *crisis.Line) { l.Phones = []crisis.Phone{"116 123", ""} }},
		{"phones", func(l *crisis.Line) { l.Phones = []crisis.Phone{"12+34"} }},
		{"phones", func(l *crisis.Line) { l.Phones = []crisis.Phone{"1234567890123456"} }},
		{"phones", func(l *crisis.Line) { l.Phones = slices.Repeat([]crisis.Phone{"116 123"}, 11) }},
		{"text", func(l *crisis.Line) { l.Text.Phone = "HELLO" }},
		{"text", func(l *crisis.Line) { l.Text.Keyword = "HELLO" }},
		{"keyword", func(l *crisis.Line) { l.Text = crisis.Text{Phone: "50808", Keyword: "HELLO THERE"} }},
		{"keyword", func(l *crisis.Line) { l.Text = crisis.Text{Phone: "50808", Keyword: "2"} }},
		{"chat", func(l *crisis.Line) { l.Chat = "javascript:alert(1)" }},
		{"chat", func(l *crisis.Line) { l.Chat = "http://line.example" }},
		{"languages", func(l *crisis.Line) { l.Languages = []string{"English"} }},
		{"hours", func(l *crisis.Line) { l.Hours = "9-5" }},
		{"hours", func(l *crisis.Line) { l.Hours = "09:00-25:00" }},
		{"hours", func(l *crisis.Line) { l.Hours = "09:00-09:00" }},
		{"audience", func(l *crisis.Line) { l.Audience = "cats" }},
		{"source", func(l *crisis.Line) { l.Sources = nil }},
		{"source", func(l *crisis.Line) { l.Sources = []crisis.Source{{Name: ""}} }},
		{"source", func(l *crisis.Line) { l.Sources = []crisis.Source{{Name: "a list", Archived: true}} }},
		{"verifiedOn", func(l *crisis.Line) { l.VerifiedOn = now.AddDate(0, 0, 1) }},
	} {
		t.Run(c.field, func(t *testing.T) {
			bad := good
			c.change(&bad)
			err := bad.Check(now)
			if field, ok := err.(*crisis.FieldError); !ok || field.Field != c.field {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestCountriesIn(t *testing.T) {
	var order []string
	d := crisis.New([]crisis.Country{
		{Code: "DE", Name: "Germany", NameES: "Alemania"}, {Code: "ES", Name: "Spain", NameES: "España"},
		{Code: "AT", Name: "Austria", NameES: "Austria"}, {Code: "BE", Name: "Belgium", NameES: "Bélgica"}, {Code: "BO", Name: "Bolivia", NameES: "Bolivia"},
	})
	for _, lang := range []string{"en", "es"} {
		for _, c := range d.CountriesIn(lang) {
			order = append(order, c.Code)
		}
	}
	if want := []string{"AT", "BE", "BO", "DE", "ES", "DE", "AT", "BE", "BO", "ES"}; !slices.Equal(order, want) {
		t.Errorf("got %v, want %v", order, want)
	}
}
