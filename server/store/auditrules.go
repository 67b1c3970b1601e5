package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"pleiades/server/audit"
)

// wrappedKeys lists the wrapped keys by name, and whether they open.
func (v *verification) wrappedKeys(ctx context.Context) (map[string]bool, error) {
	var rows []wrappedKeyRow
	if err := v.tx.NewSelect().Model(&rows).Scan(ctx); err != nil {
		return nil, fmt.Errorf("select wrapped keys: %w", err)
	}
	opens := make(map[string]bool, len(rows))
	for _, row := range rows {
		_, err := v.db.ring.Unwrap(ctx, row.Wrapped, []byte(row.Name))
		opens[row.Name] = err == nil
	}
	return opens, nil
}

// keysOf checks the wrapped keys of which a chain tells.
func (v *verification) keysOf(c *audit.Chain) {
	for _, row := range c.Names(keyTable) {
		name := row[len(keyTable):]
		opens, there := v.keys[name]
		switch {
		case there && opens:
			c.Row(keyName{name: name}.row())
		case there:
			c.Row(audit.Row{Name: row})
		}
		delete(v.keys, name)
	}
}

// conversations checks what conversations hold of the rows beside them, which
// changes too often for the log: the place of the last message, and what the
// client has agreed to.
func (v *verification) conversations(ctx context.Context) error {
	var wrong []struct {
		PracticeID, ID string
		What           string
	}
	err := v.tx.NewRaw(`
		SELECT c.practice_id, c.id, 'its last message is another' AS what FROM conversations AS c
		WHERE c.last_seq <> (SELECT COALESCE(MAX(m.seq), 0) FROM messages AS m WHERE m.practice_id = c.practice_id AND m.conversation_id = c.id)
		UNION ALL
		SELECT c.practice_id, c.id, 'what was agreed to is something else' FROM conversations AS c
		WHERE CASE WHEN EXISTS (SELECT 1 FROM agreement_acknowledgements AS a WHERE a.practice_id = c.practice_id AND a.conversation_id = c.id)
			THEN NOT EXISTS (SELECT 1 FROM agreement_acknowledgements AS a WHERE a.practice_id = c.practice_id AND a.conversation_id = c.id
				AND a.version = c.acknowledged AND a.text_version = c.acknowledged_text AND a.acknowledged_at = c.acknowledged_at)
				OR EXISTS (SELECT 1 FROM agreement_acknowledgements AS a WHERE a.practice_id = c.practice_id AND a.conversation_id = c.id
				AND a.version >= c.acknowledged AND a.text_version >= c.acknowledged_text
				AND (a.version > c.acknowledged OR a.text_version > c.acknowledged_text))
			ELSE c.acknowledged <> 0 OR c.acknowledged_text <> 0 OR c.acknowledged_at <> 0 END
		ORDER BY 1, 2`).Scan(ctx, &wrong)
	if err != nil {
		return fmt.Errorf("select conversations: %w", err)
	}
	for _, w := range wrong {
		practice, _ := uuid.Parse(w.PracticeID) // one that is none was named before
		v.report.Findings = append(v.report.Findings, audit.Finding{
			Practice: practice, What: "conversations/" + w.ID, Problem: audit.Changed, Note: w.What,
		})
	}
	return nil
}
