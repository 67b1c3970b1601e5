// Package limit slows down who asks too often: a token bucket for each key, in
// the memory of this process. What has to outlive the process, or to count for
// several, is kept by package account in the database. It must not know what a
// key stands for.
package limit

import (
	"sync"
	"time"
)

// Rate says how often something may be done: Burst times at once, then once
// every so often. The zero Rate is no limit.
type Rate struct {
	Burst int
	Every time.Duration
}

// maxKeys is how many keys are held before those that are back at their burst
// are forgotten.
const maxKeys = 10_000

// Limiter counts by key. It is safe for concurrent use. A nil Limiter lets
// everything through.
type Limiter struct {
	rate Rate
	now  func() time.Time

	mu      sync.Mutex
	buckets map[string]bucket
	sweepAt int // the number of keys at which to look for those to forget
}

// bucket holds a key's tokens as of a moment.
type bucket struct {
	tokens float64
	at     time.Time
}

// New makes a Limiter, nil for the zero Rate.
func New(rate Rate, now func() time.Time) *Limiter {
	if rate == (Rate{}) {
		return nil
	}
	return &Limiter{rate: rate, now: now, buckets: make(map[string]bucket), sweepAt: maxKeys}
}

// Take counts once for the key. It returns 0, or how long to wait where that is
// once too often, which then does not count.
func (l *Limiter) Take(key string) time.Duration {
	if l == nil {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket(key)
	if b.tokens < 1 {
		return time.Duration((1 - b.tokens) * float64(l.rate.Every))
	}
	b.tokens--
	l.buckets[key] = b
	l.sweep()
	return 0
}

// Return takes a count back, since what was counted turned out not to matter.
func (l *Limiter) Return(key string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket(key)
	b.tokens = min(b.tokens+1, float64(l.rate.Burst))
	l.buckets[key] = b
}

// bucket returns the key's bucket as of now. The caller holds the lock.
func (l *Limiter) bucket(key string) bucket {
	now := l.now()
	b, known := l.buckets[key]
	if !known {
		return bucket{tokens: float64(l.rate.Burst), at: now}
	}
	b.tokens = min(b.tokens+float64(now.Sub(b.at))/float64(l.rate.Every), float64(l.rate.Burst))
	b.at = now
	return b
}

// sweep forgets keys that are back at their burst. It looks through all of them
// only once they have doubled, so that each costs little.
func (l *Limiter) sweep() {
	if len(l.buckets) < l.sweepAt {
		return
	}
	for key := range l.buckets {
		if l.bucket(key).tokens >= float64(l.rate.Burst) {
			delete(l.buckets, key)
		}
	}
	l.sweepAt = max(maxKeys, 2*len(l.buckets))
}
