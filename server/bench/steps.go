package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pleiades/server/bench/floor"
)

// both is what rounds of the two servers measured.
type both struct{ floor, product []load }

// round loads a server for a while over the connections of conversations.
type round func(*process, []*talk, time.Duration) (load, error)

// turns runs a kind of round on both servers in turn, so that what else the
// machine does befalls both.
func (s *subject) turns(pairs []pair, do round) (all both, err error) {
	a, err := s.floor.talks(pairs)
	if err != nil {
		return all, err
	}
	defer closeAll(a)
	b, err := s.product.talks(pairs)
	if err != nil {
		return all, err
	}
	defer closeAll(b)
	for n := range s.rounds + 1 {
		x, err := do(s.floor, a, s.length)
		if err != nil {
			return all, err
		}
		y, err := do(s.product, b, s.length)
		if err != nil {
			return all, err
		}
		if n > 0 { // the first one warms up
			all.floor, all.product = append(all.floor, x), append(all.product, y)
		}
	}
	return all, nil
}

// of returns the medians of a value and of its ratio in each turn.
func (b both) of(value func(load) float64) (floor, product, ratio float64) {
	var f, p, r []float64
	for i := range b.floor {
		f, p = append(f, value(b.floor[i])), append(p, value(b.product[i]))
		r = append(r, p[i]/f[i])
	}
	return median(f), median(p), median(r)
}

// row adds what of returns to the table.
func (s *subject) row(what, format string, b both, value func(load) float64, bar *limit) {
	floor, product, ratio := b.of(value)
	s.compare(what, format, floor, product, ratio, bar)
}

func rate(l load) float64    { return l.rate }
func ackP50(l load) float64  { return ms(l.ack.at(50)) }
func ackP99(l load) float64  { return ms(l.ack.at(99)) }
func liveLag(l load) float64 { return ms(l.live.at(50)) - ms(l.ack.at(50)) }
func cpuEach(l load) float64 { return ms(l.cpu) / float64(l.answers) * 1000 }

// sends loads both with writers and live readers.
func (s *subject) sends(ctx context.Context) error {
	// What the floor has to be compared with is measured in the same turns.
	var single, bare, toSingle, toBare []float64
	b, err := s.turns(s.pairs, func(p *process, talks []*talk, length time.Duration) (load, error) {
		if p == s.product {
			return p.sendRound(talks, length)
		}
		one, err := singles(ctx, s.databases[2], length/2)
		if err != nil {
			return load{}, err
		}
		empty, err := s.bareRound()
		if err != nil {
			return load{}, err
		}
		l, err := p.sendRound(talks, length)
		single, bare = append(single, one), append(bare, empty)
		toSingle, toBare = append(toSingle, l.rate/one), append(toBare, l.rate/empty)
		return l, err
	})
	if err != nil {
		return err
	}
	s.fact("one message a commit", fmt.Sprintf("%.0f/s", median(single)))
	s.fact("bare HTTP meanwhile", fmt.Sprintf("%.0f/s", median(bare)))
	s.row("durable messages, 64 writers and live readers (/s)", "%.0f", b, rate, atLeast(0.6, ""))
	s.row("— acknowledged, p50 (ms)", "%.1f", b, ackP50, nil)
	s.row("— acknowledged, p99 (ms)", "%.1f", b, ackP99, atMost(2, ""))
	_, lag, _ := b.of(liveLag)
	s.tell("— at the reader after that, p50 (ms)", "%.1f", lag, atMost(1, " ms"))
	s.row("— processor time of 1,000 (ms)", "%.0f", b, cpuEach, atMost(2, ""))
	if reached := median(toSingle); reached < 1.5 {
		s.invalid = append(s.invalid, fmt.Sprintf("the floor reached %.2f of one message a commit, not 1.5", reached))
	}
	if reached := median(toBare); reached < 0.2 {
		s.invalid = append(s.invalid, fmt.Sprintf("the floor reached %.2f of bare HTTP, not 0.2", reached))
	}
	return nil
}

// alone sends in one conversation, with nobody else there.
func (s *subject) alone(context.Context) error {
	b, err := s.turns(s.pairs[:1], (*process).sendRound)
	if err != nil {
		return err
	}
	s.row("one conversation alone (/s)", "%.0f", b, rate, nil)
	s.row("— acknowledged, p50 (ms)", "%.2f", b, ackP50, nil)
	s.row("— acknowledged, p99 (ms)", "%.2f", b, ackP99, atMost(2.5, ""))
	_, lag, _ := b.of(liveLag)
	s.tell("— at the reader after that, p50 (ms)", "%.2f", lag, atMost(1, " ms"))
	return nil
}

// histories asks for pages.
func (s *subject) histories(context.Context) error {
	b, err := s.turns(s.pairs, (*process).historyRound)
	if err != nil {
		return err
	}
	s.row("history pages of 50 (/s)", "%.0f", b, rate, atLeast(0.6, ""))
	return nil
}

// outbox hands over sealed messages; the floor is that of sends.
func (s *subject) outbox(context.Context) error {
	talks, err := s.floor.talks(s.pairs)
	if err != nil {
		return err
	}
	defer closeAll(talks)
	devices := make([]*sealed, len(s.pairs))
	var ask []func() error
	for i, pair := range s.pairs {
		d, err := s.product.seal(pair, i)
		if err != nil {
			return err
		}
		defer d.conn.close()
		devices[i], ask = d, append(ask, d.post)
	}
	var b both
	for n := range s.rounds + 1 {
		x, err := s.floor.sendRound(talks, s.length)
		if err != nil {
			return err
		}
		each := x.answers/len(devices) + 1
		if err := together(len(devices), len(devices), func(i int) error { return devices[i].prepare(each) }); err != nil {
			return err
		}
		y, err := s.product.round(ask, s.length)
		if err != nil {
			return err
		}
		if n > 0 { // the first one warms up
			b.floor, b.product = append(b.floor, x), append(b.product, y)
		}
	}
	s.row("sealed messages, by 64 devices (/s)", "%.0f", b, rate, atLeast(0.4, ""))
	s.row("— processor time of 1,000 (ms)", "%.0f", b, cpuEach, nil)
	return nil
}

// crowds measures idle streams, on processes that have done nothing else.
func (s *subject) crowds(context.Context) error {
	var people []floor.Person
	for _, p := range s.pairs {
		people = append(people, p.writer, p.reader)
	}
	var idles [2]idle
	for i, server := range []*process{s.floor, s.product} {
		if _, err := server.restarts(1); err != nil {
			return err
		}
		if _, err := server.crowd(people, 16, s.rest/8); err != nil { // warms it up
			return err
		}
		var err error
		if idles[i], err = server.crowd(people, s.streams, s.rest); err != nil {
			return err
		}
	}
	kib := func(i idle) float64 { return float64(i.perStream) / 1024 }
	s.compare(fmt.Sprintf("each of %d idle streams (KiB resident)", s.streams), "%.1f",
		kib(idles[0]), kib(idles[1]), kib(idles[1])/kib(idles[0]), atMost(1.25, ""))
	s.tell("— processor meanwhile (%)", "%.1f", 100*idles[1].cpu, nil)
	return nil
}

// storms has people come back to a large database at once, and measures how long
// it takes to start on it.
func (s *subject) storms(ctx context.Context) error {
	if err := s.product.stop(); err != nil {
		return err
	}
	seed, err := openSeeder(ctx, s.databases[0], s.keyFile)
	if err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	crowd, err := seed.pairs(ctx, s.size.crowd)
	if err == nil {
		err = seed.fill(ctx, crowd, missed)
	}
	if more := s.messages - len(crowd)*missed; err == nil && more > 0 {
		err = seed.fill(ctx, s.pairs, more/len(s.pairs))
	}
	if err := errors.Join(err, seed.close()); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	took, err := s.product.restarts(s.size.starts)
	if err != nil {
		return err
	}
	if s.messages > 0 {
		s.tell(fmt.Sprintf("start on %d messages (ms)", s.messages), "%.0f", ms(took.at(50)), atMost(300, " ms"))
	}
	got := s.product.storm(crowd)
	if got.failed != nil {
		s.invalid = append(s.invalid, fmt.Sprintf("people who came back found an error: %v", got.failed))
	}
	s.tell(fmt.Sprintf("%d come back at once with %d missed: all served (s)", len(crowd), missed), "%.2f", got.lasted.Seconds(), nil)
	s.tell("— one of them, p50 (ms)", "%.0f", ms(got.sync.at(50)), nil)
	s.tell("— one of them, p99 (ms)", "%.0f", ms(got.sync.at(99)), nil)
	return nil
}
