package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/calendar"
	"pleiades/server/chat"
	"pleiades/server/outbox"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/server/support"
	"pleiades/shared/availability"
	"pleiades/shared/envelope"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// post is an outbox on a practice with a therapist and two clients.
type post struct {
	*outbox.Service
	db            *store.DB
	chat          *chat.Service
	support       *support.Service
	clock         *storetest.Clock
	practice      storetest.Practice
	client        *device // of the first client
	conversation  uuid.UUID
	otherDevice   *device // of the second client
	otherTalk     uuid.UUID
	therapistSeat chat.Actor
}

// device is what a browser knows of itself.
type device struct {
	post    *post
	id      uuid.UUID
	account uuid.UUID
	secret  envelope.Secret
	key     envelope.PublicKey // as it was fetched last
}

// quiet publishes nothing.
type quiet struct{}

func (quiet) Publish(wire.EventType, any, ...uuid.UUID) {}

func mustPost(t testing.TB, db *store.DB) *post {
	t.Helper()
	p := &post{db: db, clock: storetest.NewClock(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)), practice: storetest.MustPractice(t, db, 2)}
	p.chat = chat.New(db.Conversations(), quiet{}, chat.Options{Now: p.clock.Now, Zone: calendar.Zone, Outlook: calendar.Outlook})
	t.Cleanup(p.chat.Close)
	p.support = support.New(db.Tickets(), support.Options{Now: p.clock.Now, Rate: ticketRate})
	p.Service = p.serve(p.chat)
	t.Cleanup(p.Service.Close)
	p.conversation, p.otherTalk = p.practice.Conversations[0], p.practice.Conversations[1]
	p.client = p.mustDevice(t, p.practice.Clients[0])
	p.otherDevice = p.mustDevice(t, p.practice.Clients[1])
	p.therapistSeat = chat.Actor{Account: p.practice.Therapist}
	return p
}

// serve makes a service whose envelopes end in c.
func (p *post) serve(c outbox.Chat) *outbox.Service {
	return outbox.New(p.db.Outbox(), outbox.Options{Chat: c, Support: p.support, Now: p.clock.Now, Log: slog.New(slog.DiscardHandler)})
}

// eachPost runs a test on an outbox of its own on each kind of database.
func eachPost(t *testing.T, test func(t *testing.T, p *post)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { test(t, mustPost(t, db)) })
}

// mustDevice makes a device of an account and registers its secret.
func (p *post) mustDevice(t testing.TB, owner uuid.UUID) *device {
	t.Helper()
	d := &device{post: p, id: uuid.New(), account: owner, secret: envelope.Secret(append(uuidBytes(), uuidBytes()...))}
	at := p.clock.Now()
	p.mustAccounts(t, func(tx account.Tx) error {
		return errors.Join(
			tx.CreateDevice(t.Context(), account.Device{ID: d.id, Account: owner, CreatedAt: at, LastUsedAt: at}, d.id[:]),
			tx.Record(t.Context(), storetest.EventOf(audit.DeviceCreate, p.practice.ID, d.id)))
	})
	d.mustFetch(t)
	d.mustRegister(t)
	return d
}

func uuidBytes() []byte {
	id := uuid.New()
	return id[:]
}

func (p *post) mustAccounts(t testing.TB, do func(account.Tx) error) {
	t.Helper()
	if err := p.db.Accounts().Update(t.Context(), do); err != nil {
		t.Fatal(err)
	}
}

// mustFetch gets the ingest key that is published.
func (d *device) mustFetch(t testing.TB) {
	t.Helper()
	keys, err := d.post.IngestKeys(t.Context())
	if err == nil {
		d.key, err = envelope.NewPublicKey(keys.Keys[0].ID, keys.Keys[0].PublicKey)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (d *device) mustRegister(t testing.TB) {
	t.Helper()
	sealed, err := envelope.SealSecret(d.key, d.account, d.secret)
	if err == nil {
		err = d.post.Register(t.Context(), d.account, d.id, sealed)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (d *device) mustSeal(t testing.TB, conversation uuid.UUID, kind envelope.Kind, id uuid.UUID, body any) []byte {
	t.Helper()
	raw, ok := body.([]byte)
	if !ok {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			t.Fatal(err)
		}
	}
	h := envelope.Header{Protocol: wire.Version, Device: d.id, Conversation: conversation}
	sealed, err := envelope.Seal(d.key, d.secret, h, envelope.Content{Kind: kind, ID: id, Body: raw})
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// mustLetter seals a new message in the device's own conversation.
func (d *device) mustLetter(t testing.TB, text message.Text) []byte {
	t.Helper()
	conversation := d.post.conversation
	if d == d.post.otherDevice {
		conversation = d.post.otherTalk
	}
	return d.mustSeal(t, conversation, envelope.Message, uuid.New(), wire.PutMessage{Body: text, WrittenAt: d.post.clock.Now()})
}

func (p *post) mustAccept(t testing.TB, envelopes ...[]byte) []wire.OutboxAnswer {
	t.Helper()
	answers, err := p.Accept(t.Context(), "192.0.2.1", envelopes)
	if err != nil {
		t.Fatal(err)
	}
	return answers
}

// want compares answers with their short forms, such as "accepted 1" and
// "rejected not_found".
func want(t testing.TB, answers []wire.OutboxAnswer, want ...string) {
	t.Helper()
	got := make([]string, len(answers))
	for i, a := range answers {
		got[i] = string(a.Status)
		if a.Seq > 0 {
			got[i] += fmt.Sprint(" ", a.Seq)
		}
		if a.Code != "" {
			got[i] += " " + string(a.Code)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func (p *post) mustTexts(t testing.TB) []message.Text {
	t.Helper()
	var texts []message.Text
	for after := int64(0); ; {
		page, err := p.chat.ListMessages(t.Context(), p.therapistSeat, p.conversation, chat.Page{After: &after, Limit: chat.MaxPageSize})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page {
			texts = append(texts, m.Body)
			after = m.Seq
		}
		if len(page) == 0 {
			return texts
		}
	}
}

func TestAccept(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		first, second, other := p.client.mustLetter(t, "one"), p.client.mustLetter(t, "two"), p.otherDevice.mustLetter(t, "else")
		want(t, p.mustAccept(t, first, other, second), "accepted 1", "accepted 1", "accepted 2")
		want(t, p.mustAccept(t, first, second, p.client.mustLetter(t, "three"), first), "duplicate 1", "duplicate 2", "accepted 3", "duplicate 1")
		if texts := p.mustTexts(t); !slices.Equal(texts, []message.Text{"one", "two", "three"}) {
			t.Errorf("stored %q", texts)
		}

		t.Run("every kind, in order", func(t *testing.T) {
			if _, err := p.chat.UpdateAvailability(t.Context(), p.therapistSeat, p.practice.ID, wire.SetAvailability{Availability: availability.Default("Europe/Dublin")}); err != nil {
				t.Fatal(err)
			}
			item := uuid.New()
			addition := p.client.mustSeal(t, p.conversation, envelope.Agenda, item, map[string]any{
				"kind": "add", "item": item, "text": "Sleep", "place": "V", "at": p.clock.Now(),
			})
			acknowledgement := p.client.mustSeal(t, p.conversation, envelope.Agreement, uuid.New(), wire.Acknowledge{Version: 1, TextVersion: 1})
			answers := p.mustAccept(t, p.client.mustLetter(t, "four"), addition, acknowledgement, p.client.mustLetter(t, "five"))
			want(t, answers, "accepted 4", "accepted", "accepted", "accepted 5")
			list, err := p.chat.ListAgenda(t.Context(), p.therapistSeat, p.conversation)
			if err != nil || len(list.Items) != 1 || list.Items[0].Text != "Sleep" || list.Rev != answers[1].Rev {
				t.Errorf("list %+v, answer %+v, error %v", list, answers[1], err)
			}
			talks, err := p.chat.ListConversations(t.Context(), p.therapistSeat)
			i := slices.IndexFunc(talks, func(c wire.Conversation) bool { return c.ID == p.conversation })
			if err != nil || talks[i].Agreement.Acknowledged != 1 || talks[i].Rev != answers[2].Rev+1 {
				t.Errorf("conversation %+v, answer %+v, error %v", talks[i], answers[2], err)
			}
			answers = p.mustAccept(t, addition, acknowledgement)
			want(t, answers, "duplicate", "accepted")
			if answers[0].Rev != list.Rev || answers[1].Rev != talks[i].Rev {
				t.Errorf("answers %+v, want the revs as they are", answers)
			}
		})
	})
}

// TestRefusals shows each refusal with its code, and that who does not have the
// secret learns nothing.
func TestRefusals(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		known := p.client.mustLetter(t, "known")
		want(t, p.mustAccept(t, known), "accepted 1")

		flipped := func(at int) []byte {
			out := slices.Clone(p.client.mustLetter(t, "flipped"))
			out[(at+len(out))%len(out)] ^= 1
			return out
		}
		impostor := *p.client // knows whose device it is, but not the secret
		impostor.secret[0]++
		stranger := *p.client
		stranger.id = uuid.New()
		foreignKey := *p.client
		private, err := envelope.NewPrivateKey(uuid.New(), make([]byte, envelope.SeedSize))
		if err != nil {
			t.Fatal(err)
		}
		foreignKey.key = private.Public()
		swapped := *p.otherDevice // the other's envelope under the client's name
		swapped.id = p.client.id

		revoked, disabled := p.mustDevice(t, p.client.account), p.mustDevice(t, p.practice.Admin)
		thief := *revoked
		thief.secret[0]++
		p.mustAccounts(t, func(tx account.Tx) error {
			d, err := tx.LockDevice(t.Context(), revoked.id)
			if err != nil {
				return err
			}
			d.RevokedAt = p.clock.Now()
			if err := tx.UpdateDevice(t.Context(), d); err != nil {
				return err
			}
			credentials, err := tx.LockCredentials(t.Context(), disabled.account)
			if err != nil {
				return err
			}
			credentials.Disabled = true
			return errors.Join(tx.UpdateCredentials(t.Context(), credentials),
				tx.Record(t.Context(), storetest.EventOf(audit.AccountDisable, p.practice.ID, disabled.account)))
		})
		id := uuid.New()
		at := p.clock.Now()
		for _, c := range []struct {
			name     string
			envelope []byte
			want     string
		}{
			{"nothing at all", nil, "rejected unverified"},
			{"no envelope", []byte("\x01hello"), "rejected unverified"},
			{"a flipped bit in the device", flipped(32), "rejected unverified"},
			{"a flipped bit in the conversation", flipped(60), "rejected unverified"},
			{"a flipped bit in the ingest key", flipped(15), "rejected key_expired"},
			{"a flipped bit in the encapsulated key", flipped(100), "rejected unverified"},
			{"a flipped bit in the last byte", flipped(-1), "rejected unverified"},
			{"an envelope that is cut", known[:len(known)-1], "rejected unverified"},
			{"a wrong secret", impostor.mustLetter(t, "x"), "rejected unverified"},
			{"a wrong secret with an id that is known", impostor.mustSeal(t, p.conversation, envelope.Message, id, wire.PutMessage{Body: "known", WrittenAt: at}), "rejected unverified"},
			{"a wrong secret in a conversation of others", impostor.mustSeal(t, p.otherTalk, envelope.Message, id, wire.PutMessage{Body: "x", WrittenAt: at}), "rejected unverified"},
			{"a wrong secret of a revoked device", thief.mustLetter(t, "x"), "rejected unverified"},
			{"an unknown device", stranger.mustLetter(t, "x"), "rejected unverified"},
			{"another device's envelope under this one's name", swapped.mustLetter(t, "x"), "rejected unverified"},
			{"an ingest key that never was", foreignKey.mustLetter(t, "x"), "rejected key_expired"},
			{"a later version of the envelope", append([]byte{2}, known[1:]...), "retry"},
			{"a revoked device", revoked.mustLetter(t, "x"), "rejected device_revoked"},
			{"a revoked device with an id that is known", revoked.mustSeal(t, p.conversation, envelope.Message, id, wire.PutMessage{Body: "known", WrittenAt: at}), "rejected device_revoked"},
			{"a disabled account", disabled.mustLetter(t, "x"), "rejected forbidden"},
			{"a conversation of others", p.client.mustSeal(t, p.otherTalk, envelope.Message, id, wire.PutMessage{Body: "x", WrittenAt: at}), "rejected not_found"},
			{"a conversation that is not there", p.client.mustSeal(t, uuid.New(), envelope.Message, id, wire.PutMessage{Body: "x", WrittenAt: at}), "rejected not_found"},
			{"a list of others", p.client.mustSeal(t, p.otherTalk, envelope.Agenda, id, map[string]any{"kind": "check", "item": uuid.New(), "at": at}), "rejected not_found"},
			{"an agreement of others", p.client.mustSeal(t, p.otherTalk, envelope.Agreement, id, wire.Acknowledge{Version: 1}), "rejected not_found"},
			{"an agreement that is not there", p.client.mustSeal(t, p.conversation, envelope.Agreement, id, wire.Acknowledge{Version: 9}), "rejected invalid_request"},
			{"a text that breaks a rule", p.client.mustLetter(t, " "), "rejected invalid_message"},
			{"an unknown kind", p.client.mustSeal(t, p.conversation, "poem", id, wire.PutMessage{Body: "x", WrittenAt: at}), "rejected invalid_request"},
			{"an unknown field", p.client.mustSeal(t, p.conversation, envelope.Message, id, map[string]any{"body": "x", "writtenAt": at, "seq": 1}), "rejected invalid_request"},
			{"a missing time", p.client.mustSeal(t, p.conversation, envelope.Message, id, map[string]any{"body": "x"}), "rejected invalid_request"},
			{"no JSON", p.client.mustSeal(t, p.conversation, envelope.Message, id, []byte("{")), "rejected bad_request"},
			{"half a surrogate pair", p.client.mustSeal(t, p.conversation, envelope.Message, id, []byte(`{"body":"\ud83d","writtenAt":"2026-01-02T03:04:05Z"}`)), "rejected bad_request"},
		} {
			t.Run(c.name, func(t *testing.T) { want(t, p.mustAccept(t, c.envelope), c.want) })
		}
		t.Run("another text under an id that is known", func(t *testing.T) {
			id := uuid.New()
			one := p.client.mustSeal(t, p.conversation, envelope.Message, id, wire.PutMessage{Body: "one", WrittenAt: at})
			two := p.client.mustSeal(t, p.conversation, envelope.Message, id, wire.PutMessage{Body: "two", WrittenAt: at})
			want(t, p.mustAccept(t, one, two), "accepted 2", "rejected id_conflict")
		})
		if texts := p.mustTexts(t); !slices.Equal(texts, []message.Text{"known", "one"}) {
			t.Errorf("stored %q", texts)
		}
	})
}

// TestLaterProtocol hands over what a newer app sealed.
func TestLaterProtocol(t *testing.T) {
	p := mustPost(t, storetest.MustOpen(t, storetest.SQLite))
	h := envelope.Header{Protocol: wire.Version + 1, Device: p.client.id, Conversation: p.conversation}
	sealed, err := envelope.Seal(p.client.key, p.client.secret, h, envelope.Content{Kind: "later", ID: uuid.New(), Body: []byte("?")})
	if err != nil {
		t.Fatal(err)
	}
	want(t, p.mustAccept(t, sealed, p.client.mustLetter(t, "behind it")), "retry", "retry")
}

// number is a text that says its place.
func number(i int) message.Text { return message.Text(fmt.Sprint("message ", i)) }

// failing is a chat whose database is gone from the nth call on.
type failing struct {
	*chat.Service
	calls int
}

func (f *failing) SendAll(ctx context.Context, actor chat.Actor, conversation uuid.UUID, drafts []message.Draft) []chat.Sent {
	if f.calls--; f.calls >= 0 {
		return f.Service.SendAll(ctx, actor, conversation, drafts)
	}
	sent := make([]chat.Sent, len(drafts))
	for i := range sent {
		sent[i].Err = fmt.Errorf("send: %w", chat.ErrUnavailable)
	}
	return sent
}

func TestOrder(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		t.Run("behind an old key everything of the conversation waits", func(t *testing.T) {
			old := *p.client
			private, err := envelope.NewPrivateKey(uuid.New(), make([]byte, envelope.SeedSize))
			if err != nil {
				t.Fatal(err)
			}
			old.key = private.Public()
			answers := p.mustAccept(t,
				p.client.mustLetter(t, "one"), old.mustLetter(t, "two"), p.client.mustLetter(t, "three"),
				p.otherDevice.mustLetter(t, "not behind it"), old.mustLetter(t, "four"))
			want(t, answers, "accepted 1", "rejected key_expired", "retry", "accepted 1", "retry")
		})
		t.Run("behind a failure of the database everything of the conversation waits", func(t *testing.T) {
			p.Service = p.serve(&failing{p.chat, 1})
			check := p.client.mustSeal(t, p.conversation, envelope.Agenda, uuid.New(), map[string]any{
				"kind": "check", "item": uuid.New(), "at": p.clock.Now(),
			})
			answers := p.mustAccept(t, p.client.mustLetter(t, "two"), check, p.client.mustLetter(t, "three"), check, p.client.mustLetter(t, "four"))
			want(t, answers, "accepted 2", "accepted", "retry", "retry", "retry")
		})
		t.Run("what is rejected holds nothing up", func(t *testing.T) {
			p.Service = p.serve(p.chat)
			t.Cleanup(p.Service.Close)
			want(t, p.mustAccept(t, p.client.mustLetter(t, " "), p.client.mustLetter(t, "three")), "rejected invalid_message", "accepted 3")
		})
	})
}

// ending is a chat that revokes a device behind the first messages.
type ending struct {
	*chat.Service
	revoke func()
}

func (e *ending) SendAll(ctx context.Context, actor chat.Actor, conversation uuid.UUID, drafts []message.Draft) []chat.Sent {
	defer e.revoke()
	return e.Service.SendAll(ctx, actor, conversation, drafts)
}

// TestRevokedMeanwhile revokes a device while its queue is taken in: what was not
// handed over yet is refused.
func TestRevokedMeanwhile(t *testing.T) {
	eachPost(t, func(t *testing.T, p *post) {
		d := p.client
		p.Service = p.serve(&ending{p.chat, func() {
			p.mustAccounts(t, func(tx account.Tx) error {
				found, err := tx.LockDevice(t.Context(), d.id)
				if err != nil {
					return err
				}
				found.RevokedAt = p.clock.Now()
				return errors.Join(tx.UpdateDevice(t.Context(), found),
					tx.Record(t.Context(), storetest.EventOf(audit.DeviceRevoke, p.practice.ID, d.id)))
			})
		}})
		check := d.mustSeal(t, p.conversation, envelope.Agenda, uuid.New(), map[string]any{
			"kind": "check", "item": uuid.New(), "at": p.clock.Now(),
		})
		answers := p.mustAccept(t, d.mustLetter(t, "one"), check, d.mustLetter(t, "two"))
		want(t, answers, "accepted 1", "rejected device_revoked", "rejected device_revoked")
		if texts := p.mustTexts(t); len(texts) != 1 {
			t.Errorf("stored: %v", texts)
		}
	})
}

// counting is a store that counts how often it is asked who a device speaks for.
type counting struct {
	outbox.Store
	asked int
}

func (c *counting) FindSender(ctx context.Context, device uuid.UUID) (outbox.Sender, []outbox.IngestKey, error) {
	c.asked++
	return c.Store.FindSender(ctx, device)
}

func (c *counting) ListIngestKeys(ctx context.Context) ([]outbox.IngestKey, error) {
	c.asked++
	return c.Store.ListIngestKeys(ctx)
}

// TestAsked holds what handing over asks of the database, beside storing, to a
// count.
func TestAsked(t *testing.T) {
	p := mustPost(t, storetest.MustOpen(t, storetest.SQLite))
	store := &counting{Store: p.db.Outbox()}
	p.Service = outbox.New(store, outbox.Options{Chat: p.chat, Now: p.clock.Now, Log: slog.New(slog.DiscardHandler)})
	for _, c := range []struct {
		name      string
		envelopes [][]byte
		want      int
	}{
		{"a message", [][]byte{p.client.mustLetter(t, "one")}, 1},
		{"a queue, after which it is looked again", [][]byte{p.client.mustLetter(t, "two"), p.client.mustLetter(t, "three")}, 2},
		{"nothing that can be read", [][]byte{{1}}, 0},
	} {
		store.asked = 0
		if p.mustAccept(t, c.envelopes...); store.asked != c.want {
			t.Errorf("%s: asked %d times, want %d", c.name, store.asked, c.want)
		}
	}
}

func TestLimits(t *testing.T) {
	p := mustPost(t, storetest.MustOpen(t, storetest.SQLite))
	sealed := p.client.mustLetter(t, "again and again")
	many := func(n int) [][]byte { return slices.Repeat([][]byte{sealed}, n) }
	t.Run("a device may hand over a whole queue at once, then one a second", func(t *testing.T) {
		for range 2 {
			for i, a := range p.mustAccept(t, many(500)...) {
				if a.Status == wire.OutboxRetry {
					t.Fatalf("envelope %d has to come again", i)
				}
			}
		}
		want(t, p.mustAccept(t, sealed), "retry")
		p.clock.Add(time.Second)
		want(t, p.mustAccept(t, sealed, sealed), "duplicate 1", "retry")
		want(t, p.mustAccept(t, p.otherDevice.mustLetter(t, "another device")), "accepted 1")
	})
	t.Run("what others forge in the name of a device uses nothing of it up", func(t *testing.T) {
		p.clock.Add(time.Hour)
		forger := &device{post: p, id: p.client.id, secret: p.otherDevice.secret, key: p.client.key}
		forged := forger.mustLetter(t, "forged")
		for range 1_500 { // each alone: behind one that is not taken the rest is not looked at
			answers, err := p.Accept(t.Context(), "192.0.2.3", [][]byte{forged})
			if err != nil {
				t.Fatal(err)
			}
			want(t, answers, "rejected unverified")
		}
		want(t, p.mustAccept(t, sealed, sealed), "duplicate 1", "duplicate 1")
	})
	t.Run("an account may bring as much as one device, whatever it is", func(t *testing.T) {
		item := func(d *device) []byte {
			return d.mustSeal(t, p.otherTalk, envelope.Agenda, uuid.New(), map[string]any{"kind": "check", "item": uuid.New(), "at": p.clock.Now()})
		}
		p.clock.Add(time.Hour)
		again := item(p.otherDevice)
		for range 2 {
			p.mustAccept(t, slices.Repeat([][]byte{again}, 500)...)
		}
		second := p.mustDevice(t, p.practice.Clients[1])
		want(t, p.mustAccept(t, item(second), second.mustLetter(t, "too much")), "retry", "retry")
		p.clock.Add(time.Second)
		want(t, p.mustAccept(t, item(second), item(second)), "accepted", "retry")
	})
	t.Run("an address may bring a few queues at once", func(t *testing.T) {
		const crowded = "192.0.2.2"
		junk := slices.Repeat([][]byte{{1}}, 500)
		for range 10 {
			if _, err := p.Accept(t.Context(), crowded, junk); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := p.Accept(t.Context(), crowded, junk); !errors.Is(err, outbox.ErrTooMany) {
			t.Errorf("got %v, want ErrTooMany", err)
		}
		p.clock.Add(40 * time.Millisecond)
		answers, err := p.Accept(t.Context(), crowded, junk[:4])
		if err != nil {
			t.Fatal(err)
		}
		want(t, answers, "rejected unverified", "rejected unverified", "retry", "retry")
	})
}
