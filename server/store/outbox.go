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

	DeviceID  uuid.UUID `bun:",pk"`
	CreatedAt int64     `bun:",pk"`
	Secret    []byte

	// From the tables beside it.
	AccountID uuid.UUID `bun:",scanonly"`
	Revoked   bool      `bun:",scanonly"`
	Disabled  bool      `bun:",scanonly"`
}

func (r secretRow) place() place {
	return place{row: r.DeviceID, person: r.AccountID, seq: r.CreatedAt}
}

// outboxes is the store of package outbox.
type outboxes struct{ db *DB }

// Outbox returns the store of package outbox.
func (db *DB) Outbox() outbox.Store { return outboxes{db} }

// ListIngestKeys leaves out a key that does not open: nothing opens with it.
func (s outboxes) ListIngestKeys(ctx context.Context) ([]outbox.IngestKey, error) {
	list, err := listIngestKeys(ctx, s.db.read, s.db.opener)
	return list, outboxError(ctx, err)
}

func listIngestKeys(ctx context.Context, db bun.IDB, o opener) ([]outbox.IngestKey, error) {
	var rows []ingestKeyRow
	if err := db.NewSelect().Model(&rows).Order("created_at DESC", "id DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("select ingest keys: %w", err)
	}
	var list []outbox.IngestKey
	for _, r := range rows {
		seed, err := o.data(ctx, ingestSeed, r.place(), r.Seed)
		if err != nil {
			return nil, err
		}
		if seed != nil {
			list = append(list, outbox.IngestKey{ID: r.ID, Seed: seed, CreatedAt: instant(r.CreatedAt)})
		}
	}
	return list, nil
}

// FindSender leaves out a secret that does not open: nobody can prove to have it.
func (s outboxes) FindSender(ctx context.Context, device uuid.UUID) (outbox.Sender, error) {
	var rows []secretRow
	err := s.db.read.NewSelect().Model(&rows).
		ColumnExpr("s.*").
		ColumnExpr("d.account_id, d.revoked_at IS NOT NULL AS revoked, a.disabled").
		Join("JOIN devices AS d ON d.id = s.device_id").
		Join("JOIN accounts AS a ON a.id = d.account_id").
		Where("s.device_id = ?", device).
		Order("s.created_at DESC").
		Scan(ctx)
	if err != nil {
		return outbox.Sender{}, outboxError(ctx, fmt.Errorf("select device secrets: %w", err))
	}
	var sender outbox.Sender
	for _, row := range rows {
		secret, err := s.db.opener.data(ctx, deviceSecret, row.place(), row.Secret)
		if err != nil {
			return outbox.Sender{}, outboxError(ctx, err)
		}
		if len(secret) != envelope.SecretSize {
			continue
		}
		sender.Account, sender.Revoked, sender.Disabled = row.AccountID, row.Revoked, row.Disabled
		sender.Secrets = append(sender.Secrets, outbox.DeviceSecret{Secret: envelope.Secret(secret), CreatedAt: instant(row.CreatedAt)})
	}
	if sender.Secrets == nil {
		return outbox.Sender{}, outbox.ErrNotFound
	}
	return sender, nil
}

func (s outboxes) Update(ctx context.Context, do func(outbox.Tx) error) error {
	return outboxError(ctx, s.db.recorded(ctx, func(tx bun.Tx, j *journal, seal sealer) error {
		return do(outboxTx{accountsTx{tx, s.db.locking, j, seal}})
	}))
}

// outboxTx is a transaction of package outbox.
type outboxTx struct{ accountsTx }

// ingestLock is the PostgreSQL advisory lock of who changes the ingest keys.
const ingestLock = 0x496e6773 // "Ings"

func (t outboxTx) LockIngestKeys(ctx context.Context) ([]outbox.IngestKey, error) {
	if t.locking {
		if _, err := t.tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", ingestLock); err != nil {
			return nil, fmt.Errorf("lock ingest keys: %w", err)
		}
	}
	return listIngestKeys(ctx, t.tx, t.opener)
}

func (t outboxTx) CreateIngestKey(ctx context.Context, key outbox.IngestKey) error {
	row := ingestKeyRow{ID: key.ID, CreatedAt: key.CreatedAt.UnixMicro()}
	var err error
	if row.Seed, err = t.seal(ctx, ingestSeed, row.place(), key.Seed); err != nil {
		return err
	}
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert ingest key: %w", err)
	}
	wrote(t.journal, row)
	return nil
}

func (t outboxTx) DeleteIngestKey(ctx context.Context, id uuid.UUID) error {
	t.shredded = true
	return deleteWhere[ingestKeyRow](ctx, t.accountsTx, "id = ?", id)
}

func (t outboxTx) SaveSecret(ctx context.Context, device, account uuid.UUID, secret outbox.DeviceSecret, keep int) error {
	var id uuid.UUID
	if err := t.forUpdate(t.tx.NewSelect().Model((*deviceRow)(nil)).Column("id").Where("id = ?", device)).Scan(ctx, &id); err != nil {
		return fmt.Errorf("lock device: %w", err)
	}
	var newest int64
	err := t.tx.NewSelect().Model((*secretRow)(nil)).ColumnExpr("COALESCE(MAX(created_at), 0)").Where("device_id = ?", device).Scan(ctx, &newest)
	if err != nil {
		return fmt.Errorf("select device secrets: %w", err)
	}
	// The newest in the order of their times too, whatever the clocks say.
	row := secretRow{DeviceID: device, AccountID: account, CreatedAt: max(secret.CreatedAt.UnixMicro(), newest+1)}
	if row.Secret, err = t.seal(ctx, deviceSecret, row.place(), secret.Secret[:]); err != nil {
		return err
	}
	if _, err = t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert device secret: %w", err)
	}
	wrote(t.journal, row)
	return deleteWhere[secretRow](ctx, t.accountsTx,
		"device_id = ? AND created_at NOT IN (SELECT created_at FROM device_secrets WHERE device_id = ? ORDER BY created_at DESC LIMIT ?)",
		device, device, keep)
}
