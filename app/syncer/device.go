package syncer

import (
	"context"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// device gives the functions of web/js/store.js and outbox.js their types.
type device struct{ page Page }

// current says whose app this is. LoggingOut is set where someone logged out
// and the server is yet to hear of it.
//
// Of a locked device it is known that it is, by whose id, how it can be opened,
// and which country's crisis lines to show.
type current struct {
	Account    *wire.Account `json:"account,omitempty"`
	LoggingOut bool          `json:"loggingOut,omitempty"`
	Locked     bool          `json:"locked,omitempty"`
	ID         uuid.UUID     `json:"id,omitzero"`
	Country    string        `json:"country,omitempty"`
	Ways       []way         `json:"ways,omitempty"`
	// Within is the most minutes until the device locks, as the account's practices
	// say.
	Within int `json:"within,omitempty"`
}

type way struct {
	Kind state.Way `json:"kind"`
	ID   string    `json:"id,omitempty"` // of a passkey
}

type keptDraft struct {
	Conversation uuid.UUID    `json:"conversation"`
	Text         message.Text `json:"text"`
	Was          message.Text `json:"was,omitempty"` // as far as this page knows; to be written only
}

// kept is what the device keeps of an account.
type kept struct {
	Conversations []wire.SyncedConversation `json:"conversations"`
	Drafts        []keptDraft               `json:"drafts"`
	Outbox        []state.Pending           `json:"outbox"`
	Private       private                   `json:"private"`
}

// private is what never leaves the device.
type private struct {
	Setup   int           `json:"setup"` // the step of setting up a practice
	Opened  state.Opened  `json:"opened"`
	Plan    state.Plan    `json:"plan"`
	Country string        `json:"country"`
	Sealing *sealing      `json:"sealing"`
	Tickets []wire.Ticket `json:"tickets"`
	Skew    int64         `json:"skew"` // milliseconds
}

// The names in private.
const (
	privatePlan    = "plan"
	privateCountry = "country"
	privateSetup   = "setup"
	privateOpened  = "opened"
	privateSealing = "sealing"
	privateTickets = "tickets"
	privateSkew    = "skew"
)

// outcome says how an attempt to drain the outbox ended.
type outcome string

const (
	outcomeDone    outcome = "done"    // nothing waits
	outcomeOffline outcome = "offline" // no answer
	outcomeLater   outcome = "later"   // the server cannot take it now
	outcomePaused  outcome = "paused"  // a practice is suspended: it waits there
	outcomeSeal    outcome = "seal"    // what waits has to be sealed first
	outcomeRevoked outcome = "revoked" // the device was taken out of the account, and is empty
)

func (d device) current(ctx context.Context) (c current, err error) {
	return c, d.page.Device(ctx, &c, "current")
}

func (d device) setCurrent(ctx context.Context, c current) error {
	if c.Account != nil {
		c.Within = c.Account.LockWithin()
	}
	return d.page.Device(ctx, nil, "setCurrent", c)
}

func (d device) load(ctx context.Context, account uuid.UUID) (k kept, err error) {
	return k, d.page.Device(ctx, &k, "load", account)
}

func (d device) setOwner(ctx context.Context, account uuid.UUID) error {
	return d.page.Device(ctx, nil, "setOwner", account)
}

// leave removes an account and makes the app what next says. What can be sent
// without the account's key may stay.
func (d device) leave(ctx context.Context, account uuid.UUID, next current, sealedStay bool) error {
	return d.page.Device(ctx, nil, "leave", account, next, sealedStay)
}

// admission says how things stand with the key of an account that has logged in.
type admission string

const (
	admitOpen  admission = "open"
	admitAlone admission = "alone" // nothing can open it again yet
	admitOther admission = "other" // the secret does not open it, something else does
	// admitChanged: the password is another than the device's.
	admitChanged admission = "changed"
)

func (d device) admit(ctx context.Context, account uuid.UUID, secret *Secret, minutes int) (a admission, err error) {
	return a, d.page.Device(ctx, &a, "admit", account, secret, minutes)
}

func (d device) unlock(ctx context.Context, secret Secret) (ok bool, err error) {
	return ok, d.page.Device(ctx, &ok, "unlock", secret)
}

func (d device) lock(ctx context.Context) error { return d.page.Device(ctx, nil, "lock") }

func (d device) wrapWith(ctx context.Context, opener *Secret, secret Secret) (ok bool, err error) {
	return ok, d.page.Device(ctx, &ok, "wrapWith", opener, secret)
}

// ways returns what opens an account's key.
func (d device) ways(ctx context.Context, account uuid.UUID) (list []way, err error) {
	return list, d.page.Device(ctx, &list, "ways", account)
}

// dropPasskeys takes passkeys away that opened it, but never the last way to.
func (d device) dropPasskeys(ctx context.Context, account uuid.UUID, ids []string) error {
	return d.page.Device(ctx, nil, "dropPasskeys", account, ids)
}

func (d device) lockAfter(ctx context.Context) (minutes int, err error) {
	return minutes, d.page.Device(ctx, &minutes, "lockAfter")
}

func (d device) setLockAfter(ctx context.Context, minutes int) error {
	return d.page.Device(ctx, nil, "setLockAfter", minutes)
}

func (d device) saveSynced(ctx context.Context, account uuid.UUID, synced []wire.SyncedConversation) error {
	return d.page.Device(ctx, nil, "saveSynced", account, synced)
}

// saveOlder keeps a page of messages older than those kept.
func (d device) saveOlder(ctx context.Context, account, conversation uuid.UUID, messages []wire.Message) error {
	return d.page.Device(ctx, nil, "saveOlder", account, conversation, messages)
}

func (d device) older(ctx context.Context, account, conversation uuid.UUID, before int64, limit int) (page []wire.Message, err error) {
	return page, d.page.Device(ctx, &page, "older", account, conversation, before, limit)
}

func (d device) saveDraft(ctx context.Context, account uuid.UUID, draft keptDraft) error {
	return d.page.Device(ctx, nil, "saveDraft", account, draft.Conversation, draft.Text, draft.Was)
}

func (d device) outbox(ctx context.Context, account uuid.UUID) (items []state.Pending, err error) {
	return items, d.page.Device(ctx, &items, "outbox", account)
}

// enqueue puts items into the outbox and replaces a draft, if there is one to
// replace: all of it or nothing.
func (d device) enqueue(ctx context.Context, account uuid.UUID, items []state.Pending, draft *keptDraft) error {
	return d.page.Device(ctx, nil, "enqueue", account, items, draft)
}

// takeBack moves a message into its draft and returns the draft, or nil where
// it is too late: it was tried, and the server was not asked whether it has it.
func (d device) takeBack(ctx context.Context, account uuid.UUID, id message.ID, asked bool) (text *message.Text, err error) {
	return text, d.page.Device(ctx, &text, "takeBack", account, id, asked)
}

// remove drops what waits or was rejected, unless it is too late as for
// takeBack.
func (d device) remove(ctx context.Context, account uuid.UUID, id message.ID, asked bool) (ok bool, err error) {
	return ok, d.page.Device(ctx, &ok, "remove", account, id, asked)
}

// attached is the envelope of what waits without one.
type attached struct {
	ID       uuid.UUID `json:"id"`
	Envelope []byte    `json:"envelope"`
}

// attach gives what waits without an envelope its own. With anew that is after the
// server has heard of this device once more: what it then goes on refusing is set
// aside after a few times.
func (d device) attach(ctx context.Context, account uuid.UUID, sealed []attached, anew bool) error {
	return d.page.Device(ctx, nil, "attach", account, sealed, anew)
}

// flush drains the outbox. With probe it asks for the server first, so that
// without a connection nothing counts as tried.
func (d device) flush(ctx context.Context, probe bool) (o outcome, err error) {
	return o, d.page.Device(ctx, &o, "flush", probe)
}

// keepRating keeps what a reader says of an article, in the place of what was said
// of it before.
func (d device) keepRating(ctx context.Context, r wire.ArticleRating) error {
	return d.page.Device(ctx, nil, "keepRating", r)
}

func (d device) ratings(ctx context.Context) (waiting []wire.ArticleRating, err error) {
	return waiting, d.page.Device(ctx, &waiting, "ratings")
}

func (d device) dropRating(ctx context.Context, article string) error {
	return d.page.Device(ctx, nil, "dropRating", article)
}

func (d device) private(ctx context.Context, account uuid.UUID) (p private, err error) {
	return p, d.page.Device(ctx, &p, "private", account)
}

func (d device) savePrivate(ctx context.Context, account uuid.UUID, name string, value any) error {
	return d.page.Device(ctx, nil, "savePrivate", account, name, value)
}
