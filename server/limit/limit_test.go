package limit_test

import (
	"strconv"
	"testing"
	"time"

	"pleiades/server/limit"
)

func TestLimiter(t *testing.T) {
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	l := limit.New(limit.Rate{Burst: 3, Every: time.Minute}, func() time.Time { return now })
	take := func(t *testing.T, key string, want time.Duration) {
		t.Helper()
		if got := l.Take(key); got != want {
			t.Errorf("%s: wait %v, want %v", key, got, want)
		}
	}
	t.Run("lets a burst through, then one every so often", func(t *testing.T) {
		for range 3 {
			take(t, "a", 0)
		}
		take(t, "a", time.Minute)
		now = now.Add(45 * time.Second)
		take(t, "a", 15*time.Second)
		now = now.Add(15 * time.Second)
		take(t, "a", 0)
		take(t, "a", time.Minute)
	})
	t.Run("counts each key by itself", func(t *testing.T) { take(t, "b", 0) })
	t.Run("takes a count back, not beyond the burst", func(t *testing.T) {
		l.Return("a")
		take(t, "a", 0)
		take(t, "a", time.Minute)
		for range 9 {
			l.Return("b")
		}
		for range 3 {
			take(t, "b", 0)
		}
		take(t, "b", time.Minute)
	})
	t.Run("holds no more for having rested", func(t *testing.T) {
		now = now.Add(time.Hour)
		for range 3 {
			take(t, "a", 0)
		}
		take(t, "a", time.Minute)
	})
	t.Run("forgets keys that rest, and none that wait", func(t *testing.T) {
		for i := range 10_000 {
			l.Take(strconv.Itoa(i))
		}
		now = now.Add(time.Minute)
		for range 3 {
			l.Take("c")
		}
		for i := range 10_000 {
			l.Take("new " + strconv.Itoa(i))
		}
		take(t, "c", time.Minute)
		if got := limit.Keys(l); got > 20_000 {
			t.Errorf("%d keys are held", got)
		}
	})
	t.Run("no rate is no limit", func(t *testing.T) {
		none := limit.New(limit.Rate{}, time.Now)
		for range 1000 {
			if wait := none.Take("a"); wait != 0 {
				t.Fatal(wait)
			}
		}
		none.Return("a")
	})
}
