package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/store"
)

// exportedEvent is a line of the export: all that is hashed, and the hash.
type exportedEvent struct {
	Practice     uuid.UUID         `json:"practice"`
	Number       int64             `json:"number"`
	At           time.Time         `json:"at"`
	Kind         audit.Kind        `json:"kind"`
	Outcome      audit.Outcome     `json:"outcome"`
	Actor        uuid.UUID         `json:"actor,omitzero"`
	Object       uuid.UUID         `json:"object,omitzero"`
	Conversation uuid.UUID         `json:"conversation,omitzero"`
	Details      map[string]string `json:"details,omitempty"`
	Form         int64             `json:"form"`
	Rows         []exportedRow     `json:"rows,omitempty"` // in the order that is hashed
	Hash         string            `json:"hash"`
}

// exportedRow says what an event wrote: SHA-256 in hex, zeros for nothing.
type exportedRow struct {
	Name   string `json:"name"`
	Digest string `json:"digest"`
	Before string `json:"before"` // of what lay there until then
}

// exportAudit prints every event of every chain, a line of JSON each. That it does
// is an event too, in each of them, unless something was tampered with: then it
// prints what lies there, changes nothing and fails.
func (p program) exportAudit(ctx context.Context, args []string) (err error) {
	var c config
	if err := p.parse(p.flags("audit export", "[flags]"), args, &c, storeSettings()...); err != nil {
		return err
	}
	log := p.log()
	db, err := openLog(ctx, c, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	report, err := db.VerifyLog(ctx, nil)
	if err != nil {
		return err
	}
	n := len(report.Findings)
	if n == 0 {
		if err := recordExport(ctx, c, log); err != nil {
			return err
		}
	}
	if err := p.printEvents(ctx, db); err != nil {
		return err
	}
	if n > 0 {
		return fmt.Errorf("exported as it lies, and not recorded: it was tampered with: %d findings; pleiades audit verify names them", n)
	}
	return nil
}

// recordExport records that the log is exported.
func recordExport(ctx context.Context, c config, log *slog.Logger) (err error) {
	h, err := openHouse(ctx, c, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	return h.accounts.RecordExport(ctx)
}

func (p program) printEvents(ctx context.Context, db *store.DB) error {
	out := json.NewEncoder(p.stdout)
	return db.EachEntry(ctx, func(entry audit.Entry) error {
		event, err := entry.Event()
		if err != nil {
			return fmt.Errorf("practice %s: %w; pleiades audit verify names what was changed", entry.Practice, err)
		}
		line := exportedEvent{
			Practice: entry.Practice, Number: entry.Number, At: event.At, Kind: event.Kind, Outcome: event.Outcome,
			Actor: event.Actor, Object: event.Object, Conversation: event.Conversation,
			Details: event.Details, Form: entry.Form, Hash: hex.EncodeToString(entry.Hash[:]),
		}
		for _, row := range event.Rows {
			line.Rows = append(line.Rows, exportedRow{row.Name, hex.EncodeToString(row.Digest[:]), hex.EncodeToString(row.Before[:])})
		}
		return out.Encode(line)
	})
}
