package store

import (
	"context"
	"database/sql"
	"runtime"
	"sync"
	"time"
)

const (
	// maxLookups is how many questions one query answers at most.
	maxLookups = 256
	// lookupLimit bounds one query.
	lookupLimit = 15 * time.Second
)

// lookups find by a key of type K what every request of a kind needs, as a V, such
// as who asks. While one query is under way others gather and share the next, so
// that looking up costs little where many ask, and nobody waits when alone. Nothing
// is remembered: each is answered by a query that began after it asked, and a login
// that was ended by then is not found, whichever process ended it. One goroutine
// does all of it, whose stack has grown to what asking a database takes.
type lookups[K, V any] struct {
	find func(context.Context, []*lookup[K, V]) error

	mu      sync.Mutex
	waiting []*lookup[K, V]
	closed  bool
	wake    chan struct{} // has a value while somebody waits whom nobody has seen
	ended   chan struct{}
}

func startLookups[K, V any](find func(context.Context, []*lookup[K, V]) error) *lookups[K, V] {
	l := &lookups[K, V]{find: find, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	go l.run()
	return l
}

// close answers who waits and ends the lookups.
func (l *lookups[K, V]) close() {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.wake)
	}
	l.mu.Unlock()
	<-l.ended
}

// lookup is one question. After done is closed, what was asked for is there or err
// says why not.
type lookup[K, V any] struct {
	key   K
	found V
	err   error
	done  chan struct{}
}

// ask finds what there is under a key.
func (l *lookups[K, V]) ask(ctx context.Context, key K) (found V, err error) {
	q := &lookup[K, V]{key: key, done: make(chan struct{})}
	if !l.enqueue(q) {
		return found, sql.ErrConnDone
	}
	select {
	case <-q.done:
		return q.found, q.err
	case <-ctx.Done():
		return found, ctx.Err()
	}
}

// enqueue reports whether there is somebody to answer.
func (l *lookups[K, V]) enqueue(q *lookup[K, V]) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.waiting = append(l.waiting, q)
	select {
	case l.wake <- struct{}{}:
	default: // it is known that somebody waits
	}
	return true
}

func (l *lookups[K, V]) run() {
	defer close(l.ended)
	for range l.wake {
		runtime.Gosched() // whoever came meanwhile shares the query
		for group := l.gather(); len(group) > 0; group = l.gather() {
			l.answer(group)
		}
	}
}

// gather returns those who wait, up to as many as a query takes.
func (l *lookups[K, V]) gather() []*lookup[K, V] {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := min(len(l.waiting), maxLookups)
	group := l.waiting[:n:n]
	if l.waiting = l.waiting[n:]; len(l.waiting) == 0 {
		l.waiting = nil
	}
	return group
}

func (l *lookups[K, V]) answer(group []*lookup[K, V]) {
	ctx, cancel := context.WithTimeout(context.Background(), lookupLimit)
	defer cancel()
	err := l.find(ctx, group)
	for _, q := range group {
		if err != nil {
			q.err = err
		}
		close(q.done)
	}
}
