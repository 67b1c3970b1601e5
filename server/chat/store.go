package chat

import (
	"context"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/shared/agenda"
	"pleiades/shared/message"
)

// Store keeps conversations and messages. Its methods return ErrNotFound where
// the one asked for is not there, and ErrUnavailable or ErrStorageFull where
// the database fails in that way.
type Store interface {
	FindConversation(ctx context.Context, id uuid.UUID) (Conversation, error)
	// ListConversations lists the conversations that the account takes part
	// in, by id.
	ListConversations(ctx context.Context, account uuid.UUID) ([]Conversation, error)
	// ListMessages lists messages of the conversation with the id, ascending by
	// seq. Before it opens any, it asks may, which is given what the conversation
	// is by itself: no names, terms, counts or marks.
	ListMessages(ctx context.Context, id uuid.UUID, r Range, may func(Conversation) error) ([]message.Message, error)
	// ListMissed lists the messages of each stretch, ascending by seq, in the
	// order of the stretches.
	ListMissed(ctx context.Context, missed []Stretch) ([][]message.Message, error)
	// ListAgendaItems lists, for each of the lists, the items of the
	// conversation's next-appointment list whose rev is above the one given,
	// removed ones included, in no order.
	ListAgendaItems(ctx context.Context, lists []AgendaSince) ([][]agenda.Item, error)
	// ListOpenings lists who looked at the conversation and when, the newest
	// first, at most as many as the limit says.
	ListOpenings(ctx context.Context, c Conversation, limit int) ([]Opening, error)
	// ListWorkplaces lists the practices in which the account is a therapist,
	// in the order in which it came to them.
	ListWorkplaces(ctx context.Context, account uuid.UUID) ([]Workplace, error)

	// Update runs do in one transaction, committed if do returns nil. When
	// Update returns nil, the changes are on disk.
	Update(ctx context.Context, do func(Tx) error) error
}

// Range is a stretch of a conversation.
type Range struct {
	Above  int64 // seqs above this
	Below  int64 // seqs below this
	Limit  int   // messages at most
	Newest bool  // the newest of the stretch, not the oldest, if Limit cuts it
}

// Stretch is the messages of a conversation between two seqs.
type Stretch struct {
	Conversation Conversation
	Above        int64 // seqs above this
	Below        int64 // seqs below this
}

// AgendaSince is what changed in a next-appointment list after a rev.
type AgendaSince struct {
	Conversation Conversation
	Above        int64
}

// Tx is a transaction that changes conversations.
type Tx interface {
	// LockConversations finds the conversations with the ids, leaving out those
	// that are not there, and keeps others from changing them until the
	// transaction ends. It locks in the order of the ids.
	LockConversations(ctx context.Context, ids []uuid.UUID) ([]Conversation, error)
	// LockForMessages is LockConversations for those that drafts are for, one or
	// more, without what messages do not depend on: names, terms, and of a closing
	// all but that there is one. It finds what there is of the drafts already, too,
	// and the logins they are sent by. It may lock what Record needs: nothing else is
	// locked after it.
	LockForMessages(ctx context.Context, drafts []Wanted) (Found, error)
	// CreateWithdrawal notes that a draft for a conversation of the practice, which is
	// locked, was withdrawn; once is enough. Of each author so many are kept, the
	// newest.
	CreateWithdrawal(ctx context.Context, practice uuid.UUID, of DraftKey, at time.Time, keep int) error
	// UpdateConversations writes seq, revs, marks and acknowledgements of the
	// conversations.
	UpdateConversations(ctx context.Context, cs []Conversation) error

	// FindMessages finds the messages with the keys, leaving out those that
	// are not there.
	FindMessages(ctx context.Context, keys []MessageKey) ([]message.Message, error)
	CreateMessages(ctx context.Context, ms []NewMessage) error
	// CountMessages counts the sender's messages above the seq.
	CountMessages(ctx context.Context, c Conversation, sender uuid.UUID, above int64) (int64, error)

	// DestroyTexts destroys the keys of the conversation's texts, which are told
	// of as destroyed from then on.
	DestroyTexts(ctx context.Context, c Conversation, at time.Time) error

	agendaTx
	termsTx

	// CreateClosing closes a conversation that is open and locked.
	CreateClosing(ctx context.Context, c Conversation, closing Closing) error
	// EndClosing opens a conversation that is closed and locked.
	EndClosing(ctx context.Context, c Conversation, at time.Time) error

	// Record adds events to the log, in the same transaction: when it commits
	// they are there, and only then.
	Record(ctx context.Context, events ...audit.Event) error
	// ListConcerned lists the practices that an attempt of an account on a
	// practice concerns, each once: those it belongs to, and that one, if it is
	// there.
	ListConcerned(ctx context.Context, account, practice uuid.UUID) ([]audit.Concern, error)
	// Recorded reports whether the log holds an event of the kind, by the actor
	// on the conversation, after since. The kind is ConversationOpen or
	// AccessDeny; the conversation is locked.
	Recorded(ctx context.Context, kind audit.Kind, c Conversation, actor uuid.UUID, since time.Time) (bool, error)
}

// agendaTx changes the next-appointment list of a conversation that is locked.
type agendaTx interface {
	// CreateAgendaChange reports false, and creates nothing, if the id is taken.
	CreateAgendaChange(ctx context.Context, c Conversation, change AgendaChange) (created bool, err error)
	FindAgendaChange(ctx context.Context, c Conversation, id uuid.UUID) (AgendaChange, error)
	// FindAgendaItems finds the items with the ids, leaving out those that are
	// not there.
	FindAgendaItems(ctx context.Context, c Conversation, ids []uuid.UUID) ([]agenda.Item, error)
	// CountAgendaItems counts the items that are not removed.
	CountAgendaItems(ctx context.Context, c Conversation) (int, error)
	// UpdateAgendaItems writes the items, whether or not they were there.
	UpdateAgendaItems(ctx context.Context, c Conversation, items []agenda.Item) error
}

// termsTx changes what therapists set and what clients acknowledged.
type termsTx interface {
	// LockWorkplace finds the practice if the account is a therapist there, and
	// keeps others from changing the terms until the transaction ends. A
	// workplace is locked before its conversations.
	LockWorkplace(ctx context.Context, practice, therapist uuid.UUID) (Workplace, error)
	// UpdateTerms writes the terms of the workplace.
	UpdateTerms(ctx context.Context, w Workplace) error
	// ListConversationsAt lists the ids of the therapist's conversations at the
	// workplace.
	ListConversationsAt(ctx context.Context, w Workplace) ([]uuid.UUID, error)
	CreateAgreement(ctx context.Context, w Workplace, a Agreement) error
	// CreateAcknowledgement reports false, and creates nothing, if the versions
	// were acknowledged before.
	CreateAcknowledgement(ctx context.Context, c Conversation, a Acknowledgement) (created bool, err error)
}

// MessageKey names a message for ever.
type MessageKey struct {
	Practice     uuid.UUID
	Conversation uuid.UUID
	ID           message.ID
}

// DraftKey names a draft by its author, and the conversation that it is for.
type DraftKey struct {
	Conversation uuid.UUID
	ID           message.ID
	Author       uuid.UUID
}

// Wanted is a draft to store.
type Wanted struct {
	DraftKey
	// TokenHash names the login that the author claims to send it by, nil for an
	// author who is known.
	TokenHash []byte
}

// Found is what there is of drafts to store, and beside them.
type Found struct {
	Conversations []Conversation
	Taken         []MessageKey // whose ids are those of messages
	Withdrawn     []DraftKey
	// Logins are those of accounts that are not disabled, by the hashes of their
	// tokens.
	Logins map[string]Login
}

// Login is a login session.
type Login struct {
	Account              uuid.UUID
	Stage                permit.Stage
	LastActAt, ExpiresAt time.Time
}

// NewMessage is a message to store, with the practice it belongs to.
type NewMessage struct {
	Practice uuid.UUID
	message.Message
}
