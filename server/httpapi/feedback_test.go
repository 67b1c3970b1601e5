package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"pleiades/server/httpapi"
	"pleiades/server/limit"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

func TestFeedback(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), func(o *httpapi.Options) {
		o.Limits.Feedback = limit.Rate{Burst: 6, Every: time.Minute}
	})
	reader := s.newcomer(t)
	rating := wire.ArticleRating{Article: "lost-device", Helpful: true}
	remark := wire.ArticleRemark{Article: "lost-device", Text: "<script>alert(1)</script>"}
	reader.must(http.StatusNoContent, "POST", "/help/ratings", rating, nil)
	reader.must(http.StatusNoContent, "POST", "/help/remarks", remark, nil)

	rating.Article = "no-such-article"
	refused := func(status int, code wire.Code, path string, body any) {
		t.Helper()
		var problem wire.Problem
		reader.must(status, "POST", path, body, &problem)
		if problem.Code != code {
			t.Errorf("%s: %s, want %s", path, problem.Code, code)
		}
	}
	refused(http.StatusNotFound, wire.CodeNotFound, "/help/ratings", rating)
	for _, text := range []string{"", strings.Repeat("a", wire.MaxRemark+1)} {
		remark.Text = message.Text(text)
		refused(http.StatusUnprocessableEntity, wire.CodeInvalidMessage, "/help/remarks", remark)
	}
	reader.must(http.StatusNoContent, "POST", "/help/ratings", wire.ArticleRating{Article: "lost-device"}, nil)
	refused(http.StatusTooManyRequests, wire.CodeTooManyRequests, "/help/ratings", rating)
}
