package store

import (
	"bytes"
	"context"
	"crypto/sha256"
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
	tx      bun.Tx
	locking bool // see DB

	events  []audit.Event
	changes []change       // of protected rows, one for each row
	at      map[rowKey]int // where each row is among them
	keys    []audit.Event  // of data keys, with their rows
	// held are the digests of rows as they lay there before they were changed.
	held   map[rowKey][sha256.Size]byte
	unheld string // a row that was changed without being held
	// shredded says that keys were deleted which are to leave no trace.
	shredded bool
	mailed   bool // mails were stored that wait to be sent
	// heads are those of chains that were locked already, by practice.
	heads map[uuid.UUID]lockedHead
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
// practices, so that it waits for nobody else's rows while it holds them: transactions
// that log cannot block each other for ever. (One that stores messages may make a
// first head, or a key, of conversations that it has locked before.) It holds them only for as long as the
// commit takes, and those that store messages, which lock them with the
// conversations, for as long as sealing these takes, too.
func (db *DB) recorded(ctx context.Context, do func(bun.Tx, *journal, sealer) error) error {
	if db.ring == nil {
		return errLocked
	}
	var done recording
	complete := false
	err := db.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) (err error) {
		done, err = db.recordedIn(ctx, tx, do)
		complete = err == nil
		return err
	})
	if err != nil {
		if complete && mayBeCommitted(err) {
			db.unheard()
		}
		return err
	}
	if destroyed := done.made.Committed(); destroyed || done.shredded {
		db.ForgetDeleted(ctx)
	}
	if done.mailed {
		select {
		case db.mailed <- struct{}{}:
		default: // nobody has looked since the last
		}
	}
	for _, practice := range done.practices {
		db.begun.Store(practice, true)
	}
	return nil
}

// recording is what is left to do once a transaction that logs is committed.
type recording struct {
	made      *keyring.Tx
	shredded  bool
	mailed    bool
	practices []uuid.UUID // whose chains have heads from then on
}

// recordedIn is recorded within a transaction.
func (db *DB) recordedIn(ctx context.Context, tx bun.Tx, do func(bun.Tx, *journal, sealer) error) (recording, error) {
	made := db.ring.Begin(keys{tx, tx})
	j := journal{tx: tx, locking: db.locking, heads: make(map[uuid.UUID]lockedHead)}
	seal := sealer{
		opener: opener{keys: made, log: db.opener.log}, tx: tx, made: made, journal: &j,
		now: db.ring.Now().UTC().Truncate(time.Microsecond), statements: db.statements,
	}
	if err := do(tx, &j, seal); err != nil {
		return recording{}, err
	}
	if err := j.complete(); err != nil {
		return recording{}, fmt.Errorf("append to the log: %w", err)
	}
	practices, err := db.appendEvents(ctx, tx, append(j.keys, j.events...), j.heads)
	if err != nil {
		return recording{}, fmt.Errorf("append to the log: %w", err)
	}
	return recording{made, j.shredded, j.mailed, practices}, nil
}

// appendEvents adds events to their chains and returns the practices concerned. It
// locks the heads that are not locked yet.
func (db *DB) appendEvents(ctx context.Context, tx bun.Tx, events []audit.Event, heads map[uuid.UUID]lockedHead) ([]uuid.UUID, error) {
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

	free := slices.DeleteFunc(slices.Clone(practices), func(practice uuid.UUID) bool { _, locked := heads[practice]; return locked })
	if err := db.begin(ctx, tx, free); err != nil {
		return nil, err
	}
	if err := db.lockHeads(ctx, tx, free, heads); err != nil {
		return nil, err
	}
	rows := make([][]any, 0, len(events))
	ends := make([][]any, len(practices))
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
			rows = append(rows, newAuditEventRow(entry).values())
		}
		row := newAuditHeadRow(end, db.logKey)
		ends[i] = []any{row.PracticeID, row.Count, row.Hash, row.Code}
	}
	if err := db.statements.write(ctx, tx, db.statements.createEvents, rows); err != nil {
		return nil, fmt.Errorf("insert events: %w", err)
	}
	if err := db.statements.write(ctx, tx, db.statements.saveHeads, ends); err != nil {
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

// lockedHead is a head as it is, and the number of the last event of its chain as
// it was before the head was locked: others may have added some since.
type lockedHead struct {
	auditHeadRow
	last int64
}

// lockHeads adds the heads of the practices' chains to those that are locked, and
// keeps others from adding to the chains.
func (db *DB) lockHeads(ctx context.Context, tx bun.Tx, practices []uuid.UUID, heads map[uuid.UUID]lockedHead) error {
	if len(practices) == 0 {
		return nil
	}
	list, err := db.statements.list(practices)
	if err != nil {
		return fmt.Errorf("lock heads: %w", err)
	}
	err = db.statements.lockHeads.query(ctx, tx, func(rows scanner) error {
		var r lockedHead
		err := rows.Scan(&r.PracticeID, &r.Count, &r.Hash, &r.Code, &r.last)
		heads[r.PracticeID] = r
		return err
	}, list)
	if err != nil {
		return fmt.Errorf("lock heads: %w", err)
	}
	return nil
}

// findEnd returns the head behind which a chain goes on. Where someone has
// changed or removed it, or put an older one back, that is the last event there
// is, and broken is true: the chain says so itself from then on, and the practice
// can go on working.
func (db *DB) findEnd(ctx context.Context, tx bun.Tx, practice uuid.UUID, row lockedHead) (head audit.Head, broken bool, err error) {
	head = row.head()
	signed := db.logKey.Signed(head, row.Code)
	if signed && head.Count > 0 && head.Count >= row.last {
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

// selectOpened selects the events of a kind that has an index of its own, with
// another. SQLite takes an index of some rows only where the query repeats, word
// for word, which; otherwise it would read all of the practice's log.
func selectOpened(db bun.IDB, c chat.Conversation, kind audit.Kind) *bun.SelectQuery {
	return db.NewSelect().Model((*auditEventRow)(nil)).
		Where("e.practice_id = ? AND e.conversation_id = ? AND e.kind = ?", c.Practice, c.ID, kind).
		Where("e.kind IN ('conversation.open', 'access.deny')")
}

// ListConcerned lists the practices that an attempt of an account concerns, each
// once: those it belongs to, and the one that it asked for, or that an invitation
// or a request for care it asked for belongs to.
func (j *journal) ListConcerned(ctx context.Context, account, asked uuid.UUID) ([]audit.Concern, error) {
	of := func(row any) *bun.SelectQuery { return j.tx.NewSelect().Model(row).Column("practice_id") }
	var there []uuid.UUID
	err := j.tx.NewSelect().Model((*practiceRow)(nil)).Column("id").
		Where("id = ?", asked).
		WhereOr("id IN (?)", of((*invitationRow)(nil)).Where("id = ?", asked)).
		WhereOr("id IN (?)", of((*requestRow)(nil)).Where("id = ?", asked)).
		Scan(ctx, &there)
	if err != nil {
		return nil, fmt.Errorf("select practices asked for: %w", err)
	}
	own, err := j.ListPracticesOf(ctx, account)
	if err != nil {
		return nil, err
	}
	var concerned []audit.Concern
	for _, practice := range there {
		concerned = append(concerned, audit.Concern{Practice: practice, Asked: true})
	}
	for _, practice := range own {
		if !slices.Contains(there, practice) {
			concerned = append(concerned, audit.Concern{Practice: practice})
		}
	}
	return concerned, nil
}

// ListPracticesOf lists the practices that an account belongs to, each once.
func (j *journal) ListPracticesOf(ctx context.Context, id uuid.UUID) ([]uuid.UUID, error) {
	var practices []uuid.UUID
	err := j.tx.NewSelect().Model((*membershipRow)(nil)).ColumnExpr("DISTINCT practice_id").Where("account_id = ?", id).Scan(ctx, &practices)
	if err != nil {
		return nil, fmt.Errorf("select memberships: %w", err)
	}
	return practices, nil
}
