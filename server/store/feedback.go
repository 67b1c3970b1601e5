package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/feedback"
)

var _ feedback.Store = feedbacks{}

type ratingRow struct {
	bun.BaseModel `bun:"table:article_ratings,alias:r"`

	Article     string `bun:",pk"`
	Helpful     int64
	LessHelpful int64
}

type remarkRow struct {
	bun.BaseModel `bun:"table:article_remarks,alias:m"`

	ID      uuid.UUID `bun:",pk"`
	Article string
	Helpful bool
	Body    []byte
	Day     int64
}

func (r remarkRow) place() place { return place{row: r.ID} }

// feedbacks is the store of package feedback.
type feedbacks struct{ db *DB }

// Feedback returns the store of package feedback.
func (db *DB) Feedback() feedback.Store { return feedbacks{db} }

func (s feedbacks) CountRating(ctx context.Context, article string, helpful bool) error {
	row := ratingRow{Article: article}
	if helpful {
		row.Helpful = 1
	} else {
		row.LessHelpful = 1
	}
	_, err := s.db.write.NewInsert().Model(&row).On("CONFLICT (article) DO UPDATE").
		Set("helpful = r.helpful + EXCLUDED.helpful").
		Set("less_helpful = r.less_helpful + EXCLUDED.less_helpful").
		Exec(ctx)
	if err != nil {
		return feedbackError(ctx, fmt.Errorf("upsert rating: %w", err))
	}
	return nil
}

func (s feedbacks) CreateRemark(ctx context.Context, r feedback.Remark, most int) error {
	return feedbackError(ctx, s.db.recorded(ctx, func(tx bun.Tx, _ *journal, seal sealer) error {
		row := remarkRow{ID: r.ID, Article: r.Article, Helpful: r.Helpful, Day: r.Day.UnixMicro()}
		var err error
		if row.Body, err = seal.seal(ctx, remarkBody, row.place(), []byte(r.Text)); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return fmt.Errorf("insert remark: %w", err)
		}
		old := tx.NewSelect().Model((*remarkRow)(nil)).Column("id").Order("day DESC", "id").Offset(most).Limit(most)
		_, err = tx.NewDelete().Model((*remarkRow)(nil)).Where("id IN (?)", old).Exec(ctx)
		if err != nil {
			return fmt.Errorf("delete old remarks: %w", err)
		}
		return nil
	}))
}

func (s feedbacks) ListTallies(ctx context.Context) ([]feedback.Tally, error) {
	var rows []ratingRow
	if err := s.db.read.NewSelect().Model(&rows).Order("article").Scan(ctx); err != nil {
		return nil, feedbackError(ctx, fmt.Errorf("select ratings: %w", err))
	}
	list := make([]feedback.Tally, len(rows))
	for i, r := range rows {
		list[i] = feedback.Tally{Article: r.Article, Helpful: r.Helpful, LessHelpful: r.LessHelpful}
	}
	return list, nil
}

func (s feedbacks) ListRemarks(ctx context.Context) ([]feedback.Remark, error) {
	var rows []remarkRow
	if err := s.db.read.NewSelect().Model(&rows).Order("day DESC", "id").Scan(ctx); err != nil {
		return nil, feedbackError(ctx, fmt.Errorf("select remarks: %w", err))
	}
	list := make([]feedback.Remark, len(rows))
	for i, r := range rows {
		text, err := s.db.opener.word(ctx, remarkBody, r.place(), r.Body)
		if err != nil {
			return nil, feedbackError(ctx, err)
		}
		list[i] = feedback.Remark{ID: r.ID, Article: r.Article, Helpful: r.Helpful, Text: text, Day: instant(r.Day)}
	}
	return list, nil
}
