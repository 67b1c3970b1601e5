package page

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"pleiades/app/syncer"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

func TestConversationPattern(t *testing.T) {
	pattern := regexp.MustCompile(conversationPattern)
	for path, want := range map[string]bool{
		"/c/" + talk.String():          true,
		"/c/" + talk.String() + "/":    false,
		"/c/" + talk.String() + `"><b`: false,
		"/x/c/" + talk.String():        false,
		"/c/":                          false,
	} {
		t.Run(path, func(t *testing.T) {
			if got := pattern.MatchString(path); got != want {
				t.Errorf("got %t, want %t", got, want)
			}
		})
	}
}

func TestNextAfterLogIn(t *testing.T) {
	for next, want := range map[string]string{
		"":                    "/",
		"/":                   "/",
		"/settings":           "/settings",
		"/settings/security":  "/settings/security",
		"/c/" + talk.String(): "/c/" + talk.String(),

		"/next-appointment?c=" + talk.String():                    "/next-appointment?c=" + talk.String(),
		"/who-opened?c=" + talk.String() + "&x=y#z":               "/who-opened?c=" + talk.String(),
		"/next-appointment?c=javascript:alert(1)":                 "/next-appointment",
		"/settings?c=" + talk.String():                            "/settings",
		"//elsewhere.example/next-appointment?c=" + talk.String(): "/",

		"/c/not-an-id":          "/",
		"//elsewhere.example":   "/",
		"https://elsewhere.org": "/",
		"/login":                "/",
		"javascript:alert(1)":   "/",
	} {
		t.Run("leads from "+next+" to "+want, func(t *testing.T) {
			if got := nextAfterLogIn(url.Values{"next": {next}}); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}

	t.Run("comes back to where logging in was asked for", func(t *testing.T) {
		for _, path := range []string{"/c/" + talk.String(), "/next-appointment?c=" + talk.String(), "/who-opened?c=" + talk.String()} {
			asked, err := url.Parse(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, at := range []string{logInAt(asked.Path + queryOf(asked)), unlockAt(asked.Path + queryOf(asked))} {
				u, err := url.Parse(at)
				if err != nil {
					t.Fatal(err)
				}
				if got := nextAfterLogIn(u.Query()); got != path {
					t.Errorf("got %q, want %q", got, path)
				}
			}
		}
	})
}

func TestViewCompose(t *testing.T) {
	words := phrase.English()
	for _, test := range []struct {
		name string
		text message.Text
		want composeView
	}{
		{"says nothing of an empty box", "", composeView{}},
		{"says that a draft is saved", "words", composeView{saved: true}},
		{"counts near the limit", message.Text(strings.Repeat("é", 4600)), composeView{saved: true, counter: "4,600 of 5,000 characters"}},
		{"does not count bytes", message.Text(strings.Repeat("é", 4400)), composeView{saved: true}},
		{"says by how much it is too long", message.Text(strings.Repeat("x", 5001)), composeView{saved: true, counter: "1 character too many", over: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := viewCompose(words, test.text, true, ""); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}

	t.Run("does not claim to have saved what the device does not have", func(t *testing.T) {
		if viewCompose(words, "words", false, "").saved {
			t.Error("claims it is saved")
		}
	})
}

func TestRefusal(t *testing.T) {
	words := phrase.English()
	for text, want := range map[message.Text]string{
		"words":                                 "",
		" \n ":                                  words.Conversation.EmptyMessage,
		message.Text(strings.Repeat("x", 5001)): words.Message(message.CodeTooLong),
		"a\u202eb":                              words.Message(message.CodeInvalidText),
	} {
		t.Run("of "+string(text[:3]), func(t *testing.T) {
			if got := refusal(words, text, words.Conversation.EmptyMessage); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestExplain(t *testing.T) {
	words := phrase.English()

	t.Run("takes the words of the code", func(t *testing.T) {
		got := explain(words, &wire.Problem{Code: wire.CodeInvalidCredentials})
		if got != words.Problems.ByCode[wire.CodeInvalidCredentials] {
			t.Errorf("got %+v", got)
		}
	})

	t.Run("takes everything else for no connection", func(t *testing.T) {
		if got := explain(words, errors.New("no answer")); got != words.Problems.NoConnection {
			t.Errorf("got %+v", got)
		}
	})

	t.Run("knows what the device cannot do", func(t *testing.T) {
		for err, want := range map[error]string{
			syncer.ErrQueueFull:       words.Conversation.QueueFull,
			syncer.ErrTooLate:         words.Conversation.TooLate,
			errors.New("out of room"): words.Conversation.NotSaved,
		} {
			if got := explainDevice(words, err); got != want {
				t.Errorf("%v: got %q, want %q", err, got, want)
			}
		}
	})
}

func TestReasons(t *testing.T) {
	words := phrase.English()

	t.Run("are none where nothing was rejected", func(t *testing.T) {
		if got := reasons(words, "", nil); got != nil {
			t.Errorf("got %q", got)
		}
	})

	t.Run("name what is wrong with the text", func(t *testing.T) {
		got := reasons(words, wire.CodeInvalidMessage, []string{string(message.CodeTooLong)})
		title, _ := words.Problem(wire.CodeInvalidMessage)
		if want := []string{title, words.Message(message.CodeTooLong)}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})

	t.Run("say what to do where the text is not at fault", func(t *testing.T) {
		got := reasons(words, wire.CodeNotFound, nil)
		title, detail := words.Problem(wire.CodeNotFound)
		if want := []string{title, detail}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestSortSignUp(t *testing.T) {
	words := phrase.English()

	t.Run("puts each error at its field", func(t *testing.T) {
		got := sortSignUp(words, &wire.Problem{
			Code: wire.CodeInvalidSignUp, Errors: []string{wire.FieldNameEmpty, wire.FieldPasswordTooShort},
		}, false)
		want := signUpErrors{name: words.Field(wire.FieldNameEmpty), password: words.Field(wire.FieldPasswordTooShort)}
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if got.field() != "signup-name" {
			t.Errorf("leads to %q first", got.field())
		}
	})

	t.Run("puts a taken address at the address", func(t *testing.T) {
		if got := sortSignUp(words, &wire.Problem{Code: wire.CodeAddressTaken}, false); got.email == "" || got.general != "" {
			t.Errorf("got %+v", got)
		}
	})

	t.Run("says at the code what is wrong with an invitation", func(t *testing.T) {
		wrong := sortSignUp(words, &wire.Problem{Code: wire.CodeInvalidInvitation}, false)
		late := sortSignUp(words, &wire.Problem{Code: wire.CodeInvalidInvitation, Errors: []string{wire.InvitationExpired}}, false)
		if wrong.code == "" || late.code != words.SignUp.Expired || wrong.code == late.code || wrong.field() != "signup-code" {
			t.Errorf("got %+v, and %+v for an expired one", wrong, late)
		}
	})
	t.Run("sends who was invited to work in a practice to who invited them", func(t *testing.T) {
		wrong := sortSignUp(words, &wire.Problem{Code: wire.CodeInvalidInvitation}, true)
		late := sortSignUp(words, &wire.Problem{Code: wire.CodeInvalidInvitation, Errors: []string{wire.InvitationExpired}}, true)
		if wrong.code != words.SignUp.InvalidStaff || late.code != words.SignUp.ExpiredStaff {
			t.Errorf("got %+v, and %+v for an expired one", wrong, late)
		}
	})
	t.Run("puts everything else above the form", func(t *testing.T) {
		for _, err := range []error{
			errors.New("no answer"),
			&wire.Problem{Code: wire.CodeInvalidSignUp, Errors: []string{"of_a_newer_server"}},
		} {
			if got := sortSignUp(words, err, false); got.general == "" || got.field() != "" {
				t.Errorf("%v: got %+v", err, got)
			}
		}
	})
}

// TestAskedBefore holds that who is one's therapist in one practice can be asked
// in another.
func TestAskedBefore(t *testing.T) {
	s := loggedIn(wire.RoleClient)
	p := newDirectory(&env{Deps: Deps{State: s}})
	here, there := wire.Practice{}, wire.Practice{ID: uuid.UUID{7}}
	if !p.askedBefore(wire.DirectoryEntry{Practice: here, Therapist: wire.Person{ID: peer}}) {
		t.Error("a therapist with a conversation was not asked before")
	}
	if p.askedBefore(wire.DirectoryEntry{Practice: there, Therapist: wire.Person{ID: peer}}) {
		t.Error("a therapist was asked before in a practice where they were not")
	}
}
