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
	"pleiades/server/httpapi"
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
	"the owner", "an owner whose proof is old", "an operator whose proof is old",
	"an owner elsewhere", "an admin elsewhere", "a client elsewhere",
}

// The places of those for whom a row need not have a letter. An operator is then
// treated as another client is: as someone to whom none of it belongs. The owner
// is treated as the admin is, and those whose proof is old as with a fresh one,
// unless it matters to everyone.
const (
	oldLogin = 9 + iota
	operator
	owner
	oldOwner
	oldOperator
	// Those from here on belong to another practice. No row has a letter for
	// them: they are nobody in this one.
	ownerElsewhere
	adminElsewhere
	clientElsewhere
)

// old are those whose proof is old.
var old = []int{oldLogin, oldOwner, oldOperator}

// letter returns the letter for an asker. An owner or admin elsewhere is treated
// as one here where no practice is named, and as its therapists where one is; a
// client elsewhere as another client here.
func (r right) letter(i int) byte {
	switch {
	case i < len(r.want):
		return r.want[i]
	case i == clientElsewhere, i == operator:
		return r.want[2]
	case i >= ownerElsewhere && strings.Contains(r.route, "{practice}") && r.want[1] != 'f': // not for a role alone
		return r.want[5]
	case i == oldOwner || i == oldOperator:
		if r.want[oldLogin] == 's' {
			return 's'
		}
		return r.letter(map[int]int{oldOwner: owner, oldOperator: operator}[i])
	}
	return r.want[6]
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
	{"POST /invitations/look", `{"invitation":"x"}`, "vvvvvvvvvv", false},
	{"POST /invitations/accept", `{"invitation":"x"}`, "-vvvvvve-vf", false},

	{"GET /directory", ``, "-yyyyyye-yf", false},
	{"GET /directory/listings", ``, anyoneIn, false},
	{"PUT /directory/listings/{practice}", `{"listed":false,"accepting":false,"words":""}`, "-ffyynfe-f", false},
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

	{"DELETE /email", ``, "-nnnnnne-n", false},
	{"PUT /email", `{"email":"{new}@example.test"}`, sensitive, false},
	{"POST /email/confirm", `{"code":"none"}`, "-vvvvvve-v", false},

	{"POST /help/ratings", `{"article":"messaging-your-therapist","helpful":true}`, anyone, false},
	{"POST /help/remarks", `{"article":"messaging-your-therapist","helpful":true,"text":"clear"}`, anyone, false},

	{"GET /conversations", ``, anyoneIn, false},
	{"POST /sync", `{}`, anyoneIn, false},
	{"GET /events", ``, anyoneIn, false},
	{"PUT /conversations/{conversation}/messages/{new}", `{"body":"hello","writtenAt":"2026-01-02T03:04:05Z"}`, theTwo, false},
	{"GET /conversations/{conversation}/messages/{message}", ``, itsOwner, false},
	{"DELETE /conversations/{conversation}/messages/{new}", ``, theTwo, false},
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
	{"POST /operator/applications/{application}/approve", ``, "-nnnnnne-nynns", false},
	{"POST /operator/applications/{application}/decline", `{"reason":"other"}`, "-nnnnnne-nynns", false},

	{"GET /operator/practices", ``, operators, false},
	{"POST /operator/practices/{running}/suspend", ``, "-nnnnnne-nynns", false},
	{"POST /operator/practices/{suspended}/resume", ``, "-nnnnnne-nynns", false},

	// An admin may do what an owner may, but for what is refused them as their role.
	// That wants a fresh proof of owners.
	{"PATCH /practices/{practice}", `{"name":"Another name"}`, "-nnnnnye-n", false},
	{"PATCH /practices/{practice}", `{"lockWithin":5}`, "-nnnnnye-n", false},
	{"GET /practices/{practice}/members", ``, "-nnnnnye-n", false},
	{"POST /practices/{practice}/invitations", `{"name":"Kim","roles":["therapist"]}`, "-nnnnnye-n", false},
	{"POST /practices/{practice}/invitations", `{"name":"Kim","roles":["admin"]}`, "-nnnnnfe-nnysn", false},
	{"DELETE /practices/{practice}/invitations/{new}", ``, "-nnnnnne-n", false},
	{"PUT /practices/{practice}/members/{member}", `{"roles":["admin"]}`, "-nnnnnfe-nnysn", false},
	{"DELETE /practices/{practice}/members/{member}", ``, "-nnnnnfe-nnysn", false},
	{"GET /practices/{practice}/audit", ``, "-nnnnnye-n", false},
	{"GET /practices/{practice}/audit/export", ``, "-nnnnnye-n", false},
}

// TestRights asks for everything as everyone.
func TestRights(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil)
	routes := s.mustRoutes(t, func(operation) bool { return true })
	// Those that the description of the API does not have, too.
	registered, _, err := httpapi.Routes(s.options)
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range registered {
		route := strings.Replace(pattern, " /api/v1", " ", 1)
		if pattern != "GET /api/openapi.json" && !slices.ContainsFunc(routes, func(r string) bool { return fitsRoute(r, route) }) {
			routes = append(routes, route)
		}
	}
	if len(registered) < len(routes) {
		t.Errorf("%d routes are registered, %d described", len(registered), len(routes))
	}
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
		if !slices.Contains([]int{operator, owner, ownerElsewhere}, len(r.want)) {
			t.Fatalf("%s has %d letters, want %d, one more for the operator, or three more for the owner and old proofs", r.route, len(r.want), operator)
		}
		for i, name := range askers {
			t.Run(r.route+" by "+name, func(t *testing.T) { h.ask(t, r, i) })
		}
	}
}

// TestPagesAreForAnyone asks for every page and file with a login and without: no
// person's data is in what the server draws.
func TestPagesAreForAnyone(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil)
	client := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test").mustClient("client@example.test")
	_, pages, err := httpapi.Routes(s.options)
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range pages {
		if strings.HasPrefix(pattern, "POST ") {
			continue // answers what was just written, and looks at no cookie
		}
		path := strings.TrimPrefix(pattern, "GET ")
		switch {
		case path == "/{$}": // the app where someone is logged in: the same for all of them
			path = "/shell"
		case path == "/":
			path = "/nowhere"
		case strings.HasPrefix(path, "/c/"):
			path = "/c/" + client.mustConversation().ID.String()
		case strings.Contains(path, "{"):
			path = "/web/none/none"
		}
		anyone, drawn := s.newcomer(t).do("GET", path, nil, nil)
		theirs, body := client.do("GET", path, nil, nil)
		drawn, body = formKey.ReplaceAll(drawn, nil), formKey.ReplaceAll(body, nil)
		if anyone.StatusCode != theirs.StatusCode || string(drawn) != string(body) {
			t.Errorf("%s: with a login %d and %d bytes, without %d and %d", path, theirs.StatusCode, len(body), anyone.StatusCode, len(drawn))
		}
		if strings.Contains(string(body), "example.test") || strings.Contains(string(body), "Quiet Street") {
			t.Errorf("%s has something of a person", path)
		}
	}
	if len(pages) < 40 {
		t.Errorf("there are %d pages and files", len(pages))
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
	secrets      map[int]string // of the operators' authenticator apps
}

func mustHouse(t *testing.T, s *site) *asked {
	t.Helper()
	h := &asked{site: s, secrets: make(map[int]string), emails: []message.Text{
		"", "client@example.test", "other@example.test", "therapist@example.test", "colleague@example.test", "elsewhere@example.test",
		"admin@example.test", "enrolling@example.test", "pending@example.test", "old@example.test", "operator@example.test",
		"owner@example.test", "old.owner@example.test", "old.operator@example.test",
		"owner.elsewhere@example.test", "admin.elsewhere@example.test", "client.elsewhere@example.test",
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
	s.mustCreate(t, wire.RoleOwner, h.emails[owner])
	s.mustCreate(t, wire.RoleOwner, h.emails[oldOwner])
	for demo, people := range map[bool]map[int]wire.Role{
		true: {
			5: wire.RoleTherapist, ownerElsewhere: wire.RoleOwner, adminElsewhere: wire.RoleAdmin, clientElsewhere: wire.RoleClient,
		},
		false: {7: wire.RoleTherapist},
	} {
		practice, err := s.accounts.CreatePractice(t.Context(), "Elsewhere", demo)
		if err != nil {
			t.Fatal(err)
		}
		for i, role := range people {
			_, err = s.accounts.CreateAccount(t.Context(), account.NewAccount{
				Practice: practice.ID, Role: role, Name: "Staff", Email: h.emails[i], Password: password,
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	h.mustProtect(t, 8)
	for _, i := range []int{operator, oldOperator} {
		_, err := s.accounts.CreateOperator(t.Context(), account.NewAccount{Name: "Operator", Email: h.emails[i], Password: password})
		if err != nil {
			t.Fatal(err)
		}
		h.secrets[i] = h.mustProtect(t, i)
	}
	h.mustAge(t)
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
	if secret, ok := h.secrets[i]; ok {
		h.clock.Add(30 * time.Second) // each code is good once
		h.people[i].must(http.StatusOK, "POST", "/login/totp", wire.CodeEntry{Code: h.mustCode(t, secret)}, nil)
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
		if slices.Contains(old, i) {
			h.mustAge(t)
			return
		}
		h.mustEnter(t, i)
	}
	h.mustClear(t, r)
}

// mustClear takes away a passkey that was made for a route: who has one needs it to
// log in.
func (h *asked) mustClear(t *testing.T, r right) {
	t.Helper()
	if strings.Contains(r.route, "{passkey}") {
		owner := h.owner(t)
		h.mustUpdate(t, func(tx account.Tx) error {
			return errors.Join(tx.DeleteFactors(t.Context(), owner), tx.Record(t.Context(), storetest.EventOf(audit.FactorDelete, uuid.Nil, owner)))
		})
	}
}

// mustAge makes the proofs of those that have old ones old, and those of all
// others new.
func (h *asked) mustAge(t *testing.T) {
	t.Helper()
	for _, i := range old {
		h.mustEnter(t, i)
	}
	h.clock.Add(account.StepUpLimit)
	for i := 1; i < len(askers); i++ {
		if !slices.Contains(old, i) {
			h.mustEnter(t, i)
		}
	}
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
		if err := h.accounts.Apply(t.Context(), in, in.ID.String()); err != nil {
			t.Fatal(err)
		}
		text = strings.ReplaceAll(text, "{application}", in.ID.String())
	}
	if strings.Contains(text, "{member}") {
		email := message.Text(uuid.NewString() + "@example.test")
		h.mustCreate(t, wire.RoleTherapist, email)
		member, err := h.accounts.FindByEmail(t.Context(), email)
		if err != nil {
			t.Fatal(err)
		}
		text = strings.ReplaceAll(text, "{member}", member.ID.String())
	}
	if strings.Contains(text, "{running}") || strings.Contains(text, "{suspended}") {
		practice, err := h.accounts.CreatePractice(t.Context(), "Elsewhere", true)
		if err == nil && strings.Contains(text, "{suspended}") {
			err = h.accounts.Suspend(t.Context(), practice.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		text = strings.NewReplacer("{running}", practice.ID.String(), "{suspended}", practice.ID.String()).Replace(text)
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
	host.must(http.StatusOK, "PUT", "/availability/"+h.practice.ID.String(), availability.Default("Europe/Dublin"), nil)
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
