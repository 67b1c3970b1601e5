package syncer

import (
	"context"
	"net/url"

	"github.com/google/uuid"

	"pleiades/shared/wire"
)

// Openings returns who looked at what is in a conversation.
func (s *Syncer) Openings(ctx context.Context, conversation uuid.UUID) (wire.Openings, error) {
	answer, err := s.remote.Openings(ctx, conversation)
	return answer, s.checkLogin(err)
}

// AuditLog returns a page of a practice's audit log.
func (s *Syncer) AuditLog(ctx context.Context, practice uuid.UUID, query url.Values) (wire.AuditPage, error) {
	answer, err := s.remote.AuditLog(ctx, practice, query)
	return answer, s.checkLogin(err)
}
