package account_test

import (
	"encoding/base32"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"

	"pleiades/server/account"
	"pleiades/server/account/keytest"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

var origin = &url.URL{Scheme: "https", Host: "care.example"}

const staffEmail = "real@example.test"

// mustStaff creates a therapist of a practice that is no demo.
func (d desk) mustStaff(t *testing.T) account.Account {
	t.Helper()
	practice, err := d.CreatePractice(t.Context(), "Quiet Street", false)
	if err != nil {
		t.Fatal(err)
	}
	a, err := d.CreateAccount(t.Context(), account.NewAccount{
		Practice: practice.ID, Role: wire.RoleTherapist, Name: "Rita Real", Email: staffEmail, Password: password,
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// mustActor returns who is behind an entry, whole or not.
func (d desk) mustActor(t *testing.T, token string) account.Actor {
	t.Helper()
	actor, _, err := d.AuthenticateStep(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return actor
}

// mustCode returns the code an authenticator app shows now.
func (d desk) mustCode(t *testing.T, secret string) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, d.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// mustAddTOTP adds an authenticator app and returns its secret and what came
// with it.
func (d desk) mustAddTOTP(t *testing.T, actor account.Actor) (secret string, added account.Added) {
	t.Helper()
	made, err := d.NewTOTP(t.Context(), actor)
	if err != nil {
		t.Fatal(err)
	}
	added, err = d.ConfirmTOTP(t.Context(), actor, d.mustCode(t, made.Secret), account.Browser{UserAgent: firefox})
	if err != nil {
		t.Fatal(err)
	}
	return made.Secret, added
}

// mustAddPasskey adds a passkey and returns what came with it.
func (d desk) mustAddPasskey(t *testing.T, actor account.Actor) (*keytest.Key, account.Added) {
	t.Helper()
	question, err := d.AskNewPasskey(t.Context(), actor)
	if err != nil {
		t.Fatal(err)
	}
	key := keytest.New(t, origin.String(), origin.Host)
	added, err := d.AddPasskey(t.Context(), actor, wire.PutPasskey{
		Ceremony: question.Ceremony, Credential: key.MustCreate(t, question.Options),
	}, account.Browser{UserAgent: firefox})
	if err != nil {
		t.Fatal(err)
	}
	return key, added
}

func wantErr(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func byTOTP(code string) account.Proof { return account.Proof{Method: wire.MethodTOTP, Code: code} }

func TestEnrolment(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		d.mustStaff(t)
		entry := d.mustEnter(t, staffEmail, account.Browser{UserAgent: firefox})
		t.Run("a therapist without a second factor can do nothing but add one", func(t *testing.T) {
			if entry.Next != wire.StepEnroll || !slices.Equal(entry.Methods, []wire.Method{wire.MethodPasskey, wire.MethodTOTP}) || entry.Device != "" || entry.Account.Name != "" {
				t.Errorf("got next %q by %v", entry.Next, entry.Methods)
			}
			_, _, err := d.Authenticate(t.Context(), entry.Token)
			wantErr(t, "authenticate", err, account.ErrEnrollmentRequired)
			actor := d.mustActor(t, entry.Token)
			_, err = d.Find(t.Context(), actor)
			wantErr(t, "find", err, account.ErrEnrollmentRequired)
			_, err = d.ListDevices(t.Context(), actor)
			wantErr(t, "devices", err, account.ErrEnrollmentRequired)
			wantErr(t, "renew", d.Renew(t.Context(), actor), account.ErrEnrollmentRequired)
			wantErr(t, "password", d.ChangePassword(t.Context(), actor, "quite another horse"), account.ErrEnrollmentRequired)
			p, err := d.Protection(t.Context(), actor)
			if err != nil || !p.Required || p.Excused || p.Any() || !slices.Equal(p.StepUp, []wire.Method{wire.MethodPassword}) {
				t.Errorf("protection: got %+v, %v", p, err)
			}
		})
		t.Run("the first factor makes the login whole and brings recovery codes", func(t *testing.T) {
			_, added := d.mustAddTOTP(t, d.mustActor(t, entry.Token))
			if len(added.RecoveryCodes) != 10 || added.Entry.Account.Email != staffEmail || added.Entry.Device == "" {
				t.Errorf("got %d recovery codes, %+v", len(added.RecoveryCodes), added.Entry)
			}
			actor, _, err := d.Authenticate(t.Context(), added.Entry.Token)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := d.AuthenticateStep(t.Context(), entry.Token); !errors.Is(err, account.ErrNotLoggedIn) {
				t.Errorf("the token from before: got %v", err)
			}
			wantErr(t, "remove the last factor", d.RemoveTOTP(t.Context(), actor), account.ErrLastFactor)
			_, second := d.mustAddPasskey(t, actor)
			if second.RecoveryCodes != nil || second.Entry.Token != "" {
				t.Error("the second factor brings what only the first does")
			}
			if err := d.RemoveTOTP(t.Context(), actor); err != nil {
				t.Errorf("remove one of two: %v", err)
			}
			wantErr(t, "remove the last factor", d.RemovePasskey(t.Context(), actor, second.Passkey.ID), account.ErrLastFactor)
		})
	})
}

// TestEnrolmentOnce has someone who knows the password alone begin to enrol
// before the person does.
func TestEnrolmentOnce(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		d.mustStaff(t)
		thief := d.mustActor(t, d.mustEnter(t, staffEmail, account.Browser{UserAgent: "thief"}).Token)
		made, err := d.NewTOTP(t.Context(), thief)
		if err != nil {
			t.Fatal(err)
		}
		asked, err := d.AskNewPasskey(t.Context(), thief)
		if err != nil {
			t.Fatal(err)
		}
		link := d.mustRequest(t, staffEmail)
		secret, added := d.mustAddTOTP(t, d.mustActor(t, d.mustEnter(t, staffEmail, account.Browser{UserAgent: firefox}).Token))

		wantErr(t, "the login that was enrolling", d.CheckLogin(t.Context(), thief.Login), account.ErrNotLoggedIn)
		// Requests that were under way know the login as it was.
		_, err = d.ConfirmTOTP(t.Context(), thief, d.mustCode(t, made.Secret), account.Browser{})
		wantErr(t, "confirm another app", err, account.ErrNotLoggedIn)
		_, err = d.NewTOTP(t.Context(), thief)
		wantErr(t, "another app", err, account.ErrNotLoggedIn)
		key := keytest.New(t, origin.String(), origin.Host)
		_, err = d.AddPasskey(t.Context(), thief, wire.PutPasskey{Ceremony: asked.Ceremony, Credential: key.MustCreate(t, asked.Options)}, account.Browser{})
		wantErr(t, "add a passkey", err, account.ErrNotLoggedIn)
		_, err = d.AskNewPasskey(t.Context(), thief)
		wantErr(t, "another passkey", err, account.ErrNotLoggedIn)
		_, err = d.UseReset(t.Context(), link, changed, account.Proof{}, account.Browser{})
		wantErr(t, "a link from before", err, account.ErrInvalidReset)

		d.clock.Add(30 * time.Second)
		entry := d.mustEnter(t, staffEmail, account.Browser{})
		if _, err := d.FinishLogIn(t.Context(), d.mustActor(t, entry.Token), byTOTP(d.mustCode(t, secret)), account.Browser{}); err != nil {
			t.Errorf("the person's own app: %v", err)
		}
		d.mustActor(t, added.Entry.Token)
	})
}

func TestDemoIsExcused(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		_, actor := d.mustLogIn(t, "theo@example.test")
		p, err := d.Protection(t.Context(), actor)
		if err != nil || p.Required || !p.Excused {
			t.Errorf("got %+v, %v; want them excused", p, err)
		}
		d.mails.take()
		_, added := d.mustAddPasskey(t, actor)
		if _, err := d.NewRecoveryCodes(t.Context(), actor); err != nil {
			t.Fatal(err)
		}
		if sent := d.mails.take(); len(sent) != 2 || sent[0] != (sentMail{"Theo@Example.test", account.MailFactorAdded, ""}) || sent[1] != sent[0] {
			t.Errorf("mails: got %v, want one for each", sent)
		}
		if err := d.RemovePasskey(t.Context(), actor, added.Passkey.ID); err != nil {
			t.Errorf("remove the only factor: %v", err)
		}
		if sent := d.mails.take(); len(sent) != 1 || sent[0].mail != account.MailFactorRemoved {
			t.Errorf("mails: got %v", sent)
		}
		if p, err := d.Protection(t.Context(), actor); err != nil || p.Any() || p.RecoveryCodes != 0 {
			t.Errorf("afterwards there is %+v, %v", p, err)
		}
	})
}

func TestTOTP(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		const email = "theo@example.test"
		_, actor := d.mustLogIn(t, email)
		made, err := d.NewTOTP(t.Context(), actor)
		if err != nil {
			t.Fatal(err)
		}
		t.Run("the secret comes as text, address and QR code", func(t *testing.T) {
			raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(made.Secret)
			if err != nil || len(raw) != 20 {
				t.Errorf("got %d bytes, %v", len(raw), err)
			}
			u, err := url.Parse(made.URL)
			if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Query().Get("secret") != made.Secret || u.Query().Get("issuer") != "Pleiades" {
				t.Error("the address is not one that authenticator apps read")
			}
			for _, row := range made.QR {
				if len(row) != len(made.QR) || strings.Trim(row, "01") != "" || row[:4] != "0000" {
					t.Fatal("the QR code is no square of modules with a quiet zone")
				}
			}
			// The finder pattern in the upper left corner.
			if !strings.HasPrefix(made.QR[4], "000011111110") || !strings.HasPrefix(made.QR[5], "000010000010") {
				t.Error("the QR code begins with no finder pattern")
			}
		})
		t.Run("it counts only once a code has confirmed it", func(t *testing.T) {
			_, err := d.ConfirmTOTP(t.Context(), actor, "000000", account.Browser{})
			wantErr(t, "a wrong code", err, account.ErrInvalidCode)
			if entry := d.mustEnter(t, email, account.Browser{}); entry.Next != "" {
				t.Error("a secret that nobody confirmed is asked for")
			}
			if _, err := d.ConfirmTOTP(t.Context(), actor, d.mustCode(t, made.Secret), account.Browser{}); err != nil {
				t.Fatal(err)
			}
		})
		finish := func(code string) error {
			entry := d.mustEnter(t, email, account.Browser{})
			if entry.Next != wire.StepTOTP {
				t.Fatalf("got next %q", entry.Next)
			}
			_, err := d.FinishLogIn(t.Context(), d.mustActor(t, entry.Token), byTOTP(code), account.Browser{})
			return err
		}
		t.Run("a code works once, and none older than it", func(t *testing.T) {
			wantErr(t, "the code that confirmed it", finish(d.mustCode(t, made.Secret)), account.ErrInvalidCode)
			earlier := d.mustCode(t, made.Secret)
			d.clock.Add(30 * time.Second)
			code := d.mustCode(t, made.Secret)
			if err := finish(code[:3] + " " + code[3:]); err != nil {
				t.Errorf("a fresh code: %v", err)
			}
			wantErr(t, "the same code", finish(code), account.ErrInvalidCode)
			wantErr(t, "the one before", finish(earlier), account.ErrInvalidCode)
		})
		t.Run("the clocks may differ by one step, not by two", func(t *testing.T) {
			d.clock.Add(time.Hour)
			late := d.mustCode(t, made.Secret)
			d.clock.Add(60 * time.Second)
			wantErr(t, "two steps late", finish(late), account.ErrInvalidCode)
			late = d.mustCode(t, made.Secret)
			d.clock.Add(30 * time.Second)
			if err := finish(late); err != nil {
				t.Errorf("one step late: %v", err)
			}
		})
		t.Run("another app takes its place when it is confirmed", func(t *testing.T) {
			d.clock.Add(time.Hour)
			entry := d.mustEnter(t, email, account.Browser{})
			whole, err := d.FinishLogIn(t.Context(), d.mustActor(t, entry.Token), byTOTP(d.mustCode(t, made.Secret)), account.Browser{})
			if err != nil {
				t.Fatal(err)
			}
			actor := d.mustActor(t, whole.Token)
			next, err := d.NewTOTP(t.Context(), actor)
			if err != nil {
				t.Fatal(err)
			}
			d.clock.Add(30 * time.Second)
			if err := finish(d.mustCode(t, made.Secret)); err != nil {
				t.Errorf("the app before, until then: %v", err)
			}
			if _, err := d.ConfirmTOTP(t.Context(), actor, d.mustCode(t, next.Secret), account.Browser{}); err != nil {
				t.Fatal(err)
			}
			d.clock.Add(30 * time.Second)
			wantErr(t, "the app before", finish(d.mustCode(t, made.Secret)), account.ErrInvalidCode)
			if err := finish(d.mustCode(t, next.Secret)); err != nil {
				t.Errorf("the new app: %v", err)
			}
		})
	})
}

func TestRecoveryCodes(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		const email = "theo@example.test"
		_, actor := d.mustLogIn(t, email)
		_, err := d.NewRecoveryCodes(t.Context(), actor)
		wantErr(t, "without a second factor", err, account.ErrNotFound)
		_, added := d.mustAddTOTP(t, actor)
		finish := func(code string) error {
			entry := d.mustEnter(t, email, account.Browser{})
			_, err := d.FinishLogIn(t.Context(), d.mustActor(t, entry.Token), account.Proof{Method: wire.MethodRecovery, Code: code}, account.Browser{})
			return err
		}
		codes := added.RecoveryCodes
		if err := finish(codes[0]); err != nil {
			t.Errorf("a code: %v", err)
		}
		wantErr(t, "the same again", finish(codes[0]), account.ErrInvalidCode)
		if err := finish(" " + strings.ToUpper(strings.ReplaceAll(codes[1], "-", " "))); err != nil {
			t.Errorf("a code typed in another way: %v", err)
		}
		wantErr(t, "none", finish(""), account.ErrInvalidCode)
		if p, err := d.Protection(t.Context(), actor); err != nil || p.RecoveryCodes != 8 {
			t.Errorf("%d are left, %v; want 8", p.RecoveryCodes, err)
		}
		fresh, err := d.NewRecoveryCodes(t.Context(), actor)
		if err != nil || len(fresh) != 10 {
			t.Fatalf("got %d, %v", len(fresh), err)
		}
		d.clock.Add(time.Minute)
		wantErr(t, "one from before", finish(codes[2]), account.ErrInvalidCode)
		if err := finish(fresh[0]); err != nil {
			t.Errorf("a new one: %v", err)
		}
	})
}

func TestPasskeys(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		const email = "theo@example.test"
		_, actor := d.mustLogIn(t, email)
		key, added := d.mustAddPasskey(t, actor)
		if added.Passkey.Name != "Firefox on Linux" || len(added.RecoveryCodes) != 10 {
			t.Errorf("got a passkey %q with %d recovery codes", string(added.Passkey.Name), len(added.RecoveryCodes))
		}
		alone := func(from *keytest.Key) (account.Entry, error) {
			question, err := d.AskLogIn(t.Context(), account.Actor{})
			if err != nil {
				t.Fatal(err)
			}
			return d.LogInByPasskey(t.Context(), question.Ceremony, from.MustGet(t, question.Options), account.Browser{UserAgent: firefox})
		}
		t.Run("one alone is a whole login", func(t *testing.T) {
			entry, err := alone(key)
			if err != nil || entry.Account.ID != actor.Account || entry.Next != "" {
				t.Fatalf("got %+v, %v", entry, err)
			}
			if _, _, err := d.Authenticate(t.Context(), entry.Token); err != nil {
				t.Error(err)
			}
		})
		t.Run("it completes a login by password", func(t *testing.T) {
			entry := d.mustEnter(t, email, account.Browser{})
			if entry.Next != wire.StepPasskey || !slices.Equal(entry.Methods, []wire.Method{wire.MethodPasskey, wire.MethodRecovery}) {
				t.Fatalf("got next %q by %v", entry.Next, entry.Methods)
			}
			pending := d.mustActor(t, entry.Token)
			wantErr(t, "a pending login", pending.Whole(), account.ErrNotLoggedIn)
			question, err := d.AskLogIn(t.Context(), pending)
			if err != nil {
				t.Fatal(err)
			}
			proof := account.Proof{Method: wire.MethodPasskey, Ceremony: question.Ceremony, Credential: key.MustGet(t, question.Options)}
			if _, err := d.FinishLogIn(t.Context(), pending, proof, account.Browser{}); err != nil {
				t.Fatal(err)
			}
			_, err = d.FinishLogIn(t.Context(), pending, proof, account.Browser{})
			wantErr(t, "the same answer again", err, account.ErrInvalidPasskey)
		})
		t.Run("refuses what does not hold", func(t *testing.T) {
			stranger := keytest.New(t, origin.String(), origin.Host)
			_, err := alone(stranger)
			wantErr(t, "a key nobody has", err, account.ErrInvalidPasskey)
			key.Origin = "https://evil.example"
			_, err = alone(key)
			wantErr(t, "another page", err, account.ErrInvalidPasskey)
			key.Origin = origin.String()
			key.Unverified = true
			_, err = alone(key)
			wantErr(t, "nobody verified", err, account.ErrInvalidPasskey)
			key.Unverified = false
			question, err := d.AskLogIn(t.Context(), account.Actor{})
			if err != nil {
				t.Fatal(err)
			}
			d.clock.Add(account.CeremonyLimit)
			_, err = d.LogInByPasskey(t.Context(), question.Ceremony, key.MustGet(t, question.Options), account.Browser{})
			wantErr(t, "too late", err, account.ErrInvalidPasskey)
			_, err = d.LogInByPasskey(t.Context(), question.Ceremony, []byte(`{"id":1}`), account.Browser{})
			wantErr(t, "no answer at all", err, account.ErrInvalidPasskey)
		})
		t.Run("an answer to one question answers no other", func(t *testing.T) {
			_, fresh := d.mustLogInByPasskey(t, key)
			question, err := d.AskStepUp(t.Context(), fresh)
			if err != nil {
				t.Fatal(err)
			}
			_, err = d.LogInByPasskey(t.Context(), question.Ceremony, key.MustGet(t, question.Options), account.Browser{})
			wantErr(t, "logging in by the answer to a step-up", err, account.ErrInvalidPasskey)
		})
		t.Run("refuses a counter that went back", func(t *testing.T) {
			key.Count = 0
			before := len(d.mustLog(t, d.practice.ID))
			_, err := alone(key)
			wantErr(t, "a clone", err, account.ErrInvalidPasskey)
			events := d.mustLog(t, d.practice.ID)[before:]
			if words(events) != "factor.use failed" || events[0].Object != actor.Account || events[0].Actor != uuid.Nil || events[0].Details["method"] != "passkey" {
				t.Errorf("recorded %+v, want that it failed", events)
			}
			key.Count = 100
			if _, err := alone(key); err != nil {
				t.Errorf("the key itself: %v", err)
			}
		})
		t.Run("is renamed and removed by its owner alone", func(t *testing.T) {
			_, own := d.mustLogInByPasskey(t, key)
			d.mustCreate(t, wire.RoleAdmin, "ada@example.test")
			_, other := d.mustLogIn(t, "ada@example.test")
			wantErr(t, "rename", d.RenamePasskey(t.Context(), other, added.Passkey.ID, "Mine"), account.ErrNotFound)
			wantErr(t, "remove", d.RemovePasskey(t.Context(), other, added.Passkey.ID), account.ErrNotFound)
			if err := d.RenamePasskey(t.Context(), own, added.Passkey.ID, "  Laptop "); err != nil {
				t.Fatal(err)
			}
			if p, err := d.Protection(t.Context(), own); err != nil || p.Passkeys[0].Name != "Laptop" {
				t.Errorf("got another name, %v", err)
			}
			if err := d.RemovePasskey(t.Context(), own, added.Passkey.ID); err != nil {
				t.Fatal(err)
			}
			_, err := alone(key)
			wantErr(t, "a removed key", err, account.ErrInvalidPasskey)
		})
	})
}

func (d desk) mustLogInByPasskey(t *testing.T, key *keytest.Key) (account.Entry, account.Actor) {
	t.Helper()
	question, err := d.AskLogIn(t.Context(), account.Actor{})
	if err != nil {
		t.Fatal(err)
	}
	entry, err := d.LogInByPasskey(t.Context(), question.Ceremony, key.MustGet(t, question.Options), account.Browser{})
	if err != nil {
		t.Fatal(err)
	}
	return entry, d.mustActor(t, entry.Token)
}

func TestStepUp(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		const email = "theo@example.test"
		entry := d.mustEnter(t, email, account.Browser{})
		act := func(actor account.Actor) error { _, err := d.NewTOTP(t.Context(), actor); return err }
		if err := act(d.mustActor(t, entry.Token)); err != nil {
			t.Errorf("just logged in: %v", err)
		}
		d.clock.Add(account.StepUpLimit)
		actor := d.mustActor(t, entry.Token)
		wantErr(t, "later", act(actor), account.ErrStepUpRequired)
		wantErr(t, "revoking all", d.RevokeOtherDevices(t.Context(), actor), account.ErrStepUpRequired)
		wantErr(t, "changing the password", d.ChangePassword(t.Context(), actor, "quite another horse"), account.ErrStepUpRequired)

		_, _, err := d.StepUp(t.Context(), actor, account.Proof{Method: wire.MethodPassword, Password: "wrong horse battery"}, account.Browser{})
		wantErr(t, "a wrong password", err, account.ErrInvalidCredentials)
		_, _, err = d.StepUp(t.Context(), actor, byTOTP("123456"), account.Browser{})
		wantErr(t, "a method they do not have", err, account.ErrInvalidMethod)
		token, until, err := d.StepUp(t.Context(), actor, account.Proof{Method: wire.MethodPassword, Password: password}, account.Browser{})
		if err != nil || until.Sub(d.clock.Now()) != account.StepUpLimit {
			t.Fatalf("got until %v, %v", until, err)
		}
		if err := act(d.mustActor(t, token)); err != nil {
			t.Errorf("with the new token: %v", err)
		}
		t.Run("the token before still works for a moment, but proves nothing", func(t *testing.T) {
			wantErr(t, "act", act(d.mustActor(t, entry.Token)), account.ErrStepUpRequired)
			d.clock.Add(11 * time.Second)
			_, _, err := d.AuthenticateStep(t.Context(), entry.Token)
			wantErr(t, "later", err, account.ErrNotLoggedIn)
			if err := d.CheckLogin(t.Context(), actor.Login); err != nil {
				t.Errorf("the login itself: %v", err)
			}
		})
		t.Run("who has a second factor needs it", func(t *testing.T) {
			actor := d.mustActor(t, token)
			secret, _ := d.mustAddTOTP(t, actor)
			_, _, err := d.StepUp(t.Context(), actor, account.Proof{Method: wire.MethodPassword, Password: password}, account.Browser{})
			wantErr(t, "the password", err, account.ErrInvalidMethod)
			d.clock.Add(30 * time.Second)
			if _, _, err := d.StepUp(t.Context(), actor, byTOTP(d.mustCode(t, secret)), account.Browser{}); err != nil {
				t.Errorf("a code: %v", err)
			}
		})
	})
}

func TestRevokeOthers(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		const email = "theo@example.test"
		own := d.mustEnter(t, email, account.Browser{UserAgent: firefox})
		other := d.mustEnter(t, email, account.Browser{UserAgent: "other"})
		actor := d.mustActor(t, own.Token)
		if err := d.RevokeOtherDevices(t.Context(), actor); err != nil {
			t.Fatal(err)
		}
		_, _, err := d.Authenticate(t.Context(), other.Token)
		wantErr(t, "the other login", err, account.ErrNotLoggedIn)
		wantErr(t, "the other device", d.CheckDevice(t.Context(), other.Device, uuid.Nil), account.ErrDeviceRevoked)
		if devices, err := d.ListDevices(t.Context(), actor); err != nil || len(devices) != 1 || devices[0].ID != actor.Device {
			t.Errorf("got %+v, %v; want one's own alone", devices, err)
		}
	})
}

func TestBreached(t *testing.T) {
	b := account.NewBreached()
	if err := b.Read(strings.NewReader("# a list\n\nSomething Nobody Guesses\n")); err != nil {
		t.Fatal(err)
	}
	const email message.Text = "marguerite@example.test"
	for _, bad := range []message.Text{
		"passwordpassword", "Password1234!", "P@ssw0rd2024", "123456789012", "qwertyuiopas", "aaaaaaaaaaaa", "abcabcabcabc", "abcdefghijklmnop",
		"margueritemarguerite", "Marguerite!!", "marguerite 12", "pleiades2024", "Pleiades-Pleiades", "iloveyouforever", "zaq12wsxcde3",
		"1q2w3e4r5t6y", "correcthorsebatterystaple", "letmeinletmein", "welcome12345", "something nobody guesses", "        ...  ",
		"Charlotte1987", "Manchester United 7", "liverpool4815!", "BayernDortmund", "M1chael-J3nnifer", "5tgb6yhn7ujm", "zxcasdqwe123", "September2026!", "2019202020212022",
		"P0k3m0n_Minecraft", "J4m3s.Elizabeth.99", "Password Marguerite 1",
	} {
		if !b.Common(bad, email) {
			t.Errorf("%q is fine, it says", string(bad))
		}
	}
	for _, good := range []message.Text{
		"correct horse battery", "long enough to pass", "otter violin gravel", "seventeen quiet herons wade", "Charlotte quarrels with owls", "x7Kq9!vLm2#d", "marguerite likes grey boats", "\u00e9t\u00e9 \u00e0 la campagne", "der Regen klopft leise",
	} {
		if b.Common(good, email) {
			t.Errorf("%q is common, it says", string(good))
		}
	}
}
