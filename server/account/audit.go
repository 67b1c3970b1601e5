package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/shared/wire"
)

// Limits of pages of the audit log, in events.
const (
	AuditPageSize    = 50
	MaxAuditPageSize = 200
	// exportPage is how many events are read at a time for an export.
	exportPage = 500
)

// ListAudit lists events of a practice's log for its admin, the newest first,
// and with the first page the people of the practice. Looking is an event
// itself, once within audit.Window. Everyone else gets ErrNotFound.
func (s *Service) ListAudit(ctx context.Context, actor Actor, practice uuid.UUID, f audit.Filter) (wire.AuditPage, error) {
	if err := s.canSeeAudit(ctx, actor, practice); err != nil {
		return wire.AuditPage{}, fmt.Errorf("list audit: %w", err)
	}
	doing := audit.Doing{Kind: audit.AuditRead, Actor: actor.Account, Object: practice}
	event := s.eventOf(audit.AuditRead, actor.Account, uuid.Nil)
	if !s.recent.Seen(doing, event.At) {
		if err := s.store.Update(ctx, func(tx Tx) error { return recordAt(ctx, tx, practice, event) }); err != nil {
			return wire.AuditPage{}, fmt.Errorf("list audit: %w", err)
		}
		s.recent.Note(doing, event.At)
	}
	limit := min(f.Limit, MaxAuditPageSize)
	if limit <= 0 {
		limit = AuditPageSize
	}
	f.Limit = limit + 1
	found, err := s.store.ListEntries(ctx, practice, f)
	if err != nil {
		return wire.AuditPage{}, fmt.Errorf("list audit: %w", err)
	}
	page := wire.AuditPage{Entries: []wire.AuditEntry{}, More: len(found) > limit}
	for _, entry := range found[:min(len(found), limit)] {
		page.Entries = append(page.Entries, tellEntry(entry))
	}
	if f.Below == 0 {
		members, err := s.store.ListMembers(ctx, practice)
		if err != nil {
			return wire.AuditPage{}, fmt.Errorf("list audit: %w", err)
		}
		for _, m := range members {
			page.People = append(page.People, wire.Person{ID: m.ID, Name: m.Name})
		}
	}
	return page, nil
}

// BeginAuditExport records that the practice's admin exports its log and returns
// what hands the events over, the newest first, page by page until there is none
// left or the page is refused. Everyone else gets ErrNotFound.
func (s *Service) BeginAuditExport(ctx context.Context, actor Actor, practice uuid.UUID, f audit.Filter) (export func(context.Context, func([]wire.AuditEntry) error) error, err error) {
	if err := s.canSeeAudit(ctx, actor, practice); err != nil {
		return nil, fmt.Errorf("export audit: %w", err)
	}
	event := s.eventOf(audit.AuditExport, actor.Account, uuid.Nil)
	if err := s.store.Update(ctx, func(tx Tx) error { return recordAt(ctx, tx, practice, event) }); err != nil {
		return nil, fmt.Errorf("export audit: %w", err)
	}
	f.Limit = exportPage
	return func(ctx context.Context, take func([]wire.AuditEntry) error) error {
		for {
			found, err := s.store.ListEntries(ctx, practice, f)
			if err != nil {
				return fmt.Errorf("export audit: %w", err)
			}
			page := make([]wire.AuditEntry, len(found))
			for i, entry := range found {
				page[i], f.Below = tellEntry(entry), entry.Number
			}
			if err := take(page); err != nil {
				return err
			}
			if len(found) < exportPage {
				return nil
			}
		}
	}, nil
}

// RecordExport records in every chain that the whole log is exported, by whoever
// has a shell on the host. It takes no actor and must not be reachable through the
// API.
func (s *Service) RecordExport(ctx context.Context) error {
	practices, err := s.ListPractices(ctx)
	if err != nil {
		return fmt.Errorf("record export: %w", err)
	}
	event := s.eventOf(audit.AuditExport, uuid.Nil, uuid.Nil)
	err = s.store.Update(ctx, func(tx Tx) error {
		err := recordAt(ctx, tx, uuid.Nil, event)
		for _, p := range practices {
			err = errors.Join(err, recordAt(ctx, tx, p.ID, event))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("record export: %w", err)
	}
	return nil
}

func (s *Service) canSeeAudit(ctx context.Context, actor Actor, practice uuid.UUID) error {
	err := permit.Can(s.permitted(actor), permit.SeeAudit, permit.Object{Practice: practice})
	if err != nil {
		return s.refuse(ctx, actor, practice, err)
	}
	return nil
}

// tellEntry returns an entry as it travels. Details that nobody can read were
// tampered with, for the check of the log to find: they are left out.
func tellEntry(entry audit.Entry) wire.AuditEntry {
	told := wire.AuditEntry{
		Number: entry.Number, At: time.UnixMicro(entry.At).UTC(), Kind: string(entry.Kind), Outcome: string(entry.Outcome),
		Actor: entry.Actor, Object: entry.Object, Conversation: entry.Conversation,
	}
	if event, err := entry.Event(); err == nil {
		told.Details = event.Details
	}
	return told
}
