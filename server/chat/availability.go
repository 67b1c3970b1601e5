package chat

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Terms are how a therapist uses messages in one practice.
type Terms struct {
	Version   int64  // raised by every change, 0 while nothing is set
	Agreement int64  // the version of the agreement that follows from them
	Settings  []byte // an availability.Availability as JSON; nil if what is stored cannot be read
}

// set reports whether there are terms that can be read.
func (t Terms) set() bool { return t.Version > 0 && t.Settings != nil }

// Workplace is a practice in which someone is a therapist, with their terms.
type Workplace struct {
	Practice  wire.Practice
	Therapist uuid.UUID
	Terms     Terms
}

// ListAvailabilities lists what the actor has set in each practice where they
// are a therapist, in the order in which they came to them.
func (s *Service) ListAvailabilities(ctx context.Context, actor Actor) ([]wire.TherapistAvailability, error) {
	places, err := s.store.ListWorkplaces(ctx, actor.Account)
	if err != nil {
		return nil, fmt.Errorf("list availabilities: %w", err)
	}
	list := make([]wire.TherapistAvailability, len(places))
	for i, place := range places {
		if list[i], err = s.viewWorkplace(place); err != nil {
			return nil, fmt.Errorf("list availabilities: %w", err)
		}
	}
	return list, nil
}

// UpdateAvailability sets when and how the actor answers in a practice, tells
// their clients and returns what follows from it. What breaks a rule is an
// *AvailabilityError; a practice where the actor is no therapist is
// ErrNotFound. The version is the server's to count; setting the same again
// changes nothing. What replaces another version than the one that stands is
// ErrAvailabilityChanged: it would undo what its author has not seen.
func (s *Service) UpdateAvailability(ctx context.Context, actor Actor, practice uuid.UUID, in wire.SetAvailability) (wire.TherapistAvailability, error) {
	var (
		place   Workplace
		changed []Conversation
	)
	a := tidy(in.Availability)
	err := s.store.Update(ctx, func(tx Tx) (err error) {
		if place, err = tx.LockWorkplace(ctx, practice, actor.Account); err != nil {
			return err
		}
		if err := permit.Can(actor.permitted(place), permit.SetAvailability, permit.Object{Practice: practice}); err != nil {
			return err
		}
		if place.Practice.Suspended {
			return ErrSuspended // its clients would be told
		}
		changed, err = s.setTerms(ctx, tx, &place, a, in.Replaces)
		return err
	})
	if err != nil {
		return wire.TherapistAvailability{}, s.refusedPlace(ctx, actor, practice, "update availability", err)
	}
	if err := s.publishTerms(changed); err != nil {
		return wire.TherapistAvailability{}, fmt.Errorf("update availability: %w", err)
	}
	return s.viewWorkplace(place)
}

// PreviewAvailability returns what would follow from an availability, which is
// kept nowhere. What breaks a rule is an *AvailabilityError; who is a therapist
// nowhere gets ErrForbidden.
func (s *Service) PreviewAvailability(ctx context.Context, actor Actor, a availability.Availability) (availability.Outlook, error) {
	places, err := s.store.ListWorkplaces(ctx, actor.Account)
	if err != nil {
		return availability.Outlook{}, fmt.Errorf("preview availability: %w", err)
	}
	if err := permit.Can(actor.permitted(places...), permit.TryAvailability, permit.Object{}); err != nil {
		return availability.Outlook{}, s.refusedPlace(ctx, actor, uuid.Nil, "preview availability", err)
	}
	var before []availability.Period
	for _, place := range places {
		set, err := place.Terms.decode()
		if err != nil {
			return availability.Outlook{}, fmt.Errorf("preview availability: %w", err)
		}
		before = append(before, set.Away...)
	}
	a = tidy(a)
	if err := s.checkAvailability(a, before); err != nil {
		return availability.Outlook{}, err
	}
	outlook, err := s.expand(a, s.now().UTC())
	if err != nil {
		return availability.Outlook{}, fmt.Errorf("preview availability: %w", err)
	}
	return outlook, nil
}

// setTerms makes an availability the terms at a locked workplace, within a
// transaction, and returns the conversations that look different then.
// replaces is the version it was made from, nil for any.
func (s *Service) setTerms(ctx context.Context, tx Tx, place *Workplace, a availability.Availability, replaces *int) ([]Conversation, error) {
	before, err := place.Terms.decode()
	if err != nil {
		return nil, err
	}
	terms := &place.Terms
	a.Version = int(terms.Version)
	same, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("encode availability: %w", err)
	}
	if terms.set() && bytes.Equal(same, terms.Settings) {
		return nil, nil
	}
	if replaces != nil && int64(*replaces) != terms.Version {
		return nil, ErrAvailabilityChanged
	}
	if err := s.checkAvailability(a, before.Away); err != nil {
		return nil, err
	}

	terms.Version++
	a.Version = int(terms.Version)
	if terms.Settings, err = json.Marshal(a); err != nil {
		return nil, fmt.Errorf("encode availability: %w", err)
	}
	if terms.Agreement == 0 || contentOf(a) != contentOf(before) {
		terms.Agreement++
		if err := s.createAgreement(ctx, tx, *place, contentOf(a)); err != nil {
			return nil, err
		}
	}
	if err := tx.UpdateTerms(ctx, *place); err != nil {
		return nil, err
	}
	err = tx.Record(ctx, audit.Event{
		Kind: audit.AvailabilityChange, Practice: place.Practice.ID, Actor: place.Therapist, Object: place.Therapist,
		At: s.moment(), Outcome: audit.Done,
		Details: map[string]string{"version": strconv.FormatInt(terms.Version, 10), "agreement": strconv.FormatInt(terms.Agreement, 10)},
	})
	if err != nil {
		return nil, err
	}
	return raiseConversations(ctx, tx, *place)
}

// raiseConversations raises the rev of the therapist's conversations at a
// workplace, and returns them.
func raiseConversations(ctx context.Context, tx Tx, place Workplace) ([]Conversation, error) {
	ids, err := tx.ListConversationsAt(ctx, place)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	changed, err := tx.LockConversations(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i := range changed {
		changed[i].Rev++
	}
	return changed, tx.UpdateConversations(ctx, changed)
}

// publishTerms tells the people of conversations what the therapist has set.
func (s *Service) publishTerms(changed []Conversation) error {
	for _, c := range changed {
		view, err := s.fullView(c, Actor{c.Client.Account})
		if err != nil {
			return err
		}
		event := wire.AvailabilityEvent{
			Conversation: c.ID, Rev: c.Rev, Style: view.Style, Availability: view.Availability, Agreement: view.Agreement,
		}
		s.pub.Publish(wire.EventAvailability, event, c.Client.Account, c.Therapist.Account)
	}
	return nil
}

// checkAvailability returns an *AvailabilityError if a rule is broken. Absences
// that stood before may be over.
func (s *Service) checkAvailability(a availability.Availability, before []availability.Period) error {
	around := availability.Surroundings{
		KnownZone: func(name string) bool { _, err := s.zone(name); return err == nil },
		Before:    before,
	}
	if zone, err := s.zone(a.Zone); err == nil {
		around.Today = availability.DateOf(s.now().In(zone))
	}
	if fields := a.Validate(around); fields != nil {
		return &AvailabilityError{Fields: fields}
	}
	return nil
}

// tidy returns an availability in the one form in which it is kept.
func tidy(a availability.Availability) availability.Availability {
	a.Words = message.Normalize(a.Words)
	a.Closed = append([]availability.Date{}, a.Closed...)
	a.Away = append([]availability.Period{}, a.Away...)
	return a
}

// viewWorkplace returns a workplace as its therapist sees it.
func (s *Service) viewWorkplace(place Workplace) (wire.TherapistAvailability, error) {
	view := wire.TherapistAvailability{Practice: place.Practice}
	if !place.Terms.set() {
		return view, nil
	}
	read, err := s.readTerms(place.Practice.ID, place.Therapist, place.Terms)
	if err != nil {
		return wire.TherapistAvailability{}, err
	}
	view.Settings, view.Outlook = &read.settings, read.outlook
	return view, nil
}

// decode returns what the therapist set, nothing if nothing is.
func (t Terms) decode() (a availability.Availability, err error) {
	if !t.set() {
		return a, nil
	}
	if err := json.Unmarshal(t.Settings, &a); err != nil {
		return a, fmt.Errorf("decode availability: %w", err)
	}
	return a, nil
}

// reading is what terms mean on a day. It is shared and never changed.
type reading struct {
	version  int64
	day      time.Time // UTC
	settings availability.Availability
	outlook  *availability.Outlook // nil if there is none
}

// readings remembers the last reading of each therapist's terms, since the same
// ones are shown in all their conversations.
type readings struct {
	mu   sync.Mutex
	last map[[2]uuid.UUID]reading // by practice and therapist
}

// readTerms returns what terms mean today.
func (s *Service) readTerms(practice, therapist uuid.UUID, t Terms) (reading, error) {
	const day = 24 * time.Hour
	key, today := [2]uuid.UUID{practice, therapist}, s.now().UTC().Truncate(day)
	s.readings.mu.Lock()
	last, known := s.readings.last[key]
	s.readings.mu.Unlock()
	if known && last.version == t.Version && last.day.Equal(today) {
		return last, nil
	}
	settings, err := t.decode()
	if err != nil {
		return reading{}, err
	}
	read := reading{version: t.Version, day: today, settings: settings}
	// To the end of the day, so that it reaches far enough all day long. A zone
	// that is no longer known takes the outlook away, not the conversation.
	if outlook, err := s.expand(settings, today.Add(day)); err == nil {
		read.outlook = &outlook
	}
	s.readings.mu.Lock()
	defer s.readings.mu.Unlock()
	s.readings.last[key] = read
	return read, nil
}
