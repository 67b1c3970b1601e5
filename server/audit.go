package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
)

// verifyAudit checks the audit log and prints what is not as it was written.
func (p program) verifyAudit(ctx context.Context, args []string) (err error) {
	var c config
	set := p.flags("audit verify", "[--checkpoint FILE] [flags]")
	file := set.String("checkpoint", "", "`file` of a signed checkpoint that the log must not fall behind")
	if err := p.parse(set, args, &c, append(storeSettings(), settingAuditSigningKey)...); err != nil {
		return err
	}
	checkpoint, err := readCheckpoint(*file, c.signingKey)
	if err != nil {
		return err
	}
	h, err := openHouse(ctx, c, p.log())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	report, err := h.db.VerifyLog(ctx, checkpoint.Heads)
	if err != nil {
		return err
	}
	for _, finding := range report.Findings {
		fmt.Fprintln(p.stdout, finding)
	}
	fmt.Fprintf(p.stdout, "checked %d events in %d chains and %d rows\n", report.Events, report.Chains, report.Rows)
	if n := len(report.Findings); n > 0 {
		return fmt.Errorf("the audit log or what it protects was tampered with: %d findings", n)
	}
	return nil
}

// readCheckpoint reads a checkpoint, none if no file is named.
func readCheckpoint(file, keyFile string) (audit.Checkpoint, error) {
	if file == "" {
		return audit.Checkpoint{}, nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return audit.Checkpoint{}, &usageError{[]string{"--checkpoint: " + err.Error()}}
	}
	key, err := audit.OpenSigningKey(keyFile)
	if err != nil {
		return audit.Checkpoint{}, err
	}
	checkpoint, err := audit.OpenCheckpoint(content, key.Verifier)
	if err != nil {
		return audit.Checkpoint{}, fmt.Errorf("%s: %w", file, err)
	}
	return checkpoint, nil
}

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
	Rows         map[string]string `json:"rows,omitempty"` // SHA-256 by name, in hex
	Hash         string            `json:"hash"`
}

// exportAudit prints every event of every chain, a line of JSON each.
func (p program) exportAudit(ctx context.Context, args []string) (err error) {
	var c config
	if err := p.parse(p.flags("audit export", "[flags]"), args, &c, storeSettings()...); err != nil {
		return err
	}
	h, err := openHouse(ctx, c, p.log())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	out := json.NewEncoder(p.stdout)
	return h.db.EachEntry(ctx, func(entry audit.Entry) error {
		event, err := entry.Event()
		if err != nil {
			return fmt.Errorf("practice %s: %w; pleiades audit verify names what was changed", entry.Practice, err)
		}
		line := exportedEvent{
			Practice: entry.Practice, Number: entry.Number, At: event.At, Kind: event.Kind, Outcome: event.Outcome,
			Actor: event.Actor, Object: event.Object, Conversation: event.Conversation,
			Details: event.Details, Hash: hex.EncodeToString(entry.Hash[:]),
		}
		for _, row := range event.Rows {
			if line.Rows == nil {
				line.Rows = make(map[string]string)
			}
			line.Rows[row.Name] = hex.EncodeToString(row.Digest[:])
		}
		return out.Encode(line)
	})
}
