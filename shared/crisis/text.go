package crisis

import (
	"strconv"
	"strings"
	"time"
)

// Text returns the directory in the format that Parse reads, for directories
// whose entries pass their checks.
func (d Directory) Text() string {
	var w writer
	for _, c := range d.countries {
		w.line("country", c.Code+" | "+c.Name+" | "+c.NameES)
		for _, e := range c.Emergency {
			w.line("emergency", string(e.Service)+" "+string(e.Phone))
			w.origin(e.Origin)
		}
		for _, l := range c.Lines {
			w.line("line", l.Name)
			for _, phone := range l.Phones {
				w.line("phone", string(phone))
			}
			w.fact("text", strings.TrimSpace(string(l.Text.Phone)+" "+l.Text.Keyword))
			w.fact("chat", l.Chat)
			w.fact("lang", strings.Join(l.Languages, " "))
			w.fact("hours", string(l.Hours))
			w.fact("for", string(l.Audience))
			w.origin(l.Origin)
		}
	}
	return w.names.String() + w.countries.String()
}

// writer writes countries, and apart from them the sources that are not pages,
// each under a key.
type writer struct {
	countries, names strings.Builder
	keys             map[string]string
}

func (w *writer) line(keyword, rest string) { w.countries.WriteString(keyword + " " + rest + "\n") }

// fact writes a line unless there is nothing to say.
func (w *writer) fact(keyword, rest string) {
	if rest != "" {
		w.line(keyword, rest)
	}
}

func (w *writer) origin(o Origin) {
	for _, s := range o.Sources {
		switch {
		case s.Archived:
			w.line("archive", s.Name)
		case s.IsURL():
			w.line("from", s.Name)
		default:
			w.line("from", w.key(s.Name))
		}
	}
	if !o.VerifiedOn.IsZero() {
		w.line("verified", o.VerifiedOn.Format(time.DateOnly))
	}
}

// key returns the key of a source, which it makes at the first time.
func (w *writer) key(name string) string {
	key, known := w.keys[name]
	if !known {
		if w.keys == nil {
			w.keys = make(map[string]string)
		}
		key = strconv.Itoa(len(w.keys) + 1)
		w.keys[name] = key
		w.names.WriteString("source " + key + " | " + name + "\n")
	}
	return key
}
