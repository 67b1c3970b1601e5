package httpapi

import (
	"html/template"

	"pleiades/shared/phrase"
)

// NewPages makes the pages as they are before the program runs, in the words
// of a catalogue.
func NewPages(c *phrase.Catalogue) Pages {
	opening := template.HTML(`<p class="opening">` + template.HTMLEscapeString(c.Nav.Opening) + `</p>`)
	page := func(title string, public bool) Page {
		return Page{Title: c.Brand.Title(title), Description: c.Brand.Description, Public: public, Content: opening}
	}
	return Pages{
		Front:    page(c.Front.Title, true),
		LogIn:    page(c.LogIn.Page, true),
		SignUp:   page(c.SignUp.Page, false),
		Shell:    Page{Title: c.Brand.Name, Description: c.Brand.Description, Content: opening},
		NotFound: page(c.NotFound.Page, false),
		Words: Words{
			Lang:     c.Lang,
			AppName:  c.Brand.Name,
			NoScript: c.Nav.NoProgram,
			Failed:   c.Nav.Stopped,
			Reload:   c.Nav.Reload,
		},
	}
}
