package syncer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/app/browser"
	"pleiades/app/state"
	"pleiades/shared/agenda"
	"pleiades/shared/availability"
	"pleiades/shared/crisis"
	"pleiades/shared/envelope"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

var (
	me   = uuid.MustParse("00000000-0000-4000-8000-000000000001")
	peer = uuid.MustParse("00000000-0000-4000-8000-000000000002")
	conv = uuid.MustParse("00000000-0000-4000-8000-0000000000c1")
)

// myEmail is the address of me.
const myEmail = "a@b.test"

// fakeServer is one conversation on a server that can be reached or not.
type fakeServer struct {
	mu        sync.Mutex
	reachable bool
	loggedIn  bool
	mute      bool           // takes what is sent, but its answers are lost
	full      bool           // the list takes no more
	busy      bool           // it cannot end logins now
	behind    time.Duration  // its clock, behind the device's
	revoked   bool           // the device was taken out of the account
	meanwhile func()         // happens once while the answer to a sync is on its way
	second    bool           // logins have a second step
	someone   uuid.UUID      // who is logged in, if not me
	security  *wire.Security // what comes with a sync
	account   *wire.Account  // the same
	reset     *wire.PasswordReset
	notices   []wire.SecurityEvent
	messages  []wire.Message
	withdrawn []string // ids
	items     map[uuid.UUID]agenda.Item
	changed   map[uuid.UUID]bool // changes of the list known
	other     int64              // changes beside messages
	agendaRev int64
	agreement wire.Agreement
	outlook   *availability.Outlook
	taken     []state.Kind // of what was accepted, in order
	synced    wire.SyncRequest
	calls     map[string]int
	streams   []func(kind, data string)

	key     envelope.PrivateKey // that opens envelopes
	secrets map[uuid.UUID]registered
}

// registered is what the server knows of a device.
type registered struct {
	account uuid.UUID
	secret  envelope.Secret
}

func (f *fakeServer) info() wire.Conversation {
	last := int64(len(f.messages))
	agreement := f.agreement
	return wire.Conversation{
		ID: conv, LastSeq: last, Rev: last + f.other, AgendaRev: f.agendaRev,
		Client: wire.Person{ID: me, Name: "Test Client"}, Therapist: wire.Person{ID: peer, Name: "Test Therapist"},
		Agreement: &agreement, Availability: f.outlook,
	}
}

// apply takes in a change of the list by someone and answers as the server
// does.
func (f *fakeServer) apply(c agenda.Change, by uuid.UUID) (answer wire.AgendaChanged, refused wire.Code) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.full && c.Kind == agenda.Add {
		return answer, wire.CodeListFull
	}
	find := func(id uuid.UUID) (agenda.Item, bool) { it, ok := f.items[id]; return it, ok }
	if !f.changed[c.ID] {
		f.changed[c.ID] = true
		if items := c.Apply(find, by, time.Now().UTC()); items != nil {
			f.other++
			f.agendaRev = f.info().Rev
			for _, it := range items {
				it.Rev = f.agendaRev
				f.items[it.ID] = it
			}
		}
	}
	answer = wire.AgendaChanged{ID: c.ID, Rev: f.agendaRev}
	for _, id := range slices.Compact([]uuid.UUID{c.Item, c.ID}) {
		if it, ok := f.items[id]; ok {
			answer.Items = append(answer.Items, it)
		}
	}
	return answer, ""
}

// acknowledge records an acknowledgement.
func (f *fakeServer) acknowledge(version int64) wire.Conversation {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.other++
	f.agreement.Acknowledged = max(f.agreement.Acknowledged, version)
	return f.info()
}

// renewKey makes envelopes for the key before key_expired.
func (f *fakeServer) renewKey() {
	f.mu.Lock()
	defer f.mu.Unlock()
	var err error
	if f.key, err = envelope.NewPrivateKey(uuid.New(), bytes.Repeat([]byte{1}, envelope.SeedSize)); err != nil {
		panic(err)
	}
}

// open opens an envelope and returns who sealed it.
func (f *fakeServer) open(sealed []byte) (account uuid.UUID, c envelope.Content, refused wire.Code) {
	f.mu.Lock()
	defer f.mu.Unlock()
	h, err := envelope.ReadHeader(sealed)
	if err == nil && h.Key != f.key.ID {
		return account, c, wire.CodeKeyExpired
	}
	device, known := f.secrets[h.Device]
	if err == nil {
		c, err = envelope.Open(f.key, device.secret, sealed)
	}
	if err != nil || !known {
		return account, c, wire.CodeUnverified
	}
	return device.account, c, ""
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

// alter changes how the server behaves, or what it has.
func (f *fakeServer) alter(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

// announce sends an event on the open streams.
func (f *fakeServer) announce(kind wire.EventType, data any) {
	b, _ := json.Marshal(data)
	for _, stream := range f.openStreams() {
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

func (f *fakeServer) openStreams() []func(kind, data string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.streams)
}

// Fetch implements remote.Fetcher.
func (f *fakeServer) Fetch(_ context.Context, method, path, body string, headers map[string]string) (browser.Response, error) {
	defer f.answered(path)
	f.mu.Lock()
	defer f.mu.Unlock()
	call := method + " " + path[strings.LastIndex(path, "/"):]
	f.calls[call]++
	if !f.reachable {
		return browser.Response{}, browser.ErrNoAnswer
	}
	if call == "GET /crisis.txt" {
		return browser.Response{Status: 200, Type: "text/plain; charset=utf-8", Body: crisis.BuiltIn().Text()}, nil
	}
	if call == "GET /version" {
		return answer(200, wire.ServerVersion{Build: "b1", Protocol: wire.Version, Time: time.Now().Add(-f.behind)}), nil
	}
	if f.revoked {
		return answer(401, wire.Problem{Code: wire.CodeDeviceRevoked}), nil
	}
	if call == "GET /ingest-keys" {
		key := f.key.Public()
		return answer(200, wire.IngestKeys{Keys: []wire.IngestKey{{ID: key.ID, PublicKey: key.Bytes()}}}), nil
	}
	if !f.loggedIn && !strings.Contains(path, "/login") {
		return answer(401, wire.Problem{Code: wire.CodeNotLoggedIn}), nil
	}
	if named := headers[wire.HeaderAccount]; f.someone != uuid.Nil && call != "POST /login" && named != "" && named != f.someone.String() {
		return answer(409, wire.Problem{Code: wire.CodeWrongAccount}), nil
	}
	if strings.Contains(path, "/messages/") {
		for _, m := range f.messages {
			if strings.HasSuffix(path, m.ID.String()) {
				return answer(409, wire.Problem{Code: wire.CodeAlreadySent}), nil
			}
		}
		f.withdrawn = append(f.withdrawn, path[strings.LastIndex(path, "/")+1:])
		return browser.Response{Status: 204}, nil
	}
	switch call {
	case "POST /login":
		if f.second {
			return answer(200, wire.LoginAnswer{Next: wire.StepTOTP, Methods: []wire.Method{wire.MethodTOTP}}), nil
		}
		f.loggedIn = true
		return answer(200, wire.LoggedIn{Account: wire.Account{ID: me, Email: myEmail}}), nil
	case "POST /devices":
		var r wire.RegisterDevice
		if err := json.Unmarshal([]byte(body), &r); err != nil {
			return answer(400, wire.Problem{Code: wire.CodeBadRequest}), nil
		}
		for _, account := range []uuid.UUID{me, peer} { // whoever is logged in
			if secret, err := envelope.OpenSecret(f.key, account, r.Secret); err == nil {
				f.secrets[account] = registered{account, secret}
				return answer(200, wire.RegisteredDevice{ID: account}), nil
			}
		}
		return answer(422, wire.Problem{Code: wire.CodeUnverified}), nil
	case "GET /me":
		return answer(200, wire.LoggedIn{Account: wire.Account{ID: me}}), nil
	case "POST /totp": // the second step of a login
		f.loggedIn = true
		return answer(200, wire.LoginAnswer{Account: &wire.Account{ID: me, Email: myEmail}}), nil
	case "POST /options":
		return answer(200, wire.PasskeyQuestion{Ceremony: "one", Options: []byte("{}")}), nil
	case "GET /security":
		return answer(200, wire.Security{Reset: f.reset, Notices: f.notices}), nil
	case "DELETE /reset":
		f.reset = nil
	case "POST /logout":
		if f.busy {
			return answer(503, wire.Problem{Code: wire.CodeUnavailable}), nil
		}
		f.loggedIn = false
	case "POST /sync":
		var r wire.SyncRequest
		if err := json.Unmarshal([]byte(body), &r); err != nil {
			return answer(400, wire.Problem{Code: wire.CodeBadRequest}), nil
		}
		f.synced = r
		synced := wire.SyncedConversation{Conversation: f.info(), Messages: f.messages[r.Have[conv.String()]:]}
		for _, it := range f.items {
			if it.Rev > r.Agenda[conv.String()] {
				synced.Agenda = append(synced.Agenda, it)
			}
		}
		now := time.Now().Add(-f.behind)
		return answer(200, wire.SyncResponse{Conversations: []wire.SyncedConversation{synced}, Security: f.security, Account: f.account, Now: &now}), nil
	case "GET /availability":
		return answer(200, wire.Availabilities{Availabilities: []wire.TherapistAvailability{{}}}), nil
	case "POST /preview":
		return answer(200, map[string]any{"outlook": availability.Outlook{Version: 7}}), nil
	case "PUT /" + me.String(): // any practice
		return answer(422, wire.Problem{
			Code:   wire.CodeInvalidAvailability,
			Fields: []availability.FieldError{{Field: "zone", Code: availability.CodeUnknownZone}},
		}), nil
	}
	return browser.Response{Status: 204}, nil
}

// answered does what was to happen while the answer to a sync is on its way.
func (f *fakeServer) answered(path string) {
	f.mu.Lock()
	meanwhile := f.meanwhile
	if strings.HasSuffix(path, "/sync") {
		f.meanwhile = nil
	}
	f.mu.Unlock()
	if meanwhile != nil && strings.HasSuffix(path, "/sync") {
		meanwhile()
	}
}

// calledTimes returns how often the server was asked for anything.
func (f *fakeServer) calledTimes() (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, count := range f.calls {
		n += count
	}
	return n
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
	sealed  map[uuid.UUID][]byte // their envelopes
	private private
	secret  string   // that opens it
	keys    []string // passkeys that open it
	ratings []wire.ArticleRating
	opened  wire.Account
	after   int // minutes
	within  int // minutes, 0 where nothing was said
	full    bool
	slow    func() // runs while something is put into the outbox
	// meanwhile runs once, by the name of a function, before its result is handed
	// over.
	meanwhile map[string]func()

	takenOver bool
	syncs     int // how often a sync was asked for

	openMu sync.Mutex
	locks  map[string]chan struct{}
	pages  []*fakePage
	server *fakeServer
}

// fakePage is one page of a device.
type fakePage struct {
	asked   bool // for persistent storage
	ctx     context.Context
	device  *fakeDevice
	signals chan []byte // heard in order, one after the other
	passkey dialog      // what became of the browser's dialog
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
		if d.full {
			return errors.New("no room")
		}
		d.current = args[0].(current)
		if d.current.Within > 0 {
			d.within = d.current.Within
		}
	case "load":
		k := kept{Conversations: d.kept, Outbox: d.rows(), Private: d.private}
		for id, text := range d.drafts {
			k.Drafts = append(k.Drafts, keptDraft{Conversation: id, Text: text})
		}
		value = k
	case "setOwner":
		d.current = current{Locked: true, ID: args[0].(uuid.UUID), Ways: []way{{Kind: state.WayPassword}}}
	case "admit":
		value = d.admit(args[0].(uuid.UUID), args[1].(*Secret))
	case "lock":
		if d.full {
			return &browser.ErrDevice{Name: "QuotaExceededError"}
		}
		if d.current.Account != nil {
			d.opened = *d.current.Account
			d.current = current{Locked: true, ID: d.opened.ID, Country: d.private.Country, Ways: []way{{Kind: state.WayPassword}}}
		}
	case "unlock":
		if value = args[0].(Secret).Text == d.secret; value == true && d.current.Locked {
			d.current = current{Account: &d.opened}
		}
	case "lockAfter":
		if value = d.after; d.within > 0 {
			value = min(d.after, d.within)
		}
	case "wrapWith":
		d.secret, d.after, value = args[1].(Secret).Text, lockClientAfter, true
	case "setLockAfter":
		d.after = args[0].(int)
	case "leave":
		d.current = args[1].(current)
		d.kept, d.outbox, d.drafts, d.private = nil, nil, map[uuid.UUID]message.Text{}, private{}
	case "saveSynced":
		if d.full {
			return &browser.ErrDevice{Name: "QuotaExceededError"}
		}
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
		if d.slow != nil {
			d.slow()
		}
		d.outbox = append(d.outbox, args[1].([]state.Pending)...)
		if draft := args[2].(*keptDraft); draft != nil {
			d.drafts[draft.Conversation] = draft.Text
		}
	case "remove":
		value = d.remove(args[1].(uuid.UUID), args[2].(bool))
	case "keepRating":
		d.ratings = append(d.ratings, args[0].(wire.ArticleRating))
	case "ratings":
		value = d.ratings
	case "dropRating":
		d.ratings = slices.DeleteFunc(slices.Clone(d.ratings), func(r wire.ArticleRating) bool { return r.Article == args[0] })
	case "ways":
		ways := []way{{Kind: state.WayPassword}}
		for _, id := range d.keys {
			ways = append(ways, way{Kind: state.WayPasskey, ID: id})
		}
		value = ways
	case "dropPasskeys":
		d.keys = slices.DeleteFunc(slices.Clone(d.keys), func(id string) bool { return slices.Contains(args[1].([]string), id) })
	case "private":
		value = d.private
	case "savePrivate":
		switch args[1] {
		case privatePlan:
			d.private.Plan = args[2].(state.Plan)
		case privateSetup:
			d.private.Setup = args[2].(int)
		case privateOpened:
			d.private.Opened = args[2].(state.Opened)
		case privateSkew:
			d.private.Skew = args[2].(int64)
		case privateCountry:
			d.private.Country = args[2].(string)
		case privateSealing:
			d.private.Sealing = args[2].(*sealing)
		}
	case "takeBack":
		value = d.takeBack(args[1].(message.ID), args[2].(bool))
	case "outbox":
		value = d.rows()
	case "flush":
		value = d.flush()
	case "attach":
		for _, a := range args[1].([]attached) {
			for i := range d.outbox {
				if d.outbox[i].ID == a.ID && d.sealed[a.ID] == nil {
					d.sealed[a.ID] = a.Envelope
				}
			}
		}
	default:
		return fmt.Errorf("fake device: no function %s", name)
	}
	if f := d.meanwhile[name]; f != nil {
		delete(d.meanwhile, name)
		d.mu.Unlock()
		f()
		d.mu.Lock()
	}
	if result == nil {
		return nil
	}
	b, _ := json.Marshal(value)
	return json.Unmarshal(b, result)
}

// admit does what web/js/keys.js does: the first secret is the one.
func (d *fakeDevice) admit(account uuid.UUID, secret *Secret) admission {
	switch {
	case secret == nil && d.secret == "":
		d.after = 0
		return admitAlone
	case secret == nil:
		return admitOpen
	case d.secret == "":
		d.secret, d.after = secret.Text, lockClientAfter
	case d.secret != secret.Text:
		return admitChanged
	}
	return admitOpen
}

// rows returns what waits.
func (d *fakeDevice) rows() []state.Pending {
	rows := slices.Clone(d.outbox)
	for i := range rows {
		rows[i].Sealed = d.sealed[rows[i].ID] != nil
	}
	return rows
}

func (d *fakeDevice) takeBack(id message.ID, asked bool) *message.Text {
	for i, p := range d.outbox {
		if p.ID == id && (!p.Attempted || asked) {
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

func (d *fakeDevice) remove(id uuid.UUID, asked bool) bool {
	i := slices.IndexFunc(d.outbox, func(p state.Pending) bool { return p.ID == id })
	if i < 0 || d.outbox[i].Attempted && d.outbox[i].Rejected == "" && !asked {
		return false
	}
	d.outbox = slices.Delete(d.outbox, i, i+1)
	return true
}

// flush does what web/js/outbox.js does, one by one.
func (d *fakeDevice) flush() outcome {
	for {
		i := slices.IndexFunc(d.outbox, func(p state.Pending) bool { return p.Rejected == "" && !p.Stored })
		if i < 0 {
			return outcomeDone
		}
		p := &d.outbox[i]
		d.server.mu.Lock()
		reachable, mute := d.server.reachable, d.server.mute
		d.server.mu.Unlock()
		switch {
		case !reachable:
			return outcomeOffline
		case d.sealed[p.ID] == nil:
			return outcomeSeal
		}
		p.Attempted = true
		refused, rev := d.server.accept(d.sealed[p.ID])
		switch {
		case mute:
			return outcomeOffline
		case refused == wire.CodeKeyExpired || refused == wire.CodeUnverified:
			delete(d.sealed, p.ID)
		case refused != "":
			p.Rejected = refused
		default:
			p.Stored, p.Rev = true, rev
		}
		d.tell(nil, signal{Type: signalOutbox})
	}
}

// accept takes in an envelope and returns by which rev what became of it shows.
func (f *fakeServer) accept(sealed []byte) (refused wire.Code, rev int64) {
	account, c, refused := f.open(sealed)
	if refused != "" {
		return refused, 0
	}
	kind := state.KindMessage
	switch c.Kind {
	case envelope.Agenda:
		kind = state.KindAgenda
		var in wire.PutAgendaChange
		mustDecode(c.Body, &in)
		changed, refused := f.apply(agenda.Change{
			ID: c.ID, Kind: in.Kind, Item: in.Item, Text: in.Text, Base: in.Base, Place: in.Place, At: in.At,
		}, account)
		if refused != "" {
			return refused, 0
		}
		rev = changed.Rev
		f.announce(wire.EventAgenda, wire.AgendaEvent{Conversation: conv, Rev: rev, Items: changed.Items})
	case envelope.Agreement:
		kind = state.KindAgreement
		var in wire.Acknowledge
		mustDecode(c.Body, &in)
		info := f.acknowledge(in.Version)
		rev = info.Rev
		f.announce(wire.EventConversation, info)
	default:
		var in wire.PutMessage
		mustDecode(c.Body, &in)
		m, created := f.store(c.ID, account)
		if created {
			f.announce(wire.EventMessage, wire.MessageEvent{Conversation: conv, Rev: f.rev(), Message: m})
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.taken = append(f.taken, kind)
	return "", rev
}

// store stores a message once.
func (f *fakeServer) store(id message.ID, sender uuid.UUID) (m wire.Message, created bool) {
	f.mu.Lock()
	i := slices.IndexFunc(f.messages, func(m wire.Message) bool { return m.ID == id })
	f.mu.Unlock()
	if i >= 0 {
		return f.messages[i], false
	}
	return f.add(id, sender), true
}

func (f *fakeServer) rev() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.info().Rev
}

func mustDecode(body []byte, v any) {
	if err := json.Unmarshal(body, v); err != nil {
		panic(err)
	}
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

// Passkey shows the dialog that the test has set.
func (p *fakePage) Passkey(_ context.Context, result any, _ string, _ ...any) error {
	b, err := json.Marshal(p.passkey)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, result)
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
	if !s.reachable || !s.loggedIn || s.revoked {
		go f("error", "")
		return func() {}
	}
	s.streams = append(s.streams, f)
	go f("open", "")
	return func() {}
}

func (p *fakePage) Lock(ctx context.Context, name string) (func(), error) {
	p.device.openMu.Lock()
	lock := p.device.locks[name]
	if lock == nil {
		lock = make(chan struct{}, 1)
		p.device.locks[name] = lock
	}
	p.device.openMu.Unlock()
	select {
	case lock <- struct{}{}:
		return func() { <-lock }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *fakePage) Later(f func()) { go f() }

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

func (p *fakePage) Persist(context.Context) error { p.asked = true; return nil }
func (p *fakePage) Facts(_ context.Context, result any) error {
	*result.(*state.BrowserFacts) = state.BrowserFacts{Build: "b1", Worker: "active", Waiting: len(p.device.outbox)}
	return nil
}
func (p *fakePage) RequestSync(context.Context) error {
	p.device.openMu.Lock()
	defer p.device.openMu.Unlock()
	p.device.syncs++
	return errors.New("not here")
}
func (p *fakePage) CheckUpdate()   {}
func (p *fakePage) TakeOver()      { p.device.takenOver = true }
func (p *fakePage) Install()       {}
func (p *fakePage) Now() time.Time { return time.Now() }

// rig is a device with pages and a server.
type rig struct {
	t      *testing.T
	ctx    context.Context
	server *fakeServer
	device *fakeDevice
	pages  byte
}

func newRig(t *testing.T) *rig {
	server := &fakeServer{
		reachable: true, loggedIn: true, calls: make(map[string]int),
		items: make(map[uuid.UUID]agenda.Item), changed: make(map[uuid.UUID]bool),
		secrets: make(map[uuid.UUID]registered),
	}
	server.renewKey()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return &rig{t: t, ctx: ctx, server: server, device: newDevice(server, me)}
}

func newDevice(server *fakeServer, account uuid.UUID) *fakeDevice {
	return &fakeDevice{
		current: current{Account: &wire.Account{ID: account}}, drafts: make(map[uuid.UUID]message.Text), after: lockClientAfter,
		sealed: make(map[uuid.UUID][]byte), meanwhile: make(map[string]func()), locks: make(map[string]chan struct{}), server: server,
	}
}

// open starts one more page of the device.
func (r *rig) open() *Syncer { return r.openOn(r.device) }

func (r *rig) openOn(device *fakeDevice) *Syncer {
	page := &fakePage{ctx: r.ctx, device: device, signals: make(chan []byte, 1000)}
	device.openMu.Lock()
	device.pages = append(device.pages, page)
	device.openMu.Unlock()
	r.pages++
	s := New(Options{
		State: state.New(), Fetcher: r.server, Page: page,
		Rand: rand.NewChaCha8([32]byte{r.pages}), Logf: func(string, ...any) {},
	})
	s.Start(r.ctx)
	return s
}
