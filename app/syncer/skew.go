package syncer

import (
	"context"
	"time"
)

// steadySkew is how far what is measured of two clocks may be from what is
// known already without being news.
const steadySkew = 10 * time.Second

// putBack is by how much a clock that falls back against the server's was set by
// someone: half of it may be a slow answer.
const putBack = time.Minute

// slowest is how long an answer may take to say something of two clocks: half of it
// is what they are off by. One that took longer waited for a device that slept.
const slowest = 30 * time.Second

// skew returns how far the device's clock is ahead of the server's, which said
// now to what was asked at a moment: they are compared in the middle of the way
// there and back.
func (s *Syncer) skew(asked, now time.Time) time.Duration {
	return asked.Add(s.page.Now().Sub(asked) / 2).Sub(now)
}

// learnSkew takes in the server's clock from an answer, and keeps on the device
// how far its own is from it: without a connection, too, it is to be known when
// an answer can be expected. nil says nothing. A device whose clock was put back
// since it was last opened is locked: how long nobody was there is not known.
func (s *Syncer) learnSkew(ctx context.Context, asked time.Time, now *time.Time) {
	if took := s.page.Now().Sub(asked); now == nil || took > slowest {
		return
	}
	ahead := s.skew(asked, *now)
	news := ahead - s.state.Skew()
	opened := s.opened.Swap(false)
	if news.Abs() <= steadySkew {
		return
	}
	s.state.SetSkew(ahead)
	if err := s.savePrivate(ctx, privateSkew, ahead.Milliseconds()); err != nil {
		s.logf("keep the skew of the clock: %v", err)
	}
	if news <= -putBack && !opened {
		go s.ask(ctx, "lock", s.Lock)
	}
}
