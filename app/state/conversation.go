package state

import (
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/agenda"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// conversation keeps what the server confirmed apart from what waits on the
// device.
type conversation struct {
	// info is what the server told last. Its Rev is the one up to which no
	// change is missing here.
	info    wire.Conversation
	told    int64 // the rev info was told with, higher than its own where one between was missed
	hasInfo bool  // info came from the server or its copy on the device
	whole   bool  // and not by an event alone, which leaves something out

	window  []wire.Message // confirmed, ascending, without gaps
	pending []Pending      // messages, in the order of sending
	draft   message.Text
	kept    bool // the draft is on the device

	items   map[uuid.UUID]agenda.Item // confirmed, removed ones included
	itemRev int64                     // the device has all of them up to here
	listRev int64                     // of the newest change of them that is known here
	changes []Pending                 // of the list, in the order of sending

	acknowledgements []Pending
	tickets          []Pending // of no conversation: those of the zero id alone
}

// destroyed reports whether a text was destroyed at the server, also where this
// device still has it from before.
func (c *conversation) destroyed(m wire.Message) bool { return m.Destroyed || c.info.Destroyed }

func (a *App) find(id uuid.UUID) *conversation {
	c := a.conversations[id]
	if c == nil {
		c = &conversation{info: wire.Conversation{ID: id}, items: make(map[uuid.UUID]agenda.Item)}
		a.conversations[id] = c
	}
	return c
}

// ApplySync takes in what the server, or the device's copy of it, says of some
// conversations. It is idempotent, and older news never undoes newer.
func (a *App) ApplySync(synced []wire.SyncedConversation) {
	a.change(func() {
		for _, s := range synced {
			c := a.find(s.ID)
			if c.learn(s.Conversation) {
				c.info.Rev, c.whole = s.Rev, true
			}
			c.merge(s.Agenda)
			c.listRev = max(c.listRev, s.AgendaRev)
			if len(c.window) == 0 && len(s.Messages) > 0 {
				c.window = append(c.window, s.Messages[0]) // older ones are paged
			}
			for _, m := range s.Messages {
				c.add(m)
			}
			c.settle()
		}
	})
}

// ApplyKept takes in all that the device keeps of the account's conversations.
func (a *App) ApplyKept(kept []wire.SyncedConversation) {
	a.ApplySync(kept)
	a.change(func() {
		for _, c := range a.conversations {
			c.itemRev = 0
		}
	})
	a.KeptSync(kept)
}

// KeptSync notes that the device keeps what an answer of Sync brought. From
// then on only later changes of the lists are asked for.
func (a *App) KeptSync(synced []wire.SyncedConversation) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range synced {
		c := a.find(s.ID)
		c.itemRev = max(c.itemRev, s.AgendaRev)
	}
}

// learn takes over what was told of a conversation unless something newer is
// known, and reports whether it did. Its own Rev stays as it is.
func (c *conversation) learn(info wire.Conversation) bool {
	if c.hasInfo && info.Rev < max(c.told, c.info.Rev) {
		return false
	}
	rev, read := c.info.Rev, max(c.info.LastReadSeq, info.LastReadSeq)
	c.info, c.hasInfo, c.told = info, true, info.Rev
	c.info.Rev, c.info.LastReadSeq = rev, read
	return true
}

// ApplyConversation takes in a changed conversation, as an event tells it:
// without the outlook, which stays as it is. It reports whether the
// conversation was not known here, in which case a pull is due.
func (a *App) ApplyConversation(info wire.Conversation) (unknown bool) {
	a.change(func() {
		c := a.find(info.ID)
		unknown = !c.hasInfo
		if info.Availability == nil {
			info.Availability = c.info.Availability
		}
		c.learn(info)
		c.follow(info.Rev)
		c.settle()
	})
	return unknown
}

// ApplyAvailability takes in what a therapist has set. It reports whether the
// conversation was not known here, in which case a pull is due.
func (a *App) ApplyAvailability(e wire.AvailabilityEvent) (unknown bool) {
	a.change(func() {
		c := a.find(e.Conversation)
		if unknown = !c.hasInfo; unknown {
			return
		}
		if e.Rev >= max(c.told, c.info.Rev) {
			c.info.Style, c.info.Availability, c.info.Agreement = e.Style, e.Availability, e.Agreement
			c.told = e.Rev
		}
		c.follow(e.Rev)
	})
	return unknown
}

// ApplyMessage takes in one stored message and reports whether messages before
// it are missing, in which case it was left out and a pull is due.
func (a *App) ApplyMessage(e wire.MessageEvent) (gap bool) {
	a.change(func() {
		c := a.find(e.Conversation)
		if gap = !c.add(e.Message); gap {
			return
		}
		c.follow(e.Rev)
		c.settle()
	})
	return gap
}

// ApplyRead takes in how far someone has read.
func (a *App) ApplyRead(e wire.ReadEvent) {
	a.change(func() {
		c := a.find(e.Conversation)
		if e.Account == a.account.ID {
			c.info.LastReadSeq = max(c.info.LastReadSeq, e.Seq)
		} else {
			c.info.PeerRead = max(c.info.PeerRead, e.Seq)
		}
		c.follow(e.Rev)
	})
}

// follow moves rev on if it is the next one. A rev further on means that
// something between is not known here: the next pull brings it.
func (c *conversation) follow(rev int64) {
	if rev == c.info.Rev+1 {
		c.info.Rev = rev
	}
}

// Synced returns a conversation as the device keeps it, with some of its
// messages and list items; ok is false where the server has not told of it yet.
func (a *App) Synced(id uuid.UUID, messages []wire.Message, items []agenda.Item) (s wire.SyncedConversation, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := a.conversations[id]
	if c == nil || !c.hasInfo {
		return s, false
	}
	s = wire.SyncedConversation{Conversation: c.info, Messages: messages, Agenda: items}
	s.AgendaRev = c.itemRev
	return s, true
}

// MarkRead moves the own read mark forward and reports whether it moved.
func (a *App) MarkRead(id uuid.UUID, seq int64) (moved bool) {
	if a.ReadSeq(id) >= seq {
		return false
	}
	a.change(func() {
		c := a.find(id)
		if seq > c.info.LastReadSeq {
			c.info.LastReadSeq = seq
			moved = true
		}
	})
	return moved
}

// ReadSeq returns the own read mark.
func (a *App) ReadSeq(id uuid.UUID) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c := a.conversations[id]; c != nil {
		return c.info.LastReadSeq
	}
	return 0
}

// Have returns, for each conversation known, the seq of its newest message
// here, its rev and that of its list: what Sync wants to hear. A conversation
// whose outlook is a day old by now is asked for anew.
func (a *App) Have(now time.Time) wire.SyncRequest {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := wire.SyncRequest{Have: make(map[string]int64), Revs: make(map[string]int64), Agenda: make(map[string]int64)}
	for id, c := range a.conversations {
		if !c.hasInfo {
			continue
		}
		r.Agenda[id.String()] = c.itemRev
		if !c.whole || len(c.window) == 0 && c.info.LastSeq > 0 {
			continue // ask for all of it, but of its messages only for the newest
		}
		r.Have[id.String()] = c.lastSeq()
		if o := c.info.Availability; o == nil || o.To.After(now.Add(availability.Horizon-24*time.Hour)) {
			r.Revs[id.String()] = c.info.Rev
		}
	}
	return r
}

// Undelivered returns, for each conversation where the server does not know it
// yet, the seq up to which this device has the messages.
func (a *App) Undelivered() map[uuid.UUID]int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	marks := make(map[uuid.UUID]int64)
	for id, c := range a.conversations {
		theirs := func(m wire.Message) bool { return m.Sender != a.account.ID }
		if seq := c.last(theirs); seq > c.info.Delivered {
			marks[id] = seq
		}
	}
	return marks
}

// MarkDelivered notes that the server knows this device has messages to seq.
func (a *App) MarkDelivered(id uuid.UUID, seq int64) {
	a.change(func() {
		c := a.find(id)
		c.info.Delivered = max(c.info.Delivered, seq)
	})
}

// Oldest returns the seq of the oldest message here, 0 if there is none.
func (a *App) Oldest(id uuid.UUID) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c := a.conversations[id]; c != nil && len(c.window) > 0 {
		return c.window[0].Seq
	}
	return 0
}

// Prepend takes in a page of older messages, ascending. A page that does not
// touch the oldest message here is left out.
func (a *App) Prepend(id uuid.UUID, page []wire.Message) {
	a.change(func() {
		c := a.find(id)
		for _, m := range slices.Backward(page) {
			c.add(m)
		}
	})
}

// add puts a confirmed message in its place and reports whether it fits: false
// means that messages before it are missing. One that is here already, or so
// old that a page will bring it, changes nothing.
func (c *conversation) add(m wire.Message) bool {
	switch n := len(c.window); {
	case n == 0 && (!c.hasInfo || m.Seq != c.info.LastSeq+1):
		return false // what came before is not here
	case n == 0 || m.Seq == c.window[n-1].Seq+1:
		c.window = append(c.window, m)
	case m.Seq > c.window[n-1].Seq:
		return false
	case m.Seq == c.window[0].Seq-1:
		c.window = slices.Insert(c.window, 0, m)
	}
	c.info.LastSeq = max(c.info.LastSeq, m.Seq)
	return true
}

func (c *conversation) lastSeq() int64 {
	if n := len(c.window); n > 0 {
		return c.window[n-1].Seq
	}
	return 0
}

// last returns the seq of the newest message here that fits, 0 if none does.
func (c *conversation) last(fits func(wire.Message) bool) int64 {
	for _, m := range slices.Backward(c.window) {
		if fits(m) {
			return m.Seq
		}
	}
	return 0
}

// sorted returns the conversations, the one with the newest message first.
func (a *App) sorted() []*conversation {
	list := make([]*conversation, 0, len(a.conversations))
	for _, c := range a.conversations {
		if c.hasInfo {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(x, y *conversation) int {
		if d := y.newest().Compare(x.newest()); d != 0 {
			return d
		}
		return cmp.Compare(x.info.ID.String(), y.info.ID.String())
	})
	return list
}
