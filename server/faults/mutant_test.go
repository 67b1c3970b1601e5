package faults

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/chat"
	"pleiades/shared/message"
)

// The mutants: what is broken on purpose, for tests to find.
const (
	answerBeforeCommit = "answer before commit"
	noIdempotency      = "no idempotency"
	deafToErrors       = "deaf to errors"
	silentCommits      = "silent commits" // what a commit did whose answer was lost is told nobody
)

const (
	lateCommit = 40 * time.Millisecond // so that a kill in between is likely
)

// verdict fails the test unless it is red for the mutant, and green for the
// program as it is, and tells.
func verdict(t *testing.T, row, mutant string, holds bool) {
	t.Helper()
	if mutant == "" {
		if !holds {
			t.Errorf("%s: does not hold", row)
		}
		return
	}
	if holds {
		t.Errorf("%s → %s → not noticed", row, mutant)
		return
	}
	t.Logf("%s → %s → red", row, mutant)
}

// mutate returns the store as it is, or as the mutant has it.
func mutate(s chat.Store, mutant string) chat.Store {
	switch mutant {
	case answerBeforeCommit:
		return hasty{s}
	case noIdempotency:
		return forgetful{s}
	case deafToErrors:
		return deaf{s}
	}
	return s
}

// hasty answers before the commit.
type hasty struct{ chat.Store }

func (s hasty) Update(ctx context.Context, do func(chat.Tx) error) error {
	done := make(chan error, 2) // neither of the two who answer waits
	go func() {
		done <- s.Store.Update(context.WithoutCancel(ctx), func(tx chat.Tx) error {
			err := do(tx)
			done <- err
			time.Sleep(lateCommit)
			return err
		})
	}()
	return <-done
}

// forgetful does not know a message again, and takes it for a new one.
type forgetful struct{ chat.Store }

func (s forgetful) Update(ctx context.Context, do func(chat.Tx) error) error {
	return s.Store.Update(ctx, func(tx chat.Tx) error { return do(forgetfulTx{tx}) })
}

type forgetfulTx struct{ chat.Tx }

func (forgetfulTx) FindMessages(context.Context, []chat.MessageKey) ([]message.Message, error) {
	return nil, nil
}

func (t forgetfulTx) CreateMessages(ctx context.Context, ms []chat.NewMessage) error {
	for i := range ms {
		ms[i].ID = uuid.New()
	}
	return t.Tx.CreateMessages(ctx, ms)
}

// deaf takes what the database refused for stored.
type deaf struct{ chat.Store }

func (s deaf) Update(ctx context.Context, do func(chat.Tx) error) error {
	_ = s.Store.Update(ctx, do)
	return nil
}
