package support

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/bearer"
	"pleiades/server/permit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// This file holds the work of operators. Everyone else gets ErrNotFound, as if
// there were no tickets.

// List lists tickets without what anyone wrote, the ones that changed last
// first, and reports whether there are more behind them.
func (s *Service) List(ctx context.Context, actor Actor, f Filter) (list []Ticket, more bool, err error) {
	if err := s.can(ctx, actor, uuid.Nil); err != nil {
		return nil, false, fmt.Errorf("list tickets: %w", err)
	}
	if f.Status != "" && !slices.Contains(wire.TicketStatuses(), f.Status) {
		return nil, false, &FieldsError{[]string{"status"}}
	}
	limit := min(f.Limit, MaxPageSize)
	if limit <= 0 {
		limit = PageSize
	}
	f.Limit = limit + 1
	list, err = s.store.ListTickets(ctx, f)
	if err != nil {
		return nil, false, fmt.Errorf("list tickets: %w", err)
	}
	return list[:min(len(list), limit)], len(list) > limit, nil
}

// Find finds a ticket. Reading one is an event, once within audit.Window.
func (s *Service) Find(ctx context.Context, actor Actor, id uuid.UUID) (Ticket, error) {
	if err := s.can(ctx, actor, id); err != nil {
		return Ticket{}, fmt.Errorf("find ticket: %w", err)
	}
	t, err := s.store.FindTicket(ctx, id)
	if err != nil {
		return Ticket{}, fmt.Errorf("find ticket: %w", err)
	}
	read := event(audit.TicketRead, actor.Account, id, s.moment())
	doing := audit.Doing{Kind: read.Kind, Actor: actor.Account, Object: id}
	if s.recent.Seen(doing, read.At) {
		return t, nil
	}
	if err := s.store.Update(ctx, func(tx Tx) error { return tx.Record(ctx, read) }); err != nil {
		return Ticket{}, fmt.Errorf("find ticket: %w", err)
	}
	s.recent.Note(doing, read.At)
	return t, nil
}

// Answer adds an operator's reply to a ticket and tells who wrote it, on their
// open pages and by mail. It reports whether the reply is new: only then are
// they told.
func (s *Service) Answer(ctx context.Context, actor Actor, ticket, id uuid.UUID, text message.Text) (t Ticket, created bool, err error) {
	if err := s.can(ctx, actor, ticket); err != nil {
		return Ticket{}, false, fmt.Errorf("answer: %w", err)
	}
	token, hash, err := bearer.New(s.rand)
	if err != nil {
		return Ticket{}, false, fmt.Errorf("answer: %w", err)
	}
	anyone := func(Ticket) bool { return true }
	tell := func(tx Tx, t Ticket) error {
		mail, err := uuid.NewV7FromReader(s.rand)
		if err != nil {
			return fmt.Errorf("make id: %w", err)
		}
		now := s.moment()
		if t.From.Account != uuid.Nil { // they log in
			return tx.CreateMail(ctx, Mail{ID: mail, To: t.From.Email, At: now})
		}
		if err := tx.CreateLink(ctx, Link{TokenHash: hash, Ticket: t.ID, ExpiresAt: now.Add(LinkLimit)}, now); err != nil {
			return err
		}
		return tx.CreateMail(ctx, Mail{ID: mail, To: t.From.Email, Token: token, At: now})
	}
	t, created, err = s.reply(ctx, ticket, anyone, Reply{ID: id, Author: actor.Account, Support: true, Text: text}, tell)
	if err != nil {
		return Ticket{}, false, fmt.Errorf("answer: %w", err)
	}
	if created && t.From.Account != uuid.Nil {
		s.changed(t.From.Account, wire.TicketEvent{ID: t.ID, Status: t.Status})
	}
	return t, created, nil
}

// SetStatus closes a ticket or opens it again.
func (s *Service) SetStatus(ctx context.Context, actor Actor, id uuid.UUID, status wire.TicketStatus) (t Ticket, err error) {
	if err := s.can(ctx, actor, id); err != nil {
		return Ticket{}, fmt.Errorf("set status: %w", err)
	}
	if status != wire.TicketOpen && status != wire.TicketClosed {
		return Ticket{}, &FieldsError{[]string{"status"}}
	}
	changed := false
	err = s.store.Update(ctx, func(tx Tx) error {
		if t, err = tx.LockTicket(ctx, id); err != nil {
			return err
		}
		if changed = t.Status != status; !changed {
			return nil
		}
		t.Status, t.UpdatedAt = status, s.moment()
		if err := tx.UpdateTicket(ctx, t); err != nil {
			return err
		}
		e := event(audit.TicketChange, actor.Account, id, t.UpdatedAt)
		e.Details = map[string]string{"status": string(status)}
		return tx.Record(ctx, e)
	})
	if err != nil {
		return Ticket{}, fmt.Errorf("set status: %w", err)
	}
	if changed && t.From.Account != uuid.Nil {
		s.changed(t.From.Account, wire.TicketEvent{ID: t.ID, Status: t.Status})
	}
	return t, nil
}

// can returns nil for operators. What anyone else asks for is not there.
func (s *Service) can(ctx context.Context, actor Actor, asked uuid.UUID) error {
	err := permit.Can(permit.Actor{Account: actor.Account, Stage: permit.StageFull, Operator: actor.Operator}, permit.AnswerSupport, permit.Object{})
	if !errors.Is(err, permit.ErrNotFound) {
		return err
	}
	return s.refuse(ctx, actor, asked)
}

// refuse returns ErrNotFound for someone who asked for what is not theirs. The
// attempt is recorded first, in the chain of no practice, to which tickets belong,
// and, without the ticket, in those of their practices, once within audit.Window
// and audit.MaxDenied times at most.
func (s *Service) refuse(ctx context.Context, actor Actor, asked uuid.UUID) error {
	denied := event(audit.AccessDeny, actor.Account, asked, s.moment())
	denied.Outcome = audit.Denied
	doing := audit.Doing{Kind: denied.Kind, Actor: actor.Account, Object: asked}
	if !s.recent.Claim(doing, denied.At) {
		return ErrNotFound
	}
	err := s.store.Update(ctx, func(tx Tx) error {
		practices, err := tx.ListPracticesOf(ctx, actor.Account)
		if err != nil {
			return err
		}
		concerned := []audit.Concern{{Practice: uuid.Nil, Asked: true}}
		for _, practice := range practices {
			concerned = append(concerned, audit.Concern{Practice: practice})
		}
		return tx.Record(ctx, audit.Refusals(denied, concerned)...)
	})
	if err != nil {
		s.recent.Drop(doing)
		return err
	}
	return ErrNotFound
}
