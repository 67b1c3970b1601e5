package account

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"pleiades/server/audit"
	"pleiades/server/bearer"
	"pleiades/server/permit"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

const (
	// MaxOpenApplications is how many applications may wait for an answer: more
	// are not taken until some are answered.
	MaxOpenApplications = 1000
	// MaxOpenFromPlace is how many of them may come from one place.
	MaxOpenFromPlace = 20
	// ApplicationLimit is how long one waits that nobody answers: then it is
	// deleted, and its place is free.
	ApplicationLimit = 90 * 24 * time.Hour
	// AnswerLimit is how long the link to the answer of an application works.
	AnswerLimit = 30 * 24 * time.Hour
	// ApplicationPage is how many applications a page holds.
	ApplicationPage = 50

	fullPause = time.Hour // before another application is tried when too many wait
)

// Application is what a therapist told the operator to be let in, and what
// became of it.
type Application struct {
	wire.Application
	Status   wire.ApplicationStatus
	Reason   wire.DeclineReason // of a declined one
	Words    message.Text       // the operator's own, about a declined one
	Practice uuid.UUID          // that an approved one made
	Waits    bool               // approved, and the practice has no member yet
	// Place is a keyed hash of where an open one came from; only CreateApplication
	// knows it.
	Place []byte
	// Unreadable says that what is stored of what it says cannot be read, so that
	// nobody can decide about it.
	Unreadable bool
	CreatedAt  time.Time
	DecidedAt  time.Time
	// TokenHash is that of the link to the answer, which works until ToldUntil;
	// nil unless it is declined.
	TokenHash []byte
	ToldUntil time.Time
}

// Apply keeps an application for the operator, and says so by a mail; place is
// the part of the network it comes from. The same again changes nothing. The errors are
// *InvalidApplicationError, ErrIDConflict where its id was taken by one that says
// something else, and, while too many wait, of all or of the place's,
// *TooManyError.
func (s *Service) Apply(ctx context.Context, in wire.Application, place string) error {
	in, err := checkApplication(in)
	if err != nil {
		return err
	}
	now := s.now()
	err = s.store.Update(ctx, func(tx Tx) error {
		a := Application{Application: in, Status: wire.ApplicationOpen, CreatedAt: now, Place: s.placeIndex(nil, place)}
		created, err := tx.CreateApplication(ctx, a)
		if err != nil {
			return err
		}
		if !created {
			return sameApplication(ctx, tx, in)
		}
		all, there, err := tx.CountOpenApplications(ctx, a.Place)
		if err != nil {
			return err
		}
		if all > MaxOpenApplications || there > MaxOpenFromPlace {
			return &TooManyError{RetryAfter: fullPause}
		}
		room, err := countMail(ctx, tx, "apply/"+hex.EncodeToString(s.emailIndex(in.Email)), now)
		if err != nil {
			return err
		}
		if room {
			if err := s.mail(ctx, tx, in.Email, MailApplication, ""); err != nil {
				return err
			}
		}
		return recordAt(ctx, tx, uuid.Nil, s.eventOf(audit.ApplicationCreate, uuid.Nil, in.ID))
	})
	if err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	return nil
}

// sameApplication returns ErrIDConflict unless the application is stored as it is
// handed over again.
func sameApplication(ctx context.Context, tx Tx, in wire.Application) error {
	stored, err := tx.LockApplication(ctx, in.ID)
	if err == nil && stored.Application != in {
		err = ErrIDConflict
	}
	return err
}

// FindAnswer finds what became of an application, by the token of the link in
// the mail. The error is ErrInvalidAnswerLink for one that is unknown or
// expired.
func (s *Service) FindAnswer(ctx context.Context, token string) (wire.ApplicationAnswer, error) {
	hash, ok := bearer.Hash(token)
	if !ok {
		return wire.ApplicationAnswer{}, ErrInvalidAnswerLink
	}
	found, err := s.store.FindApplicationByToken(ctx, hash)
	if errors.Is(err, ErrNotFound) || err == nil && !s.now().Before(found.ToldUntil) {
		return wire.ApplicationAnswer{}, ErrInvalidAnswerLink
	}
	if err != nil {
		return wire.ApplicationAnswer{}, fmt.Errorf("find answer: %w", err)
	}
	return wire.ApplicationAnswer{Status: found.Status, Reason: found.Reason, Words: found.Words}, nil
}

// ListApplications lists applications for an operator, the newest first, a page
// at most: those with a status, and below a moment unless it is zero. Looking is
// recorded, once within audit.Window. Everyone else gets ErrNotFound.
func (s *Service) ListApplications(ctx context.Context, actor Actor, status wire.ApplicationStatus, below time.Time) (wire.Applications, error) {
	if err := s.canReview(ctx, actor, permit.ReviewApplications); err != nil {
		return wire.Applications{}, fmt.Errorf("list applications: %w", err)
	}
	doing := audit.Doing{Kind: audit.ApplicationRead, Actor: actor.Account}
	event := s.eventOf(audit.ApplicationRead, actor.Account, uuid.Nil)
	if !s.recent.Seen(doing, event.At) {
		if err := s.store.Update(ctx, func(tx Tx) error { return recordAt(ctx, tx, uuid.Nil, event) }); err != nil {
			return wire.Applications{}, fmt.Errorf("list applications: %w", err)
		}
		s.recent.Note(doing, event.At)
	}
	found, err := s.store.ListApplications(ctx, status, below, ApplicationPage+1)
	if err != nil {
		return wire.Applications{}, fmt.Errorf("list applications: %w", err)
	}
	page := wire.Applications{Applications: []wire.ReviewedApplication{}, More: len(found) > ApplicationPage}
	for _, a := range found[:min(len(found), ApplicationPage)] {
		page.Applications = append(page.Applications, a.reviewed())
	}
	return page, nil
}

// reviewed returns the application as an operator sees it.
func (a Application) reviewed() wire.ReviewedApplication {
	return wire.ReviewedApplication{
		Application:       a.Application,
		ApplicationAnswer: wire.ApplicationAnswer{Status: a.Status, Reason: a.Reason, Words: a.Words},
		CreatedAt:         a.CreatedAt,
		DecidedAt:         a.DecidedAt,
		Waits:             a.Waits,
	}
}

func (s *Service) canReview(ctx context.Context, actor Actor, action permit.Action) error {
	if err := permit.Can(s.permitted(actor), action, permit.Object{}); err != nil {
		return s.refuse(ctx, actor, uuid.Nil, err)
	}
	return nil
}

// checkApplication normalizes an application and checks all of it.
func checkApplication(a wire.Application) (wire.Application, error) {
	var fields []string
	if a.ID == uuid.Nil {
		fields = append(fields, "id")
	}
	a.Email = message.Text(norm.NFC.String(strings.TrimSpace(string(a.Email))))
	if !validEmail(a.Email) {
		fields = append(fields, "email")
	}
	for _, field := range []struct {
		name     string
		text     *message.Text
		most     int
		optional bool
	}{
		{"name", &a.Name, MaxName, false},
		{"practice", &a.Practice, MaxName, false},
		{"country", &a.Country, wire.MaxApplicationField, false},
		{"profession", &a.Profession, wire.MaxApplicationField, false},
		{"licence", &a.Licence, wire.MaxApplicationField, false},
		{"issuer", &a.Issuer, wire.MaxApplicationField, false},
		{"website", &a.Website, wire.MaxApplicationField, true},
	} {
		*field.text = message.Normalize(*field.text)
		empty := !strings.ContainsFunc(string(*field.text), visible)
		if empty && field.optional {
			*field.text = ""
			continue
		}
		if empty || utf8.RuneCountInString(string(*field.text)) > field.most || !oneLine(*field.text) {
			fields = append(fields, field.name)
		}
	}
	if a.Website != "" && !webAddress(a.Website) {
		fields = append(fields, "website")
	}
	if a.Message = message.Normalize(a.Message); !freeText(a.Message, wire.MaxApplicationMessage) {
		fields = append(fields, "message")
	}
	if fields != nil {
		return wire.Application{}, &InvalidApplicationError{Fields: fields}
	}
	return a, nil
}

// freeText reports whether a normalized text is empty, or could be a message of
// at most so many characters.
func freeText(text message.Text, most int) bool {
	return text == "" || utf8.RuneCountInString(string(text)) <= most && len(message.Draft{Body: text}.Validate()) == 0
}

// webAddress reports whether a text is the address of a website.
func webAddress(text message.Text) bool {
	u, err := url.Parse(string(text))
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}
