package wire

import (
	"github.com/google/uuid"

	"pleiades/shared/agenda"
	"pleiades/shared/availability"
)

// EventType names a kind of event on the stream GET /events.
type EventType string

// The events. Each is a hint of a change already committed; a device that
// missed one heals by Sync.
const (
	EventMessage      EventType = "message"      // MessageEvent
	EventRead         EventType = "read"         // ReadEvent
	EventConversation EventType = "conversation" // Conversation, as the receiver sees it, without Availability
	EventAgenda       EventType = "agenda"       // AgendaEvent
	EventAvailability EventType = "availability" // AvailabilityEvent
	EventSecurity     EventType = "security"     // SecurityEvent
	EventTicket       EventType = "ticket"       // TicketEvent
	EventRequest      EventType = "request"      // no data: your requests for care changed, GET /requests has them
	EventLoginEnded   EventType = "login-ended"  // no data: the login is over, the stream closes
	EventResync       EventType = "resync"       // no data: some events are gone, call Sync once
	EventHeartbeat    EventType = "heartbeat"    // no data, every 25 seconds: the connection holds
)

// MessageEvent announces a stored message to everyone in the conversation,
// its sender's other devices too.
type MessageEvent struct {
	Conversation uuid.UUID `json:"conversation"`
	Rev          int64     `json:"rev"`
	Message      Message   `json:"message"`
}

// ReadEvent announces how far someone has read. It goes to that person's own
// devices always, and to the other person where read marks are shown.
type ReadEvent struct {
	Conversation uuid.UUID `json:"conversation"`
	Rev          int64     `json:"rev"`
	Account      uuid.UUID `json:"account"`
	Seq          int64     `json:"seq"`
}

// AgendaEvent announces items of a next-appointment list that changed, removed
// ones included.
type AgendaEvent struct {
	Conversation uuid.UUID     `json:"conversation"`
	Rev          int64         `json:"rev"`
	Items        []agenda.Item `json:"items"`
}

// AvailabilityEvent announces that a therapist has changed how and when they
// answer. It goes to the client of each conversation, and to the therapist.
type AvailabilityEvent struct {
	Conversation uuid.UUID             `json:"conversation"`
	Rev          int64                 `json:"rev"`
	Style        availability.Style    `json:"style"`
	Availability *availability.Outlook `json:"availability"`
	Agreement    *Agreement            `json:"agreement"`
}
