package syncer

import (
	"context"
	"maps"
	"reflect"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// pageSize is how many older messages are fetched at a time.
const pageSize = 50

// pullAlong pulls when asked to, while another page leads: that one does not
// know what this one missed.
func (s *Syncer) pullAlong(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.pulls:
			if !s.mayKeep() {
				continue
			}
			if err := s.pull(ctx); err != nil {
				s.logf("pull: %v", err)
			}
		}
	}
}

// pull fetches everything missed. What arrives is on the device before it is
// shown, and only then reported as delivered.
func (s *Syncer) pull(ctx context.Context) error {
	before := s.asAsked(ctx)
	account := before.account
	unkept := make(map[string]int64) // agendaRevs of what this pull brought
	for {
		have := s.state.Have(s.page.Now().Add(-s.state.Skew()))
		maps.Copy(have.Agenda, unkept)
		asked := s.page.Now()
		answer, err := s.remote.Sync(ctx, have)
		if err != nil {
			return s.checkLogin(err)
		}
		if !s.isOpenFor(account) {
			return nil // someone else's by now, or locked
		}
		s.learnSkew(ctx, asked, answer.Now)
		if len(answer.Conversations) > 0 {
			kept := len(unkept) == 0 && s.keep(ctx, account, answer.Conversations)
			s.state.ApplySync(answer.Conversations)
			if kept {
				s.state.KeptSync(answer.Conversations)
			} else {
				for _, c := range answer.Conversations {
					unkept[c.ID.String()] = c.AgendaRev
				}
			}
			s.post(signal{Type: signalSynced, Account: account, Synced: answer.Conversations})
		}
		if !answer.More {
			s.state.SetInStep(s.page.Now())
			s.learnOwn(ctx, before, answer)
			s.reportDelivered(ctx)
			return nil
		}
	}
}

// learnOwn takes in what an answer of sync says of the account besides its
// conversations, unless the device was locked meanwhile, or is someone else's.
// What a server from before left out is asked for.
func (s *Syncer) learnOwn(ctx context.Context, before asking, answer wire.SyncResponse) {
	if own := answer.Account; own != nil && own.ID == before.account && (s.owing.Load() || !reflect.DeepEqual(*own, s.state.Account())) {
		s.learnAccount(ctx, *own)
	}
	if answer.Security != nil {
		s.learnSecurity(ctx, before, *answer.Security)
	} else {
		go s.refreshReset(ctx)
	}
	switch {
	case answer.Requests == nil:
		go s.refreshRequests(ctx)
	case s.isOpenFor(before.account):
		s.state.SetRequests(answer.Requests)
	}
}

// keep puts what was synced onto the device and reports whether it is there.
// Where it is not, the rest of that pull must not be kept either: the device
// would take its lists for whole.
func (s *Syncer) keep(ctx context.Context, account uuid.UUID, synced []wire.SyncedConversation) bool {
	err := s.device.saveSynced(ctx, account, synced)
	s.noteSaved(err)
	if err != nil {
		s.logf("keep what was synced: %v", err)
	}
	return err == nil
}

// reportDelivered tells the server what this device has.
func (s *Syncer) reportDelivered(ctx context.Context) {
	for conversation, seq := range s.state.Undelivered() {
		if err := s.remote.MarkDelivered(ctx, conversation, seq); err != nil {
			s.logf("report delivered: %v", s.checkLogin(err))
			return
		}
		s.state.MarkDelivered(conversation, seq)
	}
}

// LoadOlder takes in the page of messages before the oldest one shown: from the
// device where it has them, else from the server.
func (s *Syncer) LoadOlder(ctx context.Context, conversation uuid.UUID) error {
	account, before := s.state.Account().ID, s.state.Oldest(conversation)
	if before <= 1 {
		return nil
	}
	page, err := s.device.older(ctx, account, conversation, before, pageSize)
	if err != nil {
		s.logf("read older messages: %v", err)
	}
	if len(page) == 0 {
		page, err = s.remote.ListMessages(ctx, conversation, before, pageSize)
		if err != nil {
			return s.checkLogin(err)
		}
		if err := s.device.saveOlder(ctx, account, conversation, page); err != nil {
			s.logf("keep older messages: %v", err)
		}
	}
	if s.isOpenFor(account) {
		s.state.Prepend(conversation, page)
	}
	return nil
}

// lookEvery is how often the server is told that someone still looks at a
// conversation: it takes what is closer together for one look.
const lookEvery = 15 * time.Minute

// MarkRead notes that a conversation is in view up to seq, and tells the server
// when it can: where that is further than before, and now and then where not,
// since everyone who looks is recorded there.
func (s *Syncer) MarkRead(conversation uuid.UUID, seq int64) {
	moved, now := s.state.MarkRead(conversation, seq), s.page.Now()
	s.mu.Lock()
	if last, looked := s.looked[conversation]; !moved && looked && now.Sub(last) < lookEvery {
		s.mu.Unlock()
		return
	}
	s.looked[conversation] = now
	s.reads[conversation] = max(s.reads[conversation], seq)
	s.mu.Unlock()
	go s.reportRead(context.Background())
}

// reportRead tells the server the read marks it does not know.
func (s *Syncer) reportRead(ctx context.Context) {
	s.mu.Lock()
	reads := s.reads
	s.reads = make(map[uuid.UUID]int64)
	s.mu.Unlock()
	for conversation, seq := range reads {
		if err := s.remote.MarkRead(ctx, conversation, seq); err != nil {
			s.logf("report read: %v", s.checkLogin(err))
			s.mu.Lock()
			s.reads[conversation] = max(s.reads[conversation], seq)
			s.mu.Unlock()
		}
	}
}
