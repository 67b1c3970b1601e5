package store

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
)

// ListHeads lists the ends of all chains as they are at one moment. Those whose
// code does not hold are left out; their practices are returned beside.
func (db *DB) ListHeads(ctx context.Context) (heads []audit.Head, forged []uuid.UUID, err error) {
	if db.logKey == nil {
		return nil, nil, errNoLog
	}
	var rows []auditHeadRow
	if err := db.read.NewSelect().Model(&rows).Order("practice_id").Scan(ctx); err != nil {
		return nil, nil, fmt.Errorf("select heads: %w", err)
	}
	for _, row := range rows {
		if head := row.head(); db.logKey.Signed(head, row.Code) {
			heads = append(heads, head)
		} else {
			forged = append(forged, row.PracticeID)
		}
	}
	return heads, forged, nil
}

// ListLostHeads lists those of the heads, as a checkpoint saw them, that the
// chains do not hold any more.
func (db *DB) ListLostHeads(ctx context.Context, seen []audit.Head) ([]audit.Head, error) {
	var lost []audit.Head
	for _, head := range seen {
		if head.Count == 0 {
			continue
		}
		holds, err := db.read.NewSelect().Model((*auditEventRow)(nil)).
			Where("practice_id = ? AND number = ? AND hash = ?", head.Practice, head.Count, head.Hash[:]).
			Exists(ctx)
		if err != nil {
			return nil, fmt.Errorf("select event: %w", err)
		}
		if !holds {
			lost = append(lost, head)
		}
	}
	return lost, nil
}

// RecordBreak records, once, that a chain does not hold a head which a checkpoint
// saw.
func (db *DB) RecordBreak(ctx context.Context, head audit.Head, at time.Time) error {
	event := breakOf(head.Practice, at.UTC().Truncate(time.Microsecond))
	event.Details = map[string]string{"checkpoint": strconv.FormatInt(head.Count, 10)}
	entries, err := db.Accounts().ListEntries(ctx, head.Practice, audit.Filter{Kind: audit.AuditBreak, Limit: maxBreaks})
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if known, err := entry.Event(); err == nil && maps.Equal(known.Details, event.Details) {
			return nil
		}
	}
	return db.Accounts().Update(ctx, func(tx account.Tx) error { return tx.Record(ctx, event) })
}

// maxBreaks bounds the search for a break that was recorded before.
const maxBreaks = 100
