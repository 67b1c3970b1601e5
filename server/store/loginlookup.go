package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/shared/wire"
)

const (
	// maxLookups is how many logins one query looks up at most.
	maxLookups = 256
	// lookupLimit bounds one query.
	lookupLimit = 15 * time.Second
)

// lookups finds who asks, which every request does. While one query is under way
// others gather and share the next, so that looking up costs little where many
// ask, and nobody waits when alone. Nothing is remembered: each is answered by a
// query that began after it asked, and a login that was ended by then is not
// found, whichever process ended it. One goroutine does all of it, whose stack has
// grown to what asking a database takes.
type lookups struct {
	find func(context.Context, []*lookup) error

	mu      sync.Mutex
	waiting []*lookup
	closed  bool
	wake    chan struct{} // has a value while somebody waits whom nobody has seen
	ended   chan struct{}
}

func startLookups(find func(context.Context, []*lookup) error) *lookups {
	l := &lookups{find: find, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	go l.run()
	return l
}

// close answers who waits and ends the lookups.
func (l *lookups) close() {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.wake)
	}
	l.mu.Unlock()
	<-l.ended
}

// lookup is one question. After done is closed, its login is there or err says
// why not.
type lookup struct {
	tokenHash   []byte
	login       loginRow
	memberships []membershipRow
	err         error
	done        chan struct{}
}

// ask finds the login session with the token hash, or account.ErrNotFound.
func (l *lookups) ask(ctx context.Context, tokenHash []byte) (*lookup, error) {
	q := &lookup{tokenHash: tokenHash, err: account.ErrNotFound, done: make(chan struct{})}
	if !l.enqueue(q) {
		return nil, sql.ErrConnDone
	}
	select {
	case <-q.done:
		return q, q.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// enqueue reports whether there is somebody to answer.
func (l *lookups) enqueue(q *lookup) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.waiting = append(l.waiting, q)
	select {
	case l.wake <- struct{}{}:
	default: // it is known that somebody waits
	}
	return true
}

func (l *lookups) run() {
	defer close(l.ended)
	for range l.wake {
		runtime.Gosched() // whoever came meanwhile shares the query
		for group := l.gather(); len(group) > 0; group = l.gather() {
			l.answer(group)
		}
	}
}

// gather returns those who wait, up to as many as a query takes.
func (l *lookups) gather() []*lookup {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := min(len(l.waiting), maxLookups)
	group := l.waiting[:n:n]
	if l.waiting = l.waiting[n:]; len(l.waiting) == 0 {
		l.waiting = nil
	}
	return group
}

func (l *lookups) answer(group []*lookup) {
	ctx, cancel := context.WithTimeout(context.Background(), lookupLimit)
	defer cancel()
	err := l.find(ctx, group)
	for _, q := range group {
		if err != nil {
			q.err = err
		}
		close(q.done)
	}
}

// findLogins is a query of login sessions of accounts that are not disabled, with
// what their people are, in no order. A login has a row for each membership, or
// one without. The names of practices are left out: nobody's rights depend on them.
var findLogins = func() text {
	const columns = "SELECT l.id, l.token_hash, l.account_id, l.device_id, l.stage, l.proved_at, l.old_token_hash, l.rotated_at, " +
		"l.created_at, l.last_act_at, l.expires_at, l.user_agent, l.code, " + isOperator + ", " +
		"m.practice_id, m.role, m.read_receipts, m.created_at, p.demo, p.created_at, p.suspended_at, p.lock_within FROM "
	const beside = "JOIN accounts AS a ON a.id = l.account_id AND NOT a.disabled " +
		"LEFT JOIN memberships AS m ON m.account_id = a.id LEFT JOIN practices AS p ON p.id = m.practice_id"
	return text{
		columns + "json_each(?1) AS w CROSS JOIN login_sessions AS l ON l.token_hash = unhex(w.value) " + beside,
		columns + "login_sessions AS l " + beside + " WHERE l.token_hash = ANY($1::bytea[])",
	}
}()

// findLogins answers lookups by one query.
func (db *DB) findLogins(ctx context.Context, group []*lookup) error {
	byHash := make(map[string][]*lookup, len(group))
	hashes := make([]any, 0, len(group))
	for _, q := range group {
		if byHash[string(q.tokenHash)] == nil {
			hashes = append(hashes, q.tokenHash)
		}
		byHash[string(q.tokenHash)] = append(byHash[string(q.tokenHash)], q)
	}
	list, err := db.statements.hashes(hashes)
	if err != nil {
		return fmt.Errorf("select login sessions: %w", err)
	}
	err = db.statements.findLogins.queryAlone(ctx, db.read, func(rows *sql.Rows) error {
		var r loginRow
		var practice *uuid.UUID
		var role []byte
		var receipts, demo *bool
		var joined, created, suspended, within *int64
		err := rows.Scan(&r.ID, &r.TokenHash, &r.AccountID, &r.DeviceID, &r.Stage, &r.ProvedAt, &r.OldTokenHash, &r.RotatedAt,
			&r.CreatedAt, &r.LastActAt, &r.ExpiresAt, filled{&r.UserAgent}, &r.Code, &r.Operator,
			&practice, &role, &receipts, &joined, &demo, &created, &suspended, &within)
		if err != nil {
			return err
		}
		for _, q := range byHash[string(r.TokenHash)] {
			q.login, q.err = r, nil
			if practice != nil {
				q.memberships = append(q.memberships, membershipRow{
					PracticeID: *practice, AccountID: r.AccountID, Role: wire.Role(role), ReadReceipts: *receipts, CreatedAt: *joined,
					Practice: &practiceRow{ID: *practice, Demo: *demo, CreatedAt: *created, SuspendedAt: *suspended, LockWithin: *within},
				})
			}
		}
		return nil
	}, list)
	if err != nil {
		return fmt.Errorf("select login sessions: %w", err)
	}
	for _, q := range group {
		slices.SortFunc(q.memberships, inOrder)
	}
	return nil
}

// inOrder compares memberships by when they began.
func inOrder(a, b membershipRow) int {
	return cmp.Or(cmp.Compare(a.CreatedAt, b.CreatedAt), bytes.Compare(a.PracticeID[:], b.PracticeID[:]), cmp.Compare(a.Role, b.Role))
}

// hashes returns hashes as the one value of a statement.
func (s *statements) hashes(list []any) (any, error) {
	if s.together {
		return array(list)
	}
	texts := make([]string, len(list))
	for i, hash := range list {
		texts[i] = hex.EncodeToString(hash.([]byte))
	}
	text, err := json.Marshal(texts)
	return string(text), err
}
