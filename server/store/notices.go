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

type noticeRow struct {
	bun.BaseModel `bun:"table:notices,alias:n"`

	ID         uuid.UUID `bun:",pk"`
	AccountID  uuid.UUID
	Kind       wire.SecurityNotice
	DeviceID   *uuid.UUID
	HappenedAt int64
}

func (t accountsTx) CreateNotice(ctx context.Context, n account.Notice) error {
	row := noticeRow{ID: n.ID, AccountID: n.Account, Kind: n.Kind, DeviceID: orNull(n.Device), HappenedAt: n.At.UnixMicro()}
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert notice: %w", err)
	}
	return nil
}

func (s accounts) ListNotices(ctx context.Context, device uuid.UUID, limit int) ([]account.Notice, error) {
	var rows []noticeRow
	err := s.db.read.NewSelect().Model(&rows).
		Join("JOIN devices AS d ON d.account_id = n.account_id").
		Where("d.id = ? AND n.happened_at > d.seen_at", device).
		Where("n.device_id IS NULL OR n.device_id <> d.id").
		Order("n.happened_at DESC", "n.id DESC").
		Limit(limit).
		Scan(ctx)
	if err != nil {
		return nil, accountError(ctx, fmt.Errorf("select notices: %w", err))
	}
	list := make([]account.Notice, len(rows))
	for i, r := range rows {
		list[i] = account.Notice{ID: r.ID, Account: r.AccountID, Kind: r.Kind, Device: given(r.DeviceID), At: instant(r.HappenedAt)}
	}
	return list, nil
}

func (s accounts) UpdateSeen(ctx context.Context, device uuid.UUID, until time.Time) error {
	_, err := s.db.write.NewUpdate().Model((*deviceRow)(nil)).
		Set("seen_at = ?", until.UnixMicro()).
		Where("id = ? AND seen_at < ?", device, until.UnixMicro()).
		Exec(ctx)
	if err != nil {
		return accountError(ctx, fmt.Errorf("update device: %w", err))
	}
	return nil
}
