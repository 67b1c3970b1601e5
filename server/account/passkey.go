package account

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/bearer"
	"pleiades/server/permit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

const (
	// CeremonyLimit is how long a passkey has to answer.
	CeremonyLimit = 5 * time.Minute
	maxPasskeys   = 20
)

// Purpose says what a passkey is asked for; its answer counts for nothing else.
type Purpose string

// The purposes.
const (
	purposeAdd    Purpose = "add"
	purposeLogIn  Purpose = "login"
	purposeStepUp Purpose = "step-up"
	purposeReset  Purpose = "reset"
)

// Ceremony is a question to a passkey whose answer is awaited.
type Ceremony struct {
	TokenHash []byte
	Purpose   Purpose
	Account   uuid.UUID // uuid.Nil where the passkey is to say whose it is
	Data      []byte    // what the answer is checked against, as JSON of the module webauthn
	ExpiresAt time.Time
}

// newRelyingParty returns the party that passkeys are made for, nil where the
// origin cannot have any: browsers bind them to a domain, not to an address.
func newRelyingParty(origin *url.URL) *webauthn.WebAuthn {
	if origin == nil {
		return nil
	}
	party, err := webauthn.New(&webauthn.Config{
		RPID:                  origin.Hostname(),
		RPDisplayName:         totpIssuer,
		RPOrigins:             []string{origin.String()},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey:        protocol.ResidentKeyRequirementRequired,
			RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification:   protocol.VerificationRequired,
		},
		// What a page asks a passkey besides is its own affair, and is not kept.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return nil
	}
	return party
}

// keyholder is an account as the module webauthn knows people.
type keyholder struct {
	id          uuid.UUID
	name, email message.Text
	keys        []webauthn.Credential
}

var _ webauthn.User = keyholder{}

// WebAuthnID returns the user handle.
func (k keyholder) WebAuthnID() []byte { return k.id[:] }

// WebAuthnName returns what tells this person's accounts apart.
func (k keyholder) WebAuthnName() string { return string(k.email) }

// WebAuthnDisplayName returns the person's name.
func (k keyholder) WebAuthnDisplayName() string { return string(k.name) }

// WebAuthnCredentials returns the person's passkeys.
func (k keyholder) WebAuthnCredentials() []webauthn.Credential { return k.keys }

func newKeyholder(account uuid.UUID, keys []Passkey) (keyholder, error) {
	holder := keyholder{id: account, keys: make([]webauthn.Credential, len(keys))}
	for i, key := range keys {
		if err := json.Unmarshal(key.Credential, &holder.keys[i]); err != nil {
			return keyholder{}, fmt.Errorf("decode passkey: %w", err)
		}
	}
	return holder, nil
}

// Synced reports whether more than one device keeps the passkey.
func (p Passkey) Synced() bool {
	var credential webauthn.Credential
	return json.Unmarshal(p.Credential, &credential) == nil && credential.Flags.BackupState
}

// CredentialID returns the id by which browsers know the passkey.
func (p Passkey) CredentialID() []byte {
	var credential webauthn.Credential
	if err := json.Unmarshal(p.Credential, &credential); err != nil {
		return nil
	}
	return credential.ID
}

// AskNewPasskey asks the actor's browser to make a passkey. It needs a fresh
// proof.
func (s *Service) AskNewPasskey(ctx context.Context, actor Actor) (wire.PasskeyQuestion, error) {
	if err := s.can(actor, permit.AddFactor); err != nil {
		return wire.PasskeyQuestion{}, err
	}
	if s.party == nil {
		return wire.PasskeyQuestion{}, ErrInvalidMethod
	}
	person, err := s.store.FindAccount(ctx, actor.Account)
	if err != nil {
		return wire.PasskeyQuestion{}, fmt.Errorf("find account: %w", err)
	}
	factors, err := s.store.FindFactors(ctx, actor.Account)
	if err != nil {
		return wire.PasskeyQuestion{}, fmt.Errorf("find passkeys: %w", err)
	}
	if err := mayAdd(actor, factors); err != nil {
		return wire.PasskeyQuestion{}, err
	}
	if len(factors.Passkeys) >= maxPasskeys {
		return wire.PasskeyQuestion{}, ErrTooManyPasskeys
	}
	holder, err := newKeyholder(actor.Account, factors.Passkeys)
	if err != nil {
		return wire.PasskeyQuestion{}, err
	}
	holder.name, holder.email = person.Name, person.Email
	var known []protocol.CredentialDescriptor
	for _, key := range holder.keys {
		known = append(known, key.Descriptor())
	}
	creation, session, err := s.party.BeginRegistration(holder,
		webauthn.WithExclusions(known), webauthn.WithExtensions(webauthn.WithExtensionPRFSupport()))
	if err != nil {
		return wire.PasskeyQuestion{}, fmt.Errorf("ask for a passkey: %w", err)
	}
	return s.ask(ctx, purposeAdd, actor.Account, creation.Response, session)
}

// askPasskey asks for one of the account's passkeys, or for anyone's if account
// is uuid.Nil.
func (s *Service) askPasskey(ctx context.Context, purpose Purpose, account uuid.UUID) (wire.PasskeyQuestion, error) {
	if s.party == nil {
		return wire.PasskeyQuestion{}, ErrInvalidMethod
	}
	var assertion *protocol.CredentialAssertion
	var session *webauthn.SessionData
	var err error
	if account == uuid.Nil {
		assertion, session, err = s.party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	} else {
		var factors Factors
		if factors, err = s.store.FindFactors(ctx, account); err != nil {
			return wire.PasskeyQuestion{}, fmt.Errorf("find passkeys: %w", err)
		}
		if len(factors.Passkeys) == 0 {
			return wire.PasskeyQuestion{}, ErrInvalidMethod
		}
		var holder keyholder
		if holder, err = newKeyholder(account, factors.Passkeys); err != nil {
			return wire.PasskeyQuestion{}, err
		}
		assertion, session, err = s.party.BeginLogin(holder, webauthn.WithUserVerification(protocol.VerificationRequired))
	}
	if err != nil {
		return wire.PasskeyQuestion{}, fmt.Errorf("ask a passkey: %w", err)
	}
	return s.ask(ctx, purpose, account, assertion.Response, session)
}

// ask keeps a question until it is answered.
func (s *Service) ask(ctx context.Context, purpose Purpose, account uuid.UUID, options any, session *webauthn.SessionData) (wire.PasskeyQuestion, error) {
	text, err := json.Marshal(options)
	if err != nil {
		return wire.PasskeyQuestion{}, fmt.Errorf("encode question: %w", err)
	}
	data, err := json.Marshal(session)
	if err != nil {
		return wire.PasskeyQuestion{}, fmt.Errorf("encode question: %w", err)
	}
	token, hash, err := bearer.New(s.rand)
	if err != nil {
		return wire.PasskeyQuestion{}, err
	}
	ceremony := Ceremony{TokenHash: hash, Purpose: purpose, Account: account, Data: data, ExpiresAt: s.now().Add(CeremonyLimit)}
	if err := s.store.Update(ctx, func(tx Tx) error { return tx.CreateCeremony(ctx, ceremony) }); err != nil {
		return wire.PasskeyQuestion{}, fmt.Errorf("keep question: %w", err)
	}
	return wire.PasskeyQuestion{Ceremony: token, Options: text}, nil
}

// answered returns what a question to the account was checked against. Whether
// the answer is right or not, it cannot be used again.
func (s *Service) answered(ctx context.Context, token string, purpose Purpose, account uuid.UUID) (webauthn.SessionData, error) {
	var session webauthn.SessionData
	hash, ok := bearer.Hash(token)
	if !ok || s.party == nil {
		return session, ErrInvalidPasskey
	}
	ceremony, err := s.store.UseCeremony(ctx, hash)
	if errors.Is(err, ErrNotFound) {
		return session, ErrInvalidPasskey
	}
	if err != nil {
		return session, fmt.Errorf("find question: %w", err)
	}
	if ceremony.Purpose != purpose || ceremony.Account != account || !s.now().Before(ceremony.ExpiresAt) {
		return session, ErrInvalidPasskey
	}
	if err := json.Unmarshal(ceremony.Data, &session); err != nil {
		return session, fmt.Errorf("decode question: %w", err)
	}
	return session, nil
}

// AddPasskey adds the passkey that answered AskNewPasskey. Its name is made of
// the browser's if it is empty. The errors are *InvalidNameError,
// ErrInvalidPasskey and ErrTooManyPasskeys.
func (s *Service) AddPasskey(ctx context.Context, actor Actor, in wire.PutPasskey, from Browser) (Added, error) {
	if err := s.can(actor, permit.AddFactor); err != nil {
		return Added{}, err
	}
	name := message.Normalize(in.Name)
	if name == "" {
		name = nameDevice(from.UserAgent)
	}
	if fields := checkName(name); fields != nil {
		return Added{}, &InvalidNameError{Fields: fields}
	}
	session, err := s.answered(ctx, in.Ceremony, purposeAdd, actor.Account)
	if err != nil {
		return Added{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(in.Credential)
	if err != nil {
		return Added{}, ErrInvalidPasskey
	}
	credential, err := s.party.CreateCredential(keyholder{id: actor.Account}, session, parsed)
	if err != nil {
		return Added{}, ErrInvalidPasskey
	}
	key, err := s.newPasskey(actor.Account, name, *credential)
	if err != nil {
		return Added{}, fmt.Errorf("add passkey: %w", err)
	}
	var a Added
	err = s.store.Update(ctx, func(tx Tx) error {
		before, err := lockFactors(ctx, tx, actor)
		if err != nil {
			return err
		}
		if len(before.Passkeys) >= maxPasskeys {
			return ErrTooManyPasskeys
		}
		hash := sha256.Sum256(credential.ID)
		created, err := tx.CreatePasskey(ctx, key, hash[:])
		if err != nil {
			return err
		}
		if !created {
			return ErrInvalidPasskey // someone has it already
		}
		a, err = s.added(ctx, tx, actor, before, s.factorEvent(audit.FactorCreate, actor.Account, key.ID, wire.MethodPasskey), from)
		a.Passkey = key
		return err
	})
	if err != nil {
		return Added{}, fmt.Errorf("add passkey: %w", err)
	}
	return a, s.finishAdded(ctx, actor, &a)
}

// newPasskey makes a passkey to be stored, without what the browser said of its
// making: nobody asked for that, and it can be large.
func (s *Service) newPasskey(account uuid.UUID, name message.Text, credential webauthn.Credential) (Passkey, error) {
	credential.Attestation = webauthn.CredentialAttestation{}
	record, err := json.Marshal(credential)
	if err != nil {
		return Passkey{}, fmt.Errorf("encode passkey: %w", err)
	}
	id, err := s.newID()
	if err != nil {
		return Passkey{}, err
	}
	now := s.now()
	return Passkey{ID: id, Account: account, Credential: record, Name: name, CreatedAt: now, LastUsedAt: now}, nil
}

// checkPasskey checks a passkey's answer within a transaction and notes its use.
// A counter that went back means that there are two of it: neither counts.
func (s *Service) checkPasskey(ctx context.Context, tx Tx, account uuid.UUID, session webauthn.SessionData, parsed *protocol.ParsedCredentialAssertionData) error {
	factors, err := tx.FindFactors(ctx, account)
	if err != nil {
		return err
	}
	holder, err := newKeyholder(account, factors.Passkeys)
	if err != nil {
		return err
	}
	var used *webauthn.Credential
	if len(session.UserID) > 0 {
		used, err = s.party.ValidateLogin(holder, session, parsed)
	} else {
		find := func([]byte, []byte) (webauthn.User, error) { return holder, nil }
		_, used, err = s.party.ValidatePasskeyLogin(find, session, parsed)
	}
	if err != nil || used.Authenticator.CloneWarning {
		return ErrInvalidPasskey
	}
	for i, key := range factors.Passkeys {
		if string(holder.keys[i].ID) != string(used.ID) {
			continue
		}
		if key.Credential, err = json.Marshal(used); err != nil {
			return fmt.Errorf("encode passkey: %w", err)
		}
		key.LastUsedAt = s.now()
		if err := s.record(ctx, tx, account, s.factorEvent(audit.FactorUse, account, key.ID, wire.MethodPasskey)); err != nil {
			return err
		}
		return tx.UpdatePasskey(ctx, key)
	}
	return ErrInvalidPasskey
}

// RenamePasskey gives one of the actor's passkeys a name. The errors are
// *InvalidNameError and ErrNotFound.
func (s *Service) RenamePasskey(ctx context.Context, actor Actor, id uuid.UUID, name message.Text) error {
	if err := s.can(actor, permit.ManageOwn); err != nil {
		return err
	}
	name = message.Normalize(name)
	if fields := checkName(name); fields != nil {
		return &InvalidNameError{Fields: fields}
	}
	err := s.store.Update(ctx, func(tx Tx) error {
		if _, err := tx.LockCredentials(ctx, actor.Account); err != nil {
			return err
		}
		factors, err := tx.FindFactors(ctx, actor.Account)
		if err != nil {
			return err
		}
		key, err := factors.passkey(id)
		if err != nil {
			return err
		}
		key.Name = name
		if err := tx.UpdatePasskey(ctx, key); err != nil {
			return err
		}
		return s.record(ctx, tx, actor.Account, s.factorEvent(audit.FactorChange, actor.Account, id, wire.MethodPasskey))
	})
	if err != nil {
		return fmt.Errorf("rename passkey: %w", s.refusePasskey(ctx, actor, id, err))
	}
	return nil
}

// RemovePasskey removes one of the actor's passkeys. The errors are ErrNotFound
// and ErrLastFactor if the role needs it. It needs a fresh proof.
func (s *Service) RemovePasskey(ctx context.Context, actor Actor, id uuid.UUID) error {
	if err := s.can(actor, permit.RemoveFactor); err != nil {
		return err
	}
	err := s.store.Update(ctx, func(tx Tx) error {
		event := s.factorEvent(audit.FactorDelete, actor.Account, id, wire.MethodPasskey)
		return s.removeFactor(ctx, tx, actor, event, func(f Factors) error {
			key, err := f.passkey(id)
			if err != nil {
				return err
			}
			return tx.DeletePasskey(ctx, key.ID)
		})
	})
	if err != nil {
		return fmt.Errorf("remove passkey: %w", s.refusePasskey(ctx, actor, id, err))
	}
	s.withdrawn(audit.FactorDelete, actor, id)
	s.notice(actor.Account, wire.NoticeFactors, actor.Device)
	return nil
}

// refusePasskey records that the actor asked for a passkey that is not theirs, nor
// was a while ago.
func (s *Service) refusePasskey(ctx context.Context, actor Actor, id uuid.UUID, err error) error {
	return s.refuse(ctx, actor, id, s.goneOr(audit.FactorDelete, actor, id, err))
}

// passkey returns the passkey with the id, or ErrNotFound.
func (f Factors) passkey(id uuid.UUID) (Passkey, error) {
	for _, key := range f.Passkeys {
		if key.ID == id {
			return key, nil
		}
	}
	return Passkey{}, ErrNotFound
}
