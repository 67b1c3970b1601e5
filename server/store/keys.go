package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"pleiades/server/keyring"
)

var _ keyring.Store = keys{}

// keys is the store of package keyring, within a transaction or outside.
type keys struct{ read, write bun.IDB }

// Keys returns the store of package keyring.
func (db *DB) Keys() keyring.Store { return keys{db.read, db.write} }

func (s keys) ListWrappedKeys(ctx context.Context, after string, limit int) ([]keyring.WrappedKey, error) {
	var rows []wrappedKeyRow
	if err := s.read.NewSelect().Model(&rows).Where("name > ?", after).Order("name").Limit(limit).Scan(ctx); err != nil {
		return nil, fmt.Errorf("select wrapped keys: %w", err)
	}
	list := make([]keyring.WrappedKey, len(rows))
	for i, r := range rows {
		list[i] = keyring.WrappedKey{Name: r.Name, Wrapped: r.Wrapped}
	}
	return list, nil
}

func (s keys) FindWrappedKey(ctx context.Context, name string) (keyring.WrappedKey, error) {
	var row wrappedKeyRow
	err := s.read.NewSelect().Model(&row).Where("name = ?", name).Scan(ctx)
	if kindOf(err) == notFound {
		return keyring.WrappedKey{}, keyring.ErrNotFound
	}
	if err != nil {
		return keyring.WrappedKey{}, fmt.Errorf("select wrapped key: %w", err)
	}
	return keyring.WrappedKey{Name: row.Name, Wrapped: row.Wrapped}, nil
}

func (s keys) DeleteWrappedKeys(ctx context.Context, prefix string) ([]string, error) {
	var names []string
	err := s.write.NewDelete().Model((*wrappedKeyRow)(nil)).
		Where("substr(name, 1, ?) = ?", len(prefix), prefix).
		Returning("name").
		Scan(ctx, &names)
	if err != nil {
		return nil, fmt.Errorf("delete wrapped keys: %w", err)
	}
	return names, nil
}

func (s keys) ReplaceWrappedKeys(ctx context.Context, list []keyring.Replacement) error {
	return s.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		for _, r := range list {
			_, err := tx.NewUpdate().Model((*wrappedKeyRow)(nil)).
				Set("wrapped = ?", r.New).
				Where("name = ? AND wrapped = ?", r.Name, r.Old).
				Exec(ctx)
			if err != nil {
				return fmt.Errorf("update wrapped key: %w", err)
			}
		}
		return nil
	})
}

func (s keys) CreateWrappedKey(ctx context.Context, key keyring.WrappedKey) error {
	row := wrappedKeyRow{Name: key.Name, Wrapped: key.Wrapped}
	if _, err := s.write.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
		return fmt.Errorf("insert wrapped key: %w", err)
	}
	return nil
}
