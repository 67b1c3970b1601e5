package store

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"
)

// TestLookups has others ask while a query is under way: they share the next, which
// begins after they asked.
func TestLookups(t *testing.T) {
	begun, answer, broken := make(chan []int), make(chan struct{}), errors.New("no database")
	l := startLookups(func(_ context.Context, group []*lookup[int, int]) error {
		var keys []int
		for _, q := range group {
			keys = append(keys, q.key)
			q.found = 10 * q.key
		}
		begun <- keys
		<-answer
		if slices.Contains(keys, 5) {
			return broken
		}
		return nil
	})
	var all sync.WaitGroup
	defer all.Wait()
	ask := func(key int, want error) {
		all.Go(func() {
			if found, err := l.ask(t.Context(), key); !errors.Is(err, want) || err == nil && found != 10*key {
				t.Errorf("%d: got %d, %v", key, found, err)
			}
		})
	}
	waiting := func(n int) {
		t.Helper()
		for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
			l.mu.Lock()
			got := len(l.waiting)
			l.mu.Unlock()
			if got == n {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("%d wait, want %d", got, n)
			}
		}
	}
	ask(1, nil)
	if keys := <-begun; !slices.Equal(keys, []int{1}) {
		t.Errorf("asked for %v, want one alone at once", keys)
	}
	for key := 2; key <= 4; key++ {
		ask(key, nil)
		waiting(key - 1)
	}
	answer <- struct{}{}
	if keys := <-begun; !slices.Equal(keys, []int{2, 3, 4}) {
		t.Errorf("asked for %v, want all who waited together", keys)
	}
	ask(5, broken)
	ask(6, broken)
	waiting(2)
	answer <- struct{}{}
	<-begun
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.ask(over, 7); !errors.Is(err, context.Canceled) {
		t.Errorf("who gives up got %v", err)
	}
	answer <- struct{}{}
	<-begun
	answer <- struct{}{}
	l.close()
	if _, err := l.ask(t.Context(), 8); err == nil {
		t.Error("answered after it was closed")
	}
}
