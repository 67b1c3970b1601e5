package syncer

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Directory returns the therapists who can be asked for a conversation.
func (s *Syncer) Directory(ctx context.Context) ([]wire.DirectoryEntry, error) {
	list, err := s.remote.Directory(ctx)
	return list, s.checkLogin(err)
}

// Listings returns what a therapist shows of themselves there.
func (s *Syncer) Listings(ctx context.Context) ([]wire.Listing, error) {
	list, err := s.remote.Listings(ctx)
	return list, s.checkLogin(err)
}

// SaveListing changes what a therapist shows of themselves there.
func (s *Syncer) SaveListing(ctx context.Context, practice uuid.UUID, l wire.PutListing) error {
	return s.checkLogin(s.remote.SaveListing(ctx, practice, l))
}

// AskForCare asks a therapist for a conversation.
func (s *Syncer) AskForCare(ctx context.Context, r wire.AskForCare) error {
	return s.afterRequest(ctx, s.remote.AskForCare(ctx, r))
}

// WithdrawRequest takes back a request of one's own.
func (s *Syncer) WithdrawRequest(ctx context.Context, id uuid.UUID) error {
	return s.afterRequest(ctx, s.remote.WithdrawRequest(ctx, id))
}

// AcceptRequest begins the conversation that someone asks for. When it returns,
// the conversation is there.
func (s *Syncer) AcceptRequest(ctx context.Context, id uuid.UUID) error {
	err := s.remote.AcceptRequest(ctx, id)
	if err == nil {
		if err := s.pull(ctx); err != nil {
			s.logf("pull: %v", err)
		}
	}
	return s.afterRequest(ctx, err)
}

// DeclineRequest says no to a request, with a few words.
func (s *Syncer) DeclineRequest(ctx context.Context, id uuid.UUID, words message.Text) error {
	return s.afterRequest(ctx, s.remote.DeclineRequest(ctx, id, wire.DeclineRequest{Words: words}))
}

// afterRequest fetches the requests anew, whatever became of one.
func (s *Syncer) afterRequest(ctx context.Context, err error) error {
	s.refreshRequests(ctx)
	return s.checkLogin(err)
}

// refreshRequests learns of the account's requests for care. One that was
// accepted makes it a client: what it is then, it learns too.
func (s *Syncer) refreshRequests(ctx context.Context) {
	account := s.state.Account()
	found, err := s.remote.Requests(ctx)
	if err != nil {
		s.logf("learn of requests: %v", err)
		return
	}
	if !s.state.IsOpen() || s.state.Account().ID != account.ID {
		return
	}
	s.state.SetRequests(&found)
	accepted := func(r wire.CareRequest) bool {
		return r.Status == wire.RequestAccepted && !isClientAt(account, r.Practice.ID)
	}
	if !slices.ContainsFunc(found.Sent, accepted) {
		return
	}
	me, err := s.remote.Me(ctx)
	if err != nil {
		s.logf("learn of a membership: %v", err)
		return
	}
	if me.Account.ID == account.ID {
		s.learnAccount(ctx, me.Account)
	}
}

// isClientAt reports whether an account is one of a client of a practice.
func isClientAt(a wire.Account, practice uuid.UUID) bool {
	return slices.ContainsFunc(a.Memberships, func(m wire.Membership) bool {
		return m.Practice.ID == practice && m.Role == wire.RoleClient
	})
}
