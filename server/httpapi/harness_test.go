package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/calendar"
	"pleiades/server/chat"
	"pleiades/server/feedback"
	"pleiades/server/httpapi"
	"pleiades/server/live"
	"pleiades/server/outbox"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/server/support"
	"pleiades/shared/help/articles"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

const password = "long enough to pass"

// site is a running server with one practice.
type site struct {
	*httptest.Server
	db       *store.DB
	accounts *account.Service
	chat     *chat.Service
	hub      *live.Hub
	outbox   *outbox.Service
	support  *support.Service
	practice account.Practice
	clock    *storetest.Clock
	log      *buffer
	mails    *mails
	options  httpapi.Options
}

// passkeyOrigin is where passkeys of the tests are for: browsers know none for
// a bare address.
var passkeyOrigin = &url.URL{Scheme: "http", Host: "localhost:8000"}

// mails are those that were to be sent.
type mails struct {
	db    *store.DB
	reset func(context.Context, message.Text) error
	mu    sync.Mutex
	sent  []account.Letter
}

// last returns the newest mail of a kind to an address.
func (m *mails) last(to message.Text, mail account.Mail) (token string, sent bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	came, err := storetest.TakeMails(context.Background(), m.db, m.reset)
	if err != nil {
		panic(err)
	}
	m.sent = append(m.sent, came...)
	for _, l := range slices.Backward(m.sent) {
		if l.To == to && l.Mail == mail {
			return l.Token, true
		}
	}
	return "", false
}

// buffer is a log that may be read while it is written.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// files stands in for the built app.
type files map[string]string

func (f files) URL(name string) string { return "/web/0123456789ab/" + name }

func (f files) Precache() []string {
	return []string{f.URL("app.wasm"), f.URL("page.js")}
}

func (f files) Read(name string) ([]byte, error) {
	text, ok := f[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return []byte(text), nil
}

func (f files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != f.URL("app.wasm") {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/wasm")
}

// mustServe runs the real handler on a database. change may adjust the options.
func mustServe(t testing.TB, db *store.DB, change func(*httpapi.Options)) *site {
	t.Helper()
	s := &site{db: db, clock: storetest.NewClock(time.Now().Truncate(time.Millisecond)), log: &buffer{}, hub: live.New(live.Options{})}
	s.chat = chat.New(db.Conversations(), s.hub, chat.Options{Now: s.clock.Now, Zone: calendar.Zone, Outlook: calendar.Outlook})
	s.accounts = account.New(db.Accounts(), account.Options{
		BlindIndexKey: bytes.Repeat([]byte{1}, 32), Origin: passkeyOrigin, Now: s.clock.Now, Ended: s.hub.End, Changed: s.chat.Announce,
		Notice: func(id uuid.UUID, event wire.SecurityEvent) { s.hub.Publish(wire.EventSecurity, event, id) },
	})
	s.mails = &mails{db: db, reset: s.accounts.SendReset}
	t.Cleanup(s.chat.Close)
	s.support = support.New(db.Tickets(), support.Options{
		Address: account.Address, Now: s.clock.Now,
		Changed: func(id uuid.UUID, event wire.TicketEvent) { s.hub.Publish(wire.EventTicket, event, id) },
	})
	s.outbox = outbox.New(db.Outbox(), outbox.Options{Chat: s.chat, Support: s.support, Now: s.clock.Now, Log: slog.New(slog.NewTextHandler(s.log, nil))})

	t.Cleanup(s.outbox.Close)

	s.Server = httptest.NewUnstartedServer(nil)
	public, err := url.Parse("http://" + s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	library, err := articles.English()
	if err != nil {
		t.Fatal(err)
	}
	opts := httpapi.Options{
		PublicURL: public,
		Accounts:  s.accounts,
		Outbox:    s.outbox,
		Support:   s.support,
		Chat:      s.chat,
		Live:      s.hub,
		Ready:     db.Ping,
		Assets:    files{"worker.js": "self.build = BUILD;\n"},
		Prepare: func() (httpapi.Show, error) {
			return httpapi.Show{Pages: httpapi.NewPages(phrase.English(), library), Library: library, Weights: "others\n\n\t00P\n"}, nil
		},
		Feedback: feedback.New(db.Feedback(), func(article string) bool {
			_, ok := library.Find(article)
			return ok
		}, s.clock.Now),
		Version:   "test",
		Log:       slog.New(slog.NewTextHandler(s.log, nil)),
		Heartbeat: 20 * time.Millisecond,
	}
	if change != nil {
		change(&opts)
	}
	s.options = opts
	handler, drawn, err := httpapi.New(opts)
	if err == nil {
		err = drawn()
	}
	if err != nil {
		t.Fatal(err)
	}
	s.Config.Handler = handler
	s.Config.RegisterOnShutdown(s.hub.Close)
	s.Start()
	t.Cleanup(func() {
		s.hub.Close()
		s.Close()
	})
	// A demo, whose staff need no second factor.
	if s.practice, err = s.accounts.CreatePractice(t.Context(), "Quiet Street", true); err != nil {
		t.Fatal(err)
	}
	return s
}

// awaitNoon moves the clock to the noon of the next day, for what depends on the
// day: nothing of the test is about midnight then, here or in America.
func (s *site) awaitNoon() {
	const day = 24 * time.Hour
	now := s.clock.Now()
	s.clock.Add(now.Truncate(day).Add(day + day/2).Sub(now))
}

// person is a caller with cookies of their own.
type person struct {
	*site
	t       testing.TB
	http    *http.Client
	account wire.Account
}

// newcomer is a caller who is not logged in.
func (s *site) newcomer(t testing.TB) *person {
	jar := &jar{cookies: make(map[string]*http.Cookie)}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &person{site: s, t: t, http: &http.Client{
		Jar: jar, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// jar keeps cookies as a browser at the one address does.
type jar struct {
	mu      sync.Mutex
	cookies map[string]*http.Cookie
}

func (j *jar) SetCookies(_ *url.URL, cookies []*http.Cookie) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, c := range cookies {
		if c.MaxAge < 0 {
			delete(j.cookies, c.Name)
			continue
		}
		j.cookies[c.Name] = c
	}
}

func (j *jar) Cookies(*url.URL) []*http.Cookie {
	j.mu.Lock()
	defer j.mu.Unlock()
	var cookies []*http.Cookie
	for _, c := range j.cookies {
		cookies = append(cookies, &http.Cookie{Name: c.Name, Value: c.Value})
	}
	return cookies
}

// mustStaff creates someone of the practice and logs them in.
func (s *site) mustStaff(t testing.TB, role wire.Role, email message.Text) *person {
	t.Helper()
	s.mustCreate(t, role, email)
	p := s.newcomer(t)
	p.mustLogIn(email)
	return p
}

// mustCreate creates someone of the practice.
func (s *site) mustCreate(t testing.TB, role wire.Role, email message.Text) {
	t.Helper()
	_, err := s.accounts.CreateAccount(t.Context(), account.NewAccount{
		Practice: s.practice.ID, Role: role, Name: "Staff", Email: email, Password: password,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// mustClient lets a new client sign up by an invitation of the therapist.
func (p *person) mustClient(email message.Text) *person {
	p.t.Helper()
	var invitation wire.Invitation
	p.must(http.StatusCreated, "POST", "/invitations", nil, &invitation)
	_, token, _ := strings.Cut(invitation.URL, "#")
	client := p.newcomer(p.t)
	client.must(http.StatusCreated, "POST", "/signup", wire.SignUp{
		Email: email, Password: password, Name: "Client", Invitation: token,
	}, nil)
	client.mustLogIn(email)
	return client
}

func (p *person) mustLogIn(email message.Text) {
	p.t.Helper()
	var answer wire.LoggedIn
	p.must(http.StatusOK, "POST", "/login", wire.LogIn{Email: email, Password: password}, &answer)
	p.account = answer.Account
}

// mustConversation returns the one conversation of the person.
func (p *person) mustConversation() wire.Conversation {
	p.t.Helper()
	var answer wire.Conversations
	p.must(http.StatusOK, "GET", "/conversations", nil, &answer)
	if len(answer.Conversations) != 1 {
		p.t.Fatalf("got %d conversations, want 1", len(answer.Conversations))
	}
	return answer.Conversations[0]
}

// mustSend sends a message and returns it as stored.
func (p *person) mustSend(conversation uuid.UUID, body message.Text) wire.Message {
	p.t.Helper()
	var stored wire.Message
	p.must(http.StatusCreated, "PUT", messagePath(conversation, uuid.New()),
		wire.PutMessage{Body: body, WrittenAt: p.clock.Now()}, &stored)
	return stored
}

func messagePath(conversation, id uuid.UUID) string {
	return "/conversations/" + conversation.String() + "/messages/" + id.String()
}

// must calls the API and decodes the answer, which must have the status.
func (p *person) must(status int, method, path string, body, answer any) {
	p.t.Helper()
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			p.t.Fatal(err)
		}
	}
	response, got := p.do(method, "/api/v1"+path, text, nil)
	if response.StatusCode != status {
		p.t.Fatalf("%s %s: got %d %s, want %d", method, path, response.StatusCode, got, status)
	}
	if answer != nil {
		if err := json.Unmarshal(got, answer); err != nil {
			p.t.Fatalf("%s %s: %v in %s", method, path, err, got)
		}
	}
}

// do sends a request as it is. A body is JSON unless the headers say otherwise.
func (p *person) do(method, path string, body []byte, header map[string]string) (*http.Response, []byte) {
	p.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, p.URL+path, bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range header {
		if name == "Host" {
			request.Host = value
			continue
		}
		request.Header.Set(name, value)
	}
	response, err := p.http.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return response, got
}

// wantProblem fails unless the answer is a problem document with the code.
func wantProblem(t *testing.T, response *http.Response, body []byte, code wire.Code) wire.Problem {
	t.Helper()
	problem, err := readProblem(response, body, code)
	if err != nil {
		t.Error(err)
	}
	return problem
}

// readProblem reads an answer that is to be a problem document with the code.
func readProblem(response *http.Response, body []byte, code wire.Code) (problem wire.Problem, err error) {
	wrong := func(format string, values ...any) { err = errors.Join(err, fmt.Errorf(format, values...)) }
	if got := response.Header.Get("Content-Type"); got != "application/problem+json" {
		wrong("content type: got %q in a %d, want a problem document", got, response.StatusCode)
	}
	if err := json.Unmarshal(body, &problem); err != nil {
		wrong("no problem document in a %d: %w in %.100q", response.StatusCode, err, body)
	}
	if problem.Code != code || problem.Status != response.StatusCode || problem.Title == "" {
		wrong("got %d %+v, want code %s", response.StatusCode, problem, code)
	}
	if response.StatusCode < 400 || response.StatusCode > 499 {
		wrong("got status %d, want 4xx", response.StatusCode)
	}
	if response.Header.Get("Cache-Control") != "no-store" {
		wrong("a problem may be cached: %q", response.Header.Get("Cache-Control"))
	}
	return problem, err
}

// call is a request to make, its path below that of the API or of something in
// it.
type call struct{ method, path, body string }

// operation is what the description of the API says of one.
type operation struct{ Security []map[string][]string }

// wantRows fails unless every operation below a path that counts has a row, so
// that a new one cannot go untested.
func (s *site) wantRows(t *testing.T, rows []call, below string, counts func(operation) bool) {
	t.Helper()
	_, body := s.newcomer(t).do("GET", "/api/openapi.json", nil, nil)
	var description struct {
		Paths map[string]map[string]operation
	}
	if err := json.Unmarshal(body, &description); err != nil {
		t.Fatal(err)
	}
	parameter := regexp.MustCompile(`\\\{[a-z]+\\\}`)
	for path, operations := range description.Paths {
		rest, inside := strings.CutPrefix(path, below)
		pattern := regexp.MustCompile("^" + parameter.ReplaceAllString(regexp.QuoteMeta(rest), "[^/?]+") + `(\?.*)?$`)
		for method, o := range operations {
			tested := slices.ContainsFunc(rows, func(c call) bool {
				return strings.EqualFold(c.method, method) && pattern.MatchString(c.path)
			})
			if inside && counts(o) && !tested {
				t.Errorf("%s %s has no row in this test", strings.ToUpper(method), path)
			}
		}
	}
}
