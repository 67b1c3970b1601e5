package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/chat"
	"pleiades/server/httpapi"
	"pleiades/server/limit"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// TestShortWay sends messages as nearly all are sent, and in a way that is left to
// huma: an escape of four digits. Both are answered the same, to the letter.
func TestShortWay(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), func(o *httpapi.Options) {
		o.Limits.Message = limit.Rate{Burst: 40, Every: time.Hour}
	})
	therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
	client := therapist.mustClient("client@example.test")
	conversation := client.mustConversation().ID
	stored := client.mustSend(conversation, "There before")

	const written = `","writtenAt":"2026-01-02T03:04:05.678Z"}`
	ask := func(t *testing.T, p *person, path, body string, change func(*http.Request)) (status int, header http.Header, answer string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.URL+"/api/v1"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		if change != nil {
			change(r)
		}
		response, err := p.http.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		response.Header.Del("Date")
		return response.StatusCode, response.Header, string(text)
	}
	for _, c := range []struct {
		name   string
		who    *person
		path   string // with a new id if empty
		body   string // begins with an x
		change func(*http.Request)
		times  int // it is asked before
		status int
	}{
		{name: "new", body: `x \"<b>\" & \\ \/ \t é 𝄞 `, status: http.StatusCreated},
		{name: "of long ago", body: "x" + `","writtenAt":"2001-01-02T03:04:05+05:30"}`, status: http.StatusCreated},
		{name: "there before, with another text", path: messagePath(conversation, stored.ID), body: "x", status: http.StatusConflict},
		{name: "sent again", body: "x again", times: 1, status: http.StatusOK},
		{name: "too long", body: strings.Repeat("x", 5001), status: http.StatusUnprocessableEntity},
		{name: "dated when no year is", body: "x" + `","writtenAt":"0000-01-01T00:00:00Z"}`, status: http.StatusUnprocessableEntity},
		{name: "no time", body: "x" + `","writtenAt":"yesterday"}`, status: http.StatusUnprocessableEntity},
		{name: "more fields", body: "x" + `","more":1,"writtenAt":"2026-01-02T03:04:05Z"}`, status: http.StatusUnprocessableEntity},
		{name: "nobody's conversation", path: messagePath(uuid.New(), uuid.New()), body: "x", status: http.StatusNotFound},
		{name: "nobody logged in", who: s.newcomer(t), body: "x", status: http.StatusUnauthorized},
		{
			name: "for someone else", body: "x", status: http.StatusConflict,
			change: func(r *http.Request) { r.Header.Set(wire.HeaderAccount, therapist.account.ID.String()) },
		},
		{name: "from elsewhere", body: "x", status: http.StatusForbidden, change: func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }},
		{name: "too often", body: "x", times: 40, status: http.StatusTooManyRequests},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := c.body
			if !strings.Contains(body, "writtenAt") {
				body += written
			}
			who := c.who
			if who == nil {
				who = client
			}
			type answer struct {
				status int
				header http.Header
				text   string
			}
			var answers []answer
			for _, first := range []string{"x", `\u0078`} {
				path := c.path
				id := uuid.NewString()
				if path == "" {
					path = messagePath(conversation, uuid.MustParse(id))
				}
				text := `{"body":"` + strings.Replace(body, "x", first, 1)
				for range c.times {
					ask(t, who, path, text, c.change)
				}
				status, header, got := ask(t, who, path, text, c.change)
				var m wire.Message
				if json.Unmarshal([]byte(got), &m) == nil && m.Seq > 0 { // what differs for sure
					got = strings.Replace(strings.Replace(got, id, "ID", 1), `"seq":`+string(mustJSON(t, m.Seq)), `"seq":N`, 1)
					header.Del("Content-Length")
				}
				answers = append(answers, answer{status, header, got})
			}
			short, long := answers[0], answers[1]
			if short.status != c.status || short.status != long.status || short.text != long.text {
				t.Errorf("got %d %s, by the long way %d %s; want %d", short.status, short.text, long.status, long.text, c.status)
			}
			if string(mustJSON(t, short.header)) != string(mustJSON(t, long.header)) {
				t.Errorf("got headers %v, by the long way %v", short.header, long.header)
			}
		})
	}
	t.Run("envelopes", func(t *testing.T) {
		sealer := client.mustRegister()
		envelope := string(mustJSON(t, sealer.mustSeal(conversation, "Sealed")))
		var want *http.Response
		var wantText []byte
		for i, text := range []string{ // the first one is accepted, all others are duplicates
			`{"envelopes":[` + envelope + `]}`, `{"envelopes":[` + envelope + `]}`, `{"\u0065nvelopes":[` + envelope + `]}`,
		} {
			got, err := sealer.newcomer(t).http.Post(s.URL+"/api/v1/outbox", "application/json", strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			answer, err := io.ReadAll(got.Body)
			if err := errors.Join(err, got.Body.Close()); err != nil {
				t.Fatal(err)
			}
			got.Header.Del("Date")
			switch {
			case i == 1:
				want, wantText = got, answer
			case i == 2 && (got.StatusCode != want.StatusCode || !bytes.Equal(answer, wantText) || !maps.EqualFunc(got.Header, want.Header, slices.Equal)):
				t.Errorf("got %d %s %v; by the long way %d %s %v", want.StatusCode, wantText, want.Header, got.StatusCode, answer, got.Header)
			}
		}
		if want.StatusCode != http.StatusOK || !bytes.Contains(wantText, []byte(wire.OutboxDuplicate)) {
			t.Errorf("got %d %s, want a duplicate", want.StatusCode, wantText)
		}
	})
	t.Run("are operations that are described", func(t *testing.T) {
		api, _, err := httpapi.Routes(s.options)
		if err != nil || !slices.Contains(api, httpapi.SendRoute) || !slices.Contains(api, httpapi.PostRoute) {
			t.Errorf("not both of them are in %v, %v", api, err)
		}
	})
}

// TestClaimedLogins sends by a login that was there a moment ago, and is not what it
// was: it is refused at once, as by the long way. The mutant remembers what a login
// was.
func TestClaimedLogins(t *testing.T) {
	for name, mutate := range map[string]func(chat.Store) chat.Store{
		"as it is":                       nil,
		"what a login was is remembered": func(s chat.Store) chat.Store { return rememberingStore{s, make(map[string]chat.Login)} },
	} {
		t.Run(name, func(t *testing.T) {
			storetest.EachURL(t, func(t *testing.T, url string) {
				db := storetest.MustOpenAgain(t, url)
				s := mustServe(t, db, func(o *httpapi.Options) {
					if mutate != nil {
						o.Chat = chat.New(mutate(db.Conversations()), o.Live, chat.Options{})
						t.Cleanup(o.Chat.Close)
					}
				})
				client := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test").mustClient("client@example.test")
				conversation := client.mustConversation().ID
				for _, c := range []struct {
					name   string
					do     func()
					named  uuid.UUID
					status int
				}{
					{name: "nothing", do: func() {}, status: http.StatusCreated},
					{name: "idle", do: func() { s.clock.Add(account.IdleLimit + time.Second) }, status: http.StatusUnauthorized},
					{name: "of someone else", do: func() {}, named: uuid.New(), status: http.StatusConflict},
					{name: "forged", do: func() { storetest.MustTamper(t, url, "UPDATE login_sessions SET last_act_at = last_act_at + 1") }, status: http.StatusUnauthorized},
					{name: "logged out", do: func() {
						tab := client.newcomer(t)
						tab.http.Jar.SetCookies(nil, client.http.Jar.Cookies(nil))
						tab.must(http.StatusNoContent, "POST", "/logout", nil, nil)
					}, status: http.StatusUnauthorized},
					{name: "disabled", do: func() { storetest.MustTamper(t, url, "UPDATE accounts SET disabled = TRUE") }, status: http.StatusUnauthorized},
				} {
					client.mustLogIn("client@example.test")
					client.mustSend(conversation, "From then on it is claimed")
					client.mustSend(conversation, "Claimed")
					c.do()
					var header map[string]string
					if c.named != uuid.Nil {
						header = map[string]string{wire.HeaderAccount: c.named.String()}
					}
					body := mustJSON(t, wire.PutMessage{Body: "After that", WrittenAt: s.clock.Now()})
					response, answer := client.do(http.MethodPut, "/api/v1"+messagePath(conversation, uuid.New()), body, header)
					forgotten := mutate != nil && slices.Contains([]string{"forged", "logged out", "disabled"}, c.name)
					if (response.StatusCode == c.status) == forgotten || forgotten && response.StatusCode != http.StatusCreated {
						t.Errorf("%s: got %d %s", c.name, response.StatusCode, answer)
					}
				}
			})
		})
	}
}

// rememberingStore is a mutant: where a login is not found, it is as it was last.
type rememberingStore struct {
	chat.Store
	logins map[string]chat.Login
}

func (s rememberingStore) Update(ctx context.Context, do func(chat.Tx) error) error {
	return s.Store.Update(ctx, func(tx chat.Tx) error { return do(rememberingTx{tx, s.logins}) })
}

type rememberingTx struct {
	chat.Tx
	logins map[string]chat.Login
}

func (t rememberingTx) LockForMessages(ctx context.Context, drafts []chat.Wanted) (chat.Found, error) {
	found, err := t.Tx.LockForMessages(ctx, drafts)
	for _, d := range drafts {
		if login, there := found.Logins[string(d.TokenHash)]; there {
			t.logins[string(d.TokenHash)] = login
		} else if login, there := t.logins[string(d.TokenHash)]; there {
			found.Logins[string(d.TokenHash)] = login
		}
	}
	return found, err
}

// TestClaimThatIsLeft goes away while a message is stored: it counts.
func TestClaimThatIsLeft(t *testing.T) {
	db := storetest.MustOpen(t, storetest.SQLite)
	held := &heldStore{Store: db.Conversations()}
	s := mustServe(t, db, func(o *httpapi.Options) {
		o.Limits.Message = limit.Rate{Burst: 3, Every: time.Hour}
		o.Chat = chat.New(held, o.Live, chat.Options{})
		t.Cleanup(o.Chat.Close)
	})
	client := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test").mustClient("client@example.test")
	conversation := client.mustConversation().ID
	client.mustSend(conversation, "From then on it is claimed")
	client.mustSend(conversation, "Claimed")

	ctx, leave := context.WithCancel(t.Context())
	held.by.Store(&leave)
	body := mustJSON(t, wire.PutMessage{Body: "Left", WrittenAt: s.clock.Now()})
	r := httptest.NewRequestWithContext(ctx, http.MethodPut, s.URL+"/api/v1"+messagePath(conversation, uuid.New()), bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for _, c := range client.http.Jar.Cookies(nil) {
		r.AddCookie(c)
	}
	s.Config.Handler.ServeHTTP(httptest.NewRecorder(), r)
	if ctx.Err() == nil {
		t.Fatal("it came to its end before it was left")
	}
	client.must(http.StatusTooManyRequests, "PUT", messagePath(conversation, uuid.New()), wire.PutMessage{Body: "One more", WrittenAt: s.clock.Now()}, nil)
}

// heldStore has whoever sends go away before it stores.
type heldStore struct {
	chat.Store
	by atomic.Pointer[context.CancelFunc]
}

func (s *heldStore) Update(ctx context.Context, do func(chat.Tx) error) error {
	if leave := s.by.Swap(nil); leave != nil {
		(*leave)()
		time.Sleep(10 * time.Millisecond) // it is answered that it was left, rather than what was stored
	}
	return s.Store.Update(ctx, do)
}

// FuzzReadOutbox is FuzzReadPut for envelopes.
func FuzzReadOutbox(f *testing.F) {
	many := strings.Repeat(`"AAAA",`, 500)
	for _, text := range []string{`{"envelopes":["AAAA"]}`, " {\n\"envelopes\" : [ \"AAAA\" ,\t\"AA==\", \"\"] } ", `{"envelopes":[` + many[:len(many)-1] + `]}`} {
		if _, ok := httpapi.ReadOutbox([]byte(text)); !ok {
			f.Errorf("not taken: %s", text)
		}
		f.Add([]byte(text))
	}
	for _, text := range []string{
		`{}`, `{"envelopes":[]}`, `{"envelopes":null}`, `{"envelopes":["AAAA",]}`, `{"envelopes":["AAA"]}`, `{"envelopes":["AB=="]}`, `{"envelopes":["AA\/A"]}`,
		`{"envelopes":["AAAA"],"more":1}`, `{"envelopes":["AAAA"]}}`, `{"envelopes":["AAAA"}`, `{"envelopes":["AAAA"`, `{"envelopes":["AA`, `{"envelopes":[1]}`,
		"{\"envelopes\":[\"AA\nAA\"]}", `{"envelopes":[` + many + `"AAAA"]}`, `{"Envelopes":["AAAA"]}`,
	} {
		if _, ok := httpapi.ReadOutbox([]byte(text)); ok {
			f.Errorf("taken: %s", text)
		}
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, ok := httpapi.ReadOutbox(data)
		if !ok {
			return
		}
		var want wire.PostOutbox
		if err := httpapi.UnmarshalJSON(data, &want); err != nil {
			t.Fatalf("taken: %q, which is refused: %v", data, err)
		}
		if !slices.EqualFunc(got, want.Envelopes, bytes.Equal) {
			t.Errorf("%q: got %v, want %v", data, got, want.Envelopes)
		}
	})
}

// FuzzReadPut reads what is sent: what is taken without encoding/json is read as by
// it, which takes it too.
func FuzzReadPut(f *testing.F) {
	const time = `"2026-01-02T03:04:05Z"`
	for _, text := range []string{
		`{"body":"x","writtenAt":` + time + `}`,
		" { \"writtenAt\" :\t" + time + " , \"body\" : \"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\" } \r\n",
		`{"body":"é 𝄞","writtenAt":"2026-01-02T03:04:05.678901+05:30"}`,
	} {
		if _, ok := httpapi.ReadPut([]byte(text)); !ok {
			f.Errorf("not taken: %s", text)
		}
		f.Add([]byte(text))
	}
	for _, text := range []string{
		`{}`, `{"body":"x"}`, `{"body":"x","body":"y"}`, `{"writtenAt":` + time + `,"writtenAt":` + time + `}`,
		`{"body":"x","writtenAt":` + time + `,}`, `{"body":"x","writtenAt":` + time + `}}`, `{"body":"x","writtenAt":"\u0032026"}`,
		`{"body":"\u0041","writtenAt":` + time + `}`, `{"body":"\`, `{"body":"\x","writtenAt":` + time + `}`, "{\"body\":\"\n\",\"writtenAt\":" + time + "}",
		`{"Body":"x","writtenAt":` + time + `}`, `{"body":"x" "writtenAt":` + time + `}`, "{\"body\":\"\xff\",\"writtenAt\":" + time + "}",
		`{"body":1,"writtenAt":` + time + `}`, `{"body":"x","writtenAt":"2026-01-02"}`,
	} {
		if _, ok := httpapi.ReadPut([]byte(text)); ok {
			f.Errorf("taken: %s", text)
		}
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, ok := httpapi.ReadPut(data)
		if !ok {
			return
		}
		var want wire.PutMessage
		if err := httpapi.UnmarshalJSON(data, &want); err != nil {
			t.Fatalf("taken: %q, which is refused: %v", data, err)
		}
		if got.Body != want.Body || !got.WrittenAt.Equal(want.WrittenAt) || got.WrittenAt.Format(timeForm) != want.WrittenAt.Format(timeForm) {
			t.Errorf("%q: got %v, want %v", data, got, want)
		}
		var fields map[string]any
		if err := json.Unmarshal(data, &fields); err != nil || len(fields) != 2 {
			t.Errorf("%q: %d fields, %v", data, len(fields), err)
		}
	})
}

const timeForm = time.RFC3339Nano

// TestAppendMessageEvent writes events as encoding/json does.
func TestAppendMessageEvent(t *testing.T) {
	everything := strings.Builder{}
	for c := rune(0); c < 0x3000; c++ {
		everything.WriteRune(c)
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 678_000, time.FixedZone("", 3600))
	for _, m := range []wire.Message{
		{},
		{ID: uuid.New(), Seq: 7, Body: "x", Sender: uuid.New(), WrittenAt: at, AcceptedAt: at.UTC()},
		{ID: uuid.New(), Seq: 1 << 60, Body: message.Text(everything.String()), Late: true},
		{Body: "\u2028\u2029", Destroyed: true},
		{Body: "𝄞\x00", Unreadable: true},
	} {
		event := wire.MessageEvent{Conversation: uuid.New(), Rev: 3, Message: m}
		var want bytes.Buffer
		encoder := json.NewEncoder(&want)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(event); err != nil {
			t.Fatal(err)
		}
		if got := string(httpapi.AppendMessageEvent(nil, event)) + "\n"; got != want.String() {
			t.Errorf("got %s, want %s", got, want.String())
		}
	}
}
