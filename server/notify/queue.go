package notify

import (
	"slices"
	"sync"
	"time"

	"pleiades/server/account"
	"pleiades/shared/message"
)

// queueLength is how many mails may wait; what comes on top is lost.
const queueLength = 1000

// letter is a mail that waits.
type letter struct {
	to    message.Text
	mail  account.Mail
	token string
	tried int // how often it was
}

// greets reports whether the mail answers a sign-up, which anyone can cause. It
// waits for those that tell people of their own account.
func (l letter) greets() bool {
	return l.mail == account.MailWelcome || l.mail == account.MailConfirm || l.mail == account.MailAddressTaken
}

// queue holds the letters that wait. One that is to be tried again later holds
// up no other.
type queue struct {
	mu      sync.Mutex
	changed sync.Cond
	ready   []letter
	later   int // letters that wait for their next try
	closed  bool
}

func newQueue() *queue {
	q := &queue{}
	q.changed.L = &q.mu
	return q
}

// add appends a letter, and reports false where that is one too many.
func (q *queue) add(l letter) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || len(q.ready)+q.later >= queueLength {
		return false
	}
	q.ready = append(q.ready, l)
	q.changed.Signal()
	return true
}

// again appends a letter after a while, and reports false where the queue is
// closed: then nothing is tried again.
func (q *queue) again(l letter, after time.Duration) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	q.later++
	time.AfterFunc(after, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.later--
		if q.closed {
			return
		}
		q.ready = append(q.ready, l)
		q.changed.Signal()
	})
	return true
}

// next waits for a letter and takes it out, the oldest first of those that greet
// nobody. It reports false once the queue is closed and empty.
func (q *queue) next() (letter, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.ready) == 0 {
		if q.closed {
			return letter{}, false
		}
		q.changed.Wait()
	}
	at := max(0, slices.IndexFunc(q.ready, func(l letter) bool { return !l.greets() }))
	l := q.ready[at]
	q.ready = slices.Delete(q.ready, at, at+1)
	return l, true
}

// close lets next take what is there, and then end. It returns how many wait for
// their next try, which they will not get.
func (q *queue) close() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.changed.Broadcast()
	return q.later
}
