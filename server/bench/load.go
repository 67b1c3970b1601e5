package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"pleiades/server/bench/floor"
)

// text is what everybody writes: 512 bytes.
var text = strings.Repeat("What I wanted to say since our last appointment. ", 11)[:512]

// load is what a round of load measured.
type load struct {
	rate    float64 // answers each second
	ack     times   // from sending until the answer
	live    times   // from sending until the reader has it
	cpu     time.Duration
	answers int
}

// errDry says that someone has nothing more to ask.
var errDry = errors.New("nothing more to ask")

// round has everybody ask again and again for a while, and measures.
func (p *process) round(ask []func() error, length time.Duration) (load, error) {
	before, err := p.cpu()
	if err != nil {
		return load{}, err
	}
	took := make([]times, len(ask))
	errs := make([]error, len(ask))
	began := time.Now()
	end := began.Add(length)
	var group sync.WaitGroup
	for i, ask := range ask {
		group.Go(func() {
			for {
				at := time.Now()
				if at.After(end) {
					return
				}
				if err := ask(); err != nil {
					if !errors.Is(err, errDry) {
						errs[i] = err
					}
					return
				}
				took[i] = append(took[i], time.Since(at))
			}
		})
	}
	group.Wait()
	lasted := time.Since(began)
	if err := errors.Join(errs...); err != nil {
		return load{}, fmt.Errorf("%s: %w", p.name, err)
	}
	after, err := p.cpu()
	if err != nil {
		return load{}, err
	}
	var all load
	for _, t := range took {
		all.ack = append(all.ack, t...)
	}
	all.answers = len(all.ack)
	all.rate, all.cpu = float64(all.answers)/lasted.Seconds(), after-before
	return all, nil
}

// talk is a conversation under way: a writer and a live reader.
type talk struct {
	pair
	sending, reading *client

	mu    sync.Mutex
	begun map[string]time.Time // when the messages on their way were sent, by id
	live  times
	id    uuid.UUID
	n     uint64
	out   []byte
}

// talk opens the connections of a conversation, the n-th.
func (p *process) talk(of pair, n int) (*talk, error) {
	c := &talk{pair: of, begun: make(map[string]time.Time), id: uuid.Must(uuid.NewV7())}
	var err error
	if c.sending, err = dial(p.addr, cookie(of.writer), n); err != nil {
		return nil, err
	}
	if c.reading, err = dial(p.addr, cookie(of.reader), n); err != nil {
		c.sending.close()
		return nil, err
	}
	if err := c.reading.listen(""); err != nil {
		c.close()
		return nil, err
	}
	go c.follow()
	return c, nil
}

// talks opens the connections of all conversations.
func (p *process) talks(pairs []pair) ([]*talk, error) {
	list := make([]*talk, len(pairs))
	for i, pair := range pairs {
		var err error
		if list[i], err = p.talk(pair, i); err != nil {
			closeAll(list[:i])
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return list, nil
}

func closeAll(talks []*talk) {
	for _, c := range talks {
		c.close()
	}
}

func (c *talk) close() {
	c.sending.close()
	c.reading.close()
}

func cookie(p floor.Person) string { return floor.Cookie + "=" + p.Token }

// follow notes when messages arrive, until the connection is closed.
func (c *talk) follow() {
	for {
		id, err := c.reading.await()
		if err != nil {
			return
		}
		now := time.Now()
		c.mu.Lock()
		if began, known := c.begun[string(id)]; known {
			c.live = append(c.live, now.Sub(began))
			delete(c.begun, string(id))
		}
		c.mu.Unlock()
	}
}

// next returns another id, of version 7 as those of the app: it begins with the
// time (RFC 9562, section 5.7). Its last bytes count, which is cheaper than chance.
func (c *talk) next() uuid.UUID {
	c.n++
	var at, count [8]byte
	binary.BigEndian.PutUint64(at[:], uint64(time.Now().UnixMilli())) // #nosec G115 -- after 1970
	copy(c.id[:6], at[2:])
	binary.BigEndian.PutUint64(count[:], c.n)
	copy(c.id[10:], count[2:])
	return c.id
}

// put sends a message by the login.
func (c *talk) put() error {
	id := c.next().String()
	c.mu.Lock()
	c.begun[id] = time.Now()
	c.mu.Unlock()
	c.out = fmt.Appendf(c.out[:0], `{"body":%q,"writtenAt":%q}`, text, time.Now().UTC().Format(time.RFC3339Nano))
	status, answer, err := c.sending.do("PUT", "/api/v1/conversations/"+c.conversation.String()+"/messages/"+id, c.out)
	return expect(201, status, answer, err)
}

// page asks for the newest messages.
func (c *talk) page() error {
	status, answer, err := c.sending.do("GET", fmt.Sprintf("/api/v1/conversations/%s/messages?limit=%d", c.conversation, pageSize), nil)
	if err := expect(200, status, answer, err); err != nil {
		return err
	}
	if n := bytes.Count(answer, []byte(`"seq":`)); n != pageSize {
		return fmt.Errorf("a page of %d messages", n)
	}
	return nil
}

// pageSize is how many messages a page has.
const pageSize = 50

// expect makes an error of an answer with another status.
func expect(want, status int, answer []byte, err error) error {
	if err != nil {
		return err
	}
	if status != want {
		return fmt.Errorf("status %d: %.200s", status, answer)
	}
	return nil
}

// takeLive returns what was measured of the delivery and forgets it.
func (c *talk) takeLive() times {
	c.mu.Lock()
	defer c.mu.Unlock()
	taken := c.live
	c.live = nil
	return taken
}

// sendRound sends messages in all conversations for a while.
func (p *process) sendRound(talks []*talk, length time.Duration) (load, error) {
	l, err := p.round(each(talks, (*talk).put), length)
	if err != nil {
		return load{}, err
	}
	for _, c := range talks {
		l.live = append(l.live, c.takeLive()...)
	}
	return l, nil
}

// historyRound asks for pages in all conversations for a while.
func (p *process) historyRound(talks []*talk, length time.Duration) (load, error) {
	return p.round(each(talks, (*talk).page), length)
}

// each returns what every conversation is to do.
func each(talks []*talk, do func(*talk) error) []func() error {
	list := make([]func() error, len(talks))
	for i, c := range talks {
		list[i] = func() error { return do(c) }
	}
	return list
}
