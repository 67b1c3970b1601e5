package main

import (
	"context"
	"log/slog"
	"sync"
)

// maxErrands is how many errands may wait; what comes on top is lost.
const maxErrands = 1000

// errands does things in the background, one after the other: those that must
// not show in the time that an answer takes.
type errands struct {
	log  *slog.Logger
	done chan struct{}

	mu     sync.Mutex
	closed bool
	queue  chan func(context.Context) error
}

func newErrands(log *slog.Logger) *errands {
	e := &errands{log: log, done: make(chan struct{}), queue: make(chan func(context.Context) error, maxErrands)}
	go e.run()
	return e
}

func (e *errands) run() {
	defer close(e.done)
	for do := range e.queue {
		if err := do(context.Background()); err != nil {
			e.log.Error("errand failed", "err", err)
		}
	}
}

// add has something done, soon. It never waits.
func (e *errands) add(do func(context.Context) error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		e.log.Error("errand lost: the server stops")
		return
	}
	select {
	case e.queue <- do:
	default:
		e.log.Error("errand lost: too many are waiting")
	}
}

// close waits for what is to be done, and ends.
func (e *errands) close() {
	e.mu.Lock()
	if !e.closed {
		e.closed = true
		close(e.queue)
	}
	e.mu.Unlock()
	<-e.done
}
