package account_test

import (
	"errors"
	"math"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// TestInvitationCode signs up and accepts by the code of an invitation.
func TestInvitationCode(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		mustInvite := func() account.NewInvitation {
			made, err := d.Invite(t.Context(), d.host(), uuid.Nil)
			if err != nil {
				t.Fatal(err)
			}
			return made
		}
		t.Run("is easy to read and has 55 bits", func(t *testing.T) {
			letters := make(map[rune]bool)
			for range 60 {
				code := mustInvite().Code
				if !regexp.MustCompile(`^[A-Z3-9]{4}-[A-Z3-9]{4}-[A-Z3-9]{4}$`).MatchString(code) || strings.ContainsAny(code, "BIOSZ01258") {
					t.Fatalf("got %q", code)
				}
				for _, r := range strings.ReplaceAll(code, "-", "") {
					letters[r] = true
				}
			}
			if bits := 12 * math.Log2(float64(len(letters))); bits < 55 {
				t.Errorf("%d letters were drawn, which makes %.1f bits, want 55", len(letters), bits)
			}
		})
		t.Run("lets in however it is typed, once, and its link no more", func(t *testing.T) {
			made := mustInvite()
			typed := " " + strings.ToLower(strings.ReplaceAll(made.Code, "-", " "))
			if err := d.SignUp(t.Context(), signUp("paper@example.test", typed)); err != nil {
				t.Fatal(err)
			}
			for _, again := range []string{made.Code, made.Token} {
				if err := d.SignUp(t.Context(), signUp("again@example.test", again)); !errors.Is(err, account.ErrInvalidInvitation) || errors.Is(err, account.ErrInvitationExpired) {
					t.Errorf("got %v, want ErrInvalidInvitation", err)
				}
			}
		})
		t.Run("is taken by who has an account, and goes on leading to the conversation", func(t *testing.T) {
			_, actor := d.mustLogIn(t, "paper@example.test")
			made := mustInvite()
			first, err := d.AcceptInvitation(t.Context(), actor, made.Code)
			if err != nil {
				t.Fatal(err)
			}
			if second, err := d.AcceptInvitation(t.Context(), actor, made.Token); err != nil || second != first {
				t.Errorf("got %s, error %v, want %s again", second, err, first)
			}
		})
		t.Run("that is mistyped is refused like one that is not there", func(t *testing.T) {
			code := mustInvite().Code
			swapped := "A" + code[1:]
			if swapped == code {
				swapped = "C" + code[1:]
			}
			for _, text := range []string{swapped, code[:13], code + "A", strings.Repeat("O", 12), "aaaa-aaaa-aaa\u00e9", strings.Repeat("-", 12)} {
				if err := d.SignUp(t.Context(), signUp("lost@example.test", text)); !errors.Is(err, account.ErrInvalidInvitation) || errors.Is(err, account.ErrInvitationExpired) {
					t.Errorf("%q: got %v, want ErrInvalidInvitation", text, err)
				}
			}
		})
		t.Run("that has expired says so to who knows all of it", func(t *testing.T) {
			made, used := mustInvite(), mustInvite()
			if err := d.SignUp(t.Context(), signUp("used@example.test", used.Code)); err != nil {
				t.Fatal(err)
			}
			d.clock.Add(account.InvitationLimit)
			_, actor := d.mustLogIn(t, "paper@example.test")
			for _, text := range []string{made.Code, made.Token} {
				if err := d.SignUp(t.Context(), signUp("late@example.test", text)); !errors.Is(err, account.ErrInvitationExpired) {
					t.Errorf("signing up: got %v, want ErrInvitationExpired", err)
				}
				if _, err := d.AcceptInvitation(t.Context(), actor, text); !errors.Is(err, account.ErrInvitationExpired) {
					t.Errorf("accepting: got %v, want ErrInvitationExpired", err)
				}
			}
			if err := d.SignUp(t.Context(), signUp("late@example.test", used.Code)); errors.Is(err, account.ErrInvitationExpired) {
				t.Error("one that was used says that it has expired")
			}
		})
	})
}

// TestWithdrawInvitation lists invitations and takes one back.
func TestWithdrawInvitation(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		first, err := d.Invite(t.Context(), d.host(), uuid.Nil)
		if err != nil {
			t.Fatal(err)
		}
		d.clock.Add(time.Hour)
		second, err := d.Invite(t.Context(), d.host(), uuid.Nil)
		if err != nil {
			t.Fatal(err)
		}
		wantOpen := func(want ...uuid.UUID) {
			t.Helper()
			list, err := d.ListInvitations(t.Context(), d.host())
			if err != nil || len(list) != len(want) {
				t.Fatalf("got %d open invitations, error %v, want %d", len(list), err, len(want))
			}
			for i, id := range want {
				if list[i].ID != id {
					t.Errorf("got %s in place %d, want %s", list[i].ID, i, id)
				}
			}
		}
		wantOpen(second.ID, first.ID)

		d.mustCreate(t, wire.RoleTherapist, "tess@example.test")
		_, colleague := d.mustLogIn(t, "tess@example.test")
		if err := d.DeleteInvitation(t.Context(), colleague, first.ID); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("a colleague: got %v, want ErrNotFound", err)
		}
		if err := d.DeleteInvitation(t.Context(), d.host(), first.ID); err != nil {
			t.Fatal(err)
		}
		wantOpen(second.ID)
		for _, text := range []string{first.Code, first.Token} {
			if err := d.SignUp(t.Context(), signUp("gone@example.test", text)); !errors.Is(err, account.ErrInvalidInvitation) {
				t.Errorf("got %v, want ErrInvalidInvitation", err)
			}
		}
		if err := d.SignUp(t.Context(), signUp("clara@example.test", second.Code)); err != nil {
			t.Fatal(err)
		}
		wantOpen()
		if err := d.DeleteInvitation(t.Context(), d.host(), second.ID); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("one that was used: got %v, want ErrNotFound", err)
		}
		_, client := d.mustLogIn(t, message.Text("clara@example.test"))
		if _, err := d.ListInvitations(t.Context(), client); !errors.Is(err, account.ErrForbidden) {
			t.Errorf("a client: got %v, want ErrForbidden", err)
		}
		if report, err := d.db.VerifyLog(t.Context(), nil); err != nil || len(report.Findings) > 0 {
			t.Errorf("got %+v, error %v, want a log that holds", report.Findings, err)
		}
	})
}

// TestLookInvitation reads who invites before anyone signs up.
func TestLookInvitation(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		made, err := d.Invite(t.Context(), d.host(), uuid.Nil)
		if err != nil {
			t.Fatal(err)
		}
		offer, err := d.LookInvitation(t.Context(), made.Token)
		if want := (wire.InvitationOffer{Therapist: "Theo Tanner", Practice: "Willow House"}); err != nil || !reflect.DeepEqual(offer, want) {
			t.Errorf("before anything is set: got %+v, %v", offer, err)
		}
		d.mustOffer(t, d.host())
		for _, key := range []string{made.Token, made.Code} {
			if offer, err := d.LookInvitation(t.Context(), key); err != nil || offer.Style != availability.StyleOpen || offer.Promise == nil {
				t.Errorf("got %+v, %v", offer, err)
			}
		}
		for _, key := range []string{"", "x", wire.StaffInvitation + made.Token, wire.StaffInvitation, "AAAA-AAAA-AAAA"} {
			if _, err := d.LookInvitation(t.Context(), key); !errors.Is(err, account.ErrInvalidInvitation) {
				t.Errorf("%q: got %v, want ErrInvalidInvitation", key, err)
			}
		}
		if err := d.SignUp(t.Context(), signUp("clara@example.test", made.Token)); err != nil {
			t.Errorf("it does not work any more: %v", err)
		}
		if _, err := d.LookInvitation(t.Context(), made.Token); !errors.Is(err, account.ErrInvalidInvitation) {
			t.Errorf("used: got %v, want ErrInvalidInvitation", err)
		}
		late := d.mustInvite(t)
		d.clock.Add(account.InvitationLimit)
		if _, err := d.LookInvitation(t.Context(), late); !errors.Is(err, account.ErrInvitationExpired) {
			t.Errorf("late: got %v, want ErrInvitationExpired", err)
		}
	})
}
