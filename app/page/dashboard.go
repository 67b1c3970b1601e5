package page

import (
	"slices"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/crisis"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// dashboard is what stands beside the list while no conversation is open, and
// under it on small screens. All of it comes from the device.
func (p *home) dashboard() app.UI {
	list := p.State.List()
	var tiles []app.UI
	if p.State.HasRole(wire.RoleTherapist) {
		tiles = append(tiles, p.dueTile(list), p.officeTile(list), p.listsTile(list))
	}
	if p.State.HasRole(wire.RoleClient) {
		tiles = append(tiles, p.expectTile(list), p.agendaTile(list), p.crisisTile(), p.planTile())
	} else if p.alone() {
		tiles = append(tiles, p.askedTile(), p.crisisTile(), p.planTile())
	}
	if p.State.HasRole(wire.RoleAdmin) || p.State.HasRole(wire.RoleOwner) {
		words := &p.words.Dash
		tiles = append(tiles, ui.Tile{
			TestID: "home-practice", Title: words.Practice, Body: []app.UI{app.P().Text(words.PracticeHas)},
			Links: []ui.Link{{Href: practicePath, Text: words.ToPractice}},
		}.Draw())
	}
	return app.Section().Class("content dash").Aria("label", p.words.Dash.Label).Body(append(tiles, p.helpTile())...)
}

func (p *home) helpTile() app.UI {
	words := &p.words.Dash
	return ui.Tile{
		TestID: "home-help", Title: words.Help, Body: []app.UI{app.P().Text(words.HelpHas)},
		Links: []ui.Link{{Href: helpPath, Text: words.ToRead}, {Href: fixPath, Text: words.ToFix}},
	}.Draw()
}

// alone reports whether the person belongs to no practice yet.
func (p *home) alone() bool {
	account := p.State.Account()
	return !account.Operator && len(account.Memberships) == 0
}

// askedTile says what has become of requests to therapists; nil while there are
// none.
func (p *home) askedTile() app.UI {
	words := p.words.Directory
	requests := p.State.Requests()
	var lines []app.UI
	switch {
	case requests == nil && p.State.Connection() == state.Offline: // nobody knows here
		requests = &wire.Requests{}
		lines = append(lines, app.P().Class("tile-hint").Text(words.SentOffline))
	case requests == nil || len(requests.Sent) == 0:
		return nil
	}
	for _, r := range requests.Sent {
		lines = append(lines, app.P().Class("tile-line").Body(
			app.Strong().Dir("auto").Text(words.To(string(r.Therapist.Name))),
			app.Span().Text(requestStanding(words, r.Status)),
		))
	}
	return ui.Tile{
		TestID: "home-asked", Title: words.Sent, Body: lines, Links: []ui.Link{{Href: directoryPath, Text: p.words.Dash.ToAsked}},
	}.Draw()
}

// requestStanding says what has become of a request.
func requestStanding(words phrase.Directory, status wire.RequestStatus) string {
	switch status {
	case wire.RequestAccepted:
		return words.Accepted
	case wire.RequestDeclined:
		return words.Declined
	default:
		return words.Waiting
	}
}

// withTherapists are the conversations in which the person is the client.
func withTherapists(list []state.Summary) []state.Summary {
	var own []state.Summary
	for _, s := range list {
		if s.PeerRole == wire.RoleTherapist {
			own = append(own, s)
		}
	}
	return own
}

// inCare are those of them in which care has not ended.
func inCare(list []state.Summary) []state.Summary {
	return slices.DeleteFunc(withTherapists(list), func(s state.Summary) bool { return s.Closed })
}

// expectTile says when a client hears back; nil while there is nobody to.
func (p *home) expectTile(list []state.Summary) app.UI {
	var lines []app.UI
	for _, s := range inCare(list) {
		v := p.State.View(s.ID)
		a := answersIn(p.words, p.Clock, v)
		body := []app.UI{app.Strong().Dir("auto").Text(string(s.Peer.Name))}
		if s.Suspended {
			body = append(body, app.Span().Text(p.words.Suspension.Title))
		} else if a.overdue(v) {
			body = append(body, app.A().Class("tile-link").Href("/c/"+s.ID.String()).Text(p.words.Dash.Passed))
		} else {
			e := a.next(string(s.Peer.Name), p.State.Connection() == state.Offline)
			if e.reasons != "" {
				e.text += " · " + e.reasons
			}
			body = append(body, app.Span().Text(e.text))
		}
		lines = append(lines, app.P().Class("tile-line").Body(body...))
	}
	if lines == nil {
		return nil
	}
	return ui.Tile{TestID: "home-expect", Title: p.words.Dash.Expect, Body: lines}.Draw()
}

// maxListed is how many items of a list the dashboard shows.
const maxListed = 3

// agendaTile shows the beginning of the client's lists; nil while there is
// nobody to share one with.
func (p *home) agendaTile(list []state.Summary) app.UI {
	own := inCare(list)
	if len(own) == 0 {
		return nil
	}
	words := &p.words.Dash
	var body []app.UI
	for _, s := range own {
		if len(own) > 1 {
			body = append(body, app.P().Body(app.Strong().Dir("auto").Text(string(s.Peer.Name))))
		}
		body = append(body, p.listed(s.ID))
	}
	href := agendaPath
	if len(own) == 1 {
		href = agendaAt(own[0].ID)
	}
	return ui.Tile{
		TestID: "home-agenda", Title: words.Next, Body: body, Links: []ui.Link{{Href: href, Text: words.ToList}},
	}.Draw()
}

// listed is the beginning of one list.
func (p *home) listed(conversation uuid.UUID) app.UI {
	words := &p.words.Dash
	var items []app.UI
	n := 0
	for _, it := range p.State.Agenda(conversation) {
		if it.Done || it.Rejected != "" {
			continue
		}
		if n++; n <= maxListed {
			text := lost(p.words, it.Destroyed, it.Unreadable)
			if text == "" {
				text = oneLine(string(it.Text))
			}
			items = append(items, app.Li().Class("tile-item").Dir("auto").Text(text))
		}
	}
	if n == 0 {
		return app.P().Text(words.None)
	}
	if n > maxListed {
		items = append(items, app.Li().Class("tile-more").Text(words.More(n-maxListed)))
	}
	return app.Ul().Class("tile-list").Body(items...)
}

// crisisTile has the first numbers of the person's country. The choice of the
// country keeps its place, so that the focus on it stays.
func (p *home) crisisTile() app.UI {
	code, words := p.State.Country(), p.dangerWords("")
	hint, choices := p.words.Dash.Choose, []ui.HelpChoice(nil)
	if country, known := p.State.Numbers().For(code); known {
		all, _ := helpChoices(words, country, state.Plan{}, p.Clock.Now(), crisis.Everyone)
		hint, choices = "", firstOf(all)
	}
	return ui.Tile{
		TestID: "home-crisis", Title: p.words.Dash.Crisis,
		Body: []app.UI{
			app.P().Class("tile-hint").Text(hint),
			p.countrySelect(func() app.Context { return p.ctx }, "home-country", words.Lang, words.For, words.Choose).Draw(),
			ui.HelpChoices(choices),
		},
		Links: []ui.Link{{Href: crisisAt(code), Text: words.All}},
	}.Draw()
}

// firstOf returns the first emergency number and the first line.
func firstOf(choices []ui.HelpChoice) []ui.HelpChoice {
	var few []ui.HelpChoice
	seen := make(map[string]bool)
	for _, c := range choices {
		if (c.TestID == emergencyID || c.TestID == lineID+"1") && !seen[c.TestID] {
			seen[c.TestID] = true
			few = append(few, c)
		}
	}
	return few
}

func (p *home) planTile() app.UI {
	words := &p.words.Dash
	text := words.PlanNew
	if !p.State.Plan().Empty() {
		text = words.PlanHas
	}
	return ui.Tile{
		TestID: "home-plan", Title: words.Plan, Body: []app.UI{app.P().Text(text)},
		Links: []ui.Link{{Href: planPath, Text: words.ToPlan}},
	}.Draw()
}

// dueTile counts what a therapist has to answer, the most urgent first. Each
// count leads to the first conversation it counts.
func (p *home) dueTile(list []state.Summary) app.UI {
	words := &p.words.Dash
	counts := countDue(p.inbox.sort(list), p.Clock)
	var lines []app.UI
	for i, say := range []func(int) string{words.Need, words.Overdue, words.Today, words.Later} {
		c := counts[i]
		if c.n == 0 {
			continue
		}
		lines = append(lines, app.P().Body(
			app.A().Class("tile-link").Class("due-"+dueNames[i]).DataSet("testid", "home-"+dueNames[i]).
				Href("/c/"+c.first.String()).Text(say(c.n)),
		))
	}
	if lines == nil {
		text := words.Nothing
		if len(list) == 0 && p.State.Connection() != state.Online {
			text = words.NotYet
		}
		lines = []app.UI{app.P().Text(text)}
	}
	return ui.Tile{TestID: "home-due", Title: words.Due, Body: lines}.Draw()
}

// dueNames name what countDue counts.
var dueNames = [4]string{"need", "overdue", "today", "later"}

type dueCount struct {
	n     int
	first uuid.UUID
}

// countDue counts conversations that may need someone first, and answers that
// are overdue, due today and due later.
func countDue(sorted []standing, clock Clock) (counts [4]dueCount) {
	now := clock.Now()
	add := func(i int, s standing) {
		if counts[i].n == 0 {
			counts[i].first = s.ID
		}
		counts[i].n++
	}
	for _, s := range sorted {
		if s.mayNeed {
			add(0, s)
		}
		switch {
		case s.due.IsZero():
		case !now.Before(s.due):
			add(1, s)
		case clock.DayKey(s.due) == clock.DayKey(now):
			add(2, s)
		default:
			add(3, s)
		}
	}
	return counts
}

// officeTile shows therapists what their clients read of when they answer.
func (p *home) officeTile(list []state.Summary) app.UI {
	words := &p.words.Dash
	tile := ui.Tile{
		TestID: "home-office", Title: words.Office, Body: []app.UI{app.P().Text(words.OfficeNot)},
		Links: []ui.Link{{Href: availabilityPath, Text: words.ToOffice}},
	}
	for _, s := range list {
		if s.PeerRole != wire.RoleClient || s.Availability == nil || s.Closed {
			continue
		}
		a := p.inbox.answers(s, p.Clock.Now())
		e := a.next(string(p.State.Account().Name), false)
		if e.reasons != "" {
			e.text += " · " + e.reasons
		}
		tile.Body = []app.UI{app.P().Text(words.Seen), app.P().Class("tile-quote").Text(e.text)}
		break
	}
	return tile.Draw()
}

// listsTile counts what clients want to talk about; nil while there are none.
func (p *home) listsTile(list []state.Summary) app.UI {
	if len(list) == 0 {
		return nil
	}
	words := &p.words.Dash
	n := 0
	for _, s := range list {
		if s.PeerRole == wire.RoleClient {
			n += s.OpenItems
		}
	}
	text := words.ListsNone
	if n > 0 {
		text = words.Lists(n)
	}
	return ui.Tile{
		TestID: "home-lists", Title: p.words.Agenda.Page, Body: []app.UI{app.P().Text(text)},
		Links: []ui.Link{{Href: agendaPath, Text: p.words.Dash.ToList}},
	}.Draw()
}
