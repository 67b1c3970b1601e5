// Package agenda owns the next-appointment list: what a client and their
// therapist keep for when they meet. Both sides change it, on any number of
// devices, with or without a connection, by the same function: Change.Apply.
// The server applies changes in the order they arrive; a device applies those
// that still wait on top of what the server told it.
//
// No change ever drops words that the person who made it has not seen: where
// two devices wrote over the same text, both texts stay, as two items.
//
// It must not know where lists are kept or how changes travel.
package agenda

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/message"
)

// MaxItems is how many items a list holds, those checked off included.
const MaxItems = 500

// Item is one thing to speak about. A removed item keeps its place as a mark
// without text, so that no device brings it back by mistake.
type Item struct {
	ID uuid.UUID `json:"id" doc:"The id of the change that added it."`
	// Text obeys the rules of a message: message.Validate.
	Text message.Text `json:"text,omitempty"`
	// Where one of these is set there is no text: it cannot be read any more.
	Destroyed  bool `json:"destroyed,omitempty" doc:"The text was destroyed, on purpose."`
	Unreadable bool `json:"unreadable,omitempty" doc:"What is stored of the text was changed or damaged."`
	// TextID is the change that wrote the text. A change to the text names the
	// one it was made upon.
	TextID uuid.UUID `json:"textId" doc:"The id of the change that wrote the text."`
	// Writer is empty for a removed item, and where a build from before there was
	// this field kept the item on a device. See WrittenBy.
	Writer    uuid.UUID  `json:"writer,omitzero" doc:"The account that wrote the text as it stands."`
	Place     string     `json:"place" doc:"Items are in the order of their places, compared byte by byte, then of their ids."`
	Author    uuid.UUID  `json:"author" doc:"The account that added it."`
	CreatedAt time.Time  `json:"createdAt"`
	Done      bool       `json:"done,omitempty"`
	DoneBy    uuid.UUID  `json:"doneBy,omitzero" doc:"The account that checked it off."`
	DoneAt    *time.Time `json:"doneAt,omitempty"`
	Removed   bool       `json:"removed,omitempty"`
	// Rev is the rev of the conversation since when the item is as it is; 0 on
	// a device where a change still waits.
	Rev int64 `json:"rev,omitempty"`
}

// WrittenBy returns the account whose words the item says: who added it where
// nothing tells of anyone else.
func (i Item) WrittenBy() uuid.UUID { return cmp.Or(i.Writer, i.Author) }

// Kind says what a Change does.
type Kind string

// The kinds of changes.
const (
	Add     Kind = "add"     // a new item, its id that of the change
	Edit    Kind = "edit"    // another text
	Check   Kind = "check"   // spoken about
	Uncheck Kind = "uncheck" // not spoken about after all
	Move    Kind = "move"    // another place
	Remove  Kind = "remove"  // gone for both
)

// Change is one act of one person. Its ID makes repeating it harmless.
type Change struct {
	ID   uuid.UUID `json:"id"`
	Kind Kind      `json:"kind" enum:"add,edit,check,uncheck,move,remove"`
	Item uuid.UUID `json:"item" doc:"The item; for add the id of the change itself."`
	// Text is for Add and Edit.
	Text message.Text `json:"text,omitempty"`
	// Base is for Edit and Remove, and may be there for Check: the TextID of the
	// text that the person saw.
	Base uuid.UUID `json:"base,omitzero" doc:"For edit and remove, and best for check: the textId of the text that was seen."`
	// Place is for Add, Edit and Move; for Edit it is where the text goes if it
	// must become an item of its own.
	Place string    `json:"place,omitempty" maxLength:"200"`
	At    time.Time `json:"at" doc:"By the clock of the device."`
}

// Fields of a Change that Invalid names.
const (
	FieldKind  = "kind"
	FieldItem  = "item"
	FieldBase  = "base"
	FieldPlace = "place"
	FieldText  = "text"
)

// Invalid returns the fields that do not fit the kind of the change; nil if all
// do. Whether the text is acceptable is for Codes to say.
func (c Change) Invalid() []string {
	var wrong []string
	refuse := func(bad bool, field string) {
		if bad {
			wrong = append(wrong, field)
		}
	}
	writes, places := c.Kind == Add || c.Kind == Edit, c.Kind == Add || c.Kind == Edit || c.Kind == Move
	switch c.Kind {
	case Add, Edit, Check, Uncheck, Move, Remove:
	default:
		return []string{FieldKind}
	}
	refuse(c.Item == uuid.Nil || (c.Item == c.ID) != (c.Kind == Add), FieldItem)
	if c.Kind != Check {
		refuse((c.Base == uuid.Nil) == (c.Kind == Edit || c.Kind == Remove), FieldBase)
	}
	refuse(places != ValidPlace(c.Place) || !places && c.Place != "", FieldPlace)
	refuse(!writes && c.Text != "", FieldText)
	return wrong
}

// Codes returns why the text of the change cannot be accepted, by the rules of
// messages; nil if it can or there is none.
func (c Change) Codes() []message.Code {
	if c.Kind != Add && c.Kind != Edit {
		return nil
	}
	return message.Draft{ID: c.ID, Body: c.Text}.Validate()
}

// Names returns the ids of the items that the change may make different or asks
// after.
func (c Change) Names() []uuid.UUID {
	ids := []uuid.UUID{c.Item}
	if c.ID != c.Item {
		ids = append(ids, c.ID)
	}
	if c.Kind == Check && c.Base != uuid.Nil && c.Base != c.Item {
		ids = append(ids, c.Base)
	}
	return ids
}

// Apply returns the items that the change makes different, as they are
// afterwards: none, one or, where nothing may be lost, a new one. find returns
// an item of the list; by is who made the change, at when. The change must be
// valid and its text normalized.
func (c Change) Apply(find func(uuid.UUID) (Item, bool), by uuid.UUID, at time.Time) []Item {
	it, there := find(c.Item)
	there = there && !it.Removed
	switch c.Kind {
	case Add:
		if _, taken := find(c.ID); taken {
			return nil
		}
		return []Item{c.written(by, at)}
	case Edit:
		if there && it.TextID == c.Base {
			it.Text, it.TextID, it.Writer = c.Text, c.ID, by
			return []Item{it}
		}
		if there && it.Text == c.Text {
			return nil // both wrote the same
		}
		if _, taken := find(c.ID); taken {
			return nil
		}
		return []Item{c.written(by, at)}
	case Check, Uncheck:
		done := c.Kind == Check
		if done && c.Base != uuid.Nil && (!there || it.TextID != c.Base) {
			// Someone wrote what the person has not seen. The text that they saw may
			// stand on its own.
			it, there = find(c.Base)
			there = there && !it.Removed && it.TextID == c.Base
		}
		if !there || it.Done == done {
			return nil
		}
		it.Done, it.DoneBy, it.DoneAt = done, uuid.Nil, nil
		if done {
			it.DoneBy, it.DoneAt = by, &at
		}
		return []Item{it}
	case Move:
		if !there || it.Place == c.Place {
			return nil
		}
		it.Place = c.Place
		return []Item{it}
	case Remove:
		if !there || it.TextID != c.Base {
			return nil // someone wrote what the person removing has not seen
		}
		return []Item{{
			ID: it.ID, TextID: it.TextID, Place: it.Place, Author: it.Author, CreatedAt: it.CreatedAt, Removed: true,
		}}
	}
	return nil
}

// written is the item that a change adds.
func (c Change) written(by uuid.UUID, at time.Time) Item {
	return Item{ID: c.ID, Text: c.Text, TextID: c.ID, Writer: by, Place: c.Place, Author: by, CreatedAt: at}
}

// Sort puts items into the order of the list.
func Sort(items []Item) {
	slices.SortFunc(items, func(a, b Item) int {
		return cmp.Or(strings.Compare(a.Place, b.Place), slices.Compare(a.ID[:], b.ID[:]))
	})
}
