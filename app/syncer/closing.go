package syncer

import (
	"context"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// CloseConversation ends care in a conversation, at the server: it cannot wait.
func (s *Syncer) CloseConversation(ctx context.Context, conversation uuid.UUID, r wire.Close) error {
	c, err := s.remote.CloseConversation(ctx, conversation, r)
	return s.took(c, err)
}

// ReopenConversation opens a closed conversation again, at the server.
func (s *Syncer) ReopenConversation(ctx context.Context, conversation uuid.UUID) error {
	c, err := s.remote.ReopenConversation(ctx, conversation)
	return s.took(c, err)
}

// took shows a conversation as an answer told of it; the stream, which tells it
// too, brings it onto the device.
func (s *Syncer) took(c wire.Conversation, err error) error {
	if err == nil {
		s.state.ApplyConversation(c)
	}
	return s.checkLogin(err)
}
