package outbox

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How many envelopes are looked at, before anything of them is opened. A whole
// queue of a device passes at once, and those of a practice behind one address.
const (
	deviceBurst  = 1000
	deviceRate   = 1 // a second
	addressBurst = 5000
	addressRate  = 50 // a second
)

// maxBuckets is how many buckets are kept before full ones are thrown out.
const maxBuckets = 10_000

// limiter keeps a bucket of tokens for each name.
type limiter struct {
	burst int
	rate  rate.Limit

	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

func newLimiter(burst int, perSecond rate.Limit) *limiter {
	return &limiter{burst: burst, rate: perSecond, buckets: make(map[string]*rate.Limiter)}
}

// take takes n tokens of a name, or none and reports false.
func (l *limiter) take(name string, n int, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket, ok := l.buckets[name]
	if !ok {
		l.sweep(now)
		bucket = rate.NewLimiter(l.rate, l.burst)
		l.buckets[name] = bucket
	}
	return bucket.AllowN(now, n)
}

// sweep throws out buckets that are full: they say nothing.
func (l *limiter) sweep(now time.Time) {
	if len(l.buckets) < maxBuckets {
		return
	}
	for name, bucket := range l.buckets {
		if bucket.TokensAt(now) >= float64(l.burst) {
			delete(l.buckets, name)
		}
	}
}
