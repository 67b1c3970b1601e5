package syncer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/shared/agenda"
	"pleiades/shared/message"
)

// ErrListFull says that a next-appointment list holds as many items as it can.
var ErrListFull = errors.New("the list is full")

// AddItems queues items for the end of the list, in the place of the draft of
// one: all of them, or none where codes say why a text cannot be accepted.
func (s *Syncer) AddItems(ctx context.Context, conversation uuid.UUID, texts []message.Text) ([]message.Code, error) {
	draft := AgendaDraft(conversation)
	codes, err := s.addItems(ctx, conversation, texts, &keptDraft{Conversation: draft})
	if err == nil && codes == nil {
		s.postDraft(draft, "")
	}
	return codes, err
}

func (s *Syncer) addItems(ctx context.Context, conversation uuid.UUID, texts []message.Text, draft *keptDraft) ([]message.Code, error) {
	changes, codes, err := s.additions(conversation, texts)
	if err != nil || codes != nil {
		return codes, err
	}
	return nil, s.change(ctx, conversation, draft, changes...)
}

// MoveToAgenda queues items for the end of the list and makes rest the draft,
// both or neither. What is typed meanwhile stays in the draft: behind rest,
// where it was added at the end; else all of the draft stays as it is.
func (s *Syncer) MoveToAgenda(ctx context.Context, conversation uuid.UUID, items []message.Text, rest message.Text) ([]message.Code, error) {
	changes, codes, err := s.additions(conversation, items)
	if err != nil || codes != nil {
		return codes, err
	}
	before := s.state.Draft(conversation)
	err = s.change(ctx, conversation, &keptDraft{Conversation: conversation, Text: rest}, changes...)
	if err != nil {
		s.SaveDraft(conversation, s.state.Draft(conversation))
		return nil, err
	}
	if draft := s.state.CutDraft(conversation, before, rest); draft != rest {
		s.SaveDraft(conversation, draft)
	} else {
		s.postDraft(conversation, rest)
	}
	return nil, nil
}

// EditItem queues another text for an item. Base is the TextID of the text that
// the person saw. An item that is gone comes back with the new text.
func (s *Syncer) EditItem(ctx context.Context, conversation, item, base uuid.UUID, text message.Text) ([]message.Code, error) {
	it, ok := s.state.FindItem(conversation, item)
	if !ok {
		return s.addItems(ctx, conversation, []message.Text{text}, nil)
	}
	c, err := s.newChange(agenda.Edit, item)
	if err != nil {
		return nil, err
	}
	c.Text, c.Base, c.Place = message.Normalize(text), base, it.Place
	if codes := c.Codes(); codes != nil || !it.Removed && it.TextID == base && it.Text == c.Text {
		return codes, nil
	}
	return nil, s.change(ctx, conversation, nil, c)
}

// CheckItem queues that an item with the text it has now is checked off, or that
// it is not after all.
func (s *Syncer) CheckItem(ctx context.Context, conversation, item uuid.UUID, done bool) error {
	it, ok := s.state.FindItem(conversation, item)
	if !ok || it.Removed || it.Done == done {
		return nil
	}
	kind := agenda.Uncheck
	if done {
		kind = agenda.Check
	}
	c, err := s.newChange(kind, item)
	if err != nil {
		return err
	}
	if done {
		c.Base = it.TextID
	}
	return s.change(ctx, conversation, nil, c)
}

// RemoveItem queues that an item is removed, unless its text is no longer the
// one with the TextID base, which the person saw.
func (s *Syncer) RemoveItem(ctx context.Context, conversation, item, base uuid.UUID) error {
	if it, ok := s.state.FindItem(conversation, item); !ok || it.Removed || it.TextID != base {
		return nil
	}
	c, err := s.newChange(agenda.Remove, item)
	if err != nil {
		return err
	}
	c.Base = base
	return s.change(ctx, conversation, nil, c)
}

// MoveItem queues that an item stands before another one, or with uuid.Nil at
// the end.
func (s *Syncer) MoveItem(ctx context.Context, conversation, item, before uuid.UUID) error {
	list := s.items(conversation)
	at := func(id uuid.UUID) int {
		return slices.IndexFunc(list, func(it state.AgendaItem) bool { return it.ID == id })
	}
	from, gone := at(item), before != uuid.Nil && at(before) < 0
	if from < 0 || gone || item == before {
		return nil
	}
	list = slices.Delete(list, from, from+1)
	to := at(before)
	if before == uuid.Nil {
		to = len(list)
	}
	if to == from {
		return nil // it is there already
	}
	// Where the items before and behind share their place there is none between:
	// those behind move along.
	low, ids := "", []uuid.UUID{item}
	if to > 0 {
		low = list[to-1].Place
	}
	for ; to < len(list) && list[to].Place == low; to++ {
		ids = append(ids, list[to].ID)
	}
	high := ""
	if to < len(list) {
		high = list[to].Place
	}
	var changes []agenda.Change
	for _, id := range ids {
		c, err := s.newChange(agenda.Move, id)
		if err != nil {
			return err
		}
		c.Place = agenda.Between(low, high)
		low = c.Place
		changes = append(changes, c)
	}
	return s.change(ctx, conversation, nil, changes...)
}

// TakeBackItem drops a rejected change of the list and returns its text.
func (s *Syncer) TakeBackItem(ctx context.Context, conversation, change uuid.UUID) (message.Text, error) {
	text, ok := s.state.RejectedChange(conversation, change)
	if !ok {
		return "", ErrTooLate
	}
	return text, s.Remove(ctx, change)
}

// items returns what is on the list, rejected words left out.
func (s *Syncer) items(conversation uuid.UUID) []state.AgendaItem {
	return slices.DeleteFunc(s.state.Agenda(conversation), func(it state.AgendaItem) bool { return it.Rejected != "" })
}

// additions returns changes that add texts to the end of the list, or the codes
// of the first text that cannot be accepted.
func (s *Syncer) additions(conversation uuid.UUID, texts []message.Text) ([]agenda.Change, []message.Code, error) {
	list := s.items(conversation)
	if len(list)+len(texts) > agenda.MaxItems {
		return nil, nil, ErrListFull
	}
	last := ""
	if len(list) > 0 {
		last = list[len(list)-1].Place
	}
	var changes []agenda.Change
	for _, text := range texts {
		c, err := s.newChange(agenda.Add, uuid.Nil)
		if err != nil {
			return nil, nil, err
		}
		last = agenda.Between(last, "")
		c.Text, c.Place = message.Normalize(text), last
		if codes := c.Codes(); codes != nil {
			return nil, codes, nil
		}
		changes = append(changes, c)
	}
	return changes, nil, nil
}

// newChange returns a change made now, of an item or, to add one, of uuid.Nil.
func (s *Syncer) newChange(kind agenda.Kind, item uuid.UUID) (agenda.Change, error) {
	id, err := message.NewID(s.rand)
	if err != nil {
		return agenda.Change{}, err
	}
	if item == uuid.Nil {
		item = id
	}
	return agenda.Change{ID: id, Kind: kind, Item: item, At: s.page.Now().UTC().Truncate(time.Millisecond)}, nil
}

// change queues changes of a list and replaces a draft, if there is one to
// replace. It returns once they are safe on the device.
func (s *Syncer) change(ctx context.Context, conversation uuid.UUID, draft *keptDraft, changes ...agenda.Change) error {
	if s.state.QueueCount()+len(changes) > MaxQueue {
		return ErrQueueFull
	}
	var items []state.Pending
	for _, c := range changes {
		if fields := c.Invalid(); fields != nil {
			return fmt.Errorf("change a list: invalid %v", fields)
		}
		items = append(items, state.Pending{
			ID: c.ID, Kind: state.KindAgenda, Conversation: conversation, Change: &c, WrittenAt: state.MillisOf(c.At),
		})
	}
	if err := s.enqueue(ctx, items, draft); err != nil {
		return err
	}
	s.queued(ctx)
	return nil
}
