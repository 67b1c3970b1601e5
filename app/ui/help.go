package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/shared/guidance"
	"pleiades/shared/phrase"
)

// HelpPanelID is the element id of where the help in danger opens.
const HelpPanelID = "crisis-panel"

// HelpPanel shows whom to reach in danger, the most urgent first: several ways
// that take one tap each.
type HelpPanel struct {
	Words     *phrase.Danger
	Country   CountrySelect
	NoNumbers bool // no country is chosen
	Sending   string
	Choices   []HelpChoice
	Status    bool   // some entry is not verified
	All       string // the address of all numbers
	Elsewhere string // of the directory of other countries
}

// HelpChoice is one way to reach someone.
type HelpChoice struct {
	TestID string
	Href   string
	Text   string
	Note   string // hours, and how far the entry can be relied on
	Strong bool   // danger to life
	NewTab bool
}

// Draw returns the panel.
func (p HelpPanel) Draw() app.UI {
	ask := ""
	if p.NoNumbers {
		ask = p.Words.NoNumber
	}
	status := ""
	if p.Status {
		status = p.Words.Status
	}
	return app.Div().Class(classes("help", class{p.NoNumbers, "help-asking"})).Lang(p.Words.Lang).DataSet("testid", "crisis-panel").Body(
		p.Country.Draw(),
		app.P().Class("help-ask").Text(ask),
		HelpChoices(p.Choices),
		app.P().Class("help-text").Text(p.Sending),
		app.P().Class("help-status").Text(status),
		app.P().Class("help-links").Body(
			app.A().Href(p.All).Text(p.Words.All),
			app.A().Href(p.Elsewhere).Target("_blank").Rel("noopener noreferrer").Text(p.Words.Elsewhere),
		),
	)
}

// HelpChoices draws ways to reach someone, one tap each.
func HelpChoices(list []HelpChoice) app.UI {
	choices := make([]app.UI, len(list))
	for i, c := range list {
		choices[i] = app.Li().Body(c.draw())
	}
	return app.Ul().Class("help-choices").Body(choices...)
}

func (c HelpChoice) draw() app.UI {
	link := app.A().Class(classes("help-choice", class{c.Strong, "help-choice-strong"})).
		Href(c.Href).DataSet("testid", c.TestID)
	if c.NewTab {
		link = link.Target("_blank").Rel("noopener noreferrer")
	}
	return link.Body(
		app.Span().Class("help-choice-text").Text(c.Text),
		app.Span().Class("help-choice-note").Text(c.Note),
	)
}

// CountrySelect is the choice of the country whose numbers are shown.
type CountrySelect struct {
	ID       string // of the element
	Label    string
	None     string // while none is chosen
	Options  []CountryOption
	Code     string // the chosen one; empty for none
	OnChange app.EventHandler
}

// CountryOption is a country to choose.
type CountryOption struct{ Code, Name string }

// Draw returns the label and the choice.
func (s CountrySelect) Draw() app.UI {
	options := []app.UI{option("", s.None, s.Code == "")}
	for _, o := range s.Options {
		options = append(options, option(o.Code, o.Name, o.Code == s.Code))
	}
	return app.Div().Class("country").Body(
		app.Label().Class("country-label").For(s.ID).Text(s.Label),
		app.Select().Class("country-select").ID(s.ID).DataSet("testid", "crisis-country").
			OnChange(s.OnChange).Body(options...),
	)
}

func option(code, name string, selected bool) app.UI {
	o := app.Option().Value(code).Text(name)
	if selected {
		o = o.Selected(true)
	}
	return o
}

// HelpCard offers help in danger while someone writes: a line that says that it
// is there, a kind word with it, or all of it.
type HelpCard struct {
	Words     *phrase.Danger // in their language is all that the card says
	Code      guidance.Code  // what was found; empty after a message about danger was sent
	Title     string
	Text      string     // may be empty
	Panel     *HelpPanel // nil while it is closed
	OnToggle  app.EventHandler
	Cards     *phrase.Cards // what is said of Code; nil for no more than the line
	Reason    string        // why the rule fired
	Href      string        // of the guide
	Dismiss   string        // label of the button that makes a line of it; empty for none
	OnDismiss app.EventHandler
}

// Draw returns the card. The button that opens it keeps its place in every
// form, so that the focus on it stays.
func (c HelpCard) Draw() app.UI {
	toggle, form := c.Words.Show, "help-card-offer"
	switch {
	case c.Panel != nil:
		toggle, form = c.Words.Hide, "help-card-open"
	case c.Text == "":
		toggle, form = c.Words.ShowShort, "help-card-line"
	}
	scope := app.EventScope(string(c.Code))
	slot := app.Div().Class("help-slot").ID(HelpPanelID)
	if c.Panel != nil {
		slot = slot.Body(c.Panel.Draw())
	}
	body := []app.UI{
		app.H2().Class("guide-title").ID(GuideID(c.Code)).Text(c.Title),
		app.P().Class("help-card-text").Text(c.Text),
		HoldButton(Plain+" help-card-toggle", "crisis-toggle", toggle, c.OnToggle, scope).
			Aria("expanded", c.Panel != nil).Aria("controls", HelpPanelID),
		slot,
	}
	more := app.Div().Class("guide-more help-card-more")
	if c.Cards != nil {
		more = more.Body(
			guideDetails(c.Cards.Example, Example(c.Cards, c.Cards.Advice[c.Code])),
			guideDetails(c.Cards.Why, app.P().Class("guide-why").Text(c.Reason)),
			app.A().Class("guide-link").Href(c.Href).Text(c.Cards.Guide),
		)
	}
	body = append(body, more)
	if c.Dismiss != "" {
		body = append(body, closeButton("guidance-dismiss-"+string(c.Code), c.Dismiss, c.OnDismiss, scope))
	}
	if c.Code == "" {
		return app.Div().Class("guide-card guide-safety").Class(form).Role("group").Aria("labelledby", GuideID("")).
			Lang(c.Words.Lang).DataSet("testid", "crisis-sent").Body(body...)
	}
	return guideShell(c.Code, c.Words.Lang).Class(form).Body(body...)
}
