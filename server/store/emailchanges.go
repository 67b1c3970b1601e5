package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
	"pleiades/shared/message"
)

type emailChangeRow struct {
	bun.BaseModel `bun:"table:email_changes,alias:e"`

	AccountID   uuid.UUID `bun:",pk"`
	ID          uuid.UUID
	Email       []byte
	CodeHash    []byte
	CreatedAt   int64
	ExpiresAt   int64
	EffectiveAt int64 // 0 until it was confirmed
}

func (r emailChangeRow) place() place { return place{row: r.ID, person: r.AccountID} }

func (s accounts) FindEmailChange(ctx context.Context, id uuid.UUID) (account.EmailChange, error) {
	return findEmailChange(ctx, s.db.read, s.db.opener, id)
}

func (t accountsTx) FindEmailChange(ctx context.Context, id uuid.UUID) (account.EmailChange, error) {
	return findEmailChange(ctx, t.tx, t.opener, id)
}

func findEmailChange(ctx context.Context, db bun.IDB, o opener, id uuid.UUID) (account.EmailChange, error) {
	var row emailChangeRow
	if err := db.NewSelect().Model(&row).Where("account_id = ?", id).Scan(ctx); err != nil {
		return account.EmailChange{}, accountError(ctx, fmt.Errorf("select change of address: %w", err))
	}
	email, err := o.open(ctx, emailChangeEmail, row.place(), row.Email)
	change := account.EmailChange{
		ID:        row.ID,
		Account:   row.AccountID,
		Email:     message.Text(email),
		CodeHash:  row.CodeHash,
		CreatedAt: instant(row.CreatedAt),
		ExpiresAt: instant(row.ExpiresAt),
	}
	if row.EffectiveAt != 0 {
		change.EffectiveAt = instant(row.EffectiveAt)
	}
	return change, accountError(ctx, err)
}

func (s accounts) ListDueEmailChanges(ctx context.Context, now time.Time) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := s.db.read.NewSelect().Model((*emailChangeRow)(nil)).Column("e.account_id").
		Join("JOIN accounts AS a ON a.id = e.account_id").
		Where("e.effective_at > 0 AND e.effective_at <= ? AND NOT a.disabled", now.UnixMicro()).
		Scan(ctx, &ids)
	if err != nil {
		return nil, accountError(ctx, fmt.Errorf("select due changes of addresses: %w", err))
	}
	return ids, nil
}

func (t accountsTx) CreateEmailChange(ctx context.Context, c account.EmailChange) error {
	row := emailChangeRow{
		AccountID: c.Account,
		ID:        c.ID,
		CodeHash:  c.CodeHash,
		CreatedAt: c.CreatedAt.UnixMicro(),
		ExpiresAt: c.ExpiresAt.UnixMicro(),
	}
	var err error
	if row.Email, err = t.seal(ctx, emailChangeEmail, row.place(), []byte(c.Email)); err != nil {
		return err
	}
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert change of address: %w", err)
	}
	return nil
}

func (t accountsTx) PostponeEmailChange(ctx context.Context, id uuid.UUID, until time.Time) error {
	_, err := t.tx.NewUpdate().Model((*emailChangeRow)(nil)).Set("effective_at = ?", until.UnixMicro()).Where("account_id = ?", id).Exec(ctx)
	if err != nil {
		return fmt.Errorf("update change of address: %w", err)
	}
	return nil
}

func (t accountsTx) DeleteEmailChange(ctx context.Context, id uuid.UUID) (bool, error) {
	result, err := t.tx.NewDelete().Model((*emailChangeRow)(nil)).Where("account_id = ?", id).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("delete change of address: %w", err)
	}
	return affected(result)
}

func (t accountsTx) UpdateEmail(ctx context.Context, id uuid.UUID, email message.Text, index []byte) (bool, error) {
	row, err := holdOne[accountRow](ctx, t.journal, where("id = ?", id))
	if err != nil {
		return false, err
	}
	if row.Email, err = t.seal(ctx, accountEmail, placeOfAccount(id), []byte(email)); err != nil {
		return false, err
	}
	row.EmailIndex = index
	// Asked within the statement: one that fails would end the transaction.
	result, err := t.tx.NewUpdate().Model(&row).Column("email", "email_index").WherePK().
		Where("NOT EXISTS (SELECT 1 FROM accounts AS other WHERE other.email_index = ? AND other.id <> ?)", index, id).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("update address: %w", err)
	}
	changed, err := affected(result)
	if err == nil && changed {
		updated(t.journal, row)
	}
	return changed, err
}
