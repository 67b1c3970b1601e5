// Package notify sends mails. Their words are constants with at most a link or a
// code in them, never anything of a person or a message. It sends over SMTP, or, where
// none is set up, into files, so that a trial needs no mail server.
//
// They lie in the store from the moment on at which what they tell of is stored,
// until they are sent: a crash loses none, but one that falls between sending and
// noting it has the mail sent twice.
//
// It must not decide whom to tell of what, and it must never log an address or
// a link.
package notify

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/wneessen/go-mail"

	"pleiades/server/account"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
)

const (
	sendTime = 30 * time.Second
	// claimTime is how long a mail that is being tried is nobody else's.
	claimTime = 2 * time.Minute
	// pollEvery is how often it looks for mails that are due again, or that a
	// process left which is gone.
	pollEvery = 5 * time.Second
)

// tries says how long to wait before each try to send a mail. Servers that put off
// strangers ask for minutes, and one that is broken is mended within two days.
var tries = []time.Duration{
	0, 5 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour,
	6 * time.Hour, 6 * time.Hour, 6 * time.Hour, 6 * time.Hour, 6 * time.Hour, 6 * time.Hour, 6 * time.Hour, 6 * time.Hour,
}

// unaskedTries is how often a mail is tried that anyone can cause: it makes room
// within hours.
const unaskedTries = 7

// Store keeps the mails that wait.
type Store interface {
	// Came returns a channel that gets a value once mails came.
	Came() <-chan struct{}
	// ClaimMail takes the mail that is to be tried next, of those due at now, and
	// counts the try. Nobody else gets it before until. None is
	// account.ErrNotFound.
	ClaimMail(ctx context.Context, now, until time.Time) (account.Letter, error)
	// PostponeMail lets a mail be claimed again from a moment on.
	PostponeMail(ctx context.Context, id uuid.UUID, until time.Time) error
	DeleteMail(ctx context.Context, id uuid.UUID) error
}

// Options are what a Mailer needs.
type Options struct {
	Store Store
	// Reset has a link mailed to set a new password, if there is an account with
	// the address.
	Reset func(ctx context.Context, to message.Text) error
	// Origin is the one origin served: links lead there, and mails come from
	// its host unless From says otherwise.
	Origin *url.URL
	// SMTP is smtp://user:password@host:port, over STARTTLS, or smtps:// for
	// TLS from the start; from=ADDRESS as a parameter names the sender. In the
	// clear, by smtp:// with tls=off, it goes to this machine only. Without it
	// mails are written to Folder.
	SMTP   *url.URL
	Folder string
	Log    *slog.Logger
	Now    func() time.Time
}

// Mailer sends mails, one after the other.
type Mailer struct {
	opts    Options
	from    string
	letters map[account.Mail]phrase.Letter
	footer  string
	deliver func(context.Context, *mail.Msg) error
}

// New makes a Mailer.
func New(opts Options) (*Mailer, error) {
	words := phrase.EnglishMails()
	m := &Mailer{
		opts: opts,
		from: "pleiades@" + opts.Origin.Hostname(),
		letters: map[account.Mail]phrase.Letter{
			account.MailWelcome:        words.Welcome,
			account.MailConfirm:        words.Confirm,
			account.MailAddressTaken:   words.AddressTaken,
			account.MailNewAddress:     words.NewAddress,
			account.MailAddressAsked:   words.AddressAsked,
			account.MailAddressPending: words.AddressPending,
			account.MailAddressChanged: words.AddressChanged,
			account.MailReset:          words.Reset,
			account.MailResetPending:   words.ResetPending,
			account.MailPassword:       words.Password,
			account.MailNewDevice:      words.NewDevice,
			account.MailWrongCodes:     words.WrongCodes,
			account.MailFactorAdded:    words.FactorAdded,
			account.MailFactorRemoved:  words.FactorRemoved,
			account.MailTicket:         words.Ticket,
			account.MailContact:        words.Contact,
			account.MailApplication:    words.Application,
			account.MailApproved:       words.Approved,
			account.MailDeclined:       words.Declined,
			account.MailNews:           words.News,
		},
		footer: words.Footer,
	}
	m.deliver = m.file
	if opts.SMTP != nil {
		client, err := newClient(opts.SMTP)
		if err != nil {
			return nil, err
		}
		m.deliver = func(ctx context.Context, msg *mail.Msg) error { return client.DialAndSendWithContext(ctx, msg) }
		if from := opts.SMTP.Query().Get("from"); from != "" {
			m.from = from
		}
	}
	return m, nil
}

// CheckSMTP says what is wrong with an SMTP address, without repeating it: it
// may hold a password.
func CheckSMTP(text string) error {
	u, err := url.Parse(text)
	if err != nil {
		return errors.New("must be smtp://user:password@host:port or smtps://…")
	}
	_, err = newClient(u)
	return err
}

// newClient makes a client, which connects once there is something to send.
func newClient(u *url.URL) (*mail.Client, error) {
	host := u.Hostname()
	if u.Scheme != "smtp" && u.Scheme != "smtps" || host == "" || strings.Trim(u.Path, "/") != "" {
		return nil, errors.New("must be smtp://user:password@host:port or smtps://…")
	}
	clear := u.Query().Get("tls") == "off"
	options := []mail.Option{mail.WithTimeout(sendTime)}
	switch {
	case clear && host != "localhost" && host != "127.0.0.1" && host != "::1":
		return nil, errors.New("tls=off is for a mail server on this machine only")
	case clear:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	case u.Scheme == "smtps":
		options = append(options, mail.WithSSLPort(false))
	default:
		options = append(options, mail.WithTLSPortPolicy(mail.TLSMandatory))
	}
	if port := u.Port(); port != "" {
		number, err := strconv.Atoi(port)
		if err != nil {
			return nil, errors.New("the port must be a number")
		}
		options = append(options, mail.WithPort(number))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	client, err := mail.NewClient(host, options...)
	if err != nil {
		return nil, errors.New("must be smtp://user:password@host:port or smtps://…")
	}
	return client, nil
}

// Run sends what is due, and what comes, until ctx ends. A mail that is being
// sent then is sent to its end.
func (m *Mailer) Run(ctx context.Context) {
	often := time.NewTicker(pollEvery)
	defer often.Stop()
	for {
		if err := m.SendDue(ctx); err != nil && ctx.Err() == nil {
			m.opts.Log.ErrorContext(ctx, "mails wait", "err", err)
		}
		select {
		case <-m.opts.Store.Came():
		case <-often.C:
		case <-ctx.Done():
			return
		}
	}
}

// SendDue tries each mail that is due. The error is one of the store; that a mail
// could not be sent is logged.
func (m *Mailer) SendDue(ctx context.Context) error {
	for ctx.Err() == nil {
		now := m.opts.Now()
		l, err := m.opts.Store.ClaimMail(ctx, now, now.Add(claimTime))
		if errors.Is(err, account.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := m.dispatch(context.WithoutCancel(ctx), l); err != nil {
			return err
		}
	}
	return nil
}

// dispatch tries a mail, and deletes or postpones it.
func (m *Mailer) dispatch(ctx context.Context, l account.Letter) error {
	if !l.EndsAt.IsZero() && !m.opts.Now().Before(l.EndsAt) {
		m.opts.Log.Error("mail not sent: its link is over", "mail", string(l.Mail))
		return m.opts.Store.DeleteMail(ctx, l.ID)
	}
	most := len(tries)
	if l.Mail.Unasked() {
		most = unaskedTries
	}
	retry, err := m.try(ctx, l)
	if err == nil {
		return m.opts.Store.DeleteMail(ctx, l.ID)
	}
	if retry && l.Tries < most {
		m.opts.Log.Warn("mail not sent yet", "mail", string(l.Mail), "again", tries[l.Tries], "err", err)
		return m.opts.Store.PostponeMail(ctx, l.ID, m.opts.Now().Add(tries[l.Tries]))
	}
	m.opts.Log.Error("mail not sent", "mail", string(l.Mail), "err", err)
	return m.opts.Store.DeleteMail(ctx, l.ID)
}

// try sends a mail, and says whether that may succeed later where it fails. Its
// error names no address: servers like to repeat it, so their words are left
// out.
func (m *Mailer) try(ctx context.Context, l account.Letter) (retry bool, err error) {
	if l.Mail == account.MailResetAsked {
		return true, m.opts.Reset(ctx, l.To)
	}
	if _, known := m.letters[l.Mail]; !known {
		return true, errors.New("this build does not know the mail: a newer one may take it")
	}
	msg, err := m.write(l)
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	err = m.deliver(ctx, msg)
	var refused *mail.SendError
	switch {
	case err == nil, msg.IsDelivered(): // whatever went wrong while saying goodbye
		return false, nil
	case errors.As(err, &refused):
		code := refused.ErrorCode()
		// RFC 5321, section 4.2.1: what begins with 5 is not to be tried again.
		return code < 500, fmt.Errorf("the mail server refused it (%d)", code)
	}
	return true, errors.New("the mail server could not be reached, or the file not written")
}

// linkPages are the pages where the links of mails lead.
var linkPages = map[account.Mail]string{
	account.MailConfirm:  "confirm",
	account.MailReset:    "reset",
	account.MailApproved: "signup",
	account.MailContact:  "contact",
	account.MailDeclined: "join",
}

// write makes the message of a mail that is known.
func (m *Mailer) write(l account.Letter) (*mail.Msg, error) {
	words := m.letters[l.Mail]
	text := words.Text
	if l.Token != "" {
		told := l.Token
		if page, leads := linkPages[l.Mail]; leads {
			link := m.opts.Origin.JoinPath(page)
			link.Fragment = l.Token
			told = link.String()
		}
		text = fmt.Sprintf(text, told)
	}
	text += "\n\n" + m.footer + "\n"
	encoding := mail.EncodingQP
	if m.opts.SMTP == nil { // a file: a link that breaks over lines cannot be copied out of it
		encoding = mail.NoEncoding
	}
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithEncoding(encoding))
	if err := msg.From(m.from); err != nil {
		return nil, errors.New("the sender is no address")
	}
	if err := msg.To(string(l.To)); err != nil {
		return nil, errors.New("the receiver is no address")
	}
	msg.SetDateWithValue(m.opts.Now())
	msg.SetMessageIDWithValue(l.ID.String() + "@" + m.opts.Origin.Hostname()) // the same at each try
	msg.SetGenHeader("Auto-Submitted", "auto-generated")                      // RFC 3834
	msg.Subject(words.Subject)
	msg.SetBodyString(mail.TypeTextPlain, text)
	return msg, nil
}

// file writes a mail to the folder, for its owner alone, and says so in the
// log.
func (m *Mailer) file(_ context.Context, msg *mail.Msg) error {
	if err := os.MkdirAll(m.opts.Folder, 0o700); err != nil {
		return fmt.Errorf("create folder: %w", err)
	}
	name := m.opts.Now().UTC().Format("20060102T150405.000") + "-" + rand.Text()[:8] + ".eml"
	path := filepath.Join(m.opts.Folder, name)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("create file: %w", err)
	}
	_, err = msg.WriteTo(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	m.opts.Log.Info("mail written to a file, since no mail server is set up", "file", path)
	return nil
}
