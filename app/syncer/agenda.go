package syncer

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// ErrListFull says that a next-appointment list holds as many items as it can.
var ErrListFull = errors.New("the list is full")

var errUnfinished = errors.New("not built yet")

// AddItems queues items for the end of the list.
func (s *Syncer) AddItems(ctx context.Context, conversation uuid.UUID, texts []message.Text) ([]message.Code, error) {
	return nil, errUnfinished
}

// EditItem queues another text for an item.
func (s *Syncer) EditItem(ctx context.Context, conversation, item, base uuid.UUID, text message.Text) ([]message.Code, error) {
	return nil, errUnfinished
}

// CheckItem queues that an item is checked off, or not.
func (s *Syncer) CheckItem(ctx context.Context, conversation, item uuid.UUID, done bool) error {
	return errUnfinished
}

// MoveItem queues that an item stands before another one.
func (s *Syncer) MoveItem(ctx context.Context, conversation, item, before uuid.UUID) error {
	return errUnfinished
}

// RemoveItem queues that an item is removed.
func (s *Syncer) RemoveItem(ctx context.Context, conversation, item, base uuid.UUID) error {
	return errUnfinished
}

// TakeBackItem drops a rejected change and returns its text.
func (s *Syncer) TakeBackItem(ctx context.Context, conversation, change uuid.UUID) (message.Text, error) {
	return "", errUnfinished
}

// MoveToAgenda queues items and replaces the draft.
func (s *Syncer) MoveToAgenda(ctx context.Context, conversation uuid.UUID, items []message.Text, rest message.Text) ([]message.Code, error) {
	return nil, errUnfinished
}

// Acknowledge queues an acknowledgement.
func (s *Syncer) Acknowledge(ctx context.Context, conversation uuid.UUID, version int64) error {
	return errUnfinished
}

// Availabilities returns what the therapist has set.
func (s *Syncer) Availabilities(ctx context.Context) (wire.Availabilities, error) {
	return wire.Availabilities{}, errUnfinished
}

// SaveAvailability changes what the therapist has set.
func (s *Syncer) SaveAvailability(ctx context.Context, practice uuid.UUID, a availability.Availability) (wire.TherapistAvailability, error) {
	return wire.TherapistAvailability{}, errUnfinished
}

// PreviewAvailability returns what would follow.
func (s *Syncer) PreviewAvailability(ctx context.Context, a availability.Availability) (availability.Outlook, error) {
	return availability.Outlook{}, errUnfinished
}

// SavePlan keeps the safety plan.
func (s *Syncer) SavePlan(ctx context.Context, p state.Plan) error { return errUnfinished }

// SaveCountry keeps the country.
func (s *Syncer) SaveCountry(ctx context.Context, code string) error { return errUnfinished }
