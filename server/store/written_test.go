package store_test

import (
	"bytes"
	"context"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/server/feedback"
	"pleiades/server/outbox"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/server/support"
	"pleiades/shared/agenda"
	"pleiades/shared/envelope"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// notWritten says of every column of bytes or text that holds nothing a person
// wrote what it holds instead. A column that is neither here nor sealed fails
// the test below.
var notWritten = map[string]string{
	"accounts.email_index":          "keyed hash of the address",
	"accounts.password_hash":        "argon2id",
	"agenda_changes.kind":           "one of a few words",
	"article_ratings.article":       "the name of an article of ours",
	"article_remarks.article":       "the name of an article of ours",
	"applications.place":            "keyed hash of a part of the network",
	"applications.reason":           "one of a few words",
	"applications.status":           "one of a few words",
	"applications.token_hash":       "hash of a random token",
	"staff_invitations.roles":       "some of a few words",
	"staff_invitations.token_hash":  "hash of a random token",
	"audit_events.details":          "words of ours and opaque ids",
	"audit_events.hash":             "hash of the event",
	"audit_events.kind":             "one of a few words",
	"audit_events.outcome":          "one of a few words",
	"audit_events.written":          "hash of what was stored",
	"audit_heads.code":              "keyed hash of the head",
	"audit_heads.hash":              "hash of an event",
	"care_requests.status":          "one of a few words",
	"ceremonies.purpose":            "one of a few words",
	"ceremonies.token_hash":         "hash of a random token",
	"devices.token_hash":            "hash of a random token",
	"login_sessions.code":           "code over the row",
	"login_sessions.stage":          "one of a few words",
	"notices.kind":                  "one of a few words",
	"login_sessions.old_token_hash": "hash of a random token",
	"passkeys.credential_hash":      "hash of the credential's id",
	"password_resets.password_hash": "argon2id",
	"password_resets.token_hash":    "hash of a random token",
	"sealing.step":                  "one of a few words",
	"sign_ups.email_index":          "keyed hash of the address",
	"sign_ups.password_hash":        "argon2id",
	"sign_ups.token_hash":           "hash of a random token",
	"recovery_codes.code_hash":      "hash of a random code",
	"ticket_links.token_hash":       "hash of a random token",
	"tickets.kind":                  "one of a few words",
	"tickets.place":                 "keyed hash of a part of the network",
	"tickets.status":                "one of a few words",
	"throttles.name":                "keyed hash or an id",
	"agenda_items.place":            "letters and digits that the app makes, for the order",
	"email_changes.code_hash":       "keyed hash of a random code",
	"invitations.token_hash":        "hash of a random token",
	"invitations.code_hash":         "keyed hash of a random code",
	"login_sessions.token_hash":     "hash of a random token",
	"mails.kind":                    "one of a few words",
	"memberships.role":              "one of a few words",
	"migrations.name":               "the name of a file of ours",
	"wrapped_keys.name":             "the name of a key",
	"wrapped_keys.wrapped":          "a wrapped key",
}

// harmless are the types of columns that cannot hold text.
var harmless = []string{"bigint", "integer", "boolean", "uuid"}

// TestEveryWrittenColumnIsSealed walks the schema as it is.
func TestEveryWrittenColumnIsSealed(t *testing.T) {
	ids := make(map[string]bool) // columns that hold UUIDs, text for SQLite
	for label, kind := range store.MustColumns(t, storetest.MustOpen(t, storetest.Postgres)) {
		ids[label] = kind == "uuid"
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		columns, written := store.MustColumns(t, db), store.WrittenColumns()
		for label, kind := range columns {
			_, other := notWritten[label]
			sealed := slices.Contains(written, label)
			switch plain := slices.Contains(harmless, kind) || ids[label]; {
			case plain && (sealed || other):
				t.Errorf("%s is listed, but of type %s", label, kind)
			case !plain && sealed == other:
				t.Errorf("%s (%s) belongs in one of two lists: sealed in written.go, or told here to hold nothing that people wrote", label, kind)
			}
		}
		for _, label := range append(written, slices.Collect(maps.Keys(notWritten))...) {
			if columns[label] == "" {
				t.Errorf("%s is listed, but not there", label)
			}
		}
	})
}

// canary is what nobody may find in what is stored.
const canary = "Kanarienvogel-7261"

// everywhere names what mustWriteEverywhere has written.
type everywhere struct {
	practice, conversation, client, therapist, device uuid.UUID
	token                                             []byte // hash of the login session's
}

// mustWriteEverywhere puts the canary into every column that people write, in a
// practice of its own. Messages have two rows.
func mustWriteEverywhere(t *testing.T, db *store.DB) everywhere {
	t.Helper()
	at := time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
	practice, conversation := uuid.New(), uuid.New()
	client, therapist := uuid.New(), uuid.New()
	made := everywhere{practice, conversation, client, therapist, uuid.New(), conversation[:]}
	err := db.Accounts().Update(t.Context(), func(tx account.Tx) error {
		ctx := t.Context()
		if err := tx.CreatePractice(ctx, account.Practice{ID: practice, Name: canary, CreatedAt: at}); err != nil {
			return err
		}
		for id, role := range map[uuid.UUID]wire.Role{client: wire.RoleClient, therapist: wire.RoleTherapist} {
			person := account.Account{ID: id, Name: canary, Email: canary + "@example.test", CreatedAt: at}
			if _, err := tx.CreateAccount(ctx, person, account.Credentials{Account: id, EmailIndex: id[:]}); err != nil {
				return err
			}
			if _, err := tx.CreateMembership(ctx, practice, id, role, at); err != nil {
				return err
			}
		}
		browser := account.Device{ID: made.device, Account: client, Name: canary, UserAgent: canary, CreatedAt: at, LastUsedAt: at}
		if err := tx.CreateDevice(ctx, browser, made.token); err != nil {
			return err
		}
		login := account.LoginSession{ID: uuid.New(), Account: client, CreatedAt: at, LastActAt: at, ExpiresAt: at, UserAgent: canary}
		if err := tx.CreateLogin(ctx, login, made.token); err != nil {
			return err
		}
		if err := tx.Record(ctx, storetest.EventOf(audit.PracticeCreate, practice, practice)); err != nil {
			return err
		}
		if err := protect(ctx, tx, client, at); err != nil {
			return err
		}
		applied := account.Application{Application: wire.Application{ID: uuid.New(), Name: canary}, Words: canary, CreatedAt: at}
		if _, err := tx.CreateApplication(ctx, applied); err != nil {
			return err
		}
		invited := account.StaffInvitation{ID: uuid.New(), TokenHash: practice[:], Practice: practice, Name: canary, CreatedAt: at, ExpiresAt: at}
		if err := tx.CreateStaffInvitation(ctx, invited); err != nil {
			return err
		}
		listing := account.Listing{Practice: account.Practice{ID: practice}, Therapist: therapist, Listed: true, Words: canary}
		if err := tx.SaveListing(ctx, listing); err != nil {
			return err
		}
		request := account.CareRequest{
			ID: uuid.New(), Practice: listing.Practice, Client: client, Therapist: therapist,
			Note: canary, Status: wire.RequestDeclined, Answer: canary, CreatedAt: at, DecidedAt: at,
		}
		if err := tx.CreateRequest(ctx, request); err != nil {
			return err
		}
		if err := tx.UpdateRequest(ctx, request); err != nil {
			return err
		}
		if err := tx.CreateMail(ctx, account.Letter{ID: uuid.New(), To: canary + "@example.test", Mail: account.MailReset, Token: canary, DueAt: at}); err != nil {
			return err
		}
		return tx.CreateConversation(ctx, conversation, practice, client, therapist, at)
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Outbox().Update(t.Context(), func(tx outbox.Tx) error {
		var secret envelope.Secret
		copy(secret[:], canary)
		if err := tx.CreateIngestKey(t.Context(), outbox.IngestKey{ID: uuid.New(), Seed: secret[:], CreatedAt: at}); err != nil {
			return err
		}
		if err := tx.SaveSecret(t.Context(), made.device, client, outbox.DeviceSecret{Secret: secret, CreatedAt: at}, 1); err != nil {
			return err
		}
		return tx.Record(t.Context(), storetest.EventOf(audit.DeviceChange, practice, made.device))
	})
	if err != nil {
		t.Fatal(err)
	}
	remark := feedback.Remark{ID: uuid.New(), Article: "lost-device", Text: canary, Day: at}
	if err := db.Feedback().CreateRemark(t.Context(), remark, 10); err != nil {
		t.Fatal(err)
	}
	if err := db.Feedback().CountRating(t.Context(), "lost-device", true); err != nil {
		t.Fatal(err)
	}
	mustWriteTickets(t, db, client, at)
	err = db.Conversations().Update(t.Context(), func(tx chat.Tx) error {
		ctx := t.Context()
		place, err := tx.LockWorkplace(ctx, practice, therapist)
		if err != nil {
			return err
		}
		content := []byte(`{"words":"` + canary + `"}`)
		if err := tx.CreateAgreement(ctx, place, chat.Agreement{Version: 1, Content: content, CreatedAt: at}); err != nil {
			return err
		}
		place.Terms = chat.Terms{Version: 1, Agreement: 1, Settings: content}
		if err := tx.UpdateTerms(ctx, place); err != nil {
			return err
		}
		found, err := tx.LockConversations(ctx, []uuid.UUID{conversation})
		if err != nil {
			return err
		}
		c := &found[0]
		c.LastSeq, c.Rev, c.AgendaRev = 2, 1, 1
		c.Acknowledged = chat.Acknowledgement{Version: 1, TextVersion: 1, At: at}
		for seq := int64(1); seq <= c.LastSeq; seq++ {
			m := message.Message{ID: uuid.New(), Conversation: conversation, Seq: seq, Sender: client, Body: canary, WrittenAt: at, AcceptedAt: at}
			if err := tx.CreateMessages(ctx, []chat.NewMessage{{Practice: practice, Message: m}}); err != nil {
				return err
			}
		}
		item := agenda.Item{ID: uuid.New(), Text: canary, TextID: uuid.New(), Place: "V", Author: client, CreatedAt: at, Rev: 1}
		if err := tx.UpdateAgendaItems(ctx, *c, []agenda.Item{item}); err != nil {
			return err
		}
		if err := tx.CreateClosing(ctx, *c, chat.Closing{Rev: 1, By: therapist, At: at, Note: canary}); err != nil {
			return err
		}
		if err := tx.Record(ctx, storetest.EventOf(audit.MessageSend, practice, conversation)); err != nil {
			return err
		}
		return tx.UpdateConversations(ctx, found)
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// mustWriteTickets puts the canary into a ticket of an account and into one that
// came with an address.
func mustWriteTickets(t *testing.T, db *store.DB, client uuid.UUID, at time.Time) {
	t.Helper()
	err := db.Tickets().Update(t.Context(), func(tx support.Tx) error {
		for _, from := range []support.From{{Account: client}, {Email: canary + "@example.test"}} {
			ticket := support.Ticket{
				ID: uuid.New(), From: from, Kind: wire.TicketOther, Text: canary, Status: wire.TicketOpen, CreatedAt: at, UpdatedAt: at,
				Diagnostics: []wire.Diagnostic{{Code: wire.DiagnosticBrowser, Value: canary, Verdict: wire.VerdictGood}},
			}
			if _, err := tx.CreateTicket(t.Context(), ticket); err != nil {
				return err
			}
			if err := tx.CreateReply(t.Context(), ticket, support.Reply{ID: uuid.New(), Text: canary, At: at}); err != nil {
				return err
			}
			if err := tx.Record(t.Context(), storetest.EventOf(audit.TicketCreate, uuid.Nil, ticket.ID)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// protect puts the canary into what an account logs in with.
func protect(ctx context.Context, tx account.Tx, client uuid.UUID, at time.Time) error {
	if err := tx.SaveTOTP(ctx, client, account.TOTP{Secret: []byte(canary), NewSecret: []byte(canary), CreatedAt: at}); err != nil {
		return err
	}
	asked := account.PendingSignUp{TokenHash: append(client[:], client[:]...), Name: canary, Email: canary + "@example.test", EmailIndex: client[:], CreatedAt: at, ExpiresAt: at}
	if err := tx.CreateSignUp(ctx, asked); err != nil {
		return err
	}
	change := account.EmailChange{ID: uuid.New(), Account: client, Email: canary + "@example.test", CodeHash: client[:], CreatedAt: at, ExpiresAt: at}
	if err := tx.CreateEmailChange(ctx, change); err != nil {
		return err
	}
	key := account.Passkey{ID: uuid.New(), Account: client, Credential: []byte(canary), Name: canary, CreatedAt: at, LastUsedAt: at}
	if _, err := tx.CreatePasskey(ctx, key, client[:]); err != nil {
		return err
	}
	return tx.CreateCeremony(ctx, account.Ceremony{TokenHash: append(client[:], client[:]...), Account: client, Data: []byte(canary), ExpiresAt: at})
}

// TestCanary looks for what people wrote where it lies.
func TestCanary(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		db := storetest.MustOpenAgain(t, url)
		made := mustWriteEverywhere(t, db)
		if c, err := db.Conversations().FindConversation(t.Context(), made.conversation); err != nil || c.Client.Name != canary || !bytes.Contains(c.Acknowledged.Content, []byte(canary)) {
			t.Fatalf("it does not come back: %+v, %v", c, err)
		}
		for label := range store.MustColumns(t, db) {
			values := store.MustValues(t, db, label)
			for _, value := range values {
				if bytes.Contains(value, []byte(canary)) {
					t.Errorf("%s holds it in the clear", label)
				}
			}
			if slices.Contains(store.WrittenColumns(), label) && len(values) == 0 {
				t.Errorf("nothing was put into %s", label)
			}
		}
		if path, file := strings.CutPrefix(url, "sqlite:"); file {
			for _, name := range []string{path, path + "-wal"} {
				content, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				if bytes.Contains(content, []byte(canary)) {
					t.Errorf("%s holds it in the clear", name)
				}
			}
		}
	})
}
