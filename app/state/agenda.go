package state

import (
	"maps"

	"github.com/google/uuid"

	"pleiades/shared/agenda"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// AgendaItem is an item of a next-appointment list as its page shows it.
type AgendaItem struct {
	agenda.Item
	Mine    bool // added by the person whose app this is
	Waiting bool // a change of it is not at the server yet
	// Rejected is the code of the server's refusal, if it refused: then the item
	// is not on the list but stands for the words of a change, whose id is
	// Change. Reasons holds the codes of message.Validate that came with it.
	Rejected wire.Code
	Reasons  []string
	Change   uuid.UUID
}

// Agenda returns the next-appointment list of a conversation, in order: what
// the server confirmed with what waits on the device applied to it, and the
// words of what was rejected.
func (a *App) Agenda(id uuid.UUID) []AgendaItem {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := a.conversations[id]
	if c == nil {
		return nil
	}
	items := c.list(a.account.ID)
	refused := make(map[uuid.UUID]Pending)
	touched := make(map[uuid.UUID]bool)
	for _, p := range c.changes {
		if p.Stored {
			continue
		}
		if p.Rejected == "" {
			touched[p.Change.Item], touched[p.ID] = true, true
			continue
		}
		refused[p.ID] = p
		items[p.ID] = agenda.Item{
			ID: p.ID, Text: p.Change.Text, TextID: p.ID, Place: p.Change.Place,
			Writer: a.account.ID, Author: a.account.ID, CreatedAt: p.Change.At,
		}
	}
	var sorted []agenda.Item
	for _, it := range items {
		if !it.Removed {
			sorted = append(sorted, it)
		}
	}
	agenda.Sort(sorted)
	list := make([]AgendaItem, 0, len(sorted))
	for _, it := range sorted {
		shown := AgendaItem{Item: it, Mine: it.Author == a.account.ID}
		if p, ok := refused[it.ID]; ok {
			shown.Rejected, shown.Reasons, shown.Change = p.Rejected, p.Reasons, p.ID
		} else {
			shown.Waiting = touched[it.ID]
		}
		list = append(list, shown)
	}
	return list
}

// list returns the items, removed ones included, with what waits applied.
func (c *conversation) list(me uuid.UUID) map[uuid.UUID]agenda.Item {
	items := maps.Clone(c.items)
	find := func(id uuid.UUID) (agenda.Item, bool) { it, ok := items[id]; return it, ok }
	for _, p := range c.changes {
		if p.Rejected != "" {
			continue
		}
		for _, it := range p.Change.Apply(find, me, p.Change.At) {
			it.Rev = 0
			items[it.ID] = it
		}
	}
	return items
}

// openItems returns what is not checked off, in no order.
func (c *conversation) openItems(me uuid.UUID) (open []agenda.Item) {
	items := c.items
	if len(c.changes) > 0 {
		items = c.list(me)
	}
	for _, it := range items {
		if !it.Removed && !it.Done {
			open = append(open, it)
		}
	}
	return open
}

// theirs returns the texts that the other person wrote.
func theirs(items []agenda.Item, me uuid.UUID) (texts []message.Text) {
	for _, it := range items {
		if it.WrittenBy() != me {
			texts = append(texts, it.Text)
		}
	}
	return texts
}

// FindItem returns an item of a list as it stands with what waits applied. A
// removed one is found too.
func (a *App) FindItem(conversation, id uuid.UUID) (agenda.Item, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := a.conversations[conversation]
	if c == nil {
		return agenda.Item{}, false
	}
	it, ok := c.list(a.account.ID)[id]
	return it, ok
}

// RejectedChange returns the text of a change of a list that was rejected.
func (a *App) RejectedChange(conversation, id uuid.UUID) (message.Text, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c := a.conversations[conversation]; c != nil {
		for _, p := range c.changes {
			if p.ID == id && p.Rejected != "" {
				return p.Change.Text, true
			}
		}
	}
	return "", false
}

// ApplyAgenda takes in items that changed. It reports whether the conversation
// was not known here, in which case a pull is due.
func (a *App) ApplyAgenda(e wire.AgendaEvent) (unknown bool) {
	a.change(func() {
		c := a.find(e.Conversation)
		unknown = !c.hasInfo
		c.merge(e.Items)
		c.follow(e.Rev)
		c.settle()
	})
	return unknown
}

// merge takes over items as the server has them, each unless it is known here
// as it was later. The order in which answers and events arrive does not matter.
func (c *conversation) merge(items []agenda.Item) {
	for _, it := range items {
		c.listRev = max(c.listRev, it.Rev)
		if known, ok := c.items[it.ID]; !ok || known.Rev <= it.Rev {
			c.items[it.ID] = it
		}
	}
}
