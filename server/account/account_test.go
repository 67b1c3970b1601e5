package account_test

import (
	"context"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/permit"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

const password message.Text = "correct horse battery"

// desk is a service with a clock to turn, on a practice with a therapist.
type desk struct {
	*account.Service
	db        *store.DB
	clock     *storetest.Clock
	ended     *endings
	mails     *mails
	notices   *notices
	practice  account.Practice
	therapist account.Account
}

func mustDesk(t *testing.T, db *store.DB) desk {
	t.Helper()
	d := desk{db: db, clock: storetest.NewClock(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)), ended: &endings{}, notices: &notices{}}
	d.Service = account.New(db.Accounts(), account.Options{
		BlindIndexKey: []byte("a blind index key of 32 bytes..."),
		Origin:        origin,
		Now:           d.clock.Now,
		Notice:        d.notices.add,
		Ended:         d.ended.add,
	})
	account.HashQuickly(d.Service)
	d.mails = &mails{db, d.Service.SendReset}
	var err error
	// A demo, whose staff need no second factor.
	if d.practice, err = d.CreatePractice(t.Context(), "Willow House", true); err != nil {
		t.Fatal(err)
	}
	d.therapist = d.mustCreate(t, wire.RoleTherapist, "Theo@Example.test")
	return d
}

// eachDesk runs a test at a desk of its own on each kind of database.
func eachDesk(t *testing.T, test func(t *testing.T, d desk)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { test(t, mustDesk(t, db)) })
}

func (d desk) mustCreate(t *testing.T, role wire.Role, email message.Text) account.Account {
	t.Helper()
	a, err := d.CreateAccount(t.Context(), account.NewAccount{
		Practice: d.practice.ID, Role: role, Name: "Theo Tanner", Email: email, Password: password,
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (d desk) mustLogIn(t *testing.T, email message.Text) (token string, actor account.Actor) {
	t.Helper()
	entry := d.mustEnter(t, email, account.Browser{UserAgent: "a browser"})
	actor, _, err := d.Authenticate(t.Context(), entry.Token)
	if err != nil {
		t.Fatal(err)
	}
	return entry.Token, actor
}

func (d desk) mustEnter(t *testing.T, email message.Text, from account.Browser) account.Entry {
	t.Helper()
	entry, err := d.LogIn(t.Context(), email, password, from)
	if err != nil {
		t.Fatal(err)
	}
	return entry
}

// host is the therapist as an actor.
func (d desk) host() account.Actor {
	return account.Actor{Account: d.therapist.ID, Stage: permit.StageFull, Memberships: d.therapist.Memberships}
}

func (d desk) mustInvite(t *testing.T) string {
	t.Helper()
	made, err := d.Invite(t.Context(), d.host(), uuid.Nil)
	if err != nil {
		t.Fatal(err)
	}
	return made.Token
}

// mustLink returns the token in the newest link that confirms a sign-up.
func (d desk) mustLink(t *testing.T, email message.Text) string {
	t.Helper()
	for _, mail := range slices.Backward(d.mails.take()) {
		if mail.to == email && mail.mail == account.MailConfirm {
			return mail.token
		}
	}
	t.Fatal("no link was sent")
	return ""
}

func signUp(email message.Text, invitation string) account.SignUp {
	return account.SignUp{Name: "Clara", Email: email, Password: password, Invitation: invitation}
}

// endings remembers which logins were said to have ended.
type endings struct {
	mu     sync.Mutex
	logins []account.LoginID
}

func (e *endings) add(logins ...account.LoginID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.logins = append(e.logins, logins...)
}

func (e *endings) has(id account.LoginID) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Contains(e.logins, id)
}

// mails are those that wait to be sent.
type mails struct {
	db    *store.DB
	reset func(context.Context, message.Text) error
}

type sentMail struct {
	to    message.Text
	mail  account.Mail
	token string
}

// take takes them out.
func (m *mails) take() (taken []sentMail) {
	letters, err := storetest.TakeMails(context.Background(), m.db, m.reset)
	if err != nil {
		panic(err)
	}
	for _, l := range letters {
		taken = append(taken, sentMail{l.To, l.Mail, l.Token})
	}
	return taken
}

// notices remembers what devices were told.
type notices struct {
	mu   sync.Mutex
	told []wire.SecurityNotice
}

func (n *notices) add(_ uuid.UUID, event wire.SecurityEvent) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.told = append(n.told, event.Notice)
}

// take returns what was told since the last time.
func (n *notices) take() []wire.SecurityNotice {
	n.mu.Lock()
	defer n.mu.Unlock()
	told := n.told
	n.told = nil
	return told
}
