package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/keyring"
)

// rotateKeys adds a key to the key file and wraps everything under it, or
// finishes a rotation that was interrupted. It makes a new ingest key, too.
func (p program) rotateKeys(ctx context.Context, args []string) (err error) {
	var c config
	if err := p.parse(p.flags("keys rotate", "[flags]"), args, &c, storeSettings()...); err != nil {
		return err
	}
	h, err := openHouse(ctx, c, p.log())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	done, err := h.keys.Rotate(ctx)
	if done.Added || done.Wrapped > 0 {
		err = errors.Join(err, h.recordRotation(ctx, done, err), h.outbox.Rotate(ctx))
	}
	if err != nil {
		return err
	}
	if !done.Added {
		fmt.Fprintf(p.stdout, "finished the rotation to %s that was interrupted: %d keys wrapped anew\n", done.Active, done.Wrapped)
		return nil
	}
	fmt.Fprintf(p.stdout, "added %s: %d keys wrapped anew\n", done.Active, done.Wrapped)
	return nil
}

// recordRotation records that the keys were rotated, and whether all were.
func (h *house) recordRotation(ctx context.Context, done keyring.Rotation, failed error) error {
	event := audit.Event{Kind: audit.KeyRotate, At: time.Now(), Outcome: audit.Done, Details: map[string]string{"key": done.Active}}
	if failed != nil {
		event.Outcome = audit.Failed
	}
	return h.db.Accounts().Update(ctx, func(tx account.Tx) error { return tx.Record(ctx, event) })
}

// listKeys prints a line for each key of the key file: its id, how many keys of
// the database it wraps, and whether it wraps new ones.
func (p program) listKeys(ctx context.Context, args []string) (err error) {
	var c config
	if err := p.parse(p.flags("keys list", "[flags]"), args, &c, storeSettings()...); err != nil {
		return err
	}
	h, err := openHouse(ctx, c, p.log())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	uses, err := h.keys.Uses(ctx)
	if err != nil {
		return err
	}
	for _, use := range uses {
		active := ""
		if use.Active {
			active = "\tactive"
		}
		fmt.Fprintf(p.stdout, "%s\t%d%s\n", use.ID, use.Wraps, active)
	}
	return nil
}
