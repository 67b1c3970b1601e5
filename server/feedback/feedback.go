// Package feedback owns what readers say of the Help Center's articles: how many
// found one helpful, and words that some add.
//
// It must not know who says so: there are no accounts, addresses or times in it,
// only the day of a remark. How often someone may speak is for those who hear
// them first.
package feedback

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Errors that callers tell apart.
var (
	// ErrNotFound says that there is no such article.
	ErrNotFound = errors.New("article not found")
	// ErrInvalid says that a remark is empty, too long or no text.
	ErrInvalid = errors.New("remark not valid")
	// ErrUnavailable says that the store does not answer just now.
	ErrUnavailable = errors.New("feedback unavailable")
	// ErrStorageFull says that the store has no room.
	ErrStorageFull = errors.New("feedback storage full")
)

// Tally is how many readers found an article helpful, and how many did not.
type Tally struct {
	Article     string
	Helpful     int64
	LessHelpful int64
}

// Remark is what a reader said about an article.
type Remark struct {
	ID      uuid.UUID
	Article string
	Helpful bool
	Text    message.Text
	Day     time.Time // midnight UTC of the day it was said
}

// MaxRemarks is how many remarks are kept: of more the oldest go.
const MaxRemarks = 10_000

// Store keeps feedback. Its errors are those of this package.
type Store interface {
	// CountRating adds one to the tally of an article.
	CountRating(ctx context.Context, article string, helpful bool) error
	// CreateRemark keeps a remark, and of all the newest most ones.
	CreateRemark(ctx context.Context, r Remark, most int) error
	ListTallies(ctx context.Context) ([]Tally, error)  // by article
	ListRemarks(ctx context.Context) ([]Remark, error) // the newest first
}

// Service takes in feedback. Its methods may be called at the same time.
type Service struct {
	store Store
	known func(article string) bool
	now   func() time.Time
}

// New makes a service for the articles that known knows.
func New(s Store, known func(article string) bool, now func() time.Time) *Service {
	return &Service{store: s, known: known, now: now}
}

// Rate counts that a reader found an article helpful or not. The error is
// ErrNotFound for an article that is not there.
func (s *Service) Rate(ctx context.Context, article string, helpful bool) error {
	if !s.known(article) {
		return ErrNotFound
	}
	if err := s.store.CountRating(ctx, article, helpful); err != nil {
		return fmt.Errorf("count rating: %w", err)
	}
	return nil
}

// Remark keeps what a reader says about an article. The error is ErrNotFound for
// an article that is not there, and ErrInvalid for a text that is empty, longer
// than wire.MaxRemark characters, or none.
func (s *Service) Remark(ctx context.Context, article string, helpful bool, text message.Text) error {
	if !s.known(article) {
		return ErrNotFound
	}
	if len(message.Draft{Body: text}.Validate()) > 0 || message.Length(text) > wire.MaxRemark {
		return ErrInvalid
	}
	r := Remark{
		ID: uuid.New(), Article: article, Helpful: helpful, Text: message.Normalize(text),
		Day: s.now().UTC().Truncate(24 * time.Hour),
	}
	if err := s.store.CreateRemark(ctx, r, MaxRemarks); err != nil {
		return fmt.Errorf("keep remark: %w", err)
	}
	return nil
}

// List returns everything: tallies by article, remarks the newest first.
func (s *Service) List(ctx context.Context) ([]Tally, []Remark, error) {
	tallies, err := s.store.ListTallies(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("list tallies: %w", err)
	}
	remarks, err := s.store.ListRemarks(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("list remarks: %w", err)
	}
	return tallies, remarks, nil
}
