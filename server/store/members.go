package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
	"pleiades/shared/message"
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

func (t accountsTx) UpdateSuspension(ctx context.Context, practice uuid.UUID, since time.Time) (conversations []uuid.UUID, changed bool, err error) {
	at, is := int64(0), "suspended_at <> 0"
	if !since.IsZero() {
		at, is = since.UnixMicro(), "suspended_at = 0"
	}
	rows, err := hold[practiceRow](ctx, t.journal, where("id = ? AND "+is, practice))
	if err != nil || len(rows) == 0 {
		return nil, false, err
	}
	row := rows[0]
	row.SuspendedAt = at
	if _, err := t.tx.NewUpdate().Model(&row).Column("suspended_at").WherePK().Exec(ctx); err != nil {
		return nil, false, fmt.Errorf("update practice: %w", err)
	}
	updated(t.journal, row)
	conversations, err = t.raiseConversations(ctx, "practice_id = ?", practice)
	return conversations, true, err
}

func (t accountsTx) UpdatePracticeName(ctx context.Context, practice uuid.UUID, name message.Text) error {
	row, err := holdOne[practiceRow](ctx, t.journal, where("id = ?", practice))
	if err != nil {
		return err
	}
	if row.Name, err = t.seal(ctx, practiceName, placeOfPractice(practice), []byte(name)); err != nil {
		return err
	}
	if _, err := t.tx.NewUpdate().Model(&row).Column("name").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("update practice: %w", err)
	}
	updated(t.journal, row)
	return nil
}

func (t accountsTx) UpdatePracticeLock(ctx context.Context, practice uuid.UUID, within int) (people []uuid.UUID, err error) {
	row, err := holdOne[practiceRow](ctx, t.journal, where("id = ?", practice))
	if err != nil {
		return nil, err
	}
	row.LockWithin = int64(within)
	if _, err := t.tx.NewUpdate().Model(&row).Column("lock_within").WherePK().Exec(ctx); err != nil {
		return nil, fmt.Errorf("update practice: %w", err)
	}
	updated(t.journal, row)
	err = t.tx.NewSelect().Model((*membershipRow)(nil)).ColumnExpr("DISTINCT m.account_id").Where("m.practice_id = ?", practice).Scan(ctx, &people)
	if err != nil {
		return nil, fmt.Errorf("select members: %w", err)
	}
	return people, nil
}

// active selects the memberships m in a role of those who are not disabled.
func active(q *bun.SelectQuery, role wire.Role) *bun.SelectQuery {
	return q.Join("JOIN accounts AS a ON a.id = m.account_id").Where("m.role = ? AND NOT a.disabled", role)
}

func (s accounts) ListOwnerless(ctx context.Context) (practices []uuid.UUID, err error) {
	owners := active(s.db.read.NewSelect().Model((*membershipRow)(nil)).Column("m.practice_id"), wire.RoleOwner)
	err = active(s.db.read.NewSelect().Model((*membershipRow)(nil)), wire.RoleAdmin).
		ColumnExpr("DISTINCT m.practice_id").
		Where("m.practice_id NOT IN (?)", owners).
		Scan(ctx, &practices)
	if err != nil {
		return nil, accountError(ctx, fmt.Errorf("select practices: %w", err))
	}
	return practices, nil
}

func (t accountsTx) FindFirstAdmin(ctx context.Context, practice uuid.UUID) (id uuid.UUID, err error) {
	err = active(t.tx.NewSelect().Model((*membershipRow)(nil)).Column("m.account_id"), wire.RoleAdmin).
		Where("m.practice_id = ?", practice).
		Order("m.created_at", "m.account_id").
		Limit(1).
		Scan(ctx, &id)
	if err != nil {
		return uuid.Nil, accountError(ctx, fmt.Errorf("select admin: %w", err))
	}
	return id, nil
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
	n, err := active(t.tx.NewSelect().Model((*membershipRow)(nil)), wire.RoleOwner).Where("m.practice_id = ?", practice).Count(ctx)
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
