package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"pleiades/server/store/migrations"
)

// migrationLock is the PostgreSQL advisory lock that a migrating process holds.
const migrationLock = 0x506c6569 // "Plei"

// Migrate brings the database to the version of this program, all at once or
// not at all. Processes that start together do it one after the other. It
// refuses a database that a newer program has migrated.
func (db *DB) Migrate(ctx context.Context) error {
	list, err := migrations.List()
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	err = db.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error { return db.migrate(ctx, tx, list) })
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// CheckVersion returns an error if the database is not of the version of this
// program. It changes nothing.
func (db *DB) CheckVersion(ctx context.Context) error {
	list, err := migrations.List()
	if err != nil {
		return fmt.Errorf("check version: %w", err)
	}
	var version int
	if err := db.read.QueryRowContext(ctx, "SELECT COALESCE(MAX(version), 0) FROM migrations").Scan(&version); err != nil {
		return fmt.Errorf("check version: the database was never used: %w", err)
	}
	if version != len(list) {
		return fmt.Errorf("the database has version %d, this program %d: run pleiades migrate of the newer one", version, len(list))
	}
	return nil
}

func (db *DB) migrate(ctx context.Context, tx bun.Tx, list []migrations.Migration) error {
	if db.locking {
		if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", migrationLock); err != nil {
			return fmt.Errorf("lock: %w", err)
		}
	}
	_, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS migrations (
		version    INTEGER PRIMARY KEY,
		name       TEXT NOT NULL,
		applied_at BIGINT NOT NULL
	)`)
	if err != nil {
		return err
	}
	var version int
	if err := tx.QueryRowContext(ctx, "SELECT COALESCE(MAX(version), 0) FROM migrations").Scan(&version); err != nil {
		return err
	}
	if version > len(list) {
		return fmt.Errorf("the database has version %d, made by a newer program; this one knows %d", version, len(list))
	}
	for _, m := range list[version:] {
		if _, err := tx.ExecContext(ctx, m.SQL(db.dialect)); err != nil {
			return fmt.Errorf("version %d, %s: %w", m.Version, m.Name, err)
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO migrations (version, name, applied_at) VALUES (?, ?, ?)",
			m.Version, m.Name, time.Now().UnixMicro())
		if err != nil {
			return fmt.Errorf("version %d, %s: %w", m.Version, m.Name, err)
		}
	}
	return nil
}
