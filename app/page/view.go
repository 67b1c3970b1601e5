package page

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
)

// timelineView is what the lines of a timeline follow from, besides the
// conversation itself.
type timelineView struct {
	words    *phrase.Catalogue
	clock    Clock
	newFrom  int64     // seq of the first message that was new on opening, 0 for none
	waiting  string    // what to say of messages that wait
	removing uuid.UUID // the message someone may remove
	answers  *answers  // nil says nothing of them
}

// entries puts the messages of a conversation into lines, with a line where a
// day begins and one above what is new.
func (t timelineView) entries(v state.View) []ui.Entry {
	lines := make([]ui.Entry, 0, len(v.Bubbles)+8)
	day := ""
	follows := false
	shownNew := t.newFrom == 0
	for i, b := range v.Bubbles {
		if key := t.clock.DayKey(b.At); key != day {
			day, follows = key, false
			lines = append(lines, ui.Entry{Kind: ui.EntryDay, Label: t.clock.Day(b.At)})
		}
		if !shownNew && !b.Mine && b.Seq >= t.newFrom {
			shownNew, follows = true, false
			lines = append(lines, ui.Entry{Kind: ui.EntryNew})
		}
		e := t.entry(b, string(v.Peer.Name))
		e.Follows = follows && v.Bubbles[i-1].Mine == b.Mine
		follows = true
		lines = append(lines, e)
	}
	return lines
}

func (t timelineView) entry(b state.Bubble, peer string) ui.Entry {
	e := ui.Entry{
		ID: b.ID, Body: string(b.Body), Mine: b.Mine,
		Author: t.words.Conversation.TheyWrote(peer), Status: string(b.Status),
		Time: t.clock.Time(b.At), Full: t.clock.Full(b.At), Machine: b.At.UTC().Format(time.RFC3339),
	}
	if text := lost(t.words, b.Destroyed, b.Unreadable); text != "" {
		e.Body, e.Lost = text, true
	}
	if b.Mine {
		e.Author = t.words.Conversation.YouWrote
		e.StatusText = t.status(b.Status)
		e.Reasons = reasons(t.words, b.Rejected, b.Reasons)
		if t.answers != nil {
			e.Expect = t.answers.message(b)
		}
	}
	if b.Late {
		e.Late = t.words.Conversation.Late(t.clock.Full(b.WrittenAt))
	}
	switch {
	case !b.CanChange:
	case b.ID == t.removing:
		e.Change = ui.ChangeRemoving
	case b.Status == message.StatusRejected:
		e.Change = ui.ChangeRejected
	default:
		e.Change = ui.ChangeWaiting
	}
	return e
}

// lost is said in place of a text that cannot be shown; empty if it can.
func lost(words *phrase.Catalogue, destroyed, unreadable bool) string {
	switch {
	case destroyed:
		return words.Conversation.Destroyed
	case unreadable:
		return words.Conversation.Unreadable
	}
	return ""
}

func (t timelineView) status(s message.Status) string {
	switch s {
	case message.StatusWaiting:
		return t.waiting
	case message.StatusSent:
		return t.words.Status.Sent
	case message.StatusDelivered:
		return t.words.Status.Delivered
	case message.StatusRead:
		return t.words.Status.Read
	case message.StatusRejected:
		return t.words.Status.Rejected
	default:
		return ""
	}
}

// waitingText says why messages wait.
func waitingText(words *phrase.Catalogue, login state.Login, connection state.Connection, suspended bool) string {
	switch {
	case suspended:
		return words.Suspension.Status
	case login == state.LoginExpired:
		return words.Status.NeedLogin
	case connection == state.Offline:
		return words.Status.Waiting
	default:
		return words.Status.Sending
	}
}

// listItems puts conversations into the lines of a list. The draft of the one
// that is open stands in its own box, not here.
func listItems(words *phrase.Catalogue, clock Clock, list []state.Summary, open uuid.UUID) []ui.ListItem {
	items := make([]ui.ListItem, 0, len(list))
	for _, s := range list {
		it := ui.ListItem{
			ID: s.ID.String(), Name: string(s.Peer.Name), Preview: oneLine(string(s.Last)),
			Unread: s.Unread, Badge: state.Badge(s.Unread), Waiting: s.Waiting,
			Rejected: s.Rejected > 0, Current: s.ID == open,
		}
		if s.LastIsMine {
			it.Prefix = words.List.You
		}
		if draft := oneLine(string(s.Draft)); draft != "" && !it.Current {
			it.Prefix, it.Preview = words.List.Draft, draft
		}
		if !s.At.IsZero() {
			it.Time, it.Full = shortTime(words, clock, s.At), clock.Full(s.At)
		}
		if s.Closed {
			it.Due = words.Closing.Ended
		} else if s.Suspended {
			it.Due = words.Suspension.Title
		}
		items = append(items, it)
	}
	return items
}

// shortTime returns the time of day for today, the day for others.
func shortTime(words *phrase.Catalogue, clock Clock, t time.Time) string {
	if day := clock.Day(t); day != words.Time.Today {
		return day
	}
	return clock.Time(t)
}

// maxPreview is how many bytes of a message a list shows at most. What a line
// has no room for is cut off by the style sheet.
const maxPreview = 300

// oneLine returns the beginning of a text without line breaks.
func oneLine(s string) string {
	if len(s) > maxPreview {
		s = s[:maxPreview]
		for !utf8.ValidString(s) && s != "" {
			s = s[:len(s)-1]
		}
	}
	return strings.Join(strings.Fields(s), " ")
}

// lostOnLogOut returns what a logout would lose.
func lostOnLogOut(s *state.App) ui.Lost {
	list := s.List()
	lost := ui.Lost{Drafts: s.Drafts(), Messages: len(s.PendingTickets()), Plan: !s.Plan().Empty()}
	for _, c := range list {
		lost.Messages += c.Waiting + c.Rejected
		lost.Changes += c.Changes
	}
	return lost
}

// isDemo reports whether the person belongs to a made-up practice.
func isDemo(s *state.App) bool {
	for _, m := range s.Account().Memberships {
		if m.Practice.Demo {
			return true
		}
	}
	return false
}
