package notify_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"pleiades/server/account"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
)

// mustEmpty fails if a mail waits.
func (p post) mustEmpty(t *testing.T) {
	t.Helper()
	left, err := storetest.TakeMails(t.Context(), p.db, nil)
	if err != nil || len(left) != 0 {
		t.Errorf("%d mails wait, %v", len(left), err)
	}
}

// TestMailOutlivesProcess ends a process between storing a mail and sending it:
// before it was tried, and while it was.
func TestMailOutlivesProcess(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		first := mustPost(t, storetest.MustOpenAgain(t, url), "", t.TempDir())
		first.mustKeep(t, to, account.MailReset)
		first.mustKeep(t, to, account.MailPassword)
		if _, err := first.db.Mails().ClaimMail(t.Context(), first.clock.Now(), first.clock.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}

		folder := t.TempDir()
		second := mustPost(t, storetest.MustOpenAgain(t, url), "", folder)
		second.mustSend(t)
		second.clock.Add(2 * time.Minute)
		second.mustSend(t)
		sent, err := filepath.Glob(filepath.Join(folder, "*.eml"))
		if err != nil || len(sent) != 2 {
			t.Fatalf("%d mails were sent, %v; want both: %s", len(sent), err, second.log)
		}
		links := 0
		for _, name := range sent {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if checkMail(t, string(text)) {
				links++
			}
		}
		if links != 1 {
			t.Errorf("%d links are whole, want 1", links)
		}
		second.mustEmpty(t)
	})
}

// TestRolledBackMail has what a mail tells of fail: nobody is told.
func TestRolledBackMail(t *testing.T) {
	p := mustPost(t, storetest.MustOpen(t, storetest.SQLite), "", t.TempDir())
	failed := errors.New("it did not work out")
	err := p.db.Accounts().Update(t.Context(), func(tx account.Tx) error {
		return errors.Join(tx.CreateMail(t.Context(), account.Letter{To: to, Mail: account.MailPassword}), failed)
	})
	if !errors.Is(err, failed) {
		t.Fatal(err)
	}
	p.mustEmpty(t)
}

// TestManyProcesses has several of them send at once: each mail leaves once.
func TestManyProcesses(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		var mu sync.Mutex
		sent := make(map[string]int)
		deliver := func(to string) error {
			mu.Lock()
			defer mu.Unlock()
			sent[to]++
			return nil
		}
		posts := make([]post, 3)
		for i := range posts {
			posts[i] = mustPost(t, storetest.MustOpenAgain(t, url), "", "")
			posts[i].Deliver(deliver)
		}
		for i := range 30 {
			posts[0].mustKeep(t, message.Text(string(rune('a'+i%26))+string(rune('a'+i/26))+"@example.test"), account.MailPassword)
		}
		var group sync.WaitGroup
		for _, p := range posts {
			group.Go(func() {
				if err := p.SendDue(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if len(sent) != 30 {
			t.Errorf("%d mails were sent, want 30", len(sent))
		}
		for to, n := range sent {
			if n != 1 {
				t.Errorf("%s got %d mails", to, n)
			}
		}
	})
}

// TestTriedForDays puts mails off until they are given up: what tells people of
// their own account after two days, what anyone can cause after hours, and a reset
// once its link is over.
func TestTriedForDays(t *testing.T) {
	hours := []time.Duration{0, 5 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour}
	for what, waits := range map[account.Mail][]time.Duration{
		account.MailPassword: append(slices.Clone(hours), slices.Repeat([]time.Duration{6 * time.Hour}, 8)...),
		account.MailConfirm:  hours,
		account.MailReset:    hours[:5],
	} {
		t.Run(string(what), func(t *testing.T) {
			p := mustPost(t, storetest.MustOpen(t, storetest.SQLite), "", "")
			tried := 0
			p.Deliver(func(string) error { tried++; return errors.New("greylisted") })
			p.mustKeep(t, to, what)
			for i, wait := range waits {
				if wait > 0 {
					p.clock.Add(wait - time.Second)
					p.mustSend(t)
					p.clock.Add(time.Second)
				}
				if tried != i {
					t.Errorf("tried %d times before its turn, want %d", tried, i)
				}
				p.mustSend(t)
			}
			p.clock.Add(24 * time.Hour)
			p.mustSend(t)
			if tried != len(waits) {
				t.Errorf("tried %d times, want %d", tried, len(waits))
			}
			p.mustEmpty(t)
			p.checkLog(t)
		})
	}
}

// TestOwnAccountFirst shows that mails which anyone can cause hold up none that
// tells people of their own account, and that one which is refused holds up no
// other.
func TestOwnAccountFirst(t *testing.T) {
	p := mustPost(t, storetest.MustOpen(t, storetest.SQLite), "", "")
	var asked []string
	p.Deliver(func(to string) error {
		if asked = append(asked, to); to == "<full@example.test>" {
			return errors.New("full")
		}
		return nil
	})
	p.mustKeep(t, "greeted@example.test", account.MailConfirm)
	p.mustKeep(t, "full@example.test", account.MailNewDevice)
	p.mustKeep(t, "warned@example.test", account.MailNewDevice)
	p.mustSend(t)
	if want := []string{"<full@example.test>", "<warned@example.test>", "<greeted@example.test>"}; !slices.Equal(asked, want) {
		t.Errorf("asked for %q, want %q", asked, want)
	}
}

// TestResetsFirst shows that mails to whoever signs up hold up no reset.
func TestResetsFirst(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		p := mustPost(t, storetest.MustOpenAgain(t, url), "", "")
		want := []account.Mail{account.MailPassword, account.MailResetAsked, account.MailConfirm, account.MailApplication}
		for _, what := range []account.Mail{account.MailConfirm, account.MailApplication, account.MailResetAsked, account.MailPassword} {
			p.mustKeep(t, to, what)
			p.clock.Add(time.Second)
		}
		for _, what := range want {
			l, err := p.db.Mails().ClaimMail(t.Context(), p.clock.Now(), p.clock.Now().Add(time.Minute))
			if err != nil || l.Mail != what {
				t.Errorf("got %q, %v; want %q", l.Mail, err, what)
			}
		}
	})
}

// TestUnreadableMail has the address of a mail changed in the database: it is given
// up, and holds up no other.
func TestUnreadableMail(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		p := mustPost(t, storetest.MustOpenAgain(t, url), "", "")
		sent := 0
		p.Deliver(func(string) error { sent++; return nil })
		p.mustKeep(t, to, account.MailReset)
		storetest.MustTamper(t, url, "UPDATE mails SET address = token")
		p.mustKeep(t, to, account.MailPassword)
		p.mustSend(t)
		if sent != 1 {
			t.Errorf("%d mails were sent, want 1", sent)
		}
		p.mustEmpty(t)
	})
}

// TestUnknownMail has a process find a mail of a newer build: it leaves it to that.
func TestUnknownMail(t *testing.T) {
	p := mustPost(t, storetest.MustOpen(t, storetest.SQLite), "", "")
	p.Deliver(func(string) error { t.Error("it was sent"); return nil })
	id := p.mustKeep(t, to, "of_tomorrow")
	p.mustSend(t)
	left, err := storetest.TakeMails(t.Context(), p.db, nil)
	if err != nil || len(left) != 1 || left[0].ID != id {
		t.Errorf("%d mails wait, %v; want the one", len(left), err)
	}
}

// TestRun sends what comes while it runs, without being asked again.
func TestRun(t *testing.T) {
	p := mustPost(t, storetest.MustOpen(t, storetest.SQLite), "", "")
	sent := make(chan string, 1)
	p.Deliver(func(to string) error { sent <- to; return nil })
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); p.Run(ctx) }()
	p.mustKeep(t, to, account.MailWelcome)
	<-sent
	stop()
	<-done
}
