package chat

import (
	"context"

	"github.com/google/uuid"

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
	// ListMessages lists messages of the conversation, ascending by seq.
	ListMessages(ctx context.Context, c Conversation, r Range) ([]message.Message, error)

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

// Tx is a transaction that changes conversations.
type Tx interface {
	// LockConversations finds the conversations with the ids, leaving out those
	// that are not there, and keeps others from changing them until the
	// transaction ends. It locks in the order of the ids.
	LockConversations(ctx context.Context, ids []uuid.UUID) ([]Conversation, error)
	// UpdateConversations writes seq, rev and marks of the conversations.
	UpdateConversations(ctx context.Context, cs []Conversation) error

	// FindMessages finds the messages with the keys, leaving out those that
	// are not there.
	FindMessages(ctx context.Context, keys []MessageKey) ([]message.Message, error)
	CreateMessages(ctx context.Context, ms []NewMessage) error
	// CountMessages counts the sender's messages above the seq.
	CountMessages(ctx context.Context, c Conversation, sender uuid.UUID, above int64) (int64, error)
}

// MessageKey names a message for ever.
type MessageKey struct {
	Practice     uuid.UUID
	Conversation uuid.UUID
	ID           message.ID
}

// NewMessage is a message to store, with the practice it belongs to.
type NewMessage struct {
	Practice uuid.UUID
	message.Message
}
