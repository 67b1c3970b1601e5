package support_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/limit"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/server/support"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// counter is where tickets are answered.
type counter struct {
	*support.Service
	db       *store.DB
	clock    *storetest.Clock
	practice storetest.Practice
	asker    support.Actor
	other    support.Actor
	operator support.Actor

	answered []message.Text // addresses that were told
	token    string         // of the last link that was mailed
	events   []wire.TicketEvent
}

// mustTakeMails notes the mails that wait to be sent.
func (c *counter) mustTakeMails(t *testing.T) {
	t.Helper()
	letters, err := storetest.TakeMails(t.Context(), c.db, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range letters {
		c.answered = append(c.answered, l.To)
		if l.Mail == account.MailContact {
			c.token = l.Token
		}
	}
}

func eachCounter(t *testing.T, test func(t *testing.T, c *counter)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := &counter{db: db, clock: storetest.NewClock(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)), practice: storetest.MustPractice(t, db, 2)}
		c.asker, c.other = support.Actor{Account: c.practice.Clients[0]}, support.Actor{Account: c.practice.Clients[1]}
		c.operator = support.Actor{Account: uuid.New(), Operator: true}
		c.Service = support.New(db.Tickets(), support.Options{
			Address: account.Address, Now: c.clock.Now, Rate: limit.Rate{Burst: 5, Every: time.Minute},
			Changed: func(_ uuid.UUID, event wire.TicketEvent) { c.events = append(c.events, event) },
		})
		test(t, c)
	})
}

func wantErr(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// mustCreate takes in a ticket of the asker.
func (c *counter) mustCreate(t *testing.T, text message.Text) support.Ticket {
	t.Helper()
	c.clock.Add(time.Minute)
	made, created, err := c.Create(t.Context(), c.asker, uuid.New(), wire.PutTicket{Kind: wire.TicketProblem, Text: text})
	if err != nil || !created {
		t.Fatalf("create: %v, %v", created, err)
	}
	return made
}

var put = wire.PutTicket{
	Kind: wire.TicketProblem, Text: "  It will not send.\r\n",
	Diagnostics: []wire.Diagnostic{{Code: wire.DiagnosticQueue, Value: "3", Verdict: wire.VerdictLook}},
}

func TestCreate(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		id := uuid.New()
		made, created, err := c.Create(t.Context(), c.asker, id, put)
		if err != nil || !created || made.Text != "It will not send." || made.Status != wire.TicketOpen {
			t.Fatalf("got %+v, %v, %v", made, created, err)
		}
		for range 20 { // repeating it counts for nothing
			again, created, err := c.Create(t.Context(), c.asker, id, put)
			if err != nil || created || !again.CreatedAt.Equal(made.CreatedAt) || len(again.Diagnostics) != 1 {
				t.Fatalf("again: %+v, %v, %v", again, created, err)
			}
		}
		other := put
		other.Text = "Something else"
		_, _, err = c.Create(t.Context(), c.asker, id, other)
		wantErr(t, "another text", err, support.ErrIDConflict)
		_, _, err = c.Create(t.Context(), c.other, id, put)
		wantErr(t, "another person", err, support.ErrIDConflict)

		found, err := c.FindOwn(t.Context(), c.asker, id)
		if err != nil || found.From.Name == "" || found.Diagnostics[0].Value != "3" {
			t.Errorf("found %+v, %v", found, err)
		}
		_, err = c.FindOwn(t.Context(), c.other, id)
		wantErr(t, "someone else's", err, support.ErrNotFound)
		if list, err := c.ListOwn(t.Context(), c.other); err != nil || len(list) != 0 {
			t.Errorf("someone else has %d, %v", len(list), err)
		}
	})
}

func TestCreateRefuses(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		queue := func(value string) wire.Diagnostic {
			return wire.Diagnostic{Code: wire.DiagnosticQueue, Value: value, Verdict: wire.VerdictGood}
		}
		var invalid *support.InvalidError
		var fields *support.FieldsError
		for name, in := range map[string]wire.PutTicket{
			"no text":                 {Kind: wire.TicketOther, Text: " \n"},
			"a text of a megabyte":    {Kind: wire.TicketOther, Text: message.Text(strings.Repeat("x", 1_000_000))},
			"a text that cannot show": {Kind: wire.TicketOther, Text: "a\x00b"},
		} {
			if _, _, err := c.Create(t.Context(), c.asker, uuid.New(), in); !errors.As(err, &invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, in := range map[string]wire.PutTicket{
			"a kind that is none":        {Kind: "praise", Text: "x"},
			"a diagnostic that is none":  {Kind: wire.TicketOther, Text: "x", Diagnostics: []wire.Diagnostic{{Code: "body", Value: "x", Verdict: wire.VerdictGood}}},
			"a verdict that is none":     {Kind: wire.TicketOther, Text: "x", Diagnostics: []wire.Diagnostic{{Code: wire.DiagnosticQueue, Verdict: "great"}}},
			"a diagnostic twice":         {Kind: wire.TicketOther, Text: "x", Diagnostics: []wire.Diagnostic{queue("1"), queue("2")}},
			"a long diagnostic":          {Kind: wire.TicketOther, Text: "x", Diagnostics: []wire.Diagnostic{queue(strings.Repeat("x", 301))}},
			"a diagnostic with controls": {Kind: wire.TicketOther, Text: "x", Diagnostics: []wire.Diagnostic{queue("\x1b[31m")}},
		} {
			if _, _, err := c.Create(t.Context(), c.asker, uuid.New(), in); !errors.As(err, &fields) {
				t.Errorf("%s: %v", name, err)
			}
		}
		var often *support.TooManyError
		for i := range 6 {
			_, _, err := c.Create(t.Context(), c.asker, uuid.New(), put)
			if errors.As(err, &often) != (i == 5) {
				t.Errorf("ticket %d of a moment: %v", i+1, err)
			}
		}
	})
}

func TestAnswer(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		made := c.mustCreate(t, "How do I install it?")
		id := uuid.New()
		for i := range 2 {
			answered, created, err := c.Answer(t.Context(), c.operator, made.ID, id, "From the browser's menu.")
			if err != nil || created != (i == 0) || answered.Status != wire.TicketAnswered || len(answered.Replies) != 1 {
				t.Fatalf("answer %d: %+v, %v, %v", i, answered, created, err)
			}
		}
		c.mustTakeMails(t)
		if len(c.answered) != 1 || len(c.events) != 1 || c.events[0].Status != wire.TicketAnswered || c.token != "" {
			t.Errorf("told %d mails, events %+v", len(c.answered), c.events)
		}
		_, _, err := c.Answer(t.Context(), c.operator, made.ID, id, "Another text.")
		wantErr(t, "the same id for another text", err, support.ErrIDConflict)

		if _, err := c.SetStatus(t.Context(), c.operator, made.ID, wire.TicketClosed); err != nil {
			t.Fatal(err)
		}
		_, _, err = c.Reply(t.Context(), c.other, made.ID, uuid.New(), "Me too")
		wantErr(t, "a reply by someone else", err, support.ErrNotFound)
		again, created, err := c.Reply(t.Context(), c.asker, made.ID, uuid.New(), "I have no such menu.")
		if err != nil || !created || again.Status != wire.TicketOpen || len(again.Replies) != 2 || !again.Replies[0].Support || again.Replies[1].Support {
			t.Errorf("got %+v, %v", again, err)
		}

		for _, actor := range []support.Actor{c.asker, c.other} {
			_, _, err = c.List(t.Context(), actor, support.Filter{})
			wantErr(t, "list", err, support.ErrNotFound)
			_, err = c.Find(t.Context(), actor, made.ID)
			wantErr(t, "find", err, support.ErrNotFound)
			_, _, err = c.Answer(t.Context(), actor, made.ID, uuid.New(), "x")
			wantErr(t, "answer", err, support.ErrNotFound)
			_, err = c.SetStatus(t.Context(), actor, made.ID, wire.TicketClosed)
			wantErr(t, "close", err, support.ErrNotFound)
		}
	})
}

// TestReplyAgain shows that a reply handed over again counts for nothing, while
// others have to wait.
func TestReplyAgain(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		made := c.mustCreate(t, "Hello?")
		c.clock.Add(time.Hour)
		var often *support.TooManyError
		ids := make([]uuid.UUID, 5)
		for i := range ids {
			ids[i] = uuid.New()
			if _, created, err := c.Reply(t.Context(), c.asker, made.ID, ids[i], "Still so."); err != nil || !created {
				t.Fatalf("reply %d: %v, %v", i, created, err)
			}
		}
		if _, _, err := c.Reply(t.Context(), c.asker, made.ID, uuid.New(), "Still so."); !errors.As(err, &often) {
			t.Errorf("one more: %v", err)
		}
		for _, id := range ids {
			again, created, err := c.Reply(t.Context(), c.asker, made.ID, id, "Still so.")
			if err != nil || created || len(again.Replies) != len(ids) {
				t.Errorf("again: %d replies, %v, %v", len(again.Replies), created, err)
			}
		}
		_, _, err := c.Reply(t.Context(), c.asker, made.ID, ids[0], "Something else")
		wantErr(t, "the same id for another text", err, support.ErrIDConflict)
	})
}

func TestFull(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		made := c.mustCreate(t, "Hello?")
		for range support.MaxReplies {
			c.clock.Add(time.Minute)
			if _, _, err := c.Reply(t.Context(), c.asker, made.ID, uuid.New(), "Hello?"); err != nil {
				t.Fatal(err)
			}
		}
		c.clock.Add(time.Minute)
		_, _, err := c.Reply(t.Context(), c.asker, made.ID, uuid.New(), "One more")
		wantErr(t, "one more", err, support.ErrFull)
		for range support.MaxReplies { // which keeps nobody from answering
			if _, _, err := c.Answer(t.Context(), c.operator, made.ID, uuid.New(), "Hello!"); err != nil {
				t.Fatal(err)
			}
		}
		_, _, err = c.Answer(t.Context(), c.operator, made.ID, uuid.New(), "One more")
		wantErr(t, "one more answer", err, support.ErrFull)
	})
}

func TestContact(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		in := wire.Contact{ID: uuid.New(), Email: "someone@example.test", Kind: wire.TicketQuestion, Text: "<b>Who</b> are you?"}
		for range 2 {
			if err := c.Contact(t.Context(), in, "192.0.2.1"); err != nil {
				t.Fatal(err)
			}
		}
		other := in
		other.Email = "else@example.test"
		wantErr(t, "the same id for another address", c.Contact(t.Context(), other, "192.0.2.1"), support.ErrIDConflict)
		c.mustTakeMails(t)
		if len(c.answered) != 0 {
			t.Error("a mail was sent before there is an answer")
		}
		var fields *support.FieldsError
		for _, email := range []message.Text{
			"", "nobody", "a@example.test\r\nBcc: b@example.test", "a@example.test\n", "a@example.test, b@example.test",
			"Someone <a@example.test>", "<a@example.test>", "a@example.test (me)", `"a b"@example.test`, "a@exa mple.test",
		} {
			bad := in
			bad.ID, bad.Email = uuid.New(), email
			if err := c.Contact(t.Context(), bad, "192.0.2.1"); !errors.As(err, &fields) {
				t.Errorf("%q: %v", string(email), err)
			}
		}

		list, more, err := c.List(t.Context(), c.operator, support.Filter{Status: wire.TicketOpen})
		if err != nil || more || len(list) != 1 || list[0].Text != "" {
			t.Fatalf("got %d, %v, %v", len(list), more, err)
		}
		if _, _, err := c.Answer(t.Context(), c.operator, in.ID, uuid.New(), "People."); err != nil {
			t.Fatalf("no link was mailed: %v", err)
		}
		c.mustTakeMails(t)
		first := c.token
		found, err := c.FindByLink(t.Context(), first)
		if err != nil || found.Text != in.Text || found.Replies[0].Text != "People." {
			t.Errorf("by the link: %+v, %v", found, err)
		}
		if _, err := c.ReplyByLink(t.Context(), first, uuid.New(), "Thank you."); err != nil {
			t.Error(err)
		}
		c.clock.Add(support.LinkLimit - time.Second)
		if _, _, err := c.Answer(t.Context(), c.operator, in.ID, uuid.New(), "You are welcome."); err != nil {
			t.Errorf("a second link: %v", err)
		}
		if _, err := c.FindByLink(t.Context(), first); err != nil {
			t.Errorf("the first link, within its time: %v", err)
		}
		c.clock.Add(time.Second)
		for _, token := range []string{first, "", "x", strings.Repeat("A", 43)} {
			_, err = c.FindByLink(t.Context(), token)
			wantErr(t, "find by "+token, err, support.ErrNotFound)
			_, err = c.ReplyByLink(t.Context(), token, uuid.New(), "x")
			wantErr(t, "reply by "+token, err, support.ErrNotFound)
		}
		c.mustTakeMails(t)
		if _, err := c.FindByLink(t.Context(), c.token); err != nil {
			t.Errorf("the second link: %v", err)
		}
	})
}

// TestUnanswered shows that nobody without a login fills the list for everybody
// else, and that what nobody answers goes.
func TestUnanswered(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		write := func(place string) (wire.Contact, error) {
			in := wire.Contact{ID: uuid.New(), Email: "someone@example.test", Kind: wire.TicketOther, Text: "Buy this"}
			return in, c.Contact(t.Context(), in, place)
		}
		var first wire.Contact
		for n := range support.MaxUnansweredFromPlace {
			in, err := write("2001:db8::/48")
			if err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				first = in
			}
		}
		if _, err := write("2001:db8::/48"); !errors.Is(err, support.ErrCrowded) {
			t.Errorf("one more: %v", err)
		}
		if err := c.Contact(t.Context(), first, "2001:db8::/48"); err != nil {
			t.Errorf("one that was taken, again: %v", err)
		}
		if _, err := write("2001:db8:1::/48"); err != nil {
			t.Errorf("from another place: %v", err)
		}
		if _, _, err := c.Answer(t.Context(), c.operator, first.ID, uuid.New(), "No."); err != nil {
			t.Fatal(err)
		}
		c.mustTakeMails(t)
		if _, err := c.ReplyByLink(t.Context(), c.token, uuid.New(), "Please!"); err != nil {
			t.Fatal(err)
		}
		if _, err := write("2001:db8::/48"); err != nil {
			t.Errorf("once one is answered: %v", err)
		}
		for n := support.MaxUnansweredFromPlace + 1; n < support.MaxUnanswered; n++ {
			if _, err := write(fmt.Sprintf("192.0.2.0/%d", n)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := write("198.51.100.1"); !errors.Is(err, support.ErrCrowded) {
			t.Errorf("one more than may wait in all: %v", err)
		}
		kept := c.mustCreate(t, "Of an account")

		c.clock.Add(support.UnansweredLimit + time.Second)
		if err := c.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		list, _, err := c.List(t.Context(), c.operator, support.Filter{Status: wire.TicketOpen})
		if err != nil || len(list) != 2 || list[0].ID != kept.ID || list[1].ID != first.ID {
			t.Errorf("after %v: %d wait, %v", support.UnansweredLimit, len(list), err)
		}
		if _, err := write("2001:db8::/48"); err != nil {
			t.Errorf("once they are gone: %v", err)
		}
	})
}

func TestList(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		var want []uuid.UUID
		for range 5 {
			want = append(want, c.mustCreate(t, "Help").ID)
		}
		if _, err := c.SetStatus(t.Context(), c.operator, want[4], wire.TicketClosed); err != nil {
			t.Fatal(err)
		}
		var got []uuid.UUID
		filter := support.Filter{Status: wire.TicketOpen, Limit: 3}
		for {
			page, more, err := c.List(t.Context(), c.operator, filter)
			if err != nil {
				t.Fatal(err)
			}
			for _, ticket := range page {
				got = append(got, ticket.ID)
			}
			if !more {
				break
			}
			last := page[len(page)-1]
			filter.Before = support.Position{UpdatedAt: last.UpdatedAt, ID: last.ID}
		}
		if len(got) != 4 || got[0] != want[3] || got[3] != want[0] {
			t.Errorf("got %v of %v", got, want)
		}
		var fields *support.FieldsError
		if _, _, err := c.List(t.Context(), c.operator, support.Filter{Status: "lost"}); !errors.As(err, &fields) {
			t.Errorf("a status that is none: %v", err)
		}
	})
}

// TestRecorded shows that what is done with tickets is in the log, and reading
// once in a while.
func TestRecorded(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		made := c.mustCreate(t, "Who reads this?")
		for range 3 {
			if _, err := c.Find(t.Context(), c.operator, made.ID); err != nil {
				t.Fatal(err)
			}
			_, err := c.Find(t.Context(), c.other, made.ID)
			wantErr(t, "someone else", err, support.ErrNotFound)
		}
		_, _, err := c.Reply(t.Context(), c.other, made.ID, uuid.New(), "Me too.")
		wantErr(t, "someone else, as if it were theirs", err, support.ErrNotFound)
		another := uuid.New()
		_, err = c.Find(t.Context(), c.other, another)
		wantErr(t, "someone else, and another", err, support.ErrNotFound)
		if _, _, err := c.Answer(t.Context(), c.operator, made.ID, uuid.New(), "I do."); err != nil {
			t.Fatal(err)
		}
		if _, err := c.SetStatus(t.Context(), c.operator, made.ID, wire.TicketClosed); err != nil {
			t.Fatal(err)
		}
		counts := make(map[audit.Kind]int)
		attempts, unnamed := 0, 0
		err = c.db.EachEntry(t.Context(), func(e audit.Entry) error {
			if e.Object == made.ID && e.Practice == uuid.Nil {
				counts[e.Kind]++
			}
			if e.Object == another && e.Kind == audit.AccessDeny && e.Practice == uuid.Nil {
				attempts++
			}
			if e.Object == uuid.Nil && e.Kind == audit.AccessDeny && e.Practice == c.practice.ID {
				unnamed++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []audit.Kind{audit.TicketCreate, audit.TicketRead, audit.TicketReply, audit.TicketChange, audit.AccessDeny} {
			if counts[kind] != 1 {
				t.Errorf("%s: %d events, want 1", kind, counts[kind])
			}
		}
		if attempts != 1 {
			t.Errorf("%d events of the attempt to read another, want 1", attempts)
		}
		if unnamed != 2 {
			t.Errorf("the practice has %d events of these attempts, without the tickets, want 2", unnamed)
		}
	})
}
