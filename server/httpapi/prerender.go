package httpapi

import (
	"html/template"
	"regexp"
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
	fix.Script = "fix.js"
	var center []HelpPage
	for _, p := range page.Help(library) {
		center = append(center, HelpPage{p.Path, Page{
			Title: p.Title, Description: p.Description, Public: true, Content: render(p.Content),
		}})
	}

	missing, title := page.NotFound()
	return Pages{
		Front:    front,
		LogIn:    logIn,
		Help:     center,
		SignUp:   public("/signup"),  // mostly by invitation: not for search engines
		Confirm:  public("/confirm"), // by the link of a mail
		Join:     join,
		About:    about,
		Involved: involved,
		Fix:      fix,
		Contact:  contact,
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

// render returns the HTML of a component, the same each time: go-app writes
// attributes in random order, which would make every start a new build.
func render(content app.UI) template.HTML {
	// #nosec G203 -- only the product's own words are prerendered
	return template.HTML(tag.ReplaceAllStringFunc(app.HTMLString(content), func(text string) string {
		parts := tag.FindStringSubmatch(text)
		attributes := attribute.FindAllString(parts[2], -1)
		slices.Sort(attributes)
		return parts[1] + strings.Join(attributes, "") + ">"
	}))
}

var (
	tag       = regexp.MustCompile(`(<[a-z0-9]+)((?: [a-zA-Z-]+(?:="[^"]*")?)+)>`)
	attribute = regexp.MustCompile(` [a-zA-Z-]+(?:="[^"]*")?`)
)
