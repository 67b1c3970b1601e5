package page

import (
	"strconv"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/remote"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// Render draws the page.
func (p *practice) Render() app.UI {
	words := p.words.AuditLog
	if !p.known() {
		return shellView(p.words)
	}
	return p.around(words.Page, app.Div().Class("settings practice-page").ID(contentID).TabIndex(-1).Body(
		app.H1().Class("settings-title").Text(words.Title),
		practiceParts(p.words, practicePath),
		app.Div().Body(p.content()...),
	))
}

// practiceParts are the ways to all parts of the practice's page.
func practiceParts(words *phrase.Catalogue, here string) app.UI {
	return app.Nav().Class("parts").Aria("label", words.AuditLog.Tabs).Body(
		settingsLink(membersPath, words.Members.Page, here),
		settingsLink(practicePath, words.AuditLog.Tab, here),
	)
}

func (p *practice) content() []app.UI {
	words := p.words.AuditLog
	if len(p.practices()) == 0 {
		return []app.UI{ui.Notice(words.OthersOnly, ui.LinkButton(ui.Quiet, "/", p.words.Conversation.BackToAll))}
	}
	if missing := p.look.missing(p.env, words.Lookup, "audit-again", p.again); missing != nil {
		return []app.UI{missing}
	}
	return []app.UI{app.P().Class("log-lead").Text(words.Lead), p.form(), p.log(), p.exports()}
}

func (p *practice) again() { p.load(false) }

// form is the choice of what to show.
func (p *practice) form() app.UI {
	words := p.words.AuditLog
	fields := []app.UI{
		field(auditKindID, words.Kind, &ui.Choice{ID: auditKindID, Name: auditKindID, Options: p.kinds}),
		field(auditPersonID, words.Person, &ui.Choice{ID: auditPersonID, Name: auditPersonID, Options: p.people}),
		field(auditFromID, words.From, dateInput(auditFromID)),
		field(auditToID, words.To, dateInput(auditToID)),
	}
	if list := p.practices(); len(list) > 1 {
		options := make([]ui.Option, len(list))
		for i, place := range list {
			options[i] = ui.Option{Value: place.ID.String(), Text: string(place.Name)}
		}
		fields = append(fields, field(auditPracticeID, words.Practice, &ui.Choice{ID: auditPracticeID, Name: auditPracticeID, Options: options}))
	}
	note := ""
	if p.filter.Has("conversation") {
		note = words.OneTalk
	}
	return app.Form().Class("log-form").Aria("label", words.Filters).OnSubmit(p.show).Body(
		app.Div().Class("log-fields").Body(fields...),
		app.Div().Class("log-buttons").Body(
			app.Button().Type("submit").Class("button button-primary").DataSet("testid", "audit-show").Text(words.Show),
			ui.Button(ui.Quiet, "audit-reset", words.Reset, p.reset),
			app.P().Class("hint").Role("status").Text(note),
		),
	)
}

func field(id, label string, input app.UI) app.UI {
	return app.Div().Class("field").Body(app.Label().Class("label").For(id).Text(label), input)
}

func dateInput(id string) app.UI {
	return app.Input().ID(id).Class("input").DataSet("testid", id).Type("date").Name(id)
}

// log is the list of events.
func (p *practice) log() app.UI {
	words := p.words.AuditLog
	switch {
	case p.look.failed:
		return app.Div().Class("log-slot").Body(p.look.failure(words.Lookup, "audit-again", p.again))
	case len(p.entries) == 0 && !p.look.loading:
		return app.Div().Class("log-slot").Body(ui.Notice(words.None))
	}
	older := app.UI(app.P().Class("hint").Role("status").Text(p.busy()))
	if p.more && !p.look.loading {
		older = ui.Button(ui.Quiet, "audit-older", words.Older, func(app.Context, app.Event) { p.load(true) })
	}
	return app.Div().Class("log-slot").Body(
		app.Ol().Class("log").Aria("label", words.Entries).Body(app.Range(p.entries).Slice(func(i int) app.UI {
			return p.entry(p.entries[i])
		})),
		app.Div().Class("log-older").Body(older),
	)
}

func (p *practice) busy() string {
	if p.look.loading {
		return p.words.AuditLog.Lookup.Loading
	}
	return ""
}

// entry is an event.
func (p *practice) entry(e wire.AuditEntry) app.UI {
	words := p.words.AuditLog
	about := ""
	if name, known := p.names[e.Object]; known && e.Object != e.Actor {
		about = words.About(string(name))
	}
	if changed := lockText(p.words, e); changed != "" {
		about = changed
	}
	outcome := outcomeText(words, e.Outcome)
	return app.Li().Class("log-entry").DataSet("testid", "audit-"+e.Kind).Body(
		app.Time().Class("log-time").Title(p.Clock.Full(e.At)).Text(p.Clock.Day(e.At)+", "+p.Clock.Time(e.At)),
		app.Span().Class("log-who").Dir("auto").Text(whoDid(words, p.names, e)),
		app.Span().Class("log-what").Body(
			app.Span().Text(kindText(words, e.Kind)),
			app.If(about != "", func() app.UI { return app.Span().Class("log-about").Dir("auto").Text(" " + about) }),
			app.If(outcome != "", func() app.UI { return app.Span().Class("log-outcome").Text(outcome) }),
		),
		app.If(e.Conversation != (uuid.UUID{}) && !p.filter.Has("conversation"), func() app.UI {
			return app.Button().Type("button").Class("tool log-only").Text(words.OnlyThis).
				OnClick(p.only(e.Conversation), app.EventScope(e.Number))
		}),
	)
}

// whoDid names who did something.
func whoDid(words phrase.AuditLog, names map[uuid.UUID]message.Text, e wire.AuditEntry) string {
	switch name, known := names[e.Actor]; {
	case known:
		return string(name)
	case e.Actor != (uuid.UUID{}):
		return words.Account(e.Actor.String()[:8])
	case e.Outcome == "failed":
		return words.Unknown
	default:
		return words.System
	}
}

// kindText says what was done. What is newer than this app is named as the log
// has it.
func kindText(words phrase.AuditLog, kind string) string {
	for _, known := range words.Kinds {
		if known.Kind == kind {
			return known.Text
		}
	}
	return kind
}

// lockText says what was changed of when devices lock; empty where it was
// something else.
func lockText(words *phrase.Catalogue, e wire.AuditEntry) string {
	minutes, err := strconv.Atoi(e.Details["lock"])
	if e.Kind != "settings.change" || err != nil {
		return ""
	}
	to := words.Lock.Minutes(minutes)
	if before, err := strconv.Atoi(e.Details["from"]); err == nil {
		return words.AuditLog.Lock(words.Lock.Minutes(before), to)
	}
	return words.AuditLog.LockTo(to)
}

// outcomeText says that something did not come to be; empty where it did.
func outcomeText(words phrase.AuditLog, outcome string) string {
	switch outcome {
	case "failed":
		return words.Failed
	case "denied":
		return words.Denied
	}
	return ""
}

// exports are the ways to have what is chosen as a file.
func (p *practice) exports() app.UI {
	words := p.words.AuditLog
	return app.Section().Class("panel log-export").Body(
		app.H2().Class("panel-title").Text(words.Export),
		app.P().Class("hint").Text(words.ExportHint),
		app.Div().Class("log-buttons").Body(
			p.export("csv", words.ExportTable),
			p.export("jsonl", words.ExportLines),
		),
	)
}

func (p *practice) export(format, text string) app.UI {
	query := "format=" + format
	if chosen := p.filter.Encode(); chosen != "" {
		query += "&" + chosen
	}
	return app.A().Class("button button-quiet").DataSet("testid", "audit-export-"+format).
		Href("/api/v1" + remote.AuditPath(p.open()) + "/export?" + query).Download("audit." + format).Text(text)
}
