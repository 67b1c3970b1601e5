package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/outbox"
	"pleiades/shared/envelope"
)

var (
	_ outbox.Store = outboxes{}
	_ outbox.Tx    = outboxTx{}
)

type ingestKeyRow struct {
	bun.BaseModel `bun:"table:ingest_keys,alias:i"`

	ID        uuid.UUID `bun:",pk"`
	Seed      []byte
	CreatedAt int64
}

func (r ingestKeyRow) place() place { return place{row: r.ID} }

type secretRow struct {
	bun.BaseModel `bun:"table:device_secrets,alias:s"`

	DeviceID uuid.UUID `bun:",pk"`
	Secret   []byte

	// From the tables beside it.
	AccountID uuid.UUID `bun:",scanonly"`
	Revoked   bool      `bun:",scanonly"`
	Disabled  bool      `bun:",scanonly"`
}

func (r secretRow) place() place { return place{row: r.DeviceID, person: r.AccountID} }

// outboxes is the store of package outbox.
type outboxes struct{ db *DB }

// Outbox returns the store of package outbox.
func (db *DB) Outbox() outbox.Store { return outboxes{db} }

// ListIngestKeys leaves out a key that does not open: nothing opens with it.
func (s outboxes) ListIngestKeys(ctx context.Context) ([]outbox.IngestKey, error) {
	var rows []ingestKeyRow
	if err := s.db.read.NewSelect().Model(&rows).Order("created_at DESC", "id DESC").Scan(ctx); err != nil {
		return nil, outboxError(ctx, fmt.Errorf("select ingest keys: %w", err))
	}
	var list []outbox.IngestKey
	for _, r := range rows {
		seed, err := s.db.opener.data(ctx, ingestSeed, r.place(), r.Seed)
		if err != nil {
			return nil, outboxError(ctx, err)
		}
		if seed != nil {
			list = append(list, outbox.IngestKey{ID: r.ID, Seed: seed, CreatedAt: instant(r.CreatedAt)})
		}
	}
	return list, nil
}

// FindSender does not find a device whose secret does not open: nobody can prove
// to be it.
func (s outboxes) FindSender(ctx context.Context, device uuid.UUID) (outbox.Sender, error) {
	var row secretRow
	err := s.db.read.NewSelect().Model(&row).
		ColumnExpr("s.*").
		ColumnExpr("d.account_id, d.revoked_at IS NOT NULL AS revoked, a.disabled").
		Join("JOIN devices AS d ON d.id = s.device_id").
		Join("JOIN accounts AS a ON a.id = d.account_id").
		Where("s.device_id = ?", device).
		Scan(ctx)
	if err != nil {
		return outbox.Sender{}, outboxError(ctx, fmt.Errorf("select device secret: %w", err))
	}
	secret, err := s.db.opener.data(ctx, deviceSecret, row.place(), row.Secret)
	if err != nil {
		return outbox.Sender{}, outboxError(ctx, err)
	}
	if len(secret) != envelope.SecretSize {
		return outbox.Sender{}, outbox.ErrNotFound
	}
	return outbox.Sender{
		Account: row.AccountID, Secret: envelope.Secret(secret), Revoked: row.Revoked, Disabled: row.Disabled,
	}, nil
}

func (s outboxes) Update(ctx context.Context, do func(outbox.Tx) error) error {
	return outboxError(ctx, s.db.recorded(ctx, func(tx bun.Tx, j *journal, seal sealer) error {
		return do(outboxTx{accountsTx{tx, s.db.locking, j, seal}})
	}))
}

// outboxTx is a transaction of package outbox.
type outboxTx struct{ accountsTx }

func (t outboxTx) CreateIngestKey(ctx context.Context, key outbox.IngestKey) error {
	row := ingestKeyRow{ID: key.ID, CreatedAt: key.CreatedAt.UnixMicro()}
	var err error
	if row.Seed, err = t.seal(ctx, ingestSeed, row.place(), key.Seed); err != nil {
		return err
	}
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert ingest key: %w", err)
	}
	return nil
}

func (t outboxTx) DeleteIngestKey(ctx context.Context, id uuid.UUID) error {
	if _, err := t.tx.NewDelete().Model((*ingestKeyRow)(nil)).Where("id = ?", id).Exec(ctx); err != nil {
		return fmt.Errorf("delete ingest key: %w", err)
	}
	t.shredded = true
	return nil
}

func (t outboxTx) SaveSecret(ctx context.Context, device, account uuid.UUID, secret envelope.Secret) error {
	row := secretRow{DeviceID: device, AccountID: account}
	var err error
	if row.Secret, err = t.seal(ctx, deviceSecret, row.place(), secret[:]); err != nil {
		return err
	}
	_, err = t.tx.NewInsert().Model(&row).On("CONFLICT (device_id) DO UPDATE").Set("secret = EXCLUDED.secret").Exec(ctx)
	if err != nil {
		return fmt.Errorf("upsert device secret: %w", err)
	}
	return nil
}
