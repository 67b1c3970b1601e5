// Package notify sends mails. Their words are constants with at most a link in
// them, never anything of a person or a message. It sends over SMTP, or, where
// none is set up, into files, so that a trial needs no mail server.
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

	"github.com/wneessen/go-mail"

	"pleiades/server/account"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
)

const sendTime = 30 * time.Second

// tries says how long to wait before each try to send a mail.
var tries = []time.Duration{0, 5 * time.Second, time.Minute}

// Options are what a Mailer needs.
type Options struct {
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

// Mailer sends mails, one after the other, in the background. Close ends it.
type Mailer struct {
	opts    Options
	from    string
	letters map[account.Mail]phrase.Letter
	footer  string
	deliver func(context.Context, *mail.Msg) error

	queue *queue
	done  chan struct{}
}

var _ account.Mailer = (*Mailer)(nil)

// New makes a Mailer and starts it.
func New(opts Options) (*Mailer, error) {
	words := phrase.EnglishMails()
	m := &Mailer{
		opts: opts,
		from: "pleiades@" + opts.Origin.Hostname(),
		letters: map[account.Mail]phrase.Letter{
			account.MailWelcome:       words.Welcome,
			account.MailConfirm:       words.Confirm,
			account.MailAddressTaken:  words.AddressTaken,
			account.MailReset:         words.Reset,
			account.MailResetPending:  words.ResetPending,
			account.MailPassword:      words.Password,
			account.MailNewDevice:     words.NewDevice,
			account.MailWrongCodes:    words.WrongCodes,
			account.MailFactorAdded:   words.FactorAdded,
			account.MailFactorRemoved: words.FactorRemoved,
			account.MailTicket:        words.Ticket,
			account.MailContact:       words.Contact,
			account.MailApplication:   words.Application,
			account.MailApproved:      words.Approved,
			account.MailDeclined:      words.Declined,
			account.MailNews:          words.News,
		},
		footer: words.Footer,
		queue:  newQueue(),
		done:   make(chan struct{}),
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
	go m.run()
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

// Send sends a mail in the background.
func (m *Mailer) Send(to message.Text, what account.Mail, token string) {
	if !m.queue.add(letter{to: to, mail: what, token: token}) {
		m.opts.Log.Error("mail lost: too many are waiting", "mail", string(what))
	}
}

// SendAnswered tells someone that there is an answer to what they wrote to
// support.
func (m *Mailer) SendAnswered(to message.Text) { m.Send(to, account.MailTicket, "") }

// SendContact tells someone without an account the same, with the link to it.
func (m *Mailer) SendContact(to message.Text, token string) { m.Send(to, account.MailContact, token) }

// Close waits for the mail being sent and those that were not tried yet, and
// ends. Nothing may be sent after.
func (m *Mailer) Close() {
	if lost := m.queue.close(); lost > 0 {
		m.opts.Log.Error("mails not sent: the server stopped before their next try", "mails", lost)
	}
	<-m.done
}

func (m *Mailer) run() {
	defer close(m.done)
	for {
		l, ok := m.queue.next()
		if !ok {
			return
		}
		retry, err := m.try(l)
		if err == nil {
			continue
		}
		l.tried++
		if retry && l.tried < len(tries) && m.queue.again(l, tries[l.tried]) {
			continue
		}
		m.opts.Log.Error("mail not sent", "mail", string(l.mail), "err", err)
	}
}

// try sends a mail, and says whether that may succeed later where it fails. Its
// error names no address: servers like to repeat it, so their words are left
// out.
func (m *Mailer) try(l letter) (retry bool, err error) {
	msg, err := m.write(l)
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), sendTime)
	defer cancel()
	err = m.deliver(ctx, msg)
	var refused *mail.SendError
	switch {
	case err == nil:
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

// write makes the message.
func (m *Mailer) write(l letter) (*mail.Msg, error) {
	words, known := m.letters[l.mail]
	if !known {
		return nil, errors.New("there is no such mail")
	}
	text := words.Text
	if l.token != "" {
		link := m.opts.Origin.JoinPath(linkPages[l.mail])
		link.Fragment = l.token
		text = fmt.Sprintf(text, link)
	}
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := msg.From(m.from); err != nil {
		return nil, errors.New("the sender is no address")
	}
	if err := msg.To(string(l.to)); err != nil {
		return nil, errors.New("the receiver is no address")
	}
	msg.SetDateWithValue(m.opts.Now())
	msg.SetMessageIDWithValue(rand.Text() + "@" + m.opts.Origin.Hostname())
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834
	msg.Subject(words.Subject)
	msg.SetBodyString(mail.TypeTextPlain, text+"\n\n"+m.footer+"\n")
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
