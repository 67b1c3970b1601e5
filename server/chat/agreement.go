package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Agreement is a version of what a therapist tells their clients of messaging.
// It never changes.
type Agreement struct {
	Version   int64
	Content   []byte // JSON
	CreatedAt time.Time
}

// Acknowledgement says that a client has read a version of the agreement.
type Acknowledgement struct {
	Version     int64
	TextVersion int // of the fixed words that were shown with it
	At          time.Time
	// Content is that of the agreement, nil if it cannot be read. It is read,
	// never written.
	Content []byte
}

// after reports whether an acknowledgement goes further than another.
func (a Acknowledgement) after(b Acknowledgement) bool {
	return a.Version >= b.Version && a.TextVersion >= b.TextVersion && (a.Version > b.Version || a.TextVersion > b.TextVersion)
}

// agreementContent is the part of an availability that clients agree to.
type agreementContent struct {
	Style   availability.Style   `json:"style"`
	Promise availability.Promise `json:"promise"`
	Words   message.Text         `json:"words"`
}

func contentOf(a availability.Availability) agreementContent {
	return agreementContent{Style: a.Style, Promise: a.Promise, Words: a.Words}
}

// createAgreement keeps the agreement that follows from new terms.
func (s *Service) createAgreement(ctx context.Context, tx Tx, place Workplace, content agreementContent) error {
	encoded, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("encode agreement: %w", err)
	}
	return tx.CreateAgreement(ctx, place, Agreement{
		Version: place.Terms.Agreement, Content: encoded, CreatedAt: s.moment(),
	})
}

// Acknowledge records, for ever, that the actor has read a version of the
// agreement in their conversation, and returns the conversation as it is now.
// Saying it again changes nothing. A version that does not exist yet is a
// *FieldsError; a therapist gets ErrForbidden, a stranger ErrNotFound.
func (s *Service) Acknowledge(ctx context.Context, actor Actor, conversation uuid.UUID, in wire.Acknowledge) (wire.Conversation, error) {
	var (
		c     Conversation
		moved bool
	)
	err := s.store.Update(ctx, func(tx Tx) (err error) {
		if c, err = lockConversation(ctx, tx, actor, conversation); err != nil {
			return err
		}
		moved, err = s.acknowledge(ctx, tx, actor, &c, in)
		return err
	})
	if err != nil {
		return wire.Conversation{}, s.refused(ctx, actor, "acknowledge", err)
	}
	view, err := s.view(c, actor)
	if err != nil {
		return wire.Conversation{}, fmt.Errorf("acknowledge: %w", err)
	}
	if moved {
		s.announce(c)
	}
	return view, nil
}

// acknowledge records an acknowledgement within a transaction and reports
// whether the conversation looks different then.
func (s *Service) acknowledge(ctx context.Context, tx Tx, actor Actor, c *Conversation, in wire.Acknowledge) (bool, error) {
	if err := c.can(actor, permit.Acknowledge); err != nil {
		return false, err
	}
	if in.Version < 1 || in.Version > c.Terms.Agreement {
		return false, &FieldsError{Fields: []string{"version"}}
	}
	if !c.Terms.set() {
		return false, ErrUnreadable
	}
	ack := Acknowledgement{Version: in.Version, TextVersion: max(in.TextVersion, 1), At: s.moment()}
	if ack.TextVersion > wire.AgreementTextVersion {
		return false, &FieldsError{Fields: []string{"textVersion"}}
	}
	created, err := tx.CreateAcknowledgement(ctx, *c, ack)
	if err != nil || !created {
		return false, err
	}
	if c.Suspended { // which undoes it; what was there before is repeated
		return false, ErrSuspended
	}
	event := eventOf(audit.AgreementAcknowledge, actor, *c, ack.At)
	event.Details = map[string]string{"version": strconv.FormatInt(ack.Version, 10), "text": strconv.Itoa(ack.TextVersion)}
	if err := tx.Record(ctx, event); err != nil {
		return false, err
	}
	if !ack.after(c.Acknowledged) {
		return false, nil
	}
	c.Acknowledged = ack
	c.Rev++
	return true, tx.UpdateConversations(ctx, []Conversation{*c})
}

// agreement returns what the therapist tells the conversation's client. An
// acknowledgement of other fixed words than today's does not count.
func (c Conversation) agreement(set availability.Availability) *wire.Agreement {
	content := contentOf(set)
	view := &wire.Agreement{
		Version:     c.Terms.Agreement,
		TextVersion: wire.AgreementTextVersion,
		Style:       content.Style,
		Promise:     content.Promise,
		Words:       content.Words,
	}
	if ack := c.Acknowledged; ack.Version > 0 && ack.TextVersion == wire.AgreementTextVersion {
		view.Acknowledged, view.AcknowledgedAt = ack.Version, &ack.At
	}
	view.Changed = c.Acknowledged.changed(c.Terms.Agreement, content)
	return view
}

// changed names what is different in an agreement from the one acknowledged.
func (a Acknowledgement) changed(version int64, now agreementContent) []wire.AgreementPart {
	var parts []wire.AgreementPart
	if a.Version == 0 {
		return nil
	}
	if a.TextVersion != wire.AgreementTextVersion {
		parts = append(parts, wire.AgreementText)
	}
	var then agreementContent
	if a.Version == version || json.Unmarshal(a.Content, &then) != nil {
		return parts
	}
	if then.Style != now.Style {
		parts = append(parts, wire.AgreementStyle)
	}
	if then.Promise != now.Promise {
		parts = append(parts, wire.AgreementPromise)
	}
	if then.Words != now.Words {
		parts = append(parts, wire.AgreementWords)
	}
	return parts
}
