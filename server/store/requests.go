package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
	"pleiades/shared/wire"
)

type requestRow struct {
	bun.BaseModel `bun:"table:care_requests,alias:q"`

	PracticeID     uuid.UUID `bun:",pk"`
	ID             uuid.UUID `bun:",pk"`
	ClientID       uuid.UUID
	TherapistID    uuid.UUID
	Note           []byte
	Status         wire.RequestStatus
	Answer         []byte
	ConversationID *uuid.UUID
	CreatedAt      int64
	DecidedAt      int64 // 0 while it waits

	// From the tables beside it.
	PracticeName  []byte `bun:",scanonly"`
	PracticeDemo  bool   `bun:",scanonly"`
	SuspendedAt   int64  `bun:",scanonly"`
	ClientName    []byte `bun:",scanonly"`
	TherapistName []byte `bun:",scanonly"`
}

func (r requestRow) placeOfNote() place {
	return place{practice: r.PracticeID, row: r.ID, person: r.ClientID}
}

func (r requestRow) placeOfAnswer() place {
	return place{practice: r.PracticeID, row: r.ID, person: r.TherapistID}
}

// request opens a request; names that were not selected stay empty.
func (o opener) request(ctx context.Context, r requestRow) (account.CareRequest, error) {
	request := account.CareRequest{
		ID: r.ID, Client: r.ClientID, Therapist: r.TherapistID, Status: r.Status,
		Conversation: given(r.ConversationID), CreatedAt: instant(r.CreatedAt),
	}
	if r.DecidedAt > 0 {
		request.DecidedAt = instant(r.DecidedAt)
	}
	var err error
	if request.Practice, err = o.practice(ctx, practiceRow{ID: r.PracticeID, Name: r.PracticeName, Demo: r.PracticeDemo, SuspendedAt: r.SuspendedAt}); err != nil {
		return account.CareRequest{}, err
	}
	if request.ClientName, err = o.word(ctx, accountName, placeOfAccount(r.ClientID), r.ClientName); err != nil {
		return account.CareRequest{}, err
	}
	if request.Name, err = o.word(ctx, accountName, placeOfAccount(r.TherapistID), r.TherapistName); err != nil {
		return account.CareRequest{}, err
	}
	if request.Note, err = o.word(ctx, requestNote, r.placeOfNote(), r.Note); err != nil {
		return account.CareRequest{}, err
	}
	request.Answer, err = o.word(ctx, requestAnswer, r.placeOfAnswer(), r.Answer)
	return request, err
}

func (s accounts) ListSentRequests(ctx context.Context, client uuid.UUID, limit int) ([]account.CareRequest, error) {
	return s.listRequests(ctx, limit, "DESC", "q.client_id = ?", client)
}

func (s accounts) ListReceivedRequests(ctx context.Context, therapist uuid.UUID, limit int) ([]account.CareRequest, error) {
	return s.listRequests(ctx, limit, "ASC", `q.therapist_id = ? AND q.status = ? AND EXISTS (SELECT 1 FROM memberships AS m
		WHERE m.practice_id = q.practice_id AND m.account_id = q.therapist_id AND m.role = ?)`, therapist, wire.RequestWaiting, wire.RoleTherapist)
}

// listRequests lists the requests that fulfil a condition by their age: "ASC"
// begins with the oldest.
func (s accounts) listRequests(ctx context.Context, limit int, age, where string, args ...any) ([]account.CareRequest, error) {
	var rows []requestRow
	err := s.db.read.NewSelect().Model(&rows).
		ColumnExpr("q.*").
		ColumnExpr("p.name AS practice_name, p.demo AS practice_demo, p.suspended_at, c.name AS client_name, t.name AS therapist_name").
		Join("JOIN practices AS p ON p.id = q.practice_id").
		Join("JOIN accounts AS c ON c.id = q.client_id").
		Join("JOIN accounts AS t ON t.id = q.therapist_id").
		Where(where, args...).
		Order("q.created_at "+age, "q.id").
		Limit(limit).
		Scan(ctx)
	if err != nil {
		return nil, accountError(ctx, fmt.Errorf("select requests: %w", err))
	}
	list, err := openAll(ctx, rows, s.db.opener.request)
	return list, accountError(ctx, err)
}

func (t accountsTx) ListRequestsOf(ctx context.Context, client uuid.UUID) ([]account.CareRequest, error) {
	var rows []requestRow
	if err := t.tx.NewSelect().Model(&rows).Where("client_id = ?", client).Scan(ctx); err != nil {
		return nil, fmt.Errorf("select requests: %w", err)
	}
	return openAll(ctx, rows, t.request)
}

func (t accountsTx) CreateRequest(ctx context.Context, r account.CareRequest) error {
	row := requestRow{
		PracticeID: r.Practice.ID, ID: r.ID, ClientID: r.Client, TherapistID: r.Therapist,
		Status: r.Status, CreatedAt: r.CreatedAt.UnixMicro(),
	}
	var err error
	if row.Note, err = t.seal(ctx, requestNote, row.placeOfNote(), []byte(r.Note)); err != nil {
		return err
	}
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert request: %w", err)
	}
	inserted(t.journal, row)
	return nil
}

func (t accountsTx) LockRequest(ctx context.Context, id uuid.UUID) (account.CareRequest, error) {
	var row requestRow
	if err := t.forUpdate(t.tx.NewSelect().Model(&row).Where("id = ?", id)).Scan(ctx); err != nil {
		return account.CareRequest{}, accountError(ctx, fmt.Errorf("lock request: %w", err))
	}
	return t.request(ctx, row)
}

func (t accountsTx) UpdateRequest(ctx context.Context, r account.CareRequest) error {
	row, err := holdOne[requestRow](ctx, t.journal, where("practice_id = ? AND id = ?", r.Practice.ID, r.ID))
	if err != nil {
		return err
	}
	row.Status, row.ConversationID, row.DecidedAt = r.Status, orNull(r.Conversation), r.DecidedAt.UnixMicro()
	if r.Answer != "" {
		if row.Answer, err = t.seal(ctx, requestAnswer, row.placeOfAnswer(), []byte(r.Answer)); err != nil {
			return err
		}
	}
	_, err = t.tx.NewUpdate().Model(&row).Column("status", "answer", "conversation_id", "decided_at").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("update request: %w", err)
	}
	updated(t.journal, row)
	return nil
}

func (t accountsTx) DeleteRequest(ctx context.Context, id uuid.UUID) error {
	_, err := deleteWhere[requestRow](ctx, t, "id = ?", id)
	return err
}

func (t accountsTx) DeleteAnsweredRequests(ctx context.Context, before time.Time) ([]account.CareRequest, error) {
	var rows []requestRow
	err := t.tx.NewDelete().Model(&rows).Where("decided_at > 0 AND decided_at < ?", before.UnixMicro()).Returning("*").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("delete requests: %w", err)
	}
	deleted(t.journal, rows...)
	list := make([]account.CareRequest, len(rows))
	for i, r := range rows {
		list[i] = account.CareRequest{ID: r.ID, Practice: account.Practice{ID: r.PracticeID}}
	}
	return list, nil
}
