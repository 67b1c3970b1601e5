package agenda_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/agenda"
	"pleiades/shared/message"
)

var (
	me   = uuid.MustParse("00000000-0000-7000-8000-000000000001")
	them = uuid.MustParse("00000000-0000-7000-8000-000000000002")
	noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
)

// list is a list kept the plain way.
type list map[uuid.UUID]agenda.Item

func (l list) find(id uuid.UUID) (agenda.Item, bool) { it, ok := l[id]; return it, ok }

func (l list) apply(by uuid.UUID, changes ...agenda.Change) {
	for _, c := range changes {
		for _, it := range c.Apply(l.find, by, noon) {
			l[it.ID] = it
		}
	}
}

// texts returns what stands on the list, in order.
func (l list) texts() []string {
	var items []agenda.Item
	for _, it := range l {
		if !it.Removed {
			items = append(items, it)
		}
	}
	agenda.Sort(items)
	texts := []string{}
	for _, it := range items {
		texts = append(texts, string(it.Text))
	}
	return texts
}

func id(n byte) uuid.UUID { return uuid.UUID{0: 1, 6: 0x70, 8: 0x80, 15: n} }

func add(n byte, text, place string) agenda.Change {
	return agenda.Change{ID: id(n), Kind: agenda.Add, Item: id(n), Text: message.Text(text), Place: place}
}

func edit(n, item, base byte, text string) agenda.Change {
	return agenda.Change{ID: id(n), Kind: agenda.Edit, Item: id(item), Base: id(base), Text: message.Text(text), Place: "V"}
}

func remove(n, item, base byte) agenda.Change {
	return agenda.Change{ID: id(n), Kind: agenda.Remove, Item: id(item), Base: id(base)}
}

func TestApply(t *testing.T) {
	for _, test := range []struct {
		name    string
		changes []agenda.Change
		want    []string
	}{
		{"an edit replaces the text it was made upon", []agenda.Change{add(1, "sleep", "V"), edit(2, 1, 1, "sleep and work"), edit(3, 1, 2, "work")}, []string{"work"}},
		{"two edits of one text both stay", []agenda.Change{add(1, "sleep", "V"), edit(2, 1, 1, "nightmares"), edit(3, 1, 1, "naps")}, []string{"nightmares", "naps"}},
		{"two edits that say the same are one", []agenda.Change{add(1, "sleep", "V"), edit(2, 1, 1, "naps"), edit(3, 1, 1, "naps")}, []string{"naps"}},
		{"an edit of a removed item brings its words back", []agenda.Change{add(1, "sleep", "V"), remove(2, 1, 1), edit(3, 1, 1, "naps")}, []string{"naps"}},
		{"an edit of an unknown item keeps its words", []agenda.Change{edit(3, 1, 1, "naps")}, []string{"naps"}},
		{"removing what was edited meanwhile keeps it", []agenda.Change{add(1, "sleep", "V"), edit(2, 1, 1, "naps"), remove(3, 1, 1)}, []string{"naps"}},
		{"removing removes", []agenda.Change{add(1, "sleep", "V"), remove(2, 1, 1)}, []string{}},
		{"adding again does not bring back what was removed", []agenda.Change{add(1, "sleep", "V"), remove(2, 1, 1), add(1, "sleep", "V")}, []string{}},
		{"repeats change nothing", []agenda.Change{add(1, "sleep", "V"), edit(2, 1, 1, "naps"), add(1, "sleep", "V"), edit(2, 1, 1, "naps")}, []string{"naps"}},
		{"items at one place are all there", []agenda.Change{add(2, "b", "V"), add(1, "a", "V"), add(3, "first", "A")}, []string{"first", "a", "b"}},
		{"moving moves", []agenda.Change{add(1, "a", "A"), add(2, "b", "B"), {ID: id(3), Kind: agenda.Move, Item: id(1), Place: "C"}}, []string{"b", "a"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := list{}
			l.apply(me, test.changes...)
			if got := l.texts(); !slices.Equal(got, test.want) {
				t.Errorf("list = %q, want %q", got, test.want)
			}
		})
	}
}

func TestCheckNotesWhoAndWhen(t *testing.T) {
	l := list{}
	l.apply(me, add(1, "sleep", "V"))
	l.apply(them, agenda.Change{ID: id(2), Kind: agenda.Check, Item: id(1)})
	if it := l[id(1)]; !it.Done || it.DoneBy != them || it.DoneAt == nil || !it.DoneAt.Equal(noon) || it.Author != me {
		t.Errorf("item = %+v", it)
	}
	l.apply(me, agenda.Change{ID: id(3), Kind: agenda.Uncheck, Item: id(1)})
	if it := l[id(1)]; it.Done || it.DoneBy != uuid.Nil || it.DoneAt != nil {
		t.Errorf("item = %+v", it)
	}
}

func TestCheckIsOfTheTextSeen(t *testing.T) {
	check := func(base byte) agenda.Change {
		c := agenda.Change{ID: id(9), Kind: agenda.Check, Item: id(1)}
		if base > 0 {
			c.Base = id(base)
		}
		return c
	}
	for _, test := range []struct {
		name    string
		changes []agenda.Change
		want    []string
	}{
		{"the text that stands is checked off", []agenda.Change{add(1, "sleep", "V"), check(1)}, []string{"sleep"}},
		{"another text written meanwhile is not", []agenda.Change{add(1, "sleep", "V"), edit(2, 1, 1, "naps"), check(1)}, nil},
		{"the text is where it went", []agenda.Change{add(1, "sleep", "V"), edit(2, 1, 1, "nightmares"), edit(3, 1, 1, "naps"), check(3)}, []string{"naps"}},
		{"or where it came back", []agenda.Change{add(1, "sleep", "V"), remove(2, 1, 1), edit(3, 1, 1, "naps"), check(3)}, []string{"naps"}},
		{"but not where it has become another", []agenda.Change{add(1, "sleep", "V"), edit(2, 1, 1, "nightmares"), edit(3, 1, 1, "naps"), edit(4, 3, 3, "dreams"), check(3)}, nil},
		{"whoever does not say which takes what stands", []agenda.Change{add(1, "sleep", "V"), edit(2, 1, 1, "naps"), check(0)}, []string{"naps"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := list{}
			l.apply(me, test.changes...)
			var got []string
			for _, it := range l {
				if it.Done {
					got = append(got, string(it.Text))
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("checked off: %q, want %q", got, test.want)
			}
		})
	}
}

func TestRemovedItemHasNoWords(t *testing.T) {
	l := list{}
	l.apply(me, add(1, "sleep", "V"), remove(2, 1, 1))
	if it := l[id(1)]; !it.Removed || it.Text != "" {
		t.Errorf("item = %+v", it)
	}
}

// Two devices change one list without a connection. Whatever the order in which
// their changes arrive, every text that one of them wrote last stands on the
// list unless its own writer removed or replaced it.
func TestNothingWrittenIsDropped(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 2000 {
		base := list{}
		n := byte(0)
		next := func() byte { n++; return n }
		for range 1 + r.IntN(4) {
			i := next()
			base.apply(me, add(i, string(rune('a'+i)), "V"))
		}
		var devices [2][]agenda.Change
		var kept [2]map[string]bool // texts the device wrote and still has
		for d := range devices {
			view := list{}
			for k, v := range base {
				view[k] = v
			}
			kept[d] = map[string]bool{}
			for range r.IntN(6) {
				var there []agenda.Item
				for _, it := range view {
					if !it.Removed {
						there = append(there, it)
					}
				}
				agenda.Sort(there)
				i := next()
				text := string(rune('A'+d)) + string(rune('a'+i))
				var c agenda.Change
				switch {
				case len(there) == 0 || r.IntN(3) == 0:
					c = add(i, text, "V")
					kept[d][text] = true
				case r.IntN(2) == 0:
					it := there[r.IntN(len(there))]
					c = agenda.Change{ID: id(i), Kind: agenda.Edit, Item: it.ID, Base: it.TextID, Text: message.Text(text), Place: "V"}
					delete(kept[d], string(it.Text))
					kept[d][text] = true
				default:
					it := there[r.IntN(len(there))]
					c = agenda.Change{ID: id(i), Kind: agenda.Remove, Item: it.ID, Base: it.TextID}
					delete(kept[d], string(it.Text))
				}
				if c.Invalid() != nil || c.Codes() != nil {
					t.Fatalf("invalid: %+v", c)
				}
				view.apply(me, c)
				devices[d] = append(devices[d], c)
			}
		}
		for len(devices[0])+len(devices[1]) > 0 { // the server's order: any interleaving
			d := r.IntN(2)
			if len(devices[d]) == 0 {
				d = 1 - d
			}
			base.apply(me, devices[d][0])
			devices[d] = devices[d][1:]
		}
		for d := range kept {
			for text := range kept[d] {
				if !slices.Contains(base.texts(), text) {
					t.Fatalf("round %d: %q of device %d is gone: %q", round, text, d, base.texts())
				}
			}
		}
	}
}

func TestInvalid(t *testing.T) {
	good := []agenda.Change{
		add(1, "x", "V"), edit(2, 1, 1, "y"), remove(3, 1, 1),
		{ID: id(4), Kind: agenda.Check, Item: id(1)}, {ID: id(4), Kind: agenda.Check, Item: id(1), Base: id(1)}, {ID: id(4), Kind: agenda.Move, Item: id(1), Place: "a1"},
	}
	for _, c := range good {
		if got := c.Invalid(); got != nil {
			t.Errorf("%+v: invalid %v", c, got)
		}
	}
	for _, test := range []struct {
		change agenda.Change
		want   string
	}{
		{agenda.Change{ID: id(1), Kind: "swap", Item: id(1)}, agenda.FieldKind},
		{agenda.Change{ID: id(1), Kind: agenda.Add, Item: id(2), Place: "V"}, agenda.FieldItem},
		{agenda.Change{ID: id(1), Kind: agenda.Check, Item: id(1)}, agenda.FieldItem},
		{agenda.Change{ID: id(1), Kind: agenda.Check}, agenda.FieldItem},
		{agenda.Change{ID: id(1), Kind: agenda.Add, Item: id(1)}, agenda.FieldPlace},
		{agenda.Change{ID: id(1), Kind: agenda.Move, Item: id(2), Place: "V0"}, agenda.FieldPlace},
		{agenda.Change{ID: id(1), Kind: agenda.Check, Item: id(2), Place: "V"}, agenda.FieldPlace},
		{agenda.Change{ID: id(1), Kind: agenda.Check, Item: id(2), Place: "V!"}, agenda.FieldPlace},
		{agenda.Change{ID: id(1), Kind: agenda.Edit, Item: id(2), Place: "V", Text: "x"}, agenda.FieldBase},
		{agenda.Change{ID: id(1), Kind: agenda.Uncheck, Item: id(2), Base: id(2)}, agenda.FieldBase},
		{agenda.Change{ID: id(1), Kind: agenda.Check, Item: id(2), Text: "x"}, agenda.FieldText},
	} {
		if got := test.change.Invalid(); !slices.Contains(got, test.want) {
			t.Errorf("%+v: invalid %v, want %s", test.change, got, test.want)
		}
	}
}

func TestCodesAreThoseOfMessages(t *testing.T) {
	if got := add(1, "  ", "V").Codes(); !slices.Equal(got, []message.Code{message.CodeEmpty}) {
		t.Errorf("codes = %v", got)
	}
	if got := (agenda.Change{Kind: agenda.Check}).Codes(); got != nil {
		t.Errorf("codes = %v", got)
	}
}

func TestBetween(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		places := []string{}
		for range 200 {
			i := r.IntN(len(places) + 1)
			if r.IntN(3) == 0 {
				i = len(places)
			}
			a, b := "", ""
			if i > 0 {
				a = places[i-1]
			}
			if i < len(places) {
				b = places[i]
			}
			p := agenda.Between(a, b)
			if !agenda.ValidPlace(p) || p <= a || b != "" && p >= b {
				t.Fatalf("Between(%q, %q) = %q", a, b, p)
			}
			places = slices.Insert(places, i, p)
		}
	}
}

func TestBetweenStaysShort(t *testing.T) {
	last, first := "", "V"
	for range agenda.MaxItems {
		last, first = agenda.Between(last, ""), agenda.Between("", first)
	}
	if !agenda.ValidPlace(last) || !agenda.ValidPlace(first) || len(last) > 40 || len(first) > 40 {
		t.Errorf("after %d steps: %q, %q", agenda.MaxItems, last, first)
	}
	if got := agenda.Between("V", "V"); got <= "V" {
		t.Errorf("Between of equal places = %q", got)
	}
}
