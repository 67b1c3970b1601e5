package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"pleiades/server/account"
	"pleiades/server/audit"
	"pleiades/server/bearer"
	"pleiades/server/bench/floor"
	"pleiades/server/calendar"
	"pleiades/server/chat"
	"pleiades/server/keyring"
	"pleiades/server/permit"
	"pleiades/server/store"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// seedPart is how many pairs one transaction creates at most.
const seedPart = 100

// pair is a conversation: who writes in it, a client, and who reads it, their
// therapist.
type pair struct {
	conversation   uuid.UUID
	writer, reader floor.Person
	device         uuid.UUID // of the writer
}

// seeder fills a database of the product.
type seeder struct {
	db       *store.DB
	chat     *chat.Service
	practice uuid.UUID
	now      time.Time
}

// openSeeder opens a database that the product has made, and makes a practice in
// it.
func openSeeder(ctx context.Context, url, keyFile string) (*seeder, error) {
	db, err := store.Open(ctx, url)
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.DiscardHandler)
	keys, err := keyring.Open(ctx, keyFile, db.Keys(), keyring.Options{Log: log})
	if err == nil {
		err = db.Unlock(ctx, keys, log, false)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s := &seeder{
		db: db, practice: uuid.New(), now: time.Now().UTC(),
		chat: chat.New(db.Conversations(), nobody{}, chat.Options{Zone: calendar.Zone, Outlook: calendar.Outlook}),
	}
	err = db.Accounts().Update(ctx, func(tx account.Tx) error {
		if err := tx.CreatePractice(ctx, account.Practice{ID: s.practice, Name: "Measured", CreatedAt: s.now}); err != nil {
			return err
		}
		event := s.event(audit.PracticeCreate, s.practice)
		above := event
		above.Practice = uuid.Nil
		return tx.Record(ctx, above, event)
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("create practice: %w", err), s.close())
	}
	return s, nil
}

func (s *seeder) close() error {
	s.chat.Close()
	return s.db.Close()
}

// nobody is told of what is seeded.
type nobody struct{}

func (nobody) Publish(wire.EventType, any, ...uuid.UUID) {}

func (s *seeder) event(kind audit.Kind, object uuid.UUID) audit.Event {
	return audit.Event{Kind: kind, Practice: s.practice, Object: object, At: s.now, Outcome: audit.Done}
}

// pairs creates n conversations, each with a client and a therapist of its own
// who are logged in.
func (s *seeder) pairs(ctx context.Context, n int) ([]pair, error) {
	list := make([]pair, n)
	for part := range slices.Chunk(list, seedPart) {
		err := s.db.Accounts().Update(ctx, func(tx account.Tx) error {
			for i := range part {
				if err := s.pair(ctx, tx, &part[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("create people: %w", err)
		}
	}
	return list, nil
}

func (s *seeder) pair(ctx context.Context, tx account.Tx, p *pair) (err error) {
	if p.writer, p.device, err = s.person(ctx, tx, wire.RoleClient); err != nil {
		return err
	}
	if p.reader, _, err = s.person(ctx, tx, wire.RoleTherapist); err != nil {
		return err
	}
	p.conversation = uuid.New()
	p.writer.Conversation, p.reader.Conversation = p.conversation, p.conversation
	p.writer.Peer, p.reader.Peer = p.reader.Account, p.writer.Account
	if err := tx.CreateConversation(ctx, p.conversation, s.practice, p.writer.Account, p.reader.Account, s.now); err != nil {
		return err
	}
	return tx.Record(ctx, s.event(audit.ConversationCreate, p.conversation))
}

// person creates someone who is logged in on a device for longer than anyone
// measures.
func (s *seeder) person(ctx context.Context, tx account.Tx, role wire.Role) (p floor.Person, device uuid.UUID, err error) {
	p.Account, device = uuid.New(), uuid.New()
	person := account.Account{ID: p.Account, Name: "Someone", Email: message.Text(p.Account.String() + "@example.test"), CreatedAt: s.now}
	if _, err := tx.CreateAccount(ctx, person, account.Credentials{Account: p.Account, EmailIndex: p.Account[:]}); err != nil {
		return p, device, err
	}
	if _, err := tx.CreateMembership(ctx, s.practice, p.Account, role, s.now); err != nil {
		return p, device, err
	}
	browser := account.Device{ID: device, Account: p.Account, Name: "Measured", UserAgent: "bench", CreatedAt: s.now, LastUsedAt: s.now}
	if err := tx.CreateDevice(ctx, browser, device[:]); err != nil {
		return p, device, err
	}
	token, hash, err := bearer.New(rand.Reader)
	if err != nil {
		return p, device, err
	}
	p.Token = token
	end := s.now.Add(account.LoginLimit)
	login := account.LoginSession{
		ID: uuid.New(), Account: p.Account, Device: device, Stage: permit.StageFull, UserAgent: "bench",
		CreatedAt: s.now, LastActAt: end, ExpiresAt: end, ProvedAt: s.now,
	}
	if err := tx.CreateLogin(ctx, login, hash); err != nil {
		return p, device, err
	}
	return p, device, tx.Record(ctx, s.event(audit.AccountCreate, p.Account), s.event(audit.DeviceCreate, device))
}

// fill sends n messages in each conversation.
func (s *seeder) fill(ctx context.Context, pairs []pair, n int) error {
	const part = 50 // messages of a person at once
	const senders = 16
	work := make(chan pair)
	errs := make(chan error, senders)
	var group sync.WaitGroup
	for range senders {
		group.Go(func() {
			for p := range work {
				for left := n; left > 0; left -= part {
					if err := s.fillPart(ctx, p, min(left, part)); err != nil {
						errs <- err
						for range work { // let the others be handed out
						}
						return
					}
				}
			}
		})
	}
	for _, p := range pairs {
		work <- p
	}
	close(work)
	group.Wait()
	close(errs)
	return <-errs
}

func (s *seeder) fillPart(ctx context.Context, p pair, n int) error {
	drafts := make([]message.Draft, n)
	for i := range drafts {
		drafts[i] = message.Draft{ID: uuid.New(), Body: message.Text(text), WrittenAt: s.now}
	}
	for _, sent := range s.chat.SendAll(ctx, chat.Actor{Account: p.writer.Account}, p.conversation, drafts) {
		if sent.Err != nil {
			return fmt.Errorf("send: %w", sent.Err)
		}
	}
	return nil
}
