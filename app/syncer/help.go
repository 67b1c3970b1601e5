package syncer

import (
	"context"
	"errors"
	"time"

	"pleiades/shared/help"
	"pleiades/shared/wire"
)

// Library returns the articles of the Help Center.
func (s *Syncer) Library(ctx context.Context) (*help.Library, error) { return s.remote.Library(ctx) }

// HelpIndex returns the index of the articles.
func (s *Syncer) HelpIndex(ctx context.Context, l *help.Library) (*help.Index, error) {
	return s.remote.HelpIndex(ctx, l)
}

// HelpWeights returns what TARS weighs questions by.
func (s *Syncer) HelpWeights(ctx context.Context) (*help.Weights, error) {
	return s.remote.HelpWeights(ctx)
}

// RateArticle says whether an article was helpful. Without a connection that waits
// on the device, and waits is true.
func (s *Syncer) RateArticle(ctx context.Context, r wire.ArticleRating) (waits bool, err error) {
	err = s.remote.RateArticle(ctx, r)
	if err == nil || isAnswer(err) {
		return false, err
	}
	if err := s.device.keepRating(ctx, r); err != nil {
		return false, err
	}
	wake(s.ratings)
	return true, nil
}

// rateLater hands over what readers said of articles, whenever asked to, and again
// after a while as long as something waits.
func (s *Syncer) rateLater(ctx context.Context) {
	var b backoff
	var retry <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.ratings:
		case <-retry:
		}
		retry = nil
		if err := s.sendRatings(ctx); err != nil {
			s.logf("hand over ratings: %v", err)
			retry = time.After(b.next())
		} else {
			b.reset()
		}
	}
}

// sendRatings hands over the ratings that wait, in one page at a time. One that
// the server will never take is dropped.
func (s *Syncer) sendRatings(ctx context.Context) error {
	release, err := s.page.Lock(ctx, "pleiades-ratings")
	if err != nil {
		return err
	}
	defer release()
	waiting, err := s.device.ratings(ctx)
	if err != nil {
		return err
	}
	for _, r := range waiting {
		err := s.remote.RateArticle(ctx, r)
		if err != nil && !isProblem(err, wire.CodeNotFound) && !isProblem(err, wire.CodeInvalidRequest) {
			return err
		}
		if err := s.device.dropRating(ctx, r.Article); err != nil {
			return err
		}
	}
	return nil
}

// RemarkOnArticle says something about an article.
func (s *Syncer) RemarkOnArticle(ctx context.Context, r wire.ArticleRemark) error {
	return s.remote.RemarkOnArticle(ctx, r)
}

// isAnswer reports whether an error is an answer of the server.
func isAnswer(err error) bool {
	var problem *wire.Problem
	return errors.As(err, &problem)
}
