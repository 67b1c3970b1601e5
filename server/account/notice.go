package account

import (
	"context"
	"fmt"
	"slices"
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
	MailWelcome        Mail = "welcome"         // there is an account now, by an invitation
	MailConfirm        Mail = "confirm"         // with the link without which there is no account yet
	MailAddressTaken   Mail = "address_taken"   // someone tried to get an account with the address of one
	MailNewAddress     Mail = "new_address"     // with the code that shows whose it is
	MailAddressAsked   Mail = "address_asked"   // another address was asked for
	MailAddressPending Mail = "address_pending" // another takes the place of this one after a day
	MailAddressChanged Mail = "address_changed" // another has taken the place of this one
	MailReset          Mail = "reset"           // with the link to set a new password
	MailResetPending   Mail = "reset_pending"   // a new password takes effect after a day
	MailPassword       Mail = "password"        // there is a new password
	MailNewDevice      Mail = "new_device"      // a browser logged in for the first time
	MailFactorAdded    Mail = "factor_added"    // a second factor was added, or recovery codes were
	MailWrongCodes     Mail = "wrong_codes"     // several wrong codes followed a right password
	MailFactorRemoved  Mail = "factor_removed"  // a second factor was removed
	MailTicket         Mail = "ticket"          // there is an answer to what was written to support
	MailContact        Mail = "contact"         // the same, with the link to it, for someone without an account
	MailApplication    Mail = "application"     // an application to join as a therapist was received
	MailApproved       Mail = "approved"        // with the link by which the applicant signs up
	MailDeclined       Mail = "declined"        // with the link to why
	MailNews           Mail = "news"            // there is something to see after logging in
	MailResetAsked     Mail = "reset_asked"     // no mail yet: someone asked for MailReset, see SendReset
)

// unasked are the mails that anyone can cause, for any address, by what is counted
// together: sign-ups with dead addresses keep nobody from a new password.
var unasked = [][]Mail{{MailResetAsked}, {MailConfirm, MailAddressTaken, MailNewAddress, MailApplication}}

// Unasked reports whether anyone can cause the mail, for any address. It waits for
// those that tell people of their own account.
func (m Mail) Unasked() bool { return m.alike() != nil }

// alike returns the mails that are counted with one that anyone can cause, nil for
// any other.
func (m Mail) alike() []Mail {
	for _, kinds := range unasked {
		if slices.Contains(kinds, m) {
			return kinds
		}
	}
	return nil
}

// MaxUnasked is how many mails may wait that ask for a reset, and how many others
// that anyone can cause: more are not asked for until some are sent.
const MaxUnasked = 500

// Letter is a mail that waits to be sent.
type Letter struct {
	ID     uuid.UUID
	To     message.Text
	Mail   Mail
	Token  string    // for its link, where it has one, or the code in it
	Tries  int       // how often it was tried, this time too
	DueAt  time.Time // when it is to be tried
	EndsAt time.Time // from when on it is not sent any more; zero is never
}

// mail has a mail sent once the transaction commits; token goes into its link,
// where it has one, or is its code. *TooManyError says that too many wait that anyone can cause.
func (s *Service) mail(ctx context.Context, tx Tx, to message.Text, mail Mail, token string) error {
	if alike := mail.alike(); alike != nil {
		if waiting, err := tx.CountMails(ctx, alike); err != nil {
			return err
		} else if waiting >= MaxUnasked {
			return &TooManyError{RetryAfter: fullPause}
		}
	}
	id, err := s.newID()
	if err != nil {
		return err
	}
	l := Letter{ID: id, To: to, Mail: mail, Token: token, DueAt: s.now()}
	if mail == MailReset {
		l.EndsAt = l.DueAt.Add(ResetLimit)
	}
	return tx.CreateMail(ctx, l)
}

// mailPerson is mail to a person's own address, unless their account is disabled.
func (s *Service) mailPerson(ctx context.Context, tx Tx, account uuid.UUID, mail Mail) error {
	email, err := tx.FindEmail(ctx, account)
	if err != nil || email == "" {
		return err
	}
	return s.mail(ctx, tx, email, mail, "")
}

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
// are away, and has its person told by a mail, unless that is "".
func (s *Service) keepNotice(ctx context.Context, tx Tx, account uuid.UUID, what wire.SecurityNotice, device uuid.UUID, mail Mail) error {
	id, err := s.newID()
	if err != nil {
		return err
	}
	err = tx.CreateNotice(ctx, Notice{ID: id, Account: account, Kind: what, Device: device, At: s.now()})
	if err != nil || mail == "" {
		return err
	}
	return s.mailPerson(ctx, tx, account, mail)
}

// notice tells the account's devices what has happened; device as in Notice.
func (s *Service) notice(account uuid.UUID, what wire.SecurityNotice, device uuid.UUID) {
	s.tell(account, wire.SecurityEvent{Notice: what, At: s.now().UTC(), Device: device})
}

// noticeDevice tells a person's other devices of a login on a browser that is new.
// Of the very first there is nobody to tell.
func (s *Service) noticeDevice(entry Entry) {
	if entry.newDevice {
		s.notice(entry.Login.Account, wire.NoticeNewDevice, entry.Login.Device)
	}
}
