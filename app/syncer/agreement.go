package syncer

import (
	"context"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Acknowledge queues that the client has read a version of the agreement, with
// the fixed words of this build.
func (s *Syncer) Acknowledge(ctx context.Context, conversation uuid.UUID, version int64) error {
	if known := s.state.View(conversation).Agreement; known != nil && known.Acknowledged >= version {
		return nil
	}
	id, err := message.NewID(s.rand)
	if err != nil {
		return err
	}
	p := state.Pending{
		ID: id, Kind: state.KindAgreement, Conversation: conversation,
		Version: version, TextVersion: wire.AgreementTextVersion, WrittenAt: state.MillisOf(s.page.Now()),
	}
	if err := s.enqueue(ctx, []state.Pending{p}, nil); err != nil {
		return err
	}
	s.queued(ctx)
	return nil
}
