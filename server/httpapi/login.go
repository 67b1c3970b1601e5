package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/sessions"

	"pleiades/server/account"
	"pleiades/server/permit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// loginStore keeps login sessions for gorilla/sessions: the cookie holds
// nothing but a random token, and package account knows the rest.
type loginStore struct {
	accounts *account.Service
	cookie   string // holds the token of the login
	device   string // cookie that holds the token by which the browser is known
	options  sessions.Options
}

var _ sessions.Store = (*loginStore)(nil)

// Keys of the values of a login session.
const (
	actorKey = "actor" // account.Actor, of one that was there before
	tokenKey = "token" // string, of a new one
)

// deviceLimit is how long a browser is known after its last login: as long as
// browsers keep cookies (RFC 6265bis, section 5.5).
const deviceLimit = 400 * 24 * time.Hour

func newLoginStore(accounts *account.Service, public *url.URL) *loginStore {
	l := &loginStore{
		accounts: accounts,
		cookie:   "__Host-pleiades",
		device:   "__Host-pleiades-device",
		options: sessions.Options{
			Path:     "/",
			MaxAge:   int(account.LoginLimit / time.Second),
			Secure:   true,
			HttpOnly: true,
			SameSite: http.SameSiteLaxMode,
		},
	}
	// Browsers keep Secure cookies from plain HTTP, even where it never leaves
	// the machine.
	if host := public.Hostname(); public.Scheme == "http" && (host == "localhost" || host == "127.0.0.1") {
		l.cookie, l.device = "pleiades", "pleiades-device"
		l.options.Secure = false
	}
	return l
}

// Get returns the login session of a request, looked up once.
func (l *loginStore) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(l, name)
}

// New looks the login session up. It is new, and holds no actor, where the
// request carries no token of a live one.
func (l *loginStore) New(r *http.Request, name string) (*sessions.Session, error) {
	login := sessions.NewSession(l, name)
	options := l.options
	login.Options = &options
	login.IsNew = true

	actor, found, err := l.find(r, name)
	if err != nil || !found {
		return login, err
	}
	login.ID = actor.Login.String()
	login.Values[actorKey] = actor
	login.IsNew = false
	return login, nil
}

// find looks up who is asking by the token in a cookie. Nobody is found where it
// is not there or is none of a live login.
func (l *loginStore) find(r *http.Request, name string) (actor account.Actor, found bool, err error) {
	cookie, err := r.Cookie(name)
	if err != nil {
		return account.Actor{}, false, nil
	}
	actor, _, err = l.accounts.AuthenticateStep(r.Context(), cookie.Value)
	if errors.Is(err, account.ErrNotLoggedIn) {
		return account.Actor{}, false, nil
	}
	if err != nil {
		return account.Actor{}, false, fmt.Errorf("look up login: %w", err)
	}
	return actor, true, nil
}

// claim returns the claim of a login that was remembered.
func (l *loginStore) claim(r *http.Request) (account.Claim, bool) {
	cookie, err := r.Cookie(l.cookie)
	if err != nil {
		return account.Claim{}, false
	}
	return l.accounts.Claim(cookie.Value)
}

// remember has the login of a request, which is the actor's, be claimed from now on.
func (l *loginStore) remember(r *http.Request, actor account.Actor) {
	if cookie, err := r.Cookie(l.cookie); err == nil {
		l.accounts.Remember(cookie.Value, actor)
	}
}

// Save hands a new token to the browser, or takes the cookie away if MaxAge is
// below 0. Package account has stored or revoked the login before.
func (l *loginStore) Save(_ *http.Request, w http.ResponseWriter, login *sessions.Session) error {
	token, _ := login.Values[tokenKey].(string)
	if token == "" && login.Options.MaxAge >= 0 {
		return errors.New("login session without a token")
	}
	http.SetCookie(w, sessions.NewCookie(login.Name(), token, login.Options))
	return nil
}

// actor returns who is asking by a whole login, else account.ErrNotLoggedIn,
// account.ErrEnrollmentRequired, or account.ErrDeviceRevoked where the browser
// was revoked.
func (l *loginStore) actor(r *http.Request) (account.Actor, error) {
	actor, err := l.step(r)
	if err != nil {
		return account.Actor{}, err
	}
	return actor, actor.Whole()
}

// step returns who is asking by a login that need not be whole.
func (l *loginStore) step(r *http.Request) (account.Actor, error) {
	actor, found, err := l.find(r, l.cookie)
	if err != nil || found {
		return actor, err
	}
	named, err := message.ParseID(r.Header.Get(wire.HeaderAccount))
	if err != nil {
		named = uuid.Nil // it does not say who it is for
	}
	if err := l.accounts.CheckDevice(r.Context(), l.browser(r).Device, named); err != nil {
		return account.Actor{}, err
	}
	return account.Actor{}, account.ErrNotLoggedIn
}

// waiting returns whose login waits for a second factor, the zero Actor if none
// does.
func (l *loginStore) waiting(r *http.Request) (account.Actor, error) {
	login, err := l.Get(r, l.cookie)
	if err != nil {
		return account.Actor{}, err
	}
	if actor, ok := login.Values[actorKey].(account.Actor); ok && actor.Stage == permit.StagePending {
		return actor, nil
	}
	return account.Actor{}, nil
}

// browser returns what a request says of where it comes from.
func (l *loginStore) browser(r *http.Request) account.Browser {
	from := account.Browser{UserAgent: r.UserAgent(), Place: callerPlace(r)}
	if cookie, err := r.Cookie(l.device); err == nil {
		from.Device = cookie.Value
	}
	return from
}

// begin gives the browser the tokens of a new login session and revokes the one
// it had.
func (l *loginStore) begin(w http.ResponseWriter, r *http.Request, entry account.Entry) error {
	login, err := l.Get(r, l.cookie)
	if err != nil {
		return err
	}
	if old, ok := login.Values[actorKey].(account.Actor); ok {
		if err := l.accounts.LogOut(r.Context(), old); err != nil {
			return fmt.Errorf("end the login before: %w", err)
		}
	}
	if entry.Device != "" {
		device := l.options
		device.MaxAge = int(deviceLimit / time.Second)
		http.SetCookie(w, sessions.NewCookie(l.device, entry.Device, &device))
	}
	return l.rotate(w, r, entry.Token)
}

// rotate gives the browser another token of its login session.
func (l *loginStore) rotate(w http.ResponseWriter, r *http.Request, token string) error {
	login, err := l.Get(r, l.cookie)
	if err != nil {
		return err
	}
	login.Values[tokenKey] = token
	return login.Save(r, w)
}

// end revokes the login session and takes the cookie away.
func (l *loginStore) end(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := l.accounts.LogOut(r.Context(), actor); err != nil {
		return err
	}
	login, err := l.Get(r, l.cookie)
	if err != nil {
		return err
	}
	login.Options.MaxAge = -1
	return login.Save(r, w)
}
