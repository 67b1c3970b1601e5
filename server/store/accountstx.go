package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
	"pleiades/server/permit"
	"pleiades/shared/wire"
)

var _ account.Tx = accountsTx{}

// accountsTx is a transaction of package account. Its errors are translated
// when the transaction ends, save where account acts on them before.
type accountsTx struct {
	tx      bun.Tx
	locking bool
	*journal
	sealer
}

func (t accountsTx) CreatePractice(ctx context.Context, p account.Practice, at time.Time) error {
	name, err := t.seal(ctx, practiceName, placeOfPractice(p.ID), []byte(p.Name))
	if err != nil {
		return err
	}
	row := practiceRow{ID: p.ID, Name: name, Demo: p.Demo, CreatedAt: at.UnixMicro()}
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert practice: %w", err)
	}
	wrote(t.journal, row)
	return nil
}

func (t accountsTx) CreateAccount(ctx context.Context, a account.Account, c account.Credentials) (bool, error) {
	name, err := t.seal(ctx, accountName, placeOfAccount(a.ID), []byte(a.Name))
	if err != nil {
		return false, err
	}
	email, err := t.seal(ctx, accountEmail, placeOfAccount(a.ID), []byte(a.Email))
	if err != nil {
		return false, err
	}
	row := accountRow{
		ID:           a.ID,
		Name:         name,
		Email:        email,
		EmailIndex:   c.EmailIndex,
		PasswordHash: c.PasswordHash,
		Disabled:     c.Disabled,
		CreatedAt:    a.CreatedAt.UnixMicro(),
	}
	result, err := t.tx.NewInsert().Model(&row).On("CONFLICT (email_index) DO NOTHING").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("insert account: %w", err)
	}
	return created(t.journal, row, result)
}

func (t accountsTx) CreateMembership(ctx context.Context, practice, id uuid.UUID, role wire.Role, at time.Time) (bool, error) {
	row := membershipRow{PracticeID: practice, AccountID: id, Role: role, CreatedAt: at.UnixMicro()}
	result, err := t.tx.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("insert membership: %w", err)
	}
	return created(t.journal, row, result)
}

func (t accountsTx) CreateConversation(ctx context.Context, id, practice, client, therapist uuid.UUID, at time.Time) error {
	row := conversationRow{
		stateRow:    stateRow{PracticeID: practice, ID: id},
		ClientID:    client,
		TherapistID: therapist,
		CreatedAt:   at.UnixMicro(),
	}
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert conversation: %w", err)
	}
	wrote(t.journal, row)
	return nil
}

func (t accountsTx) FindConversation(ctx context.Context, practice, client, therapist uuid.UUID) (uuid.UUID, error) {
	var row stateRow
	err := t.tx.NewSelect().Model(&row).Column("id").
		Where("practice_id = ? AND client_id = ? AND therapist_id = ?", practice, client, therapist).
		Scan(ctx)
	if err != nil {
		return uuid.Nil, accountError(ctx, fmt.Errorf("select conversation: %w", err))
	}
	return row.ID, nil
}

func (t accountsTx) UpdateReadReceipts(ctx context.Context, therapist uuid.UUID, shown bool) (conversations []uuid.UUID, err error) {
	var changed []membershipRow
	err = t.tx.NewUpdate().Model((*membershipRow)(nil)).
		Set("read_receipts = ?", shown).
		Where("account_id = ? AND role = ? AND read_receipts <> ?", therapist, wire.RoleTherapist, shown).
		Returning("*").
		Scan(ctx, &changed)
	if err != nil {
		return nil, fmt.Errorf("update memberships: %w", err)
	}
	if len(changed) == 0 {
		return nil, nil
	}
	wrote(t.journal, changed...)
	// In the order of the ids, as everyone locks them.
	q := t.tx.NewSelect().Model((*stateRow)(nil)).Column("id").Where("therapist_id = ?", therapist).Order("id")
	if t.locking {
		q = q.For("UPDATE")
	}
	if err := q.Scan(ctx, &conversations); err != nil {
		return nil, fmt.Errorf("lock conversations: %w", err)
	}
	if _, err := t.tx.NewUpdate().Model((*stateRow)(nil)).Set("rev = rev + 1").Where("therapist_id = ?", therapist).Exec(ctx); err != nil {
		return nil, fmt.Errorf("update conversations: %w", err)
	}
	return conversations, nil
}

func (t accountsTx) LockCredentials(ctx context.Context, id uuid.UUID) (account.Credentials, error) {
	var row accountRow
	q := t.tx.NewSelect().Model(&row).Where("id = ?", id)
	if t.locking {
		q = q.For("UPDATE")
	}
	if err := q.Scan(ctx); err != nil {
		return account.Credentials{}, fmt.Errorf("select credentials: %w", err)
	}
	return row.credentials(), nil
}

func (t accountsTx) UpdateCredentials(ctx context.Context, c account.Credentials) error {
	var row accountRow
	err := t.tx.NewUpdate().Model(&row).
		Set("password_hash = ?", c.PasswordHash).
		Set("disabled = ?", c.Disabled).
		Where("id = ?", c.Account).
		Returning("*").
		Scan(ctx)
	if err != nil {
		return fmt.Errorf("update credentials: %w", err)
	}
	wrote(t.journal, row)
	return nil
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
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert login session: %w", err)
	}
	return nil
}

func (t accountsTx) DeleteLogin(ctx context.Context, id account.LoginID) (bool, error) {
	result, err := t.tx.NewDelete().Model((*loginRow)(nil)).Where("id = ?", id).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("delete login session: %w", err)
	}
	return affected(result)
}

func (t accountsTx) RotateLogin(ctx context.Context, id account.LoginID, tokenHash []byte, at time.Time) error {
	result, err := t.tx.NewUpdate().Model((*loginRow)(nil)).
		Set("old_token_hash = token_hash").
		Set("token_hash = ?", tokenHash).
		Set("rotated_at = ?", at.UnixMicro()).
		Set("proved_at = ?", at.UnixMicro()).
		Where("id = ?", id).
		Exec(ctx)
	if err != nil {
		return fmt.Errorf("rotate login session: %w", err)
	}
	if found, err := affected(result); err != nil || !found {
		return cmp.Or(err, account.ErrNotLoggedIn)
	}
	return nil
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

// affected reports whether a statement changed any row.
func affected(result sql.Result) (bool, error) {
	n, err := result.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("count rows: %w", err)
	}
	return n > 0, nil
}
