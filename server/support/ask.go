package support

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/bearer"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Create takes in a ticket of the actor and reports whether it is new: the same
// again changes nothing. The errors are *InvalidError, *FieldsError,
// ErrIDConflict and *TooManyError.
func (s *Service) Create(ctx context.Context, actor Actor, id uuid.UUID, in wire.PutTicket) (t Ticket, created bool, err error) {
	t = Ticket{ID: id, From: From{Account: actor.Account}, Kind: in.Kind, Text: in.Text, Diagnostics: in.Diagnostics}
	if t, err = check(t); err != nil {
		return Ticket{}, false, fmt.Errorf("create ticket: %w", err)
	}
	// What is stored already is no new try: a device may repeat it.
	if known, err := s.store.FindTicket(ctx, id); err == nil {
		if !same(known, t) {
			err = ErrIDConflict
		}
		return known, false, wrap("create ticket", err)
	} else if !errors.Is(err, ErrNotFound) {
		return Ticket{}, false, fmt.Errorf("create ticket: %w", err)
	}
	if err := s.take(actor.Account); err != nil {
		return Ticket{}, false, fmt.Errorf("create ticket: %w", err)
	}
	t, created, err = s.create(ctx, t)
	return t, created, wrap("create ticket", err)
}

// Contact takes in a ticket of someone without a login; place is the part of the
// network it comes from. Repeating it changes nothing. The errors are those of
// Create but *TooManyError, and ErrCrowded where too many wait for an answer, of all
// or of the place's. How often one address may write is for the caller to count.
func (s *Service) Contact(ctx context.Context, in wire.Contact, place string) error {
	email, ok := s.address(in.Email)
	ok = ok && !strings.ContainsAny(string(in.Email), "\r\n")
	t, err := check(Ticket{ID: in.ID, From: From{Email: email}, Kind: in.Kind, Text: in.Text, Place: s.placeHash(place)})
	if err == nil && in.ID == uuid.Nil {
		err = &FieldsError{[]string{"id"}}
	}
	if err == nil && !ok {
		err = &FieldsError{[]string{"email"}}
	}
	if err == nil {
		_, _, err = s.create(ctx, t)
	}
	return wrap("contact", err)
}

// create stores a ticket that was checked.
func (s *Service) create(ctx context.Context, t Ticket) (stored Ticket, created bool, err error) {
	t.Status, t.CreatedAt = wire.TicketOpen, s.moment()
	t.UpdatedAt = t.CreatedAt
	err = s.store.Update(ctx, func(tx Tx) error {
		if created, err = tx.CreateTicket(ctx, t); err != nil || !created {
			return err
		}
		if t.From.Account == uuid.Nil {
			all, there, err := tx.CountUnanswered(ctx, t.Place)
			if err != nil {
				return err
			}
			if all > MaxUnanswered || there > MaxUnansweredFromPlace {
				return ErrCrowded
			}
		}
		return tx.Record(ctx, event(audit.TicketCreate, t.From.Account, t.ID, t.CreatedAt))
	})
	if err != nil || created {
		return t, created, err
	}
	if stored, err = s.store.FindTicket(ctx, t.ID); err != nil {
		return Ticket{}, false, err
	}
	if !same(stored, t) {
		return Ticket{}, false, ErrIDConflict
	}
	return stored, false, nil
}

// placeHash is the keyed hash of where someone without a login is.
func (s *Service) placeHash(place string) []byte {
	mac := hmac.New(sha256.New, s.placeKey)
	mac.Write([]byte("contact/" + place))
	return mac.Sum(nil)
}

// Sweep deletes tickets of people without a login that nobody has answered in
// time.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.moment()
	err := s.store.Update(ctx, func(tx Tx) error {
		ids, err := tx.DeleteUnanswered(ctx, now.Add(-UnansweredLimit))
		if err != nil {
			return err
		}
		for _, id := range ids {
			expired := event(audit.TicketChange, uuid.Nil, id, now)
			expired.Details = map[string]string{"status": "expired"}
			if err := tx.Record(ctx, expired); err != nil {
				return err
			}
		}
		return nil
	})
	return wrap("sweep tickets", err)
}

// same reports whether a ticket is stored as it is handed over again.
func same(stored, t Ticket) bool {
	return stored.From.Account == t.From.Account && (t.From.Account != uuid.Nil || stored.From.Email == t.From.Email) &&
		stored.Kind == t.Kind && stored.Text == t.Text && slices.Equal(stored.Diagnostics, t.Diagnostics)
}

// check puts a ticket into the form in which it is stored, or says what is wrong
// with it.
func check(t Ticket) (Ticket, error) {
	var err error
	if t.Text, err = checkText(t.Text); err != nil {
		return Ticket{}, err
	}
	if !slices.Contains(wire.TicketKinds(), t.Kind) {
		return Ticket{}, &FieldsError{[]string{"kind"}}
	}
	seen := make(map[wire.DiagnosticCode]bool)
	for _, d := range t.Diagnostics {
		if seen[d.Code] || !validDiagnostic(d) {
			return Ticket{}, &FieldsError{[]string{"diagnostics"}}
		}
		seen[d.Code] = true
	}
	return t, nil
}

func checkText(text message.Text) (message.Text, error) {
	text = message.Normalize(text)
	if codes := (message.Draft{Body: text}).Validate(); codes != nil {
		return "", &InvalidError{codes}
	}
	return text, nil
}

// validDiagnostic reports whether an app can have told it: known codes, one
// short line.
func validDiagnostic(d wire.Diagnostic) bool {
	codes := message.Draft{Body: message.Text(d.Value)}.Validate()
	return slices.Contains(wire.DiagnosticCodes(), d.Code) &&
		slices.Contains([]wire.Verdict{wire.VerdictGood, wire.VerdictLook, wire.VerdictBroken, wire.VerdictUnknown}, d.Verdict) &&
		len([]rune(d.Value)) <= wire.MaxDiagnosticValue && !slices.Contains(codes, message.CodeInvalidText)
}

// ListOwn lists the actor's tickets, the ones that changed last first.
func (s *Service) ListOwn(ctx context.Context, actor Actor) ([]Ticket, error) {
	list, err := s.store.ListOwn(ctx, actor.Account, MaxOwn)
	return list, wrap("list tickets", err)
}

// FindOwn finds a ticket of the actor; that of anyone else is ErrNotFound.
func (s *Service) FindOwn(ctx context.Context, actor Actor, id uuid.UUID) (Ticket, error) {
	t, err := s.store.FindTicket(ctx, id)
	if err == nil && t.From.Account != actor.Account {
		t, err = Ticket{}, s.refuse(ctx, actor, id)
	}
	return t, wrap("find ticket", err)
}

// Reply adds to a ticket of the actor, which is open again by that, and reports
// whether the reply is new. The errors are those of Create, ErrNotFound and
// ErrFull.
func (s *Service) Reply(ctx context.Context, actor Actor, ticket, id uuid.UUID, text message.Text) (t Ticket, created bool, err error) {
	known, err := s.FindOwn(ctx, actor, ticket)
	if err != nil {
		return Ticket{}, false, fmt.Errorf("reply: %w", err)
	}
	// What is stored already is no new try, as in Create.
	if !slices.ContainsFunc(known.Replies, func(r Reply) bool { return r.ID == id }) {
		if err := s.take(actor.Account); err != nil {
			return Ticket{}, false, fmt.Errorf("reply: %w", err)
		}
	}
	mine := func(t Ticket) bool { return t.From.Account == actor.Account }
	t, created, err = s.reply(ctx, ticket, mine, Reply{ID: id, Author: actor.Account, Text: text}, nil)
	return t, created, wrap("reply", err)
}

// FindByLink finds the ticket that the link of a mail leads to, ErrNotFound once
// it has expired.
func (s *Service) FindByLink(ctx context.Context, token string) (Ticket, error) {
	link, err := s.findLink(ctx, token)
	if err != nil {
		return Ticket{}, fmt.Errorf("find ticket by link: %w", err)
	}
	t, err := s.store.FindTicket(ctx, link.Ticket)
	if err == nil && !linked(t) {
		t, err = Ticket{}, ErrNotFound
	}
	return t, wrap("find ticket by link", err)
}

// ReplyByLink is Reply for whoever has the link of a mail.
func (s *Service) ReplyByLink(ctx context.Context, token string, id uuid.UUID, text message.Text) (Ticket, error) {
	link, err := s.findLink(ctx, token)
	if err != nil {
		return Ticket{}, fmt.Errorf("reply by link: %w", err)
	}
	if id == uuid.Nil {
		return Ticket{}, &FieldsError{[]string{"id"}}
	}
	t, _, err := s.reply(ctx, link.Ticket, linked, Reply{ID: id, Text: text}, nil)
	return t, wrap("reply by link", err)
}

// linked reports whether a ticket is read by a link: one of an account never is.
func linked(t Ticket) bool { return t.From.Account == uuid.Nil }

func (s *Service) findLink(ctx context.Context, token string) (Link, error) {
	hash, ok := bearer.Hash(token)
	if !ok {
		return Link{}, ErrNotFound
	}
	return s.store.FindLink(ctx, hash, s.now())
}

// reply adds a reply of either side, where theirs says that they may, and does
// more, if there is more to do, in the same transaction.
func (s *Service) reply(ctx context.Context, ticket uuid.UUID, theirs func(Ticket) bool, r Reply, more func(Tx, Ticket) error) (t Ticket, created bool, err error) {
	if r.Text, err = checkText(r.Text); err != nil {
		return Ticket{}, false, err
	}
	r.At = s.moment()
	err = s.store.Update(ctx, func(tx Tx) error {
		created = false
		if t, err = tx.LockTicket(ctx, ticket); err != nil {
			return err
		}
		if !theirs(t) {
			return ErrNotFound
		}
		if i := slices.IndexFunc(t.Replies, func(other Reply) bool { return other.ID == r.ID }); i >= 0 {
			if known := t.Replies[i]; known.Text != r.Text || known.Author != r.Author || known.Support != r.Support {
				return ErrIDConflict
			}
			return nil
		}
		if t.replies(r.Support) >= MaxReplies {
			return ErrFull
		}
		if err := tx.CreateReply(ctx, t, r); err != nil {
			return err
		}
		t.Replies = append(t.Replies, r)
		t.Status, t.UpdatedAt = wire.TicketOpen, r.At
		if r.Support {
			t.Status = wire.TicketAnswered
		}
		created = true
		if err := tx.UpdateTicket(ctx, t); err != nil {
			return err
		}
		if more != nil {
			if err := more(tx, t); err != nil {
				return err
			}
		}
		return tx.Record(ctx, event(audit.TicketReply, r.Author, t.ID, r.At))
	})
	return t, created, err
}

// replies counts those of support, or those of who asked: neither side keeps the
// other from writing.
func (t Ticket) replies(support bool) (count int) {
	for _, r := range t.Replies {
		if r.Support == support {
			count++
		}
	}
	return count
}

// event begins the event of what someone did with a ticket, in the chain of no
// practice.
func event(kind audit.Kind, actor, ticket uuid.UUID, at time.Time) audit.Event {
	return audit.Event{Kind: kind, Actor: actor, Object: ticket, At: at, Outcome: audit.Done}
}

// wrap names the step that failed, if one did.
func wrap(step string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", step, err)
	}
	return nil
}
