package account

import (
	"context"
	"fmt"

	"github.com/google/uuid"

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

// notice tells the account's devices what happened.
func (s *Service) notice(account uuid.UUID, what wire.SecurityNotice) {
	s.tell(account, wire.SecurityEvent{Notice: what, At: s.now().UTC()})
}

// noticeDevice tells a person of a login on a browser that is new, by their
// other devices and by mail. Of the very first there is nobody to tell.
func (s *Service) noticeDevice(entry Entry) {
	if !entry.newDevice {
		return
	}
	s.notice(entry.Login.Account, wire.NoticeNewDevice)
	s.mailer.Send(entry.Account.Email, MailNewDevice, "")
}

// noticePerson tells a person, by their devices and by mail, what happened to
// their account. It is stored: that the caller has gone changes nothing.
func (s *Service) noticePerson(ctx context.Context, account uuid.UUID, what wire.SecurityNotice, mail Mail) error {
	s.notice(account, what)
	person, err := s.store.FindAccount(context.WithoutCancel(ctx), account)
	if err != nil {
		return fmt.Errorf("find account: %w", err)
	}
	s.mailer.Send(person.Email, mail, "")
	return nil
}
