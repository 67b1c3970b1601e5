package wire

import (
	"time"

	"github.com/google/uuid"

	"pleiades/shared/message"
)

// TicketKind says what a ticket is about.
type TicketKind string

// The kinds of tickets.
const (
	TicketProblem  TicketKind = "problem" // something does not work
	TicketQuestion TicketKind = "question"
	TicketAccount  TicketKind = "account" // getting in, or out
	TicketPrivacy  TicketKind = "privacy"
	TicketOther    TicketKind = "other"
)

// TicketKinds returns all kinds, in the order in which they are offered.
func TicketKinds() []TicketKind {
	return []TicketKind{TicketProblem, TicketQuestion, TicketAccount, TicketPrivacy, TicketOther}
}

// TicketStatus says where a ticket stands.
type TicketStatus string

// The statuses.
const (
	TicketOpen     TicketStatus = "open"     // an answer is due
	TicketAnswered TicketStatus = "answered" // the last word was the operator's
	TicketClosed   TicketStatus = "closed"   // nothing is due; whoever writes again opens it
)

// TicketStatuses returns all statuses, what is due first.
func TicketStatuses() []TicketStatus {
	return []TicketStatus{TicketOpen, TicketAnswered, TicketClosed}
}

// PutTicket asks those who run the service for help. Its ID is in the address.
type PutTicket struct {
	Kind        TicketKind   `json:"kind" enum:"problem,question,account,privacy,other"`
	Text        message.Text `json:"text" doc:"1 to 5,000 characters (code points after NFC and trimming)."`
	Diagnostics []Diagnostic `json:"diagnostics,omitempty" maxItems:"15" doc:"How the app stands on the device, as the person saw it and left it in; each code once."`
}

// PutTicketReply adds to a ticket. Its ID is in the address.
type PutTicketReply struct {
	Text message.Text `json:"text" doc:"1 to 5,000 characters."`
}

// Ticket is what someone asked of those who run the service, with all that was
// written since.
type Ticket struct {
	ID          uuid.UUID     `json:"id"`
	Kind        TicketKind    `json:"kind" enum:"problem,question,account,privacy,other"`
	Status      TicketStatus  `json:"status" enum:"open,answered,closed"`
	Text        message.Text  `json:"text"`
	Diagnostics []Diagnostic  `json:"diagnostics,omitempty"`
	Replies     []TicketReply `json:"replies,omitempty" doc:"Of both sides, in order."`
	CreatedAt   time.Time     `json:"createdAt"`
	UpdatedAt   time.Time     `json:"updatedAt"`
	// From is for operators alone.
	From *TicketFrom `json:"from,omitempty" doc:"Who asks. For operators alone."`
}

// TicketFrom says who wrote a ticket.
type TicketFrom struct {
	Account uuid.UUID    `json:"account,omitzero" doc:"Missing where it came without a login."`
	Name    message.Text `json:"name,omitempty" doc:"Of the account."`
	Email   message.Text `json:"email" doc:"Of the account, or as it was given; nobody has proven that it is theirs."`
}

// TicketReply is a word of either side to a ticket.
type TicketReply struct {
	ID      uuid.UUID    `json:"id"`
	Text    message.Text `json:"text"`
	Support bool         `json:"support,omitempty" doc:"From those who run the service."`
	At      time.Time    `json:"at"`
}

// Tickets are a person's own, the one that changed last first.
type Tickets struct {
	Tickets []Ticket `json:"tickets"`
}

// TicketSummary is what a list tells operators of a ticket: not what it says.
type TicketSummary struct {
	ID        uuid.UUID    `json:"id"`
	Kind      TicketKind   `json:"kind" enum:"problem,question,account,privacy,other"`
	Status    TicketStatus `json:"status" enum:"open,answered,closed"`
	Account   bool         `json:"account" doc:"It came from someone who was logged in."`
	CreatedAt time.Time    `json:"createdAt"`
	UpdatedAt time.Time    `json:"updatedAt"`
}

// TicketPage is a page of tickets for operators, the one that changed last
// first.
type TicketPage struct {
	Tickets []TicketSummary `json:"tickets"`
	Next    string          `json:"next,omitempty" doc:"As before, it gets the page after this one; missing on the last."`
}

// TicketChange sets where a ticket stands.
type TicketChange struct {
	Status TicketStatus `json:"status" enum:"open,closed"`
}

// Contact asks those who run the service for help, without a login.
type Contact struct {
	ID    uuid.UUID    `json:"id" doc:"Made by the device, best version 7: the same again changes nothing."`
	Email message.Text `json:"email" maxLength:"320" doc:"Where the answer is announced to: one address and nothing else."`
	Kind  TicketKind   `json:"kind" enum:"problem,question,account,privacy,other"`
	Text  message.Text `json:"text" doc:"1 to 5,000 characters."`
}

// Contacted answers Contact. It is the same whatever the address.
type Contacted struct {
	Received bool `json:"received"`
}

// ContactLink asks for a ticket by the link of a mail.
type ContactLink struct {
	Token string `json:"token" maxLength:"100"`
}

// ContactReply adds to a ticket by the link of a mail.
type ContactReply struct {
	Token string       `json:"token" maxLength:"100"`
	ID    uuid.UUID    `json:"id"`
	Text  message.Text `json:"text" doc:"1 to 5,000 characters."`
}

// TicketEvent announces that those who run the service have answered a ticket,
// or changed where it stands, to whoever wrote it.
type TicketEvent struct {
	ID     uuid.UUID    `json:"id"`
	Status TicketStatus `json:"status"`
}

// SealedReply is a PutTicketReply that waited on a device, with the ticket it
// adds to.
type SealedReply struct {
	Ticket uuid.UUID    `json:"ticket"`
	Text   message.Text `json:"text"`
}
