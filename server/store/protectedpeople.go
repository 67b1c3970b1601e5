package store

import (
	"github.com/google/uuid"

	"pleiades/server/audit"
)

// What people log in with belongs to no practice. When a device or a passkey was
// used last is left out: it changes too often, and nothing depends on it.

func (r accountRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return uuid.Nil, r.ID, protect(uuid.Nil, "accounts", []any{r.ID},
		r.Name, r.Email, r.EmailIndex, r.PasswordHash, r.Disabled, r.CreatedAt)
}

func (r operatorRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return uuid.Nil, r.AccountID, protect(uuid.Nil, "operators", []any{r.AccountID}, r.CreatedAt)
}

func (r deviceRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return uuid.Nil, r.ID, protect(uuid.Nil, "devices", []any{r.ID}, r.AccountID, r.TokenHash, r.CreatedAt, r.RevokedAt)
}

func (r secretRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return uuid.Nil, r.DeviceID, protect(uuid.Nil, "device_secrets", []any{r.DeviceID, r.CreatedAt}, r.Secret)
}

func (r passkeyRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return uuid.Nil, r.ID, protect(uuid.Nil, "passkeys", []any{r.ID}, r.AccountID, r.CredentialHash, r.Credential, r.Name, r.CreatedAt)
}

func (r totpRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return uuid.Nil, r.AccountID, protect(uuid.Nil, "totps", []any{r.AccountID}, r.Secret, r.LastStep, r.CreatedAt, r.NewSecret)
}

func (r recoveryCodeRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return uuid.Nil, r.AccountID, protect(uuid.Nil, "recovery_codes", []any{r.AccountID, r.CodeHash}, r.CreatedAt, r.UsedAt)
}

func (r resetRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return uuid.Nil, r.AccountID, protect(uuid.Nil, "password_resets", []any{r.TokenHash},
		r.AccountID, r.ByOperator, r.CreatedAt, r.ExpiresAt, r.PasswordHash, r.EffectiveAt, r.DeviceID)
}

func (r ingestKeyRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return uuid.Nil, r.ID, protect(uuid.Nil, "ingest_keys", []any{r.ID}, r.Seed, r.CreatedAt)
}

func (r invitationRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	rest := []any{r.TokenHash, r.TherapistID, r.CreatedAt, r.ExpiresAt, r.UsedAt, r.UsedBy}
	if r.CodeHash != nil { // what was recorded before there were codes stays as it was
		rest = append(rest, r.CodeHash)
	}
	return r.PracticeID, r.ID, protect(r.PracticeID, "invitations", []any{r.ID}, rest...)
}

func (r staffInvitationRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return r.PracticeID, r.ID, protect(r.PracticeID, "staff_invitations", []any{r.ID},
		r.TokenHash, r.Roles, r.Name, r.InviterID, r.CreatedAt, r.ExpiresAt, r.UsedAt, r.UsedBy)
}

func (r applicationRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return uuid.Nil, r.ID, protect(uuid.Nil, "applications", []any{r.ID},
		string(r.Status), r.Details, string(r.Reason), r.Words, r.TokenHash, r.ToldUntil, r.FoundedID, r.CreatedAt, r.DecidedAt)
}

func (r listingRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return r.PracticeID, r.TherapistID, protect(r.PracticeID, "listings", []any{r.TherapistID}, r.Accepting, r.Words)
}

func (r requestRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return r.PracticeID, r.ID, protect(r.PracticeID, "care_requests", []any{r.ID},
		r.ClientID, r.TherapistID, r.Note, string(r.Status), r.Answer, r.ConversationID, r.CreatedAt, r.DecidedAt)
}

func (r ticketRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return uuid.Nil, r.ID, protect(uuid.Nil, "tickets", []any{r.ID},
		r.AccountID, r.Address, string(r.Kind), string(r.Status), r.Body, r.Diagnostics, r.CreatedAt, r.UpdatedAt)
}

func (r ticketReplyRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return uuid.Nil, r.TicketID, protect(uuid.Nil, "ticket_replies", []any{r.TicketID, r.ID},
		r.Number, r.AuthorID, r.Support, r.Body, r.CreatedAt)
}

func (r ticketLinkRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return uuid.Nil, r.TicketID, protect(uuid.Nil, "ticket_links", []any{r.TokenHash}, r.TicketID, r.ExpiresAt)
}

// keyName is a wrapped key, as far as the log protects it: that it is there.
// What it is wrapped as changes with each rotation, and does not open elsewhere.
type keyName struct {
	practice, conversation uuid.UUID
	name                   string
}

// keyTable begins the names of such rows.
const keyTable = "wrapped_keys/"

func (k keyName) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return k.practice, k.conversation, k.row()
}

func (r wrappedKeyRow) protection() (uuid.UUID, uuid.UUID, audit.Row) {
	return keyName{name: r.Name}.protection()
}

func (k keyName) row() audit.Row {
	return audit.Row{Name: keyTable + k.name, Digest: audit.Digest([]byte(keyTable), []byte(k.name))}
}
