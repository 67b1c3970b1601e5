package syncer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/app/browser"
	"pleiades/app/remote"
	"pleiades/app/state"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

var (
	me   = uuid.MustParse("00000000-0000-4000-8000-000000000001")
	peer = uuid.MustParse("00000000-0000-4000-8000-000000000002")
	conv = uuid.MustParse("00000000-0000-4000-8000-0000000000c1")
)

// fakeServer is one conversation on a server that can be reached or not.
type fakeServer struct {
	mu        sync.Mutex
	reachable bool
	loggedIn  bool
	messages  []wire.Message
	calls     map[string]int
	streams   []func(kind, data string)
}

func (f *fakeServer) info() wire.Conversation {
	last := int64(len(f.messages))
	return wire.Conversation{
		ID: conv, LastSeq: last, Rev: last,
		Client: wire.Person{ID: me, Name: "Test Client"}, Therapist: wire.Person{ID: peer, Name: "Test Therapist"},
	}
}

// add stores a message without announcing it.
func (f *fakeServer) add(id message.ID, sender uuid.UUID) wire.Message {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := wire.Message{ID: id, Seq: int64(len(f.messages)) + 1, Body: "text", Sender: sender}
	f.messages = append(f.messages, m)
	return m
}

func (f *fakeServer) count(call string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[call]
}

func (f *fakeServer) set(reachable, loggedIn bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reachable, f.loggedIn = reachable, loggedIn
}

// announce sends an event on the open streams.
func (f *fakeServer) announce(kind wire.EventType, data any) {
	b, _ := json.Marshal(data)
	for _, stream := range f.open() {
		stream(string(kind), string(b))
	}
}

// drop breaks the open streams.
func (f *fakeServer) drop() {
	f.mu.Lock()
	streams := f.streams
	f.streams = nil
	f.mu.Unlock()
	for _, stream := range streams {
		stream("error", "")
	}
}

func (f *fakeServer) open() []func(kind, data string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.streams)
}

// Fetch implements remote.Fetcher.
func (f *fakeServer) Fetch(_ context.Context, method, path, body string, _ map[string]string) (browser.Response, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	call := method + " " + path[strings.LastIndex(path, "/"):]
	f.calls[call]++
	if !f.reachable {
		return browser.Response{}, browser.ErrNoAnswer
	}
	if !f.loggedIn && call != "POST /login" {
		return answer(401, wire.Problem{Code: wire.CodeNotLoggedIn}), nil
	}
	switch call {
	case "POST /login":
		f.loggedIn = true
		return answer(200, wire.LoggedIn{Account: wire.Account{ID: me}}), nil
	case "GET /me":
		return answer(200, wire.LoggedIn{Account: wire.Account{ID: me}}), nil
	case "POST /logout":
		f.loggedIn = false
	case "POST /sync":
		var r wire.SyncRequest
		if err := json.Unmarshal([]byte(body), &r); err != nil {
			return answer(400, wire.Problem{Code: wire.CodeBadRequest}), nil
		}
		have := r.Have[conv.String()]
		return answer(200, wire.SyncResponse{Conversations: []wire.SyncedConversation{
			{Conversation: f.info(), Messages: f.messages[have:]},
		}}), nil
	}
	return browser.Response{Status: 204}, nil
}

func answer(status int, v any) browser.Response {
	b, _ := json.Marshal(v)
	kind := "application/json"
	if status >= 400 {
		kind = "application/problem+json"
	}
	return browser.Response{Status: status, Type: kind, Body: string(b)}
}

// fakeDevice is what a device keeps, shared by its pages.
type fakeDevice struct {
	mu      sync.Mutex
	current current
	kept    []wire.SyncedConversation
	drafts  map[uuid.UUID]message.Text
	outbox  []state.Pending
	full    bool
	leader  chan struct{}

	takenOver bool

	openMu sync.Mutex
	pages  []*fakePage
	server *fakeServer
}

// fakePage is one page of a device.
type fakePage struct {
	asked   bool // for persistent storage
	ctx     context.Context
	device  *fakeDevice
	signals chan []byte // heard in order, one after the other
}

var _ Page = (*fakePage)(nil)

func (p *fakePage) Device(_ context.Context, result any, name string, args ...any) error {
	d := p.device
	d.mu.Lock()
	defer d.mu.Unlock()
	var value any
	switch name {
	case "current":
		value = d.current
	case "setCurrent":
		d.current = args[0].(current)
	case "load":
		k := kept{Conversations: d.kept, Outbox: d.outbox}
		for id, text := range d.drafts {
			k.Drafts = append(k.Drafts, keptDraft{id, text})
		}
		value = k
	case "forget":
		d.kept, d.outbox, d.drafts = nil, nil, map[uuid.UUID]message.Text{}
	case "saveSynced":
		d.kept = append(d.kept, args[1].([]wire.SyncedConversation)...)
	case "saveDraft":
		if d.full {
			return &browser.ErrDevice{Name: "QuotaExceededError"}
		}
		d.drafts[args[1].(uuid.UUID)] = args[2].(message.Text)
	case "enqueue":
		if d.full {
			return &browser.ErrDevice{Name: "QuotaExceededError"}
		}
		item := args[1].(state.Pending)
		d.outbox = append(d.outbox, item)
		delete(d.drafts, item.Conversation)
	case "takeBack":
		value = d.takeBack(args[1].(message.ID))
	case "outbox":
		value = slices.Clone(d.outbox)
	case "flush":
		value = d.flush()
	default:
		return fmt.Errorf("fake device: no function %s", name)
	}
	if result == nil {
		return nil
	}
	b, _ := json.Marshal(value)
	return json.Unmarshal(b, result)
}

func (d *fakeDevice) takeBack(id message.ID) *message.Text {
	for i, p := range d.outbox {
		if p.ID == id && !p.Attempted {
			text := p.Body
			if draft := d.drafts[p.Conversation]; draft != "" {
				text += "\n\n" + draft
			}
			d.outbox = slices.Delete(d.outbox, i, i+1)
			d.drafts[p.Conversation] = text
			return &text
		}
	}
	return nil
}

func (d *fakeDevice) setFull(full bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full = full
}

func (d *fakeDevice) flush() outcome {
	d.server.mu.Lock()
	reachable, loggedIn := d.server.reachable, d.server.loggedIn
	d.server.mu.Unlock()
	switch {
	case len(d.outbox) == 0:
		return outcomeDone
	case !reachable:
		return outcomeOffline
	case !loggedIn:
		return outcomeLogin
	}
	for _, p := range d.outbox {
		m := d.server.add(p.ID, me)
		d.tell(nil, signal{Type: signalSent, Account: me, Conversation: p.Conversation, Message: &m})
	}
	d.outbox = nil
	return outcomeDone
}

// tell lets all pages but one hear a signal.
func (d *fakeDevice) tell(but *fakePage, sig signal) {
	b, _ := json.Marshal(sig)
	d.openMu.Lock()
	defer d.openMu.Unlock()
	for _, p := range d.pages {
		if p != but {
			p.signals <- bytes.Clone(b)
		}
	}
}

func (p *fakePage) Post(b []byte) {
	var sig signal
	if err := json.Unmarshal(b, &sig); err != nil {
		panic(err)
	}
	p.device.tell(p, sig)
}

func (p *fakePage) Stream(_ string, _ []string, f func(kind, data string)) (stop func()) {
	s := p.device.server
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.reachable || !s.loggedIn {
		go f("error", "")
		return func() {}
	}
	s.streams = append(s.streams, f)
	go f("open", "")
	return func() {}
}

func (p *fakePage) Lock(ctx context.Context, _ string) (func(), error) {
	select {
	case p.device.leader <- struct{}{}:
		return func() { <-p.device.leader }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *fakePage) Listen(f func([]byte)) {
	go func() {
		for {
			select {
			case b := <-p.signals:
				f(b)
			case <-p.ctx.Done():
				return
			}
		}
	}()
}

func (p *fakePage) Persist(context.Context) error     { p.asked = true; return nil }
func (p *fakePage) RequestSync(context.Context) error { return errors.New("not here") }
func (p *fakePage) CheckUpdate()                      {}
func (p *fakePage) TakeOver()                         { p.device.takenOver = true }
func (p *fakePage) Install()                          {}
func (p *fakePage) Now() time.Time                    { return time.Now() }

// rig is a device with pages and a server.
type rig struct {
	t      *testing.T
	ctx    context.Context
	server *fakeServer
	device *fakeDevice
}

func newRig(t *testing.T) *rig {
	server := &fakeServer{reachable: true, loggedIn: true, calls: make(map[string]int)}
	device := &fakeDevice{
		current: current{Account: &wire.Account{ID: me}}, drafts: make(map[uuid.UUID]message.Text),
		leader: make(chan struct{}, 1), server: server,
	}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return &rig{t: t, ctx: ctx, server: server, device: device}
}

// open starts one more page of the device.
func (r *rig) open() *Syncer {
	page := &fakePage{ctx: r.ctx, device: r.device, signals: make(chan []byte, 1000)}
	r.device.openMu.Lock()
	r.device.pages = append(r.device.pages, page)
	r.device.openMu.Unlock()
	s := New(Options{
		State: state.New(), Remote: remote.New(r.server), Page: page,
		Rand: &countingReader{}, Logf: func(string, ...any) {},
	})
	s.Start(r.ctx)
	return s
}

// countingReader makes different ids without chance.
type countingReader struct{ n byte }

func (r *countingReader) Read(b []byte) (int, error) {
	for i := range b {
		r.n++
		b[i] = r.n
	}
	return len(b), nil
}
