package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/chat"
	"pleiades/server/feedback"
	"pleiades/server/outbox"
	"pleiades/server/support"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// routeAPI registers every operation of the API and makes its description.
func (s *server) routeAPI(origin string) {
	useProblems()
	schemas := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	schemas.RegisterTypeAlias(reflect.TypeFor[uuid.UUID](), reflect.TypeFor[uuidText]())
	// The data of events, which no operation returns.
	schemas.Schema(reflect.TypeFor[wire.MessageEvent](), true, "")
	schemas.Schema(reflect.TypeFor[wire.ReadEvent](), true, "")
	schemas.Schema(reflect.TypeFor[wire.AgendaEvent](), true, "")
	schemas.Schema(reflect.TypeFor[wire.AvailabilityEvent](), true, "")
	schemas.Schema(reflect.TypeFor[wire.SecurityEvent](), true, "")
	schemas.Schema(reflect.TypeFor[wire.TicketEvent](), true, "")

	api := humago.New(s.api, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title:       "Pleiades",
				Version:     fmt.Sprintf("1.%d", wire.Version),
				Description: "Messages between people in therapy and their therapists. Errors are application/problem+json with a stable code.",
			},
			Servers: []*huma.Server{{URL: origin}},
			Components: &huma.Components{
				Schemas: schemas,
				SecuritySchemes: map[string]*huma.SecurityScheme{
					loginScheme: {Type: "apiKey", In: "cookie", Name: s.logins.cookie, Description: "The cookie set by POST /api/v1/login."},
					stepScheme:  {Type: "apiKey", In: "cookie", Name: s.logins.cookie, Description: "The same cookie, also while the login is not whole yet."},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": jsonFormat(), "json": jsonFormat()},
		DefaultFormat: "application/json",
	})
	api.UseMiddleware(s.identify)

	s.registerVersion(api)
	s.registerPeople(api)
	s.registerInvitations(api)
	s.registerDirectory(api)
	s.registerSteps(api)
	s.registerFactors(api)
	s.registerPasswords(api)
	s.registerEmails(api)
	s.registerDevices(api)
	s.registerConversations(api)
	s.registerAgendas(api)
	s.registerAvailabilities(api)
	s.registerAudit(api)
	s.registerApplications(api)
	s.registerMembers(api)
	s.registerPractices(api)
	s.registerOutbox(api)
	s.registerFeedback(api)
	s.registerTickets(api)
	s.registerContact(api)
	s.registerOperator(api)
	s.api.HandleFunc("GET "+eventsPath, s.serveEvents)
	api.OpenAPI().AddOperation(describeEvents())

	// Written when it is first asked for: the start does not wait for it.
	description := sync.OnceValues(func() ([]byte, error) { return json.Marshal(api.OpenAPI()) })
	s.api.HandleFunc("GET /api/openapi.json", func(w http.ResponseWriter, r *http.Request) {
		text, err := description()
		if err != nil {
			s.Log.ErrorContext(r.Context(), "the API is not described", "err", err)
			writeProblem(w, newProblem(wire.CodeInternal))
			return
		}
		w.Header().Set("Content-Type", "application/openapi+json")
		_, _ = w.Write(text)
	})
}

// content describes a body by the name of its schema.
func content(mediaType, schema string) map[string]*huma.MediaType {
	return map[string]*huma.MediaType{mediaType: {Schema: &huma.Schema{Ref: "#/components/schemas/" + schema}}}
}

// errorResponse describes what every operation may answer.
func errorResponse() *huma.Response {
	return &huma.Response{Description: "Error", Content: content(problemType, "Problem")}
}

// uuidText describes ids in schemas.
type uuidText struct{}

// Schema implements huma.SchemaProvider.
func (uuidText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "uuid"}
}

// The security schemes of operations that need a login, and of the few that
// take one which still waits for its second factor.
const (
	loginScheme = "login"
	stepScheme  = "loginStep"
)

func needsLogin() []map[string][]string { return []map[string][]string{{loginScheme: {}}} }

func takesStep() []map[string][]string { return []map[string][]string{{stepScheme: {}}} }

// register adds an operation whose errors become answers by the table.
func register[In, Out any](s *server, api huma.API, op huma.Operation, handle func(context.Context, *In) (*Out, error)) {
	op.BodyReadTimeout = -1 // the body is read, within limits, before
	op.MaxBodyBytes = -1
	huma.Register(api, op, func(ctx context.Context, in *In) (*Out, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return out, nil
	})
}

// exchange is the request behind a context, for the operations that set
// cookies, and who is asking.
type exchange struct {
	w     http.ResponseWriter
	r     *http.Request
	actor account.Actor // zero for operations without a login
}

type exchangeKey struct{}

// exchangeOf returns the exchange that identify put into the context.
func exchangeOf(ctx context.Context) exchange { return ctx.Value(exchangeKey{}).(exchange) }

// pathID reads the id of something in a path. What is no id is nowhere.
func pathID(text string) (uuid.UUID, error) {
	id, err := message.ParseID(text)
	if err != nil {
		return uuid.Nil, newProblem(wire.CodeNotFound)
	}
	return id, nil
}

// madeID reads an id in a path that the caller made.
func madeID(text string) (uuid.UUID, error) {
	id, err := message.ParseID(text)
	if err != nil {
		return uuid.Nil, newProblem(wire.CodeBadRequest)
	}
	return id, nil
}

// caller returns who is asking an operation that needs a login.
func caller(ctx context.Context) account.Actor { return exchangeOf(ctx).actor }

// talker returns the caller as package chat knows people.
func talker(ctx context.Context) chat.Actor { return chat.Actor{Account: caller(ctx).Account} }

// identify finds out who is asking, and counts what they change, before anything
// of the request is looked at.
func (s *server) identify(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	ex := exchange{w: w, r: r}
	if schemes := ctx.Operation().Security; len(schemes) > 0 {
		find := s.logins.actor
		if _, step := schemes[0][stepScheme]; step {
			find = s.logins.step
		}
		actor, err := s.authenticate(r, find)
		if err == nil {
			err = s.changing(ctx.Operation(), actor)
		}
		if err != nil {
			writeProblem(w, s.problem(r.Context(), err))
			return
		}
		ex.actor = actor
	}
	next(huma.WithValue(ctx, exchangeKey{}, ex))
}

// errWrongAccount says that someone else is logged in than the request was
// written by.
var errWrongAccount = errors.New("logged in as another account")

// authenticate returns who is asking. It refuses to act for anyone else than
// the account that the request names, if it names one.
func (s *server) authenticate(r *http.Request, find func(*http.Request) (account.Actor, error)) (account.Actor, error) {
	actor, err := find(r)
	if err != nil {
		return account.Actor{}, err
	}
	if err := checkNamed(r, actor.Account); err != nil {
		return account.Actor{}, err
	}
	return actor, nil
}

// checkNamed refuses an account that is not the one that the request names, if it
// names one.
func checkNamed(r *http.Request, account uuid.UUID) error {
	if named := r.Header.Get(wire.HeaderAccount); named != "" && !strings.EqualFold(named, account.String()) {
		return errWrongAccount
	}
	return nil
}

// codes is the one table from errors to the codes of answers.
var codes = []struct {
	err  error
	code wire.Code
}{
	{account.ErrNotLoggedIn, wire.CodeNotLoggedIn},
	{account.ErrDeviceRevoked, wire.CodeDeviceRevoked},
	{account.ErrEnrollmentRequired, wire.CodeEnrollmentRequired},
	{account.ErrStepUpRequired, wire.CodeStepUpRequired},
	{account.ErrInvalidCode, wire.CodeInvalidCode},
	{account.ErrInvalidPasskey, wire.CodeInvalidPasskey},
	{account.ErrInvalidReset, wire.CodeInvalidReset},
	{account.ErrTooManyPasskeys, wire.CodeTooManyPasskeys},
	{account.ErrLastFactor, wire.CodeLastFactor},
	{account.ErrInvalidCredentials, wire.CodeInvalidCredentials},
	{account.ErrInvalidInvitation, wire.CodeInvalidInvitation},
	{account.ErrOwnInvitation, wire.CodeOwnInvitation},
	{account.ErrInvalidSignUpLink, wire.CodeInvalidSignUpLink},
	{account.ErrInvalidAnswerLink, wire.CodeInvalidAnswerLink},
	{account.ErrInvalidRoles, wire.CodeInvalidRoles},
	{account.ErrLastOwner, wire.CodeLastOwner},
	{account.ErrOpenConversations, wire.CodeOpenConversations},
	{account.ErrDecided, wire.CodeAlreadyDecided},
	{account.ErrIDConflict, wire.CodeIDConflict},
	{account.ErrFactorRequired, wire.CodeFactorRequired},
	{account.ErrAddressTaken, wire.CodeAddressTaken},
	{account.ErrNotAccepting, wire.CodeNotAccepting},
	{account.ErrNoAvailability, wire.CodeNeedsAvailability},
	{account.ErrAskedAlready, wire.CodeAskedAlready},
	{account.ErrTooManyRequests, wire.CodeRequestLimit},
	{account.ErrAnswered, wire.CodeAnswered},
	{account.ErrSuspended, wire.CodePracticeSuspended},
	{account.ErrForbidden, wire.CodeForbidden},
	{account.ErrNotFound, wire.CodeNotFound},
	{account.ErrUnreadable, wire.CodeUnreadable},
	{account.ErrUnavailable, wire.CodeUnavailable},
	{account.ErrStorageFull, wire.CodeStorageFull},
	{feedback.ErrNotFound, wire.CodeNotFound},
	{feedback.ErrInvalid, wire.CodeInvalidMessage},
	{feedback.ErrUnavailable, wire.CodeUnavailable},
	{feedback.ErrStorageFull, wire.CodeStorageFull},
	{outbox.ErrNotFound, wire.CodeNotFound},
	{outbox.ErrKeyExpired, wire.CodeKeyExpired},
	{outbox.ErrUnverified, wire.CodeUnverified},
	{outbox.ErrTooMany, wire.CodeTooManyRequests},
	{outbox.ErrUnavailable, wire.CodeUnavailable},
	{outbox.ErrStorageFull, wire.CodeStorageFull},
	{support.ErrNotFound, wire.CodeNotFound},
	{support.ErrIDConflict, wire.CodeIDConflict},
	{support.ErrFull, wire.CodeTicketFull},
	{support.ErrUnavailable, wire.CodeUnavailable},
	{support.ErrStorageFull, wire.CodeStorageFull},
	{chat.ErrNotFound, wire.CodeNotFound},
	{chat.ErrForbidden, wire.CodeForbidden},
	{chat.ErrIDConflict, wire.CodeIDConflict},
	{chat.ErrWithdrawn, wire.CodeWithdrawn},
	{chat.ErrSent, wire.CodeAlreadySent},
	{chat.ErrDestroyed, wire.CodeDestroyed},
	{chat.ErrClosed, wire.CodeConversationClosed},
	{chat.ErrSuspended, wire.CodePracticeSuspended},
	{chat.ErrUnreadable, wire.CodeUnreadable},
	{chat.ErrAvailabilityChanged, wire.CodeAvailabilityChanged},
	{chat.ErrListFull, wire.CodeListFull},
	{chat.ErrUnavailable, wire.CodeUnavailable},
	{chat.ErrStorageFull, wire.CodeStorageFull},
	{errWrongAccount, wire.CodeWrongAccount},
	// The caller has left or the server is stopping.
	{context.Canceled, wire.CodeUnavailable},
	{context.DeadlineExceeded, wire.CodeUnavailable},
}

// problem returns the answer for an error. What nobody foresaw is logged here,
// since the answer does not say what it was.
func (s *server) problem(ctx context.Context, err error) *Problem {
	var (
		answer  *Problem
		person  *account.InvalidError
		name    *account.InvalidNameError
		pass    *account.InvalidPasswordError
		often   *account.TooManyError
		unsent  *chat.InvalidError
		joining *account.InvalidApplicationError
		fields  *chat.FieldsError
		parts   *account.FieldsError
		times   *chat.AvailabilityError
		text    *support.InvalidError
		asked   *support.FieldsError
		tickets *support.TooManyError
	)
	switch {
	case errors.As(err, &answer):
		return answer
	case errors.As(err, &person):
		return newProblem(wire.CodeInvalidSignUp, person.Fields...)
	case errors.As(err, &name):
		return newProblem(wire.CodeInvalidName, name.Fields...)
	case errors.As(err, &pass):
		reasons := make([]string, len(pass.Fields))
		for i, field := range pass.Fields {
			reasons[i] = strings.TrimPrefix(field, "password_")
		}
		return newProblem(wire.CodeInvalidPassword, reasons...)
	case errors.As(err, &joining):
		return newProblem(wire.CodeInvalidApplication, joining.Fields...)
	case errors.As(err, &often):
		return tooMany(often.RetryAfter)
	case errors.Is(err, account.ErrInvitationExpired):
		return newProblem(wire.CodeInvalidInvitation, wire.InvitationExpired)
	case errors.Is(err, account.ErrInvalidMethod):
		return newProblem(wire.CodeInvalidRequest, "method")
	case errors.As(err, &unsent):
		return invalidText(unsent.Codes)
	case errors.As(err, &text):
		return invalidText(text.Codes)
	case errors.As(err, &asked):
		return newProblem(wire.CodeInvalidRequest, asked.Fields...)
	case errors.As(err, &tickets):
		return tooMany(tickets.RetryAfter)
	case errors.Is(err, support.ErrCrowded):
		answer = newProblem(wire.CodeContactFull)
		answer.retryAfter = crowdedPause
		return answer
	case errors.As(err, &fields):
		return newProblem(wire.CodeInvalidRequest, fields.Fields...)
	case errors.As(err, &parts):
		return newProblem(wire.CodeInvalidRequest, parts.Fields...)
	case errors.As(err, &times):
		answer = newProblem(wire.CodeInvalidAvailability)
		answer.Fields = times.Fields
		return answer
	}
	for _, known := range codes {
		if errors.Is(err, known.err) {
			return newProblem(known.code)
		}
	}
	s.Log.ErrorContext(ctx, "request failed", "err", err)
	return newProblem(wire.CodeInternal)
}

// invalidText names the rules that a text breaks.
func invalidText(codes []message.Code) *Problem {
	broken := make([]string, len(codes))
	for i, code := range codes {
		broken[i] = string(code)
	}
	return newProblem(wire.CodeInvalidMessage, broken...)
}
