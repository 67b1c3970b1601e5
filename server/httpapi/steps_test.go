package httpapi_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"pleiades/server/account"
	"pleiades/server/account/keytest"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/wire"
)

// TestLoginSteps walks a therapist of a real practice from the first login
// through all second factors.
func TestLoginSteps(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := mustServe(t, db, nil)
		const email = "real@example.test"
		practice, err := s.accounts.CreatePractice(t.Context(), "Elm House", false)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.accounts.CreateAccount(t.Context(), account.NewAccount{
			Practice: practice.ID, Role: wire.RoleTherapist, Name: "Rita Real", Email: email, Password: password,
		})
		if err != nil {
			t.Fatal(err)
		}
		logIn := func(p *person) (answer wire.LoginAnswer) {
			t.Helper()
			p.must(http.StatusOK, "POST", "/login", wire.LogIn{Email: email, Password: password}, &answer)
			return answer
		}

		p := s.newcomer(t)
		answer := logIn(p)
		if answer.Next != wire.StepEnroll || answer.Account != nil || !slices.Equal(answer.Methods, []wire.Method{wire.MethodPasskey, wire.MethodTOTP}) {
			t.Fatalf("got %+v", answer)
		}
		response, body := p.do("GET", "/api/v1/conversations", nil, nil)
		wantProblem(t, response, body, wire.CodeEnrollmentRequired)
		var secret wire.TOTPSecret
		p.must(http.StatusOK, "POST", "/totp", nil, &secret)
		code := func() wire.CodeEntry {
			t.Helper()
			code, err := totp.GenerateCode(secret.Secret, s.clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			return wire.CodeEntry{Code: code}
		}
		var added wire.FactorAdded
		p.must(http.StatusOK, "POST", "/totp/confirm", code(), &added)
		if len(added.RecoveryCodes) != 10 || added.Account == nil || added.Account.Email != email {
			t.Errorf("got %d recovery codes, account %v", len(added.RecoveryCodes), added.Account != nil)
		}
		p.must(http.StatusOK, "GET", "/conversations", nil, nil)
		stream := p.mustStream("")

		t.Run("a code completes a login", func(t *testing.T) {
			q := s.newcomer(t)
			if answer := logIn(q); answer.Next != wire.StepTOTP {
				t.Fatalf("got %+v", answer)
			}
			response, body := q.do("GET", "/api/v1/me", nil, nil)
			wantProblem(t, response, body, wire.CodeNotLoggedIn)
			response, body = q.do("POST", "/api/v1/login/totp", []byte(`{"code":"12345"}`), nil)
			wantProblem(t, response, body, wire.CodeInvalidCode)
			s.clock.Add(30 * time.Second)
			var answer wire.LoginAnswer
			q.must(http.StatusOK, "POST", "/login/totp", code(), &answer)
			if answer.Account == nil || answer.Next != "" {
				t.Errorf("got %+v", answer)
			}
			q.must(http.StatusOK, "GET", "/me", nil, nil)
			var event wire.SecurityEvent
			stream.must(wire.EventSecurity, &event)
			if event.Notice != wire.NoticeNewDevice || event.At.IsZero() {
				t.Errorf("the first device is told %+v", event)
			}
			if _, sent := s.mails.last(email, account.MailNewDevice); !sent {
				t.Error("no mail tells of the new device")
			}
		})
		t.Run("a recovery code does too", func(t *testing.T) {
			q := s.newcomer(t)
			logIn(q)
			q.must(http.StatusOK, "POST", "/login/recovery", wire.CodeEntry{Code: added.RecoveryCodes[3]}, nil)
			q.must(http.StatusOK, "GET", "/me", nil, nil)
			stream.must(wire.EventSecurity, &wire.SecurityEvent{})
		})
		t.Run("stepping up gives another cookie, and the stream goes on", func(t *testing.T) {
			s.clock.Add(account.StepUpLimit)
			response, body := p.do("POST", "/api/v1/recovery-codes", nil, nil)
			wantProblem(t, response, body, wire.CodeStepUpRequired)
			before := p.http.Jar.Cookies(nil)
			p.must(http.StatusOK, "POST", "/step-up", wire.StepUp{Method: wire.MethodTOTP, Code: code().Code}, nil)
			if slices.EqualFunc(before, p.http.Jar.Cookies(nil), func(a, b *http.Cookie) bool { return a.Value == b.Value }) {
				t.Error("the cookie is the same")
			}
			var codes wire.RecoveryCodes
			p.must(http.StatusOK, "POST", "/recovery-codes", nil, &codes)
			if len(codes.Codes) != 10 {
				t.Errorf("got %d recovery codes", len(codes.Codes))
			}
			s.clock.Add(time.Minute) // beyond the time that the old cookie works
			// Each heartbeat checks the login.
			for beats := 0; beats < 3; {
				if !stream.lines.Scan() || strings.Contains(stream.lines.Text(), string(wire.EventLoginEnded)) {
					t.Fatal("the stream has ended")
				}
				if stream.lines.Text() == "event: "+string(wire.EventHeartbeat) {
					beats++
				}
			}
		})
		key := keytest.New(t, passkeyOrigin.String(), passkeyOrigin.Hostname())
		t.Run("a passkey is added", func(t *testing.T) {
			var question wire.PasskeyQuestion
			p.must(http.StatusOK, "POST", "/passkeys/options", nil, &question)
			if text := string(question.Options); !strings.Contains(text, `"residentKey":"required"`) || !strings.Contains(text, `"userVerification":"required"`) || !strings.Contains(text, `"prf"`) {
				t.Errorf("asked for by %s", text)
			}
			var added wire.FactorAdded
			p.must(http.StatusCreated, "POST", "/passkeys", wire.PutPasskey{
				Name: "Laptop", Ceremony: question.Ceremony, Credential: key.MustCreate(t, question.Options),
			}, &added)
			if added.Passkey == nil || added.Passkey.Name != "Laptop" || added.RecoveryCodes != nil {
				t.Errorf("got %+v", added)
			}
			var security wire.Security
			p.must(http.StatusOK, "GET", "/security", nil, &security)
			if len(security.Passkeys) != 1 || security.TOTP == nil || !security.Required || security.RecoveryCodes.Left != 10 || security.SteppedUp == nil ||
				!slices.Equal(security.StepUp, []wire.Method{wire.MethodPasskey, wire.MethodTOTP, wire.MethodRecovery}) {
				t.Errorf("got %+v", security)
			}
		})
		t.Run("a passkey logs in alone, and completes a login", func(t *testing.T) {
			for _, first := range []bool{false, true} {
				q := s.newcomer(t)
				if first {
					if answer := logIn(q); answer.Next != wire.StepPasskey {
						t.Fatalf("got %+v", answer)
					}
				}
				var question wire.PasskeyQuestion
				q.must(http.StatusOK, "POST", "/login/passkey/options", nil, &question)
				q.must(http.StatusOK, "POST", "/login/passkey", wire.PasskeyAnswer{
					Ceremony: question.Ceremony, Credential: key.MustGet(t, question.Options),
				}, nil)
				q.must(http.StatusOK, "GET", "/me", nil, nil)
			}
		})
		t.Run("a reset by mail asks for the factor", func(t *testing.T) {
			q := s.newcomer(t)
			q.must(http.StatusAccepted, "POST", "/password/reset-request", wire.RequestReset{Email: email}, nil)
			token, sent := s.mails.last(email, account.MailReset)
			if !sent {
				t.Fatal("no mail")
			}
			in := wire.ResetPassword{Token: token, Password: "otter violin gravel"}
			var answer wire.ResetAnswer
			q.must(http.StatusOK, "POST", "/password/reset", in, &answer)
			if answer.State != wire.ResetFactor || !slices.Contains(answer.Methods, wire.MethodPasskey) {
				t.Errorf("got %+v", answer)
			}
			var question wire.PasskeyQuestion
			q.must(http.StatusOK, "POST", "/password/reset/passkey/options", wire.ResetToken{Token: token}, &question)
			in.Method, in.Ceremony, in.Credential = wire.MethodPasskey, question.Ceremony, key.MustGet(t, question.Options)
			q.must(http.StatusOK, "POST", "/password/reset", in, &answer)
			if answer.State != wire.ResetDone {
				t.Errorf("got %+v", answer)
			}
			response, body := p.do("GET", "/api/v1/me", nil, nil)
			wantProblem(t, response, body, wire.CodeNotLoggedIn)
			response, body = q.do("POST", "/api/v1/password/reset", mustJSON(t, wire.ResetPassword{Token: token, Password: "otter violin gravel"}), nil)
			wantProblem(t, response, body, wire.CodeInvalidReset)
		})
		t.Run("a weak password is named as such", func(t *testing.T) {
			client := s.mustStaff(t, wire.RoleClient, "client@example.test")
			response, body := client.do("PUT", "/api/v1/password", []byte(`{"password":"passwordpassword"}`), nil)
			if problem := wantProblem(t, response, body, wire.CodeInvalidPassword); !slices.Equal(problem.Errors, []string{"breached"}) {
				t.Errorf("got %v", problem.Errors)
			}
			client.must(http.StatusNoContent, "PUT", "/password", wire.ChangePassword{Password: "otter violin gravel"}, nil)
		})
		for _, secret := range []string{email, password, secret.Secret, added.RecoveryCodes[0]} {
			if strings.Contains(s.log.String(), secret) {
				t.Error("the log holds a secret")
			}
		}
	})
}
