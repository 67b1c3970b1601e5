package feedback_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pleiades/server/feedback"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestFeedback(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := feedback.New(db.Feedback(), func(article string) bool { return article == "one" || article == "two" }, func() time.Time { return noon })
		for _, r := range []struct {
			article string
			helpful bool
		}{{"two", true}, {"one", true}, {"one", false}, {"one", true}} {
			if err := s.Rate(t.Context(), r.article, r.helpful); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Remark(t.Context(), "two", false, " <b>short</b> "); err != nil {
			t.Fatal(err)
		}
		tallies, remarks, err := s.List(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(tallies) != 2 || tallies[0] != (feedback.Tally{Article: "one", Helpful: 2, LessHelpful: 1}) || tallies[1] != (feedback.Tally{Article: "two", Helpful: 1}) {
			t.Errorf("tallies: %+v", tallies)
		}
		day := noon.Truncate(24 * time.Hour)
		if len(remarks) != 1 || remarks[0].Article != "two" || remarks[0].Helpful || remarks[0].Text != "<b>short</b>" || !remarks[0].Day.Equal(day) {
			t.Errorf("remarks: %d, on %v", len(remarks), remarks)
		}

		t.Run("what makes no sense is refused", func(t *testing.T) {
			if err := s.Rate(t.Context(), "none", true); !errors.Is(err, feedback.ErrNotFound) {
				t.Errorf("an unknown article: %v", err)
			}
			for _, text := range []message.Text{"", " \n", "a\x00b", message.Text(strings.Repeat("é", wire.MaxRemark+1))} {
				if err := s.Remark(t.Context(), "one", true, text); !errors.Is(err, feedback.ErrInvalid) {
					t.Errorf("%d bytes: %v", len(text), err)
				}
			}
		})

		t.Run("the newest remarks are kept", func(t *testing.T) {
			for i := range 5 {
				r := feedback.Remark{ID: [16]byte{byte(i + 1)}, Article: "one", Text: "later", Day: day.AddDate(0, 0, i+1)}
				if err := db.Feedback().CreateRemark(t.Context(), r, 3); err != nil {
					t.Fatal(err)
				}
			}
			_, remarks, err := s.List(t.Context())
			if err != nil || len(remarks) != 3 || !remarks[2].Day.Equal(day.AddDate(0, 0, 3)) {
				t.Errorf("%d remarks, %v", len(remarks), err)
			}
		})
	})
}
