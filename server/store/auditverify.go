package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/audit"
)

// VerifyLog checks every chain and every row that it protects, as they were at
// one moment, and against what a checkpoint saw of the chains, if there is one.
func (db *DB) VerifyLog(ctx context.Context, checkpoint []audit.Head) (audit.Report, error) {
	if db.logKey == nil {
		return audit.Report{}, errNoLog
	}
	var report audit.Report
	err := db.snapshot(ctx, func(tx bun.Tx) error {
		return newVerification(db, tx, &report, checkpoint).run(ctx)
	})
	if err != nil {
		return audit.Report{}, fmt.Errorf("verify the log: %w", err)
	}
	return report, nil
}

// snapshot runs do in a transaction that reads and sees one moment.
func (db *DB) snapshot(ctx context.Context, do func(bun.Tx) error) error {
	opts := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	return db.read.RunInTx(ctx, opts, func(_ context.Context, tx bun.Tx) error { return do(tx) })
}

// verification is a check of the log under way.
type verification struct {
	db      *DB
	tx      bun.Tx
	report  *audit.Report
	marks   map[uuid.UUID]audit.Head
	founded []uuid.UUID
	// extended are the extensions of the log, of which the chain of no practice
	// tells: it is checked first.
	extended []audit.Announced
	keys     map[string]bool // the wrapped keys of which no chain has told yet, and whether they open
}

func newVerification(db *DB, tx bun.Tx, report *audit.Report, checkpoint []audit.Head) *verification {
	v := &verification{db: db, tx: tx, report: report, marks: make(map[uuid.UUID]audit.Head)}
	for _, mark := range checkpoint {
		v.marks[mark.Practice] = mark
	}
	return v
}

func (v *verification) run(ctx context.Context) error {
	practices, err := v.practices(ctx)
	if err != nil {
		return err
	}
	for practice := range v.marks {
		if !slices.Contains(practices, practice) {
			practices = append(practices, practice)
		}
	}
	if v.keys, err = v.wrappedKeys(ctx); err != nil {
		return err
	}
	for _, practice := range practices {
		if err := v.chain(ctx, practice); err != nil {
			return err
		}
	}
	// Whoever has no key-encryption key can only make one that does not open.
	for _, name := range slices.Sorted(maps.Keys(v.keys)) {
		if !v.keys[name] {
			v.report.Findings = append(v.report.Findings, audit.Finding{What: keyTable + name, Problem: audit.Inserted, Note: "it does not open"})
		}
	}
	if err := v.conversations(ctx); err != nil {
		return err
	}
	for _, practice := range v.founded {
		if !slices.Contains(practices, practice) {
			v.report.Findings = append(v.report.Findings, audit.Finding{
				Practice: practice, What: "the whole practice", Problem: audit.Missing,
			})
		}
	}
	return nil
}

// practices lists every practice that a chain, a head or a protected row names,
// that of no practice first. What is no id is a finding.
func (v *verification) practices(ctx context.Context) ([]uuid.UUID, error) {
	parts := []string{"SELECT practice_id FROM audit_heads", "SELECT practice_id FROM audit_events"}
	for _, table := range guardedTables() {
		if table.practice != "" {
			parts = append(parts, "SELECT "+table.practice+" FROM "+table.name)
		}
	}
	var names []string
	if err := v.tx.NewRaw(strings.Join(parts, " UNION ")+" ORDER BY 1").Scan(ctx, &names); err != nil {
		return nil, fmt.Errorf("select practices: %w", err)
	}
	list := []uuid.UUID{uuid.Nil}
	for _, name := range names {
		id, err := uuid.Parse(name)
		if err != nil || id.String() != name {
			v.report.Findings = append(v.report.Findings, audit.Finding{
				What: fmt.Sprintf("rows of a practice with the id %q", name), Problem: audit.Changed, Note: "that is no id",
			})
			continue
		}
		if id != uuid.Nil {
			list = append(list, id)
		}
	}
	return list, nil
}

// chain checks the chain of one practice, and its rows.
func (v *verification) chain(ctx context.Context, practice uuid.UUID) error {
	c := audit.NewChain(practice, v.db.logKey, v.marks[practice])
	c.Announce(history(), v.extended)
	if err := v.entries(ctx, practice, c); err != nil {
		return err
	}
	for _, table := range guardedTables() {
		if err := v.rows(ctx, practice, table, c); err != nil {
			return err
		}
	}
	v.keysOf(c)
	var found []auditHeadRow
	if err := v.tx.NewSelect().Model(&found).Where("practice_id = ?", practice).Scan(ctx); err != nil {
		return fmt.Errorf("select head: %w", err)
	}
	var head *audit.Head
	var code []byte
	if len(found) > 0 {
		h := found[0].head()
		head, code = &h, found[0].Code
		if len(found[0].Hash) != len(h.Hash) {
			code = nil
		}
	}
	v.report.Findings = append(v.report.Findings, c.End(head, code)...)
	v.report.Notes = append(v.report.Notes, c.Notes()...)
	if practice == uuid.Nil {
		v.extended = c.Extended()
		for _, table := range behindRules(c.Rules()) {
			v.report.Findings = append(v.report.Findings, audit.Finding{
				What: table.name, Problem: audit.Missing, Note: "in the log, which follows older rules: start the server once",
			})
		}
	}
	v.report.Chains++
	v.report.Events += c.Count()
	v.founded = append(v.founded, c.Founded()...)
	return nil
}

func (v *verification) entries(ctx context.Context, practice uuid.UUID, c *audit.Chain) error {
	rows, err := v.tx.NewSelect().Model((*auditEventRow)(nil)).Where("practice_id = ?", practice).Order("number").Rows(ctx)
	if err != nil {
		return fmt.Errorf("select events: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var row auditEventRow
		raw, ok, err := v.scan(ctx, rows, &row)
		if err != nil {
			return fmt.Errorf("select events: %w", err)
		}
		if number, _ := raw["number"].(int64); !ok || len(row.Hash) != len(audit.Hash{}) {
			c.Unreadable(number)
			continue
		}
		c.Entry(row.entry())
	}
	return rows.Err()
}

func (v *verification) rows(ctx context.Context, practice uuid.UUID, table guarded, c *audit.Chain) error {
	q, any := table.of(v.tx, practice)
	if !any {
		return nil
	}
	rows, err := q.Rows(ctx)
	if err != nil {
		return fmt.Errorf("select %s: %w", table.name, err)
	}
	defer rows.Close()
	for rows.Next() {
		row := table.model()
		raw, ok, err := v.scan(ctx, rows, row)
		if err != nil {
			return fmt.Errorf("select %s: %w", table.name, err)
		}
		v.report.Rows++
		if ok {
			_, _, known := row.protection()
			c.Row(known)
			continue
		}
		name := table.name
		for _, column := range table.key {
			if hash, is := raw[column].([]byte); is {
				name += fmt.Sprintf("/%x", hash)
			} else {
				name += fmt.Sprintf("/%v", raw[column])
			}
		}
		c.Row(audit.Row{Name: name})
	}
	return rows.Err()
}

// scan reads the row at which rows stands into a model and returns its columns
// as they are. It is not ok if the model cannot hold them, or another spelling
// of an id means another row to the database.
func (v *verification) scan(ctx context.Context, rows *sql.Rows, model any) (raw map[string]any, ok bool, err error) {
	names, err := rows.Columns()
	if err != nil {
		return nil, false, err
	}
	values := make([]any, len(names))
	into := make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	if err := rows.Scan(into...); err != nil {
		return nil, false, err
	}
	raw = make(map[string]any, len(names))
	ok = true
	for i, name := range names {
		if text, is := values[i].([]byte); is && strings.HasSuffix(name, "id") {
			values[i] = string(text)
		}
		raw[name] = values[i]
		if text, is := values[i].(string); is && strings.HasSuffix(name, "id") && strings.ToLower(text) != text {
			ok = false
		}
	}
	return raw, ok && v.db.read.ScanRow(ctx, rows, model) == nil, nil
}
