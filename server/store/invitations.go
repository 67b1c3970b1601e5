package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
	"pleiades/shared/wire"
)

func (t accountsTx) CreateInvitation(ctx context.Context, i account.Invitation) error {
	row := invitationRow{
		PracticeID:  i.Practice,
		ID:          i.ID,
		TokenHash:   i.TokenHash,
		CodeHash:    i.CodeHash,
		TherapistID: i.Therapist,
		CreatedAt:   i.CreatedAt.UnixMicro(),
		ExpiresAt:   i.ExpiresAt.UnixMicro(),
	}
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert invitation: %w", err)
	}
	inserted(t.journal, row)
	return nil
}

func (t accountsTx) UseInvitation(ctx context.Context, key []byte, id uuid.UUID, now time.Time) (account.Invitation, error) {
	row, err := holdOne[invitationRow](ctx, t.journal, usable(key, id, now))
	if err != nil {
		return account.Invitation{}, accountError(ctx, err)
	}
	at := now.UnixMicro()
	row.UsedAt, row.UsedBy = &at, &id
	if _, err := t.tx.NewUpdate().Model(&row).Column("used_at", "used_by").WherePK().Exec(ctx); err != nil {
		return account.Invitation{}, fmt.Errorf("use invitation: %w", err)
	}
	updated(t.journal, row)
	return row.invitation(), nil
}

// usable selects the invitation with the hash of its token or code if the
// account can use it now: once more if it has.
func usable(key []byte, id uuid.UUID, now time.Time) func(bun.QueryBuilder) bun.QueryBuilder {
	return func(q bun.QueryBuilder) bun.QueryBuilder {
		return ofSomeone(q.Where("(token_hash = ?0 OR code_hash = ?0)", key).
			Where("(used_at IS NULL OR used_by = ?) AND expires_at > ?", id, now.UnixMicro()))
	}
}

// ofSomeone selects the invitations whose therapist still is one of the practice.
func ofSomeone(q bun.QueryBuilder) bun.QueryBuilder {
	return q.Where(`EXISTS (SELECT 1 FROM memberships AS m JOIN accounts AS a ON a.id = m.account_id
		WHERE m.practice_id = i.practice_id AND m.account_id = i.therapist_id AND m.role = ? AND NOT a.disabled)`, wire.RoleTherapist)
}

func (t accountsTx) DeleteInvitation(ctx context.Context, therapist, id uuid.UUID) (account.Invitation, error) {
	var row invitationRow
	err := t.tx.NewDelete().Model(&row).
		Where("id = ? AND therapist_id = ? AND used_at IS NULL", id, therapist).
		Returning("*").
		Scan(ctx)
	if err != nil {
		return account.Invitation{}, accountError(ctx, fmt.Errorf("delete invitation: %w", err))
	}
	deleted(t.journal, row)
	return row.invitation(), nil
}

func (s accounts) FindInvitation(ctx context.Context, key []byte) (account.Invitation, error) {
	var row invitationRow
	err := s.db.read.NewSelect().Model(&row).
		Where("(token_hash = ?0 OR code_hash = ?0) AND used_at IS NULL", key).
		ApplyQueryBuilder(ofSomeone).
		Scan(ctx)
	if err != nil {
		return account.Invitation{}, accountError(ctx, fmt.Errorf("select invitation: %w", err))
	}
	return row.invitation(), nil
}

func (s accounts) ListInvitations(ctx context.Context, therapist uuid.UUID, now time.Time, limit int) ([]account.Invitation, error) {
	var rows []invitationRow
	err := s.db.read.NewSelect().Model(&rows).
		Where("therapist_id = ? AND used_at IS NULL AND expires_at > ?", therapist, now.UnixMicro()).
		ApplyQueryBuilder(ofSomeone).
		Order("created_at DESC", "id").
		Limit(limit).
		Scan(ctx)
	if err != nil {
		return nil, accountError(ctx, fmt.Errorf("select invitations: %w", err))
	}
	list := make([]account.Invitation, len(rows))
	for i, r := range rows {
		list[i] = r.invitation()
	}
	return list, nil
}
