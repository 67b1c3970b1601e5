package account_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/permit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// TestConfirmSignUp signs up without an invitation.
func TestConfirmSignUp(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		try := func(t *testing.T, in account.SignUp) string {
			t.Helper()
			if err := d.SignUp(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			return d.mustLink(t, in.Email)
		}
		t.Run("makes no account that anyone could find out", func(t *testing.T) {
			hashes, _ := account.CountHashes(d.Service)
			var tried, told []string
			for _, email := range []message.Text{"alone@example.test", "THEO@example.test"} {
				before := hashes.Load()
				in := signUp(email, "")
				in.Password = "a password of my own"
				if err := d.SignUp(t.Context(), in); err != nil {
					t.Fatal(err)
				}
				_, err := d.LogIn(t.Context(), in.Email, in.Password, account.Browser{})
				tried = append(tried, fmt.Sprint(err, hashes.Load()-before))
				for _, mail := range d.mails.take() {
					told = append(told, string(mail.mail))
				}
			}
			if want := []string{"log in: wrong address or password 2", "log in: wrong address or password 2"}; !slices.Equal(tried, want) {
				t.Errorf("got %q, want %q", tried, want)
			}
			if want := []string{"confirm", "address_taken"}; !slices.Equal(told, want) {
				t.Errorf("got the mails %q, want %q", told, want)
			}
		})
		t.Run("makes one by the link and the password, once", func(t *testing.T) {
			link := try(t, signUp("ann@example.test", ""))
			if _, err := d.ConfirmSignUp(t.Context(), link, "another password of mine"); !errors.Is(err, account.ErrInvalidCredentials) {
				t.Errorf("another password: got %v, want ErrInvalidCredentials", err)
			}
			if email, err := d.ConfirmSignUp(t.Context(), link, password); err != nil || email != "ann@example.test" {
				t.Errorf("got %q, %v", string(email), err)
			}
			if _, actor := d.mustLogIn(t, "ann@example.test"); len(actor.Memberships) != 0 {
				t.Errorf("got %+v, want no membership", actor.Memberships)
			}
			if _, err := d.ConfirmSignUp(t.Context(), link, password); !errors.Is(err, account.ErrInvalidSignUpLink) {
				t.Errorf("once more: got %v, want ErrInvalidSignUpLink", err)
			}
		})
		t.Run("slows down guesses at the password", func(t *testing.T) {
			link := try(t, signUp("guessed@example.test", ""))
			var often *account.TooManyError
			for range 3 {
				if _, err := d.ConfirmSignUp(t.Context(), link, "wrong horse battery"); !errors.Is(err, account.ErrInvalidCredentials) {
					t.Errorf("got %v, want ErrInvalidCredentials", err)
				}
			}
			if _, err := d.ConfirmSignUp(t.Context(), link, password); !errors.As(err, &often) {
				t.Errorf("got %v, want *TooManyError", err)
			}
		})
		t.Run("refuses a link that is unknown, malformed or expired", func(t *testing.T) {
			expired := try(t, signUp("late@example.test", ""))
			d.clock.Add(account.ConfirmLimit)
			for _, token := range []string{expired, strings.Repeat("A", 43), "x", ""} {
				if _, err := d.ConfirmSignUp(t.Context(), token, password); !errors.Is(err, account.ErrInvalidSignUpLink) {
					t.Errorf("%q: got %v, want ErrInvalidSignUpLink", token, err)
				}
			}
			if err := d.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
		t.Run("keeps nobody from signing up, with an invitation or once more", func(t *testing.T) {
			stranger := signUp("wanted@example.test", "")
			stranger.Password = "only a stranger knows"
			first := try(t, stranger)
			second := try(t, signUp("wanted@example.test", ""))
			if _, err := d.ConfirmSignUp(t.Context(), second, password); err != nil {
				t.Errorf("the second: %v", err)
			}
			if _, err := d.ConfirmSignUp(t.Context(), first, stranger.Password); !errors.Is(err, account.ErrInvalidSignUpLink) {
				t.Errorf("the first, later: got %v, want ErrInvalidSignUpLink", err)
			}
			stranger.Email = "invited@example.test"
			first = try(t, stranger)
			if err := d.SignUp(t.Context(), signUp("invited@example.test", d.mustInvite(t))); err != nil {
				t.Errorf("with an invitation: %v", err)
			}
			if _, err := d.ConfirmSignUp(t.Context(), first, stranger.Password); !errors.Is(err, account.ErrInvalidSignUpLink) {
				t.Errorf("after an invitation: got %v, want ErrInvalidSignUpLink", err)
			}
			d.mustLogIn(t, "invited@example.test")
		})
		t.Run("mails a person though strangers elsewhere used their address, up to a bound", func(t *testing.T) {
			for _, email := range []message.Text{"wanted@example.test", "Theo@Example.test"} {
				d.clock.Add(time.Hour)
				mailed := func(place string) int {
					t.Helper()
					d.mails.take()
					for range 5 {
						in := signUp(email, "")
						in.Place = place
						if err := d.SignUp(t.Context(), in); err != nil {
							t.Fatal(err)
						}
					}
					return len(d.mails.take())
				}
				for n := range 10 {
					if got := mailed(fmt.Sprint("place ", n)); got != 3 {
						t.Errorf("%s got %d mails asked for at place %d, want 3", string(email), got, n)
					}
				}
				if got := mailed("one place too many"); got != 0 {
					t.Errorf("%s got %d mails more", string(email), got)
				}
			}
		})
		t.Run("sends an address a few mails an hour, whoever has it", func(t *testing.T) {
			for _, email := range []message.Text{"often@example.test", "Theo@Example.test"} {
				d.clock.Add(time.Hour)
				d.mails.take()
				for range 5 {
					if err := d.SignUp(t.Context(), signUp(email, "")); err != nil {
						t.Fatal(err)
					}
				}
				if got := len(d.mails.take()); got != 3 {
					t.Errorf("%s got %d mails, want 3", string(email), got)
				}
			}
		})
	})
}

// TestAcceptInvitation takes invitations with an account that is there already.
func TestAcceptInvitation(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		if err := d.SignUp(t.Context(), signUp("clara@example.test", d.mustInvite(t))); err != nil {
			t.Fatal(err)
		}
		_, client := d.mustLogIn(t, "clara@example.test")
		list := func(t *testing.T) []uuid.UUID {
			t.Helper()
			found, err := d.db.Conversations().ListConversations(t.Context(), client.Account)
			if err != nil {
				t.Fatal(err)
			}
			var ids []uuid.UUID
			for _, c := range found {
				ids = append(ids, c.ID)
			}
			return ids
		}
		first := list(t)[0]

		t.Run("joins a second therapist of another practice", func(t *testing.T) {
			elm, err := d.CreatePractice(t.Context(), "Elm House", true)
			if err != nil {
				t.Fatal(err)
			}
			here := d
			here.practice = elm
			here.therapist = here.mustCreate(t, wire.RoleTherapist, "tara@example.test")
			token := here.mustInvite(t)
			conversation, err := d.AcceptInvitation(t.Context(), client, token)
			if err != nil {
				t.Fatal(err)
			}
			if got := list(t); !slices.Contains(got, conversation) || len(got) != 2 {
				t.Errorf("got the conversations %v, want %v among two", got, conversation)
			}
			_, again := d.mustLogIn(t, "clara@example.test")
			if got := again.Practices(wire.RoleClient); len(got) != 2 {
				t.Errorf("a client in %v, want two practices", got)
			}
			if repeated, err := d.AcceptInvitation(t.Context(), client, token); err != nil || repeated != conversation {
				t.Errorf("once more: got %v, %v, want the same conversation", repeated, err)
			}
			if err := d.SignUp(t.Context(), signUp("else@example.test", token)); !errors.Is(err, account.ErrInvalidInvitation) {
				t.Errorf("someone else: got %v, want ErrInvalidInvitation", err)
			}
		})
		t.Run("joins a colleague of the same practice", func(t *testing.T) {
			here := d
			here.therapist = here.mustCreate(t, wire.RoleTherapist, "cole@example.test")
			if _, err := d.AcceptInvitation(t.Context(), client, here.mustInvite(t)); err != nil || len(list(t)) != 3 {
				t.Errorf("got %v and %d conversations, want 3", err, len(list(t)))
			}
		})
		t.Run("of the same therapist leads to the conversation there is", func(t *testing.T) {
			if got, err := d.AcceptInvitation(t.Context(), client, d.mustInvite(t)); err != nil || got != first {
				t.Errorf("got %v, %v, want %v", got, err, first)
			}
		})
		t.Run("reopens what was closed before it was made", func(t *testing.T) {
			used, older := d.mustInvite(t), d.mustInvite(t)
			accept := func(token string, closed bool) {
				t.Helper()
				if got, err := d.AcceptInvitation(t.Context(), client, token); err != nil || got != first {
					t.Fatalf("got %v, %v, want %v", got, err, first)
				}
				d.wantClosed(t, first, closed)
			}
			accept(used, false)
			d.mustClose(t, first)
			accept(used, true)
			accept(older, true)
			d.clock.Add(time.Minute)
			newer := d.mustInvite(t)
			accept(newer, false)
			events := d.mustLog(t, d.practice.ID)
			if last := events[len(events)-1]; last.Kind != audit.ConversationReopen || last.Actor != client.Account || last.Conversation != first {
				t.Errorf("the log ends with %+v, want the reopening", last)
			}
			d.clock.Add(time.Minute)
			d.mustClose(t, first)
			accept(newer, true)
			if report, err := d.db.VerifyLog(t.Context(), nil); err != nil || len(report.Findings) > 0 {
				t.Errorf("got %+v, error %v, want a log that holds", report.Findings, err)
			}
		})
		t.Run("refuses one's own, and leaves it to others", func(t *testing.T) {
			token := d.mustInvite(t)
			own := account.Actor{Account: d.therapist.ID, Stage: permit.StageFull, Memberships: d.therapist.Memberships}
			if _, err := d.AcceptInvitation(t.Context(), own, token); !errors.Is(err, account.ErrOwnInvitation) {
				t.Errorf("got %v, want ErrOwnInvitation", err)
			}
			if err := d.SignUp(t.Context(), signUp("other@example.test", token)); err != nil {
				t.Errorf("someone else: %v", err)
			}
		})
		t.Run("refuses one that is unknown, malformed, used or expired", func(t *testing.T) {
			used, expired := d.mustInvite(t), d.mustInvite(t)
			if err := d.SignUp(t.Context(), signUp("used@example.test", used)); err != nil {
				t.Fatal(err)
			}
			d.clock.Add(account.InvitationLimit)
			for _, token := range []string{used, expired, strings.Repeat("A", 43), "x", ""} {
				if _, err := d.AcceptInvitation(t.Context(), client, token); !errors.Is(err, account.ErrInvalidInvitation) {
					t.Errorf("%q: got %v, want ErrInvalidInvitation", token, err)
				}
			}
		})
	})
}
