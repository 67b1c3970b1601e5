package chat

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"pleiades/server/permit"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// maxOpenings is how many openings are told of at most.
const maxOpenings = 500

// Opening says that someone looked at what is in a conversation.
type Opening struct {
	Account uuid.UUID
	Name    message.Text
	At      time.Time
}

// ListOpenings tells the client of a conversation who looked at what is in it,
// the newest first, from the audit log: with the time, save that the therapist
// of the conversation appears once a day, with the day alone, unless they show
// read marks. The therapist gets ErrForbidden, a stranger ErrNotFound.
func (s *Service) ListOpenings(ctx context.Context, actor Actor, conversation uuid.UUID) (wire.Openings, error) {
	c, err := s.store.FindConversation(ctx, conversation)
	if err == nil {
		_, _, err = c.sides(actor)
	}
	if err == nil {
		err = c.can(actor, permit.SeeOpenings)
	}
	if err != nil {
		return wire.Openings{}, s.refused(ctx, actor, "list openings", err)
	}
	found, err := s.store.ListOpenings(ctx, c, maxOpenings+1)
	if err != nil {
		return wire.Openings{}, fmt.Errorf("list openings: %w", err)
	}
	more := len(found) > maxOpenings
	return wire.Openings{Openings: tellOpenings(c, found[:min(len(found), maxOpenings)], s.zoneOf(c)), More: more}, nil
}

// tellOpenings returns openings as the client is told of them. What comes
// without a time stands before everything else of its day, so that its place
// tells no time either.
func tellOpenings(c Conversation, found []Opening, zone *time.Location) []wire.Opening {
	told := []wire.Opening{}
	days := make(map[availability.Date]bool) // of the therapist
	dayOf := func(o wire.Opening) availability.Date {
		if o.At == nil {
			return o.Day
		}
		return availability.DateOf(o.At.In(zone))
	}
	for _, o := range found {
		opening := wire.Opening{Account: o.Account, Name: o.Name, At: &o.At}
		if o.Account == c.Therapist.Account && !c.ReadReceipts {
			opening.At, opening.Day = nil, availability.DateOf(o.At.In(zone))
			if days[opening.Day] {
				continue
			}
			days[opening.Day] = true
		}
		told = append(told, opening)
	}
	slices.SortStableFunc(told, func(a, b wire.Opening) int {
		if order := cmp.Compare(dayOf(b), dayOf(a)); order != 0 {
			return order
		}
		switch {
		case a.At == nil && b.At == nil:
			return 0
		case a.At == nil:
			return -1
		case b.At == nil:
			return 1
		}
		return b.At.Compare(*a.At)
	})
	return told
}

// zoneOf returns the time zone of the conversation's therapist, UTC if they
// have set none.
func (s *Service) zoneOf(c Conversation) *time.Location {
	set, err := c.Terms.decode()
	if err != nil || set.Zone == "" || s.zone == nil {
		return time.UTC
	}
	zone, err := s.zone(set.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}
