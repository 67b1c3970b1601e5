package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
	"pleiades/shared/wire"
)

var _ account.Tx = accountsTx{}

// accountsTx is a transaction of package account. Its errors are translated
// when the transaction ends, save where account acts on them before.
type accountsTx struct {
	tx      bun.Tx
	locking bool
	logins  loginGuard
	*journal
	sealer
}

func (t accountsTx) CreatePractice(ctx context.Context, p account.Practice) error {
	name, err := t.seal(ctx, practiceName, placeOfPractice(p.ID), []byte(p.Name))
	if err != nil {
		return err
	}
	row := practiceRow{ID: p.ID, Name: name, Demo: p.Demo, CreatedAt: p.CreatedAt.UnixMicro()}
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert practice: %w", err)
	}
	inserted(t.journal, row)
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
	inserted(t.journal, row)
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
	changed, err := hold[membershipRow](ctx, t.journal,
		where("account_id = ? AND role = ? AND read_receipts <> ?", therapist, wire.RoleTherapist, shown))
	if err != nil || len(changed) == 0 {
		return nil, err
	}
	for i := range changed {
		changed[i].ReadReceipts = shown
		if _, err := t.tx.NewUpdate().Model(&changed[i]).Column("read_receipts").WherePK().Exec(ctx); err != nil {
			return nil, fmt.Errorf("update membership: %w", err)
		}
	}
	updated(t.journal, changed...)
	return t.raiseConversations(ctx, "therapist_id = ?", therapist)
}

// raiseConversations raises the rev of conversations, and returns their ids.
func (t accountsTx) raiseConversations(ctx context.Context, where string, arg any) (ids []uuid.UUID, err error) {
	// In the order of the ids, as everyone locks them.
	q := t.forUpdate(t.tx.NewSelect().Model((*stateRow)(nil)).Column("id").Where(where, arg).Order("id"))
	if err := q.Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("lock conversations: %w", err)
	}
	if _, err := t.tx.NewUpdate().Model((*stateRow)(nil)).Set("rev = rev + 1").Where(where, arg).Exec(ctx); err != nil {
		return nil, fmt.Errorf("update conversations: %w", err)
	}
	return ids, nil
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
	row, err := holdOne[accountRow](ctx, t.journal, where("id = ?", c.Account))
	if err != nil {
		return err
	}
	row.PasswordHash, row.Disabled = c.PasswordHash, c.Disabled
	if _, err := t.tx.NewUpdate().Model(&row).Column("password_hash", "disabled").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("update credentials: %w", err)
	}
	updated(t.journal, row)
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
