package state

import (
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Millis is an instant in milliseconds since 1970 UTC, as browsers count.
type Millis int64

// MillisOf returns the instant t.
func MillisOf(t time.Time) Millis { return Millis(t.UnixMilli()) }

// Time returns the instant as a time.
func (m Millis) Time() time.Time { return time.UnixMilli(int64(m)).UTC() }

// Summary is a conversation as a list shows it.
type Summary struct {
	ID       uuid.UUID
	Practice uuid.UUID
	Peer     wire.Person
	PeerRole wire.Role
	Unread   int
	Waiting  int // messages of one's own that wait to be sent
	Rejected int
	Draft    message.Text
	// The newest message, waiting ones included; At is zero if there is none.
	Last       message.Text
	LastIsMine bool
	At         time.Time
	OpenItems  int // on the next-appointment list, not checked off
	Changes    int // of the list, that wait to be sent or were rejected
	// Style and Availability are what the therapist has set; empty until then.
	Style        availability.Style
	Availability *availability.Outlook
	// Oldest is when the oldest message of the client that no message of the
	// therapist came after was accepted; zero if there is none.
	Oldest time.Time
	// Unseen are, for a therapist, the texts of the client's messages here that
	// are above the own read mark.
	Unseen []message.Text
	// Listed are, for a therapist, the texts of the client on the next-appointment
	// list that are not checked off.
	Listed []message.Text
	Closed bool // care has ended: nothing can be added
	// Suspended says that the practice is: nothing can be added meanwhile.
	Suspended bool
}

// Bubble is a message as a conversation shows it.
type Bubble struct {
	ID        message.ID
	Seq       int64 // 0 while it waits
	Body      message.Text
	Mine      bool
	At        time.Time // accepted by the server; while it waits, written
	WrittenAt time.Time
	Late      bool
	// Where one of these is set there is no body: see wire.Message.
	Destroyed, Unreadable bool
	Status                message.Status // of the other person's: read once it was in view here, before that delivered
	Unread                bool           // the other person's, above the own read mark
	Answered              bool           // whoever it was written to has written since
	CanChange             bool           // waits and was never tried: it may be edited or removed
	Rejected              wire.Code
	Reasons               []string
}

// View is a conversation as its page shows it.
type View struct {
	Found    bool // the conversation is known on this device
	ID       uuid.UUID
	Peer     wire.Person
	PeerRole wire.Role
	Bubbles  []Bubble // ascending: confirmed, then waiting
	HasOlder bool     // older messages are on the server, or further down on the device
	LastSeq  int64    // newest confirmed message here
	ReadSeq  int64
	// Style, Availability and Agreement are what the therapist has set; empty
	// until then. An acknowledgement that waits to be sent counts in Agreement.
	Style        availability.Style
	Availability *availability.Outlook
	Agreement    *wire.Agreement
	OpenItems    int  // on the next-appointment list, not checked off
	Receipts     bool // the therapist shows read marks
	// Closed is set once care has ended: nothing can be added.
	Closed *wire.Closed
	// Suspended says that the practice is: nothing can be added meanwhile.
	Suspended bool
}

// List returns all conversations, the one with the newest message first.
func (a *App) List() []Summary {
	a.mu.Lock()
	defer a.mu.Unlock()
	var list []Summary
	for _, c := range a.sorted() {
		s := Summary{
			ID: c.info.ID, Practice: c.info.Practice, Waiting: waiting(c.pending), Rejected: rejected(c.pending), Draft: c.draft,
			Changes: len(c.changes),
			Style:   c.info.Style, Availability: c.info.Availability,
			Oldest: c.oldest(), Unseen: c.unseen(a.account.ID), Closed: c.info.Closed != nil, Suspended: c.info.Suspended,
		}
		s.Peer, s.PeerRole = c.peer(a.account.ID)
		s.Unread = c.unread(a.account.ID)
		open := c.openItems(a.account.ID)
		s.OpenItems = len(open)
		if c.info.Therapist.ID == a.account.ID {
			s.Listed = theirs(open, a.account.ID)
		}
		if n := len(c.window); n > 0 {
			m := c.window[n-1]
			s.Last, s.LastIsMine, s.At = m.Body, m.Sender == a.account.ID, m.AcceptedAt
			if c.destroyed(m) {
				s.Last = ""
			}
		}
		if n := len(c.pending); n > 0 {
			s.Last, s.LastIsMine, s.At = c.pending[n-1].Body, true, c.pending[n-1].WrittenAt.Time()
		}
		list = append(list, s)
	}
	return list
}

// View returns one conversation. Its parts are not to be changed: until something
// changes, everyone gets the same, since it is asked for many times each time that
// a long conversation is scrolled.
func (a *App) View(id uuid.UUID) View {
	a.mu.Lock()
	defer a.mu.Unlock()
	v, ok := a.views[id]
	if !ok {
		v = a.view(id)
		a.views[id] = v
	}
	return v
}

func (a *App) view(id uuid.UUID) View {
	c := a.conversations[id]
	if c == nil || !c.hasInfo {
		return View{ID: id}
	}
	v := View{
		Found: true, ID: id, LastSeq: c.lastSeq(), ReadSeq: c.info.LastReadSeq,
		Style: c.info.Style, Availability: c.info.Availability, Agreement: c.agreement(),
		OpenItems: len(c.openItems(a.account.ID)), Receipts: c.info.ReadReceipts, Closed: c.info.Closed, Suspended: c.info.Suspended,
	}
	v.Peer, v.PeerRole = c.peer(a.account.ID)
	v.HasOlder = len(c.window) > 0 && c.window[0].Seq > 1
	v.Bubbles = make([]Bubble, 0, len(c.window)+len(c.pending))
	mine := func(m wire.Message) bool { return m.Sender == a.account.ID }
	theirs := func(m wire.Message) bool { return !mine(m) }
	lastMine, lastTheirs := c.last(mine), c.last(theirs)
	for _, m := range c.window {
		b := Bubble{
			ID: m.ID, Seq: m.Seq, Body: m.Body, Mine: m.Sender == a.account.ID,
			At: m.AcceptedAt, WrittenAt: m.WrittenAt, Late: m.Late, Unreadable: m.Unreadable,
		}
		if c.destroyed(m) {
			b.Body, b.Destroyed = "", true
		}
		if b.Mine {
			b.Status, b.Answered = c.status(m.Seq), m.Seq < lastTheirs
		} else {
			b.Answered = m.Seq < lastMine
			b.Unread = m.Seq > c.info.LastReadSeq
			b.Status = message.StatusRead
			if b.Unread {
				b.Status = message.StatusDelivered
			}
		}
		v.Bubbles = append(v.Bubbles, b)
	}
	for _, p := range c.pending {
		b := Bubble{
			ID: p.ID, Body: p.Body, Mine: true, At: p.WrittenAt.Time(), WrittenAt: p.WrittenAt.Time(),
			Status: message.StatusWaiting, CanChange: true,
		}
		if p.Stored {
			b.Status, b.CanChange = message.StatusSent, false
		}
		if p.Rejected != "" {
			b.Status, b.Rejected, b.Reasons, b.CanChange = message.StatusRejected, p.Rejected, p.Reasons, true
		}
		v.Bubbles = append(v.Bubbles, b)
	}
	return v
}

func rejected(items []Pending) int {
	n := 0
	for _, p := range items {
		if p.Rejected != "" {
			n++
		}
	}
	return n
}

// status says how far one's own stored message has come.
func (c *conversation) status(seq int64) message.Status {
	switch {
	case seq <= c.info.PeerRead:
		return message.StatusRead
	case seq <= c.info.PeerDelivered:
		return message.StatusDelivered
	default:
		return message.StatusSent
	}
}

func (c *conversation) peer(me uuid.UUID) (wire.Person, wire.Role) {
	if c.info.Therapist.ID == me {
		return c.info.Client, wire.RoleClient
	}
	return c.info.Therapist, wire.RoleTherapist
}

// unread counts the other person's messages above the own read mark. Messages
// that are not on this device are taken from the server's own count.
func (c *conversation) unread(me uuid.UUID) int {
	if len(c.window) == 0 || c.window[0].Seq > c.info.LastReadSeq+1 {
		return int(c.info.Unread)
	}
	n := 0
	for _, m := range c.window {
		if m.Seq > c.info.LastReadSeq && m.Sender != me && !c.destroyed(m) {
			n++
		}
	}
	return n
}

// oldest returns when the oldest message of the client that no message of the
// therapist came after was accepted, the zero time if there is none. One from
// before the outlook is past waiting for: it hides none that came later.
func (c *conversation) oldest() (t time.Time) {
	if c.info.Closed != nil || c.info.Suspended {
		return t // no answer is to come
	}
	for _, m := range slices.Backward(c.window) {
		if m.Sender == c.info.Therapist.ID || c.info.Availability != nil && m.AcceptedAt.Before(c.info.Availability.From) {
			break
		}
		t = m.AcceptedAt
	}
	return t
}

// unseen returns, for a therapist, the texts of the client's messages above the
// own read mark.
func (c *conversation) unseen(me uuid.UUID) (texts []message.Text) {
	if c.info.Therapist.ID != me {
		return nil
	}
	for _, m := range c.window {
		if m.Seq > c.info.LastReadSeq && m.Sender != me && !c.destroyed(m) {
			texts = append(texts, m.Body)
		}
	}
	return texts
}

// newest returns when the newest message came to be, waiting ones included.
func (c *conversation) newest() time.Time {
	var t time.Time
	if n := len(c.window); n > 0 {
		t = c.window[n-1].AcceptedAt
	}
	if n := len(c.pending); n > 0 {
		if w := c.pending[n-1].WrittenAt.Time(); w.After(t) {
			t = w
		}
	}
	return t
}

// Badge returns a short count for a small place: "" for none, "9+" for many.
func Badge(n int) string {
	switch {
	case n <= 0:
		return ""
	case n > 9:
		return "9+"
	default:
		return strconv.Itoa(n)
	}
}
