package page

import (
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"pleiades/app/state"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

func TestLockView(t *testing.T) {
	words := phrase.English()
	draw := func(m lockModel) string { return app.HTMLString(lockView(words, m)) }

	t.Run("has a place for the password, and the ways to help and out", func(t *testing.T) {
		html := draw(lockModel{lock: state.Lock{Ways: []state.Way{state.WayPassword}}, country: "IE"})
		has(t, html, `data-testid="lock-screen"`, `id="unlock-password"`, words.Lock.Lead, `href="/crisis#ie"`, `data-testid="quick-exit"`)
		hasNot(t, html, words.Lock.Offline)
		checkMarkup(t, html)
	})

	for name, test := range map[string]struct {
		lock state.Lock
		want string
	}{
		"says that it is offline":                  {state.Lock{Ways: []state.Way{state.WayPassword}, Offline: true}, words.Lock.Offline},
		"asks for a passphrase where that opens":   {state.Lock{Ways: []state.Way{state.WayPassphrase}}, words.Lock.Passphrase},
		"asks for the password before, if changed": {state.Lock{Ways: []state.Way{state.WayPassword}, Changed: true}, words.Lock.Changed},
		"says what going on without would lose":    {state.Lock{}, words.Lock.LostText},
		"knows that a passkey alone may open":      {state.Lock{Ways: []state.Way{state.WayPasskey}}, words.Lock.LeadKey},
	} {
		t.Run(name, func(t *testing.T) { has(t, draw(lockModel{lock: test.lock}), test.want) })
	}
}

func TestLockedPages(t *testing.T) {
	t.Run("show nothing of anyone", func(t *testing.T) {
		s := loggedIn(wire.RoleClient)
		s.Lock(me, "IE", []state.Way{state.WayPassword})
		for _, path := range []string{"/", "/c/" + talk.String(), "/settings"} {
			hasNot(t, at(t, s, path), "Robin", "Maya", "first words", "an answer", `data-testid="logout"`)
		}
		if s.Country() != "IE" {
			t.Error("help in an emergency forgets its country")
		}
	})

	t.Run("can be locked where something could open them again", func(t *testing.T) {
		s := loggedIn(wire.RoleClient)
		s.SetLockAfter(2)
		has(t, at(t, s, "/"), `data-testid="lock"`)
		has(t, at(t, s, "/settings"), `data-testid="setting-lock-after"`)
		s.SetLockAfter(0)
		hasNot(t, at(t, s, "/"), `data-testid="lock"`)
		has(t, at(t, s, "/settings"), `data-testid="not-lockable"`, `data-testid="device-passphrase"`)
		hasNot(t, at(t, s, "/settings"), `data-testid="setting-lock-after"`)
	})

	t.Run("drop what pages had at hand", func(t *testing.T) {
		e := &env{Deps: Deps{State: loggedIn(wire.RoleClient), Clock: utc{}}, words: phrase.English()}
		e.deskAt(talk).danger = "en"
		newLocked(e)
		if e.desks != nil || e.offices != nil {
			t.Error("it is still there")
		}
	})
}
