package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/calendar"
	"pleiades/server/chat"
	"pleiades/server/live"
	"pleiades/server/outbox"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/server/support"
	"pleiades/shared/agenda"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// mustLive fills a database with two practices in which people did everything
// that the log protects.
func mustLive(t *testing.T, db *store.DB) {
	t.Helper()
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	service := chat.New(db.Conversations(), live.New(live.Options{}), chat.Options{
		Now: func() time.Time { now = now.Add(time.Second); return now }, Zone: calendar.Zone, Outlook: calendar.Outlook,
	})
	defer service.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		p := storetest.MustPractice(t, db, 2)
		mustCredentials(t, db, p, now)
		therapist := chat.Actor{Account: p.Therapist}
		for range 2 {
			_, err := service.UpdateAvailability(t.Context(), therapist, p.ID, wire.SetAvailability{Availability: terms("Words " + message.Text(now.String()))})
			must(err)
		}
		for i, conversation := range p.Conversations {
			client := chat.Actor{Account: p.Clients[i]}
			_, err := service.Acknowledge(t.Context(), client, conversation, wire.Acknowledge{Version: 1})
			must(err)
			for n := range 4 {
				from := []chat.Actor{client, therapist}[n%2]
				_, _, err := service.Send(t.Context(), from, conversation, message.Draft{ID: uuid.New(), Body: "hello", WrittenAt: now})
				must(err)
				id := uuid.New()
				_, _, err = service.ChangeAgenda(t.Context(), from, conversation, agenda.Change{ID: id, Kind: agenda.Add, Item: id, Text: "sleep", Place: "V", At: now})
				must(err)
				if n == 3 {
					_, _, err = service.ChangeAgenda(t.Context(), from, conversation, agenda.Change{ID: uuid.New(), Kind: agenda.Check, Item: id, At: now})
					must(err)
				}
			}
			_, err = service.ListMessages(t.Context(), therapist, conversation, chat.Page{})
			must(err)
			for range 2 {
				_, err = service.CloseConversation(t.Context(), therapist, conversation, wire.Close{Note: "Go well."})
				must(err)
				_, err = service.ReopenConversation(t.Context(), therapist, conversation)
				must(err)
			}
			_, err = service.CloseConversation(t.Context(), therapist, conversation, wire.Close{Note: "Go well."})
			must(err)
			must(ask(t, db, p, client.Account, now))
		}
	}
}

// ask writes to support, is answered, asks for care and shows a
// listing.
func ask(t *testing.T, db *store.DB, p storetest.Practice, client uuid.UUID, now time.Time) error {
	ctx, in := t.Context(), account.Practice{ID: p.ID}
	err := db.Tickets().Update(ctx, func(tx support.Tx) error {
		ticket := support.Ticket{
			ID: uuid.New(), From: support.From{Account: client}, Kind: wire.TicketOther, Text: "Help", Status: wire.TicketOpen, CreatedAt: now, UpdatedAt: now,
			Diagnostics: []wire.Diagnostic{{Code: wire.DiagnosticBrowser, Value: "Firefox", Verdict: wire.VerdictGood}},
		}
		_, err := tx.CreateTicket(ctx, ticket)
		return errors.Join(err,
			tx.CreateReply(ctx, ticket, support.Reply{ID: uuid.New(), Author: client, Text: "Soon, please", At: now}),
			tx.UpdateTicket(ctx, ticket),
			tx.CreateLink(ctx, support.Link{TokenHash: client[:], Ticket: ticket.ID, ExpiresAt: now}, now),
			tx.Record(ctx, storetest.EventOf(audit.TicketCreate, uuid.Nil, ticket.ID)))
	})
	return errors.Join(err, db.Accounts().Update(ctx, func(tx account.Tx) error {
		request := account.CareRequest{ID: uuid.New(), Practice: in, Client: client, Therapist: p.Therapist, Note: "May I?", Status: wire.RequestWaiting, CreatedAt: now}
		answered := request
		answered.Status, answered.Answer, answered.DecidedAt = wire.RequestDeclined, "Sorry", now
		return errors.Join(
			tx.SaveListing(ctx, account.Listing{Practice: in, Therapist: p.Therapist, Listed: true, Words: "Welcome"}),
			tx.CreateRequest(ctx, request), tx.UpdateRequest(ctx, answered),
			tx.Record(ctx, storetest.EventOf(audit.RequestCreate, p.ID, request.ID)))
	}))
}

// apply applies to join, and is declined.
func apply(ctx context.Context, tx account.Tx, now time.Time) error {
	a := account.Application{Application: wire.Application{ID: uuid.New(), Name: "Kim"}, Status: wire.ApplicationOpen, CreatedAt: now}
	_, err := tx.CreateApplication(ctx, a)
	a.Status, a.Words, a.TokenHash, a.DecidedAt = wire.ApplicationDeclined, "Sorry", a.ID[:], now
	return errors.Join(err, tx.UpdateApplication(ctx, a))
}

// mustCredentials gives the clients of a practice everything they log in with.
func mustCredentials(t *testing.T, db *store.DB, p storetest.Practice, now time.Time) {
	t.Helper()
	err := db.Outbox().Update(t.Context(), func(tx outbox.Tx) error {
		key := outbox.IngestKey{ID: uuid.New(), Seed: []byte("seed"), CreatedAt: now}
		return errors.Join(tx.CreateIngestKey(t.Context(), key), tx.Record(t.Context(), storetest.EventOf(audit.KeyCreate, uuid.Nil, key.ID)))
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, client := range p.Clients {
		device, revoked := uuid.New(), uuid.New()
		err := db.Accounts().Update(t.Context(), func(tx account.Tx) error {
			ctx := t.Context()
			invitation := account.Invitation{ID: uuid.New(), TokenHash: device[:], Practice: p.ID, Therapist: p.Therapist, CreatedAt: now, ExpiresAt: now.Add(time.Hour)}
			key := account.Passkey{ID: uuid.New(), Account: client, Credential: []byte("key"), Name: "Key", CreatedAt: now, LastUsedAt: now}
			_, err := tx.CreatePasskey(ctx, key, device[:])
			for _, id := range []uuid.UUID{device, revoked} {
				err = errors.Join(err, tx.CreateDevice(ctx, account.Device{ID: id, Account: client, CreatedAt: now, LastUsedAt: now}, id[:]))
			}
			return errors.Join(err,
				tx.UpdateDevice(ctx, account.Device{ID: revoked, Account: client, CreatedAt: now, LastUsedAt: now, RevokedAt: now}),
				tx.UpdatePasskey(ctx, key),
				tx.CreateInvitation(ctx, invitation),
				tx.CreateStaffInvitation(ctx, account.StaffInvitation{ID: device, TokenHash: device[:], Practice: p.ID, Name: "Kim", CreatedAt: now, ExpiresAt: now}),
				apply(ctx, tx, now),
				tx.SaveTOTP(ctx, client, account.TOTP{Secret: []byte("secret"), CreatedAt: now}),
				tx.SaveTOTP(ctx, client, account.TOTP{Secret: []byte("secret"), NewSecret: []byte("next"), CreatedAt: now, LastStep: 7}),
				tx.ReplaceRecoveryCodes(ctx, client, [][]byte{{1}, {2}}, now),
				tx.ReplaceRecoveryCodes(ctx, client, [][]byte{device[:], revoked[:]}, now),
				tx.CreateReset(ctx, account.Reset{TokenHash: device[:], Account: client, CreatedAt: now, ExpiresAt: now}),
				tx.CreateReset(ctx, account.Reset{TokenHash: revoked[:], Account: client, CreatedAt: now, ExpiresAt: now, PasswordHash: "hash", EffectiveAt: now}),
				tx.CreateOperator(ctx, client, now),
				tx.UpdateCredentials(ctx, account.Credentials{Account: client, PasswordHash: "hash"}),
				tx.Record(ctx, storetest.EventOf(audit.PasswordReset, p.ID, client)),
			)
		})
		if err != nil {
			t.Fatal(err)
		}
		err = db.Outbox().Update(t.Context(), func(tx outbox.Tx) error {
			for i := range 3 {
				secret := outbox.DeviceSecret{CreatedAt: now.Add(time.Duration(i))}
				if err := tx.SaveSecret(t.Context(), device, client, secret, 2); err != nil {
					return err
				}
			}
			return tx.Record(t.Context(), storetest.EventOf(audit.DeviceChange, p.ID, device))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func terms(words message.Text) availability.Availability {
	a := availability.Default("Europe/Dublin")
	a.Words = words
	return a
}

// anyone may read any conversation.
func anyone(chat.Conversation) error { return nil }
