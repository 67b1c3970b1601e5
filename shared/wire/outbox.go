package wire

import (
	"time"

	"github.com/google/uuid"
)

// Limits of one request to POST /outbox.
const (
	MaxOutbox     = 500     // envelopes
	MaxOutboxBody = 8 << 20 // bytes, which hold 6 MiB of envelopes in base64
)

// IngestKeys answers GET /ingest-keys.
type IngestKeys struct {
	Keys []IngestKey `json:"keys" doc:"The key to seal to comes first."`
}

// IngestKey is a public key that devices seal to: see package envelope.
type IngestKey struct {
	ID        uuid.UUID `json:"id"`
	PublicKey []byte    `json:"publicKey" doc:"HPKE, ML-KEM-768 with X25519: 1,216 bytes in base64."`
	CreatedAt time.Time `json:"createdAt"`
}

// RegisterDevice hands over the secret by which the envelopes of a device are
// known to be its own.
type RegisterDevice struct {
	Secret []byte `json:"secret" doc:"32 random bytes, sealed to an ingest key for the account, in base64."`
}

// RegisteredDevice answers RegisterDevice.
type RegisteredDevice struct {
	ID uuid.UUID `json:"id" doc:"The device of this login, to be named in the header of its envelopes."`
}

// PostOutbox hands over sealed envelopes, each in base64, in the order in which
// they were sealed.
type PostOutbox struct {
	Envelopes [][]byte `json:"envelopes" minItems:"1" maxItems:"500" doc:"Sealed envelopes in base64, in the order in which they were sealed; at most 6 MiB together."`
}

// OutboxAnswers answers PostOutbox: one answer for each envelope, in the same
// order.
type OutboxAnswers struct {
	Answers []OutboxAnswer `json:"answers"`
}

// OutboxAnswer says what became of an envelope.
type OutboxAnswer struct {
	Status OutboxStatus `json:"status" enum:"accepted,duplicate,rejected,retry"`
	Seq    int64        `json:"seq,omitempty" doc:"Of a message that is stored."`
	Rev    int64        `json:"rev,omitempty" doc:"Of the list, for a change of it, or of the conversation: with this rev, what was handed over shows."`
	Code   Code         `json:"code,omitempty" doc:"Why it was rejected, or has to come again: with internal nobody foresaw why, and it may never be taken."`
	Errors []string     `json:"errors,omitempty" doc:"More of why, as in a problem."`
}

// OutboxStatus says whether an envelope was taken in.
type OutboxStatus string

// The statuses.
const (
	OutboxAccepted  OutboxStatus = "accepted"  // stored now
	OutboxDuplicate OutboxStatus = "duplicate" // stored before
	// OutboxRejected is for good, save with CodeKeyExpired and CodeUnverified:
	// the device may seal anew. With CodeDeviceRevoked it wipes what it keeps.
	OutboxRejected OutboxStatus = "rejected"
	// OutboxRetry is to be handed over again later, in its order. With
	// CodePracticeSuspended that may be long.
	OutboxRetry OutboxStatus = "retry"
)
