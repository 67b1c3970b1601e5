// Package message owns what a message is: its identity, its limits, the rules
// it must keep to be accepted, and the words for where it stands. The browser
// and the server run the same code, so a message that passes here passes there.
//
// It must not do I/O, and it gives no advice: advice is guidance.
package message

import (
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
)

// ID names a message. It is any UUID, made by the sender's device (version 7,
// so that ids sort by when they were made), unique within its conversation for
// ever, and the key that makes sending again harmless.
type ID = uuid.UUID

// NewID makes a version 7 ID (RFC 9562, section 5.7) with randomness from r.
func NewID(r io.Reader) (ID, error) {
	id, err := uuid.NewV7FromReader(r)
	if err != nil {
		return ID{}, fmt.Errorf("make message id: %w", err)
	}
	return id, nil
}

// ParseID reads an ID in its canonical form: 36 characters, hyphens in place,
// upper or lower case. The other forms that the uuid package would read are
// refused, so that one id has one spelling in addresses.
func ParseID(s string) (ID, error) {
	if len(s) != 36 {
		return ID{}, fmt.Errorf("parse id: want 36 characters, got %d", len(s))
	}
	id, err := uuid.Parse(s)
	if err != nil {
		return ID{}, fmt.Errorf("parse id: %w", err)
	}
	return id, nil
}

// Draft is a message as its sender hands it over.
type Draft struct {
	ID        ID
	Body      Text
	WrittenAt time.Time // by the sender's own clock: shown, never relied on for order
}

// Message is a message as the server stored it. It never changes.
type Message struct {
	ID           ID
	Conversation uuid.UUID
	Seq          int64 // place in its conversation, from 1, without gaps
	Sender       uuid.UUID
	Body         Text
	WrittenAt    time.Time
	AcceptedAt   time.Time // by the server's clock
	Late         bool      // see Late

	// At most one of these is set. Then the body is empty: it cannot be read
	// any more.
	Destroyed  bool // its key was destroyed, on purpose
	Unreadable bool // what is stored was changed or damaged
}

// Status says where a message stands, in the words used everywhere.
type Status string

// The statuses, in the order a message goes through them. Waiting and Rejected
// are known on the sender's device alone.
const (
	StatusDraft     Status = "draft"     // being written
	StatusWaiting   Status = "waiting"   // queued on the device until there is a connection
	StatusSent      Status = "sent"      // stored by the server
	StatusDelivered Status = "delivered" // a device of the other person has it
	StatusRead      Status = "read"      // the other person opened it, where they chose to say so
	StatusRejected  Status = "rejected"  // the server will not take it; the text is given back
)
