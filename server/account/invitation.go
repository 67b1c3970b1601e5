package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/bearer"
	"pleiades/server/permit"
	"pleiades/shared/availability"
	"pleiades/shared/wire"
)

// The code of an invitation, for whoever has it on paper, is of letters and
// digits that look like no other: 55 random bits, of which a keyed hash is kept.
const (
	codeAlphabet = "ACDEFGHJKLMNPQRTUVWXY3479"
	codeSize     = 12
	codeGroup    = 4 // letters between dashes
)

// maxInvitations is how many of a therapist's invitations are listed.
const maxInvitations = 100

// NewInvitation is an invitation as it is handed out, once: the store has hashes
// only. Token and code do the same.
type NewInvitation struct {
	ID        uuid.UUID
	Token     string // for a link
	Code      string // in capitals, with dashes
	ExpiresAt time.Time
}

// Invite makes an invitation to become a client of the actor, who must be a
// therapist of the practice; uuid.Nil stands for the only practice where they
// are one. It works once, until it expires. Actors who are no therapist at all
// get ErrForbidden, those of another practice ErrNotFound, and those of a
// suspended one ErrSuspended.
func (s *Service) Invite(ctx context.Context, actor Actor, practice uuid.UUID) (NewInvitation, error) {
	if practices := actor.Practices(wire.RoleTherapist); practice == uuid.Nil && len(practices) == 1 {
		practice = practices[0]
	}
	if err := permit.Can(s.permitted(actor), permit.Invite, permit.Object{Practice: practice}); err != nil {
		return NewInvitation{}, s.refuse(ctx, actor, practice, err)
	}
	token, tokenHash, err := bearer.New(s.rand)
	if err != nil {
		return NewInvitation{}, fmt.Errorf("invite: %w", err)
	}
	code, err := s.newCode()
	if err != nil {
		return NewInvitation{}, fmt.Errorf("invite: %w", err)
	}
	id, err := s.newID()
	if err != nil {
		return NewInvitation{}, fmt.Errorf("invite: %w", err)
	}
	now := s.now()
	invitation := Invitation{
		ID:        id,
		TokenHash: tokenHash,
		CodeHash:  s.codeHash(code),
		Practice:  practice,
		Therapist: actor.Account,
		CreatedAt: now,
		ExpiresAt: now.Add(InvitationLimit),
	}
	err = s.store.Update(ctx, func(tx Tx) error {
		if err := takesNew(ctx, tx, practice); err != nil {
			return err
		}
		if err := tx.CreateInvitation(ctx, invitation); err != nil {
			return err
		}
		return recordAt(ctx, tx, practice, s.eventOf(audit.InvitationCreate, actor.Account, id))
	})
	if err != nil {
		return NewInvitation{}, fmt.Errorf("invite: %w", err)
	}
	return NewInvitation{ID: id, Token: token, Code: code, ExpiresAt: invitation.ExpiresAt}, nil
}

// ListInvitations lists the actor's invitations that someone can still use, the
// newest first, at most 100. Actors who are no therapist get ErrForbidden.
func (s *Service) ListInvitations(ctx context.Context, actor Actor) ([]Invitation, error) {
	if err := s.canAsk(ctx, actor, permit.ManageInvitations, uuid.Nil); err != nil {
		return nil, err
	}
	list, err := s.store.ListInvitations(ctx, actor.Account, s.now(), maxInvitations)
	if err != nil {
		return nil, fmt.Errorf("list invitations: %w", err)
	}
	return list, nil
}

// DeleteInvitation withdraws one of the actor's invitations. One that was used,
// or is someone else's, is ErrNotFound.
func (s *Service) DeleteInvitation(ctx context.Context, actor Actor, id uuid.UUID) error {
	if err := s.canAsk(ctx, actor, permit.ManageInvitations, id); err != nil {
		return err
	}
	err := s.store.Update(ctx, func(tx Tx) error {
		invitation, err := tx.DeleteInvitation(ctx, actor.Account, id)
		if err != nil {
			return err
		}
		s.withdrawn(audit.InvitationDelete, actor, id)
		return recordAt(ctx, tx, invitation.Practice, s.eventOf(audit.InvitationDelete, actor.Account, id))
	})
	if err != nil {
		err = s.goneOr(audit.InvitationDelete, actor, id, err)
		return fmt.Errorf("delete invitation: %w", s.refuse(ctx, actor, id, err))
	}
	return nil
}

// invitationKey returns the hash by which an invitation is found, from the token
// of its link or from its code, however that was typed; false for what is
// neither.
func (s *Service) invitationKey(text string) (key []byte, ok bool) {
	if key, ok := bearer.Hash(text); ok {
		return key, true
	}
	code := normalizeCode(text)
	if len(code) != codeSize || strings.Trim(code, codeAlphabet) != "" {
		return nil, false
	}
	return s.codeHash(code), true
}

// checkInvitation returns ErrInvalidInvitation, or ErrInvitationExpired, unless
// someone can use the invitation now.
func (s *Service) checkInvitation(ctx context.Context, key []byte) error {
	_, err := s.findInvitation(ctx, key)
	return err
}

// findInvitation is checkInvitation that returns the invitation.
func (s *Service) findInvitation(ctx context.Context, key []byte) (Invitation, error) {
	invitation, err := s.store.FindInvitation(ctx, key)
	if err != nil {
		return Invitation{}, invalidInvitation(err)
	}
	if !s.now().Before(invitation.ExpiresAt) {
		return Invitation{}, ErrInvitationExpired
	}
	return invitation, nil
}

// invalidInvitation is the error for an invitation that cannot be used.
func invalidInvitation(err error) error {
	if errors.Is(err, ErrNotFound) {
		return ErrInvalidInvitation
	}
	return err
}

// LookInvitation returns what a client reads of who invites them before they take an
// invitation, by the token of its link or its code: as much as they will see of
// their therapist anyway; of one to work in a practice its name and the roles. The
// errors are ErrInvalidInvitation and ErrInvitationExpired.
func (s *Service) LookInvitation(ctx context.Context, token string) (wire.InvitationOffer, error) {
	if token, staff := strings.CutPrefix(token, wire.StaffInvitation); staff {
		return s.lookStaffInvitation(ctx, token)
	}
	key, ok := s.invitationKey(token)
	if !ok {
		return wire.InvitationOffer{}, ErrInvalidInvitation
	}
	invitation, err := s.findInvitation(ctx, key)
	if err != nil {
		return wire.InvitationOffer{}, fmt.Errorf("look at invitation: %w", err)
	}
	places, err := s.store.ListListings(ctx, invitation.Therapist)
	if err != nil {
		return wire.InvitationOffer{}, fmt.Errorf("look at invitation: %w", err)
	}
	at := slices.IndexFunc(places, func(l Listing) bool { return l.Practice.ID == invitation.Practice })
	if at < 0 {
		return wire.InvitationOffer{}, ErrInvalidInvitation
	}
	offer := wire.InvitationOffer{Therapist: places[at].Name, Practice: places[at].Practice.Name}
	if settings := places[at].Settings; settings != nil {
		var set availability.Availability
		if err := json.Unmarshal(settings, &set); err != nil {
			return wire.InvitationOffer{}, fmt.Errorf("decode availability: %w", err)
		}
		offer.Style, offer.Promise, offer.Words = set.Style, &set.Promise, set.Words
	}
	return offer, nil
}

// newCode makes the code of an invitation.
func (s *Service) newCode() (string, error) {
	const fair = 256 - 256%len(codeAlphabet) // below it, all letters are as likely
	var code strings.Builder
	for n := 0; n < codeSize; {
		var b [1]byte
		if _, err := io.ReadFull(s.rand, b[:]); err != nil {
			return "", fmt.Errorf("make code: %w", err)
		}
		if int(b[0]) >= fair {
			continue
		}
		if n > 0 && n%codeGroup == 0 {
			code.WriteByte('-')
		}
		code.WriteByte(codeAlphabet[int(b[0])%len(codeAlphabet)])
		n++
	}
	return code.String(), nil
}

// normalizeCode returns a code as it was made, however it was typed, without dashes.
func normalizeCode(text string) string { return strings.ToUpper(stripCode(text)) }

// codeHash is the keyed hash under which a code is stored: 55 bits could be
// guessed from a plain one.
func (s *Service) codeHash(code string) []byte {
	mac := hmac.New(sha256.New, s.indexKey)
	mac.Write([]byte("invitation code " + stripCode(code)))
	return mac.Sum(nil)
}
