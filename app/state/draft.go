package state

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"pleiades/shared/message"
)

// Draft returns the draft of a conversation.
func (a *App) Draft(id uuid.UUID) message.Text {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c := a.conversations[id]; c != nil {
		return c.draft
	}
	return ""
}

// Drafts returns how many drafts there are with words in them, of messages and of
// everything else.
func (a *App) Drafts() (n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, c := range a.conversations {
		if message.Normalize(c.draft) != "" {
			n++
		}
	}
	return n
}

// TypeDraft replaces the draft of a conversation as it is being typed. It tells
// no watcher: a page need not be drawn anew for what its own box shows already.
func (a *App) TypeDraft(id uuid.UUID, text message.Text) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := a.find(id)
	c.draft, c.kept = text, false
}

// KeptDraft notes that text is on the device as the draft of a conversation.
func (a *App) KeptDraft(id uuid.UUID, text message.Text) {
	a.change(func() {
		if c := a.find(id); c.draft == text {
			c.kept = true
		}
	})
}

// DraftKept reports whether all that is written in the draft of a conversation
// is on the device.
func (a *App) DraftKept(id uuid.UUID) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := a.conversations[id]
	return c == nil || c.kept || c.draft == ""
}

// SetDraft replaces the draft of a conversation by the one on the device.
func (a *App) SetDraft(id uuid.UUID, text message.Text) {
	if a.Draft(id) == text {
		return
	}
	a.change(func() {
		c := a.find(id)
		c.draft, c.kept = text, true
	})
}

// CutDraft makes rest the draft of a conversation, as it is on the device now,
// where the draft is still what it was before. What was typed since then stays:
// behind rest where it was typed at the end, else all of the draft does. It
// returns the new draft.
func (a *App) CutDraft(id uuid.UUID, before, rest message.Text) (draft message.Text) {
	a.change(func() {
		c := a.find(id)
		if added, ok := strings.CutPrefix(string(c.draft), string(before)); ok {
			c.draft, c.kept = rest+message.Text(added), added == ""
		}
		draft = c.draft
	})
	return draft
}

// PrependDraft puts text before the draft of a conversation, with what has been
// typed up to now, and returns the new draft.
func (a *App) PrependDraft(id uuid.UUID, text message.Text) (draft message.Text) {
	a.change(func() {
		c := a.find(id)
		if c.draft != "" {
			text += "\n\n" + c.draft
		}
		c.draft, c.kept = text, false
		draft = text
	})
	return draft
}

// MergeDraft takes another text into the draft of a conversation, which was
// written in its place elsewhere, and returns the new draft. It holds both, and
// is the same wherever the two meet.
func (a *App) MergeDraft(id uuid.UUID, text message.Text) (draft message.Text) {
	a.change(func() {
		c := a.find(id)
		draft = mergeTexts(c.draft, text)
		if draft != c.draft {
			c.draft, c.kept = draft, false
		}
	})
	return draft
}

// mergeTexts returns a text that holds both, whichever comes first. Of two
// paragraphs of which one goes on where the other ends it holds the longer.
func mergeTexts(one, other message.Text) message.Text {
	a, b := string(min(one, other)), string(max(one, other))
	switch {
	case strings.Contains(a, b):
		return message.Text(a)
	case strings.Contains(b, a):
		return message.Text(b)
	}
	const gap = "\n\n"
	merged := strings.Split(a, gap)
	for p := range strings.SplitSeq(b, gap) {
		i := slices.IndexFunc(merged, func(q string) bool {
			return q != "" && p != "" && (strings.HasPrefix(p, q) || strings.HasPrefix(q, p))
		})
		if i < 0 {
			merged = append(merged, p)
		} else {
			merged[i] = max(merged[i], p)
		}
	}
	return message.Text(strings.Join(merged, gap))
}
