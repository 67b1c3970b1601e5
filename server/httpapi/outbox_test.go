package httpapi_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/httpapi"
	"pleiades/server/outbox"
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

// TestOutboxGate has people from many places begin to hand over large bodies and
// go no further. They fill up their own room, and together all of it, but nobody
// is kept from handing over a few messages, and there is room again once they
// are gone.
func TestOutboxGate(t *testing.T) {
	const (
		room  = 8 << 20
		share = room / 16 // of one place
		free  = 64 << 10  // of each body
		most  = time.Minute
	)
	db := storetest.MustOpen(t, storetest.SQLite)
	s := mustServe(t, db, func(o *httpapi.Options) {
		// Without other limits: how often one has to ask is not known.
		o.Outbox = outbox.New(db.Outbox(), outbox.Options{Chat: o.Chat, Log: o.Log, Unlimited: true})
		o.Room = room
		o.BodyTime = time.Hour
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	// stall sends so much of a body and no more, until stop is called.
	stall := func(from string, bytes int) (stop func()) {
		t.Helper()
		connection, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { connection.Close() })
		_, err = fmt.Fprintf(connection, "POST /api/v1/outbox HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nX-Forwarded-For: %s\r\nContent-Length: %d\r\n\r\n%s",
			s.Listener.Addr(), from, wire.MaxOutboxBody, strings.Repeat(" ", bytes))
		if err != nil {
			t.Fatal(err)
		}
		return func() { connection.Close() }
	}
	post := func(from string, envelopes int) int {
		t.Helper()
		body := mustJSON(t, wire.PostOutbox{Envelopes: slices.Repeat([][]byte{make([]byte, 3000)}, envelopes)})
		request, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/api/v1/outbox", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("X-Forwarded-For", from)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if response.StatusCode == http.StatusServiceUnavailable && response.Header.Get("Retry-After") == "" {
			t.Error("it does not say when to try again")
		}
		return response.StatusCode
	}
	const few, many = 10, 50 // 40 and 200 kB
	// await posts until that is answered so.
	await := func(from string, envelopes, status int) {
		t.Helper()
		for until := time.Now().Add(most); post(from, envelopes) != status; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(until) {
				t.Fatalf("%d envelopes from %s are not answered %d", envelopes, from, status)
			}
		}
	}
	want := func(from string, envelopes, status int) {
		t.Helper()
		if got := post(from, envelopes); got != status {
			t.Errorf("%d envelopes from %s: got %d, want %d", envelopes, from, got, status)
		}
	}

	for n := range 200 { // slow, but small
		stall(fmt.Sprintf("2001:db8:0:%x::1", n), free)
	}
	var stops []func()
	// fill stalls bodies until there is no room for what is posted. What is posted
	// takes room itself, so that a body may be refused; then it needs another.
	fill := func(from string, stall func()) {
		t.Helper()
		for until := time.Now().Add(most); ; {
			stall()
			for range 50 {
				if post(from, many) == http.StatusServiceUnavailable {
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
			if time.Now().After(until) {
				t.Fatalf("there is always room for %d envelopes from %s", many, from)
			}
		}
	}
	fill("2001:db8:0:3::1", func() {
		stops = append(stops, stall("2001:db8:0:1::1", share/2+free), stall("2001:db8:0:2::1", share/2+free))
	})
	want("2001:db8:0:3::1", few, http.StatusOK)
	want("2001:db8:1::1", many, http.StatusOK)
	fill("198.51.100.1", func() {
		for n := 1; n < 16; n++ {
			stops = append(stops, stall(fmt.Sprintf("192.0.2.%d", n), share+free))
		}
	})
	want("198.51.100.1", few, http.StatusOK)
	for _, stop := range stops {
		stop()
	}
	await("198.51.100.1", many, http.StatusOK)
	await("2001:db8:0:3::1", many, http.StatusOK)
}

// TestBodiesOfOnePlace sends more bodies from one place than are read at once, and
// none of them to its end: one more is refused before any of it has come, whatever
// it is for. Others are heard, and there is room again once those are gone.
func TestBodiesOfOnePlace(t *testing.T) {
	const (
		most  = 512
		place = "2001:db8:7:"
		body  = `{"email":"nobody@example.test","password":"wrong horse battery"}`
		long  = time.Minute
	)
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), func(o *httpapi.Options) {
		o.BodyTime = time.Hour
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	// begin sends the head of a request and so much of its body.
	begin := func(from, path, sent string) net.Conn {
		t.Helper()
		connection, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { connection.Close() })
		_, err = fmt.Fprintf(connection, "POST /api/v1%s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nX-Forwarded-For: %s\r\nContent-Length: %d\r\n\r\n%s",
			path, s.Listener.Addr(), from, len(body), sent)
		if err != nil {
			t.Fatal(err)
		}
		return connection
	}
	answer := func(connection net.Conn) *http.Response {
		t.Helper()
		if err := connection.SetReadDeadline(time.Now().Add(long)); err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(bufio.NewReader(connection), nil)
		if err != nil {
			t.Fatal(err)
		}
		return response
	}
	post := func(from string) int {
		t.Helper()
		connection := begin(from, "/login", body)
		defer connection.Close()
		return answer(connection).StatusCode
	}

	var slow []net.Conn
	stall := func() {
		paths := []string{"/outbox", "/login", "/signup", "/contact"}
		n := len(slow)
		slow = append(slow, begin(fmt.Sprintf("%s%x::1", place, n), paths[n%len(paths)], "{"))
	}
	for range most - 1 {
		stall()
	}
	if got := post(place + ":1"); got == http.StatusServiceUnavailable {
		t.Errorf("%d bodies are too many", most)
	}
	// What is posted counts itself for a moment, in which a slow one is refused.
	for until := time.Now().Add(long); post(place+":1") != http.StatusServiceUnavailable; stall() {
		if time.Now().After(until) {
			t.Fatalf("%d bodies are not too many", len(slow))
		}
	}
	response := answer(begin(place+":2", "/outbox", ""))
	if response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") != "2" || !response.Close {
		t.Errorf("got %s %v", response.Status, response.Header)
	}
	if got := post("2001:db8:8::1"); got != http.StatusUnauthorized {
		t.Errorf("from another place: got %d", got)
	}
	for _, connection := range slow {
		connection.Close()
	}
	for until := time.Now().Add(long); post(place+":1") == http.StatusServiceUnavailable; {
		if time.Now().After(until) {
			t.Fatal("there is no room again")
		}
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
