package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
	"pleiades/shared/wire"
)

// staffInvitationRow is an invitation to work in a practice.
type staffInvitationRow struct {
	bun.BaseModel `bun:"table:staff_invitations,alias:i"`

	PracticeID uuid.UUID `bun:",pk"`
	ID         uuid.UUID `bun:",pk"`
	TokenHash  []byte
	Roles      string // separated by commas
	Name       []byte
	InviterID  *uuid.UUID
	CreatedAt  int64
	ExpiresAt  int64
	UsedAt     *int64
	UsedBy     *uuid.UUID
}

func (r staffInvitationRow) place() place { return place{practice: r.PracticeID, row: r.ID} }

func (o opener) staffInvitation(ctx context.Context, r staffInvitationRow) (account.StaffInvitation, error) {
	name, err := o.word(ctx, staffInvitationName, r.place(), r.Name)
	return account.StaffInvitation{
		ID:        r.ID,
		TokenHash: r.TokenHash,
		Practice:  r.PracticeID,
		Name:      name,
		Roles:     splitRoles(r.Roles),
		Inviter:   given(r.InviterID),
		CreatedAt: instant(r.CreatedAt),
		ExpiresAt: instant(r.ExpiresAt),
	}, err
}

// usableStaff selects the invitation with the token hash if the account, which
// may be uuid.Nil, can use it now: once more if it has.
func usableStaff(tokenHash []byte, id uuid.UUID, now time.Time) func(bun.QueryBuilder) bun.QueryBuilder {
	return func(q bun.QueryBuilder) bun.QueryBuilder {
		return ofInviter(q.Where("token_hash = ? AND (used_at IS NULL OR used_by = ?) AND expires_at > ?", tokenHash, id, now.UnixMicro()))
	}
}

// ofInviter selects the invitations to work in a practice whose inviter may
// still invite there.
func ofInviter(q bun.QueryBuilder) bun.QueryBuilder {
	return q.Where(`(inviter_id IS NULL OR EXISTS (SELECT 1 FROM memberships AS m JOIN accounts AS a ON a.id = m.account_id
				WHERE m.practice_id = i.practice_id AND m.account_id = i.inviter_id
				AND m.role IN (?, ?) AND NOT a.disabled))`, wire.RoleOwner, wire.RoleAdmin)
}

func (s accounts) FindStaffInvitation(ctx context.Context, tokenHash []byte) (account.StaffInvitation, error) {
	var row staffInvitationRow
	err := s.db.read.NewSelect().Model(&row).Where("token_hash = ? AND used_at IS NULL", tokenHash).ApplyQueryBuilder(ofInviter).Scan(ctx)
	if err != nil {
		return account.StaffInvitation{}, accountError(ctx, fmt.Errorf("select invitation: %w", err))
	}
	found, err := s.db.opener.staffInvitation(ctx, row)
	return found, accountError(ctx, err)
}

func (s accounts) ListStaffInvitations(ctx context.Context, practice uuid.UUID, now time.Time) ([]account.StaffInvitation, error) {
	var rows []staffInvitationRow
	err := s.db.read.NewSelect().Model(&rows).
		Where("practice_id = ? AND used_at IS NULL AND expires_at > ?", practice, now.UnixMicro()).
		Order("created_at DESC", "id").
		Scan(ctx)
	if err != nil {
		return nil, accountError(ctx, fmt.Errorf("select invitations: %w", err))
	}
	list, err := openAll(ctx, rows, s.db.opener.staffInvitation)
	return list, accountError(ctx, err)
}

func (t accountsTx) CreateStaffInvitation(ctx context.Context, i account.StaffInvitation) error {
	row := staffInvitationRow{
		PracticeID: i.Practice,
		ID:         i.ID,
		TokenHash:  i.TokenHash,
		Roles:      joinRoles(i.Roles),
		InviterID:  orNull(i.Inviter),
		CreatedAt:  i.CreatedAt.UnixMicro(),
		ExpiresAt:  i.ExpiresAt.UnixMicro(),
	}
	var err error
	if row.Name, err = t.seal(ctx, staffInvitationName, row.place(), []byte(i.Name)); err != nil {
		return err
	}
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert invitation: %w", err)
	}
	inserted(t.journal, row)
	return nil
}

func (t accountsTx) UseStaffInvitation(ctx context.Context, tokenHash []byte, id uuid.UUID, now time.Time) (account.StaffInvitation, error) {
	row, err := holdOne[staffInvitationRow](ctx, t.journal, usableStaff(tokenHash, id, now))
	if err != nil {
		return account.StaffInvitation{}, accountError(ctx, err)
	}
	at := now.UnixMicro()
	row.UsedAt, row.UsedBy = &at, &id
	if _, err := t.tx.NewUpdate().Model(&row).Column("used_at", "used_by").WherePK().Exec(ctx); err != nil {
		return account.StaffInvitation{}, fmt.Errorf("use invitation: %w", err)
	}
	updated(t.journal, row)
	return t.staffInvitation(ctx, row)
}

func (t accountsTx) DeleteStaffInvitations(ctx context.Context, practice uuid.UUID) error {
	var rows []staffInvitationRow
	err := t.tx.NewDelete().Model(&rows).Where("practice_id = ? AND used_at IS NULL", practice).Returning("*").Scan(ctx)
	if err != nil {
		return fmt.Errorf("delete invitations: %w", err)
	}
	deleted(t.journal, rows...)
	return nil
}

// joinRoles returns roles as a column holds them.
func joinRoles(roles []wire.Role) string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = string(role)
	}
	return strings.Join(names, ",")
}

func splitRoles(text string) []wire.Role {
	var roles []wire.Role
	for _, name := range strings.Split(text, ",") {
		roles = append(roles, wire.Role(name))
	}
	return roles
}

func (t accountsTx) DeleteStaffInvitation(ctx context.Context, practice, id uuid.UUID) (bool, error) {
	var rows []staffInvitationRow
	err := t.tx.NewDelete().Model(&rows).Where("practice_id = ? AND id = ? AND used_at IS NULL", practice, id).Returning("*").Scan(ctx)
	if err != nil {
		return false, fmt.Errorf("delete invitation: %w", err)
	}
	deleted(t.journal, rows...)
	return len(rows) > 0, nil
}
