package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"pleiades/server/audit"
	"pleiades/server/chat"
)

// LateConversations is a store that adds to the log only after the action is
// committed: a mistake, for the tests to find.
func LateConversations(db *DB) chat.Store { return lateConversations{conversations{db}} }

type lateConversations struct{ conversations }

func (s lateConversations) Update(ctx context.Context, do func(chat.Tx) error) error {
	var late []audit.Event
	err := s.db.recorded(ctx, func(tx bun.Tx, j *journal, seal sealer) error {
		if err := do(conversationsTx{tx, s.db.locking, s.db.logins, j, seal}); err != nil {
			return err
		}
		err := j.complete()
		late = j.events
		j.events, j.changes = nil, nil
		return err
	})
	if err != nil {
		return err
	}
	time.Sleep(20 * time.Millisecond) // so that a crash in between is likely
	return s.db.recorded(ctx, func(_ bun.Tx, j *journal, _ sealer) error {
		j.events = late
		return nil
	})
}
