package chat

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/message"
)

const (
	// maxGroup is how many messages share a transaction at most.
	maxGroup = 256
	// commitLimit bounds one transaction of the committer.
	commitLimit = 15 * time.Second
)

// submission is one message on its way into the store.
type submission struct {
	actor        Actor
	conversation uuid.UUID
	draft        message.Draft // valid, its body normalized
	done         chan outcome  // has room for the one outcome, so that answering never waits
}

// outcome is what became of a submission.
type outcome struct {
	message message.Message
	created bool
	err     error
}

// committer stores submissions in groups: while one transaction is on its way
// to the disk, others gather and share the next. It never waits for a group to
// grow, so that a submission alone is stored at once. One goroutine does all of
// it, so that what is published keeps the order of what was stored.
type committer struct {
	// commit stores a group in one transaction and returns the outcome of each
	// submission, or an error if nothing was stored.
	commit func(context.Context, []*submission) ([]outcome, error)

	mu     sync.RWMutex // held for reading while handing over, for writing to close
	closed bool
	queue  chan *submission
	ended  chan struct{}
}

func startCommitter(commit func(context.Context, []*submission) ([]outcome, error)) *committer {
	c := &committer{commit: commit, queue: make(chan *submission, maxGroup), ended: make(chan struct{})}
	go c.run()
	return c
}

// submit hands a submission over and waits for its outcome. If ctx ends first,
// the message may still be stored.
func (c *committer) submit(ctx context.Context, s *submission) outcome {
	if err := c.enqueue(ctx, s); err != nil {
		return outcome{err: err}
	}
	select {
	case o := <-s.done:
		return o
	case <-ctx.Done():
		return outcome{err: ctx.Err()}
	}
}

func (c *committer) enqueue(ctx context.Context, s *submission) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.closed {
		return ErrUnavailable
	}
	select {
	case c.queue <- s:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close stores what is queued and ends the committer.
func (c *committer) close() {
	c.mu.Lock()
	if !c.closed {
		c.closed = true
		close(c.queue)
	}
	c.mu.Unlock()
	<-c.ended
}

func (c *committer) run() {
	defer close(c.ended)
	for first := range c.queue {
		c.store(c.gather(first))
	}
}

// gather returns a group: the first submission and what else is waiting.
func (c *committer) gather(first *submission) []*submission {
	group := []*submission{first}
	for len(group) < maxGroup {
		select {
		case s, open := <-c.queue:
			if !open {
				return group
			}
			group = append(group, s)
		default:
			return group
		}
	}
	return group
}

// store commits a group and answers everyone in it. If that fails, each is
// tried alone, so that one submission the database refuses cannot fail its
// neighbours; unless it is the database itself that fails.
func (c *committer) store(group []*submission) {
	ctx, cancel := context.WithTimeout(context.Background(), commitLimit)
	defer cancel()
	outcomes, err := c.commit(ctx, group)
	switch {
	case err == nil:
		for i, s := range group {
			s.done <- outcomes[i]
		}
	case errors.Is(err, context.DeadlineExceeded):
		answer(group, ErrUnavailable)
	case len(group) == 1, errors.Is(err, ErrUnavailable), errors.Is(err, ErrStorageFull):
		answer(group, err)
	default:
		for _, s := range group {
			c.store([]*submission{s})
		}
	}
}

// answer gives everyone in the group the same error.
func answer(group []*submission, err error) {
	for _, s := range group {
		s.done <- outcome{err: err}
	}
}
