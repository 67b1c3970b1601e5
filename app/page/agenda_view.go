package page

import (
	"slices"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/app/ui"
	"pleiades/shared/phrase"
)

// agendaView is what the lines of a list follow from, besides the list itself.
type agendaView struct {
	words    *phrase.Catalogue
	clock    Clock
	me       uuid.UUID
	peer     string
	waiting  string // what to say of changes that wait
	removing uuid.UUID
}

// items puts a list into lines: what is still to speak about, with the words of
// what was refused, and what was spoken about.
func (v agendaView) items(list []state.AgendaItem) (open, done []ui.AgendaItem) {
	for _, it := range list {
		text := string(it.Text)
		if gone := lost(v.words, it.Destroyed, it.Unreadable); gone != "" {
			text = gone
		}
		line := ui.AgendaItem{
			ID: it.ID, Text: text, Label: label(text), Done: it.Done,
			About: v.by(it), Removing: it.ID == v.removing, Change: it.Change,
		}
		if it.Waiting {
			line.Waiting = v.waiting
		}
		switch {
		case it.Rejected != "":
			line.Reasons = reasons(v.words, it.Rejected, it.Reasons)
			open = append(open, line)
		case it.Done:
			line.About = v.doneBy(it)
			done = append(done, line)
		default:
			open = append(open, line)
		}
	}
	first, last := -1, -1
	for i, line := range open {
		if line.Reasons == nil {
			last = i
			if first < 0 {
				first = i
			}
		}
	}
	if first >= 0 {
		open[first].First, open[last].Last = true, true
	}
	return open, done
}

// by says who added an item, and who changed its words since, if that is another.
func (v agendaView) by(it state.AgendaItem) string {
	words := v.words.Agenda
	added, edited := words.ByThem(v.peer), words.EditByYou
	if it.Mine {
		added, edited = words.ByYou, words.EditedBy(v.peer)
	}
	if it.WrittenBy() == it.Author {
		return added
	}
	return added + " · " + edited
}

// doneBy says who checked an item off, and when.
func (v agendaView) doneBy(it state.AgendaItem) string {
	at := v.clock.Now()
	if it.DoneAt != nil {
		at = *it.DoneAt
	}
	if it.DoneBy == v.me {
		return v.words.Agenda.DoneByYou(v.clock.Day(at))
	}
	return v.words.Agenda.DoneBy(v.peer, v.clock.Day(at))
}

// beside returns the item that follows one among those that are checked off
// like it, or that comes before it where none follows, or else itself.
func beside(list []state.AgendaItem, id uuid.UUID) uuid.UUID {
	at := slices.IndexFunc(list, func(it state.AgendaItem) bool { return it.ID == id && it.Rejected == "" })
	if at < 0 {
		return id
	}
	found := id
	for i, it := range list {
		if i == at || it.Rejected != "" || it.Done != list[at].Done {
			continue
		}
		found = it.ID
		if i > at {
			break
		}
	}
	return found
}

// shift says where an item goes that moves one place among those still to speak
// about: before is the item it comes to stand before, the zero id the end;
// place is its number there, of how many. ok is false if it cannot move.
func shift(list []state.AgendaItem, id uuid.UUID, up bool) (before uuid.UUID, place, of int, ok bool) {
	list = slices.DeleteFunc(slices.Clone(list), func(it state.AgendaItem) bool { return it.Done || it.Rejected != "" })
	i := slices.IndexFunc(list, func(it state.AgendaItem) bool { return it.ID == id })
	switch {
	case i < 0, up && i == 0, !up && i == len(list)-1:
		return before, 0, 0, false
	case up:
		return list[i-1].ID, i, len(list), true
	case i+2 < len(list):
		return list[i+2].ID, i + 2, len(list), true
	default:
		return uuid.UUID{}, i + 2, len(list), true
	}
}

// label returns the beginning of an item's text, for the names of buttons.
func label(text string) string {
	const most = 40 // characters
	line := oneLine(text)
	n := 0
	for i := range line {
		if n++; n > most {
			return line[:i] + "…"
		}
	}
	return line
}
