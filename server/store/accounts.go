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

var _ account.Store = accounts{}

// accounts is the store of package account.
type accounts struct{ db *DB }

// Accounts returns the store of package account.
func (db *DB) Accounts() account.Store { return accounts{db} }

func (s accounts) FindLogin(ctx context.Context, tokenHash []byte, rotatedSince time.Time) (account.LoginSession, account.Actor, error) {
	row, err := s.findLogin(ctx, "l.token_hash = ?", tokenHash)
	if errors.Is(err, account.ErrNotFound) {
		row, err = s.findLogin(ctx, "l.old_token_hash = ? AND l.rotated_at > ?", tokenHash, rotatedSince.UnixMicro())
		row.ProvedAt = 0
	}
	if err != nil {
		return account.LoginSession{}, account.Actor{}, err
	}
	memberships, err := s.listMemberships(ctx, row.AccountID)
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

// findLogin finds a login session of an account that is not disabled.
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
	return row, nil
}

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
	list := make([]account.Membership, len(rows))
	for i, r := range rows {
		if list[i], err = o.membership(ctx, r); err != nil {
			return nil, err
		}
	}
	return list, nil
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
	list := make([]account.Practice, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = s.db.opener.practice(ctx, r); err != nil {
			return nil, accountError(ctx, err)
		}
	}
	return list, nil
}

func (s accounts) RenewLogin(ctx context.Context, id account.LoginID, now, since, before time.Time) error {
	var device *uuid.UUID
	err := s.db.write.NewUpdate().Model((*loginRow)(nil)).
		Set("last_act_at = ?", now.UnixMicro()).
		Where("id = ?", id).
		Where("last_act_at BETWEEN ? AND ?", since.UnixMicro(), before.UnixMicro()).
		Returning("device_id").
		Scan(ctx, &device)
	if kindOf(err) == notFound || err == nil && device == nil {
		return nil
	}
	if err != nil {
		return accountError(ctx, fmt.Errorf("update login session: %w", err))
	}
	_, err = s.db.write.NewUpdate().Model((*deviceRow)(nil)).
		Set("last_used_at = ?", now.UnixMicro()).
		Where("id = ?", *device).
		Exec(ctx)
	if err != nil {
		return accountError(ctx, fmt.Errorf("update device: %w", err))
	}
	return nil
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
		return do(accountsTx{tx, s.db.locking, j, seal})
	}))
}
