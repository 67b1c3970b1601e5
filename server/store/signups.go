package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
	"pleiades/shared/message"
)

type signUpRow struct {
	bun.BaseModel `bun:"table:sign_ups,alias:s"`

	TokenHash    []byte `bun:",pk"`
	Name         []byte
	Email        []byte
	EmailIndex   []byte
	PasswordHash string
	CreatedAt    int64
	ExpiresAt    int64
}

// place names the row by the hash of its token, cut to an id.
func (r signUpRow) place() place { return place{row: uuid.UUID(r.TokenHash[:16])} }

func (t accountsTx) CreateSignUp(ctx context.Context, p account.PendingSignUp) error {
	row := signUpRow{
		TokenHash:    p.TokenHash,
		EmailIndex:   p.EmailIndex,
		PasswordHash: p.PasswordHash,
		CreatedAt:    p.CreatedAt.UnixMicro(),
		ExpiresAt:    p.ExpiresAt.UnixMicro(),
	}
	var err error
	if row.Name, err = t.seal(ctx, signUpName, row.place(), []byte(p.Name)); err != nil {
		return err
	}
	if row.Email, err = t.seal(ctx, signUpEmail, row.place(), []byte(p.Email)); err != nil {
		return err
	}
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert sign-up: %w", err)
	}
	return nil
}

func (s accounts) FindSignUp(ctx context.Context, tokenHash []byte) (account.PendingSignUp, error) {
	var row signUpRow
	if err := s.db.read.NewSelect().Model(&row).Where("token_hash = ?", tokenHash).Scan(ctx); err != nil {
		return account.PendingSignUp{}, accountError(ctx, fmt.Errorf("select sign-up: %w", err))
	}
	name, err := s.db.opener.open(ctx, signUpName, row.place(), row.Name)
	if err != nil {
		return account.PendingSignUp{}, accountError(ctx, err)
	}
	email, err := s.db.opener.open(ctx, signUpEmail, row.place(), row.Email)
	return account.PendingSignUp{
		TokenHash:    row.TokenHash,
		Name:         message.Text(name),
		Email:        message.Text(email),
		EmailIndex:   row.EmailIndex,
		PasswordHash: row.PasswordHash,
		CreatedAt:    instant(row.CreatedAt),
		ExpiresAt:    instant(row.ExpiresAt),
	}, accountError(ctx, err)
}

func (t accountsTx) DeleteSignUps(ctx context.Context, emailIndex []byte) error {
	if _, err := t.tx.NewDelete().Model((*signUpRow)(nil)).Where("email_index = ?", emailIndex).Exec(ctx); err != nil {
		return fmt.Errorf("delete sign-ups: %w", err)
	}
	return nil
}
