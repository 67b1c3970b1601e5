package syncer

import (
	"context"
	"maps"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/message"
)

// saveAfter is how long after a keystroke the draft is written to the device.
// Keystrokes in between go along; none waits longer.
const saveAfter = 200 * time.Millisecond

// SaveDraft takes in the draft of a conversation as it is typed and writes it
// to the device shortly after. It never blocks.
func (s *Syncer) SaveDraft(conversation uuid.UUID, text message.Text) {
	s.state.TypeDraft(conversation, text)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drafts[conversation] = text
	if !s.saving {
		s.saving = true
		time.AfterFunc(saveAfter, func() { s.saveDrafts(context.Background()) })
	}
}

// saveDrafts writes the typed drafts to the device now.
func (s *Syncer) saveDrafts(ctx context.Context) {
	s.mu.Lock()
	s.saving = false
	s.mu.Unlock()
	for s.state.IsOpen() {
		conversation, text, ok := s.takeDraft()
		if !ok {
			return
		}
		err := s.device.saveDraft(ctx, s.state.Account().ID, conversation, text)
		s.noteSaved(err)
		if err != nil {
			s.logf("save draft: %v", err)
			s.returnDraft(conversation, text)
			return
		}
		s.state.KeptDraft(conversation, text)
		s.postDraft(conversation, text)
	}
}

// takeDraft takes one draft that is to be written to the device. They are taken
// one by one, so that a draft that is sent meanwhile is not written afterwards.
func (s *Syncer) takeDraft() (conversation uuid.UUID, text message.Text, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conversation, text = range s.drafts {
		delete(s.drafts, conversation)
		return conversation, text, true
	}
	return conversation, text, false
}

// returnDraft puts back a draft that the device refused, unless more was typed
// since. It is tried again with the next keystroke, and before the page goes.
func (s *Syncer) returnDraft(conversation uuid.UUID, text message.Text) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, newer := s.drafts[conversation]; !newer {
		s.drafts[conversation] = text
	}
}

// postDraft tells the other pages of a draft.
func (s *Syncer) postDraft(conversation uuid.UUID, text message.Text) {
	s.post(signal{Type: signalDraft, Account: s.state.Account().ID, Conversation: conversation, Text: string(text)})
}

// typed returns what was typed here and is not on the device yet.
func (s *Syncer) typed() map[uuid.UUID]message.Text {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.drafts)
}

// typing reports whether something was typed here that is not on the device yet.
func (s *Syncer) typing(conversation uuid.UUID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.drafts[conversation]
	return ok
}

// dropDraft forgets what was typed and not yet written to the device.
func (s *Syncer) dropDraft(conversation uuid.UUID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.drafts, conversation)
}

// unsaved reports whether something was typed that is not on the device.
func (s *Syncer) unsaved() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.drafts) > 0
}

// forgetTyped drops what an account did here that neither device nor server
// know: the next one must not inherit it.
func (s *Syncer) forgetTyped() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.drafts)
	clear(s.reads)
	clear(s.looked)
}
