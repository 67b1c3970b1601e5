package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
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
// found, whichever process ended it.
type lookups struct {
	find func(context.Context, []*lookup) error

	mu      sync.Mutex
	waiting []*lookup
	busy    bool
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
	l.mu.Lock()
	l.waiting = append(l.waiting, q)
	begin := !l.busy
	l.busy = true
	l.mu.Unlock()
	if begin {
		go l.run()
	}
	select {
	case <-q.done:
		return q, q.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// run answers until nobody waits.
func (l *lookups) run() {
	for {
		l.mu.Lock()
		n := min(len(l.waiting), maxLookups)
		group := l.waiting[:n:n]
		l.waiting = l.waiting[n:]
		if n == 0 {
			l.busy, l.waiting = false, nil
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		l.answer(group)
	}
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
// one without.
var findLogins = func() text {
	const columns = "SELECT l.id, l.token_hash, l.account_id, l.device_id, l.stage, l.proved_at, l.old_token_hash, l.rotated_at, " +
		"l.created_at, l.last_act_at, l.expires_at, l.user_agent, l.code, " + isOperator + ", " +
		"m.practice_id, m.role, m.read_receipts, m.created_at, p.name, p.demo, p.created_at, p.suspended_at, p.lock_within FROM "
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
		var role, name []byte
		var receipts, demo *bool
		var joined, created, suspended, within *int64
		err := rows.Scan(&r.ID, &r.TokenHash, &r.AccountID, &r.DeviceID, &r.Stage, &r.ProvedAt, &r.OldTokenHash, &r.RotatedAt,
			&r.CreatedAt, &r.LastActAt, &r.ExpiresAt, filled{&r.UserAgent}, &r.Code, &r.Operator,
			&practice, &role, &receipts, &joined, &name, &demo, &created, &suspended, &within)
		if err != nil {
			return err
		}
		for _, q := range byHash[string(r.TokenHash)] {
			q.login, q.err = r, nil
			if practice != nil {
				name = append([]byte{}, name...) // never NULL, see filled
				q.memberships = append(q.memberships, membershipRow{
					PracticeID: *practice, AccountID: r.AccountID, Role: wire.Role(role), ReadReceipts: *receipts, CreatedAt: *joined,
					Practice: &practiceRow{ID: *practice, Name: name, Demo: *demo, CreatedAt: *created, SuspendedAt: *suspended, LockWithin: *within},
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
