package httpapi_test

import (
	"crypto/rand"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/httpapi"
	"pleiades/server/limit"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/server/support"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// TestTickets follows a ticket from both sides.
func TestTickets(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := mustServe(t, db, nil)
		therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
		client := therapist.mustClient("client@example.test")
		operator := s.mustOperator(t)
		id := uuid.New()
		put := wire.PutTicket{Kind: wire.TicketProblem, Text: "<img src=x onerror=alert(1)>", Diagnostics: []wire.Diagnostic{
			{Code: wire.DiagnosticQueue, Value: "2", Verdict: wire.VerdictLook},
		}}
		var made wire.Ticket
		client.must(http.StatusCreated, "PUT", "/tickets/"+id.String(), put, &made)
		client.must(http.StatusOK, "PUT", "/tickets/"+id.String(), put, &made)
		if made.Text != put.Text || made.Status != wire.TicketOpen || made.From != nil {
			t.Errorf("made %+v", made)
		}
		var page wire.TicketPage
		operator.must(http.StatusOK, "GET", "/operator/tickets?status=open", nil, &page)
		if len(page.Tickets) != 1 || page.Tickets[0].ID != id || !page.Tickets[0].Account || page.Next != "" {
			t.Errorf("listed %+v", page)
		}
		var read wire.Ticket
		operator.must(http.StatusOK, "GET", "/operator/tickets/"+id.String(), nil, &read)
		if read.Text != put.Text || read.From.Email != "client@example.test" || read.Diagnostics[0].Value != "2" {
			t.Errorf("read %+v", read)
		}
		operator.must(http.StatusCreated, "PUT", "/operator/tickets/"+id.String()+"/replies/"+uuid.NewString(), wire.PutTicketReply{Text: "We look."}, &read)
		if _, sent := s.mails.last("client@example.test", account.MailTicket); !sent || read.Status != wire.TicketAnswered {
			t.Errorf("mail %v, status %s", sent, read.Status)
		}
		client.must(http.StatusOK, "GET", "/tickets/"+id.String(), nil, &made)
		if len(made.Replies) != 1 || !made.Replies[0].Support || made.From != nil {
			t.Errorf("the client has %+v", made)
		}
		operator.must(http.StatusOK, "PATCH", "/operator/tickets/"+id.String(), wire.TicketChange{Status: wire.TicketClosed}, &read)
		client.must(http.StatusCreated, "PUT", "/tickets/"+id.String()+"/replies/"+uuid.NewString(), wire.PutTicketReply{Text: "Still so."}, &made)
		if made.Status != wire.TicketOpen {
			t.Errorf("a reply leaves it %s", made.Status)
		}
		var own wire.Tickets
		therapist.must(http.StatusOK, "GET", "/tickets", nil, &own)
		if len(own.Tickets) != 0 {
			t.Error("a therapist has the ticket of their client")
		}
	})
}

// mustOperator creates an operator with a second factor and logs them in.
func (s *site) mustOperator(t *testing.T) *person {
	t.Helper()
	const email = "operator@example.test"
	if _, err := s.accounts.CreateOperator(t.Context(), account.NewAccount{Name: "Operator", Email: email, Password: password}); err != nil {
		t.Fatal(err)
	}
	h := &asked{site: s, people: []*person{s.newcomer(t)}, emails: []message.Text{email}}
	p := h.people[0]
	p.mustLogIn(email)
	var secret wire.TOTPSecret
	p.must(http.StatusOK, "POST", "/totp", nil, &secret)
	p.must(http.StatusOK, "POST", "/totp/confirm", wire.CodeEntry{Code: h.mustCode(t, secret.Secret)}, nil)
	return p
}

// TestContact follows a question without a login to its answer.
func TestContact(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := mustServe(t, db, nil)
		operator, stranger := s.mustOperator(t), s.newcomer(t)
		s.mustStaff(t, wire.RoleTherapist, "known@example.test")
		var answers []string
		ids := []uuid.UUID{uuid.New(), uuid.New()}
		for i, email := range []message.Text{"known@example.test", "unknown@example.test"} {
			body := mustJSON(t, wire.Contact{ID: ids[i], Email: email, Kind: wire.TicketAccount, Text: "I cannot get in."})
			for range 2 {
				response, got := stranger.do("POST", "/api/v1/contact", body, nil)
				if response.StatusCode != http.StatusAccepted {
					t.Fatalf("got %d %s", response.StatusCode, got)
				}
				answers = append(answers, string(got))
			}
		}
		if answers[0] != answers[1] || answers[1] != answers[2] || answers[2] != answers[3] {
			t.Errorf("the answers differ: %q", answers)
		}
		operator.must(http.StatusCreated, "PUT", "/operator/tickets/"+ids[1].String()+"/replies/"+uuid.NewString(), wire.PutTicketReply{Text: "Try again."}, nil)
		token, sent := s.mails.last("unknown@example.test", account.MailContact)
		if !sent {
			t.Fatal("no link was mailed")
		}
		var read wire.Ticket
		stranger.must(http.StatusOK, "POST", "/contact/read", wire.ContactLink{Token: token}, &read)
		if len(read.Replies) != 1 || read.Replies[0].Text != "Try again." || read.From != nil {
			t.Errorf("read %+v", read)
		}
		stranger.must(http.StatusOK, "POST", "/contact/replies", wire.ContactReply{Token: token, ID: uuid.New(), Text: "It worked."}, &read)
		if read.Status != wire.TicketOpen || len(read.Replies) != 2 {
			t.Errorf("after a reply %+v", read)
		}
	})
}

func TestBadTickets(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil)
	client := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test").mustClient("client@example.test")
	operator := s.mustOperator(t)
	mine := "/tickets/" + uuid.NewString()
	client.must(http.StatusCreated, "PUT", mine, wire.PutTicket{Kind: wire.TicketOther, Text: "Hello"}, nil)
	fresh := "/tickets/" + uuid.NewString()
	contact := func(email string) string {
		return `{"id":"` + uuid.NewString() + `","email":"` + email + `","kind":"other","text":"x"}`
	}
	for _, c := range []struct {
		name, method, path, body string
		code                     wire.Code
		err                      string
	}{
		{"a ticket of a megabyte", "PUT", fresh, `{"kind":"other","text":"` + strings.Repeat("x", 1_000_000) + `"}`, wire.CodeInvalidMessage, "too_long"},
		{"a ticket of two", "PUT", fresh, `{"kind":"other","text":"` + strings.Repeat("x", 2<<20) + `"}`, wire.CodeTooLarge, ""},
		{"an empty ticket", "PUT", fresh, `{"kind":"other","text":" "}`, wire.CodeInvalidMessage, "empty"},
		{"controls", "PUT", fresh, `{"kind":"other","text":"a\u0000b"}`, wire.CodeInvalidMessage, "invalid_text"},
		{"a kind that is none", "PUT", fresh, `{"kind":"praise","text":"x"}`, wire.CodeInvalidRequest, "kind"},
		{"a diagnostic that is none", "PUT", fresh, `{"kind":"other","text":"x","diagnostics":[{"code":"body","value":"x","verdict":"good"}]}`, wire.CodeInvalidRequest, "diagnostics[0].code"},
		{"too many diagnostics", "PUT", fresh, `{"kind":"other","text":"x","diagnostics":[` + strings.Repeat(`{"code":"queue","value":"x","verdict":"good"},`, 15) + `{"code":"queue","value":"x","verdict":"good"}]}`, wire.CodeInvalidRequest, "diagnostics"},
		{"a diagnostic twice", "PUT", fresh, `{"kind":"other","text":"x","diagnostics":[{"code":"queue","value":"1","verdict":"good"},{"code":"queue","value":"2","verdict":"good"}]}`, wire.CodeInvalidRequest, "diagnostics"},
		{"an id that is none", "PUT", "/tickets/1", `{"kind":"other","text":"x"}`, wire.CodeBadRequest, ""},
		{"the same id for another text", "PUT", mine, `{"kind":"other","text":"x"}`, wire.CodeIDConflict, ""},
		{"a ticket that is not there", "GET", fresh, ``, wire.CodeNotFound, ""},
		{"a reply to none", "PUT", fresh + "/replies/" + uuid.NewString(), `{"text":"x"}`, wire.CodeNotFound, ""},
		{"a reply without an id", "PUT", mine + "/replies/x", `{"text":"x"}`, wire.CodeBadRequest, ""},
		{"an empty reply", "PUT", mine + "/replies/" + uuid.NewString(), `{"text":""}`, wire.CodeInvalidMessage, "empty"},
		{"an address with a header", "POST", "/contact", contact(`a@example.test\r\nBcc: b@example.test`), wire.CodeInvalidRequest, "email"},
		{"an address with a line end", "POST", "/contact", contact(`a@example.test\n`), wire.CodeInvalidRequest, "email"},
		{"two addresses", "POST", "/contact", contact(`a@example.test, b@example.test`), wire.CodeInvalidRequest, "email"},
		{"an address with a name", "POST", "/contact", contact(`A <a@example.test>`), wire.CodeInvalidRequest, "email"},
		{"no address", "POST", "/contact", contact(``), wire.CodeInvalidRequest, "email"},
		{"a contact without an id", "POST", "/contact", `{"id":"00000000-0000-0000-0000-000000000000","email":"a@example.test","kind":"other","text":"x"}`, wire.CodeInvalidRequest, "id"},
		{"a link that leads nowhere", "POST", "/contact/read", `{"token":"` + strings.Repeat("A", 43) + `"}`, wire.CodeNotFound, ""},
		{"a very long link", "POST", "/contact/read", `{"token":"` + strings.Repeat("A", 101) + `"}`, wire.CodeInvalidRequest, "token"},
	} {
		t.Run(c.name, func(t *testing.T) {
			response, body := client.do(c.method, "/api/v1"+c.path, []byte(c.body), nil)
			problem := wantProblem(t, response, body, c.code)
			if c.err != "" && (len(problem.Errors) == 0 || problem.Errors[0] != c.err) {
				t.Errorf("errors %q, want %s", problem.Errors, c.err)
			}
		})
	}
	for name, query := range map[string]string{"status": "?status=lost", "before": "?before=x", "before an id": "?before=1.x", "limit": "?limit=0"} {
		t.Run("an operator's "+name, func(t *testing.T) {
			response, body := operator.do("GET", "/api/v1/operator/tickets"+query, nil, nil)
			wantProblem(t, response, body, wire.CodeInvalidRequest)
		})
	}
	t.Run("an answered one set to answered", func(t *testing.T) {
		response, body := operator.do("PATCH", "/api/v1/operator"+mine, []byte(`{"status":"answered"}`), nil)
		wantProblem(t, response, body, wire.CodeInvalidRequest)
	})
}

// TestManyTickets shows that a thousand of one address are bounded, by how fast
// they come and by how many wait, and nothing is half made.
func TestManyTickets(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		clock := storetest.NewClock(time.Now())
		s := mustServe(t, db, func(o *httpapi.Options) {
			o.Now, o.Limits = clock.Now, httpapi.Limits{Tickets: limit.Rate{Burst: 30, Every: time.Minute}}
		})
		stranger := s.newcomer(t)
		made, refusal := 0, wire.CodeTooManyRequests
		send := func() {
			body := mustJSON(t, wire.Contact{ID: uuid.New(), Email: "x@example.test", Kind: wire.TicketOther, Text: "Buy this"})
			response, got := stranger.do("POST", "/api/v1/contact", body, nil)
			if response.StatusCode == http.StatusAccepted {
				made++
				return
			}
			wantProblem(t, response, got, refusal)
			if response.Header.Get("Retry-After") == "" {
				t.Fatal("no Retry-After")
			}
		}
		for n := range 1000 {
			switch n {
			case support.MaxUnansweredFromPlace:
				refusal = wire.CodeContactFull
			case 30:
				refusal = wire.CodeTooManyRequests
			}
			send()
		}
		refusal = wire.CodeContactFull
		clock.Add(time.Hour) // they could come again, but wait
		for range 30 {
			send()
		}
		list, _, err := s.support.List(t.Context(), support.Actor{Account: uuid.New(), Operator: true}, support.Filter{Limit: 200})
		if err != nil || made != support.MaxUnansweredFromPlace || len(list) != made {
			t.Errorf("%d answers, %d stored, %v", made, len(list), err)
		}
	})
}

// formKey is what differs between two pages with the form at /contact.
var formKey = regexp.MustCompile(`id="contact-key" value="([A-Z2-7]{26})"`)

// TestContactForm asks without the program: the form comes back as it was written
// with what is wrong with it. What comes twice from one page is taken once, however
// late, and from another page it is asked again.
func TestContactForm(t *testing.T) {
	clock := storetest.NewClock(time.Now())
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), func(o *httpapi.Options) { o.Now = clock.Now })
	operator := s.mustOperator(t)
	post := func(header http.Header, form url.Values) (status int, csp, body string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/contact", strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header = header
		response, err := s.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, response.Header.Get("Content-Security-Policy"), string(text)
	}
	plain := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Sec-Fetch-Site": {"same-origin"}}
	written := url.Values{
		"contact-email": {`"><script>alert(1)</script>`}, "contact-kind": {"privacy"},
		"contact-text": {"</textarea><script>alert(2)</script>{{.Email}}"},
	}
	status, csp, body := post(plain, written)
	for _, want := range []string{
		"one e-mail address", "&lt;/textarea&gt;&lt;script&gt;alert(2)&lt;/script&gt;{{.Email}}</textarea>",
		`value="&#34;&gt;&lt;script&gt;alert(1)`, `value="privacy" selected`, "<noscript>",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the form that comes back lacks %q: %s", want, body)
		}
	}
	if status != http.StatusUnprocessableEntity || strings.Contains(body, "<script>") || !strings.Contains(csp, "form-action 'self';") {
		t.Errorf("got %d, %q: %s", status, csp, body)
	}
	key := func() string {
		t.Helper()
		response, body := s.newcomer(t).do("GET", "/contact", nil, nil)
		found := formKey.FindSubmatch(body)
		if found == nil || response.Header.Get("ETag") != "" || response.Header.Get("Cache-Control") != "no-cache" {
			t.Fatalf("the form has no key of its own: %v %s", response.Header, body)
		}
		return string(found[1])
	}
	written["contact-email"], written["contact-key"] = []string{"somebody@example.test"}, []string{key()}
	foreign := plain.Clone()
	foreign.Set("Sec-Fetch-Site", "cross-site")
	if status, _, _ := post(foreign, written); status != http.StatusForbidden {
		t.Errorf("from another site: %d", status)
	}
	if status, _, _ := post(http.Header{"Content-Type": {"text/plain"}}, written); status != http.StatusUnsupportedMediaType {
		t.Errorf("as plain text: %d", status)
	}
	for range 2 {
		clock.Add(3 * time.Minute)
		if status, _, body := post(plain, written); status != http.StatusOK || !strings.Contains(body, `data-testid="contact-sent"`) || !strings.Contains(body, "<noscript>") {
			t.Errorf("got %d: %s", status, body)
		}
	}
	var page wire.TicketPage
	operator.must(http.StatusOK, "GET", "/operator/tickets", nil, &page)
	if len(page.Tickets) != 1 {
		t.Errorf("%d tickets came, want 1", len(page.Tickets))
	}
	written["contact-key"] = []string{key()}
	if status, _, _ := post(plain, written); status != http.StatusOK {
		t.Errorf("the same from another page: %d", status)
	}
	operator.must(http.StatusOK, "GET", "/operator/tickets", nil, &page)
	if len(page.Tickets) != 2 {
		t.Errorf("%d tickets after asking again, want 2", len(page.Tickets))
	}
	long := url.Values{"contact-email": {"a@example.test"}, "contact-kind": {"privacy"}, "contact-text": {strings.Repeat("x", 500_000)}}
	if status, _, body := post(plain, long); status != http.StatusUnprocessableEntity || !strings.Contains(body, "xxx</textarea>") {
		t.Errorf("a text of half a megabyte: %d", status)
	}
	for range 50 {
		written["contact-text"] = []string{rand.Text()}
		if status, _, body = post(plain, written); status != http.StatusOK {
			break
		}
	}
	if status != http.StatusTooManyRequests || !strings.Contains(body, written.Get("contact-text")) {
		t.Errorf("once too often: %d: %s", status, body)
	}
	for range support.MaxUnansweredFromPlace {
		clock.Add(time.Hour) // they come slowly, and nobody answers
		if status, _, body = post(plain, written); status != http.StatusOK {
			break
		}
		written["contact-text"] = []string{rand.Text()}
	}
	if status != http.StatusTooManyRequests || !strings.Contains(body, "Too many questions wait") || !strings.Contains(body, written.Get("contact-text")) {
		t.Errorf("as many wait as may: %d: %s", status, body)
	}
}
