package store

import (
	"context"
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/server/outbox"
	"pleiades/server/support"
	"pleiades/shared/wire"
)

// using is what uses a row within a transaction.
type using struct {
	accountsTx
	chat conversationsTx
}

// errUnused says that there was nothing to use.
var errUnused = errors.New("not used")

// uses are the ways in which the program writes rows anew or deletes them, by
// table. Those of WrittenOnce it never touches again.
var uses = map[string][]func(Forger) int{
	"practices": {use(func(ctx context.Context, t using, r practiceRow) error {
		since := t.now
		if r.SuspendedAt != 0 {
			since = time.Time{}
		}
		_, _, err := t.UpdateSuspension(ctx, r.ID, since)
		return err
	})},
	"accounts": {use(func(ctx context.Context, t using, r accountRow) error {
		return t.UpdateCredentials(ctx, account.Credentials{Account: r.ID, PasswordHash: r.PasswordHash + "x", Disabled: !r.Disabled})
	}), use(func(ctx context.Context, t using, r accountRow) error {
		_, err := t.UpdateEmail(ctx, r.ID, "new@example.test", r.ID[:])
		return err
	})},
	"memberships": {use(func(ctx context.Context, t using, r membershipRow) error {
		changed, err := t.UpdateReadReceipts(ctx, r.AccountID, !r.ReadReceipts)
		if err == nil && changed == nil {
			err = errUnused
		}
		return err
	}), use(func(ctx context.Context, t using, r membershipRow) error {
		return t.DeleteMembership(ctx, r.PracticeID, r.AccountID, r.Role)
	})},
	"conversations": {use(func(ctx context.Context, t using, r conversationRow) error {
		return withConversation(ctx, t, r.ID, func(c chat.Conversation) error { return t.chat.DestroyTexts(ctx, c, t.now) })
	})},
	"agenda_items": {use(func(ctx context.Context, t using, r agendaItemRow) error {
		return withConversation(ctx, t, r.ConversationID, func(c chat.Conversation) error {
			items, err := t.chat.FindAgendaItems(ctx, c, []uuid.UUID{r.ID})
			if err != nil || len(items) == 0 || items[0].Unreadable {
				return errors.Join(err, errUnused)
			}
			items[0].Rev++
			return t.chat.UpdateAgendaItems(ctx, c, items)
		})
	})},
	"availabilities": {use(func(ctx context.Context, t using, r availabilityRow) error {
		place, err := t.chat.LockWorkplace(ctx, r.PracticeID, r.TherapistID)
		if err != nil {
			return err
		}
		place.Terms.Version++
		place.Terms.Settings = []byte("{}")
		return t.chat.UpdateTerms(ctx, place)
	})},
	"closings": {use(func(ctx context.Context, t using, r closingRow) error {
		return withConversation(ctx, t, r.ConversationID, func(c chat.Conversation) error { return t.chat.EndClosing(ctx, c, t.now) })
	}), use(func(ctx context.Context, t using, r closingRow) error {
		reopened, err := t.ReopenConversation(ctx, r.PracticeID, r.ConversationID, t.now, t.now)
		if err == nil && !reopened {
			err = errUnused
		}
		return err
	})},
	"invitations": {use(func(ctx context.Context, t using, r invitationRow) error {
		_, err := t.UseInvitation(ctx, r.TokenHash, r.TherapistID, instant(r.ExpiresAt-1))
		return err
	}), use(func(ctx context.Context, t using, r invitationRow) error {
		_, err := t.DeleteInvitation(ctx, r.TherapistID, r.ID)
		return err
	})},
	"staff_invitations": {use(func(ctx context.Context, t using, r staffInvitationRow) error {
		_, err := t.UseStaffInvitation(ctx, r.TokenHash, uuid.New(), instant(r.ExpiresAt-1))
		return err
	}), use(func(ctx context.Context, t using, r staffInvitationRow) error {
		return t.DeleteStaffInvitations(ctx, r.PracticeID)
	})},
	"applications": {use(func(ctx context.Context, t using, r applicationRow) error {
		a, err := t.LockApplication(ctx, r.ID)
		if err != nil || a.Unreadable {
			return errors.Join(err, errUnused)
		}
		a.Words += "!"
		return t.UpdateApplication(ctx, a)
	})},
	"devices": {use(func(ctx context.Context, t using, r deviceRow) error {
		d, err := t.LockDevice(ctx, r.ID)
		if err != nil {
			return err
		}
		d.RevokedAt = t.now
		return t.UpdateDevice(ctx, d)
	})},
	"device_secrets": {use(func(ctx context.Context, t using, r secretRow) error {
		return outboxTx{t.accountsTx}.SaveSecret(ctx, r.DeviceID, uuid.Nil, outbox.DeviceSecret{CreatedAt: t.now}, 1)
	})},
	"passkeys": {use(func(ctx context.Context, t using, r passkeyRow) error {
		f, err := t.FindFactors(ctx, r.AccountID)
		if err != nil || len(f.Passkeys) == 0 {
			return errors.Join(err, errUnused)
		}
		return t.UpdatePasskey(ctx, f.Passkeys[0])
	}), use(func(ctx context.Context, t using, r passkeyRow) error { return t.DeletePasskey(ctx, r.ID) })},
	"totps": {use(func(ctx context.Context, t using, r totpRow) error {
		f, err := t.FindFactors(ctx, r.AccountID)
		if err != nil {
			return err
		}
		f.TOTP.LastStep++
		return t.SaveTOTP(ctx, r.AccountID, f.TOTP)
	}), use(func(ctx context.Context, t using, r totpRow) error {
		return t.SaveTOTP(ctx, r.AccountID, account.TOTP{})
	})},
	"recovery_codes": {use(func(ctx context.Context, t using, r recoveryCodeRow) error {
		_, err := t.UseRecoveryCode(ctx, r.AccountID, r.CodeHash, t.now)
		return err
	}), use(func(ctx context.Context, t using, r recoveryCodeRow) error {
		return t.ReplaceRecoveryCodes(ctx, r.AccountID, [][]byte{r.CodeHash}, t.now)
	})},
	"password_resets": {use(func(ctx context.Context, t using, r resetRow) error { return t.DeleteResets(ctx, r.AccountID) })},
	"tickets": {use(func(ctx context.Context, t using, r ticketRow) error {
		ticket, err := ticketsTx{t.accountsTx}.LockTicket(ctx, r.ID)
		if err != nil {
			return err
		}
		ticket.Status, ticket.UpdatedAt = wire.TicketClosed, t.now
		return ticketsTx{t.accountsTx}.UpdateTicket(ctx, ticket)
	})},
	"ticket_links": {use(func(ctx context.Context, t using, r ticketLinkRow) error {
		return ticketsTx{t.accountsTx}.CreateLink(ctx, support.Link{TokenHash: []byte(t.now.String()), Ticket: r.TicketID, ExpiresAt: t.now}, instant(r.ExpiresAt))
	})},
	"listings": {use(func(ctx context.Context, t using, r listingRow) error {
		return t.SaveListing(ctx, account.Listing{Practice: account.Practice{ID: r.PracticeID}, Therapist: r.TherapistID, Listed: true, Words: "New"})
	}), use(func(ctx context.Context, t using, r listingRow) error {
		return t.SaveListing(ctx, account.Listing{Practice: account.Practice{ID: r.PracticeID}, Therapist: r.TherapistID})
	})},
	"care_requests": {use(func(ctx context.Context, t using, r requestRow) error {
		request, err := t.LockRequest(ctx, r.ID)
		if err != nil {
			return err
		}
		request.Status, request.Conversation = wire.RequestAccepted, r.ID
		return t.UpdateRequest(ctx, request)
	}), use(func(ctx context.Context, t using, r requestRow) error {
		_, err := t.DeleteAnsweredRequests(ctx, instant(r.DecidedAt+1))
		return err
	}), use(func(ctx context.Context, t using, r requestRow) error { return t.DeleteRequest(ctx, r.ID) })},
	"ingest_keys": {use(func(ctx context.Context, t using, r ingestKeyRow) error {
		return outboxTx{t.accountsTx}.DeleteIngestKey(ctx, r.ID)
	})},
}

// WrittenOnce lists the guarded tables whose rows the program never writes anew
// or deletes.
func WrittenOnce() []string {
	return []string{"operators", "messages", "agenda_changes", "agreements", "agreement_acknowledgements", "ticket_replies"}
}

// Uses returns how many ways there are to use the rows of a table.
func Uses(table string) int { return len(uses[table]) }

// Use has the program use every row of a table in one of the ways, each in a
// transaction of its own, and returns how many it has used. What is not fit for
// use stays as it is.
func (f Forger) Use(table string, way int) int { return uses[table][way](f) }

// use returns what uses the rows of a table one after the other.
func use[R protected](do func(context.Context, using, R) error) func(Forger) int {
	return func(f Forger) (n int) {
		ctx := f.t.Context()
		var rows []R
		if err := f.tx.NewSelect().Model(&rows).Scan(ctx); err != nil {
			return 0
		}
		for _, row := range rows {
			practice, id, _ := row.protection()
			err := f.tx.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
				_, err := f.db.recordedIn(ctx, tx, func(tx bun.Tx, j *journal, seal sealer) error {
					t := using{accountsTx{tx, f.db.locking, f.db.logins, j, seal}, conversationsTx{tx, f.db.locking, f.db.logins, j, seal}}
					if err := do(ctx, t, row); err != nil {
						return err
					}
					f.told.believe(j)
					event := audit.Event{Kind: audit.SettingsChange, Practice: practice, Object: id, At: seal.now, Outcome: audit.Done}
					return j.Record(ctx, event)
				})
				return err
			})
			if err == nil {
				n++
			}
		}
		return n
	}
}

func withConversation(ctx context.Context, t using, id uuid.UUID, do func(chat.Conversation) error) error {
	found, err := t.chat.LockConversations(ctx, []uuid.UUID{id})
	if err != nil || len(found) == 0 {
		return errors.Join(err, errUnused)
	}
	return do(found[0])
}

// Told is what the log told last of each row.
type Told map[rowKey][32]byte

// MustTell reads what the log tells of rows.
func MustTell(t testing.TB, db *DB) Told {
	t.Helper()
	told := make(Told)
	err := db.EachEntry(t.Context(), func(e audit.Entry) error {
		event, err := e.Event()
		for _, row := range event.Rows {
			told[rowKey{e.Practice, row.Name}] = row.Digest
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return told
}

// Believing returns a program that does not look at what lies in the place of a
// row, but believes what the log told last: a mistake, for the tests to find.
func (f Forger) Believing(told Told) Forger {
	f.told = maps.Clone(told)
	return f
}

func (told Told) believe(j *journal) {
	if told == nil {
		return
	}
	for i := range j.changes {
		c := &j.changes[i]
		key := rowKey{c.practice, c.row.Name}
		c.row.Before = told[key]
		told[key] = c.row.Digest
	}
}
