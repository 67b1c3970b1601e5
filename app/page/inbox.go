package page

import (
	"cmp"
	"slices"
	"time"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// inbox puts a therapist's conversations into the order in which they want to
// be looked at: those first whose new messages, or items of the list that are
// not checked off, may speak of danger, then those that wait for an answer, the one
// due soonest first and of those due together the one that waited longest, then the
// others.
type inbox struct {
	words *phrase.Catalogue
	clock Clock
	reviewed
}

// reviewed holds what the rules said of texts before, since they are asked at every
// drawing.
type reviewed map[message.Text]bool

// maxReviewed bounds how many texts are remembered.
const maxReviewed = 5000

// standing is where a conversation stands.
type standing struct {
	state.Summary
	mayNeed bool
	listed  bool      // for what stands on the list alone
	due     time.Time // zero if no answer is due
	since   time.Time // since when it is waited for; zero with due
}

// sort puts the conversations into order.
func (in *inbox) sort(list []state.Summary) []standing {
	now := in.clock.Now()
	sorted := make([]standing, len(list))
	for i, s := range list {
		unseen := slices.ContainsFunc(s.Unseen, in.speaksOfDanger)
		listed := !unseen && slices.ContainsFunc(s.Listed, in.speaksOfDanger)
		sorted[i] = standing{Summary: s, mayNeed: unseen || listed, listed: listed}
		if in.answers(s, now).due(s.Oldest) != "" {
			sorted[i].due, sorted[i].since = s.Availability.Forecast(s.Oldest).Due, s.Oldest
		}
	}
	slices.SortStableFunc(sorted, func(a, b standing) int {
		return cmp.Or(first(a.mayNeed, b.mayNeed), first(!a.due.IsZero(), !b.due.IsZero()),
			a.due.Compare(b.due), a.since.Compare(b.since))
	})
	return sorted
}

// first puts what is so before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	default:
		return 1
	}
}

func (in *inbox) answers(s state.Summary, now time.Time) *answers {
	a := &answers{words: in.words, clock: in.clock, now: now, style: s.Style}
	if s.PeerRole == wire.RoleClient {
		a.outlook = s.Availability
	}
	return a
}

// speaksOfDanger reports whether the rules find something of safety in a
// text. It is worked out here, on the device; nobody else hears of it.
func (r *reviewed) speaksOfDanger(text message.Text) bool {
	found, known := (*r)[text]
	if known {
		return found
	}
	if len(*r) >= maxReviewed || *r == nil {
		*r = make(reviewed)
	}
	found = dangerIn(string(text)) != ""
	(*r)[text] = found
	return found
}

// mark adds to lines of the list, in the order of sort, what a therapist needs
// to know of each.
func (in *inbox) mark(items []ui.ListItem, sorted []standing) {
	now := in.clock.Now()
	for i, s := range sorted {
		if !s.Closed && !s.Suspended {
			items[i].Due = in.answers(s.Summary, now).due(s.Oldest)
		}
		if s.mayNeed {
			items[i].MayNeed = in.words.Expect.MayNeed
		}
		if s.listed {
			items[i].MayNeed = in.words.Expect.MayNeedList
		}
	}
}
