package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"
)

// Versions before the table "sealing" stored in the clear what is sealed now.

// sealBatch is how many rows one transaction seals.
const sealBatch = 200

// Steps of the table "sealing".
const (
	sealBegun = "begun" // rows were sealed whose former values lie on in free space
	sealDone  = "done"  // no row is left in the clear
)

// sealRows seals what earlier versions stored in the clear, in batches, and
// then has the database drop what it keeps of them. A process that is killed
// meanwhile leaves the rest to the next one, and so does one that finds no room
// for dropping it, which keeps nobody from working.
func (db *DB) sealRows(ctx context.Context) error {
	steps, err := db.sealSteps(ctx)
	if err != nil {
		return err
	}
	if !steps[sealDone] {
		for _, table := range clearTables() {
			if err := table(ctx, db); err != nil {
				return err
			}
		}
		if err := markSeal(ctx, db.write, sealDone); err != nil {
			return err
		}
		if steps, err = db.sealSteps(ctx); err != nil {
			return err
		}
	}
	if !steps[sealBegun] {
		return nil
	}
	err = db.dropRemains(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		db.opener.log.WarnContext(ctx, "what was in the clear lies on in free space until the next start", "err", err)
		return nil
	}
	if _, err := db.write.NewDelete().Table("sealing").Where("step = ?", sealBegun).Exec(ctx); err != nil {
		return fmt.Errorf("delete step of sealing: %w", err)
	}
	return nil
}

// clearTables are the tables that held something in the clear.
func clearTables() []func(context.Context, *DB) error {
	return []func(context.Context, *DB) error{
		clearTable[practiceRow]{
			id: "id", key: func(r practiceRow) []any { return []any{r.ID} },
			columns: []column{practiceName},
			values:  func(r *practiceRow) (place, []*[]byte) { return placeOfPractice(r.ID), []*[]byte{&r.Name} },
		}.seal,
		clearTable[accountRow]{
			id: "id", key: func(r accountRow) []any { return []any{r.ID} },
			columns: []column{accountName, accountEmail},
			values: func(r *accountRow) (place, []*[]byte) {
				return placeOfAccount(r.ID), []*[]byte{&r.Name, &r.Email}
			},
		}.seal,
		clearTable[deviceRow]{
			id: "id", key: func(r deviceRow) []any { return []any{r.ID} },
			columns: []column{deviceName, deviceUserAgent},
			values:  func(r *deviceRow) (place, []*[]byte) { return r.place(), []*[]byte{&r.Name, &r.UserAgent} },
		}.seal,
		clearTable[availabilityRow]{
			id: "practice_id, therapist_id", key: func(r availabilityRow) []any { return []any{r.PracticeID, r.TherapistID} },
			columns: []column{availabilityTerms},
			values: func(r *availabilityRow) (place, []*[]byte) {
				return placeOfTerms(r.PracticeID, r.TherapistID, r.Version), []*[]byte{&r.Settings}
			},
		}.seal,
		clearTable[agreementRow]{
			id: "practice_id, therapist_id, version", key: func(r agreementRow) []any { return []any{r.PracticeID, r.TherapistID, r.Version} },
			columns: []column{agreementContent},
			values: func(r *agreementRow) (place, []*[]byte) {
				return placeOfTerms(r.PracticeID, r.TherapistID, r.Version), []*[]byte{&r.Content}
			},
		}.seal,
		clearTable[agendaItemRow]{
			id: "practice_id, conversation_id, id", key: func(r agendaItemRow) []any { return []any{r.PracticeID, r.ConversationID, r.ID} },
			columns: []column{agendaBody},
			values:  func(r *agendaItemRow) (place, []*[]byte) { return r.place(), []*[]byte{&r.Body} },
		}.seal,
		clearTable[messageRow]{
			id: "practice_id, conversation_id, seq", key: func(r messageRow) []any { return []any{r.PracticeID, r.ConversationID, r.Seq} },
			columns: []column{messageBody},
			values:  func(r *messageRow) (place, []*[]byte) { return r.place(), []*[]byte{&r.Body} },
		}.seal,
	}
}

// clearTable is a table that held something in the clear, R its rows.
type clearTable[R any] struct {
	id      string        // the columns of its key
	key     func(R) []any // their values
	columns []column
	// values returns where a row lies and what is in the columns.
	values func(*R) (place, []*[]byte)
}

// seal walks the table by its key and seals what is in the clear.
func (c clearTable[R]) seal(ctx context.Context, db *DB) error {
	for after := []any(nil); ; {
		var rows []R
		err := db.recorded(ctx, func(tx bun.Tx, j *journal, seal sealer) (err error) {
			if db.locking {
				// Processes that start together do it one after the other.
				if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", migrationLock); err != nil {
					return fmt.Errorf("lock: %w", err)
				}
			}
			if rows, err = c.find(ctx, tx, after); err != nil {
				return err
			}
			if err := c.sealAll(ctx, tx, seal, rows); err != nil {
				return err
			}
			if db.logKey == nil {
				j.keys = nil // the log takes them in when it begins
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("seal %s: %w", c.columns[0].label, err)
		}
		if len(rows) < sealBatch {
			return nil
		}
		after = c.key(rows[len(rows)-1])
	}
}

// find returns the next rows that have something in the clear.
func (c clearTable[R]) find(ctx context.Context, tx bun.Tx, after []any) ([]R, error) {
	var rows []R
	q := tx.NewSelect().Model(&rows).OrderExpr(c.id).Limit(sealBatch)
	q = q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		for _, column := range c.columns {
			q = q.WhereOr("substr(?, 1, 1) <> ?", bun.Ident(column.name()), []byte{sealedVersion})
		}
		return q
	})
	if after != nil {
		q = q.Where("("+c.id+") > (?"+strings.Repeat(", ?", len(after)-1)+")", after...)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("select: %w", err)
	}
	return rows, nil
}

func (c clearTable[R]) sealAll(ctx context.Context, tx bun.Tx, seal sealer, rows []R) error {
	if len(rows) == 0 {
		return nil
	}
	names := make([]string, len(c.columns))
	for i, column := range c.columns {
		names[i] = column.name()
	}
	for i := range rows {
		at, values := c.values(&rows[i])
		for j, value := range values {
			if *value == nil || len(*value) > 0 && (*value)[0] == sealedVersion {
				continue
			}
			var err error
			if *value, err = seal.seal(ctx, c.columns[j], at, *value); err != nil {
				return err
			}
		}
		if _, err := tx.NewUpdate().Model(&rows[i]).Column(names...).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("update: %w", err)
		}
	}
	return markSeal(ctx, tx, sealBegun)
}

// dropRemains makes the database forget the values that were replaced, which
// lie on in free space and in the log of SQLite until then. It needs room for a
// copy of the data.
func (db *DB) dropRemains(ctx context.Context) error {
	if !db.locking {
		if _, err := db.write.ExecContext(ctx, "VACUUM"); err != nil {
			return fmt.Errorf("vacuum: %w", err)
		}
		return db.truncateLog(ctx)
	}
	patient := db.patient()
	defer patient.Close()
	for _, table := range []string{"practices", "accounts", "login_sessions", "devices", "availabilities", "agreements", "agenda_items", "messages"} {
		if _, err := patient.ExecContext(ctx, "VACUUM FULL "+table); err != nil {
			return fmt.Errorf("vacuum %s: %w", table, err)
		}
	}
	return nil
}

// ForgetDeleted makes SQLite drop what was deleted from its log too; in the
// file it is overwritten already (secure_delete). PostgreSQL overwrites it in
// its own time. What cannot be dropped now, while someone reads, is dropped by a
// later call: there has to be one now and then.
func (db *DB) ForgetDeleted(ctx context.Context) {
	if db.locking {
		return
	}
	if err := db.truncateLog(ctx); err != nil && ctx.Err() == nil {
		db.opener.log.WarnContext(ctx, "what was deleted stays in the log of the database for now", "err", err)
	}
}

// truncateLog empties the log of SQLite. It is an error if someone still reads
// there (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint).
func (db *DB) truncateLog(ctx context.Context) error {
	var busy, logged, checkpointed int
	err := db.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &logged, &checkpointed)
	if err == nil && busy != 0 {
		err = errors.New("someone reads there")
	}
	if err != nil {
		return fmt.Errorf("truncate the log: %w", err)
	}
	return nil
}

func (db *DB) sealSteps(ctx context.Context) (map[string]bool, error) {
	var done []string
	if err := db.write.NewSelect().Table("sealing").Column("step").Scan(ctx, &done); err != nil {
		return nil, fmt.Errorf("select steps of sealing: %w", err)
	}
	steps := make(map[string]bool)
	for _, step := range done {
		steps[step] = true
	}
	return steps, nil
}

func markSeal(ctx context.Context, db bun.IDB, step string) error {
	_, err := db.ExecContext(ctx, "INSERT INTO sealing (step, at) VALUES (?, ?) ON CONFLICT DO NOTHING", step, time.Now().UnixMicro())
	if err != nil {
		return fmt.Errorf("insert step of sealing: %w", err)
	}
	return nil
}
