package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/chat"
	"pleiades/server/permit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// demoPasswordFile keeps the generated password of the demo accounts.
const demoPasswordFile = "var/demo-password" // #nosec G101 -- the name of a file

// The people of the demo. None of them exists.
const (
	demoPracticeName = "Example Practice (demo)"

	demoTherapist    = "therapist@demo.test"
	demoClient       = "client@demo.test"
	demoSecondClient = "second.client@demo.test"
	demoAdmin        = "admin@demo.test"

	demoTherapistName    = "Dr. Juniper Example"
	demoClientName       = "Robin Sample"
	demoSecondClientName = "Sam Placeholder"
	demoAdminName        = "Alex Specimen"
)

// prepareDemo fills the database with the demo if that is asked for, and
// returns the text that tells how to log in. Demo and real practices never
// share a database.
func (h *house) prepareDemo(ctx context.Context, c config) (logins string, err error) {
	practices, err := h.accounts.ListPractices(ctx)
	if err != nil {
		return "", err
	}
	for _, practice := range practices {
		if practice.Demo && !c.demo {
			return "", &usageError{[]string{"this database holds the demo practice: start with --demo, or name another in " + settingDatabaseURL.variable()}}
		}
		if !practice.Demo && c.demo {
			return "", &usageError{[]string{"this database holds a practice that is no demo: start without --demo, or name another in " + settingDatabaseURL.variable()}}
		}
	}
	if !c.demo {
		return "", nil
	}
	password, err := demoPassword(c)
	if err != nil {
		return "", err
	}
	seed := demoSeed{house: h, password: password, now: time.Now()}
	if err := seed.run(ctx, practices); err != nil {
		return "", fmt.Errorf("prepare the demo: %w", err)
	}
	return demoLogins(password), nil
}

// demoPassword returns the configured password, else the generated one.
func demoPassword(c config) (message.Text, error) {
	if c.demoPassword != "" {
		return message.Text(c.demoPassword), nil
	}
	kept, err := os.ReadFile(demoPasswordFile)
	if err == nil {
		return message.Text(strings.TrimSpace(string(kept))), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read the demo password: %w", err)
	}
	password := newPassword()
	if err := os.MkdirAll(filepath.Dir(demoPasswordFile), 0o700); err != nil {
		return "", fmt.Errorf("keep the demo password: %w", err)
	}
	if err := os.WriteFile(demoPasswordFile, []byte(string(password)+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep the demo password: %w", err)
	}
	return password, nil
}

// demoLogins tells how to log in.
func demoLogins(password message.Text) string {
	var text strings.Builder
	fmt.Fprintf(&text, "A demo: nothing in it is real. Log in with the password %s as\n", string(password))
	for _, person := range []struct{ email, is string }{
		{demoClient, "a client"},
		{demoSecondClient, "another client"},
		{demoTherapist, "their therapist"},
		{demoAdmin, "the practice's admin"},
	} {
		fmt.Fprintf(&text, "  %-24s %s\n", person.email, person.is)
	}
	return text.String()
}

// demoSeed fills a database with the demo. Each step looks first whether it
// was done, so that a seed that was killed is completed by the next.
type demoSeed struct {
	*house
	password message.Text
	now      time.Time
}

func (d demoSeed) run(ctx context.Context, practices []account.Practice) error {
	var practice account.Practice
	var err error
	if len(practices) > 0 {
		practice = practices[0]
	} else if practice, err = d.accounts.CreatePractice(ctx, demoPracticeName, true); err != nil {
		return err
	}
	if practice.Suspended() {
		return nil // it takes nothing new
	}
	therapist, err := d.member(ctx, practice.ID, wire.RoleTherapist, demoTherapist, demoTherapistName)
	if err != nil {
		return err
	}
	if _, err := d.member(ctx, practice.ID, wire.RoleAdmin, demoAdmin, demoAdminName); err != nil {
		return err
	}
	client, err := d.client(ctx, therapist, demoClient, demoClientName)
	if err != nil {
		return err
	}
	second, err := d.client(ctx, therapist, demoSecondClient, demoSecondClientName)
	if err != nil {
		return err
	}
	if err := d.availability(ctx, therapist); err != nil {
		return err
	}
	return errors.Join(
		d.fill(ctx, client, therapist, demoHistory(), demoList()),
		d.fill(ctx, second, therapist, secondDemoHistory(), secondDemoList()),
	)
}

// fill puts what there is into the conversation of the two.
func (d demoSeed) fill(ctx context.Context, client, therapist account.Account, lines []demoLine, items []demoItem) error {
	if err := d.acknowledge(ctx, client); err != nil {
		return err
	}
	if err := d.history(ctx, client, therapist, lines); err != nil {
		return err
	}
	return d.list(ctx, client, therapist, items)
}

// member finds or creates an account of the practice's staff.
func (d demoSeed) member(ctx context.Context, practice uuid.UUID, role wire.Role, email, name message.Text) (account.Account, error) {
	person, err := d.accounts.FindByEmail(ctx, email)
	if errors.Is(err, account.ErrNotFound) {
		return d.accounts.CreateAccount(ctx, account.NewAccount{
			Practice: practice, Role: role, Name: name, Email: email, Password: d.password,
		})
	}
	if err != nil {
		return account.Account{}, err
	}
	return person, d.unlock(ctx, person)
}

// client finds a client, or lets one sign up by an invitation of the
// therapist, as everyone does.
func (d demoSeed) client(ctx context.Context, therapist account.Account, email, name message.Text) (account.Account, error) {
	person, err := d.accounts.FindByEmail(ctx, email)
	if err == nil {
		return person, d.unlock(ctx, person)
	}
	if !errors.Is(err, account.ErrNotFound) {
		return account.Account{}, err
	}
	host := account.Actor{Account: therapist.ID, Stage: permit.StageFull, Memberships: therapist.Memberships}
	receipts := true
	if err := d.accounts.UpdateSettings(ctx, host, wire.Settings{ReadReceipts: &receipts}); err != nil {
		return account.Account{}, err
	}
	invitation, err := d.accounts.Invite(ctx, host, uuid.Nil)
	if err != nil {
		return account.Account{}, err
	}
	err = d.accounts.SignUp(ctx, account.SignUp{Email: email, Name: name, Password: d.password, Invitation: invitation.Token})
	if err != nil {
		return account.Account{}, err
	}
	return d.accounts.FindByEmail(ctx, email)
}

// unlock makes the password the one that is printed, without ending logins
// where it is that already.
func (d demoSeed) unlock(ctx context.Context, person account.Account) error {
	same, err := d.accounts.HasPassword(ctx, person, d.password)
	if err != nil || same && !person.Disabled {
		return err
	}
	return d.accounts.ResetPassword(ctx, person, d.password)
}

// history puts the lines into the conversation of the two, unless they are all
// there.
func (d demoSeed) history(ctx context.Context, client, therapist account.Account, lines []demoLine) error {
	clock := d.now // of the line being sent
	conversations := d.newChat(silent{}, func() time.Time { return clock })
	defer conversations.Close()

	writer := chat.Actor{Account: client.ID}
	reader := chat.Actor{Account: therapist.ID}
	own, err := onlyConversation(ctx, conversations, writer)
	if err != nil || own.LastSeq >= int64(len(lines)) {
		return err
	}
	conversation := own.ID
	var readByClient, readByTherapist int64
	for i, line := range lines {
		clock = line.time(d.now)
		from := writer
		if line.therapist {
			from = reader
		}
		sent, _, err := conversations.Send(ctx, from, conversation, message.Draft{
			ID:        uuid.NewSHA1(conversation, fmt.Append(nil, "line ", i)),
			Body:      line.text,
			WrittenAt: clock.Add(-line.waited),
		})
		if err != nil {
			return err
		}
		// Whoever writes has read what came before.
		if line.therapist {
			readByTherapist = sent.Seq
		} else {
			readByClient = sent.Seq
		}
	}
	if lines[len(lines)-1].therapist {
		readByClient = int64(len(lines))
	}
	return errors.Join(
		conversations.MarkDelivered(ctx, writer, conversation, int64(len(lines))),
		conversations.MarkRead(ctx, writer, conversation, readByClient),
		conversations.MarkDelivered(ctx, reader, conversation, readByTherapist),
		conversations.MarkRead(ctx, reader, conversation, readByTherapist),
	)
}

// onlyConversation returns the one conversation of a client.
func onlyConversation(ctx context.Context, conversations *chat.Service, client chat.Actor) (wire.Conversation, error) {
	own, err := conversations.ListConversations(ctx, client)
	if err != nil {
		return wire.Conversation{}, err
	}
	if len(own) != 1 {
		return wire.Conversation{}, fmt.Errorf("the client has %d conversations, not one", len(own))
	}
	return own[0], nil
}

// silent publishes to nobody: nobody is connected yet.
type silent struct{}

var _ chat.Publisher = silent{}

func (silent) Publish(wire.EventType, any, ...uuid.UUID) {}
