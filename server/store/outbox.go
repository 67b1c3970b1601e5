package store

import (
	"bytes"
	"context"
	"fmt"
	"slices"

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
	_, keys, err := s.FindSender(ctx, uuid.Nil)
	return keys, err
}

func (o opener) ingestKeys(ctx context.Context, rows []ingestKeyRow) ([]outbox.IngestKey, error) {
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

// FindSender leaves out a secret that does not open, since nobody can prove to have
// it, and so a key.
func (s outboxes) FindSender(ctx context.Context, device uuid.UUID) (outbox.Sender, []outbox.IngestKey, error) {
	found, err := s.db.senderLookups.ask(ctx, device)
	if err != nil {
		return outbox.Sender{}, nil, outboxError(ctx, err)
	}
	var sender outbox.Sender
	for _, row := range found.secrets {
		secret, err := s.db.opener.data(ctx, deviceSecret, row.place(), row.Secret)
		if err != nil {
			return outbox.Sender{}, nil, outboxError(ctx, err)
		}
		if len(secret) != envelope.SecretSize {
			continue
		}
		sender.Account, sender.Revoked, sender.Disabled = row.AccountID, row.Revoked, row.Disabled
		sender.Secrets = append(sender.Secrets, outbox.DeviceSecret{Secret: envelope.Secret(secret), CreatedAt: instant(row.CreatedAt)})
	}
	return sender, found.keys, nil
}

// foundSender is what there is of a device, and all ingest keys, the newest first,
// which those who asked together share.
type foundSender struct {
	secrets []secretRow
	keys    []outbox.IngestKey
}

// findSenders is a query of devices' secrets, with whom the devices speak for, and
// of the ingest keys, which have no device. The newest come first.
var findSenders = func() text {
	const (
		secrets = "SELECT s.device_id, d.account_id, s.created_at, s.secret, d.revoked_at IS NOT NULL, a.disabled FROM "
		beside  = "JOIN devices AS d ON d.id = s.device_id JOIN accounts AS a ON a.id = d.account_id"
		keys    = " UNION ALL SELECT NULL, id, created_at, seed, FALSE, FALSE FROM ingest_keys ORDER BY 3 DESC, 2 DESC"
	)
	return text{
		secrets + "json_each(?1) AS w CROSS JOIN device_secrets AS s ON s.device_id = w.value " + beside + keys,
		secrets + "device_secrets AS s " + beside + " WHERE s.device_id = ANY($1::uuid[])" + keys,
	}
}()

// findSenders answers lookups by one query.
func (db *DB) findSenders(ctx context.Context, group []*lookup[uuid.UUID, foundSender]) error {
	devices := make([]uuid.UUID, 0, len(group))
	for _, q := range group {
		if q.key != uuid.Nil {
			devices = append(devices, q.key)
		}
	}
	slices.SortFunc(devices, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	list, err := db.statements.list(slices.Compact(devices))
	if err != nil {
		return fmt.Errorf("select device secrets: %w", err)
	}
	secrets := make(map[uuid.UUID][]secretRow, len(devices))
	var sealed []ingestKeyRow
	err = db.statements.findSenders.queryAlone(ctx, db.read, func(rows scanner) error {
		var device *uuid.UUID
		var id uuid.UUID
		var r secretRow
		if err := rows.Scan(&device, &id, &r.CreatedAt, filled{&r.Secret}, &r.Revoked, &r.Disabled); err != nil {
			return err
		}
		if device == nil {
			sealed = append(sealed, ingestKeyRow{ID: id, Seed: r.Secret, CreatedAt: r.CreatedAt})
			return nil
		}
		r.DeviceID, r.AccountID = *device, id
		secrets[*device] = append(secrets[*device], r)
		return nil
	}, list)
	if err != nil {
		return fmt.Errorf("select device secrets: %w", err)
	}
	keys, err := db.opener.ingestKeys(ctx, sealed)
	if err != nil {
		return err
	}
	for _, q := range group {
		q.found = foundSender{secrets[q.key], keys}
	}
	return nil
}

func (s outboxes) Update(ctx context.Context, do func(outbox.Tx) error) error {
	return outboxError(ctx, s.db.recorded(ctx, func(tx bun.Tx, j *journal, seal sealer) error {
		return do(outboxTx{accountsTx{tx, s.db.locking, s.db.logins, j, seal}})
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
	var found []ingestKeyRow
	if err := t.tx.NewSelect().Model(&found).Order("created_at DESC", "id DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("select ingest keys: %w", err)
	}
	return t.ingestKeys(ctx, found)
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
	inserted(t.journal, row)
	return nil
}

func (t outboxTx) DeleteIngestKey(ctx context.Context, id uuid.UUID) error {
	t.shredded = true
	_, err := deleteWhere[ingestKeyRow](ctx, t.accountsTx, "id = ?", id)
	return err
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
	inserted(t.journal, row)
	_, err = deleteWhere[secretRow](ctx, t.accountsTx,
		"device_id = ? AND created_at NOT IN (SELECT created_at FROM device_secrets WHERE device_id = ? ORDER BY created_at DESC LIMIT ?)",
		device, device, keep)
	return err
}
