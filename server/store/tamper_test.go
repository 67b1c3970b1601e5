package store_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/server/support"
	"pleiades/shared/message"
)

// readEverywhere reads everything that mustWriteEverywhere wrote, and counts how
// often the canary comes back in each column. What does not come back has to be
// told of in the way of its column, and must not keep the rest from being read.
func readEverywhere(t *testing.T, db *store.DB, made ...everywhere) map[string]int {
	t.Helper()
	count := make(map[string]int)
	word := func(label string, got message.Text) {
		t.Helper()
		switch {
		case strings.HasPrefix(string(got), canary):
			count[label]++
		case got != "\uFFFD":
			t.Errorf("%s: got %q, want the sign for what cannot be read", label, string(got))
		}
	}
	data := func(label string, got []byte) {
		t.Helper()
		if bytes.Contains(got, []byte(canary)) {
			count[label]++
		} else if got != nil {
			t.Errorf("%s: got %q, want nothing", label, got)
		}
	}
	text := func(label string, got message.Text, destroyed, unreadable bool) {
		t.Helper()
		if got == canary && !destroyed && !unreadable {
			count[label]++
		} else if got != "" || destroyed == unreadable {
			t.Errorf("%s: got %q, destroyed %t, unreadable %t", label, string(got), destroyed, unreadable)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, accounts, conversations := t.Context(), db.Accounts(), db.Conversations()
	practices, err := accounts.ListPractices(ctx)
	must(err)
	for _, p := range practices {
		word("practices.name", p.Name)
	}
	keys, err := db.Outbox().ListIngestKeys(ctx) // leaves out what does not open
	must(err)
	for _, key := range keys {
		data("ingest_keys.seed", key.Seed)
	}
	remarks, err := db.Feedback().ListRemarks(ctx)
	must(err)
	for _, r := range remarks {
		word("article_remarks.body", r.Text)
	}
	listed, err := db.Tickets().ListTickets(ctx, support.Filter{Limit: 10})
	must(err)
	for _, l := range listed {
		ticket, err := db.Tickets().FindTicket(ctx, l.ID)
		must(err)
		word("tickets.body", ticket.Text)
		word("ticket_replies.body", ticket.Replies[0].Text)
		if ticket.From.Account == uuid.Nil {
			word("tickets.address", ticket.From.Email)
		}
		for _, d := range ticket.Diagnostics {
			data("tickets.diagnostics", []byte(d.Value))
		}
	}
	applied, err := accounts.ListApplications(ctx, "", time.Time{}, 10)
	must(err)
	for _, a := range applied {
		word("applications.details", a.Name)
		word("applications.words", a.Words)
	}
	listings, err := accounts.ListDirectory(ctx, 10)
	must(err)
	for _, l := range listings {
		word("listings.words", l.Words)
	}
	for _, m := range made {
		invited, err := accounts.ListStaffInvitations(ctx, m.practice, time.Unix(0, 0))
		must(err)
		word("staff_invitations.name", invited[0].Name)
		requests, err := accounts.ListSentRequests(ctx, m.client, 10)
		must(err)
		for _, r := range requests {
			word("care_requests.note", r.Note)
			word("care_requests.answer", r.Answer)
		}
		sender, _, err := db.Outbox().FindSender(ctx, m.device)
		must(err)
		if sender.Secrets != nil { // else as if it had none
			data("device_secrets.secret", sender.Secrets[0].Secret[:])
		}
		for _, id := range []uuid.UUID{m.client, m.therapist} {
			person, err := accounts.FindAccount(ctx, id)
			must(err)
			word("accounts.name", person.Name)
			word("accounts.email", person.Email)
		}
		factors, err := accounts.FindFactors(ctx, m.client)
		if !errors.Is(err, account.ErrUnreadable) { // then nobody gets in, rather than with less
			must(err)
			data("totps.secret", factors.TOTP.Secret)
			data("totps.new_secret", factors.TOTP.NewSecret)
			data("passkeys.credential", factors.Passkeys[0].Credential)
			word("passkeys.name", factors.Passkeys[0].Name)
		}
		asked, err := accounts.FindSignUp(ctx, append(m.client[:], m.client[:]...))
		if !errors.Is(err, account.ErrUnreadable) { // then no account comes of it
			must(err)
			word("sign_ups.name", asked.Name)
			word("sign_ups.email", asked.Email)
		}
		change, err := accounts.FindEmailChange(ctx, m.client)
		if !errors.Is(err, account.ErrUnreadable) { // then it never takes effect
			must(err)
			word("email_changes.email", change.Email)
		}
		login, _, err := accounts.FindLogin(ctx, m.token, time.Unix(0, 0))
		must(err)
		word("login_sessions.user_agent", message.Text(login.UserAgent))
		device, err := accounts.FindDevice(ctx, m.device)
		must(err)
		word("devices.name", device.Name)
		word("devices.user_agent", message.Text(device.UserAgent))
		places, err := conversations.ListWorkplaces(ctx, m.therapist)
		must(err)
		data("availabilities.settings", places[0].Terms.Settings)
		c, err := conversations.FindConversation(ctx, m.conversation)
		must(err)
		data("agreements.content", c.Acknowledged.Content)
		word("closings.note", c.Closed.Note)
		items, err := agendaItems(ctx, db, c)
		must(err)
		for _, it := range items {
			text("agenda_items.body", it.Text, it.Destroyed, it.Unreadable)
		}
		messages, err := conversations.ListMessages(ctx, c.ID, chat.Range{Below: 10, Limit: 10}, anyone)
		must(err)
		for _, m := range messages {
			text("messages.body", m.Body, m.Destroyed, m.Unreadable)
		}
	}
	return count
}

// TestTampering changes what lies in each sealed column: such a value is never
// taken for what someone wrote, nobody gets an error for it, and everything
// else can still be read.
func TestTampering(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		db := storetest.MustOpenAgain(t, url)
		made := []everywhere{mustWriteEverywhere(t, db), mustWriteEverywhere(t, db)}
		whole := readEverywhere(t, db, made...)
		// What a passkey is asked, and what is sent, is gone once it was read,
		// whatever it says.
		written := slices.DeleteFunc(store.WrittenColumns(), func(label string) bool {
			return label == "ceremonies.data" || strings.HasPrefix(label, "mails.")
		})
		// Factors come together or not at all, and so does a sign-up.
		bound := func(a, b string) bool {
			isFactor := func(label string) bool {
				return strings.HasPrefix(label, "passkeys.") || strings.HasPrefix(label, "totps.")
			}
			isSignUp := func(label string) bool { return strings.HasPrefix(label, "sign_ups.") }
			return isFactor(a) && isFactor(b) || isSignUp(a) && isSignUp(b)
		}
		for _, label := range written {
			if whole[label] < 2 {
				t.Fatalf("%s: %d values come back, want two at least", label, whole[label])
			}
		}
		for i, label := range written {
			values := store.MustValues(t, db, label)
			check := func(name string, lost int) {
				t.Helper()
				got := readEverywhere(t, db, made...)
				for _, other := range written {
					if other != label && bound(other, label) {
						continue
					}
					want := whole[other]
					if other == label {
						want -= lost
					}
					if got[other] != want {
						t.Errorf("%s %s: %d values of %s come back, want %d", label, name, got[other], other, want)
					}
				}
			}
			// put changes a value, checks, and changes it back.
			put := func(name string, value []byte) {
				t.Helper()
				store.MustPut(t, db, label, values[0], value)
				check(name, 1)
				store.MustPut(t, db, label, value, values[0])
			}

			flipped := bytes.Clone(values[0])
			flipped[len(flipped)-1] ^= 1
			put("with a flipped bit", flipped)
			put("of another epoch", append([]byte{1, 0, 0, 0, 0}, values[0][5:]...))
			put("cut off", values[0][:20])
			put("in the clear", []byte("hello"))
			put("empty", []byte{})
			others := slices.Concat(written[i+1:], written[:i])
			if !strings.HasPrefix(url, "sqlite:") {
				others = others[:1] // values are opened by the same code
			}
			for _, other := range others {
				put("copied from "+other, store.MustValues(t, db, other)[0])
			}
			swap := func() {
				moment := []byte("for a moment")
				store.MustPut(t, db, label, values[0], moment)
				store.MustPut(t, db, label, values[1], values[0])
				store.MustPut(t, db, label, moment, values[1])
			}
			swap()
			check("swapped with another row's", 2)
			swap()
			check("as it was", 0)
		}
	})
}

// TestReplay puts back what was there before it was changed.
func TestReplay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		made := mustWriteEverywhere(t, db)
		before := map[string][]byte{}
		for _, label := range []string{"agenda_items.body", "availabilities.settings"} {
			before[label] = store.MustValues(t, db, label)[0]
		}
		err := db.Conversations().Update(t.Context(), func(tx chat.Tx) error {
			ctx := t.Context()
			place, err := tx.LockWorkplace(ctx, made.practice, made.therapist)
			if err != nil {
				return err
			}
			place.Terms.Version++
			found, err := tx.LockConversations(ctx, []uuid.UUID{made.conversation})
			if err != nil {
				return err
			}
			items, err := agendaItems(ctx, db, found[0])
			if err != nil {
				return err
			}
			items[0].Rev++
			return errors.Join(tx.UpdateTerms(ctx, place), tx.UpdateAgendaItems(ctx, found[0], items), tx.Record(ctx, storetest.EventOf(audit.AgendaChange, made.practice, made.conversation)))
		})
		if err != nil {
			t.Fatal(err)
		}
		for label, old := range before {
			now := store.MustValues(t, db, label)[0]
			if got := readEverywhere(t, db, made)[label]; got != 1 {
				t.Errorf("%s: %d values come back, want 1", label, got)
			}
			store.MustPut(t, db, label, now, old)
			if got := readEverywhere(t, db, made)[label]; got != 0 {
				t.Errorf("%s: what was there before is taken", label)
			}
			store.MustPut(t, db, label, old, now)
		}
	})
}

// TestKeepUnreadable writes anew what does not open: what is stored stays as it
// is, so that a backup or the key can still bring it back.
func TestKeepUnreadable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, made := t.Context(), mustWriteEverywhere(t, db)
		before := make(map[string][]byte)
		for _, label := range []string{"devices.name", "devices.user_agent", "passkeys.name", "applications.details"} {
			whole := store.MustValues(t, db, label)[0]
			before[label] = bytes.Clone(whole)
			before[label][len(whole)-1] ^= 1
			store.MustPut(t, db, label, whole, before[label])
		}
		applied, err := db.Accounts().ListApplications(ctx, "", time.Time{}, 1)
		if err != nil {
			t.Fatal(err)
		}
		err = db.Accounts().Update(ctx, func(tx account.Tx) error {
			device, err := tx.LockDevice(ctx, made.device)
			if err != nil {
				return err
			}
			factors, err := tx.FindFactors(ctx, made.client)
			if err != nil {
				return err
			}
			application, err := tx.LockApplication(ctx, applied[0].ID)
			if err != nil {
				return err
			}
			if !application.Unreadable {
				t.Error("the application looks readable")
			}
			return errors.Join(
				tx.UpdateDevice(ctx, device), tx.UpdatePasskey(ctx, factors.Passkeys[0]), tx.UpdateApplication(ctx, application),
				tx.Record(ctx, storetest.EventOf(audit.DeviceChange, uuid.Nil, made.device)))
		})
		if err != nil {
			t.Fatal(err)
		}
		for label, want := range before {
			if !bytes.Equal(store.MustValues(t, db, label)[0], want) {
				t.Errorf("%s was written over", label)
			}
		}
	})
}
