package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pleiades/shared/wire"
)

// registerFeedback adds the operations by which readers say what they think of
// the Help Center. They look at no cookie.
func (s *server) registerFeedback(api huma.API) {
	tags := []string{"Help Center"}
	register(s, api, huma.Operation{
		OperationID: "rate-article", Method: http.MethodPost, Path: "/api/v1/help/ratings", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary:     "Say whether an article was helpful",
		Description: "Needs no login. Answers are counted; nothing else is kept of them.",
	}, s.rateArticle)
	register(s, api, huma.Operation{
		OperationID: "remark-on-article", Method: http.MethodPost, Path: "/api/v1/help/remarks", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary:     "Say something about an article",
		Description: "Needs no login. Kept are the words and the day.",
	}, s.remarkOnArticle)
}

func (s *server) rateArticle(ctx context.Context, in *struct{ Body wire.ArticleRating }) (*empty, error) {
	if err := s.speaking(ctx); err != nil {
		return nil, err
	}
	return nil, s.Feedback.Rate(ctx, in.Body.Article, in.Body.Helpful)
}

func (s *server) remarkOnArticle(ctx context.Context, in *struct{ Body wire.ArticleRemark }) (*empty, error) {
	if err := s.speaking(ctx); err != nil {
		return nil, err
	}
	return nil, s.Feedback.Remark(ctx, in.Body.Article, in.Body.Helpful, in.Body.Text)
}

// speaking counts what anyone may say only so often from one address.
func (s *server) speaking(ctx context.Context) error {
	return take(s.limiters.feedback, callerPlace(exchangeOf(ctx).r))
}
