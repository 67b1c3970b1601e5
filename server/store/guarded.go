package store

import (
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/audit"
)

// guarded is a table whose rows the log protects.
type guarded struct {
	name string
	// since is the version of the rules since which its rows are protected.
	since int64
	// rules is the version of the rules since which its rows are protected as they
	// are now. A log that follows older ones is extended, see extendLog.
	rules    int64
	practice string   // the column with the practice; empty if its rows belong to none
	key      []string // the columns that name a row, as protection does
	model    func() protected
	// older names and digests a row as the rules between since and rules did, nil if
	// there were none.
	older func(protected) audit.Row
}

// logRules is the newest version of the rules: that of every log which begins
// now. Raise it with each table that is added, or whose digests change.
const logRules = 2

// guardedTables lists them all.
func guardedTables() []guarded {
	return []guarded{
		{"practices", 1, 1, "id", []string{"id"}, func() protected { return new(practiceRow) }, nil},
		{"memberships", 1, 2, "practice_id", []string{"account_id", "role"}, func() protected { return new(membershipRow) }, olderMembership},
		{"conversations", 1, 2, "practice_id", []string{"id"}, func() protected { return new(conversationRow) }, olderConversation},
		{"messages", 1, 1, "practice_id", []string{"conversation_id", "seq"}, func() protected { return new(messageRow) }, nil},
		{"agenda_items", 1, 1, "practice_id", []string{"conversation_id", "id"}, func() protected { return new(agendaItemRow) }, nil},
		{"agenda_changes", 1, 1, "practice_id", []string{"conversation_id", "id"}, func() protected { return new(agendaChangeRow) }, nil},
		{"availabilities", 1, 1, "practice_id", []string{"therapist_id"}, func() protected { return new(availabilityRow) }, nil},
		{"agreements", 1, 1, "practice_id", []string{"therapist_id", "version"}, func() protected { return new(agreementRow) }, nil},
		{"agreement_acknowledgements", 1, 1, "practice_id", []string{"conversation_id", "version", "text_version"},
			func() protected { return new(acknowledgementRow) }, nil},
		{"invitations", 2, 2, "practice_id", []string{"id"}, func() protected { return new(invitationRow) }, nil},
		{"staff_invitations", 1, 1, "practice_id", []string{"id"}, func() protected { return new(staffInvitationRow) }, nil},
		{"applications", 1, 1, "", []string{"id"}, func() protected { return new(applicationRow) }, nil},
		{"accounts", 2, 2, "", []string{"id"}, func() protected { return new(accountRow) }, nil},
		{"operators", 2, 2, "", []string{"account_id"}, func() protected { return new(operatorRow) }, nil},
		{"devices", 2, 2, "", []string{"id"}, func() protected { return new(deviceRow) }, nil},
		{"device_secrets", 2, 2, "", []string{"device_id", "created_at"}, func() protected { return new(secretRow) }, nil},
		{"passkeys", 2, 2, "", []string{"id"}, func() protected { return new(passkeyRow) }, nil},
		{"totps", 2, 2, "", []string{"account_id"}, func() protected { return new(totpRow) }, nil},
		{"recovery_codes", 2, 2, "", []string{"account_id", "code_hash"}, func() protected { return new(recoveryCodeRow) }, nil},
		{"password_resets", 2, 2, "", []string{"token_hash"}, func() protected { return new(resetRow) }, nil},
		{"ingest_keys", 2, 2, "", []string{"id"}, func() protected { return new(ingestKeyRow) }, nil},
		{"closings", 1, 1, "practice_id", []string{"conversation_id", "rev"}, func() protected { return new(closingRow) }, nil},
		{"listings", 2, 2, "practice_id", []string{"therapist_id"}, func() protected { return new(listingRow) }, nil},
		{"care_requests", 2, 2, "practice_id", []string{"id"}, func() protected { return new(requestRow) }, nil},
		{"tickets", 2, 2, "", []string{"id"}, func() protected { return new(ticketRow) }, nil},
		{"ticket_replies", 2, 2, "", []string{"ticket_id", "id"}, func() protected { return new(ticketReplyRow) }, nil},
		{"ticket_links", 2, 2, "", []string{"token_hash"}, func() protected { return new(ticketLinkRow) }, nil},
	}
}

// guardedKeys are the wrapped keys, as far as the log protects them. Any chain can
// tell of them, so that they are verified by another way than guarded tables.
func guardedKeys() guarded {
	return guarded{name: "wrapped_keys", since: 2, rules: 2, key: []string{"name"}, model: func() protected { return new(wrappedKeyRow) }}
}

// history tells since when which tables are protected. Builds came to protect what
// people log in with before rules had versions; how operators are made had come
// just before.
func history() audit.History {
	h := audit.History{
		Since: make(map[string]int64),
		Unnumbered: []string{
			"invitations", "accounts", "operators", "devices", "device_secrets", "passkeys", "totps", "recovery_codes", "password_resets", "ingest_keys",
		},
	}
	for _, table := range append(guardedTables(), guardedKeys()) {
		h.Since[table.name] = table.since
	}
	return h
}

// of selects the rows of a practice, or of none, if the table can hold any.
func (g guarded) of(db bun.IDB, practice uuid.UUID) (rows *bun.SelectQuery, any bool) {
	q := db.NewSelect().Table(g.name)
	if g.practice == "" {
		return q, practice == uuid.Nil
	}
	return q.Where("? = ?", bun.Ident(g.practice), practice), true
}

// olderMembership is without the choice to show read marks.
func olderMembership(p protected) audit.Row {
	r := p.(*membershipRow)
	return protect(r.PracticeID, "memberships", []any{r.AccountID, string(r.Role)}, r.CreatedAt)
}

// olderConversation is without whether its texts were destroyed.
func olderConversation(p protected) audit.Row {
	r := p.(*conversationRow)
	return protect(r.PracticeID, "conversations", []any{r.ID}, r.ClientID, r.TherapistID, r.CreatedAt)
}
