// Package wire owns what travels between the app and the server: requests,
// answers, events and error codes, as JSON. It holds data only. A change here
// is a change of the outward contract: grow it by adding.
//
// Field tags other than json describe the API to its readers: the server makes
// its OpenAPI document from them.
package wire

import (
	"time"

	"github.com/google/uuid"

	"pleiades/shared/agenda"
	"pleiades/shared/availability"
	"pleiades/shared/message"
)

// Version is the protocol version, sent by the app in the header HeaderVersion.
// A server accepts its own version and the one before; it answers a newer one
// with CodeProtocolNewer, which the app takes as "later", never as "rejected".
//
// Version 1: the first.
const Version = 1

// Headers of our own.
const (
	// HeaderVersion carries the protocol version of a request. A request
	// without it is taken to speak the server's own.
	HeaderVersion = "Pleiades-Protocol"
	// HeaderAccount names the account a request is made for. The server refuses
	// with CodeWrongAccount to act as anyone else, so that a tab never acts in
	// the name of another person who has logged in on the same device since.
	HeaderAccount = "Pleiades-Account"
)

// Role says what a person is in a practice.
type Role string

// The roles of a practice.
const (
	RoleClient    Role = "client"
	RoleTherapist Role = "therapist"
	RoleAdmin     Role = "admin"
	RoleOwner     Role = "owner" // an admin who also decides who has which role
)

// Person is someone as others in the practice see them.
type Person struct {
	ID   uuid.UUID    `json:"id"`
	Name message.Text `json:"name"`
}

// Practice is a practice as its members see it.
type Practice struct {
	ID   uuid.UUID    `json:"id"`
	Name message.Text `json:"name"`
	Demo bool         `json:"demo,omitempty" doc:"A practice made up to try the product; nothing in it is real."`
	// Suspended says that nothing new is written there, and nobody joins.
	Suspended bool `json:"suspended,omitempty" doc:"What is there can be read; nothing new is written, and nobody joins, until it is resumed."`
	// LockWithin bounds what its people choose for their devices, see Account.LockWithin.
	LockWithin int `json:"lockWithin,omitempty" minimum:"1" maximum:"15" doc:"The most minutes without an act after which its people's devices lock: 15 where it does not say."`
}

// The minutes without an act after which a device locks: people choose between
// these, and practices how many are the most.
const (
	MinLockAfter = 1
	MaxLockAfter = 15
)

// Membership is a person's place in a practice.
type Membership struct {
	Practice Practice `json:"practice"`
	Role     Role     `json:"role" enum:"client,therapist,admin,owner"`
	// ReadReceipts is a therapist's choice to show, in both directions, which
	// messages have been read. It starts out false.
	ReadReceipts bool `json:"readReceipts,omitempty" doc:"Therapists: whether read marks are shown in their conversations, both ways."`
}

// Account is the person who is logged in, as they see themselves.
type Account struct {
	ID          uuid.UUID    `json:"id"`
	Name        message.Text `json:"name"`
	Email       message.Text `json:"email"`
	Memberships []Membership `json:"memberships"`
	// Operator says that the person looks after the product itself. Operators
	// belong to no practice and see no conversation.
	Operator bool `json:"operator,omitempty" doc:"Looks after the product itself, and belongs to no practice."`
}

// LockWithin returns the most minutes without an act until a device of the person
// locks: the fewest that one of their practices says.
func (a Account) LockWithin() int {
	within := MaxLockAfter
	for _, m := range a.Memberships {
		if said := m.Practice.LockWithin; said > 0 {
			within = min(within, said)
		}
	}
	return within
}

// LogIn asks for a login session.
type LogIn struct {
	Email    message.Text `json:"email" maxLength:"320"`
	Password message.Text `json:"password" maxLength:"1024"`
}

// LoggedIn answers LogIn and GET /me.
type LoggedIn struct {
	Account Account `json:"account"`
	// Server is the build of the server that answered.
	Server string `json:"server,omitempty" doc:"The server's build."`
}

// SignUp asks for an account.
type SignUp struct {
	Email      message.Text `json:"email" maxLength:"320"`
	Password   message.Text `json:"password" maxLength:"1024" doc:"12 to 128 characters."`
	Name       message.Text `json:"name" maxLength:"400" doc:"As others in the practice see it: 1 to 100 characters."`
	Invitation string       `json:"invitation,omitempty" maxLength:"100" doc:"The token of an invitation link, or the code of an invitation, where there is one."`
}

// SignedUp answers SignUp. It is the same whether or not the address was free.
// Without an invitation there is no account yet: a mail to the address has a
// link whose token ConfirmSignUp takes.
type SignedUp struct {
	Created bool `json:"created"`
}

// ConfirmSignUp makes the account that somebody signed up for.
type ConfirmSignUp struct {
	Token    string       `json:"token" maxLength:"100" doc:"From the link in the mail."`
	Password message.Text `json:"password" maxLength:"1024" doc:"As it was chosen when signing up."`
}

// SignUpConfirmed answers ConfirmSignUp: one can log in now.
type SignUpConfirmed struct {
	Email message.Text `json:"email" doc:"The address to log in with."`
}

// AcceptInvitation takes an invitation with an account that is there already.
type AcceptInvitation struct {
	Invitation string `json:"invitation" maxLength:"100" doc:"The token of the invitation link, or the code of the invitation."`
}

// InvitationOffer answers POST /invitations/look: what a client, or someone invited to
// work in a practice, reads before they sign up. Style, promise and words are missing
// until the therapist has set them.
type InvitationOffer struct {
	Therapist message.Text          `json:"therapist,omitempty" doc:"Their name; missing for who is invited to work there."`
	Practice  message.Text          `json:"practice" doc:"Its name."`
	Roles     []Role                `json:"roles,omitempty" doc:"Of who is invited to work there."`
	Style     availability.Style    `json:"style,omitempty" doc:"How the therapist uses messages."`
	Promise   *availability.Promise `json:"promise,omitempty" doc:"How soon they answer, in business hours."`
	Words     message.Text          `json:"words,omitempty" doc:"The therapist's own, about messages."`
}

// InvitationAccepted answers AcceptInvitation.
type InvitationAccepted struct {
	Account      Account   `json:"account" doc:"Who is logged in, with the membership that came."`
	Conversation uuid.UUID `json:"conversation" doc:"The conversation with the inviting therapist."`
}

// Invitation is a new invitation. Its URL and code, which do the same, are shown
// once and never again.
type Invitation struct {
	ID        uuid.UUID `json:"id"`
	URL       string    `json:"url"`
	Code      string    `json:"code" doc:"For typing: letters and digits in groups. Case, spaces and dashes do not matter."`
	QR        []string  `json:"qr" doc:"The URL as a QR code: a row of modules a string, 1 for dark, with the quiet zone."`
	ExpiresAt time.Time `json:"expiresAt"`
}

// Invitations answers GET /invitations: those that someone can still use, the
// newest first, at most 100.
type Invitations struct {
	Invitations []OpenInvitation `json:"invitations"`
}

// OpenInvitation is an invitation that nobody has used.
type OpenInvitation struct {
	ID        uuid.UUID `json:"id"`
	CreatedAt time.Time `json:"createdAt"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// Message is a stored message.
type Message struct {
	ID         message.ID   `json:"id"`
	Seq        int64        `json:"seq" doc:"Place in the conversation, from 1, without gaps."`
	Body       message.Text `json:"body"`
	Sender     uuid.UUID    `json:"sender" doc:"The account that wrote it."`
	WrittenAt  time.Time    `json:"writtenAt" doc:"By the sender's clock."`
	AcceptedAt time.Time    `json:"acceptedAt" doc:"By the server's clock."`
	Late       bool         `json:"late,omitempty" doc:"It waited over 90 days, or was dated in the future."`
	// Where one of these is set the body is empty: it cannot be read any more.
	Destroyed  bool `json:"destroyed,omitempty" doc:"The text was destroyed, on purpose."`
	Unreadable bool `json:"unreadable,omitempty" doc:"What is stored of the text was changed or damaged."`
}

// PutMessage hands over a message. Its ID is in the address.
type PutMessage struct {
	Body      message.Text `json:"body" doc:"1 to 5,000 characters (code points after NFC and trimming)."`
	WrittenAt time.Time    `json:"writtenAt"`
}

// Conversation is one client and one therapist, as one of them sees it.
type Conversation struct {
	ID            uuid.UUID `json:"id"`
	Practice      uuid.UUID `json:"practice"`
	Client        Person    `json:"client"`
	Therapist     Person    `json:"therapist"`
	LastSeq       int64     `json:"lastSeq" doc:"Seq of the newest message, 0 if there is none."`
	Rev           int64     `json:"rev" doc:"Raised by every change another device must see."`
	Unread        int64     `json:"unread" doc:"Messages of the other person above lastReadSeq."`
	LastReadSeq   int64     `json:"lastReadSeq" doc:"How far you have read."`
	Delivered     int64     `json:"delivered" doc:"How far your devices have it."`
	PeerDelivered int64     `json:"peerDelivered" doc:"How far the other person's devices have it."`
	PeerRead      int64     `json:"peerRead" doc:"How far the other person has read; always 0 where the therapist does not share read marks."`
	ReadReceipts  bool      `json:"readReceipts" doc:"Whether read marks are shown here."`
	AgendaRev     int64     `json:"agendaRev" doc:"The rev since when the next-appointment list is as it is, 0 while there is none."`
	// Style and Availability follow what the therapist has set; both are
	// missing until then. Availability reaches 90 days ahead of when it was
	// made; a device asks anew once it is a day old.
	Style        availability.Style    `json:"style,omitempty" doc:"How the therapist uses messages."`
	Availability *availability.Outlook `json:"availability,omitempty" doc:"When the therapist's reply promise runs and when their office is open, in UTC."`
	Destroyed    bool                  `json:"destroyed,omitempty" doc:"The texts of this conversation were destroyed, on purpose. Nothing can be added."`
	Closed       *Closed               `json:"closed,omitempty" doc:"Care has ended here: what is there can be read, nothing can be added until the therapist opens it again."`
	Suspended    bool                  `json:"suspended,omitempty" doc:"The practice is suspended: what is there can be read, and nothing is added until it is resumed. What waits on a device goes on waiting."`
	Agreement    *Agreement            `json:"agreement,omitempty" doc:"What the therapist says of messaging, and whether the client has acknowledged it."`
}

// Closed says since when care has ended in a conversation.
type Closed struct {
	At   time.Time    `json:"at"`
	Note message.Text `json:"note,omitempty" doc:"The therapist's last words."`
}

// Close ends care in a conversation.
type Close struct {
	Note message.Text `json:"note,omitempty" doc:"Shown to the client: at most 5,000 characters."`
}

// Agreement is what a therapist tells clients of messaging: it has a new
// version whenever what it says changes. The words on emergencies and privacy
// that go with it are those of the app, by TextVersion.
type Agreement struct {
	Version     int64                `json:"version" doc:"From 1."`
	TextVersion int                  `json:"textVersion" doc:"The version of the fixed words on emergencies and privacy."`
	Style       availability.Style   `json:"style"`
	Promise     availability.Promise `json:"promise"`
	Words       message.Text         `json:"words,omitempty" doc:"The therapist's own words."`
	// Acknowledged is the newest version the client has acknowledged, 0 if none.
	Acknowledged   int64      `json:"acknowledged" doc:"The newest version acknowledged by the client, 0 if none."`
	AcknowledgedAt *time.Time `json:"acknowledgedAt,omitempty" doc:"When the client did, by the server's clock."`
	// Changed names what is different from what the client acknowledged last.
	Changed []AgreementPart `json:"changed,omitempty" enum:"style,promise,words,text" doc:"What is different from what the client acknowledged last; text are the fixed words."`
}

// AgreementPart names a part of an agreement.
type AgreementPart string

// The parts of an agreement.
const (
	AgreementStyle   AgreementPart = "style"
	AgreementPromise AgreementPart = "promise"
	AgreementWords   AgreementPart = "words"
	AgreementText    AgreementPart = "text" // the fixed words, by TextVersion
)

// AgreementTextVersion is the version of the fixed words on emergencies and
// privacy in an agreement. Raising it asks every client anew.
const AgreementTextVersion = 1

// Acknowledge says that the client has read a version of the agreement.
type Acknowledge struct {
	Version int64 `json:"version" minimum:"1"`
	// TextVersion is AgreementTextVersion of the app that showed it, since an
	// acknowledgement may wait on a device while both programs are renewed.
	TextVersion int `json:"textVersion,omitempty" minimum:"1" doc:"The version of the fixed words that were shown with it; 1 if left out."`
}

// Agenda answers GET /conversations/{cid}/agenda: the next-appointment list.
type Agenda struct {
	Rev   int64         `json:"rev" doc:"The agendaRev of the conversation."`
	Items []agenda.Item `json:"items" doc:"In order; removed ones are left out."`
}

// PutAgendaChange hands over a change of the next-appointment list. Its ID is
// in the address.
type PutAgendaChange struct {
	Kind  agenda.Kind  `json:"kind" enum:"add,edit,check,uncheck,move,remove"`
	Item  uuid.UUID    `json:"item" doc:"The item; for add the id of the change itself."`
	Text  message.Text `json:"text,omitempty" doc:"For add and edit: 1 to 5,000 characters."`
	Base  uuid.UUID    `json:"base,omitzero" doc:"For edit and remove, and best for check: the textId of the text that was seen."`
	Place string       `json:"place,omitempty" maxLength:"200" doc:"For add, edit and move: 1 to 200 letters and digits."`
	At    time.Time    `json:"at" doc:"By the clock of the device."`
}

// AgendaChanged answers PutAgendaChange with the items concerned as they are
// now, removed ones included.
type AgendaChanged struct {
	ID    uuid.UUID     `json:"id" doc:"The id of the change."`
	Rev   int64         `json:"rev" doc:"The agendaRev of the conversation."`
	Items []agenda.Item `json:"items"`
}

// TherapistAvailability is what a therapist has set in one practice.
type TherapistAvailability struct {
	Practice Practice `json:"practice"`
	// Settings and Outlook are missing until the therapist has set something.
	Settings *availability.Availability `json:"settings,omitempty"`
	Outlook  *availability.Outlook      `json:"outlook,omitempty" doc:"What follows for the next 90 days."`
}

// SetAvailability is the body of PUT /availability/{practice}.
type SetAvailability struct {
	availability.Availability
	Replaces *int `json:"replaces,omitempty" doc:"The version that was changed to this, 0 where nothing was set. If another stands by now, the answer is 409 availability_changed, and nothing changes. Without it, whatever stands is replaced."`
}

// Availabilities answers GET /availability: one for each practice where the
// caller is a therapist.
type Availabilities struct {
	Availabilities []TherapistAvailability `json:"availabilities"`
}

// AvailabilityPreview answers POST /availability/preview.
type AvailabilityPreview struct {
	Outlook availability.Outlook `json:"outlook" doc:"What would follow for the next 90 days."`
}

// Conversations answers GET /conversations.
type Conversations struct {
	Conversations []Conversation `json:"conversations"`
}

// Messages is a page of a conversation, ascending by seq.
type Messages struct {
	Messages []Message `json:"messages"`
}

// Mark moves a read or delivered mark forward; it never moves back.
type Mark struct {
	Seq int64 `json:"seq" minimum:"0"`
}

// SyncRequest says what a device has: for each conversation the seq of its
// newest message and its rev.
type SyncRequest struct {
	Have map[string]int64 `json:"have,omitempty" doc:"Conversation id → seq of the newest message here."`
	Revs map[string]int64 `json:"revs,omitempty" doc:"Conversation id → rev known here."`
	// Agenda is for next-appointment lists: of a conversation that is not here
	// the list comes whole, whenever the conversation changed.
	Agenda map[string]int64 `json:"agenda,omitempty" doc:"Conversation id → agendaRev as the last answer of sync told it."`
}

// SyncResponse is everything missed. A conversation the device did not name
// comes with its newest messages only; older ones are paged. More says that
// the answer was cut: ask again with what arrived.
type SyncResponse struct {
	Conversations []SyncedConversation `json:"conversations"`
	More          bool                 `json:"more"`
	// What concerns the account besides. Servers from before leave it out.
	Account  *Account  `json:"account,omitempty" doc:"The caller, with their memberships as they are now."`
	Security *Security `json:"security,omitempty" doc:"As GET /security answers."`
	Requests *Requests `json:"requests,omitempty" doc:"As GET /requests answers."`
	// Now is missing in answers of servers from before.
	Now *time.Time `json:"now,omitempty" doc:"The server's clock: a device's own may be wrong, and forecasts should not be."`
}

// SyncedConversation is a conversation that changed, with the messages missed,
// ascending by seq, and the items of its next-appointment list that changed,
// removed ones included.
type SyncedConversation struct {
	Conversation
	Messages []Message     `json:"messages"`
	Agenda   []agenda.Item `json:"agenda,omitempty"`
}

// Settings are a person's own choices; a field left out stays as it is.
type Settings struct {
	ReadReceipts *bool `json:"readReceipts,omitempty" doc:"Therapists: show read marks, both ways, in all your conversations."`
}
