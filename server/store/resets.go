package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
)

type resetRow struct {
	bun.BaseModel `bun:"table:password_resets,alias:r"`

	TokenHash    []byte `bun:",pk"`
	AccountID    uuid.UUID
	ByOperator   bool
	CreatedAt    int64
	ExpiresAt    int64
	PasswordHash *string
	EffectiveAt  *int64
	DeviceID     *uuid.UUID
}

func (r resetRow) reset() account.Reset {
	reset := account.Reset{
		TokenHash:  r.TokenHash,
		Account:    r.AccountID,
		ByOperator: r.ByOperator,
		CreatedAt:  instant(r.CreatedAt),
		ExpiresAt:  instant(r.ExpiresAt),
		Device:     given(r.DeviceID),
	}
	if r.PasswordHash != nil {
		reset.PasswordHash, reset.EffectiveAt = *r.PasswordHash, instant(*r.EffectiveAt)
	}
	return reset
}

type ceremonyRow struct {
	bun.BaseModel `bun:"table:ceremonies,alias:c"`

	TokenHash []byte `bun:",pk"`
	Purpose   account.Purpose
	AccountID *uuid.UUID
	Data      []byte
	ExpiresAt int64
}

type throttleRow struct {
	bun.BaseModel `bun:"table:throttles,alias:t"`

	Name     string `bun:",pk"`
	Failures int
	FailedAt int64
}

func (s accounts) FindReset(ctx context.Context, tokenHash []byte) (account.Reset, error) {
	var row resetRow
	if err := s.db.read.NewSelect().Model(&row).Where("token_hash = ?", tokenHash).Scan(ctx); err != nil {
		return account.Reset{}, accountError(ctx, fmt.Errorf("select reset: %w", err))
	}
	return row.reset(), nil
}

func (s accounts) FindPendingReset(ctx context.Context, id uuid.UUID) (account.Reset, error) {
	return findPendingReset(ctx, s.db.read, id)
}

func (s accounts) ListDueResets(ctx context.Context, now time.Time) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := s.db.read.NewSelect().Model((*resetRow)(nil)).Column("r.account_id").
		Join("JOIN accounts AS a ON a.id = r.account_id").
		Where("r.effective_at <= ? AND NOT a.disabled", now.UnixMicro()).
		Scan(ctx, &ids)
	if err != nil {
		return nil, accountError(ctx, fmt.Errorf("select due resets: %w", err))
	}
	return ids, nil
}

func (t accountsTx) FindPendingReset(ctx context.Context, id uuid.UUID) (account.Reset, error) {
	return findPendingReset(ctx, t.tx, id)
}

func findPendingReset(ctx context.Context, db bun.IDB, id uuid.UUID) (account.Reset, error) {
	var row resetRow
	err := db.NewSelect().Model(&row).Where("account_id = ? AND effective_at IS NOT NULL", id).Limit(1).Scan(ctx)
	if err != nil {
		return account.Reset{}, accountError(ctx, fmt.Errorf("select reset: %w", err))
	}
	return row.reset(), nil
}

func (t accountsTx) CreateReset(ctx context.Context, r account.Reset) error {
	row := resetRow{
		TokenHash:  r.TokenHash,
		AccountID:  r.Account,
		ByOperator: r.ByOperator,
		CreatedAt:  r.CreatedAt.UnixMicro(),
		ExpiresAt:  r.ExpiresAt.UnixMicro(),
		DeviceID:   orNull(r.Device),
	}
	if r.PasswordHash != "" {
		at := r.EffectiveAt.UnixMicro()
		row.PasswordHash, row.EffectiveAt = &r.PasswordHash, &at
	}
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert reset: %w", err)
	}
	inserted(t.journal, row)
	return nil
}

func (t accountsTx) LockReset(ctx context.Context, tokenHash []byte) (account.Reset, error) {
	var row resetRow
	if err := t.forUpdate(t.tx.NewSelect().Model(&row).Where("token_hash = ?", tokenHash)).Scan(ctx); err != nil {
		return account.Reset{}, accountError(ctx, fmt.Errorf("lock reset: %w", err))
	}
	return row.reset(), nil
}

func (t accountsTx) DeleteResets(ctx context.Context, id uuid.UUID) error {
	return deleteOf[resetRow](ctx, t, id)
}

func (t accountsTx) DeleteExpiredResets(ctx context.Context, now time.Time) (bool, error) {
	n, err := deleteWhere[resetRow](ctx, t, "expires_at < ? AND effective_at IS NULL", now.UnixMicro())
	return n > 0, err
}

// place names the row by the hash of its token, cut to an id.
func (r ceremonyRow) place() place {
	return place{row: uuid.UUID(r.TokenHash[:16]), person: given(r.AccountID)}
}

func (t accountsTx) CreateCeremony(ctx context.Context, c account.Ceremony) error {
	row := ceremonyRow{
		TokenHash: c.TokenHash,
		Purpose:   c.Purpose,
		AccountID: orNull(c.Account),
		ExpiresAt: c.ExpiresAt.UnixMicro(),
	}
	var err error
	if row.Data, err = t.seal(ctx, ceremonyData, row.place(), c.Data); err != nil {
		return err
	}
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert ceremony: %w", err)
	}
	return nil
}

func (s accounts) UseCeremony(ctx context.Context, tokenHash []byte) (account.Ceremony, error) {
	var row ceremonyRow
	err := s.db.write.NewDelete().Model(&row).Where("token_hash = ?", tokenHash).Returning("*").Scan(ctx)
	if err != nil {
		return account.Ceremony{}, accountError(ctx, fmt.Errorf("use ceremony: %w", err))
	}
	data, err := s.db.opener.open(ctx, ceremonyData, row.place(), row.Data)
	return account.Ceremony{
		TokenHash: row.TokenHash,
		Purpose:   row.Purpose,
		Account:   given(row.AccountID),
		Data:      data,
		ExpiresAt: instant(row.ExpiresAt),
	}, accountError(ctx, err)
}

func (s accounts) DeleteExpired(ctx context.Context, now, since, known time.Time) error {
	_, ceremonies := s.db.write.NewDelete().Model((*ceremonyRow)(nil)).Where("expires_at < ?", now.UnixMicro()).Exec(ctx)
	_, signUps := s.db.write.NewDelete().Model((*signUpRow)(nil)).Where("expires_at < ?", now.UnixMicro()).Exec(ctx)
	_, changes := s.db.write.NewDelete().Model((*emailChangeRow)(nil)).Where("expires_at < ? AND effective_at = 0", now.UnixMicro()).Exec(ctx)
	_, failures := s.db.write.NewDelete().Model((*throttleRow)(nil)).Where("failed_at < ?", since.UnixMicro()).Exec(ctx)
	_, notices := s.db.write.NewDelete().Model((*noticeRow)(nil)).Where("happened_at < ?", known.UnixMicro()).Exec(ctx)
	if err := errors.Join(ceremonies, signUps, changes, failures, notices); err != nil {
		return accountError(ctx, fmt.Errorf("delete what is over: %w", err))
	}
	return nil
}

// LockFailures creates the row first, since only a row can be locked.
func (t accountsTx) LockFailures(ctx context.Context, name string) (account.Failures, error) {
	row := throttleRow{Name: name}
	if _, err := t.tx.NewInsert().Model(&row).On("CONFLICT (name) DO NOTHING").Exec(ctx); err != nil {
		return account.Failures{}, fmt.Errorf("insert failures: %w", err)
	}
	if err := t.forUpdate(t.tx.NewSelect().Model(&row).WherePK()).Scan(ctx); err != nil {
		return account.Failures{}, fmt.Errorf("lock failures: %w", err)
	}
	return account.Failures{Count: row.Failures, Last: instant(row.FailedAt)}, nil
}

func (t accountsTx) SaveFailures(ctx context.Context, name string, f account.Failures) error {
	row := throttleRow{Name: name, Failures: f.Count}
	if f.Count > 0 {
		row.FailedAt = f.Last.UnixMicro()
	}
	if _, err := t.tx.NewUpdate().Model(&row).Column("failures", "failed_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("update failures: %w", err)
	}
	return nil
}
