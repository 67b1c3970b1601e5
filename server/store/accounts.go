package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
)

var _ account.Store = accounts{}

// accounts is the store of package account.
type accounts struct{ db *DB }

// Accounts returns the store of package account.
func (db *DB) Accounts() account.Store { return accounts{db} }

func (s accounts) FindAccount(ctx context.Context, id uuid.UUID) (account.Account, error) {
	return s.findAccount(ctx, "id = ?", id)
}

func (s accounts) FindAccountByEmail(ctx context.Context, emailIndex []byte) (account.Account, error) {
	return s.findAccount(ctx, "email_index = ?", emailIndex)
}

func (s accounts) findAccount(ctx context.Context, where string, arg any) (account.Account, error) {
	var row accountRow
	if err := s.db.read.NewSelect().Model(&row).ColumnExpr("a.*").ColumnExpr(isOperator).Where(where, arg).Scan(ctx); err != nil {
		return account.Account{}, accountError(ctx, fmt.Errorf("select account: %w", err))
	}
	found, err := s.db.opener.account(ctx, row)
	if err != nil {
		return account.Account{}, accountError(ctx, err)
	}
	found.Memberships, err = s.listMemberships(ctx, found.ID)
	return found, err
}

func (s accounts) listMemberships(ctx context.Context, id uuid.UUID) ([]account.Membership, error) {
	list, err := s.db.opener.memberships(ctx, s.db.read, id)
	return list, accountError(ctx, err)
}

func (t accountsTx) ListMemberships(ctx context.Context, id uuid.UUID) ([]account.Membership, error) {
	return t.memberships(ctx, t.tx, id)
}

func (o opener) memberships(ctx context.Context, db bun.IDB, id uuid.UUID) ([]account.Membership, error) {
	var rows []membershipRow
	err := db.NewSelect().Model(&rows).Relation("Practice").
		Where("m.account_id = ?", id).
		Order("m.created_at", "m.practice_id", "m.role").
		Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("select memberships: %w", err)
	}
	return openAll(ctx, rows, o.membership)
}

func (s accounts) FindCredentials(ctx context.Context, emailIndex []byte) (account.Credentials, error) {
	var row accountRow
	if err := s.db.read.NewSelect().Model(&row).Where("email_index = ?", emailIndex).Scan(ctx); err != nil {
		return account.Credentials{}, accountError(ctx, fmt.Errorf("select credentials: %w", err))
	}
	return row.credentials(), nil
}

func (s accounts) ListPractices(ctx context.Context) ([]account.Practice, error) {
	var rows []practiceRow
	if err := s.db.read.NewSelect().Model(&rows).Order("created_at", "id").Scan(ctx); err != nil {
		return nil, accountError(ctx, fmt.Errorf("select practices: %w", err))
	}
	list, err := openAll(ctx, rows, s.db.opener.practice)
	return list, accountError(ctx, err)
}

func (s accounts) FindPractice(ctx context.Context, id uuid.UUID) (account.Practice, error) {
	var row practiceRow
	if err := s.db.read.NewSelect().Model(&row).Where("id = ?", id).Scan(ctx); err != nil {
		return account.Practice{}, accountError(ctx, fmt.Errorf("select practice: %w", err))
	}
	found, err := s.db.opener.practice(ctx, row)
	return found, accountError(ctx, err)
}

// HasAccounts reports whether there is an account. It needs no keys.
func (db *DB) HasAccounts(ctx context.Context) (bool, error) {
	found, err := db.read.NewSelect().Model((*accountRow)(nil)).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("select accounts: %w", err)
	}
	return found, nil
}

func (s accounts) Update(ctx context.Context, do func(account.Tx) error) error {
	return accountError(ctx, s.db.recorded(ctx, func(tx bun.Tx, j *journal, seal sealer) error {
		return do(accountsTx{tx, s.db.locking, s.db.logins, j, seal})
	}))
}
