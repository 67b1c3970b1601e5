package account_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

func TestSignUp(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		t.Run("by invitation makes a client with a conversation", func(t *testing.T) {
			in := signUp("clara@example.test", d.mustInvite(t))
			in.Name = " Clara\u0301 "
			if err := d.SignUp(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			_, actor := d.mustLogIn(t, "clara@example.test")
			got, err := d.Find(t.Context(), actor)
			if err != nil {
				t.Fatal(err)
			}
			if got.Name != "Clar\u00e1" || len(got.Memberships) != 1 || got.Memberships[0].Role != wire.RoleClient || got.Memberships[0].Practice != d.practice {
				t.Errorf("got %+v, want a client of the practice, the name normalized", got)
			}
			conversations, err := d.db.Conversations().ListConversations(t.Context(), got.ID)
			if err != nil {
				t.Fatal(err)
			}
			if len(conversations) != 1 || conversations[0].Client.Account != got.ID || conversations[0].Therapist.Account != d.therapist.ID {
				t.Errorf("got %+v, want a conversation with the therapist", conversations)
			}
		})
		t.Run("and logging in take an address in the same Unicode form", func(t *testing.T) {
			// Composed, the I with a dot has a lower case of its own.
			if err := d.SignUp(t.Context(), signUp("I\u0307pek@example.test", d.mustInvite(t))); err != nil {
				t.Fatal(err)
			}
			d.mustLogIn(t, "I\u0307pek@example.test")
		})
		t.Run("by invitation with a taken address leaves the invitation unused", func(t *testing.T) {
			token := d.mustInvite(t)
			if err := d.SignUp(t.Context(), signUp("theo@example.test", token)); !errors.Is(err, account.ErrAddressTaken) {
				t.Errorf("got %v, want ErrAddressTaken", err)
			}
			if err := d.SignUp(t.Context(), signUp("free@example.test", token)); err != nil {
				t.Errorf("with a free address: %v", err)
			}
		})
		t.Run("refuses an invitation that is unknown, malformed, used or expired", func(t *testing.T) {
			used := d.mustInvite(t)
			if err := d.SignUp(t.Context(), signUp("used@example.test", used)); err != nil {
				t.Fatal(err)
			}
			expired := d.mustInvite(t)
			d.clock.Add(account.InvitationLimit)
			hashes, _ := account.CountHashes(d.Service)
			for _, token := range []string{used, expired, strings.Repeat("A", 43), "x", "\x00"} {
				// A taken address, too: it must not show without a valid invitation.
				if err := d.SignUp(t.Context(), signUp("theo@example.test", token)); !errors.Is(err, account.ErrInvalidInvitation) {
					t.Errorf("%q: got %v, want ErrInvalidInvitation", token, err)
				}
			}
			if hashes.Load() != 0 {
				t.Errorf("%d passwords hashed, want none", hashes.Load())
			}
		})
		t.Run("refuses the invitation of a therapist who has gone", func(t *testing.T) {
			token := d.mustInvite(t)
			if err := d.Disable(t.Context(), d.therapist.ID); err != nil {
				t.Fatal(err)
			}
			if err := d.SignUp(t.Context(), signUp("late@example.test", token)); !errors.Is(err, account.ErrInvalidInvitation) {
				t.Errorf("got %v, want ErrInvalidInvitation", err)
			}
		})
	})
}

func TestInvitationWorksOnce(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		token := d.mustInvite(t)
		var succeeded atomic.Int64
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				err := d.SignUp(t.Context(), signUp(message.Text("racer"+string(rune('a'+i))+"@example.test"), token))
				switch {
				case err == nil:
					succeeded.Add(1)
				case !errors.Is(err, account.ErrInvalidInvitation):
					t.Errorf("got %v, want ErrInvalidInvitation", err)
				}
			})
		}
		wg.Wait()
		conversations, err := d.db.Conversations().ListConversations(t.Context(), d.therapist.ID)
		if err != nil {
			t.Fatal(err)
		}
		if succeeded.Load() != 1 || len(conversations) != 1 {
			t.Errorf("%d people signed up and there are %d conversations, want 1 of each", succeeded.Load(), len(conversations))
		}
	})
}

func TestSignUpDetails(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		long := func(n int) message.Text { return message.Text(strings.Repeat("\u00e9", n)) }
		varied := func(n int) message.Text {
			var text strings.Builder
			for i := range n {
				fmt.Fprint(&text, "\u00e9", i*i*37)
			}
			return message.Text([]rune(text.String())[:n])
		}
		for _, test := range []struct {
			name string
			in   account.SignUp
			want []string
		}{
			{"everything wrong", account.SignUp{}, []string{wire.FieldEmailInvalid, wire.FieldNameEmpty, wire.FieldPasswordTooShort}},
			{"longest name", account.SignUp{Name: long(100), Email: "a1@b.test", Password: password}, nil},
			{"name too long", account.SignUp{Name: long(101), Email: "a@b.test", Password: password}, []string{wire.FieldNameTooLong}},
			{"name that does not show", account.SignUp{Name: "\u200b\ufeff\u0301", Email: "a@b.test", Password: password}, []string{wire.FieldNameEmpty}},
			{"name of joined pictures", account.SignUp{Name: "\U0001F469\u200d\U0001F467", Email: "a4@b.test", Password: password}, nil},
			{"two lines", account.SignUp{Name: "A\nB", Email: "a@b.test", Password: password}, []string{wire.FieldNameInvalid}},
			{"text that turns around", account.SignUp{Name: "A\u202eB", Email: "a@b.test", Password: password}, []string{wire.FieldNameInvalid}},
			{"control character", account.SignUp{Name: "A\x00B", Email: "a@b.test", Password: password}, []string{wire.FieldNameInvalid}},
			{"shortest password", account.SignUp{Name: "A", Email: "a2@b.test", Password: varied(12)}, nil},
			{"password too short", account.SignUp{Name: "A", Email: "a@b.test", Password: varied(11)}, []string{wire.FieldPasswordTooShort}},
			{"longest password", account.SignUp{Name: "A", Email: "a3@b.test", Password: varied(128)}, nil},
			{"password too long", account.SignUp{Name: "A", Email: "a@b.test", Password: varied(129)}, []string{wire.FieldPasswordTooLong}},
			{"longest address", account.SignUp{Name: "A", Email: message.Text(strings.Repeat("a", 247) + "@b.test"), Password: password}, nil},
			{"address too long", account.SignUp{Name: "A", Email: message.Text(strings.Repeat("a", 248) + "@b.test"), Password: password}, []string{wire.FieldEmailInvalid}},
		} {
			err := d.SignUp(t.Context(), test.in)
			invalid, _ := errors.AsType[*account.InvalidError](err)
			if test.want == nil && err != nil || test.want != nil && (invalid == nil || !slices.Equal(invalid.Fields, test.want)) {
				t.Errorf("%s: got %v, want %v", test.name, err, test.want)
			}
		}
		for _, email := range []message.Text{"", "a", "@", "a@", "@b", "a@b@c.test", "a b@c.test", "a@b.test\nc", "a\x00@b.test", "A <a@b.test>", "<a@b.test>", "\"a\"@b.test", "a@b.test,c", "a..b@c.test", "a\u202e@b.test", "\u200ba@b.test"} {
			err := d.SignUp(t.Context(), account.SignUp{Name: "A", Email: email, Password: password})
			if invalid, _ := errors.AsType[*account.InvalidError](err); invalid == nil || !slices.Equal(invalid.Fields, []string{wire.FieldEmailInvalid}) {
				t.Errorf("%q: got %v, want %s", string(email), err, wire.FieldEmailInvalid)
			}
		}
	})
}

func TestInvite(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		_, therapist := d.mustLogIn(t, d.therapist.Email)
		made, err := d.Invite(t.Context(), therapist, d.practice.ID)
		if err != nil || len(made.Token) != 43 || !made.ExpiresAt.Equal(d.clock.Now().Add(72*time.Hour)) {
			t.Errorf("got %d characters until %v, error %v", len(made.Token), made.ExpiresAt, err)
		}
		if _, err := d.Invite(t.Context(), therapist, uuid.New()); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("another practice: got %v, want ErrNotFound", err)
		}
		d.mustCreate(t, wire.RoleAdmin, "ada@example.test")
		_, admin := d.mustLogIn(t, "ada@example.test")
		if _, err := d.Invite(t.Context(), admin, d.practice.ID); !errors.Is(err, account.ErrForbidden) {
			t.Errorf("the admin: got %v, want ErrForbidden", err)
		}
	})
}

func TestUpdateSettings(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		if err := d.SignUp(t.Context(), signUp("clara@example.test", d.mustInvite(t))); err != nil {
			t.Fatal(err)
		}
		_, therapist := d.mustLogIn(t, d.therapist.Email)
		_, client := d.mustLogIn(t, "clara@example.test")
		for i, shown := range []bool{true, true, false} {
			if err := d.UpdateSettings(t.Context(), therapist, wire.Settings{ReadReceipts: &shown}); err != nil {
				t.Fatal(err)
			}
			if err := d.UpdateSettings(t.Context(), therapist, wire.Settings{}); err != nil {
				t.Fatal(err)
			}
			me, err := d.Find(t.Context(), therapist)
			if err != nil {
				t.Fatal(err)
			}
			conversations, err := d.db.Conversations().ListConversations(t.Context(), client.Account)
			if err != nil {
				t.Fatal(err)
			}
			wantRev := []int64{1, 1, 2}[i]
			if c := conversations[0]; me.Memberships[0].ReadReceipts != shown || c.ReadReceipts != shown || c.Rev != wantRev {
				t.Errorf("membership %+v, conversation %+v; want %v at rev %d", me.Memberships[0], c, shown, wantRev)
			}
		}
		shown := true
		if err := d.UpdateSettings(t.Context(), client, wire.Settings{ReadReceipts: &shown}); !errors.Is(err, account.ErrForbidden) {
			t.Errorf("a client: got %v, want ErrForbidden", err)
		}
	})
}

func TestOperator(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		demo, err := d.CreatePractice(t.Context(), "Demo", true)
		if err != nil {
			t.Fatal(err)
		}
		list, err := d.ListPractices(t.Context())
		if err != nil || !slices.Contains(list, demo) || !slices.Contains(list, d.practice) || len(list) != 2 {
			t.Errorf("got %+v, error %v; want both practices", list, err)
		}
		if _, err := d.CreatePractice(t.Context(), "  ", false); err == nil {
			t.Error("created a practice without a name")
		}
		in := account.NewAccount{Practice: d.practice.ID, Role: wire.RoleAdmin, Name: "Ada", Email: "theo@example.test", Password: password}
		if _, err := d.CreateAccount(t.Context(), in); !errors.Is(err, account.ErrAddressTaken) {
			t.Errorf("taken address: got %v, want ErrAddressTaken", err)
		}
		in.Email, in.Practice = "ada@example.test", uuid.New()
		if _, err := d.CreateAccount(t.Context(), in); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("unknown practice: got %v, want ErrNotFound", err)
		}
		if _, err := d.FindByEmail(t.Context(), "ada@example.test"); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound: nothing is created by halves", err)
		}
		if a, err := d.FindByEmail(t.Context(), " THEO@example.test"); err != nil || a.ID != d.therapist.ID {
			t.Errorf("got %+v, error %v; want the therapist", a, err)
		}
	})
}
