package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/server/store"
	"pleiades/shared/agenda"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Practice is a practice with people in it who cannot log in: they have no
// passwords.
type Practice struct {
	ID        uuid.UUID
	Therapist uuid.UUID
	Admin     uuid.UUID
	Clients   []uuid.UUID
	// Conversations are those of the therapist with each of Clients.
	Conversations []uuid.UUID
}

// MustPractice creates a practice with a therapist, an admin and as many
// clients as asked for, each with a conversation.
func MustPractice(t testing.TB, db *store.DB, clients int) Practice {
	t.Helper()
	p := Practice{ID: uuid.New()}
	at := time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
	err := db.Accounts().Update(t.Context(), func(tx account.Tx) error {
		ctx := t.Context()
		if err := tx.CreatePractice(ctx, account.Practice{ID: p.ID, Name: "Willow House", CreatedAt: at}); err != nil {
			return err
		}
		err := tx.Record(ctx, EventOf(audit.PracticeCreate, uuid.Nil, p.ID), EventOf(audit.PracticeCreate, p.ID, p.ID))
		if err != nil {
			return err
		}
		if p.Therapist, err = createPerson(ctx, tx, p.ID, wire.RoleTherapist, "Theo Tanner", at); err != nil {
			return err
		}
		if p.Admin, err = createPerson(ctx, tx, p.ID, wire.RoleAdmin, "Ada Admin", at); err != nil {
			return err
		}
		for i := range clients {
			client, err := createPerson(ctx, tx, p.ID, wire.RoleClient, message.Text(fmt.Sprintf("Client %d", i+1)), at)
			if err != nil {
				return err
			}
			conversation := uuid.New()
			if err := tx.CreateConversation(ctx, conversation, p.ID, client, p.Therapist, at); err != nil {
				return err
			}
			p.Clients = append(p.Clients, client)
			p.Conversations = append(p.Conversations, conversation)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// EventOf returns an event in the chain of a practice about an object.
func EventOf(kind audit.Kind, practice, object uuid.UUID) audit.Event {
	return audit.Event{Kind: kind, Practice: practice, Object: object, At: time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC), Outcome: audit.Done}
}

func createPerson(ctx context.Context, tx account.Tx, practice uuid.UUID, role wire.Role, name message.Text, at time.Time) (uuid.UUID, error) {
	id := uuid.New()
	person := account.Account{ID: id, Name: name, Email: message.Text(id.String() + "@example.test"), CreatedAt: at}
	_, err := tx.CreateAccount(ctx, person, account.Credentials{Account: id, EmailIndex: id[:]})
	if err != nil {
		return uuid.Nil, err
	}
	_, err = tx.CreateMembership(ctx, practice, id, role, at)
	return id, err
}

// MustShareReadMarks makes a therapist's choice to show read marks or not.
func MustShareReadMarks(t testing.TB, db *store.DB, therapist uuid.UUID, shown bool) {
	t.Helper()
	err := db.Accounts().Update(t.Context(), func(tx account.Tx) error {
		if _, err := tx.UpdateReadReceipts(t.Context(), therapist, shown); err != nil {
			return err
		}
		practices, err := tx.ListPracticesOf(t.Context(), therapist)
		if err != nil {
			return err
		}
		for _, practice := range practices {
			if err := tx.Record(t.Context(), EventOf(audit.SettingsChange, practice, therapist)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// MustSuspend suspends a practice since a moment; the zero time resumes it.
func MustSuspend(t testing.TB, db *store.DB, practice uuid.UUID, since time.Time) {
	t.Helper()
	kind := audit.PracticeSuspend
	if since.IsZero() {
		kind = audit.PracticeResume
	}
	err := db.Accounts().Update(t.Context(), func(tx account.Tx) error {
		if _, _, err := tx.UpdateSuspension(t.Context(), practice, since); err != nil {
			return err
		}
		return tx.Record(t.Context(), EventOf(kind, practice, practice))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// MustFillAgenda puts n items of the author on the next-appointment list of a
// conversation, by one change, and returns them.
func MustFillAgenda(t testing.TB, db *store.DB, conversation, author uuid.UUID, n int) []agenda.Item {
	t.Helper()
	items := make([]agenda.Item, n)
	err := db.Conversations().Update(t.Context(), func(tx chat.Tx) error {
		found, err := tx.LockConversations(t.Context(), []uuid.UUID{conversation})
		if err != nil {
			return err
		}
		c := &found[0]
		c.Rev++
		c.AgendaRev = c.Rev
		for i := range items {
			id := uuid.New()
			items[i] = agenda.Item{
				ID: id, Text: message.Text(fmt.Sprint("item ", i+1)), TextID: id, Place: "V",
				Author: author, CreatedAt: time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC), Rev: c.Rev,
			}
		}
		if err := tx.UpdateAgendaItems(t.Context(), *c, items); err != nil {
			return err
		}
		if err := tx.Record(t.Context(), EventOf(audit.AgendaChange, c.Practice, c.ID)); err != nil {
			return err
		}
		return tx.UpdateConversations(t.Context(), found)
	})
	if err != nil {
		t.Fatal(err)
	}
	return items
}

// WrittenColumns lists the columns that hold what people wrote, such as
// messages.body.
func WrittenColumns() []string { return store.WrittenColumns() }
