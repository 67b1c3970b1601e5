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
	// maxGroup is how many submissions wait at most, and how many messages make
	// a transaction full.
	maxGroup = 256
	// commitLimit bounds one transaction of the committer.
	commitLimit = 15 * time.Second
)

// submission is what one person sends at once, on its way into the store.
type submission struct {
	actor        Actor
	conversation uuid.UUID
	drafts       []message.Draft // in order, valid, their bodies normalized
	claim        *Claim          // by which the actor is to be known; nil if they are known
	done         chan []Sent     // has room for the one answer, so that answering never waits
}

// Sent is what became of a draft.
type Sent struct {
	Message message.Message
	Created bool // it was not stored before
	Err     error
}

// failed returns the answer where the same error befell all drafts.
func (s *submission) failed(err error) []Sent {
	all := make([]Sent, len(s.drafts))
	for i := range all {
		all[i].Err = err
	}
	return all
}

// committer stores submissions in groups: while one transaction is on its way
// to the disk, others gather and share the next. It never waits for a group to
// grow, so that a submission alone is stored at once. One goroutine does all of
// it, so that what is published keeps the order of what was stored.
type committer struct {
	// commit stores a group in one transaction and returns what became of each
	// submission, or an error if nothing was stored.
	commit func(context.Context, []*submission) ([][]Sent, error)

	mu     sync.RWMutex // held for reading while handing over, for writing to close
	closed bool
	queue  chan *submission
	ended  chan struct{}
}

func startCommitter(commit func(context.Context, []*submission) ([][]Sent, error)) *committer {
	c := &committer{commit: commit, queue: make(chan *submission, maxGroup), ended: make(chan struct{})}
	go c.run()
	return c
}

// submit hands a submission over and waits for what becomes of it. If ctx ends
// first, it may still be stored.
func (c *committer) submit(ctx context.Context, s *submission) []Sent {
	if err := c.enqueue(ctx, s); err != nil {
		return s.failed(err)
	}
	select {
	case sent := <-s.done:
		return sent
	case <-ctx.Done():
		return s.failed(ctx.Err())
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
	group, size := []*submission{first}, len(first.drafts)
	for size < maxGroup {
		select {
		case s, open := <-c.queue:
			if !open {
				return group
			}
			group, size = append(group, s), size+len(s.drafts)
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
	sent, err := c.commit(ctx, group)
	switch {
	case err == nil:
		for i, s := range group {
			s.done <- sent[i]
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
		s.done <- s.failed(err)
	}
}
