package syncer

import (
	"context"

	"pleiades/shared/help"
	"pleiades/shared/wire"
)

// Library returns the articles of the Help Center.
func (s *Syncer) Library(ctx context.Context) (*help.Library, error) { return s.remote.Library(ctx) }

// Vectors returns which words are used alike.
func (s *Syncer) Vectors(ctx context.Context) (*help.Vectors, error) { return s.remote.Vectors(ctx) }

// RateArticle says whether an article was helpful.
func (s *Syncer) RateArticle(ctx context.Context, r wire.ArticleRating) error {
	return s.remote.RateArticle(ctx, r)
}

// RemarkOnArticle says something about an article.
func (s *Syncer) RemarkOnArticle(ctx context.Context, r wire.ArticleRemark) error {
	return s.remote.RemarkOnArticle(ctx, r)
}
