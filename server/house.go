package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/calendar"
	"pleiades/server/chat"
	"pleiades/server/keyring"
	"pleiades/server/live"
	"pleiades/server/notify"
	"pleiades/server/outbox"
	"pleiades/server/store"
	"pleiades/server/support"
	"pleiades/shared/wire"
)

// emailIndexKey is the name of the wrapped key by which addresses are found.
const emailIndexKey = "email-index"

// house is what every command works with: the open database, the people in it
// and their conversations.
type house struct {
	db       *store.DB
	keys     *keyring.Keyring
	live     *live.Hub
	chat     *chat.Service
	accounts *account.Service
	outbox   *outbox.Service
	support  *support.Service
	origin   *url.URL // where people find it
}

// openHouse opens the database, brings it up to date and loads its keys. What
// cannot be read there later goes to the log.
func openHouse(ctx context.Context, c config, log *slog.Logger) (*house, error) {
	breached, err := c.breached()
	if err != nil {
		return nil, err
	}
	db, err := openStore(ctx, c)
	if err != nil {
		return nil, err
	}
	h := &house{db: db, live: live.New(live.Options{})}
	db.Unheard(h.live.Resync)
	h.chat = h.newChat(h.live, time.Now)
	if err := h.loadKeys(ctx, c, breached, log); err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h, nil
}

// defaultOrigin is where people find it unless something else is said.
const defaultOrigin = "http://localhost:8000"

// newMailer returns who sends the mails that wait. It is for the server alone: a
// command would take them from it, and send them by the settings of its own shell.
func (h *house) newMailer(c config, log *slog.Logger) (*notify.Mailer, error) {
	opts := notify.Options{
		Store: h.db.Mails(), Reset: h.accounts.SendReset,
		Origin: h.origin, Folder: mailFolder, Log: log, Now: time.Now,
	}
	if c.smtpURL != "" {
		var err error
		if opts.SMTP, err = url.Parse(c.smtpURL); err != nil {
			return nil, errors.New("read the address of the mail server")
		}
	}
	return notify.New(opts)
}

// breached returns the passwords that nobody may choose.
func (c config) breached() (*account.Breached, error) {
	b := account.NewBreached()
	if c.breachedFile == "" {
		return b, nil
	}
	f, err := os.Open(c.breachedFile)
	if err != nil {
		return nil, &usageError{[]string{settingBreachedFile.variable() + ": " + err.Error()}}
	}
	defer f.Close()
	return b, b.Read(f)
}

// sweep deletes what is over, now and then, until ctx ends.
func (h *house) sweep(ctx context.Context, log *slog.Logger) {
	often := time.NewTicker(time.Hour)
	defer often.Stop()
	for {
		if err := h.accounts.Sweep(ctx); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "what is over stays for now", "err", err)
		}
		if err := h.support.Sweep(ctx); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "what is over stays for now", "err", err)
		}
		h.db.ForgetDeleted(ctx)
		select {
		case <-often.C:
		case <-ctx.Done():
			return
		}
	}
}

// newChat makes a service on the conversations of the house.
func (h *house) newChat(pub chat.Publisher, now func() time.Time) *chat.Service {
	return chat.New(h.db.Conversations(), pub, chat.Options{Now: now, Zone: calendar.Zone, Outlook: calendar.Outlook})
}

// loadKeys opens the keyring and gives their keys to those who need some.
func (h *house) loadKeys(ctx context.Context, c config, breached *account.Breached, log *slog.Logger) error {
	keys, err := keyring.Open(ctx, c.keyFile, h.db.Keys(), keyring.Options{Log: log})
	if err != nil {
		return fmt.Errorf("open keyring: %w", err)
	}
	h.keys = keys
	if h.origin, err = url.Parse(cmp.Or(c.publicURL, defaultOrigin)); err != nil {
		return fmt.Errorf("read the public URL: %w", err)
	}
	index, err := h.indexKey(ctx)
	if err != nil {
		return fmt.Errorf("load keys: %w", err)
	}
	if err := h.db.Unlock(ctx, keys, log, len(dailyFiles(c.checkpoints)) > 0); err != nil {
		return err
	}
	h.accounts = account.New(h.db.Accounts(), account.Options{
		BlindIndexKey: index,
		Origin:        h.origin,
		Breached:      breached,
		Ended:         h.live.End,
		Notice:        func(id uuid.UUID, event wire.SecurityEvent) { h.live.Publish(wire.EventSecurity, event, id) },
		Changed:       h.chat.Announce,
		Renewed:       func(ids ...uuid.UUID) { h.live.Publish(wire.EventResync, nil, ids...) },
		Requested:     func(ids ...uuid.UUID) { h.live.Publish(wire.EventRequest, nil, ids...) },
	})
	h.support = support.New(h.db.Tickets(), support.Options{
		Address: account.Address, PlaceKey: index, Rate: ticketRate,
		Changed: func(id uuid.UUID, event wire.TicketEvent) { h.live.Publish(wire.EventTicket, event, id) },
	})
	h.outbox = outbox.New(h.db.Outbox(), outbox.Options{Chat: h.chat, Support: h.support, Log: log, Unlimited: c.messageLimit == "off"})
	return nil
}

// indexKey returns the key by which addresses are found. Where there are accounts
// it is not made anew: nobody could log in, and addresses could be taken twice.
func (h *house) indexKey(ctx context.Context) ([]byte, error) {
	_, err := h.db.Keys().FindWrappedKey(ctx, emailIndexKey)
	if errors.Is(err, keyring.ErrNotFound) {
		accounts, err := h.db.HasAccounts(ctx)
		if err != nil {
			return nil, err
		}
		if accounts {
			return nil, fmt.Errorf("the database has accounts but not the key %q by which they are found: put it back from a backup", emailIndexKey)
		}
	}
	return h.keys.Key(ctx, emailIndexKey)
}

func (h *house) close() error {
	h.chat.Close()
	if h.outbox != nil {
		h.outbox.Close()
	}
	h.live.Close()
	return h.db.Close()
}

// openStore opens the database and brings it up to date.
func openStore(ctx context.Context, c config) (*store.DB, error) {
	db, err := store.Open(ctx, c.databaseURL)
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// migrate brings the database up to date and does nothing else.
func (p program) migrate(ctx context.Context, args []string) error {
	var c config
	if err := p.parse(p.flags("migrate", "[flags]"), args, &c, storeSettings()...); err != nil {
		return err
	}
	h, err := openHouse(ctx, c, p.log())
	if err != nil {
		return err
	}
	return h.close()
}
