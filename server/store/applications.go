package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
	"pleiades/shared/wire"
)

// applicationRow is an application, what it says as JSON in one sealed value.
type applicationRow struct {
	bun.BaseModel `bun:"table:applications,alias:q"`

	ID        uuid.UUID `bun:",pk"`
	Status    wire.ApplicationStatus
	Details   []byte
	Reason    wire.DeclineReason
	Words     []byte
	TokenHash []byte
	ToldUntil int64
	FoundedID *uuid.UUID // the practice it made
	CreatedAt int64
	DecidedAt int64
	Place     []byte // nil once it is decided

	// Waits says that the practice it made has no member yet.
	Waits bool `bun:",scanonly"`
}

func (r applicationRow) place() place { return place{row: r.ID} }

// waits is the column of that name of an application q.
const waits = `(q.founded_id IS NOT NULL AND NOT EXISTS
	(SELECT 1 FROM memberships AS m WHERE m.practice_id = q.founded_id)) AS waits`

func (o opener) application(ctx context.Context, r applicationRow) (account.Application, error) {
	details, err := o.open(ctx, applicationDetails, r.place(), r.Details)
	if err != nil && !lost(err) {
		return account.Application{}, err
	}
	a := account.Application{
		Status:    r.Status,
		Reason:    r.Reason,
		Practice:  given(r.FoundedID),
		Waits:     r.Waits,
		CreatedAt: instant(r.CreatedAt),
		TokenHash: r.TokenHash,
		ToldUntil: instant(r.ToldUntil),
	}
	if r.DecidedAt > 0 {
		a.DecidedAt = instant(r.DecidedAt)
	}
	if err != nil || json.Unmarshal(details, &a.Application) != nil {
		a.Name, a.Unreadable = unreadableWord, true
	}
	a.ID = r.ID
	a.Words, err = o.word(ctx, applicationWords, r.place(), r.Words)
	return a, err
}

// sealDecision returns the row of an application without what it says.
func (s sealer) sealDecision(ctx context.Context, a account.Application) (row applicationRow, err error) {
	row = applicationRow{
		ID:        a.ID,
		Status:    a.Status,
		Reason:    a.Reason,
		TokenHash: a.TokenHash,
		ToldUntil: a.ToldUntil.UnixMicro(),
		FoundedID: orNull(a.Practice),
		CreatedAt: a.CreatedAt.UnixMicro(),
	}
	if !a.DecidedAt.IsZero() {
		row.DecidedAt = a.DecidedAt.UnixMicro()
	}
	if a.Words != "" {
		row.Words, err = s.seal(ctx, applicationWords, row.place(), []byte(a.Words))
	}
	return row, err
}

func (s accounts) FindApplicationByToken(ctx context.Context, tokenHash []byte) (account.Application, error) {
	var row applicationRow
	if err := s.db.read.NewSelect().Model(&row).Where("token_hash = ?", tokenHash).Scan(ctx); err != nil {
		return account.Application{}, accountError(ctx, fmt.Errorf("select application: %w", err))
	}
	a, err := s.db.opener.application(ctx, row)
	return a, accountError(ctx, err)
}

func (s accounts) ListApplications(ctx context.Context, status wire.ApplicationStatus, below time.Time, limit int) ([]account.Application, error) {
	var rows []applicationRow
	q := s.db.read.NewSelect().Model(&rows).ColumnExpr("q.*").ColumnExpr(waits).
		Where("q.status = ?", status).Order("q.created_at DESC", "q.id").Limit(limit)
	if !below.IsZero() {
		q = q.Where("q.created_at < ?", below.UnixMicro())
	}
	if err := q.Scan(ctx); err != nil {
		return nil, accountError(ctx, fmt.Errorf("select applications: %w", err))
	}
	list, err := openAll(ctx, rows, s.db.opener.application)
	return list, accountError(ctx, err)
}

func (t accountsTx) CountOpenApplications(ctx context.Context, place []byte) (all, there int, err error) {
	err = t.tx.NewSelect().Model((*applicationRow)(nil)).
		ColumnExpr("COUNT(*), COALESCE(SUM(CASE WHEN place = ? THEN 1 ELSE 0 END), 0)", place).
		Where("status = ?", wire.ApplicationOpen).
		Scan(ctx, &all, &there)
	if err != nil {
		return 0, 0, fmt.Errorf("count applications: %w", err)
	}
	return all, there, nil
}

func (t accountsTx) DeleteOpenApplications(ctx context.Context, before time.Time) ([]uuid.UUID, error) {
	var rows []applicationRow
	err := t.tx.NewDelete().Model((*applicationRow)(nil)).
		Where("status = ? AND created_at < ?", wire.ApplicationOpen, before.UnixMicro()).
		Returning("*").
		Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("delete applications: %w", err)
	}
	deleted(t.journal, rows...)
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	return ids, nil
}

func (t accountsTx) CreateApplication(ctx context.Context, a account.Application) (bool, error) {
	row, err := t.sealDecision(ctx, a)
	if err != nil {
		return false, err
	}
	details, err := json.Marshal(a.Application)
	if err != nil {
		return false, fmt.Errorf("encode application: %w", err)
	}
	if row.Details, err = t.seal(ctx, applicationDetails, row.place(), details); err != nil {
		return false, err
	}
	row.Place = a.Place
	result, err := t.tx.NewInsert().Model(&row).On("CONFLICT (id) DO NOTHING").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("insert application: %w", err)
	}
	return created(t.journal, row, result)
}

func (t accountsTx) LockApplication(ctx context.Context, id uuid.UUID) (account.Application, error) {
	var row applicationRow
	q := t.tx.NewSelect().Model(&row).ColumnExpr("q.*").ColumnExpr(waits).Where("q.id = ?", id)
	if t.locking {
		q = q.For("UPDATE OF q")
	}
	if err := q.Scan(ctx); err != nil {
		return account.Application{}, accountError(ctx, fmt.Errorf("select application: %w", err))
	}
	return t.application(ctx, row)
}

func (t accountsTx) UpdateApplication(ctx context.Context, a account.Application) error {
	row, err := t.sealDecision(ctx, a)
	if err != nil {
		return err
	}
	stored, err := holdOne[applicationRow](ctx, t.journal, where("id = ?", a.ID))
	if err != nil {
		return err
	}
	row.Details = stored.Details
	_, err = t.tx.NewUpdate().Model(&row).
		Column("status", "reason", "words", "token_hash", "told_until", "founded_id", "decided_at", "place").
		WherePK().
		Exec(ctx)
	if err != nil {
		return fmt.Errorf("update application: %w", err)
	}
	updated(t.journal, row)
	return nil
}
