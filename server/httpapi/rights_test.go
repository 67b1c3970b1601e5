package httpapi_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/store/storetest"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// askers are those who ask for everything, in the order of the letters of each
// row below. What belongs to someone is the client's.
var askers = []string{
	"nobody", "the client", "another client", "the therapist", "a colleague", "a therapist elsewhere", "the admin",
	"an enrolling login", "a pending login", "a login whose proof is old", "an operator",
}

// operator is the place of the operator among the askers. Where a row has no
// letter for them they are treated as another client is: as someone to whom
// none of it belongs.
const operator = 10

// letter returns the letter for an asker.
func (r right) letter(i int) byte {
	if i == operator && len(r.want) == operator {
		return r.want[2]
	}
	return r.want[i]
}

// What the letters of a row stand for. Whoever gets y or v is let in; v is for
// those whose request then turns out to make no sense.
var letters = map[byte]struct {
	status int // of the answer, in hundreds
	code   wire.Code
}{
	'y': {2, ""},
	'v': {422, ""},
	'-': {401, wire.CodeNotLoggedIn},
	'c': {401, wire.CodeInvalidCredentials},
	'e': {403, wire.CodeEnrollmentRequired},
	's': {403, wire.CodeStepUpRequired},
	'f': {403, wire.CodeForbidden},
	'n': {404, wire.CodeNotFound},
	'l': {409, wire.CodeLastFactor},
}

// right is a route with one letter for each asker.
type right struct {
	route string
	body  string
	want  string
	ends  bool // it ends the login of whoever is let in
}

const (
	anyone    = "yyyyyyyyyy"
	anyoneIn  = "-yyyyyye-y" // everyone for themselves
	enrolToo  = "-yyyyyyy-y"
	sensitive = "-yyyyyye-s"
	enrolling = "-yyyyyyy-s" // sensitive, and part of enrolling
	theTwo    = "-ynynnne-n" // of the conversation
	itsOwner  = "-ynnnnne-n"
	therapist = "-ffyyyfe-f"
	operators = "-nnnnnne-ny"
)

// rights is who may do what: a row for every route.
var rights = []right{
	{"GET /version", ``, anyone, false},
	{"POST /login", `{"email":"{new}@example.test","password":"wrong horse battery"}`, "cccccccccc", false},
	{"POST /login/totp", `{"code":"000000"}`, "-------ev-", false},
	{"POST /login/recovery", `{"code":"none"}`, "-------ev-", false},
	{"POST /login/passkey/options", ``, "yyyyyyyyvy", false},
	{"POST /login/passkey", `{"ceremony":"x","credential":{}}`, "vvvvvvvvvv", false},
	{"POST /logout", ``, "-yyyyyyyyy", true},
	{"POST /active", ``, anyoneIn, false},
	{"GET /me", ``, anyoneIn, false},
	{"PATCH /settings", `{"readReceipts":true}`, therapist, false},
	{"POST /signup", `{"email":"{new}@example.test","password":"otter violin gravel","name":"New"}`, anyone, false},
	{"POST /signup/confirm", `{"token":"x","password":"otter violin gravel"}`, "vvvvvvvvvv", false},
	{"POST /invitations", ``, therapist, false},
	{"GET /invitations", ``, therapist, false},
	{"DELETE /invitations/{invitation}", ``, "-ffynnfe-f", false},
	{"POST /invitations/accept", `{"invitation":"x"}`, "-vvvvvve-vf", false},

	{"GET /directory", ``, "-yyyyyye-yf", false},
	{"GET /directory/listings", ``, anyoneIn, false},
	{"PUT /directory/listings/{practice}", `{"listed":true,"accepting":true,"words":"I listen."}`, "-ffyynfe-f", false},
	{"GET /requests", ``, anyoneIn, false},
	{"POST /requests", `{"practice":"{practice}","therapist":"{new}","note":"hello"}`, "-nnnnnne-nf", false},
	{"POST /requests/{request}/accept", ``, "-ffynnfe-f", false},
	{"POST /requests/{request}/decline", `{"words":"Not now."}`, "-ffynnfe-f", false},
	{"DELETE /requests/{request}", ``, "-nnnnnne-n", false},

	{"GET /security", ``, enrolToo, false},
	{"POST /security/seen", `{"until":"2026-01-02T03:04:05Z"}`, anyoneIn, false},
	{"POST /step-up", `{"method":"password","password":"wrong horse battery"}`, "-ccccccc-cv", false},
	{"POST /step-up/passkey/options", ``, "-vvvvvvv-v", false},
	{"POST /totp", ``, enrolling, false},
	{"POST /totp/confirm", `{"code":"000000"}`, "-vvvvvvv-s", false},
	{"DELETE /totp", ``, "-nnnnnne-sl", false},
	{"POST /passkeys/options", ``, enrolling, false},
	{"POST /passkeys", `{"ceremony":"x","credential":{}}`, "-vvvvvvv-s", false},
	{"PATCH /passkeys/{passkey}", `{"name":"Laptop"}`, itsOwner, false},
	{"DELETE /passkeys/{passkey}", ``, "-ynnnnne-s", false},
	{"POST /recovery-codes", ``, "-nnnnnne-sy", false},
	{"GET /devices", ``, anyoneIn, false},
	{"POST /devices", `{"secret":"AAAA"}`, "-vvvvvve-v", false},
	{"GET /ingest-keys", ``, anyone, false},
	{"POST /outbox", `{"envelopes":["AAAA"]}`, anyone, false},
	{"PATCH /devices/{device}", `{"name":"Laptop"}`, itsOwner, false},
	{"DELETE /devices/{device}", ``, itsOwner, false},
	{"DELETE /devices", ``, sensitive, false},
	{"PUT /password", `{"password":"` + password + `"}`, sensitive, false},
	{"POST /password/reset-request", `{"email":"x@example.test"}`, anyone, false},
	{"POST /password/reset", `{"token":"x","password":"otter violin gravel"}`, "vvvvvvvvvv", false},
	{"POST /password/reset/passkey/options", `{"token":"x"}`, "vvvvvvvvvv", false},
	{"POST /password/reset/approve", ``, "-nnnnnne-n", false},
	{"DELETE /password/reset", ``, "-nnnnnne-n", false},

	{"POST /help/ratings", `{"article":"messaging-your-therapist","helpful":true}`, anyone, false},
	{"POST /help/remarks", `{"article":"messaging-your-therapist","helpful":true,"text":"clear"}`, anyone, false},

	{"GET /conversations", ``, anyoneIn, false},
	{"POST /sync", `{}`, anyoneIn, false},
	{"GET /events", ``, anyoneIn, false},
	{"PUT /conversations/{conversation}/messages/{new}", `{"body":"hello","writtenAt":"2026-01-02T03:04:05Z"}`, theTwo, false},
	{"GET /conversations/{conversation}/messages/{message}", ``, itsOwner, false},
	{"GET /conversations/{conversation}/messages", ``, theTwo, false},
	{"POST /conversations/{conversation}/read", `{"seq":1}`, theTwo, false},
	{"POST /conversations/{conversation}/delivered", `{"seq":1}`, theTwo, false},
	{"GET /conversations/{conversation}/agenda", ``, theTwo, false},
	{"PUT /conversations/{conversation}/agenda/changes/{new}", `{"kind":"remove","item":"{new}","base":"{new}","at":"2026-01-02T03:04:05Z"}`, theTwo, false},
	{"GET /availability", ``, anyoneIn, false},
	{"PUT /availability/{practice}", `{availability}`, "-nnyynne-n", false},
	{"POST /availability/preview", `{availability}`, therapist, false},
	{"POST /conversations/{conversation}/agreement", `{"version":1}`, "-ynfnnne-n", false},
	{"POST /conversations/{conversation}/close", `{"note":"Go well."}`, "-fnynnne-n", false},
	{"POST /conversations/{conversation}/reopen", ``, "-fnynnne-n", false},
	{"GET /conversations/{conversation}/openings", ``, "-ynfnnne-n", false},
	{"GET /tickets", ``, anyoneIn, false},
	{"PUT /tickets/{new}", `{"kind":"question","text":"How?"}`, anyoneIn, false},
	{"GET /tickets/{ticket}", ``, itsOwner, false},
	{"PUT /tickets/{ticket}/replies/{new}", `{"text":"And how?"}`, itsOwner, false},
	{"POST /contact", `{"id":"{new}","email":"x@example.test","kind":"question","text":"How?"}`, anyone, false},
	{"POST /contact/read", `{"token":"x"}`, "nnnnnnnnnn", false},
	{"POST /contact/replies", `{"token":"x","id":"{new}","text":"And how?"}`, "nnnnnnnnnn", false},
	{"GET /operator/tickets", ``, operators, false},
	{"GET /operator/tickets/{ticket}", ``, operators, false},
	{"PUT /operator/tickets/{ticket}/replies/{new}", `{"text":"Like this."}`, operators, false},
	{"PATCH /operator/tickets/{ticket}", `{"status":"closed"}`, operators, false},
	{"POST /therapist-applications", `{"id":"{new}","name":"A","email":"a@example.test","practice":"B","country":"C","profession":"D","licence":"E","issuer":"F"}`, anyone, false},
	{"POST /therapist-applications/answer", `{"token":"x"}`, "vvvvvvvvvv", false},
	{"GET /operator/applications", ``, "-nnnnnne-ny", false},
	{"POST /operator/applications/{application}/approve", ``, "-nnnnnne-ny", false},
	{"POST /operator/applications/{application}/decline", `{"reason":"other"}`, "-nnnnnne-ny", false},

	// An admin may do what an owner may, but for what is refused them as their role.
	{"GET /practices/{practice}/members", ``, "-nnnnnye-n", false},
	{"POST /practices/{practice}/invitations", `{"name":"Kim","roles":["therapist"]}`, "-nnnnnye-n", false},
	{"DELETE /practices/{practice}/invitations/{new}", ``, "-nnnnnne-n", false},
	{"PUT /practices/{practice}/members/{new}", `{"roles":["admin"]}`, "-nnnnnfe-n", false},
	{"DELETE /practices/{practice}/members/{new}", ``, "-nnnnnfe-n", false},
	{"GET /practices/{practice}/audit", ``, "-nnnnnye-n", false},
	{"GET /practices/{practice}/audit/export", ``, "-nnnnnye-n", false},
}

// TestRights asks for everything as everyone.
func TestRights(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil)
	routes := s.mustRoutes(t, func(operation) bool { return true })
	for _, route := range routes {
		if !slices.ContainsFunc(rights, func(r right) bool { return fitsRoute(r.route, route) }) {
			t.Errorf("%s has no row in this test: say who may", route)
		}
	}
	h := mustHouse(t, s)
	for _, r := range rights {
		if !slices.ContainsFunc(routes, func(route string) bool { return fitsRoute(r.route, route) }) {
			t.Errorf("%s has a row, but is no route", r.route)
		}
		if len(r.want) != operator && len(r.want) != len(askers) {
			t.Fatalf("%s has %d letters, want %d, or %[3]d without the operator", r.route, len(r.want), len(askers))
		}
		for i, name := range askers {
			t.Run(r.route+" by "+name, func(t *testing.T) { h.ask(t, r, i) })
		}
	}
}

// parameter is one in a path of the description.
var parameter = regexp.MustCompile(`\{[a-z]+\}`)

// mustRoutes lists the routes of the API that count, as its description has
// them.
func (s *site) mustRoutes(t *testing.T, counts func(operation) bool) []string {
	t.Helper()
	_, body := s.newcomer(t).do("GET", "/api/openapi.json", nil, nil)
	var description struct {
		Paths map[string]map[string]operation
	}
	if err := json.Unmarshal(body, &description); err != nil {
		t.Fatal(err)
	}
	var routes []string
	for path, operations := range description.Paths {
		for method, o := range operations {
			if counts(o) {
				routes = append(routes, strings.ToUpper(method)+" "+strings.TrimPrefix(path, "/api/v1"))
			}
		}
	}
	slices.Sort(routes)
	return routes
}

// fitsRoute reports whether two routes differ in nothing but what they call
// their parameters.
func fitsRoute(a, b string) bool {
	partsA, partsB := strings.Split(a, "/"), strings.Split(b, "/")
	return slices.EqualFunc(partsA, partsB, func(x, y string) bool {
		return x == y || strings.HasPrefix(x, "{") && strings.HasPrefix(y, "{")
	})
}

// asked is a site with everyone who asks.
type asked struct {
	*site
	people       []*person
	emails       []message.Text
	conversation uuid.UUID
	message      uuid.UUID
	ticket       uuid.UUID
	secret       string // of the operator's authenticator app
}

func mustHouse(t *testing.T, s *site) *asked {
	t.Helper()
	h := &asked{site: s, emails: []message.Text{
		"", "client@example.test", "other@example.test", "therapist@example.test", "colleague@example.test", "elsewhere@example.test",
		"admin@example.test", "enrolling@example.test", "pending@example.test", "old@example.test", "operator@example.test",
	}}
	for range askers {
		h.people = append(h.people, s.newcomer(t))
	}
	host := s.mustStaff(t, wire.RoleTherapist, h.emails[3])
	for _, i := range []int{1, 2, 8, 9} {
		host.mustClient(h.emails[i])
	}
	s.mustCreate(t, wire.RoleTherapist, h.emails[4])
	s.mustCreate(t, wire.RoleAdmin, h.emails[6])
	for i, demo := range map[int]bool{5: true, 7: false} {
		practice, err := s.accounts.CreatePractice(t.Context(), "Elsewhere", demo)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.accounts.CreateAccount(t.Context(), account.NewAccount{
			Practice: practice.ID, Role: wire.RoleTherapist, Name: "Staff", Email: h.emails[i], Password: password,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.accounts.CreateOperator(t.Context(), account.NewAccount{Name: "Operator", Email: h.emails[operator], Password: password})
	if err != nil {
		t.Fatal(err)
	}
	h.mustProtect(t, 8)
	h.secret = h.mustProtect(t, operator)
	h.mustEnter(t, 9)
	s.clock.Add(account.StepUpLimit)
	for i := 1; i < 9; i++ {
		h.mustEnter(t, i)
	}
	h.mustEnter(t, operator)
	h.conversation = h.people[1].mustConversation().ID
	h.message = h.people[1].mustSend(h.conversation, "hello").ID
	h.ticket = uuid.New()
	h.people[1].must(http.StatusCreated, "PUT", "/tickets/"+h.ticket.String(), wire.PutTicket{Kind: wire.TicketProblem, Text: "Help"}, nil)
	return h
}

// mustProtect adds an authenticator app to someone's account and returns its
// secret.
func (h *asked) mustProtect(t *testing.T, i int) string {
	t.Helper()
	p := h.newcomer(t)
	p.mustLogIn(h.emails[i])
	var secret wire.TOTPSecret
	p.must(http.StatusOK, "POST", "/totp", nil, &secret)
	p.must(http.StatusOK, "POST", "/totp/confirm", wire.CodeEntry{Code: h.mustCode(t, secret.Secret)}, nil)
	return secret.Secret
}

// mustCode returns what an authenticator app shows now.
func (h *asked) mustCode(t *testing.T, secret string) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, h.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// mustEnter logs someone in as far as they come.
func (h *asked) mustEnter(t *testing.T, i int) {
	t.Helper()
	h.people[i].must(http.StatusOK, "POST", "/login", wire.LogIn{Email: h.emails[i], Password: password}, nil)
	if i == operator {
		h.clock.Add(30 * time.Second) // each code is good once
		h.people[i].must(http.StatusOK, "POST", "/login/totp", wire.CodeEntry{Code: h.mustCode(t, h.secret)}, nil)
	}
}

// ask asks for a route as one of the askers.
func (h *asked) ask(t *testing.T, r right, i int) {
	method, path, _ := strings.Cut(h.mustFill(t, r.route), " ")
	if r.route == "GET /events" {
		method = "HEAD" // the same answer, which ends
	}
	var body []byte
	if r.body != "" {
		body = []byte(h.mustFill(t, r.body))
	}
	response, got := h.people[i].do(method, "/api/v1"+path, body, nil)
	want := letters[r.letter(i)]
	fits := response.StatusCode == want.status || want.status < 10 && response.StatusCode/100 == want.status
	var problem wire.Problem
	if want.code != "" && method != "HEAD" {
		fits = fits && json.Unmarshal(got, &problem) == nil && problem.Code == want.code
	}
	if !fits {
		t.Errorf("got %d %s, want %d %s", response.StatusCode, got, want.status, want.code)
	}
	if r.ends && r.letter(i) == 'y' {
		if i == 9 {
			h.mustAge(t)
			return
		}
		h.mustEnter(t, i)
	}
	if strings.Contains(r.route, "{passkey}") {
		owner := h.owner(t)
		h.mustUpdate(t, func(tx account.Tx) error {
			return errors.Join(tx.DeleteFactors(t.Context(), owner), tx.Record(t.Context(), storetest.EventOf(audit.FactorDelete, uuid.Nil, owner)))
		})
	}
}

// mustAge makes the proof of the last asker old, and those of all others new.
func (h *asked) mustAge(t *testing.T) {
	t.Helper()
	h.mustEnter(t, 9)
	h.clock.Add(account.StepUpLimit)
	for i := 1; i < 9; i++ {
		h.mustEnter(t, i)
	}
	h.mustEnter(t, operator)
}

// mustFill puts ids of what is there into a text. What a request may take away
// is made anew for each.
func (h *asked) mustFill(t *testing.T, text string) string {
	t.Helper()
	if strings.Contains(text, "{device}") {
		second := h.newcomer(t)
		second.mustLogIn(h.emails[1])
		var list wire.Devices
		second.must(http.StatusOK, "GET", "/devices", nil, &list)
		at := slices.IndexFunc(list.Devices, func(d wire.Device) bool { return d.Current })
		text = strings.ReplaceAll(text, "{device}", list.Devices[at].ID.String())
	}
	if strings.Contains(text, "{passkey}") {
		key := account.Passkey{
			ID: uuid.New(), Account: h.owner(t), Credential: []byte(`{}`), Name: "Key", CreatedAt: time.Now(), LastUsedAt: time.Now(),
		}
		h.mustUpdate(t, func(tx account.Tx) error {
			_, err := tx.CreatePasskey(t.Context(), key, key.ID[:])
			return errors.Join(err, tx.Record(t.Context(), storetest.EventOf(audit.FactorCreate, uuid.Nil, key.ID)))
		})
		text = strings.ReplaceAll(text, "{passkey}", key.ID.String())
	}
	if strings.Contains(text, "{application}") {
		in := wire.Application{
			ID: uuid.New(), Name: "A", Email: "a@example.test", Practice: "B", Country: "C", Profession: "D", Licence: "E", Issuer: "F",
		}
		if err := h.accounts.Apply(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		text = strings.ReplaceAll(text, "{application}", in.ID.String())
	}
	if strings.Contains(text, "{request}") {
		text = strings.ReplaceAll(text, "{request}", h.mustRequest(t).String())
	}
	if strings.Contains(text, "{invitation}") {
		host := h.newcomer(t)
		host.mustLogIn(h.emails[3])
		var made wire.Invitation
		host.must(http.StatusCreated, "POST", "/invitations", nil, &made)
		text = strings.ReplaceAll(text, "{invitation}", made.ID.String())
	}
	return strings.NewReplacer(
		"{conversation}", h.conversation.String(), "{message}", h.message.String(), "{ticket}", h.ticket.String(),
		"{practice}", h.practice.ID.String(), "{new}", uuid.NewString(),
		"{availability}", string(mustJSON(t, availability.Default("Europe/Dublin"))),
	).Replace(text)
}

// mustRequest has someone new ask the therapist for a conversation.
func (h *asked) mustRequest(t *testing.T) uuid.UUID {
	t.Helper()
	host := h.newcomer(t)
	host.mustLogIn(h.emails[3])
	host.must(http.StatusNoContent, "PUT", "/directory/listings/"+h.practice.ID.String(), wire.PutListing{Listed: true, Accepting: true}, nil)
	email := message.Text(uuid.NewString() + "@example.test")
	h.mustCreate(t, wire.RoleClient, email)
	guest := h.newcomer(t)
	guest.mustLogIn(email)
	var made wire.CareRequest
	guest.must(http.StatusCreated, "POST", "/requests", wire.AskForCare{Practice: h.practice.ID, Therapist: host.account.ID, Note: "Hello."}, &made)
	return made.ID
}

// owner returns whose what belongs to someone is.
func (h *asked) owner(t *testing.T) uuid.UUID {
	t.Helper()
	person, err := h.accounts.FindByEmail(t.Context(), h.emails[1])
	if err != nil {
		t.Fatal(err)
	}
	return person.ID
}

func (h *asked) mustUpdate(t *testing.T, do func(account.Tx) error) {
	t.Helper()
	if err := h.db.Accounts().Update(t.Context(), do); err != nil {
		t.Fatal(err)
	}
}
