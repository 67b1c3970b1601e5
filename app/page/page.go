// Package page owns the routes: one component each, what it shows and what
// happens when someone touches it. Pages read state, act through Client and
// put together the parts of package ui.
//
// It must not talk to the server or keep anything on the device. It touches
// the browser for what is on the screen alone: focus, scrolling, the text in a
// box (dom.go). Render is pure, blocking work runs in ctx.Async and comes back
// by ctx.Dispatch. What can be decided without a browser is decided in plain
// functions (view.go, path.go, compose.go, problem.go), where native tests reach it.
package page

import (
	"context"
	"net/url"
	"time"

	"github.com/google/uuid"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/shared/availability"
	"pleiades/shared/help"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

// Client is what pages can do. Methods that take a context may block and are
// called away from the UI goroutine; the others return at once. An error is a
// *wire.Problem where the server answered, and something else where it did not
// or where the device failed.
type Client interface {
	Credentials
	Joining
	// SignUp makes an account by an invitation and logs in. Without one it only
	// has a link mailed, which leads to ConfirmSignUp.
	SignUp(ctx context.Context, r wire.SignUp) error
	// ConfirmSignUp makes the account that was signed up for and logs in.
	ConfirmSignUp(ctx context.Context, token string, password message.Text) error
	// LookInvitation returns who invites a client, and how they use messages.
	LookInvitation(ctx context.Context, invitation string) (wire.InvitationOffer, error)
	// AcceptInvitation takes an invitation with the account that is logged in and
	// returns the conversation that came with it.
	AcceptInvitation(ctx context.Context, invitation string) (uuid.UUID, error)
	// Lock saves what is being written and locks the device.
	Lock(ctx context.Context) error
	// Unlock opens the device by its password or passphrase, offline too. The
	// error is syncer.ErrWrongSecret where the text is not the one.
	Unlock(ctx context.Context, text message.Text) error
	// ChoosePassphrase makes a passphrase of at least syncer.MinPassphrase
	// characters open the device, where nothing does yet.
	ChoosePassphrase(ctx context.Context, text message.Text) error
	// Flush tries for a moment to send what waits.
	Flush(ctx context.Context)
	// Abandon clears a device that nobody can unlock.
	Abandon(ctx context.Context) error
	// Ways returns the kinds of what opens the device.
	Ways(ctx context.Context) ([]state.Way, error)
	// Prove shows anew, offline too, that who is there could open the device, by a
	// text or, for a passkey, by asking. The error is syncer.ErrWrongSecret where that
	// is not one that does.
	Prove(ctx context.Context, by state.Way, text message.Text) error
	// SetLockAfter changes after how many idle minutes the device locks, from 1 to
	// what the person's practices allow. A longer time may be refused with
	// wire.CodeStepUpRequired: Prove, then the same again.
	SetLockAfter(ctx context.Context, minutes int) error
	// LogOut clears what this device keeps of the account, unsent messages and
	// drafts included: the page asks first.
	LogOut(ctx context.Context) error
	// Send queues a message on the device. Codes say why the text cannot be
	// accepted; then nothing has changed.
	Send(ctx context.Context, conversation uuid.UUID, text message.Text) ([]message.Code, error)
	// SaveDraft takes in a draft at every change. Under which id which is kept,
	// app/syncer/draft.go says.
	SaveDraft(of uuid.UUID, text message.Text)
	// TakeBack moves a message that waits or was rejected into the draft and
	// returns the new draft.
	TakeBack(ctx context.Context, id message.ID) (message.Text, error)
	// Remove drops a message that waits or was rejected.
	Remove(ctx context.Context, id message.ID) error
	LoadOlder(ctx context.Context, conversation uuid.UUID) error
	// MarkRead says that the conversation is in view up to seq.
	MarkRead(conversation uuid.UUID, seq int64)
	// AddItems queues items for the end of the next-appointment list, in the place
	// of the draft of one: all of them, or none where codes say why a text cannot
	// be accepted.
	AddItems(ctx context.Context, conversation uuid.UUID, texts []message.Text) ([]message.Code, error)
	// EditItem queues another text for an item. Base is the TextID of the text
	// that the person saw: where someone else wrote over it, both texts stay.
	EditItem(ctx context.Context, conversation, item, base uuid.UUID, text message.Text) ([]message.Code, error)
	// CheckItem checks an item off, or not.
	CheckItem(ctx context.Context, conversation, item uuid.UUID, done bool) error
	// MoveItem puts an item before another one, or with uuid.Nil to the end.
	MoveItem(ctx context.Context, conversation, item, before uuid.UUID) error
	// RemoveItem removes an item, unless its text is no longer the one with the
	// TextID base, which the person saw.
	RemoveItem(ctx context.Context, conversation, item, base uuid.UUID) error
	// TakeBackItem drops a rejected change of the list and returns its text.
	TakeBackItem(ctx context.Context, conversation, change uuid.UUID) (message.Text, error)
	// MoveToAgenda queues items for the end of the list and makes rest the
	// draft, both or neither. What the draft is afterwards, State.Draft says:
	// where the person typed meanwhile, what they typed is in it too.
	MoveToAgenda(ctx context.Context, conversation uuid.UUID, items []message.Text, rest message.Text) ([]message.Code, error)
	// Acknowledge queues that the client has read a version of the agreement.
	Acknowledge(ctx context.Context, conversation uuid.UUID, version int64) error
	// Availabilities, SaveAvailability and PreviewAvailability need the server.
	// What is wrong with an availability is in the Fields of the Problem;
	// CodeAvailabilityChanged says that it replaces what no longer stands.
	Availabilities(ctx context.Context) (wire.Availabilities, error)
	SaveAvailability(ctx context.Context, practice uuid.UUID, a wire.SetAvailability) (wire.TherapistAvailability, error)
	PreviewAvailability(ctx context.Context, a availability.Availability) (availability.Outlook, error)
	// CloseConversation and ReopenConversation need the server.
	CloseConversation(ctx context.Context, conversation uuid.UUID, r wire.Close) error
	ReopenConversation(ctx context.Context, conversation uuid.UUID) error
	// Openings and AuditLog need the server.
	Openings(ctx context.Context, conversation uuid.UUID) (wire.Openings, error)
	AuditLog(ctx context.Context, practice uuid.UUID, query url.Values) (wire.AuditPage, error)
	// Library returns the articles of the Help Center.
	Library(ctx context.Context) (*help.Library, error)
	// HelpIndex returns what finds passages of the articles.
	HelpIndex(ctx context.Context, l *help.Library) (*help.Index, error)
	// HelpWeights returns what TARS weighs questions by.
	HelpWeights(ctx context.Context) (*help.Weights, error)
	// RateArticle needs no login. Without a connection it waits on the device, and
	// waits is true. RemarkOnArticle needs no login either, but the server.
	RateArticle(ctx context.Context, r wire.ArticleRating) (waits bool, err error)
	RemarkOnArticle(ctx context.Context, r wire.ArticleRemark) error
	// SavePlan and SaveCountry keep what never leaves the device.
	SavePlan(ctx context.Context, p state.Plan) error
	SaveCountry(ctx context.Context, code string) error
	// SaveSetup keeps on the device at which step of setting up their practice
	// someone is.
	SaveSetup(ctx context.Context, step int) error
	// SaveOpened keeps on the device that a ticket was opened here, as it was changed
	// last then.
	SaveOpened(ctx context.Context, ticket uuid.UUID, changed time.Time) error
	// The directory needs the server. What becomes of requests, State.Requests
	// says.
	Directory(ctx context.Context) ([]wire.DirectoryEntry, error)
	Listings(ctx context.Context) ([]wire.Listing, error)
	SaveListing(ctx context.Context, practice uuid.UUID, l wire.PutListing) error
	AskForCare(ctx context.Context, r wire.AskForCare) error
	WithdrawRequest(ctx context.Context, id uuid.UUID) error
	AcceptRequest(ctx context.Context, id uuid.UUID) error
	DeclineRequest(ctx context.Context, id uuid.UUID, words message.Text) error
	// Invite, Invitations and Withdraw need the server. What Invite returns is
	// shown once.
	Invite(ctx context.Context, practice uuid.UUID) (wire.Invitation, error)
	Invitations(ctx context.Context) ([]wire.OpenInvitation, error)
	Withdraw(ctx context.Context, invitation uuid.UUID) error
	UpdateSettings(ctx context.Context, s wire.Settings) error
	// ApplyUpdate saves the drafts and loads the page anew in the new version.
	ApplyUpdate()
	// SendTicket queues a ticket for those who run the service, as Send queues a
	// message.
	SendTicket(ctx context.Context, text message.Text, ticket state.TicketDraft) ([]message.Code, error)
	// SendReply queues an addition to a ticket likewise.
	SendReply(ctx context.Context, ticket uuid.UUID, text message.Text) ([]message.Code, error)
	// LoadTickets needs the server; what it tells is in the state.
	LoadTickets(ctx context.Context) error
	// NewID makes an id for what is handed over, the same for every try of it.
	NewID() (uuid.UUID, error)
	// Contact and the like are for people without a login.
	Contact(ctx context.Context, c wire.Contact) error
	ReadContact(ctx context.Context, token string) (wire.Ticket, error)
	ReplyContact(ctx context.Context, r wire.ContactReply) (wire.Ticket, error)
	// OperatorTickets and what follows are for operators.
	OperatorTickets(ctx context.Context, status wire.TicketStatus, before string) (wire.TicketPage, error)
	OperatorTicket(ctx context.Context, id uuid.UUID) (wire.Ticket, error)
	AnswerTicket(ctx context.Context, ticket, id uuid.UUID, text message.Text) (wire.Ticket, error)
	ChangeTicket(ctx context.Context, id uuid.UUID, status wire.TicketStatus) (wire.Ticket, error)
	ChangePractice(ctx context.Context, id uuid.UUID, r wire.ChangePractice) error
	Practices(ctx context.Context) ([]wire.RunPractice, error)
	SuspendPractice(ctx context.Context, id uuid.UUID) error
	ResumePractice(ctx context.Context, id uuid.UUID) error
	// Install shows the browser's offer to install the app.
	Install()
	// Diagnose looks at the device, the browser and the connection, offline too.
	// It never fails: what cannot be found out is said to be unknown.
	Diagnose(ctx context.Context) []wire.Diagnostic
}

// Clock puts instants into the reader's language and time zone.
type Clock interface {
	Day(t time.Time) string    // "Today", "Yesterday", "Monday 3 November", with the year where it is another
	DayKey(t time.Time) string // the same for instants of one local day
	Time(t time.Time) string   // "17:05"
	Full(t time.Time) string   // day and time in full
	Due(t time.Time) string    // "Tuesday 25 November, 17:00"
	Soon(t time.Time) string   // the same in short: "Tuesday, 17:00"
	// Date names a day of the calendar, wherever it is: "Monday 2 March".
	Date(d availability.Date) string
	// Today returns the date in a zone now, empty for a zone nobody knows.
	Today(zone string) availability.Date
	Zone() string    // the device's time zone
	Zones() []string // all time zones
	Now() time.Time
}

// Deps is what pages need.
type Deps struct {
	State  *state.App
	Client Client
	Clock  Clock
	// Library is the Help Center, where the first page is one of it; nil lets
	// pages fetch it when they need it.
	Library *help.Library
}

// env is what a page has at hand.
type env struct {
	Deps
	words *phrase.Catalogue
	moved bool // some page has been opened before

	invitation string // brought by an address, until it was taken

	offices   *officeForms // what therapists fill in; nil until their page was opened
	shelf     shelf
	toSupport handOver

	lexicon lexicon
	desks   map[uuid.UUID]*desk // by conversation
}

// Routes registers all pages.
func Routes(d Deps) {
	e := &env{Deps: d, words: phrase.English(), shelf: shelf{library: d.Library}}
	d.State.Watch(func() { e.toSupport.check(d.State) }) // for as long as the program runs
	app.Route("/", func() app.Composer { return newHome(e, "/") })
	app.RouteWithRegexp(conversationPattern, func() app.Composer { return newHome(e, "") })
	app.Route("/login", func() app.Composer { return newLogIn(e) })
	app.RouteWithRegexp("^"+lockedPath+"$", func() app.Composer { return newLocked(e) })
	app.Route(removedPath, func() app.Composer { return newRemoved(e) })
	app.Route(signUpPath, func() app.Composer { return newSignUp(e) })
	app.Route(confirmPath, func() app.Composer { return newConfirm(e) })
	app.Route(forgotPath, func() app.Composer { return newForgot(e) })
	app.Route(resetPath, func() app.Composer { return newReset(e) })
	app.Route(settingsPath, func() app.Composer { return newSettings(e) })
	app.Route(securityPath, func() app.Composer { return newSecurity(e) })
	app.Route(availabilityPath, func() app.Composer { return newOffice(e) })
	app.Route(agendaPath, func() app.Composer { return newNextAppointment(e) })
	app.Route(openingsPath, func() app.Composer { return newOpenings(e) })
	app.Route(practicePath, func() app.Composer { return newPractice(e) })
	app.Route(supportPath, func() app.Composer { return newSupport(e) })
	app.Route(contactPath, func() app.Composer { return newContact(e) })
	app.Route(directoryPath, func() app.Composer { return newDirectory(e) })
	app.Route(requestsPath, func() app.Composer { return newRequestList(e) })
	app.Route(invitePath, func() app.Composer { return newInvite(e) })
	app.Route(operatorPath, func() app.Composer { return newOperator(e) })
	app.Route(diagnosticsPath, func() app.Composer { return newDiagnostics(e) })
	app.Route(applicationsPath, func() app.Composer { return newApplications(e) })
	app.Route(practicesPath, func() app.Composer { return newPractices(e) })
	app.Route(membersPath, func() app.Composer { return newMembers(e) })
	app.Route(setupPath, func() app.Composer { return newSetup(e) })
	app.Route(joinPath, func() app.Composer { return newJoin(e) })
	app.Route(planPath, func() app.Composer { return newPlanPage(e) })
	app.Route(helpPath, func() app.Composer { return newHelpHome(e) })
	app.RouteWithRegexp("^"+helpPath+"/[a-z0-9-]+$", func() app.Composer {
		return newHelpArticle(e, app.Window().URL().Path)
	})
	app.RouteWithRegexp("^/", func() app.Composer { return newNotFound(e) })
}
