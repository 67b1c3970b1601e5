package main

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"pleiades/server/bench/floor"
	"pleiades/shared/wire"
)

// idle is what open streams cost on which nothing happens.
type idle struct {
	perStream int64   // bytes of resident memory
	cpu       float64 // of one processor, at rest
}

// dialers is how many connections are opened at once, as a crowd would.
const dialers = 32

// crowd opens a stream for each of n people and measures, after a while in which
// nothing happens.
func (p *process) crowd(people []floor.Person, n int, rest time.Duration) (idle, error) {
	before, err := p.resident()
	if err != nil {
		return idle{}, err
	}
	clients := make([]*client, n)
	defer func() {
		for _, c := range clients {
			if c != nil {
				c.close()
			}
		}
	}()
	err = together(n, dialers, func(i int) error {
		c, err := dial(p.addr, cookie(people[i%len(people)]), i)
		if err != nil {
			return err
		}
		clients[i] = c
		return c.listen("")
	})
	if err != nil {
		return idle{}, fmt.Errorf("%s: open %d streams: %w", p.name, n, err)
	}
	time.Sleep(rest / 4) // the processor time of connecting is not that of waiting
	used, err := p.cpu()
	if err != nil {
		return idle{}, err
	}
	time.Sleep(rest)
	after, err := p.resident()
	if err != nil {
		return idle{}, err
	}
	cpu, err := p.cpu()
	if err != nil {
		return idle{}, err
	}
	return idle{perStream: (after - before) / int64(n), cpu: (cpu - used).Seconds() / rest.Seconds()}, nil
}

// storm is what became of people who came back at once.
type storm struct {
	lasted time.Duration // until the last had everything
	sync   times         // from connecting until everything was there
	failed error
}

// missed is how many messages each of them did not have.
const missed = 20

// storm has everybody come back at once: each opens a stream that cannot be
// resumed and asks for what was missed.
func (p *process) storm(pairs []pair) storm {
	took := make(times, len(pairs))
	began := time.Now()
	failed := together(len(pairs), len(pairs), func(i int) error {
		at := time.Now()
		if err := p.comeBack(pairs[i], i); err != nil {
			return err
		}
		took[i] = time.Since(at)
		return nil
	})
	return storm{lasted: time.Since(began), sync: took, failed: failed}
}

func (p *process) comeBack(of pair, n int) error {
	stream, err := dial(p.addr, cookie(of.writer), n)
	if err != nil {
		return err
	}
	defer stream.close()
	if err := stream.listen("somewhere-1"); err != nil {
		return err
	}
	c, err := dial(p.addr, cookie(of.writer), n)
	if err != nil {
		return err
	}
	defer c.close()
	var answer wire.SyncResponse
	if err := exchange(c, "POST", "/api/v1/sync", wire.SyncRequest{Have: map[string]int64{of.conversation.String(): 0}}, &answer); err != nil {
		return err
	}
	if len(answer.Conversations) != 1 || len(answer.Conversations[0].Messages) != missed {
		return errors.New("not everything was there")
	}
	return nil
}

// together does something n times, so many at once, and returns the first error.
func together(n, atOnce int, do func(i int) error) error {
	var (
		group sync.WaitGroup
		first sync.Once
		err   error
		slots = make(chan struct{}, atOnce)
	)
	for i := range n {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			if failed := do(i); failed != nil {
				first.Do(func() { err = failed })
			}
		})
	}
	group.Wait()
	return err
}
