package account_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/calendar"
	"pleiades/server/chat"
	"pleiades/server/store/storetest"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// mustGuest makes someone who belongs to no practice, as an actor.
func (d desk) mustGuest(t *testing.T, email message.Text) account.Actor {
	t.Helper()
	if err := d.SignUp(t.Context(), signUp(email, "")); err != nil {
		t.Fatal(err)
	}
	if _, err := d.ConfirmSignUp(t.Context(), d.mustLink(t, email), password); err != nil {
		t.Fatal(err)
	}
	_, actor := d.mustLogIn(t, email)
	return actor
}

// mustList shows a therapist in the directory.
func (d desk) mustList(t *testing.T, therapist account.Actor, accepting bool) {
	t.Helper()
	d.mustOffer(t, therapist)
	in := wire.PutListing{Listed: true, Accepting: accepting, Words: " I listen. "}
	if err := d.UpdateListing(t.Context(), therapist, d.practice.ID, in); err != nil {
		t.Fatal(err)
	}
}

// mustOffer has a therapist say when they answer.
func (d desk) mustOffer(t *testing.T, therapist account.Actor) {
	t.Helper()
	conversations := chat.New(d.db.Conversations(), nil, chat.Options{Now: d.clock.Now, Outlook: calendar.Outlook, Zone: calendar.Zone})
	defer conversations.Close()
	if _, err := conversations.UpdateAvailability(t.Context(), chat.Actor{Account: therapist.Account}, d.practice.ID, wire.SetAvailability{Availability: availability.Default("Europe/Dublin")}); err != nil {
		t.Fatal(err)
	}
}

func (d desk) ask(t *testing.T, actor account.Actor, therapist uuid.UUID) (wire.CareRequest, error) {
	t.Helper()
	return d.AskForCare(t.Context(), actor, wire.AskForCare{Practice: d.practice.ID, Therapist: therapist, Note: " Hello. "})
}

func (d desk) mustAsk(t *testing.T, actor account.Actor) wire.CareRequest {
	t.Helper()
	r, err := d.ask(t, actor, d.therapist.ID)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestDirectory(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		guest := d.mustGuest(t, "guest@example.test")
		wantListed := func(want int) []wire.DirectoryEntry {
			t.Helper()
			list, err := d.ListDirectory(t.Context(), guest)
			if err != nil || len(list) != want {
				t.Fatalf("got %d therapists, error %v, want %d", len(list), err, want)
			}
			return list
		}
		wantListed(0) // nobody who did not choose to be
		first := wire.PutListing{Listed: true}
		wantErr(t, "listed without availability", d.UpdateListing(t.Context(), d.host(), d.practice.ID, first), account.ErrNoAvailability)
		if err := d.UpdateListing(t.Context(), d.host(), d.practice.ID, wire.PutListing{}); err != nil {
			t.Errorf("not listed without availability: %v", err)
		}
		wantListed(0)
		d.mustList(t, d.host(), true)
		if e := wantListed(1)[0]; e.Therapist.ID != d.therapist.ID || e.Words != "I listen." || !e.Accepting || e.Practice.Name != d.practice.Name {
			t.Errorf("got %+v", e)
		}
		long := wire.PutListing{Listed: true, Words: message.Text(strings.Repeat("x", wire.MaxListingWords+1))}
		if err := d.UpdateListing(t.Context(), d.host(), d.practice.ID, long); !errors.As(err, new(*account.FieldsError)) {
			t.Errorf("too many words: got %v, want a FieldsError", err)
		}
		if err := d.UpdateListing(t.Context(), guest, d.practice.ID, wire.PutListing{Listed: true}); !errors.Is(err, account.ErrForbidden) {
			t.Errorf("someone else: got %v, want ErrForbidden", err)
		}
		if err := d.UpdateListing(t.Context(), d.host(), d.practice.ID, wire.PutListing{Words: "still here"}); err != nil {
			t.Fatal(err)
		}
		wantListed(0)
		d.mustList(t, d.host(), true)
		if err := d.Disable(t.Context(), d.therapist.ID); err != nil {
			t.Fatal(err)
		}
		wantListed(0)
	})
}

// TestDirectoryOrder shows that who takes new clients comes first, also where not
// all are listed.
func TestDirectoryOrder(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		guest, colleague := d.mustGuest(t, "guest@example.test"), uuid.New()
		err := d.db.Accounts().Update(t.Context(), func(tx account.Tx) error {
			ctx, made := t.Context(), d.clock.Now()
			_, failed := tx.CreateAccount(ctx, account.Account{ID: colleague, Name: "Zoe", Email: "zoe@example.test", CreatedAt: made},
				account.Credentials{Account: colleague, EmailIndex: colleague[:]})
			_, err := tx.CreateMembership(ctx, d.practice.ID, colleague, wire.RoleTherapist, made)
			return errors.Join(failed, err,
				tx.SaveListing(ctx, account.Listing{Practice: account.Practice{ID: d.practice.ID}, Therapist: colleague, Listed: true, Accepting: true}),
				tx.Record(ctx, storetest.EventOf(audit.ListingChange, d.practice.ID, colleague)))
		})
		if err != nil {
			t.Fatal(err)
		}
		d.mustList(t, d.host(), false)
		if list, err := d.ListDirectory(t.Context(), guest); err != nil || len(list) != 1 || list[0].Therapist.ID != d.therapist.ID {
			t.Errorf("got %+v, error %v, want only who said when they answer", list, err)
		}
		if _, err := d.ask(t, guest, colleague); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("asking who did not: got %v, want ErrNotFound", err)
		}
		d.mustOffer(t, account.Actor{Account: colleague})
		list, err := d.ListDirectory(t.Context(), guest)
		if err != nil || len(list) != 2 || list[0].Therapist.ID != colleague || list[1].Therapist.ID != d.therapist.ID {
			t.Errorf("got %+v, error %v, want who takes clients first", list, err)
		}
		first, err := d.db.Accounts().ListDirectory(t.Context(), 1)
		if err != nil || len(first) != 1 || first[0].Therapist != colleague {
			t.Errorf("of one: got %+v, error %v, want who takes clients", first, err)
		}
	})
}

// TestReceivedRequests shows that nobody buries a request under later ones.
func TestReceivedRequests(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		d.mustList(t, d.host(), true)
		var want []uuid.UUID
		for _, email := range []message.Text{"first@example.test", "second@example.test", "third@example.test"} {
			d.clock.Add(time.Minute)
			want = append(want, d.mustAsk(t, d.mustGuest(t, email)).ID)
		}
		received, err := d.ListRequests(t.Context(), d.host())
		if err != nil {
			t.Fatal(err)
		}
		var got []uuid.UUID
		for _, r := range received.Received {
			got = append(got, r.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want the oldest first: %v", got, want)
		}
	})
}

// unheard publishes to nobody.
type unheard struct{}

func (unheard) Publish(wire.EventType, any, ...uuid.UUID) {}

// mustClose has the therapist end care in a conversation.
func (d desk) mustClose(t *testing.T, conversation uuid.UUID) {
	t.Helper()
	conversations := chat.New(d.db.Conversations(), unheard{}, chat.Options{Now: d.clock.Now, Outlook: calendar.Outlook, Zone: calendar.Zone})
	defer conversations.Close()
	if _, err := conversations.CloseConversation(t.Context(), chat.Actor{Account: d.therapist.ID}, conversation, wire.Close{}); err != nil {
		t.Fatal(err)
	}
}

// wantClosed checks whether care has ended in a conversation of the therapist.
func (d desk) wantClosed(t *testing.T, conversation uuid.UUID, want bool) {
	t.Helper()
	list, err := d.db.Conversations().ListConversations(t.Context(), d.therapist.ID)
	at := slices.IndexFunc(list, func(c chat.Conversation) bool { return c.ID == conversation })
	if err != nil || at < 0 {
		t.Fatalf("got %+v, error %v, want the conversation", list, err)
	}
	if closed := list[at].Closed != nil; closed != want {
		t.Errorf("closed: got %t, want %t", closed, want)
	}
}

// TestAcceptingReopens says yes to someone who was a client before.
func TestAcceptingReopens(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		d.mustList(t, d.host(), true)
		guest := d.mustGuest(t, "guest@example.test")
		asked := d.mustAsk(t, guest)
		conversation, err := d.AcceptInvitation(t.Context(), guest, d.mustInvite(t))
		if err != nil {
			t.Fatal(err)
		}
		d.mustClose(t, conversation)
		d.clock.Add(time.Minute)
		if got, err := d.AcceptRequest(t.Context(), d.host(), asked.ID); err != nil || got != conversation {
			t.Fatalf("got %v, %v, want %v", got, err, conversation)
		}
		d.wantClosed(t, conversation, false)
		if !slices.ContainsFunc(d.mustLog(t, d.practice.ID), func(e audit.Event) bool {
			return e.Kind == audit.ConversationReopen && e.Actor == d.therapist.ID && e.Conversation == conversation
		}) {
			t.Error("the log does not tell of the reopening")
		}
		d.clock.Add(time.Minute)
		d.mustClose(t, conversation)
		d.clock.Add(time.Minute)
		if _, err := d.AcceptRequest(t.Context(), d.host(), asked.ID); err != nil {
			t.Fatal(err)
		}
		d.wantClosed(t, conversation, true)
	})
}

func TestRequests(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		guest, other := d.mustGuest(t, "guest@example.test"), d.mustGuest(t, "other@example.test")
		want := func(name string, err, wanted error) {
			t.Helper()
			if !errors.Is(err, wanted) {
				t.Errorf("%s: got %v, want %v", name, err, wanted)
			}
		}
		_, err := d.ask(t, guest, d.therapist.ID)
		want("a therapist who is not listed", err, account.ErrNotFound)
		d.mustList(t, d.host(), false)
		_, err = d.ask(t, guest, d.therapist.ID)
		want("one who takes no requests", err, account.ErrNotAccepting)
		d.mustList(t, d.host(), true)
		_, err = d.ask(t, d.host(), d.therapist.ID)
		want("oneself", err, account.ErrNotFound)
		for _, note := range []message.Text{" ", message.Text(strings.Repeat("x", wire.MaxRequestNote+1)), "a\x00b"} {
			_, err := d.AskForCare(t.Context(), guest, wire.AskForCare{Practice: d.practice.ID, Therapist: d.therapist.ID, Note: note})
			if !errors.As(err, new(*account.FieldsError)) {
				t.Errorf("a note that is none: got %v, want a FieldsError", err)
			}
		}

		d.mails.take()
		made := d.mustAsk(t, guest)
		if made.Note != "Hello." || made.Status != wire.RequestWaiting || made.Therapist.Name != d.therapist.Name {
			t.Errorf("got %+v", made)
		}
		if mails := d.mails.take(); len(mails) != 1 || mails[0].mail != account.MailNews || mails[0].to != d.therapist.Email {
			t.Errorf("got mails %+v, want one to the therapist", mails)
		}
		_, err = d.ask(t, guest, d.therapist.ID)
		want("asking twice", err, account.ErrAskedAlready)
		received, err := d.ListRequests(t.Context(), d.host())
		if err != nil || len(received.Received) != 1 || len(received.Sent) != 0 || received.Received[0].Note != "Hello." {
			t.Fatalf("got %+v, error %v, want the request", received, err)
		}

		_, err = d.AcceptRequest(t.Context(), guest, made.ID)
		want("accepting one's own", err, account.ErrForbidden)
		want("withdrawing someone else's", d.DeleteRequest(t.Context(), other, made.ID), account.ErrNotFound)
		conversation, err := d.AcceptRequest(t.Context(), d.host(), made.ID)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := d.AcceptRequest(t.Context(), d.host(), made.ID); err != nil || again != conversation {
			t.Errorf("accepting again: got %s, error %v, want %s", again, err, conversation)
		}
		want("declining what was accepted", d.DeclineRequest(t.Context(), d.host(), made.ID, "No."), account.ErrAnswered)
		want("withdrawing what was accepted", d.DeleteRequest(t.Context(), guest, made.ID), account.ErrAnswered)
		sent, err := d.ListRequests(t.Context(), guest)
		if err != nil || len(sent.Sent) != 1 || sent.Sent[0].Conversation != conversation || sent.Sent[0].Status != wire.RequestAccepted {
			t.Errorf("got %+v, error %v, want it accepted", sent, err)
		}
		if list, err := d.db.Conversations().ListConversations(t.Context(), guest.Account); err != nil || len(list) != 1 || list[0].ID != conversation {
			t.Errorf("got %+v, error %v, want the conversation", list, err)
		}

		declined := d.mustAsk(t, other)
		if err := d.DeclineRequest(t.Context(), d.host(), declined.ID, " "); !errors.As(err, new(*account.FieldsError)) {
			t.Errorf("without words: got %v, want a FieldsError", err)
		}
		if err := d.DeclineRequest(t.Context(), d.host(), declined.ID, "I have no room."); err != nil {
			t.Fatal(err)
		}
		_, err = d.AcceptRequest(t.Context(), d.host(), declined.ID)
		want("accepting what was declined", err, account.ErrAnswered)
		_, err = d.ask(t, other, d.therapist.ID)
		want("asking again after a no", err, account.ErrAskedAlready)
		sent, err = d.ListRequests(t.Context(), other)
		if err != nil || len(sent.Sent) != 1 || sent.Sent[0].Answer != "I have no room." {
			t.Errorf("got %+v, error %v, want the words", sent, err)
		}
		d.clock.Add(91 * 24 * time.Hour)
		if err := d.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, other = d.mustLogIn(t, "other@example.test")
		sent, err = d.ListRequests(t.Context(), other)
		if err != nil || len(sent.Sent) != 0 {
			t.Errorf("got %+v, error %v, want nothing after 90 days", sent, err)
		}
		if !slices.ContainsFunc(d.mustLog(t, d.practice.ID), func(e audit.Event) bool {
			return e.Kind == audit.RequestDelete && e.Object == declined.ID && e.Actor == uuid.Nil
		}) {
			t.Error("the log does not tell that the answered request is gone")
		}

		withdrawn := d.mustAsk(t, other)
		if err := d.DeleteRequest(t.Context(), other, withdrawn.ID); err != nil {
			t.Fatal(err)
		}
		_, err = d.AcceptRequest(t.Context(), d.host(), withdrawn.ID)
		want("accepting what was withdrawn", err, account.ErrNotFound)
		if report, err := d.db.VerifyLog(t.Context(), nil); err != nil || len(report.Findings) > 0 {
			t.Errorf("got %+v, error %v, want a log that holds", report.Findings, err)
		}
	})
}

// TestOpenRequests asks one therapist more than one may.
func TestOpenRequests(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		guest := d.mustGuest(t, "guest@example.test")
		var err error
		for i := range wire.MaxOpenRequests + 1 {
			email := message.Text(uuid.NewString() + "@example.test")
			d.mustCreate(t, wire.RoleTherapist, email)
			_, therapist := d.mustLogIn(t, email)
			d.mustList(t, therapist, true)
			if _, err = d.ask(t, guest, therapist.Account); err != nil && i < wire.MaxOpenRequests {
				t.Fatal(err)
			}
		}
		if !errors.Is(err, account.ErrTooManyRequests) {
			t.Errorf("got %v, want ErrTooManyRequests", err)
		}
	})
}
