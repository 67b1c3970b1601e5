package message

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestValidate(t *testing.T) {
	tests := []struct {
		name string
		body string
		want []Code
	}{
		{"an ordinary message passes", "I tried the breathing exercise twice.\nIt helped.", nil},
		{"a tab and line ends pass", "a\tb\r\nc", nil},
		{"joiners, marks and isolates pass", "\U0001F469\u200D\U0001F467 \u200Fשלום\u200E \u2067x\u2069 क्षि", nil},
		{"nothing is empty", "", []Code{CodeEmpty}},
		{"white space is empty", " \n\t\u00a0\u2003", []Code{CodeEmpty}},
		{"invisible characters are empty", "\u200b \ufeff\u200d", []Code{CodeEmpty}},
		{"the limit itself passes", strings.Repeat("ä", MaxLength), nil},
		{"one over the limit is too long", strings.Repeat("ä", MaxLength+1), []Code{CodeTooLong}},
		{"white space around does not count", " " + strings.Repeat("x", MaxLength) + " ", nil},
		{"characters count after composition", strings.Repeat("a\u0308", MaxLength), nil},
		{"NUL is invalid", "a\x00b", []Code{CodeInvalidText}},
		{"escape is invalid", "a\x1b[31mb", []Code{CodeInvalidText}},
		{"delete is invalid", "a\x7fb", []Code{CodeInvalidText}},
		{"C1 controls are invalid", "a\u0085b", []Code{CodeInvalidText}},
		{"a bidirectional override is invalid", "a\u202eb", []Code{CodeInvalidText}},
		{"a bidirectional embedding is invalid", "a\u202ab", []Code{CodeInvalidText}},
		{"broken UTF-8 is invalid", "a\xffb", []Code{CodeInvalidText}},
		{"several rules are told together", strings.Repeat("x", MaxLength) + "\x00", []Code{CodeTooLong, CodeInvalidText}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := (Draft{Body: Text(tt.body)}).Validate(); !slices.Equal(got, tt.want) {
				t.Fatalf("codes %v, want %v", got, tt.want)
			}
		})
	}
}

func TestNormalize(t *testing.T) {
	for in, want := range map[string]string{
		" a\r\nb\rc ":   "a\nb\nc",
		"e\u0301":       "é",
		"\u00a0x\u2003": "x",
		"a  b":          "a  b",
	} {
		if got := string(Normalize(Text(in))); got != want {
			t.Errorf("Normalize(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzNormalize(f *testing.F) {
	for _, seed := range []string{"", "a\r\nb", "e\u0301", "\u0344\u0308", "\xff", "\U0001F469\u200D\U0001F467", " \u202e "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		once := Normalize(Text(body))
		if twice := Normalize(once); twice != once {
			t.Fatalf("%q is %q, then %q: a stored body must compare equal to itself", body, string(once), string(twice))
		}
		if utf8.ValidString(body) && !utf8.ValidString(string(once)) {
			t.Fatalf("%q became invalid", body)
		}
		_ = Draft{Body: Text(body)}.Validate()
	})
}

func TestLate(t *testing.T) {
	accepted := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name    string
		written time.Time
		want    bool
	}{
		{"just written", accepted, false},
		{"90 days ago", accepted.Add(-LateAfter), false},
		{"over 90 days ago", accepted.Add(-LateAfter - time.Second), true},
		{"ahead within clock skew", accepted.Add(ClockSkew), false},
		{"ahead beyond clock skew", accepted.Add(ClockSkew + time.Second), true},
	} {
		if got := Late(tt.written, accepted); got != tt.want {
			t.Errorf("%s: late %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestID(t *testing.T) {
	t.Run("is version 7 and different each time", func(t *testing.T) {
		seen := make(map[ID]bool)
		for range 1000 {
			id, err := NewID(zeros{})
			if err != nil {
				t.Fatal(err)
			}
			if id.Version() != 7 || seen[id] {
				t.Fatalf("id %s: version %d, seen before: %v", id, id.Version(), seen[id])
			}
			seen[id] = true
		}
	})
	t.Run("has one spelling", func(t *testing.T) {
		for _, s := range []string{
			"", "x", "urn:uuid:0190a000-0000-7000-8000-000000000001", "{0190a000-0000-7000-8000-000000000001}",
			"0190a0000000700080000000000000010000", "0190a000-0000-7000-8000-00000000000g",
		} {
			if _, err := ParseID(s); err == nil {
				t.Errorf("ParseID(%q) passes", s)
			}
		}
		if _, err := ParseID("0190a000-0000-7000-8000-000000000001"); err != nil {
			t.Error(err)
		}
	})
}

// zeros is randomness without chance.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestTextRedactsItself(t *testing.T) {
	text := Text("a secret")
	for _, s := range []string{
		fmt.Sprint(text), fmt.Sprintf("%v %s %+v %#v %q", text, text, text, text, text),
		fmt.Sprintf("%v", struct{ Body Text }{text}), fmt.Sprintf("%+v", Draft{Body: text}),
	} {
		if strings.Contains(s, "secret") {
			t.Errorf("printed as %s", s)
		}
	}
}
