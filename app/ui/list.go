package ui

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/shared/phrase"
)

// ListItem is a conversation in the list.
type ListItem struct {
	ID       string // of the conversation
	Name     string // of the other person
	Prefix   string // whose words Preview is: "You:", "Draft:", or empty
	Preview  string // one line
	Time     string // when the newest message came to be; empty if there is none
	Full     string // the same in full
	Unread   int
	Badge    string // Unread in short
	Waiting  int
	Rejected bool
	Current  bool // the one that is open
	// For therapists: when an answer is due, and that a new message may speak
	// of danger.
	Due     string
	MayNeed string
}

// List returns the list of conversations.
func List(words *phrase.Catalogue, items []ListItem) app.UI {
	return app.Ul().Class("list").Body(
		app.Range(items).Slice(func(i int) app.UI { return items[i].draw(words) }),
	)
}

func (it ListItem) draw(words *phrase.Catalogue) app.UI {
	link := app.A().
		Class(classes("list-link", class{it.Current, "list-link-current"}, class{it.Unread > 0, "list-link-unread"})).
		Href("/c/"+it.ID).
		DataSet("testid", "conversation-"+it.ID)
	if it.Current {
		link = link.Attr("aria-current", "page")
	}
	return app.Li().Body(link.Body(
		app.Span().Class("avatar").Aria("hidden", true).Text(initial(it.Name)),
		app.Span().Class("list-body").Body(
			app.Span().Class("list-top").Body(
				app.Span().Class("list-name").Dir("auto").Text(it.Name),
				app.Time().Class("list-time").Title(it.Full).Text(it.Time),
			),
			app.Span().Class("list-bottom").Body(
				it.preview(words),
				app.If(it.Unread > 0, func() app.UI {
					return app.Span().Class("unread").Body(
						app.Span().Aria("hidden", true).Text(it.Badge),
						Hidden(words.List.Unread(it.Unread)),
					)
				}),
				app.If(it.Waiting > 0, func() app.UI {
					return app.Span().Class("list-waiting").Title(words.List.Waiting(it.Waiting)).Body(
						IconTime.Draw(),
						app.Span().Aria("hidden", true).Text(strconv.Itoa(it.Waiting)),
						Hidden(words.List.Waiting(it.Waiting)),
					)
				}),
			),
			it.standing(),
		),
	))
}

// standing says what a therapist needs to know before opening a conversation.
func (it ListItem) standing() app.UI {
	if it.Due == "" && it.MayNeed == "" {
		return nil
	}
	return app.Span().Class("list-standing").Body(
		app.If(it.MayNeed != "", func() app.UI {
			return app.Span().Class("list-need").DataSet("testid", "may-need-"+it.ID).Text(it.MayNeed)
		}),
		app.If(it.Due != "", func() app.UI {
			return app.Span().Class("list-due").DataSet("testid", "due-"+it.ID).Text(it.Due)
		}),
	)
}

func (it ListItem) preview(words *phrase.Catalogue) app.UI {
	switch {
	case it.Rejected:
		return app.Span().Class("list-preview list-preview-rejected").Text(words.List.Rejected)
	case it.Preview == "":
		return app.Span().Class("list-preview list-preview-none").Text(words.List.NoMessages)
	}
	return app.Span().Class("list-preview").Body(
		app.If(it.Prefix != "", func() app.UI {
			return app.Span().Class("list-prefix").Text(it.Prefix + " ")
		}),
		app.Span().Dir("auto").Text(it.Preview),
	)
}

// initial returns the first character of a name.
func initial(name string) string {
	for _, r := range name {
		return string(r)
	}
	return ""
}
