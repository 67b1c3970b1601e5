package account

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// The directory shows therapists who chose to be in it, to people who are logged
// in. It never shows anyone else.

// maxDirectory is how many therapists the directory shows.
const maxDirectory = 500

// Listing is what a therapist shows of themselves in a practice.
type Listing struct {
	Practice  Practice
	Therapist uuid.UUID
	Name      message.Text // of the therapist
	Listed    bool
	Accepting bool
	Words     message.Text
	Settings  []byte // an availability.Availability as JSON; nil where nothing is set
}

// ListDirectory lists the therapists who are in the directory, first those who
// take new clients, each by name. It is ErrForbidden for operators, who belong to
// no practice.
func (s *Service) ListDirectory(ctx context.Context, actor Actor) ([]wire.DirectoryEntry, error) {
	if err := s.canAsk(ctx, actor, permit.SeeDirectory, uuid.Nil); err != nil {
		return nil, err
	}
	found, err := s.store.ListDirectory(ctx, maxDirectory)
	if err != nil {
		return nil, fmt.Errorf("list directory: %w", err)
	}
	list := make([]wire.DirectoryEntry, len(found))
	for i, l := range found {
		if list[i], err = l.entry(); err != nil {
			return nil, fmt.Errorf("list directory: %w", err)
		}
	}
	slices.SortStableFunc(list, func(a, b wire.DirectoryEntry) int {
		switch {
		case a.Accepting && !b.Accepting:
			return -1
		case b.Accepting && !a.Accepting:
			return 1
		}
		return strings.Compare(strings.ToLower(string(a.Therapist.Name)), strings.ToLower(string(b.Therapist.Name)))
	})
	return list, nil
}

// entry returns a listing as others see it.
func (l Listing) entry() (wire.DirectoryEntry, error) {
	e := wire.DirectoryEntry{
		Practice:  wirePractice(l.Practice),
		Therapist: wire.Person{ID: l.Therapist, Name: l.Name},
		Words:     l.Words,
		Accepting: l.Accepting,
	}
	if l.Settings != nil {
		var set availability.Availability
		if err := json.Unmarshal(l.Settings, &set); err != nil {
			return wire.DirectoryEntry{}, fmt.Errorf("decode availability: %w", err)
		}
		e.Style, e.Promise = set.Style, &set.Promise
	}
	return e, nil
}

// ListListings lists what the actor shows in the directory, for each practice in
// which they are a therapist.
func (s *Service) ListListings(ctx context.Context, actor Actor) ([]wire.Listing, error) {
	if err := s.can(actor, permit.ManageOwn); err != nil {
		return nil, err
	}
	found, err := s.store.ListListings(ctx, actor.Account)
	if err != nil {
		return nil, fmt.Errorf("list listings: %w", err)
	}
	list := make([]wire.Listing, len(found))
	for i, l := range found {
		list[i] = wire.Listing{
			Practice:   wirePractice(l.Practice),
			PutListing: wire.PutListing{Listed: l.Listed, Accepting: l.Accepting, Words: l.Words},
		}
	}
	return list, nil
}

// UpdateListing sets what the actor shows in the directory of a practice. The
// errors are *FieldsError, ErrNoAvailability for who wants to be listed
// before they said when they answer, ErrForbidden for who is no therapist, and
// ErrNotFound for therapists of other practices.
func (s *Service) UpdateListing(ctx context.Context, actor Actor, practice uuid.UUID, in wire.PutListing) error {
	if err := permit.Can(s.permitted(actor), permit.SetAvailability, permit.Object{Practice: practice}); err != nil {
		return s.refuse(ctx, actor, practice, err)
	}
	listing := Listing{
		Practice: Practice{ID: practice}, Therapist: actor.Account,
		Listed: in.Listed, Accepting: in.Accepting, Words: message.Normalize(in.Words),
	}
	if listing.Words != "" && !validText(listing.Words, wire.MaxListingWords) {
		return &FieldsError{Fields: []string{"words"}}
	}
	if in.Listed {
		if err := s.needAvailability(ctx, actor, practice); err != nil {
			return err
		}
	} else {
		listing.Accepting, listing.Words = false, ""
	}
	err := s.store.Update(ctx, func(tx Tx) error {
		if err := tx.SaveListing(ctx, listing); err != nil {
			return err
		}
		event := s.eventOf(audit.ListingChange, actor.Account, actor.Account)
		event.Details = map[string]string{"listed": fmt.Sprint(in.Listed), "accepting": fmt.Sprint(listing.Accepting)}
		return recordAt(ctx, tx, practice, event)
	})
	if err != nil {
		return fmt.Errorf("update listing: %w", err)
	}
	return nil
}

// needAvailability returns ErrNoAvailability where a therapist has set none:
// whoever asks them for care must know what to expect. What was set once is never
// taken back.
func (s *Service) needAvailability(ctx context.Context, actor Actor, practice uuid.UUID) error {
	found, err := s.store.ListListings(ctx, actor.Account)
	if err != nil {
		return fmt.Errorf("find availability: %w", err)
	}
	for _, l := range found {
		if l.Practice.ID == practice && l.Settings != nil {
			return nil
		}
	}
	return ErrNoAvailability
}

// validText reports whether a normalized text could be a message, of at most so
// many characters.
func validText(text message.Text, most int) bool {
	return len(message.Draft{Body: text}.Validate()) == 0 && utf8.RuneCountInString(string(text)) <= most
}

func wirePractice(p Practice) wire.Practice {
	return wire.Practice{ID: p.ID, Name: p.Name, Demo: p.Demo, Suspended: p.Suspended()}
}
