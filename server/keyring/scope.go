package keyring

import (
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Scope is what shares data keys: a conversation, a practice, or the platform
// for what belongs to neither. It begins the names of its keys.
type Scope string

// Platform is the scope of what belongs to no practice, such as people's names.
const Platform Scope = "platform"

// Practice returns the scope of a practice.
func Practice(id uuid.UUID) Scope { return Scope("practice/" + id.String()) }

// Conversation returns the scope of a conversation.
func Conversation(id uuid.UUID) Scope { return Scope("conversation/" + id.String()) }

// Epoch numbers the data keys of a scope. A new one begins with every year in
// UTC, and within a year with every 2^20 places of a conversation, so that no
// key seals more than is wise with random nonces (NIST SP 800-38D, section 8.3,
// allows 2^32).
type Epoch uint32

const (
	placeBits = 20 // of a seq within an epoch
	partBits  = 16 // of an Epoch, below the year
)

// EpochAt returns the epoch of what was accepted at a moment, at the seq of its
// conversation, 0 where it has none.
func EpochAt(at time.Time, seq int64) Epoch {
	const last = 1<<partBits - 1
	year := min(max(at.UTC().Year(), 0), last)
	part := min(max(seq>>placeBits, 0), last)
	return Epoch(year)<<partBits | Epoch(part) // #nosec G115 -- neither is more than last
}

// String returns the year and the part of it, such as 2026.0.
func (e Epoch) String() string { return fmt.Sprintf("%d.%d", e>>partBits, e&(1<<partBits-1)) }

// KeyName returns the name of a data key, such as conversation/ID/2026.0.
func KeyName(s Scope, e Epoch) string { return string(s) + "/" + e.String() }
