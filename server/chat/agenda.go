package chat

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/shared/agenda"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// AgendaChange is what is remembered of a change to a next-appointment list.
type AgendaChange struct {
	ID         uuid.UUID
	Author     uuid.UUID
	Kind       agenda.Kind
	Item       uuid.UUID
	AcceptedAt time.Time
}

// ListAgenda returns the conversation's next-appointment list, in order,
// without removed items.
func (s *Service) ListAgenda(ctx context.Context, actor Actor, conversation uuid.UUID) (wire.Agenda, error) {
	c, err := s.store.FindConversation(ctx, conversation)
	if err == nil {
		_, _, err = c.sides(actor)
	}
	if err != nil {
		return wire.Agenda{}, s.refused(ctx, actor, "list agenda", err)
	}
	lists, err := s.listAgendas(ctx, []AgendaSince{{c, wholeAgenda}})
	if err != nil {
		return wire.Agenda{}, fmt.Errorf("list agenda: %w", err)
	}
	return wire.Agenda{Rev: c.AgendaRev, Items: lists[0]}, nil
}

// wholeAgenda asks listAgendas for a list as a newcomer needs it.
const wholeAgenda = -1

// listAgendas returns, for each list, the items that changed after the rev, in
// order, removed ones included; or the whole list, without them.
func (s *Service) listAgendas(ctx context.Context, since []AgendaSince) ([][]agenda.Item, error) {
	found, err := s.store.ListAgendaItems(ctx, since)
	if err != nil {
		return nil, err
	}
	lists := make([][]agenda.Item, len(since))
	for i, list := range found {
		lists[i] = []agenda.Item{}
		for _, item := range list {
			if !item.Removed || since[i].Above != wholeAgenda {
				lists[i] = append(lists[i], item)
			}
		}
		agenda.Sort(lists[i])
	}
	return lists, nil
}

// ChangeAgenda applies a change to the conversation's next-appointment list and
// returns the items concerned, as they are on disk now. The ID of the change
// makes handing it over again harmless: nothing is applied, and false returned.
// Another change under the same ID is ErrIDConflict.
//
// A change whose fields do not fit its kind is a *FieldsError, a text that
// breaks a rule an *InvalidError, one item too many ErrListFull, a conversation
// of others ErrNotFound.
func (s *Service) ChangeAgenda(ctx context.Context, actor Actor, conversation uuid.UUID, change agenda.Change) (answer wire.AgendaChanged, created bool, err error) {
	if fields := change.Invalid(); fields != nil {
		return wire.AgendaChanged{}, false, &FieldsError{Fields: fields}
	}
	if codes := change.Codes(); codes != nil {
		return wire.AgendaChanged{}, false, &InvalidError{Codes: codes}
	}
	change.Text = message.Normalize(change.Text)

	var done agendaStep
	err = s.store.Update(ctx, func(tx Tx) (err error) {
		done, err = s.stepAgenda(ctx, tx, actor, conversation, change)
		return err
	})
	if err != nil {
		return wire.AgendaChanged{}, false, s.refused(ctx, actor, "change agenda", err)
	}
	c := done.conversation
	if len(done.changed) > 0 {
		event := wire.AgendaEvent{Conversation: c.ID, Rev: c.Rev, Items: done.changed}
		s.pub.Publish(wire.EventAgenda, event, c.Client.Account, c.Therapist.Account)
	}
	return wire.AgendaChanged{ID: change.ID, Rev: c.AgendaRev, Items: done.concerned}, done.created, nil
}

// agendaStep is what became of a change.
type agendaStep struct {
	conversation Conversation  // afterwards
	created      bool          // the change was not known before
	changed      []agenda.Item // items that it made different
	concerned    []agenda.Item // items that it names, as they are afterwards
}

// stepAgenda takes a change in, within a transaction.
func (s *Service) stepAgenda(ctx context.Context, tx Tx, actor Actor, conversation uuid.UUID, change agenda.Change) (agendaStep, error) {
	locked, err := lockConversation(ctx, tx, actor, conversation)
	if err != nil {
		return agendaStep{}, err
	}
	if locked.Destroyed {
		return agendaStep{}, ErrDestroyed
	}
	step := agendaStep{conversation: locked}
	c := &step.conversation
	now := s.moment()
	record := AgendaChange{ID: change.ID, Author: actor.Account, Kind: change.Kind, Item: change.Item, AcceptedAt: now}
	if step.created, err = tx.CreateAgendaChange(ctx, *c, record); err != nil {
		return agendaStep{}, err
	}
	list, err := readAgenda(ctx, tx, *c, change)
	if err != nil {
		return agendaStep{}, err
	}
	if !step.created {
		step.concerned = list.concerned(change)
		return step, list.compare(ctx, tx, *c, record, change)
	}
	if c.Closed != nil {
		return agendaStep{}, ErrClosed
	}
	if c.Suspended {
		return agendaStep{}, ErrSuspended
	}

	event := eventOf(audit.AgendaChange, actor, *c, now)
	event.Object = change.ID
	event.Details = map[string]string{"change": string(change.Kind), "item": change.Item.String()}
	if err := tx.Record(ctx, event); err != nil {
		return agendaStep{}, err
	}
	step.changed = change.Apply(list.find, actor.Account, toldTime(change.At, now))
	if len(step.changed) > 0 {
		c.Rev++
		c.AgendaRev = c.Rev
	}
	for i := range step.changed {
		item := &step.changed[i]
		item.Rev = c.Rev
		if _, known := list[item.ID]; !known {
			if err := checkRoom(ctx, tx, *c); err != nil {
				return agendaStep{}, err
			}
		}
		list[item.ID] = *item
	}
	step.concerned = list.concerned(change)
	if len(step.changed) == 0 {
		return step, nil
	}
	if err := tx.UpdateAgendaItems(ctx, *c, step.changed); err != nil {
		return agendaStep{}, err
	}
	return step, tx.UpdateConversations(ctx, []Conversation{*c})
}

// checkRoom returns ErrListFull if the list can take no further item.
func checkRoom(ctx context.Context, tx Tx, c Conversation) error {
	n, err := tx.CountAgendaItems(ctx, c)
	if err == nil && n >= agenda.MaxItems {
		return ErrListFull
	}
	return err
}

// toldTime is when something happened by the clock of a device, unless that
// clock cannot be right.
func toldTime(at, now time.Time) time.Time {
	at = at.UTC().Truncate(time.Microsecond)
	if at.After(now) || at.Year() < 1 {
		return now
	}
	return at
}

// agendaItems are the items of a list that a change may touch, by id.
type agendaItems map[uuid.UUID]agenda.Item

// readAgenda finds the items that the change names. It is ErrUnreadable if one
// of them does not open.
func readAgenda(ctx context.Context, tx Tx, c Conversation, change agenda.Change) (agendaItems, error) {
	found, err := tx.FindAgendaItems(ctx, c, change.Names())
	if err != nil {
		return nil, err
	}
	list := make(agendaItems, len(found))
	for _, item := range found {
		// A change would write the item anew, and hide what happened to it.
		if item.Unreadable {
			return nil, ErrUnreadable
		}
		list[item.ID] = item
	}
	return list, nil
}

func (l agendaItems) find(id uuid.UUID) (agenda.Item, bool) {
	item, ok := l[id]
	return item, ok
}

// concerned returns the items that the change names, where they exist.
func (l agendaItems) concerned(change agenda.Change) []agenda.Item {
	items := []agenda.Item{}
	for _, id := range change.Names() {
		if item, ok := l[id]; ok {
			items = append(items, item)
		}
	}
	return items
}

// compare returns ErrIDConflict unless a change repeats the one that is known
// under its ID. Of its text only what still stands on the list can be compared.
func (l agendaItems) compare(ctx context.Context, tx Tx, c Conversation, record AgendaChange, change agenda.Change) error {
	known, err := tx.FindAgendaChange(ctx, c, change.ID)
	if err != nil {
		return err
	}
	if known.Author != record.Author || known.Kind != record.Kind || known.Item != record.Item {
		return ErrIDConflict
	}
	for _, item := range l {
		if item.TextID == change.ID && !item.Removed && item.Text != change.Text {
			return ErrIDConflict
		}
	}
	return nil
}
