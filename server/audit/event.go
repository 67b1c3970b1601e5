// Package audit owns the log of who did what: what an event says, the one
// encoding in which it is hashed, the chain of hashes of each practice, and the
// check that finds what was changed in it afterwards.
//
// An event holds opaque ids, never a text, a name or an address. The package
// must not know about SQL, HTTP, or what the actions mean that it records.
package audit

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Kind is what was done: a thing and a verb. Kinds are part of what is hashed,
// so they are never renamed.
type Kind string

// The kinds. The object of an event is named behind each.
const (
	Login  Kind = "login"  // login session; where it failed, the account, if there is one
	Logout Kind = "logout" // login session
	// LoginRevoke is of a login session that ended by something else that was done.
	LoginRevoke Kind = "login.revoke" // login session

	DeviceCreate Kind = "device.create" // device
	DeviceChange Kind = "device.change" // device
	DeviceRevoke Kind = "device.revoke" // device

	FactorCreate Kind = "factor.create" // factor; which one is a detail
	FactorChange Kind = "factor.change" // factor; which one is a detail
	FactorDelete Kind = "factor.delete" // factor
	FactorUse    Kind = "factor.use"    // factor

	PasswordChange Kind = "password.change" // account
	PasswordReset  Kind = "password.reset"  // account; the step is a detail
	EmailChange    Kind = "email.change"    // account; the step is a detail

	AccountCreate    Kind = "account.create"    // account
	AccountDisable   Kind = "account.disable"   // account
	MembershipCreate Kind = "membership.create" // account
	PracticeCreate   Kind = "practice.create"   // practice
	PracticeRename   Kind = "practice.rename"   // practice
	PracticeSuspend  Kind = "practice.suspend"  // practice
	PracticeResume   Kind = "practice.resume"   // practice
	InvitationCreate Kind = "invitation.create" // invitation
	InvitationUse    Kind = "invitation.use"    // invitation
	InvitationDelete Kind = "invitation.delete" // invitation
	ColleagueInvite  Kind = "colleague.invite"  // invitation
	ListingChange    Kind = "listing.change"    // therapist; how is a detail
	MembershipDelete Kind = "membership.delete" // account; the role is a detail
	SettingsChange   Kind = "settings.change"   // account, or practice; what is a detail

	ApplicationCreate Kind = "application.create" // application
	ApplicationRead   Kind = "application.read"   // none: an operator looked at them
	ApplicationDecide Kind = "application.decide" // application; what was decided is a detail

	RequestCreate  Kind = "request.create"  // request for care
	RequestAccept  Kind = "request.accept"  // request for care
	RequestDecline Kind = "request.decline" // request for care
	RequestDelete  Kind = "request.delete"  // request for care

	ConversationCreate Kind = "conversation.create" // conversation
	ConversationClose  Kind = "conversation.close"  // conversation
	ConversationReopen Kind = "conversation.reopen" // conversation
	ConversationOpen   Kind = "conversation.open"   // conversation: someone looked at what is in it
	AccessDeny         Kind = "access.deny"         // what was asked for

	MessageSend          Kind = "message.send"          // message
	AgendaChange         Kind = "agenda.change"         // change; what it did is a detail
	AvailabilityChange   Kind = "availability.change"   // therapist
	AgreementAcknowledge Kind = "agreement.acknowledge" // none; the version is a detail

	TicketCreate Kind = "ticket.create" // ticket
	TicketRead   Kind = "ticket.read"   // ticket
	TicketReply  Kind = "ticket.reply"  // ticket
	TicketChange Kind = "ticket.change" // ticket; its status is a detail

	KeyCreate  Kind = "key.create"  // none; the name of the key is a detail
	KeyRotate  Kind = "key.rotate"  // none
	KeyDestroy Kind = "key.destroy" // none; the name of the key is a detail

	AuditBegin  Kind = "audit.begin"  // practice, in the chain of no practice; failed if an earlier log was removed; the rules are a detail of the first, see Rules
	AuditExtend Kind = "audit.extend" // none: rows of a table came under the protection of the log; table and rules are details
	AuditBreak  Kind = "audit.break"  // none: the head did not fit when something was added
	AuditRead   Kind = "audit.read"   // none
	AuditExport Kind = "audit.export" // none
)

// Kinds lists all kinds, in the order in which people read them.
func Kinds() []Kind {
	return []Kind{
		Login, Logout, LoginRevoke,
		DeviceCreate, DeviceChange, DeviceRevoke,
		FactorCreate, FactorChange, FactorDelete, FactorUse,
		PasswordChange, PasswordReset, EmailChange,
		AccountCreate, AccountDisable, MembershipCreate, PracticeCreate, PracticeRename, PracticeSuspend, PracticeResume, InvitationCreate, InvitationUse, InvitationDelete, ColleagueInvite, ListingChange, MembershipDelete, SettingsChange,
		ApplicationCreate, ApplicationRead, ApplicationDecide,
		RequestCreate, RequestAccept, RequestDecline, RequestDelete,
		ConversationCreate, ConversationClose, ConversationReopen, ConversationOpen, AccessDeny,
		MessageSend, AgendaChange, AvailabilityChange, AgreementAcknowledge,
		TicketCreate, TicketRead, TicketReply, TicketChange,
		KeyCreate, KeyRotate, KeyDestroy,
		AuditBegin, AuditExtend, AuditBreak, AuditRead, AuditExport,
	}
}

// Outcome is how it ended.
type Outcome string

// The outcomes.
const (
	Done   Outcome = "done"
	Failed Outcome = "failed" // tried, and it did not hold: a wrong password
	Denied Outcome = "denied" // not theirs to do
)

// Event is one thing that was done, or tried.
type Event struct {
	Kind     Kind
	Practice uuid.UUID // whose chain it belongs to, uuid.Nil for the one of no practice
	// Actor is the account that did it: uuid.Nil for an operator at the host,
	// the server itself, or someone unknown.
	Actor        uuid.UUID
	Object       uuid.UUID // what it was done to, see the kinds; uuid.Nil if nothing has an id
	Conversation uuid.UUID // where it was done, uuid.Nil if in none
	At           time.Time // to the microsecond
	Outcome      Outcome
	// Details say a little more: words and ids, never what a person wrote. Keys
	// are small letters, values at most MaxDetail letters, digits and ._:/+-.
	Details map[string]string
	// Rows are the stored rows that the action wrote. The store fills them in.
	Rows []Row
}

// MaxDetail is how long the value of a detail may be, in bytes.
const MaxDetail = 120

// Row is a row of the database as an event has written it: the newest that says
// so protects it.
type Row struct {
	Name string // table and key, such as messages/CONVERSATION/12
	// Before is what lay there until then, read in the transaction that wrote the
	// row: zero says that there was none. Entries of the first form do not know.
	Before [32]byte
	Digest [32]byte // what lies there since; zero says that the row was deleted
}

// Validate returns an error if the event is no event of this package: an
// unknown kind or outcome, or a detail of another form.
func (e Event) Validate() error {
	if !slices.Contains(Kinds(), e.Kind) {
		return fmt.Errorf("unknown kind of event %q", e.Kind)
	}
	if e.Outcome != Done && e.Outcome != Failed && e.Outcome != Denied {
		return fmt.Errorf("event %s: unknown outcome %q", e.Kind, e.Outcome)
	}
	for _, key := range slices.Sorted(maps.Keys(e.Details)) {
		if key == "" || strings.Trim(key, small) != "" || len(e.Details[key]) > MaxDetail || strings.Trim(e.Details[key], plain) != "" {
			return fmt.Errorf("event %s: the detail %q is not of the form of details", e.Kind, key)
		}
	}
	return nil
}

// The characters of details.
const (
	small = "abcdefghijklmnopqrstuvwxyz"
	plain = small + "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/+-"
)
