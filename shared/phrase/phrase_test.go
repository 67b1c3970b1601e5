package phrase_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

func TestEnglish(t *testing.T) {
	c := phrase.English()

	t.Run("leaves no text empty", func(t *testing.T) {
		walk(t, "Catalogue", reflect.ValueOf(*c), func(path, text string) {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s is empty", path)
			}
			if strings.TrimSpace(text) != text {
				t.Errorf("%s has white space around it: %q", path, text)
			}
			if strings.Contains(text, `"`) {
				t.Errorf("%s has a straight double quote, which breaks attributes: %q", path, text)
			}
		})
	})

	t.Run("has a text for every error code", func(t *testing.T) {
		for _, code := range constants(t, "../wire/problem.go", "Code") {
			if p, ok := c.Problems.ByCode[wire.Code(code)]; !ok || p.Title == "" || p.Detail == "" {
				t.Errorf("no text for the error code %s", code)
			}
		}
		for _, code := range constants(t, "../wire/problem.go", "Field") {
			if c.Problems.Fields[code] == "" {
				t.Errorf("no text for the field code %s", code)
			}
		}
		for _, code := range constants(t, "../message/validate.go", "Code") {
			if c.Problems.Messages[message.Code(code)] == "" {
				t.Errorf("no text for the message code %s", code)
			}
		}
		for _, code := range constants(t, "../availability/validate.go", "Code") {
			if c.Availability.Codes[availability.Code(code)] == "" {
				t.Errorf("no text for the availability code %s", code)
			}
		}
	})

	t.Run("has a general text for codes of a newer server", func(t *testing.T) {
		if title, detail := c.Problem("not_invented_yet"); title == "" || detail == "" {
			t.Errorf("got %q, %q", title, detail)
		}
		if c.Field("not_invented_yet") == "" || c.Message("not_invented_yet") == "" {
			t.Error("no text for unknown field and message codes")
		}
	})

	t.Run("has a word for every role", func(t *testing.T) {
		for _, role := range constants(t, "../wire/wire.go", "Role") {
			if c.Role(wire.Role(role)) == "" {
				t.Errorf("no word for the role %s", role)
			}
		}
	})

	t.Run("has a name for every calendar", func(t *testing.T) {
		for _, calendar := range availability.Calendars() {
			if c.Availability.Calendars[calendar] == "" {
				t.Errorf("no name for the calendar %s", calendar)
			}
		}
	})

	t.Run("says why an answer comes later", func(t *testing.T) {
		for _, test := range []struct {
			given availability.Closure
			day   string
			want  string
		}{
			{availability.Closure{Kind: availability.KindHoliday, Name: "Labor Day"}, "", "Labor Day"},
			{availability.Closure{Kind: availability.KindWeekend}, "", "weekend"},
			{availability.Closure{Kind: availability.KindHours}, "", "office hours on few days"},
			{availability.Closure{Kind: availability.KindAway}, "Monday 30 November", "away until Monday 30 November"},
			{availability.Closure{Kind: availability.KindAway}, "", "away"},
			{availability.Closure{Kind: availability.KindClosed}, "", "office closed"},
		} {
			if got := c.Reason(test.given, test.day); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		}
	})

	t.Run("counts in words that fit the number", func(t *testing.T) {
		for n, want := range map[int]string{1: "1 new message", 2: "2 new messages", 1234: "1,234 new messages"} {
			if got := c.List.Unread(n); got != want {
				t.Errorf("%d: got %q, want %q", n, got, want)
			}
		}
		if got, want := c.Conversation.Counter(4987, 5000), "4,987 of 5,000 characters"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// walk calls visit with every text under v. Functions are called with example
// arguments and their results visited.
func walk(t *testing.T, path string, v reflect.Value, visit func(path, text string)) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		visit(path, v.String())
	case reflect.Struct:
		for i := range v.NumField() {
			walk(t, path+"."+v.Type().Field(i).Name, v.Field(i), visit)
		}
	case reflect.Array:
		for i := range v.Len() {
			walk(t, path+"["+strconv.Itoa(i)+"]", v.Index(i), visit)
		}
	case reflect.Map:
		if v.Len() == 0 {
			t.Errorf("%s is empty", path)
		}
		for _, k := range v.MapKeys() {
			walk(t, path+"["+k.String()+"]", v.MapIndex(k), visit)
		}
	case reflect.Func:
		if v.IsNil() {
			t.Errorf("%s is missing", path)
			return
		}
		var args []reflect.Value
		for i := range v.Type().NumIn() {
			arg := reflect.New(v.Type().In(i)).Elem()
			if arg.Kind() == reflect.Int {
				arg.SetInt(2)
			} else {
				arg.SetString("Robin")
			}
			args = append(args, arg)
		}
		for _, result := range v.Call(args) {
			walk(t, path+"()", result, visit)
		}
	default:
		t.Fatalf("%s: a catalogue holds no %s", path, v.Kind())
	}
}

// constants returns the values of the string constants of a Go file whose
// names begin with prefix.
func constants(t *testing.T, file, prefix string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for i, name := range spec.Names {
			if !strings.HasPrefix(name.Name, prefix) || i >= len(spec.Values) {
				continue
			}
			if lit, ok := spec.Values[i].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				s, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				values = append(values, s)
			}
		}
		return true
	})
	if len(values) == 0 {
		t.Fatalf("no constants %s… in %s", prefix, file)
	}
	return values
}
