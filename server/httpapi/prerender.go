package httpapi

import (
	"html/template"
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/page"
	"pleiades/shared/help"
	"pleiades/shared/phrase"
)

// NewPages makes the pages as they are before the program runs. What they show
// is the same for everyone: go-app does not escape attributes, so nothing of a
// request may get near them.
func NewPages(words *phrase.Catalogue, library *help.Library) Pages {
	public := func(path string) Page {
		content, title, description, ok := page.Public(path)
		if !ok {
			panic("httpapi: there is no public page at " + path)
		}
		return Page{Title: title, Description: description, Content: render(content)}
	}
	front, logIn := public("/"), public("/login")
	front.Public, logIn.Public = true, true
	join := public("/join")
	join.Public = true
	about, contact, involved, fix := public(aboutPath), public(contactPath), public(involvedPath), public(fixPath)
	about.Public, contact.Public, involved.Public = true, true, true
	about.Plain, involved.Plain, fix.Plain = true, true, true
	contact.Form = true
	fix.Script = "fix.js"
	var center []HelpPage
	for _, p := range page.Help(library) {
		center = append(center, HelpPage{p.Path, Page{
			Title: p.Title, Description: p.Description, Public: true, Content: render(p.Content),
		}})
	}

	signUp := public("/signup") // mostly by invitation: not for search engines
	signUp.Early = "arrival.js"
	missing, title := page.NotFound()
	return Pages{
		Front:    front,
		LogIn:    logIn,
		Help:     center,
		SignUp:   signUp,
		Confirm:  public("/confirm"), // by the link of a mail
		Join:     join,
		About:    about,
		Involved: involved,
		Fix:      fix,
		Contact:  contact,
		Sent:     Page{Title: contact.Title, Description: contact.Description, Plain: true, Content: render(page.ContactSent())},
		Forgot:   public("/forgot"),
		Reset:    public("/reset"), // by the link of a mail
		Shell:    Page{Title: words.Brand.Name, Description: words.Brand.Description, Content: render(page.Shell())},
		NotFound: Page{Title: title, Description: words.Brand.Description, Content: render(missing)},
		Words: Words{
			Lang:     words.Lang,
			AppName:  words.Brand.Name,
			NoScript: words.Nav.NoProgram,
			Failed:   words.Nav.Stopped,
			Reload:   words.Nav.Reload,
			Fix:      words.Nav.FixLink,
		},
	}
}

// render returns the HTML of a component, the same each time, and with no white
// space but its own: go-app writes attributes in random order, which would make
// every start a new build, and each node on a line of its own, which would part a
// link from the comma after it.
func render(content app.UI) template.HTML {
	rest := app.HTMLString(content)
	var out strings.Builder
	out.Grow(len(rest))
	for {
		at := strings.IndexByte(rest, '<')
		if at < 0 {
			out.WriteString(rest)
			// #nosec G203 -- only the product's own words are prerendered
			return template.HTML(out.String())
		}
		out.WriteString(withoutIndent(rest[:at], strings.HasPrefix(rest[at:], "</")))
		name := at + 1 + length(rest[at+1:], isTagByte)
		out.WriteString(rest[at:name])
		rest = rest[name:]
		attributes, size := readAttributes(rest)
		slices.Sort(attributes)
		for _, a := range attributes {
			out.WriteString(a)
		}
		rest = rest[size:]
	}
}

// withoutIndent returns the end of a tag and the text up to the next one, which
// closes the element around both or not, without the line ends and the indents
// that go-app puts around each node: two spaces for each element that is open.
func withoutIndent(text string, closes bool) string {
	tag, lines, _ := strings.Cut(text, ">")
	last := strings.LastIndexByte(lines, '\n')
	if !strings.HasPrefix(lines, "\n") || strings.Trim(lines[last:], "\n ") != "" {
		return text // of one node, which stands as it is
	}
	indent := lines[last:]
	if closes {
		indent += "  "
	}
	return tag + ">" + strings.Trim(strings.ReplaceAll(lines[:last], indent, ""), "\n")
}

// readAttributes returns the attributes that a text begins with, each with the
// space before it, and how long they are.
func readAttributes(text string) (list []string, size int) {
	for {
		rest := text[size:]
		if !strings.HasPrefix(rest, " ") {
			return list, size
		}
		n := 1 + length(rest[1:], isAttributeByte)
		if n == 1 {
			return list, size
		}
		if value, quoted := strings.CutPrefix(rest[n:], `="`); quoted {
			end := strings.IndexByte(value, '"')
			if end < 0 {
				return list, size
			}
			n += len(`="`) + end + len(`"`)
		}
		list = append(list, rest[:n])
		size += n
	}
}

// length returns how many bytes at the beginning of a text are of a kind.
func length(text string, of func(byte) bool) int {
	for i := range len(text) {
		if !of(text[i]) {
			return i
		}
	}
	return len(text)
}

func isTagByte(b byte) bool { return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' }

func isAttributeByte(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '-' }
