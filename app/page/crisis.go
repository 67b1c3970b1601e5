package page

import (
	"context"
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/crisis"
	"pleiades/shared/phrase"
)

// countrySelect is the choice of the country whose numbers are shown, named in a
// language. The choice holds at once; that the device keeps it comes after.
func (e *env) countrySelect(ctx func() app.Context, id, lang, label, none string) ui.CountrySelect {
	s := ui.CountrySelect{ID: id, Label: label, None: none, Code: e.State.Country()}
	for _, c := range e.State.Numbers().CountriesIn(lang) {
		s.Options = append(s.Options, ui.CountryOption{Code: c.Code, Name: c.NameIn(lang)})
	}
	s.OnChange = func(_ app.Context, event app.Event) {
		code := event.Get("target").Get("value").String()
		ctx().Async(func() {
			// A device that cannot keep the choice has it in memory.
			if err := e.Client.SaveCountry(context.Background(), code); err != nil {
				e.State.SetCountry(code)
			}
		})
	}
	return s
}

// helpPanel is the help in danger, for the country and the plan of the person.
// The lines for an audience come before those for everyone. Sending picks what is said
// of sending the text, nil for nothing.
func (e *env) helpPanel(ctx func() app.Context, words *phrase.Danger, sending func(*phrase.Danger) string, audience crisis.Audience) *ui.HelpPanel {
	said := ""
	if sending != nil {
		said = sending(words)
	}
	code := e.State.Country()
	country, known := e.State.Numbers().For(code)
	choices, unsure := helpChoices(words, country, e.State.Plan(), e.Clock.Now(), audience)
	return &ui.HelpPanel{
		Words: words, NoNumbers: !known, Sending: said,
		Country: e.countrySelect(ctx, "help-country", words.Lang, words.For, words.Choose),
		Choices: choices, Status: unsure, All: crisisAt(code), Elsewhere: crisis.International().URL,
	}
}

// helpSlot is where the help in danger opens below a box that is no message to a
// therapist: empty until its text speaks of danger.
func (e *env) helpSlot(ctx func() app.Context, danger danger, sending func(*phrase.Danger) string) app.UI {
	slot := app.Div().Class("help-slot").ID(ui.HelpPanelID)
	if danger == "" {
		return slot
	}
	return slot.Body(e.helpPanel(ctx, e.dangerWords(danger), sending, crisis.Everyone).Draw())
}

// sendingToSupport picks what is said of sending a text to support.
func sendingToSupport(words *phrase.Danger) string { return words.SendingSupport }

// dangerWords are the words of the help in danger.
func (e *env) dangerWords(d danger) *phrase.Danger { return e.lexicon.in(string(d)).danger }

// How many ways of a kind are offered at once: enough to have a choice, few
// enough to choose.
const (
	maxCalls  = 3
	maxWrites = 3
)

// Test ids of ways to reach someone: of emergency numbers, and before the number
// of a line.
const (
	emergencyID = "crisis-emergency"
	lineID      = "crisis-line-"
)

// helpChoices puts the ways to reach someone in order: the emergency number, a
// line to call, one to write to, the people of one's own plan, the plan itself.
// Of the lines, those for an audience come first. unsure says that one of the
// numbers is not verified.
func helpChoices(words *phrase.Danger, c crisis.Country, plan state.Plan, now time.Time, audience crisis.Audience) (choices []ui.HelpChoice, unsure bool) {
	note := func(text string, o crisis.Origin) string {
		status := o.Status(now)
		if status == crisis.Verified {
			return text
		}
		unsure = true
		if text == "" {
			return words.Crisis.Statuses[status]
		}
		return text + " · " + words.Crisis.Statuses[status]
	}
	for _, e := range c.Emergency {
		if e.Service == crisis.Fire && len(c.Emergency) > 1 {
			continue
		}
		choices = append(choices, ui.HelpChoice{
			TestID: emergencyID, Href: "tel:" + e.Phone.Dial(), Strong: true,
			Text: words.Emergency(words.Crisis.Services[e.Service], string(e.Phone)), Note: note("", e.Origin),
		})
	}
	var calls, writes []ui.HelpChoice
	for _, l := range fitting(c.Lines, audience) {
		about := note(words.Crisis.OpenHours(l.Hours), l.Origin)
		if len(l.Phones) > 0 && len(calls) < maxCalls {
			p := l.Phones[0]
			calls = append(calls, ui.HelpChoice{Href: "tel:" + p.Dial(), Text: words.Call(string(p), l.Name), Note: about})
		}
		if l.Text.Phone != "" && len(writes) < maxWrites {
			writes = append(writes, ui.HelpChoice{Href: smsTo(l.Text), Text: words.Write(words.Crisis.TextTo(l.Text), l.Name), Note: about})
		}
		if l.Chat != "" && len(writes) < maxWrites {
			writes = append(writes, ui.HelpChoice{Href: l.Chat, Text: words.Chat(l.Name), Note: about, NewTab: true})
		}
	}
	for i, choice := range append(calls, writes...) {
		choice.TestID = lineID + strconv.Itoa(i+1)
		choices = append(choices, choice)
	}
	for i, p := range plan.People {
		if dial := crisis.Phone(p.Phone).Dial(); dial != "" {
			name := string(p.Name)
			if name == "" {
				name = string(p.Phone)
			}
			choices = append(choices, ui.HelpChoice{
				TestID: "crisis-person-" + strconv.Itoa(i+1), Href: "tel:" + dial, Text: words.Person(name), Note: string(p.Phone),
			})
		}
	}
	hint := words.PlanNew
	if !plan.Empty() {
		hint = words.PlanHint
	}
	return append(choices, ui.HelpChoice{TestID: "crisis-plan", Href: planPath, Text: words.Plan, Note: hint}), unsure
}

// maxFitting is how many lines for an audience come before those for everyone,
// which are to have room, too.
const maxFitting = 2

// fitting returns a few lines for an audience and the lines for everyone; where
// there are neither, those for other people: a line that fits nobody else is
// better than none.
func fitting(lines []crisis.Line, audience crisis.Audience) []crisis.Line {
	var first, general, others []crisis.Line
	for _, l := range lines {
		switch {
		case l.Audience == crisis.Everyone:
			general = append(general, l)
		case l.Audience == audience && len(first) < maxFitting:
			first = append(first, l)
		default:
			others = append(others, l)
		}
	}
	if fit := append(first, general...); len(fit) > 0 {
		return fit
	}
	return others
}

// smsTo returns the address that begins a text message.
func smsTo(t crisis.Text) string {
	if t.Keyword == "" {
		return "sms:" + t.Phone.Dial()
	}
	return "sms:" + t.Phone.Dial() + "?body=" + t.Keyword
}
