package httpapi_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/envelope"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// sealer is the part of a device that seals.
type sealer struct {
	*person
	device uuid.UUID
	secret envelope.Secret
	key    envelope.PublicKey
}

// mustRegister makes the browser of a person one that seals.
func (p *person) mustRegister() *sealer {
	p.t.Helper()
	s := &sealer{person: p, secret: envelope.Secret(bytes.Repeat([]byte{7}, envelope.SecretSize))}
	s.mustFetch()
	sealed, err := envelope.SealSecret(s.key, p.account.ID, s.secret)
	if err != nil {
		p.t.Fatal(err)
	}
	var registered wire.RegisteredDevice
	p.must(http.StatusOK, "POST", "/devices", wire.RegisterDevice{Secret: sealed}, &registered)
	s.device = registered.ID
	return s
}

// mustFetch gets the ingest key, as someone who is not logged in.
func (s *sealer) mustFetch() {
	s.t.Helper()
	var keys wire.IngestKeys
	s.newcomer(s.t).must(http.StatusOK, "GET", "/ingest-keys", nil, &keys)
	var err error
	if s.key, err = envelope.NewPublicKey(keys.Keys[0].ID, keys.Keys[0].PublicKey); err != nil {
		s.t.Fatal(err)
	}
}

func (s *sealer) mustSeal(conversation uuid.UUID, text message.Text) []byte {
	s.t.Helper()
	sealed, err := envelope.Seal(s.key, s.secret,
		envelope.Header{Protocol: wire.Version, Device: s.device, Conversation: conversation},
		envelope.Content{Kind: envelope.Message, ID: uuid.New(), Body: mustJSON(s.t, wire.PutMessage{Body: text, WrittenAt: s.clock.Now()})})
	if err != nil {
		s.t.Fatal(err)
	}
	return sealed
}

// TestOutbox hands over what waited for ten days, without a login and by someone
// else's connection.
func TestOutbox(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := mustServe(t, db, nil)
		therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
		client := therapist.mustClient("client@example.test")
		conversation := client.mustConversation().ID
		device := client.mustRegister()
		if again := client.mustRegister(); again.device != device.device {
			t.Error("one browser is two devices")
		}

		const messages = 500
		var queue [][]byte
		for i := range messages {
			queue = append(queue, device.mustSeal(conversation, message.Text(fmt.Sprint("message ", i))))
			s.clock.Add(10 * 24 * time.Hour / messages)
			if i == messages/3 || i == 2*messages/3 {
				if err := s.outbox.Rotate(t.Context()); err != nil {
					t.Fatal(err)
				}
				device.mustFetch()
			}
		}
		response, body := client.do("GET", "/api/v1/me", nil, nil)
		wantProblem(t, response, body, wire.CodeNotLoggedIn)

		worker := s.newcomer(t)
		for _, want := range []wire.OutboxStatus{wire.OutboxAccepted, wire.OutboxDuplicate} {
			var got wire.OutboxAnswers
			worker.must(http.StatusOK, "POST", "/outbox", wire.PostOutbox{Envelopes: queue}, &got)
			for i, a := range got.Answers {
				if a.Status != want || a.Seq != int64(i+1) {
					t.Fatalf("message %d: got %+v, want %s", i, a, want)
				}
			}
			s.clock.Add(time.Hour)
		}
		therapist.mustLogIn("therapist@example.test")
		var page wire.Messages
		therapist.must(http.StatusOK, "GET", "/conversations/"+conversation.String()+"/messages?limit=200&after=300", nil, &page)
		if len(page.Messages) != 200 || page.Messages[199].Body != "message 499" || page.Messages[199].Sender != client.account.ID {
			t.Errorf("%d messages, the last %+v", len(page.Messages), page.Messages[len(page.Messages)-1])
		}

		t.Run("cookies do not matter", func(t *testing.T) {
			var got wire.OutboxAnswers
			therapist.must(http.StatusOK, "POST", "/outbox", wire.PostOutbox{Envelopes: [][]byte{device.mustSeal(conversation, "by another's browser")}}, &got)
			if got.Answers[0].Seq != messages+1 {
				t.Errorf("got %+v", got.Answers)
			}
			client.must(http.StatusOK, "POST", "/outbox", wire.PostOutbox{Envelopes: [][]byte{device.mustSeal(conversation, "the login has ended")}}, &got)
			if got.Answers[0].Seq != messages+2 {
				t.Errorf("got %+v", got.Answers)
			}
		})
		t.Run("a device that was revoked is told", func(t *testing.T) {
			client.mustLogIn("client@example.test")
			client.must(http.StatusNoContent, "DELETE", "/devices/"+device.device.String(), nil, nil)
			var got wire.OutboxAnswers
			worker.must(http.StatusOK, "POST", "/outbox", wire.PostOutbox{Envelopes: [][]byte{device.mustSeal(conversation, "too late")}}, &got)
			if got.Answers[0].Code != wire.CodeDeviceRevoked {
				t.Errorf("got %+v", got.Answers)
			}
		})
		t.Run("a disabled account is refused", func(t *testing.T) {
			other := therapist.mustClient("other@example.test")
			sealing := other.mustRegister()
			if err := s.accounts.Disable(t.Context(), other.account.ID); err != nil {
				t.Fatal(err)
			}
			var got wire.OutboxAnswers
			worker.must(http.StatusOK, "POST", "/outbox", wire.PostOutbox{Envelopes: [][]byte{sealing.mustSeal(conversation, "no more")}}, &got)
			if got.Answers[0].Code != wire.CodeForbidden {
				t.Errorf("got %+v", got.Answers)
			}
		})
	})
}

// TestOutboxLimits shows how much one request may bring.
func TestOutboxLimits(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil)
	worker := s.newcomer(t)
	post := func(envelopes ...[]byte) (*http.Response, []byte) {
		return worker.do("POST", "/api/v1/outbox", mustJSON(t, wire.PostOutbox{Envelopes: envelopes}), nil)
	}
	junk := []byte{1}
	for name, c := range map[string]struct {
		envelopes [][]byte
		code      wire.Code // none for answers
	}{
		"none":            {[][]byte{}, wire.CodeInvalidRequest},
		"500":             {slices.Repeat([][]byte{junk}, 500), ""},
		"501":             {slices.Repeat([][]byte{junk}, 501), wire.CodeInvalidRequest},
		"nearly 6 MiB":    {slices.Repeat([][]byte{make([]byte, 60<<10)}, 102), ""},
		"more than 6 MiB": {slices.Repeat([][]byte{make([]byte, 60<<10)}, 103), wire.CodeTooLarge},
		"one too large":   {[][]byte{make([]byte, envelope.MaxSize+1)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			response, body := post(c.envelopes...)
			if c.code != "" {
				wantProblem(t, response, body, c.code)
			} else if n := bytes.Count(body, []byte(`"unverified"`)); response.StatusCode != http.StatusOK || n != len(c.envelopes) {
				t.Errorf("got %d, %d answers", response.StatusCode, n)
			}
		})
	}
	t.Run("no base64", func(t *testing.T) {
		for _, text := range []string{`"?"`, `7`, `null`, `{}`} {
			response, body := worker.do("POST", "/api/v1/outbox", []byte(`{"envelopes":[`+text+`]}`), nil)
			if response.StatusCode != http.StatusOK {
				wantProblem(t, response, body, wire.CodeInvalidRequest)
			}
		}
	})
	t.Run("too many from one address", func(t *testing.T) {
		queue := slices.Repeat([][]byte{junk}, 500)
		for range 10 {
			post(queue...)
		}
		response, body := post(queue...)
		wantProblem(t, response, body, wire.CodeTooManyRequests)
		if response.Header.Get("Retry-After") == "" {
			t.Error("it does not say when to try again")
		}
	})
}

// slow is a body that arrives once its sender is let go.
type slow struct {
	begun chan<- struct{}
	once  sync.Once
	gone  <-chan struct{}
}

func (s *slow) Read([]byte) (int, error) {
	s.once.Do(func() { s.begun <- struct{}{} })
	<-s.gone
	return 0, io.EOF
}

// TestOutboxGate shows that those who hand over slowly fill up only their own
// room, and that it is free again afterwards.
func TestOutboxGate(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil)
	post := func(address string, body io.Reader) *httptest.ResponseRecorder {
		request := httptest.NewRequest("POST", s.URL+"/api/v1/outbox", body)
		request.Header.Set("Content-Type", "application/json")
		request.RemoteAddr = address
		answer := httptest.NewRecorder()
		s.Config.Handler.ServeHTTP(answer, request)
		return answer
	}
	begun, gone := make(chan struct{}), make(chan struct{})
	var held sync.WaitGroup
	for n := range 8 {
		held.Go(func() { post(fmt.Sprintf("[2001:db8::%d]:1", n), &slow{begun: begun, gone: gone}) })
		<-begun
	}
	whole := func() io.Reader {
		return bytes.NewReader(mustJSON(t, wire.PostOutbox{Envelopes: [][]byte{{1}}}))
	}
	if got := post("[2001:db8::99]:1", whole()); got.Code != http.StatusServiceUnavailable || got.Header().Get("Retry-After") == "" {
		t.Errorf("a ninth of the same network: got %d", got.Code)
	}
	if got := post("[2001:db8:0:1::99]:1", whole()); got.Code != http.StatusOK {
		t.Errorf("another network: got %d", got.Code)
	}
	close(gone)
	held.Wait()
	if got := post("[2001:db8::99]:1", whole()); got.Code != http.StatusOK {
		t.Errorf("once there is room: got %d", got.Code)
	}
}

// TestRegisterDevice hands over secrets that were not sealed as they should be.
func TestRegisterDevice(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil)
	therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
	device := therapist.mustRegister()
	stale, err := envelope.NewPrivateKey(uuid.New(), make([]byte, envelope.SeedSize))
	if err != nil {
		t.Fatal(err)
	}
	for code, key := range map[wire.Code]envelope.PublicKey{wire.CodeKeyExpired: stale.Public(), wire.CodeUnverified: device.key} {
		sealed, err := envelope.SealSecret(key, uuid.New(), device.secret)
		if err != nil {
			t.Fatal(err)
		}
		response, body := therapist.do("POST", "/api/v1/devices", mustJSON(t, wire.RegisterDevice{Secret: sealed}), nil)
		wantProblem(t, response, body, code)
	}
	response, body := therapist.do("POST", "/api/v1/devices", []byte(`{"secret":"`+base64.StdEncoding.EncodeToString([]byte("x"))+`"}`), nil)
	wantProblem(t, response, body, wire.CodeUnverified)
}

// BenchmarkHandOver compares one request for each message with the sealed
// outbox, 100 messages a request.
func BenchmarkHandOver(b *testing.B) {
	const batch = 100
	s := mustServe(b, storetest.MustOpen(b, storetest.SQLite), nil)
	therapist := s.mustStaff(b, wire.RoleTherapist, "therapist@example.test")
	client := therapist.mustClient("client@example.test")
	conversation := client.mustConversation().ID
	device := client.mustRegister()
	b.Run("PUT", func(b *testing.B) {
		for b.Loop() {
			client.mustSend(conversation, "A message of the usual length, more or less.")
		}
	})
	b.Run("outbox", func(b *testing.B) {
		for n := 0; n < b.N; n += batch {
			b.StopTimer()
			var post wire.PostOutbox
			for range min(batch, b.N-n) {
				post.Envelopes = append(post.Envelopes, device.mustSeal(conversation, "A message of the usual length, more or less."))
			}
			s.clock.Add(account.IdleLimit / 2)
			b.StartTimer()
			client.must(http.StatusOK, "POST", "/outbox", post, nil)
		}
	})
}
