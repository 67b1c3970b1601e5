package syncer

import (
	"math/rand/v2"
	"time"
)

const (
	firstWait = time.Second
	maxWait   = 10 * time.Second
)

// backoff spaces tries out: each wait twice the last, from firstWait to
// maxWait, less up to half by chance, so that many devices that lost the server
// together do not all come back together.
type backoff struct{ wait time.Duration }

func (b *backoff) next() time.Duration {
	if b.wait == 0 {
		b.wait = firstWait
	}
	wait := b.wait
	b.wait = min(2*b.wait, maxWait)
	return wait - rand.N(wait/2) // #nosec G404 -- it spreads tries; nobody gains by guessing it
}

func (b *backoff) reset() { b.wait = 0 }
