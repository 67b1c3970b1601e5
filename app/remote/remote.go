// Package remote owns the calls to the server's API, typed by package wire.
//
// It must not keep anything or try again: that is for its callers.
package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"pleiades/app/browser"
	"pleiades/shared/availability"
	"pleiades/shared/crisis"
	"pleiades/shared/help"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Fetcher sends a request. An error means that no answer came.
type Fetcher interface {
	Fetch(ctx context.Context, method, path, body string, headers map[string]string) (browser.Response, error)
}

// Client calls the server. Its methods return a *wire.Problem where the server
// refused, and another error where no answer came, or one that is not the
// server's: a captive portal answers too.
type Client struct {
	fetch Fetcher
	whose func() uuid.UUID
}

// New returns a Client that sends its requests by f. Each names the account that
// whose returns, uuid.Nil for nobody's: where another account is logged in, as by
// another tab meanwhile, the server refuses with wire.CodeWrongAccount.
func New(f Fetcher, whose func() uuid.UUID) *Client { return &Client{fetch: f, whose: whose} }

// Later is a Problem of which the server said when to try again.
type Later struct {
	Problem *wire.Problem
	After   time.Duration
}

// Error names the problem.
func (l *Later) Error() string { return l.Problem.Error() }

// Unwrap returns the problem.
func (l *Later) Unwrap() error { return l.Problem }

// LogIn begins a login session.
func (c *Client) LogIn(ctx context.Context, r wire.LogIn) (wire.LoginAnswer, error) {
	var answer wire.LoginAnswer
	return answer, c.call(ctx, "POST", "/login", r, &answer)
}

// LogOut ends the login session.
func (c *Client) LogOut(ctx context.Context) error {
	return c.call(ctx, "POST", "/logout", struct{}{}, nil)
}

// Me returns who is logged in.
func (c *Client) Me(ctx context.Context) (wire.LoggedIn, error) {
	var answer wire.LoggedIn
	return answer, c.call(ctx, "GET", "/me", nil, &answer)
}

// Renew tells the server that the person did something.
func (c *Client) Renew(ctx context.Context) error {
	return c.call(ctx, "POST", "/active", struct{}{}, nil)
}

// SignUp asks for an account.
func (c *Client) SignUp(ctx context.Context, r wire.SignUp) error {
	return c.call(ctx, "POST", "/signup", r, nil)
}

// ConfirmSignUp makes the account that somebody signed up for.
func (c *Client) ConfirmSignUp(ctx context.Context, r wire.ConfirmSignUp) (wire.SignUpConfirmed, error) {
	var answer wire.SignUpConfirmed
	return answer, c.call(ctx, "POST", "/signup/confirm", r, &answer)
}

// LookInvitation returns who invites a client, and how they use messages.
func (c *Client) LookInvitation(ctx context.Context, r wire.AcceptInvitation) (wire.InvitationOffer, error) {
	var answer wire.InvitationOffer
	return answer, c.call(ctx, "POST", "/invitations/look", r, &answer)
}

// AcceptInvitation takes an invitation with the account that is logged in.
func (c *Client) AcceptInvitation(ctx context.Context, r wire.AcceptInvitation) (wire.InvitationAccepted, error) {
	var answer wire.InvitationAccepted
	return answer, c.call(ctx, "POST", "/invitations/accept", r, &answer)
}

// Invite makes an invitation for a client of a practice.
func (c *Client) Invite(ctx context.Context, practice uuid.UUID) (wire.Invitation, error) {
	var answer wire.Invitation
	return answer, c.call(ctx, "POST", "/invitations", wire.InviteClient{Practice: practice}, &answer)
}

// Invitations lists one's own invitations that someone can still use.
func (c *Client) Invitations(ctx context.Context) ([]wire.OpenInvitation, error) {
	var answer wire.Invitations
	err := c.call(ctx, "GET", "/invitations", nil, &answer)
	return answer.Invitations, err
}

// Withdraw deletes an invitation of one's own.
func (c *Client) Withdraw(ctx context.Context, invitation uuid.UUID) error {
	return c.call(ctx, "DELETE", "/invitations/"+invitation.String(), nil, nil)
}

// UpdateSettings changes one's own settings.
func (c *Client) UpdateSettings(ctx context.Context, r wire.Settings) (wire.LoggedIn, error) {
	var answer wire.LoggedIn
	return answer, c.call(ctx, "PATCH", "/settings", r, &answer)
}

// Sync asks for everything missed.
func (c *Client) Sync(ctx context.Context, r wire.SyncRequest) (wire.SyncResponse, error) {
	var answer wire.SyncResponse
	return answer, c.call(ctx, "POST", "/sync", r, &answer)
}

// ListMessages returns the newest messages below before, at most limit,
// ascending.
func (c *Client) ListMessages(ctx context.Context, conversation uuid.UUID, before int64, limit int) ([]wire.Message, error) {
	query := url.Values{"before": {strconv.FormatInt(before, 10)}, "limit": {strconv.Itoa(limit)}}
	var answer wire.Messages
	err := c.call(ctx, "GET", "/conversations/"+conversation.String()+"/messages?"+query.Encode(), nil, &answer)
	return answer.Messages, err
}

// WithdrawMessage has the server refuse a message of one's own that it does not
// have; wire.CodeAlreadySent says that it has it.
func (c *Client) WithdrawMessage(ctx context.Context, conversation uuid.UUID, id message.ID) error {
	return c.call(ctx, "DELETE", "/conversations/"+conversation.String()+"/messages/"+id.String(), nil, nil)
}

// ServerVersion returns which build answers. It needs no login.
func (c *Client) ServerVersion(ctx context.Context) (wire.ServerVersion, error) {
	var answer wire.ServerVersion
	return answer, c.call(ctx, "GET", "/version", nil, &answer)
}

// IngestKeys returns the key to seal to. It needs no login.
func (c *Client) IngestKeys(ctx context.Context) (wire.IngestKeys, error) {
	var answer wire.IngestKeys
	return answer, c.call(ctx, "GET", "/ingest-keys", nil, &answer)
}

// RegisterDevice hands over the secret of this device.
func (c *Client) RegisterDevice(ctx context.Context, r wire.RegisterDevice) (wire.RegisteredDevice, error) {
	var answer wire.RegisteredDevice
	return answer, c.call(ctx, "POST", "/devices", r, &answer)
}

// Availabilities returns what a therapist has set, for each of their practices.
func (c *Client) Availabilities(ctx context.Context) (wire.Availabilities, error) {
	var answer wire.Availabilities
	return answer, c.call(ctx, "GET", "/availability", nil, &answer)
}

// SaveAvailability changes what a therapist has set in one practice.
func (c *Client) SaveAvailability(ctx context.Context, practice uuid.UUID, a wire.SetAvailability) (wire.TherapistAvailability, error) {
	var answer wire.TherapistAvailability
	return answer, c.call(ctx, "PUT", "/availability/"+practice.String(), a, &answer)
}

// PreviewAvailability returns what would follow from an availability.
func (c *Client) PreviewAvailability(ctx context.Context, a availability.Availability) (availability.Outlook, error) {
	var answer wire.AvailabilityPreview
	err := c.call(ctx, "POST", "/availability/preview", a, &answer)
	return answer.Outlook, err
}

// CloseConversation ends care in a conversation.
func (c *Client) CloseConversation(ctx context.Context, conversation uuid.UUID, r wire.Close) (wire.Conversation, error) {
	var answer wire.Conversation
	return answer, c.call(ctx, "POST", "/conversations/"+conversation.String()+"/close", r, &answer)
}

// ReopenConversation opens a closed conversation again.
func (c *Client) ReopenConversation(ctx context.Context, conversation uuid.UUID) (wire.Conversation, error) {
	var answer wire.Conversation
	return answer, c.call(ctx, "POST", "/conversations/"+conversation.String()+"/reopen", struct{}{}, &answer)
}

// Openings returns who looked at what is in a conversation.
func (c *Client) Openings(ctx context.Context, conversation uuid.UUID) (wire.Openings, error) {
	var answer wire.Openings
	return answer, c.call(ctx, "GET", "/conversations/"+conversation.String()+"/openings", nil, &answer)
}

// AuditLog returns a page of a practice's audit log.
func (c *Client) AuditLog(ctx context.Context, practice uuid.UUID, query url.Values) (wire.AuditPage, error) {
	var answer wire.AuditPage
	return answer, c.call(ctx, "GET", AuditPath(practice)+"?"+query.Encode(), nil, &answer)
}

// AuditPath returns where the audit log of a practice is, below the API.
func AuditPath(practice uuid.UUID) string { return "/practices/" + practice.String() + "/audit" }

// MarkRead moves the own read mark of a conversation.
func (c *Client) MarkRead(ctx context.Context, conversation uuid.UUID, seq int64) error {
	return c.call(ctx, "POST", "/conversations/"+conversation.String()+"/read", wire.Mark{Seq: seq}, nil)
}

// MarkDelivered says that this device has the messages of a conversation to seq.
func (c *Client) MarkDelivered(ctx context.Context, conversation uuid.UUID, seq int64) error {
	return c.call(ctx, "POST", "/conversations/"+conversation.String()+"/delivered", wire.Mark{Seq: seq}, nil)
}

// CrisisDirectory returns the emergency numbers and crisis lines. The worker
// keeps them, so that they come without the server too.
func (c *Client) CrisisDirectory(ctx context.Context) (crisis.Directory, error) {
	r, err := c.fetch.Fetch(ctx, "GET", "/crisis.txt", "", map[string]string{})
	if err != nil {
		return crisis.Directory{}, err
	}
	if r.Status != 200 || !strings.HasPrefix(r.Type, "text/plain") {
		return crisis.Directory{}, fmt.Errorf("%w: the answer is not the server's", browser.ErrNoAnswer)
	}
	directory, err := crisis.Parse(r.Body)
	if err != nil {
		return crisis.Directory{}, fmt.Errorf("read crisis directory: %w", err)
	}
	return directory, nil
}

// Where the articles of the Help Center are, what finds them, and what TARS weighs
// questions by. The worker keeps all.
const (
	libraryPath = "/help.json"
	indexPath   = "/help-index.txt"
	weightsPath = "/help-weights.txt"
)

// Library returns the articles of the Help Center.
func (c *Client) Library(ctx context.Context) (*help.Library, error) {
	r, err := c.fetch.Fetch(ctx, "GET", libraryPath, "", map[string]string{})
	if err != nil {
		return nil, err
	}
	if r.Status != 200 || !strings.HasPrefix(r.Type, "application/json") {
		return nil, fmt.Errorf("%w: the answer is not the server's", browser.ErrNoAnswer)
	}
	var library help.Library
	if err := json.Unmarshal([]byte(r.Body), &library); err != nil {
		return nil, fmt.Errorf("read help: %w", err)
	}
	return &library, nil
}

// HelpIndex returns the index of the articles, opened. An error may say that it is
// of other articles: those of another version.
func (c *Client) HelpIndex(ctx context.Context, l *help.Library) (*help.Index, error) {
	packed, err := c.helpFile(ctx, indexPath)
	if err != nil {
		return nil, err
	}
	return help.NewIndex(l, packed)
}

// HelpWeights returns what TARS weighs questions by.
func (c *Client) HelpWeights(ctx context.Context) (*help.Weights, error) {
	text, err := c.helpFile(ctx, weightsPath)
	if err != nil {
		return nil, err
	}
	weights, err := help.ParseWeights(text)
	if err != nil {
		return nil, fmt.Errorf("read help: %w", err)
	}
	return weights, nil
}

// helpFile returns a text that the Help Center works with.
func (c *Client) helpFile(ctx context.Context, path string) (string, error) {
	r, err := c.fetch.Fetch(ctx, "GET", path, "", map[string]string{})
	if err != nil {
		return "", err
	}
	if r.Status != 200 || !strings.HasPrefix(r.Type, "text/plain") {
		return "", fmt.Errorf("%w: the answer is not the server's", browser.ErrNoAnswer)
	}
	return r.Body, nil
}

// RateArticle says whether an article was helpful, and not who says so.
func (c *Client) RateArticle(ctx context.Context, r wire.ArticleRating) error {
	return c.nobodys().call(ctx, "POST", "/help/ratings", r, nil)
}

// RemarkOnArticle says something about an article, and not who says so.
func (c *Client) RemarkOnArticle(ctx context.Context, r wire.ArticleRemark) error {
	return c.nobodys().call(ctx, "POST", "/help/remarks", r, nil)
}

// nobodys returns a Client that names no account.
func (c *Client) nobodys() *Client { return New(c.fetch, func() uuid.UUID { return uuid.Nil }) }

// statusNoContent is the status of an answer that says nothing but yes.
const statusNoContent = 204

func (c *Client) call(ctx context.Context, method, path string, body, answer any) error {
	headers := map[string]string{wire.HeaderVersion: strconv.Itoa(wire.Version)}
	if account := c.whose(); account != uuid.Nil {
		headers[wire.HeaderAccount] = account.String()
	}
	var text string
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("encode request: %w", err)
		}
		text, headers["Content-Type"] = string(b), "application/json"
	}
	r, err := c.fetch.Fetch(ctx, method, "/api/v1"+path, text, headers)
	if err != nil {
		return err
	}
	if r.Status >= 200 && r.Status < 300 {
		if r.Status != statusNoContent && !strings.HasPrefix(r.Type, "application/json") {
			return fmt.Errorf("%w: the answer is not the server's", browser.ErrNoAnswer)
		}
		if answer == nil {
			return nil
		}
		err := json.Unmarshal([]byte(r.Body), answer)
		if cut := (*json.SyntaxError)(nil); errors.As(err, &cut) {
			return fmt.Errorf("%w: the answer was cut off", browser.ErrNoAnswer)
		}
		if err != nil {
			return fmt.Errorf("decode answer: %w", err)
		}
		return nil
	}
	var p wire.Problem
	if !strings.HasPrefix(r.Type, "application/problem+json") || json.Unmarshal([]byte(r.Body), &p) != nil || p.Code == "" {
		return fmt.Errorf("%w: status %d is not the server's", browser.ErrNoAnswer, r.Status)
	}
	if seconds, err := strconv.Atoi(r.RetryAfter); err == nil && seconds > 0 {
		return &Later{Problem: &p, After: time.Duration(seconds) * time.Second}
	}
	return &p
}
