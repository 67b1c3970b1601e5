package syncer

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Send puts a message into the outbox and asks for it to be sent. It returns
// once the message is safe on the device, or the codes of why it cannot be
// accepted; then nothing has changed.
func (s *Syncer) Send(ctx context.Context, conversation uuid.UUID, text message.Text) ([]message.Code, error) {
	now := s.page.Now()
	id, err := message.NewID(s.rand)
	if err != nil {
		return nil, err
	}
	draft := message.Draft{ID: id, Body: message.Normalize(text), WrittenAt: now}
	if codes := draft.Validate(); codes != nil {
		return codes, nil
	}
	if s.state.QueueCount() >= MaxQueue {
		return nil, ErrQueueFull
	}
	p := state.Pending{ID: id, Conversation: conversation, Body: draft.Body, WrittenAt: state.MillisOf(now)}
	if err := s.enqueue(ctx, []state.Pending{p}, &keptDraft{Conversation: conversation}); err != nil {
		s.SaveDraft(conversation, text)
		return nil, err
	}
	s.postDraft(conversation, "")
	s.queued(ctx)
	return nil, nil
}

// enqueue puts items into the outbox and replaces a draft, if there is one to
// replace. The device is asked for that before anything else is waited for: the
// page may be gone the next moment. Then they get their envelopes, as far as the
// device has what it seals with.
func (s *Syncer) enqueue(ctx context.Context, items []state.Pending, draft *keptDraft) error {
	account := s.state.Account().ID
	if draft != nil {
		s.dropDraft(draft.Conversation)
		draft.Was = s.knownDraft(draft.Conversation)
	}
	err := s.device.enqueue(ctx, account, items, draft)
	s.noteSaved(err)
	if err != nil {
		return err
	}
	if err := s.seal(ctx, account, items, false); err != nil {
		s.logf("seal: %v", err)
	}
	s.outbox.Lock()
	defer s.outbox.Unlock()
	if s.isOpenFor(account) {
		s.state.AddPending(items...)
	}
	return nil
}

// queued has what was put into the outbox sent, and tells the other pages.
func (s *Syncer) queued(ctx context.Context) {
	s.post(signal{Type: signalOutbox})
	wake(s.pushes)
	s.requestSync(ctx)
}

// requestSync has the browser send what waits when there is a connection, even if
// the page is closed by then.
func (s *Syncer) requestSync(ctx context.Context) {
	go s.ask(ctx, "background sync", s.page.RequestSync)
}

// TakeBack moves a message that waits, or was rejected, into the draft of its
// conversation, before what is written there, and returns the new draft.
func (s *Syncer) TakeBack(ctx context.Context, id message.ID) (message.Text, error) {
	p, ok := s.state.FindPending(id)
	if !ok {
		return "", ErrTooLate
	}
	s.saveDrafts(ctx)
	var text *message.Text
	err := s.withdraw(ctx, p, func(asked bool) (err error) {
		text, err = s.device.takeBack(ctx, s.state.Account().ID, id, asked)
		return err
	})
	if err != nil {
		return "", err
	}
	if text == nil {
		return "", ErrTooLate
	}
	s.refreshOutbox(ctx)
	// The device has it before the draft it knew; more may have been typed since.
	draft := s.state.PrependDraft(p.Conversation, p.Body)
	s.SaveDraft(p.Conversation, draft)
	s.saveDrafts(ctx)
	s.post(signal{Type: signalOutbox})
	return draft, nil
}

// Remove drops a message that waits, or was rejected.
func (s *Syncer) Remove(ctx context.Context, id message.ID) error {
	var ok bool
	p, _ := s.state.FindPending(id)
	err := s.withdraw(ctx, p, func(asked bool) (err error) {
		ok, err = s.device.remove(ctx, s.state.Account().ID, id, asked)
		return err
	})
	if err != nil {
		return err
	}
	if !ok {
		return ErrTooLate
	}
	s.refreshOutbox(ctx)
	s.post(signal{Type: signalOutbox})
	return nil
}

// outboxLock is held by whoever hands over what waits, in this page, another one
// or the worker.
const outboxLock = "pleiades-outbox"

// withdraw takes what waits out of the outbox by do. What was tried may be
// stored, and so may what failed for a reason that nobody foresaw: then the server
// is asked first, while nothing is handed over. What it has, or without an answer
// may have, is ErrTooLate. A message that it does not have it takes no more: an
// attempt that nobody waits for any longer may still be on its way.
func (s *Syncer) withdraw(ctx context.Context, p state.Pending, do func(asked bool) error) error {
	if !p.Attempted || p.Rejected != "" && p.Rejected != wire.CodeInternal {
		return do(false)
	}
	release, err := s.page.Lock(ctx, outboxLock)
	if err != nil {
		return err
	}
	defer release()
	known, err := s.knows(ctx, p)
	if err == nil && !known {
		return do(true)
	}
	if s.checkLogin(err) != nil {
		s.logf("ask for a message: %v", err)
	}
	return ErrTooLate
}

// knows asks the server whether it has what was handed over; a message that it does
// not have is withdrawn.
func (s *Syncer) knows(ctx context.Context, p state.Pending) (bool, error) {
	var err error
	switch p.Kind {
	case state.KindTicket:
		_, err = s.remote.FindTicket(ctx, p.ID)
	case state.KindReply:
		var t wire.Ticket
		if t, err = s.remote.FindTicket(ctx, p.To); err == nil {
			return slices.ContainsFunc(t.Replies, func(r wire.TicketReply) bool { return r.ID == p.ID }), nil
		}
	default:
		if err = s.remote.WithdrawMessage(ctx, p.Conversation, p.ID); err == nil {
			return false, nil
		}
		if isProblem(err, wire.CodeAlreadySent) {
			return true, nil
		}
	}
	if isProblem(err, wire.CodeNotFound) {
		return false, nil
	}
	return err == nil, err
}

// drain empties the outbox whenever asked to, and again after a while when the
// server could not take it.
func (s *Syncer) drain(ctx context.Context) {
	var b backoff
	var retry <-chan time.Time
	paused := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.pushes:
		case <-retry:
		}
		retry = nil
		if s.state.IsOpen() && s.state.QueueCount() == 0 {
			continue
		}
		if err := s.sealWaiting(ctx); err != nil {
			s.logf("seal what waits: %v", err)
		}
		o, err := s.device.flush(ctx, s.state.Connection() != state.Online)
		if now := o == outcomePaused; err == nil && o != outcomeOffline && now != paused {
			paused = now
			wake(s.pulls) // which conversations look different now
		}
		switch {
		case err != nil:
			s.logf("drain outbox: %v", err)
			retry = time.After(b.next())
		case o == outcomeDone:
			b.reset()
		case o == outcomeRevoked:
			s.state.SetRevoked()
			s.restore(ctx)
		default: // offline, later, paused, seal
			retry = time.After(b.next())
			s.requestSync(ctx) // the browser may have tried in vain, and given up
		}
		s.refreshOutbox(ctx)
	}
}

// flushPatience is how long Flush may take.
const flushPatience = 5 * time.Second

// Flush tries for a moment to send what waits, where there is a connection.
func (s *Syncer) Flush(ctx context.Context) {
	if s.state.Login() != state.LoggedIn || s.state.Connection() == state.Offline || s.state.QueueCount() == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, flushPatience)
	defer cancel()
	if _, err := s.device.flush(ctx, true); err != nil {
		s.logf("flush: %v", err)
	}
	s.refreshOutbox(context.WithoutCancel(ctx))
}

// refreshOutbox takes over what waits from the device, where other pages and
// the worker change it too.
func (s *Syncer) refreshOutbox(ctx context.Context) {
	s.outbox.Lock()
	defer s.outbox.Unlock()
	if !s.state.IsOpen() {
		return
	}
	account := s.state.Account().ID
	items, err := s.device.outbox(ctx, account)
	if err != nil {
		s.logf("read outbox: %v", err)
		return
	}
	if !s.isOpenFor(account) {
		return // locked meanwhile
	}
	s.state.SetPending(items)
	for _, p := range items {
		if p.Rejected != "" && !p.HasWords() {
			go s.drop(ctx, p.ID)
		}
	}
}

// drop removes a refused change without words, such as a tick: the list shows
// again what the server has.
func (s *Syncer) drop(ctx context.Context, id uuid.UUID) {
	if err := s.Remove(ctx, id); err != nil {
		s.logf("drop what was refused: %v", err)
	}
}
