package syncer

import (
	"context"

	"github.com/google/uuid"

	"pleiades/shared/availability"
	"pleiades/shared/wire"
)

// Availabilities returns what the therapist has set, for each of their
// practices.
func (s *Syncer) Availabilities(ctx context.Context) (wire.Availabilities, error) {
	answer, err := s.remote.Availabilities(ctx)
	return answer, s.checkLogin(err)
}

// SaveAvailability changes what the therapist has set in one practice. What
// follows for its conversations arrives by the stream.
func (s *Syncer) SaveAvailability(ctx context.Context, practice uuid.UUID, a wire.SetAvailability) (wire.TherapistAvailability, error) {
	answer, err := s.remote.SaveAvailability(ctx, practice, a)
	return answer, s.checkLogin(err)
}

// PreviewAvailability returns what would follow from an availability.
func (s *Syncer) PreviewAvailability(ctx context.Context, a availability.Availability) (availability.Outlook, error) {
	outlook, err := s.remote.PreviewAvailability(ctx, a)
	return outlook, s.checkLogin(err)
}
