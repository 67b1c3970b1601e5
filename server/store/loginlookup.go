package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/shared/wire"
)

// foundLogin is a login session and what its person is.
type foundLogin struct {
	login       loginRow
	memberships []membershipRow
}

// loginLookup asks for the login session with a token hash. Without one it is
// account.ErrNotFound.
type loginLookup = lookup[[]byte, foundLogin]

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
func (db *DB) findLogins(ctx context.Context, group []*loginLookup) error {
	byHash := make(map[string][]*loginLookup, len(group))
	hashes := make([]any, 0, len(group))
	for _, q := range group {
		q.err = account.ErrNotFound
		if byHash[string(q.key)] == nil {
			hashes = append(hashes, q.key)
		}
		byHash[string(q.key)] = append(byHash[string(q.key)], q)
	}
	list, err := db.statements.hashes(hashes)
	if err != nil {
		return fmt.Errorf("select login sessions: %w", err)
	}
	err = db.statements.findLogins.queryAlone(ctx, db.read, func(rows scanner) error {
		var r loginRow
		var practice *uuid.UUID
		var role []byte
		var receipts, demo *bool
		var joined, created, suspended, within *int64
		err := rows.Scan(&r.ID, &r.TokenHash, &r.AccountID, &r.DeviceID, (*string)(&r.Stage), &r.ProvedAt, &r.OldTokenHash, &r.RotatedAt,
			&r.CreatedAt, &r.LastActAt, &r.ExpiresAt, filled{&r.UserAgent}, &r.Code, &r.Operator,
			&practice, &role, &receipts, &joined, &demo, &created, &suspended, &within)
		if err != nil {
			return err
		}
		for _, q := range byHash[string(r.TokenHash)] {
			q.found.login, q.err = r, nil
			if practice != nil {
				q.found.memberships = append(q.found.memberships, membershipRow{
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
		slices.SortFunc(q.found.memberships, inOrder)
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
		return newArray(list)
	}
	texts := make([]string, len(list))
	for i, hash := range list {
		texts[i] = hex.EncodeToString(hash.([]byte))
	}
	text, err := json.Marshal(texts)
	return string(text), err
}
