// Package phrase owns every word a person can see: one catalogue a language,
// typed, so that a page which asks for a text that is not there does not
// compile. The server takes the texts of its error answers from here too.
//
// It must not decide anything: which text to show, and when, is the page's
// part. It does not format dates; those follow the reader's own settings.
//
// Tone: short, warm, honest, in words a twelve-year-old reads with ease. Say
// what is so, then what to do. Texts that may end up in HTML attributes hold
// no straight double quotes.
package phrase

import "pleiades/shared/wire"

// Catalogue holds every text of one language.
type Catalogue struct {
	Lang         string // BCP 47 tag
	Brand        Brand
	Nav          Nav
	Connection   Connection
	Banner       Banner
	LeaveDialog  LeaveDialog
	Front        Front
	LogIn        LogIn
	SignUp       SignUp
	Confirm      Confirm
	Home         Home
	Dash         Dash
	Diagnosis    Diagnosis
	Invite       Invite
	Directory    Directory
	RequestList  RequestList
	ListingForm  ListingForm
	List         List
	Conversation Conversation
	Status       Status
	Settings     Settings
	Lock         Lock
	Openings     Openings
	AuditLog     AuditLog
	Operator     Operator
	Joining      Joining
	Members      Members
	Applications Applications
	Support      Support
	Proof        Proof
	SecondStep   SecondStep
	Enroll       Enroll
	Recovery     RecoveryCodes
	Security     Security
	Alerts       Alerts
	Forgot       Forgot
	Reset        Reset
	NotFound     NotFound
	Roles        Roles
	Time         Time
	Availability Availability
	Crisis       Crisis
	Agreement    Agreement
	Closing      Closing
	Suspension   Suspension
	Practices    Practices
	Setup        Setup
	Expect       Expect
	Agenda       Agenda
	Office       Office
	Compose      Compose
	SafetyPlan   SafetyPlan
	Help         HelpCenter
	TARS         TARS
	Problems     Problems
}

// Brand is the product's own.
type Brand struct {
	Name        string
	Description string                   // one sentence, for search engines and installers
	Title       func(page string) string // of the browser's tab; never with a person's name
}

// Nav is what stands around every page.
type Nav struct {
	Skip       string
	LogIn      string
	LogOut     string
	Settings   string
	Back       string // to the list of conversations
	Pages      string // label of the links to other pages
	Site       string // label of the links at the end of public pages
	Help       string // the button, and its page
	HelpHint   string
	FixLink    string // leads to that page where something does not work
	About      string
	Involved   string
	Join       string // as a therapist
	Contact    string
	SignUp     string
	HelpCenter string
	CrisisPage string
	Crisis     string // the link to help in an emergency
	Home       string
	Opening    string // while the program loads
	Demo       string
	DemoHint   string
	Install    string
	NoProgram  string // the browser runs no scripts
	Stopped    string // the program did not start, or stopped
	Reload     string
}

// Connection says whether the app is in touch with the server.
type Connection struct {
	Online  string
	Offline string
	Kept    string // behind Offline, where there is room
	Syncing string
	Waiting func(n int) string // follows the number n of messages, changes and the like
}

// Banner is a line across the top of a page.
type Banner struct {
	LoginExpired string
	LogInAgain   string
	UpdateReady  string
	UpdateApply  string
	Unsaved      string
	UnsavedHint  string
}

// LeaveDialog asks before a logout that would lose something.
type LeaveDialog struct {
	Title   string
	Lead    string
	Unsent  func(n int) string // messages
	Changes func(n int) string // of next-appointment lists
	Drafts  func(n int) string
	Plan    string // the private safety plan
	Confirm string
	Cancel  string
}

// Reason is a title with a short text.
type Reason struct {
	Title string
	Text  string
}

// LogIn is the page to log in.
type LogIn struct {
	Page          string
	Title         string
	Lead          string
	Email         string
	Password      string
	ShowPassword  string
	HidePassword  string
	Submit        string
	Busy          string
	MissingFields string
	NoAccount     string // followed by the link SignUp
	SignUp        string
	Expired       string // instead of Lead, when a login ran out
}

// SignUp is the page to make an account, from an invitation or without one.
type SignUp struct {
	Page          string
	Title         string
	Lead          string
	Offer         func(therapist, practice string) string
	OfferStaff    func(practice, roles string) string
	LeadAlone     string // without an invitation
	LeadStaff     string // with an invitation to work in a practice
	NameHintStaff string
	Name          string
	NameHint      string
	NameHintAlone string
	Email         string
	EmailHint     string
	Password      string
	PasswordHint  string
	Submit        string
	Busy          string
	HaveAccount   string
	Code          string // of an invitation on paper
	CodeHint      string
	CodeHintHere  string // for who is logged in
	CodeUse       string
	Expired       string // the invitation
	ExpiredStaff  string // one to work in a practice
	InvalidStaff  string // one that does not work at all
	Sent          Reason // a mail has the link without which there is no account
	Occupied      Reason // someone is logged in here
	ToStart       string // from there

	AcceptTitle  string // someone with an account has an invitation
	AcceptLead   func(name, email string) string
	AcceptStaff  func(name, email string) string // to work in a practice
	AcceptLocked string
	Accept       string
	AcceptBusy   string
	NotYou       Reason
}

// Confirm is the page where the link in the mail of a sign-up leads.
type Confirm struct {
	Page     string
	Title    string
	Lead     string
	Submit   string
	Wrong    string // password
	NotYou   Reason
	Bad      Reason
	Occupied Reason // someone is logged in here
}

// Home is the dashboard.
type Home struct {
	Page          string
	Greeting      func(name string) string
	Conversations string
	NoTherapist   Reason
	EnterCode     string // the link to where that can be done
	FindOne       string // the link to the directory
	NoClients     Reason
	Admin         Reason
	Fetching      string // the list has not come yet
	FetchingLater string // the same, without a connection
}

// List is the list of conversations.
type List struct {
	You        string
	Draft      string
	NoMessages string
	Rejected   string
	Unread     func(n int) string
	Waiting    func(n int) string
}

// Conversation is the page of one conversation.
type Conversation struct {
	Page         string
	Messages     string // label of the messages
	YouWrote     string
	TheyWrote    func(name string) string
	New          string
	NewBelow     string
	Arrived      func(name string) string
	Late         func(when string) string
	Destroyed    string // in place of a text that was destroyed on purpose
	Unreadable   string // in place of a text that was changed or damaged
	QueueFull    string // too much waits already
	NotSaved     string // the device could not take the message in
	TooLate      string // to take back or remove: it may be on its way
	Older        string
	LoadingOlder string
	OlderFailed  string
	Beginning    string
	Empty        func(name string) Reason
	Compose      func(name string) string
	Placeholder  string
	EmptyMessage string // Send was pressed with nothing written
	Send         string
	SendKeys     string
	Saved        string
	Counter      func(n, limit int) string
	Over         func(n int) string
	Emergency    string
	Edit         string
	TakeBack     string
	Remove       string
	RemoveAsk    string
	RemoveYes    string
	RemoveNo     string
	Loading      string
	NotHere      Reason
	NotFound     Reason
	BackToAll    string
}

// Status says where one's own message stands.
type Status struct {
	Waiting   string // no connection
	Sending   string
	NeedLogin string
	Sent      string
	Delivered string
	Read      string
	Rejected  string
}

// Settings is the page of a person's own choices.
type Settings struct {
	Page             string
	Account          string
	Name             string
	Email            string
	Practice         string
	Receipts         string
	ChangeEmail      string
	ReceiptsLabel    string
	ReceiptsHint     string
	ReceiptsSaved    string
	Device           string
	Install          string
	InstallHint      string
	DeviceHint       string
	LogOut           string
	LogOutHint       string
	NoInstall        string
	ReceiptsNotSaved string
}

// NotFound is the page for an address that leads nowhere.
type NotFound struct {
	Page  string
	Title string
	Text  string
	Home  string
}

// Roles are what people are in a practice.
type Roles struct {
	Client    string
	Therapist string
	Admin     string
	Owner     string
}

// Time holds the words for days that have one.
type Time struct {
	Today     string
	Yesterday string
}

// Role returns the word for a role, empty for one it does not know.
func (c *Catalogue) Role(role wire.Role) string {
	switch role {
	case wire.RoleClient:
		return c.Roles.Client
	case wire.RoleTherapist:
		return c.Roles.Therapist
	case wire.RoleAdmin:
		return c.Roles.Admin
	case wire.RoleOwner:
		return c.Roles.Owner
	default:
		return ""
	}
}
