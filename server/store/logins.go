package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
	"pleiades/server/permit"
)

// loginKeyName is the name of the wrapped key under which login sessions have
// their codes. If it is lost another takes its place, and all of them are over.
const loginKeyName = "logins"

// loginRow is a login session. All of it but what is sealed is covered by its
// code: whoever adds a column here adds it there.
type loginRow struct {
	bun.BaseModel `bun:"table:login_sessions,alias:l"`

	ID        account.LoginID `bun:",pk"`
	TokenHash []byte
	AccountID uuid.UUID
	DeviceID  *uuid.UUID
	Stage     permit.Stage
	ProvedAt  int64
	// OldTokenHash is that of the token before the newest.
	OldTokenHash []byte
	RotatedAt    int64
	CreatedAt    int64
	LastActAt    int64
	ExpiresAt    int64
	UserAgent    []byte
	// Code is that of loginGuard. A login of a version of the program that made
	// none has none, and does not count.
	Code []byte

	Operator bool `bun:",scanonly"` // the account is one of an operator
}

func (r loginRow) place() place { return place{row: r.ID, person: r.AccountID} }

func (o opener) login(ctx context.Context, r loginRow) (account.LoginSession, error) {
	agent, err := o.word(ctx, loginUserAgent, r.place(), r.UserAgent)
	return account.LoginSession{
		ID:        r.ID,
		Account:   r.AccountID,
		Device:    given(r.DeviceID),
		CreatedAt: instant(r.CreatedAt),
		LastActAt: instant(r.LastActAt),
		ExpiresAt: instant(r.ExpiresAt),
		ProvedAt:  instant(r.ProvedAt),
		Stage:     r.Stage,
		UserAgent: string(agent),
	}, err
}

// loginGuard makes sure that login sessions are those that this program wrote,
// as it wrote them last: they are in no chain of the log, and whoever can write
// to the database could let themselves in with one. What was deleted and put back
// still counts, until it would have ended: it ends idle, since the code covers
// the time of the last act too.
type loginGuard struct {
	key     []byte // nil if nothing is to be let in
	log     *slog.Logger
	locking bool
}

// code returns the HMAC-SHA-256 of a login session: over a byte with the version
// of this form, the ids, the times, and what varies in length behind its length
// in two bytes.
func (g loginGuard) code(r loginRow) []byte {
	const version = 1
	out := append(make([]byte, 0, 256), version)
	for _, id := range []uuid.UUID{r.ID, r.AccountID, given(r.DeviceID)} {
		out = append(out, id[:]...)
	}
	for _, at := range []int64{r.ProvedAt, r.RotatedAt, r.CreatedAt, r.LastActAt, r.ExpiresAt} {
		out = binary.BigEndian.AppendUint64(out, uint64(at)) // #nosec G115 -- the bits as they are
	}
	for _, part := range [][]byte{[]byte(r.Stage), r.TokenHash, r.OldTokenHash} {
		out = binary.BigEndian.AppendUint16(out, uint16(len(part))) // #nosec G115 -- hashes and words are short
		out = append(out, part...)
	}
	mac := hmac.New(sha256.New, g.key)
	mac.Write(out)
	return mac.Sum(nil)
}

// genuine reports whether a login session is as it was written.
func (g loginGuard) genuine(r loginRow) bool { return g.key != nil && hmac.Equal(r.Code, g.code(r)) }

// holds reports whether a login session is as it was written. If not, that goes
// to the log.
func (g loginGuard) holds(ctx context.Context, r loginRow) bool {
	genuine := g.genuine(r)
	if genuine || g.key == nil {
		return genuine
	}
	g.log.ErrorContext(ctx, "a login session in the database was not written by this program, and does not count",
		"login", r.ID, "account", r.AccountID)
	return false
}

// lock locks a login session that is to be changed. It is account.ErrNotFound
// where there is none that holds.
func (g loginGuard) lock(ctx context.Context, tx bun.Tx, id account.LoginID) (loginRow, error) {
	var row loginRow
	q := tx.NewSelect().Model(&row).Where("id = ?", id)
	if g.locking {
		q = q.For("UPDATE")
	}
	err := q.Scan(ctx)
	if kindOf(err) == notFound || err == nil && !g.holds(ctx, row) {
		return loginRow{}, account.ErrNotFound
	}
	if err != nil {
		return loginRow{}, fmt.Errorf("lock login session: %w", err)
	}
	return row, nil
}

// save stores columns of a login session that was locked.
func (g loginGuard) save(ctx context.Context, tx bun.Tx, row loginRow, columns ...string) error {
	row.Code = g.code(row)
	if _, err := tx.NewUpdate().Model(&row).Column("code").Column(columns...).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("update login session: %w", err)
	}
	return nil
}

func (s accounts) FindLogin(ctx context.Context, tokenHash []byte, rotatedSince time.Time) (account.LoginSession, account.Actor, error) {
	row, memberships, err := s.findByToken(ctx, tokenHash)
	if errors.Is(err, account.ErrNotFound) {
		row, err = s.findLogin(ctx, "l.old_token_hash = ? AND l.rotated_at > ?", tokenHash, rotatedSince.UnixMicro())
		row.ProvedAt = 0
		if err == nil {
			memberships, err = s.listMemberships(ctx, row.AccountID)
		}
	}
	if err != nil {
		return account.LoginSession{}, account.Actor{}, err
	}
	login, err := s.db.opener.login(ctx, row)
	return login, account.Actor{
		Account:     login.Account,
		Login:       login.ID,
		Device:      login.Device,
		Stage:       login.Stage,
		ProvedAt:    login.ProvedAt,
		Memberships: memberships,
		Operator:    row.Operator,
	}, accountError(ctx, err)
}

func (s accounts) FindLoginByID(ctx context.Context, id account.LoginID) (account.LoginSession, error) {
	row, err := s.findLogin(ctx, "l.id = ?", id)
	if err != nil {
		return account.LoginSession{}, err
	}
	login, err := s.db.opener.login(ctx, row)
	return login, accountError(ctx, err)
}

// findByToken finds a login session by its newest token, as findLogin does, and
// what its person is.
func (s accounts) findByToken(ctx context.Context, tokenHash []byte) (loginRow, []account.Membership, error) {
	found, err := s.db.loginLookups.ask(ctx, tokenHash)
	if err != nil {
		return loginRow{}, nil, accountError(ctx, err)
	}
	if !s.db.logins.holds(ctx, found.login) {
		return loginRow{}, nil, account.ErrNotFound
	}
	memberships, err := openAll(ctx, found.memberships, s.db.opener.membership)
	if err != nil {
		return loginRow{}, nil, accountError(ctx, err)
	}
	return found.login, memberships, nil
}

// findLogin finds a login session of an account that is not disabled. One that
// this program did not write as it is counts as not there.
func (s accounts) findLogin(ctx context.Context, where string, args ...any) (loginRow, error) {
	var row loginRow
	err := s.db.read.NewSelect().Model(&row).
		ColumnExpr("l.*").
		ColumnExpr(isOperator).
		Join("JOIN accounts AS a ON a.id = l.account_id").
		Where(where, args...).
		Where("NOT a.disabled").
		Scan(ctx)
	if err != nil {
		return loginRow{}, accountError(ctx, fmt.Errorf("select login session: %w", err))
	}
	if !s.db.logins.holds(ctx, row) {
		return loginRow{}, account.ErrNotFound
	}
	return row, nil
}

func (s accounts) RenewLogin(ctx context.Context, id account.LoginID, now, since, before time.Time) error {
	err := s.db.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		row, err := s.db.logins.lock(ctx, tx, id)
		if errors.Is(err, account.ErrNotFound) {
			return nil
		}
		if err != nil || row.LastActAt < since.UnixMicro() || row.LastActAt > before.UnixMicro() {
			return err
		}
		row.LastActAt = now.UnixMicro()
		if err := s.db.logins.save(ctx, tx, row, "last_act_at"); err != nil || row.DeviceID == nil {
			return err
		}
		_, err = tx.NewUpdate().Model((*deviceRow)(nil)).Set("last_used_at = ?", row.LastActAt).Where("id = ?", *row.DeviceID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("update device: %w", err)
		}
		return nil
	})
	return accountError(ctx, err)
}

func (t accountsTx) CreateLogin(ctx context.Context, l account.LoginSession, tokenHash []byte) error {
	row := loginRow{
		ID:        l.ID,
		TokenHash: tokenHash,
		AccountID: l.Account,
		DeviceID:  orNull(l.Device),
		Stage:     l.Stage,
		ProvedAt:  l.ProvedAt.UnixMicro(),
		CreatedAt: l.CreatedAt.UnixMicro(),
		LastActAt: l.LastActAt.UnixMicro(),
		ExpiresAt: l.ExpiresAt.UnixMicro(),
	}
	var err error
	if row.UserAgent, err = t.seal(ctx, loginUserAgent, row.place(), []byte(l.UserAgent)); err != nil {
		return err
	}
	row.Code = t.logins.code(row)
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert login session: %w", err)
	}
	return nil
}

func (t accountsTx) RotateLogin(ctx context.Context, id account.LoginID, tokenHash []byte, at time.Time) error {
	row, err := t.logins.lock(ctx, t.tx, id)
	if errors.Is(err, account.ErrNotFound) {
		return account.ErrNotLoggedIn
	}
	if err != nil {
		return err
	}
	row.TokenHash, row.OldTokenHash = tokenHash, row.TokenHash
	row.RotatedAt, row.ProvedAt = at.UnixMicro(), at.UnixMicro()
	return t.logins.save(ctx, t.tx, row, "token_hash", "old_token_hash", "rotated_at", "proved_at")
}

func (t accountsTx) DeleteLogin(ctx context.Context, id account.LoginID) (bool, error) {
	result, err := t.tx.NewDelete().Model((*loginRow)(nil)).Where("id = ?", id).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("delete login session: %w", err)
	}
	return affected(result)
}

func (t accountsTx) DeleteOtherLogins(ctx context.Context, id uuid.UUID, keep account.LoginID) ([]account.LoginID, error) {
	var ids []account.LoginID
	err := t.tx.NewDelete().Model((*loginRow)(nil)).Where("account_id = ? AND id <> ?", id, keep).Returning("id").Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("delete login sessions: %w", err)
	}
	return ids, nil
}

func (t accountsTx) DeleteUnfinishedLogins(ctx context.Context, id uuid.UUID) error {
	_, err := t.tx.NewDelete().Model((*loginRow)(nil)).Where("account_id = ? AND stage <> ?", id, permit.StageFull).Exec(ctx)
	if err != nil {
		return fmt.Errorf("delete login sessions: %w", err)
	}
	return nil
}

func (t accountsTx) DeleteDeadLogins(ctx context.Context, id uuid.UUID, now, idle time.Time) error {
	_, err := t.tx.NewDelete().Model((*loginRow)(nil)).
		Where("account_id = ?", id).
		Where("expires_at <= ? OR last_act_at < ?", now.UnixMicro(), idle.UnixMicro()).
		Exec(ctx)
	if err != nil {
		return fmt.Errorf("delete login sessions: %w", err)
	}
	return nil
}

func (t accountsTx) DeleteDeviceLogins(ctx context.Context, device uuid.UUID) ([]account.LoginID, error) {
	var ids []account.LoginID
	err := t.tx.NewDelete().Model((*loginRow)(nil)).Where("device_id = ?", device).Returning("id").Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("delete login sessions: %w", err)
	}
	return ids, nil
}
