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

type deviceRow struct {
	bun.BaseModel `bun:"table:devices,alias:d"`

	ID         uuid.UUID `bun:",pk"`
	AccountID  uuid.UUID
	TokenHash  []byte
	Name       []byte
	UserAgent  []byte
	CreatedAt  int64
	LastUsedAt int64
	RevokedAt  *int64

	LoggedIn bool `bun:",scanonly"`
}

func newDeviceRow(d account.Device) deviceRow {
	row := deviceRow{
		ID:         d.ID,
		AccountID:  d.Account,
		Name:       []byte(d.Name),
		UserAgent:  []byte(d.UserAgent),
		CreatedAt:  d.CreatedAt.UnixMicro(),
		LastUsedAt: d.LastUsedAt.UnixMicro(),
	}
	if d.Revoked() {
		at := d.RevokedAt.UnixMicro()
		row.RevokedAt = &at
	}
	return row
}

func (r deviceRow) device() account.Device {
	d := account.Device{
		ID:         r.ID,
		Account:    r.AccountID,
		Name:       message.Text(r.Name),
		UserAgent:  string(r.UserAgent),
		CreatedAt:  instant(r.CreatedAt),
		LastUsedAt: instant(r.LastUsedAt),
		LoggedIn:   r.LoggedIn,
	}
	if r.RevokedAt != nil {
		d.RevokedAt = instant(*r.RevokedAt)
	}
	return d
}

func devicesOf(rows []deviceRow) []account.Device {
	list := make([]account.Device, len(rows))
	for i, r := range rows {
		list[i] = r.device()
	}
	return list
}

func (s accounts) FindDevice(ctx context.Context, id uuid.UUID) (account.Device, error) {
	var row deviceRow
	if err := s.db.read.NewSelect().Model(&row).Where("id = ?", id).Scan(ctx); err != nil {
		return account.Device{}, accountError(ctx, fmt.Errorf("select device: %w", err))
	}
	return row.device(), nil
}

func (s accounts) ListDevices(ctx context.Context, id uuid.UUID, now, idle time.Time) ([]account.Device, error) {
	var rows []deviceRow
	err := s.db.read.NewSelect().Model(&rows).
		ColumnExpr("d.*").
		ColumnExpr("EXISTS (SELECT 1 FROM login_sessions AS l WHERE l.device_id = d.id AND l.expires_at > ? AND l.last_act_at >= ?) AS logged_in",
			now.UnixMicro(), idle.UnixMicro()).
		Where("d.account_id = ? AND d.revoked_at IS NULL", id).
		Order("d.last_used_at DESC", "d.id DESC").
		Scan(ctx)
	if err != nil {
		return nil, accountError(ctx, fmt.Errorf("select devices: %w", err))
	}
	return devicesOf(rows), nil
}

func (s accounts) ListDevicesByToken(ctx context.Context, tokenHash []byte) ([]account.Device, error) {
	var rows []deviceRow
	if err := selectByToken(s.db.read, &rows, tokenHash).Scan(ctx); err != nil {
		return nil, accountError(ctx, fmt.Errorf("select devices: %w", err))
	}
	return devicesOf(rows), nil
}

func selectByToken(db bun.IDB, rows *[]deviceRow, tokenHash []byte) *bun.SelectQuery {
	return db.NewSelect().Model(rows).Where("token_hash = ?", tokenHash).Order("last_used_at DESC", "id DESC")
}

func (t accountsTx) CreateDevice(ctx context.Context, d account.Device, tokenHash []byte) error {
	row := newDeviceRow(d)
	row.TokenHash = tokenHash
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert device: %w", err)
	}
	return nil
}

func (t accountsTx) LockDevice(ctx context.Context, id uuid.UUID) (account.Device, error) {
	var row deviceRow
	if err := t.forUpdate(t.tx.NewSelect().Model(&row).Where("id = ?", id)).Scan(ctx); err != nil {
		return account.Device{}, accountError(ctx, fmt.Errorf("lock device: %w", err))
	}
	return row.device(), nil
}

func (t accountsTx) LockDevicesByToken(ctx context.Context, tokenHash []byte) ([]account.Device, error) {
	var rows []deviceRow
	if err := t.forUpdate(selectByToken(t.tx, &rows, tokenHash)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("lock devices: %w", err)
	}
	return devicesOf(rows), nil
}

func (t accountsTx) UpdateDevice(ctx context.Context, d account.Device) error {
	row := newDeviceRow(d)
	_, err := t.tx.NewUpdate().Model(&row).Column("name", "user_agent", "last_used_at", "revoked_at").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("update device: %w", err)
	}
	return nil
}

func (t accountsTx) DeleteDeviceLogins(ctx context.Context, device uuid.UUID) ([]account.LoginID, error) {
	var ids []account.LoginID
	err := t.tx.NewDelete().Model((*loginRow)(nil)).Where("device_id = ?", device).Returning("id").Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("delete login sessions: %w", err)
	}
	return ids, nil
}

// forUpdate locks the rows that a query finds, where rows are locked one by one.
func (t accountsTx) forUpdate(q *bun.SelectQuery) *bun.SelectQuery {
	if t.locking {
		return q.For("UPDATE")
	}
	return q
}
