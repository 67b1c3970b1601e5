package store

import (
	"strings"

	"pleiades/server/keyring"
)

// column is a column that holds what a person wrote. Its values are sealed.
type column struct {
	label string // table.column: part of what the seal covers, so never renamed
	scope func(place) keyring.Scope
}

// table returns the name of the column's table.
func (c column) table() string {
	table, _, _ := strings.Cut(c.label, ".")
	return table
}

// name returns the column's name within its table.
func (c column) name() string {
	_, name, _ := strings.Cut(c.label, ".")
	return name
}

// Whose data keys seal a column.
func ofPlatform(place) keyring.Scope       { return keyring.Platform }
func ofPractice(p place) keyring.Scope     { return keyring.Practice(p.practice) }
func ofConversation(p place) keyring.Scope { return keyring.Conversation(p.conversation) }

// The columns that hold what people wrote, their names and addresses, and what
// they log in with where it has to be known again. Every column of bytes or text
// is either here or in the list of the test beside this file that says what else
// it holds.
var (
	accountEmail        = column{"accounts.email", ofPlatform}
	accountName         = column{"accounts.name", ofPlatform}
	agendaBody          = column{"agenda_items.body", ofConversation}
	agreementContent    = column{"agreements.content", ofPractice}
	applicationDetails  = column{"applications.details", ofPlatform}
	applicationWords    = column{"applications.words", ofPlatform}
	availabilityTerms   = column{"availabilities.settings", ofPractice}
	closingNote         = column{"closings.note", ofConversation}
	ceremonyData        = column{"ceremonies.data", ofPlatform}
	emailChangeEmail    = column{"email_changes.email", ofPlatform}
	deviceName          = column{"devices.name", ofPlatform}
	deviceSecret        = column{"device_secrets.secret", ofPlatform}
	deviceUserAgent     = column{"devices.user_agent", ofPlatform}
	ingestSeed          = column{"ingest_keys.seed", ofPlatform}
	loginUserAgent      = column{"login_sessions.user_agent", ofPlatform}
	mailAddress         = column{"mails.address", ofPlatform}
	mailToken           = column{"mails.token", ofPlatform}
	messageBody         = column{"messages.body", ofConversation}
	passkeyCredential   = column{"passkeys.credential", ofPlatform}
	passkeyName         = column{"passkeys.name", ofPlatform}
	practiceName        = column{"practices.name", ofPractice}
	remarkBody          = column{"article_remarks.body", ofPlatform}
	signUpEmail         = column{"sign_ups.email", ofPlatform}
	signUpName          = column{"sign_ups.name", ofPlatform}
	replyBody           = column{"ticket_replies.body", ofPlatform}
	ticketAddress       = column{"tickets.address", ofPlatform}
	ticketBody          = column{"tickets.body", ofPlatform}
	ticketDiagnostics   = column{"tickets.diagnostics", ofPlatform}
	staffInvitationName = column{"staff_invitations.name", ofPractice}
	totpNewSecret       = column{"totps.new_secret", ofPlatform}
	totpSecret          = column{"totps.secret", ofPlatform}
	listingWords        = column{"listings.words", ofPractice}
	requestAnswer       = column{"care_requests.answer", ofPractice}
	requestNote         = column{"care_requests.note", ofPractice}
)

// writtenColumns lists them all.
func writtenColumns() []column {
	return []column{
		accountEmail,
		accountName,
		agendaBody,
		agreementContent,
		applicationDetails,
		applicationWords,
		availabilityTerms,
		ceremonyData,
		closingNote,
		deviceName,
		deviceSecret,
		deviceUserAgent,
		emailChangeEmail,
		ingestSeed,
		loginUserAgent,
		mailAddress,
		mailToken,
		messageBody,
		passkeyCredential,
		passkeyName,
		practiceName,
		remarkBody,
		replyBody,
		signUpEmail,
		signUpName,
		staffInvitationName,
		ticketAddress,
		ticketBody,
		ticketDiagnostics,
		totpNewSecret,
		totpSecret,
		listingWords,
		requestAnswer,
		requestNote,
	}
}

// WrittenColumns lists the labels of the columns that hold what people wrote, such
// as messages.body.
func WrittenColumns() []string {
	var labels []string
	for _, c := range writtenColumns() {
		labels = append(labels, c.label)
	}
	return labels
}
