package syncer

import (
	"context"
	"maps"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/message"
)

// A draft is kept under the id of what it belongs to: that of a conversation for
// its next message, of a ticket for the next reply, of the text of an item on a
// list for the text in its place, of a practice for a therapist's words there, of a
// request or an application for what declines it, or else one of those below.

// TicketDraft is under what the text of a new ticket is kept.
var TicketDraft = uuid.Nil

// AgendaDraft is under what the text of a new item of a conversation's list is
// kept.
func AgendaDraft(conversation uuid.UUID) uuid.UUID {
	return uuid.NewSHA1(conversation, []byte("next appointment"))
}

// ClosingDraft is under what the note is kept with which care ends.
func ClosingDraft(conversation uuid.UUID) uuid.UUID {
	return uuid.NewSHA1(conversation, []byte("closing"))
}

// ListingDraft is under what the words are kept that the directory shows of a
// therapist of a practice.
func ListingDraft(practice uuid.UUID) uuid.UUID {
	return uuid.NewSHA1(practice, []byte("directory"))
}

// RequestDraft is under what a request to a therapist of a practice is kept.
func RequestDraft(practice, therapist uuid.UUID) uuid.UUID {
	return uuid.NewSHA1(practice, therapist[:])
}

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
	s.saver <- struct{}{}
	defer func() { <-s.saver }()
	s.mu.Lock()
	s.saving = false
	s.mu.Unlock()
	for s.state.IsOpen() {
		conversation, text, ok := s.takeDraft()
		if !ok {
			return
		}
		if err := s.writeDraft(ctx, conversation, text); err != nil {
			s.logf("save draft: %v", err)
			return
		}
	}
}

// saveLeaving asks the device to keep what is typed, while the page can still ask:
// where a write is under way, saveDrafts would wait for it, and be gone with the
// page. If the page stays, saveDrafts writes them in their turn.
func (s *Syncer) saveLeaving(ctx context.Context) {
	if !s.state.IsOpen() {
		return
	}
	account := s.state.Account().ID
	for conversation, text := range s.typed() {
		draft := keptDraft{conversation, text, s.knownDraft(conversation)}
		go func() {
			if err := s.device.saveDraft(ctx, account, draft); err != nil {
				s.logf("save draft: %v", err)
			}
		}()
	}
}

// writeDraft writes a draft that was taken. One that the device refuses is put
// back.
func (s *Syncer) writeDraft(ctx context.Context, conversation uuid.UUID, text message.Text) error {
	defer s.draftWritten()
	err := s.device.saveDraft(ctx, s.state.Account().ID, keptDraft{conversation, text, s.knownDraft(conversation)})
	s.noteSaved(err)
	if err != nil {
		s.returnDraft(conversation, text)
		return err
	}
	s.state.KeptDraft(conversation, text)
	s.postDraft(conversation, text)
	return nil
}

// takeDraft takes one draft that is to be written to the device, until
// draftWritten. They are taken one by one, so that a draft that is sent meanwhile
// is not written afterwards.
func (s *Syncer) takeDraft() (conversation uuid.UUID, text message.Text, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conversation, text = range s.drafts {
		delete(s.drafts, conversation)
		s.writing = uuid.NullUUID{UUID: conversation, Valid: true}
		return conversation, text, true
	}
	return conversation, text, false
}

func (s *Syncer) draftWritten() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writing = uuid.NullUUID{}
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

// postDraft tells the other pages of a draft that is on the device now, and of
// the one that this page knew there before.
func (s *Syncer) postDraft(conversation uuid.UUID, text message.Text) {
	was := s.knowDraft(conversation, text)
	s.post(signal{Type: signalDraft, Account: s.state.Account().ID, Conversation: conversation, Text: string(text), Was: string(was)})
}

// knowDraft notes what is on the device and returns what this page knew before.
func (s *Syncer) knowDraft(conversation uuid.UUID, text message.Text) (was message.Text) {
	s.mu.Lock()
	defer s.mu.Unlock()
	was, s.known[conversation] = s.known[conversation], text
	return was
}

// knownDraft returns what this page knows to be on the device.
func (s *Syncer) knownDraft(conversation uuid.UUID) message.Text {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known[conversation]
}

// hearDraft takes in that another page put text in the place of was. Where this
// page wrote in the same place meanwhile, both texts stay.
func (s *Syncer) hearDraft(conversation uuid.UUID, was, text message.Text) {
	known := s.knowDraft(conversation, text)
	if !s.typing(conversation) && (known == was || known == text) {
		s.state.SetDraft(conversation, text)
		return
	}
	if draft := s.state.MergeDraft(conversation, text); draft != text {
		s.SaveDraft(conversation, draft)
		return
	}
	s.dropDraft(conversation)
	s.state.KeptDraft(conversation, text)
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
	return ok || s.writing == uuid.NullUUID{UUID: conversation, Valid: true}
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
	clear(s.known)
	clear(s.reads)
	clear(s.looked)
}
