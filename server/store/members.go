package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/shared/wire"
)

// staffRow is a role of someone who works in a practice, with their name.
type staffRow struct {
	AccountID uuid.UUID
	Role      wire.Role
	CreatedAt int64
	Name      []byte
}

func (s accounts) ListStaff(ctx context.Context, practice uuid.UUID) ([]wire.Member, error) {
	var rows []staffRow
	err := s.db.read.NewSelect().Model((*membershipRow)(nil)).
		Column("m.account_id", "m.role", "m.created_at").
		ColumnExpr("a.name").
		Join("JOIN accounts AS a ON a.id = m.account_id").
		Where("m.practice_id = ? AND m.role <> ?", practice, wire.RoleClient).
		Order("m.created_at", "m.account_id", "m.role").
		Scan(ctx, &rows)
	if err != nil {
		return nil, accountError(ctx, fmt.Errorf("select members: %w", err))
	}
	list := []wire.Member{}
	at := make(map[uuid.UUID]int)
	for _, r := range rows {
		i, known := at[r.AccountID]
		if !known {
			name, err := s.db.opener.word(ctx, accountName, placeOfAccount(r.AccountID), r.Name)
			if err != nil {
				return nil, accountError(ctx, err)
			}
			i, at[r.AccountID] = len(list), len(list)
			list = append(list, wire.Member{Person: wire.Person{ID: r.AccountID, Name: name}, Since: instant(r.CreatedAt)})
		}
		list[i].Roles = append(list[i].Roles, r.Role)
	}
	return list, nil
}

func (t accountsTx) LockPractice(ctx context.Context, id uuid.UUID) (account.Practice, error) {
	var row practiceRow
	if err := t.forUpdate(t.tx.NewSelect().Model(&row).Where("id = ?", id)).Scan(ctx); err != nil {
		return account.Practice{}, accountError(ctx, fmt.Errorf("lock practice: %w", err))
	}
	return t.practice(ctx, row)
}

func (t accountsTx) ListRoles(ctx context.Context, practice, id uuid.UUID) ([]wire.Role, error) {
	var roles []wire.Role
	err := t.tx.NewSelect().Model((*membershipRow)(nil)).Column("role").
		Where("practice_id = ? AND account_id = ?", practice, id).
		Order("role").
		Scan(ctx, &roles)
	if err != nil {
		return nil, fmt.Errorf("select roles: %w", err)
	}
	return roles, nil
}

func (t accountsTx) CountOwners(ctx context.Context, practice uuid.UUID) (int, error) {
	n, err := t.tx.NewSelect().Model((*membershipRow)(nil)).
		Join("JOIN accounts AS a ON a.id = m.account_id").
		Where("m.practice_id = ? AND m.role = ? AND NOT a.disabled", practice, wire.RoleOwner).
		Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count owners: %w", err)
	}
	return n, nil
}

func (t accountsTx) HasOpenConversations(ctx context.Context, practice, therapist uuid.UUID) (bool, error) {
	open, err := t.tx.NewSelect().Model((*stateRow)(nil)).
		Where("c.practice_id = ? AND c.therapist_id = ?", practice, therapist).
		Where(`NOT EXISTS (SELECT 1 FROM closings AS x
			WHERE x.practice_id = c.practice_id AND x.conversation_id = c.id AND x.reopened_at = 0)`).
		Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("select conversations: %w", err)
	}
	return open, nil
}

func (t accountsTx) DeleteMembership(ctx context.Context, practice, id uuid.UUID, role wire.Role) error {
	var rows []membershipRow
	err := t.tx.NewDelete().Model(&rows).
		Where("practice_id = ? AND account_id = ? AND role = ?", practice, id, role).
		Returning("*").
		Scan(ctx)
	if err != nil {
		return fmt.Errorf("delete membership: %w", err)
	}
	deleted(t.journal, rows...)
	return nil
}
