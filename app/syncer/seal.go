package syncer

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/shared/envelope"
	"pleiades/shared/wire"
)

// sealing is what this device seals with for an account. It lies protected among
// what is private, and is read whenever something is sealed: a device that is
// locked has none.
type sealing struct {
	Device  uuid.UUID      `json:"device"`
	Secret  []byte         `json:"secret"`
	Key     wire.IngestKey `json:"key"`
	Fetched time.Time      `json:"fetched"` // the key was
}

const (
	// sealingLock is held by the page that gets what the device seals with.
	sealingLock = "pleiades-sealing"
	// keyAge is how old a key may be before the newest is asked for. It is far
	// below the time for which the server opens with old keys.
	keyAge = 24 * time.Hour
	// sealedAtOnce is how many items are sealed before they are written down.
	sealedAtOnce = 50
)

// prepareSealing gets what the device seals with: the server's ingest key, where
// the one at hand is old or anew is set, and the name by which the server knows
// this device and its secret, where there is none or register is set. The latter
// needs a login.
func (s *Syncer) prepareSealing(ctx context.Context, anew, register bool) error {
	release, err := s.page.Lock(ctx, sealingLock)
	if err != nil {
		return err
	}
	defer release()
	account := s.state.Account().ID
	kept, err := s.device.private(ctx, account)
	if err != nil {
		return err
	}
	with := kept.Sealing
	if with != nil && !anew && !register && s.page.Now().Sub(with.Fetched).Abs() < keyAge {
		return nil
	}
	keys, err := s.remote.IngestKeys(ctx)
	if err != nil {
		return fmt.Errorf("get ingest key: %w", err)
	}
	if len(keys.Keys) == 0 {
		return fmt.Errorf("get ingest key: there is none")
	}
	if with == nil {
		with = &sealing{Secret: make([]byte, envelope.SecretSize)}
		if _, err := io.ReadFull(s.rand, with.Secret); err != nil {
			return fmt.Errorf("make secret: %w", err)
		}
	}
	with.Key, with.Fetched = keys.Keys[0], s.page.Now()
	if register || with.Device == uuid.Nil {
		if with.Device, err = s.register(ctx, account, with); err != nil {
			return fmt.Errorf("register device: %w", err)
		}
	}
	return s.device.savePrivate(ctx, account, privateSealing, with)
}

// prepareLogin prepares sealing for a login: for a new one the server may know the
// device by another name.
func (s *Syncer) prepareLogin(ctx context.Context) {
	isNew := s.isNew.Swap(false)
	if err := s.prepareSealing(ctx, false, isNew); err != nil {
		s.logf("prepare sealing: %v", err)
		s.isNew.Store(isNew)
	}
}

// register hands the secret of this device to the server and returns the name of
// the device.
func (s *Syncer) register(ctx context.Context, account uuid.UUID, with *sealing) (uuid.UUID, error) {
	key, secret, err := with.open()
	if err != nil {
		return uuid.Nil, err
	}
	sealed, err := envelope.SealSecret(key, account, secret)
	if err != nil {
		return uuid.Nil, err
	}
	answer, err := s.remote.RegisterDevice(ctx, wire.RegisterDevice{Secret: sealed})
	return answer.ID, s.checkLogin(err)
}

// open returns the key and the secret to seal with.
func (w *sealing) open() (key envelope.PublicKey, secret envelope.Secret, err error) {
	if len(w.Secret) != envelope.SecretSize {
		return key, secret, fmt.Errorf("the secret has %d bytes", len(w.Secret))
	}
	key, err = envelope.NewPublicKey(w.Key.ID, w.Key.PublicKey)
	return key, envelope.Secret(w.Secret), err
}

// seal gives items on the device their envelopes, as far as the device has what
// it seals with; Sealed says which have one. See device.attach for anew.
func (s *Syncer) seal(ctx context.Context, account uuid.UUID, items []state.Pending, anew bool) error {
	kept, err := s.device.private(ctx, account)
	if err != nil || kept.Sealing == nil || kept.Sealing.Device == uuid.Nil {
		return err
	}
	for some := range slices.Chunk(items, sealedAtOnce) {
		sealed, err := kept.Sealing.seal(some)
		if err != nil {
			return err
		}
		if err := s.device.attach(ctx, account, sealed, anew); err != nil {
			return err
		}
		for i := range some {
			some[i].Sealed = true
		}
	}
	return nil
}

// seal returns the envelopes of items.
func (w *sealing) seal(items []state.Pending) ([]attached, error) {
	key, secret, err := w.open()
	if err != nil {
		return nil, err
	}
	sealed := make([]attached, len(items))
	for i, p := range items {
		kind, body := bodyOf(p)
		raw, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("encode: %w", err)
		}
		header := envelope.Header{Protocol: wire.Version, Device: w.Device, Conversation: p.Conversation}
		sealed[i].ID = p.ID
		sealed[i].Envelope, err = envelope.Seal(key, secret, header, envelope.Content{Kind: kind, ID: p.ID, Body: raw})
		if err != nil {
			return nil, err
		}
	}
	return sealed, nil
}

// bodyOf returns what the server's session route of the kind would get.
func bodyOf(p state.Pending) (envelope.Kind, any) {
	switch p.Kind {
	case state.KindAgenda:
		c := p.Change
		return envelope.Agenda, wire.PutAgendaChange{Kind: c.Kind, Item: c.Item, Text: c.Text, Base: c.Base, Place: c.Place, At: c.At}
	case state.KindAgreement:
		return envelope.Agreement, wire.Acknowledge{Version: p.Version, TextVersion: p.TextVersion}
	case state.KindTicket:
		return envelope.Ticket, wire.PutTicket{Kind: p.Ticket.Kind, Text: p.Body, Diagnostics: p.Ticket.Diagnostics}
	case state.KindReply:
		return envelope.Reply, wire.SealedReply{Ticket: p.To, Text: p.Body}
	default:
		return envelope.Message, wire.PutMessage{Body: p.Body, WrittenAt: p.WrittenAt.Time()}
	}
}

// sealWaiting seals what waits without an envelope: what the page had no time to
// seal before it went, what was queued before the device had what it seals with,
// or by an older build, and what the server wants sealed anew. The latter was
// handed over before, and takes the newest key.
func (s *Syncer) sealWaiting(ctx context.Context) error {
	account := s.state.Account().ID
	var late, anew []state.Pending
	for _, p := range s.state.Unsealed() {
		if p.Attempted {
			anew = append(anew, p)
		} else {
			late = append(late, p)
		}
	}
	if len(late) > 0 {
		if err := s.seal(ctx, account, late, false); err != nil {
			return err
		}
		s.requestSync(ctx)
		anew = append(anew, slices.DeleteFunc(late, func(p state.Pending) bool { return p.Sealed })...)
	}
	if len(anew) == 0 {
		return nil
	}
	register := s.state.Login() == state.LoggedIn
	if err := s.prepareSealing(ctx, true, register); err != nil {
		return err
	}
	return s.seal(ctx, account, anew, register)
}
