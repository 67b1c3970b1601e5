package account

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"pleiades/server/permit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Mail names a mail. Its words are constants: it says nothing of who or what.
type Mail string

// The mails.
const (
	MailWelcome       Mail = "welcome"        // there is an account now, by an invitation
	MailConfirm       Mail = "confirm"        // with the link without which there is no account yet
	MailAddressTaken  Mail = "address_taken"  // someone tried to sign up with the address of an account
	MailReset         Mail = "reset"          // with the link to set a new password
	MailResetPending  Mail = "reset_pending"  // a new password takes effect after a day
	MailPassword      Mail = "password"       // there is a new password
	MailNewDevice     Mail = "new_device"     // a browser logged in for the first time
	MailFactorAdded   Mail = "factor_added"   // a second factor was added, or recovery codes were
	MailWrongCodes    Mail = "wrong_codes"    // several wrong codes followed a right password
	MailFactorRemoved Mail = "factor_removed" // a second factor was removed
	MailTicket        Mail = "ticket"         // there is an answer to what was written to support
	MailContact       Mail = "contact"        // the same, with the link to it, for someone without an account
	MailApplication   Mail = "application"    // an application to join as a therapist was received
	MailApproved      Mail = "approved"       // with the link by which the applicant signs up
	MailDeclined      Mail = "declined"       // with the link to why
	MailNews          Mail = "news"           // there is something to see after logging in
)

// Mailer sends mails. It must not block: whether there was anything to send
// must not show.
type Mailer interface {
	// Send sends a mail; token goes into its link, where it has one.
	Send(to message.Text, mail Mail, token string)
}

// nobody sends no mails.
type nobody struct{}

func (nobody) Send(message.Text, Mail, string) {}

const (
	// noticeLimit is how long notices are kept for devices that are away, and
	// maxNotices how many of them a device is told of at once.
	noticeLimit = 90 * 24 * time.Hour
	maxNotices  = 20
)

// Notice says what happened to an account's security.
type Notice struct {
	ID      uuid.UUID
	Account uuid.UUID
	Kind    wire.SecurityNotice
	Device  uuid.UUID // that did it or is what it is about; Nil if none is known
	At      time.Time
}

// SeeNotices notes that the actor's device has shown all notices until then: it
// is not told of them again.
func (s *Service) SeeNotices(ctx context.Context, actor Actor, until time.Time) error {
	if err := s.can(actor, permit.ManageOwn); err != nil {
		return err
	}
	if now := s.now(); until.After(now) {
		until = now
	}
	if err := s.store.UpdateSeen(ctx, actor.Device, until); err != nil {
		return fmt.Errorf("see notices: %w", err)
	}
	return nil
}

// keepNotice keeps what happens to an account in a transaction, for devices that
// are away.
func (s *Service) keepNotice(ctx context.Context, tx Tx, account uuid.UUID, what wire.SecurityNotice, device uuid.UUID) error {
	id, err := s.newID()
	if err != nil {
		return err
	}
	return tx.CreateNotice(ctx, Notice{ID: id, Account: account, Kind: what, Device: device, At: s.now()})
}

// notice tells the account's devices what has happened; device as in Notice.
func (s *Service) notice(account uuid.UUID, what wire.SecurityNotice, device uuid.UUID) {
	s.tell(account, wire.SecurityEvent{Notice: what, At: s.now().UTC(), Device: device})
}

// noticeDevice tells a person of a login on a browser that is new, by their
// other devices and by mail. Of the very first there is nobody to tell.
func (s *Service) noticeDevice(entry Entry) {
	if !entry.newDevice {
		return
	}
	s.notice(entry.Login.Account, wire.NoticeNewDevice, entry.Login.Device)
	s.mailer.Send(entry.Account.Email, MailNewDevice, "")
}

// noticePerson tells a person, by their devices and by mail, what happened to
// their account. It is stored: that the caller has gone changes nothing.
func (s *Service) noticePerson(ctx context.Context, account uuid.UUID, what wire.SecurityNotice, device uuid.UUID, mail Mail) error {
	s.notice(account, what, device)
	person, err := s.store.FindAccount(context.WithoutCancel(ctx), account)
	if err != nil {
		return fmt.Errorf("find account: %w", err)
	}
	s.mailer.Send(person.Email, mail, "")
	return nil
}
