package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/server/keyring"
)

// errNoLog says that the log was not begun yet.
var errNoLog = errors.New("the database has no log yet")

// journal is what one transaction has to say to the log.
type journal struct {
	events []audit.Event
	rows   []protected   // as they are now
	keys   []audit.Event // of data keys; they protect no row
	// shredded says that keys were deleted which are to leave no trace.
	shredded bool
}

// Record keeps events for the end of the transaction. An event that is none is
// an error.
func (j *journal) Record(_ context.Context, events ...audit.Event) error {
	for _, e := range events {
		if err := e.Validate(); err != nil {
			return fmt.Errorf("record: %w", err)
		}
	}
	j.events = append(j.events, events...)
	return nil
}

// recorded runs do in one transaction, with the keys made in it, and then, in the
// same one, adds to the log what do recorded: once for each practice. The heads
// of the chains are the last that a transaction locks, in the order of the
// practices, so that it holds them only for as long as the commit takes and waits
// for nothing else while it does: transactions that log cannot block each other
// for ever.
func (db *DB) recorded(ctx context.Context, do func(bun.Tx, *journal, sealer) error) error {
	if db.ring == nil {
		return errLocked
	}
	var (
		practices []uuid.UUID
		made      *keyring.Tx
		j         journal
	)
	err := db.write.RunInTx(ctx, nil, func(_ context.Context, tx bun.Tx) (err error) {
		made = db.ring.Begin(keys{tx, tx})
		seal := sealer{
			opener: opener{keys: made, log: db.opener.log}, tx: tx, made: made, journal: &j,
			now: db.ring.Now().UTC().Truncate(time.Microsecond),
		}
		if err := do(tx, &j, seal); err != nil {
			return err
		}
		if err := j.complete(); err != nil {
			return fmt.Errorf("append to the log: %w", err)
		}
		if practices, err = db.appendEvents(ctx, tx, append(j.keys, j.events...)); err != nil {
			return fmt.Errorf("append to the log: %w", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if destroyed := made.Committed(); destroyed || j.shredded {
		db.ForgetDeleted(ctx)
	}
	for _, practice := range practices {
		db.begun.Store(practice, true)
	}
	return nil
}

// appendEvents adds events to their chains and returns the practices concerned.
func (db *DB) appendEvents(ctx context.Context, tx bun.Tx, events []audit.Event) ([]uuid.UUID, error) {
	if len(events) == 0 {
		return nil, nil
	}
	if db.logKey == nil {
		return nil, errNoLog
	}
	byPractice := make(map[uuid.UUID][]audit.Event)
	for _, e := range events {
		byPractice[e.Practice] = append(byPractice[e.Practice], e)
	}
	practices := slices.SortedFunc(maps.Keys(byPractice), func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })

	if err := db.begin(ctx, tx, practices); err != nil {
		return nil, err
	}
	heads, err := db.lockHeads(ctx, tx, practices)
	if err != nil {
		return nil, err
	}
	var rows []auditEventRow
	ends := make([]auditHeadRow, len(practices))
	for i, practice := range practices {
		head, broken, err := db.findEnd(ctx, tx, practice, heads[practice])
		if err != nil {
			return nil, err
		}
		added := byPractice[practice]
		if broken {
			added = slices.Insert(added, 0, breakOf(practice, added[0].At))
		}
		entries, end := head.Append(added...)
		for _, entry := range entries {
			rows = append(rows, newAuditEventRow(entry))
		}
		ends[i] = newAuditHeadRow(end, db.logKey)
	}
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return nil, fmt.Errorf("insert events: %w", err)
	}
	_, err = tx.NewInsert().Model(&ends).
		On("CONFLICT (practice_id) DO UPDATE").
		Set("count = EXCLUDED.count").
		Set("hash = EXCLUDED.hash").
		Set("code = EXCLUDED.code").
		Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("upsert heads: %w", err)
	}
	return practices, nil
}

// begin makes sure that the practices' chains have heads, before any is locked.
func (db *DB) begin(ctx context.Context, tx bun.Tx, practices []uuid.UUID) error {
	var fresh []auditHeadRow
	for _, practice := range practices {
		if _, known := db.begun.Load(practice); !known {
			fresh = append(fresh, newAuditHeadRow(audit.Head{Practice: practice}, db.logKey))
		}
	}
	if fresh == nil {
		return nil
	}
	if _, err := tx.NewInsert().Model(&fresh).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
		return fmt.Errorf("insert heads: %w", err)
	}
	return nil
}

// lockHeads finds the heads of the practices' chains and keeps others from
// adding to them.
func (db *DB) lockHeads(ctx context.Context, tx bun.Tx, practices []uuid.UUID) (map[uuid.UUID]auditHeadRow, error) {
	var found []auditHeadRow
	q := tx.NewSelect().Model(&found).Where("practice_id IN (?)", bun.List(practices)).Order("practice_id")
	if db.locking {
		q = q.For("UPDATE")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("lock heads: %w", err)
	}
	heads := make(map[uuid.UUID]auditHeadRow, len(found))
	for _, row := range found {
		heads[row.PracticeID] = row
	}
	return heads, nil
}

// findEnd returns the head behind which a chain goes on. Where someone has
// changed or removed it, that is the last event there is, and broken is true:
// the chain says so itself from then on, and the practice can go on working.
func (db *DB) findEnd(ctx context.Context, tx bun.Tx, practice uuid.UUID, row auditHeadRow) (head audit.Head, broken bool, err error) {
	head = row.head()
	signed := db.logKey.Signed(head, row.Code)
	if signed && head.Count > 0 {
		return head, false, nil
	}
	var last []auditEventRow
	err = tx.NewSelect().Model(&last).Column("number", "hash").
		Where("practice_id = ?", practice).Order("number DESC").Limit(1).Scan(ctx)
	if err != nil {
		return audit.Head{}, false, fmt.Errorf("select last event: %w", err)
	}
	if len(last) == 0 {
		return audit.Head{Practice: practice}, !signed, nil
	}
	return auditHeadRow{PracticeID: practice, Count: last[0].Number, Hash: last[0].Hash}.head(), true, nil
}

// breakOf is the event that says that the head of a chain did not fit.
func breakOf(practice uuid.UUID, at time.Time) audit.Event {
	return audit.Event{Kind: audit.AuditBreak, Practice: practice, At: at, Outcome: audit.Failed}
}

func (t conversationsTx) Recorded(ctx context.Context, kind audit.Kind, c chat.Conversation, actor uuid.UUID, since time.Time) (bool, error) {
	found, err := selectOpened(t.tx, c, kind).Where("actor_id = ? AND at > ?", actor, since.UnixMicro()).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("select events: %w", err)
	}
	return found, nil
}

// selectOpened selects the events of a kind that has an index of its own.
func selectOpened(db bun.IDB, c chat.Conversation, kind audit.Kind) *bun.SelectQuery {
	return db.NewSelect().Model((*auditEventRow)(nil)).
		Where("e.practice_id = ? AND e.conversation_id = ? AND e.kind = ?", c.Practice, c.ID, kind)
}

func (t accountsTx) ListPracticesOf(ctx context.Context, id uuid.UUID) ([]uuid.UUID, error) {
	var practices []uuid.UUID
	err := t.tx.NewSelect().Model((*membershipRow)(nil)).ColumnExpr("DISTINCT practice_id").Where("account_id = ?", id).Scan(ctx, &practices)
	if err != nil {
		return nil, fmt.Errorf("select memberships: %w", err)
	}
	return practices, nil
}
