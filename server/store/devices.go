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
	SeenAt     int64 // notices up to then were seen there

	LoggedIn bool `bun:",scanonly"`
}

func (r deviceRow) place() place { return place{row: r.ID, person: r.AccountID} }

// sealDevice returns the row of a device in place of what is stored of it.
func (s sealer) sealDevice(ctx context.Context, stored deviceRow, d account.Device) (deviceRow, error) {
	row := deviceRow{
		ID:         d.ID,
		AccountID:  d.Account,
		CreatedAt:  d.CreatedAt.UnixMicro(),
		LastUsedAt: d.LastUsedAt.UnixMicro(),
	}
	if d.Revoked() {
		at := d.RevokedAt.UnixMicro()
		row.RevokedAt = &at
	}
	var err error
	if row.Name, err = s.sealOver(ctx, deviceName, row.place(), stored.Name, d.Name); err != nil {
		return deviceRow{}, err
	}
	row.UserAgent, err = s.sealOver(ctx, deviceUserAgent, row.place(), stored.UserAgent, message.Text(d.UserAgent))
	return row, err
}

func (o opener) device(ctx context.Context, r deviceRow) (account.Device, error) {
	name, err := o.word(ctx, deviceName, r.place(), r.Name)
	if err != nil {
		return account.Device{}, err
	}
	agent, err := o.word(ctx, deviceUserAgent, r.place(), r.UserAgent)
	d := account.Device{
		ID:         r.ID,
		Account:    r.AccountID,
		Name:       name,
		UserAgent:  string(agent),
		CreatedAt:  instant(r.CreatedAt),
		LastUsedAt: instant(r.LastUsedAt),
		LoggedIn:   r.LoggedIn,
	}
	if r.RevokedAt != nil {
		d.RevokedAt = instant(*r.RevokedAt)
	}
	return d, err
}

func (s accounts) FindDevice(ctx context.Context, id uuid.UUID) (account.Device, error) {
	var row deviceRow
	if err := s.db.read.NewSelect().Model(&row).Where("id = ?", id).Scan(ctx); err != nil {
		return account.Device{}, accountError(ctx, fmt.Errorf("select device: %w", err))
	}
	d, err := s.db.opener.device(ctx, row)
	return d, accountError(ctx, err)
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
	list, err := openAll(ctx, rows, s.db.opener.device)
	return list, accountError(ctx, err)
}

func (s accounts) ListDevicesByToken(ctx context.Context, tokenHash []byte) ([]account.Device, error) {
	var rows []deviceRow
	if err := selectByToken(s.db.read, &rows, tokenHash).Scan(ctx); err != nil {
		return nil, accountError(ctx, fmt.Errorf("select devices: %w", err))
	}
	list, err := openAll(ctx, rows, s.db.opener.device)
	return list, accountError(ctx, err)
}

func selectByToken(db bun.IDB, rows *[]deviceRow, tokenHash []byte) *bun.SelectQuery {
	return db.NewSelect().Model(rows).Where("token_hash = ?", tokenHash).Order("last_used_at DESC", "id DESC")
}

func (t accountsTx) CreateDevice(ctx context.Context, d account.Device, tokenHash []byte) error {
	row, err := t.sealDevice(ctx, deviceRow{}, d)
	if err != nil {
		return err
	}
	row.TokenHash, row.SeenAt = tokenHash, row.CreatedAt
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert device: %w", err)
	}
	inserted(t.journal, row)
	return nil
}

func (t accountsTx) HasDevice(ctx context.Context, id uuid.UUID) (bool, error) {
	has, err := t.tx.NewSelect().Model((*deviceRow)(nil)).Where("account_id = ?", id).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("look for devices: %w", err)
	}
	return has, nil
}

func (t accountsTx) LockDevice(ctx context.Context, id uuid.UUID) (account.Device, error) {
	var row deviceRow
	if err := t.forUpdate(t.tx.NewSelect().Model(&row).Where("id = ?", id)).Scan(ctx); err != nil {
		return account.Device{}, accountError(ctx, fmt.Errorf("lock device: %w", err))
	}
	return t.device(ctx, row)
}

func (t accountsTx) LockDevicesByToken(ctx context.Context, tokenHash []byte) ([]account.Device, error) {
	var rows []deviceRow
	if err := t.forUpdate(selectByToken(t.tx, &rows, tokenHash)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("lock devices: %w", err)
	}
	return openAll(ctx, rows, t.device)
}

func (t accountsTx) UpdateDevice(ctx context.Context, d account.Device) error {
	stored, err := holdOne[deviceRow](ctx, t.journal, where("id = ?", d.ID))
	if err != nil {
		return err
	}
	row, err := t.sealDevice(ctx, stored, d)
	if err != nil {
		return err
	}
	row.TokenHash = stored.TokenHash
	_, err = t.tx.NewUpdate().Model(&row).Column("name", "user_agent", "last_used_at", "revoked_at").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("update device: %w", err)
	}
	updated(t.journal, row)
	return nil
}

// forUpdate locks the rows that a query finds, where rows are locked one by one.
func (t accountsTx) forUpdate(q *bun.SelectQuery) *bun.SelectQuery {
	if t.locking {
		return q.For("UPDATE")
	}
	return q
}
