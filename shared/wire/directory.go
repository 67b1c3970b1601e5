package wire

import (
	"time"

	"github.com/google/uuid"

	"pleiades/shared/availability"
	"pleiades/shared/message"
)

// Directory answers GET /directory: the therapists who chose to be in it, by
// name.
type Directory struct {
	Therapists []DirectoryEntry `json:"therapists"`
}

// DirectoryEntry is a therapist in the directory.
type DirectoryEntry struct {
	Practice  Practice     `json:"practice"`
	Therapist Person       `json:"therapist"`
	Words     message.Text `json:"words,omitempty" doc:"The therapist's own."`
	Accepting bool         `json:"accepting" doc:"They take requests now."`
	// Style and Promise are missing until the therapist has set them.
	Style   availability.Style    `json:"style,omitempty" doc:"How the therapist uses messages."`
	Promise *availability.Promise `json:"promise,omitempty" doc:"How soon they answer, in business hours."`
}

// Listings answers GET /directory/listings: one for each practice in which the
// caller is a therapist.
type Listings struct {
	Listings []Listing `json:"listings"`
}

// Listing is what a therapist shows of themselves in the directory.
type Listing struct {
	Practice Practice `json:"practice"`
	PutListing
}

// PutListing changes a Listing. One that is not listed keeps nothing else.
type PutListing struct {
	Listed    bool         `json:"listed" doc:"Whether clients see you in the directory."`
	Accepting bool         `json:"accepting" doc:"Whether you take requests now."`
	Words     message.Text `json:"words" maxLength:"2000" doc:"Your own, up to 400 characters; may be empty."`
}

// RequestStatus says what became of a request.
type RequestStatus string

// What becomes of a request.
const (
	RequestWaiting  RequestStatus = "waiting"
	RequestAccepted RequestStatus = "accepted" // there is a conversation
	RequestDeclined RequestStatus = "declined" // with a few words
)

// Requests answers GET /requests, each list the newest first.
type Requests struct {
	Sent     []CareRequest `json:"sent" doc:"Those of the caller, for 90 days after they were answered."`
	Received []CareRequest `json:"received" doc:"For therapists: those that wait for an answer."`
}

// CareRequest asks a therapist of the directory for a conversation.
type CareRequest struct {
	ID           uuid.UUID     `json:"id"`
	Practice     Practice      `json:"practice"`
	Client       Person        `json:"client"`
	Therapist    Person        `json:"therapist"`
	Note         message.Text  `json:"note"`
	Status       RequestStatus `json:"status" enum:"waiting,accepted,declined"`
	Answer       message.Text  `json:"answer,omitempty" doc:"The therapist's words, where they declined."`
	Conversation uuid.UUID     `json:"conversation,omitzero" doc:"Where they accepted."`
	CreatedAt    time.Time     `json:"createdAt"`
	DecidedAt    *time.Time    `json:"decidedAt,omitempty" doc:"Missing while it waits."`
}

// AskForCare makes a request.
type AskForCare struct {
	Practice  uuid.UUID    `json:"practice"`
	Therapist uuid.UUID    `json:"therapist"`
	Note      message.Text `json:"note" maxLength:"2000" doc:"1 to 500 characters."`
}

// DeclineRequest answers a request with a no.
type DeclineRequest struct {
	Words message.Text `json:"words" maxLength:"2000" doc:"1 to 500 characters, which the client reads."`
}

// AcceptedRequest answers POST /requests/{id}/accept.
type AcceptedRequest struct {
	Conversation uuid.UUID `json:"conversation"`
}

// Limits of what is written here, in characters.
const (
	MaxListingWords = 400
	MaxRequestNote  = 500
	// MaxOpenRequests is how many requests of one person may wait at once.
	MaxOpenRequests = 3
)
