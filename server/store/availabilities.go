package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/chat"
	"pleiades/shared/wire"
)

type availabilityRow struct {
	bun.BaseModel `bun:"table:availabilities,alias:v"`

	PracticeID  uuid.UUID `bun:",pk"`
	TherapistID uuid.UUID `bun:",pk"`
	termsRow
}

// termsRow is what a therapist has set; zero where the table holds nothing.
type termsRow struct {
	Version   int64
	Agreement int64
	Settings  []byte
}

// placeOfTerms is where a version of a therapist's terms lies, or of their
// agreement.
func placeOfTerms(practice, therapist uuid.UUID, version int64) place {
	return place{practice: practice, row: therapist, person: therapist, seq: version}
}

// workplaceRow is a therapist's membership with what they have set there.
type workplaceRow struct {
	bun.BaseModel `bun:"table:memberships,alias:m"`

	PracticeID uuid.UUID
	AccountID  uuid.UUID

	// From the tables beside it.
	PracticeName []byte `bun:",scanonly"`
	PracticeDemo bool   `bun:",scanonly"`
	SuspendedAt  int64  `bun:",scanonly"`
	termsRow
}

func (o opener) workplace(ctx context.Context, r workplaceRow) (chat.Workplace, error) {
	name, err := o.word(ctx, practiceName, placeOfPractice(r.PracticeID), r.PracticeName)
	if err != nil {
		return chat.Workplace{}, err
	}
	settings, err := o.data(ctx, availabilityTerms, placeOfTerms(r.PracticeID, r.AccountID, r.Version), r.Settings)
	return chat.Workplace{
		Practice:  wire.Practice{ID: r.PracticeID, Name: name, Demo: r.PracticeDemo, Suspended: r.SuspendedAt != 0},
		Therapist: r.AccountID,
		Terms:     chat.Terms{Version: r.Version, Agreement: r.Agreement, Settings: settings},
	}, err
}

type agreementRow struct {
	bun.BaseModel `bun:"table:agreements,alias:g"`

	PracticeID  uuid.UUID `bun:",pk"`
	TherapistID uuid.UUID `bun:",pk"`
	Version     int64     `bun:",pk"`
	Content     []byte
	CreatedAt   int64
}

type acknowledgementRow struct {
	bun.BaseModel `bun:"table:agreement_acknowledgements,alias:k"`

	PracticeID     uuid.UUID `bun:",pk"`
	ConversationID uuid.UUID `bun:",pk"`
	Version        int64     `bun:",pk"`
	TextVersion    int       `bun:",pk"`
	AcknowledgedAt int64
}

func (s conversations) ListWorkplaces(ctx context.Context, account uuid.UUID) ([]chat.Workplace, error) {
	var rows []workplaceRow
	err := selectWorkplaces(s.db.read, &rows, account).Order("m.created_at", "m.practice_id").Scan(ctx)
	if err != nil {
		return nil, chatError(ctx, fmt.Errorf("select workplaces: %w", err))
	}
	list, err := openAll(ctx, rows, s.db.opener.workplace)
	return list, chatError(ctx, err)
}

func (t conversationsTx) LockWorkplace(ctx context.Context, practice, therapist uuid.UUID) (chat.Workplace, error) {
	if t.locking {
		// Before the row is read: what others changed while this waited counts.
		err := t.tx.NewSelect().Model((*membershipRow)(nil)).Column("practice_id").
			Where("m.practice_id = ? AND m.account_id = ? AND m.role = ?", practice, therapist, wire.RoleTherapist).
			For("UPDATE").
			Scan(ctx, new(uuid.UUID))
		if err != nil {
			return chat.Workplace{}, fmt.Errorf("lock workplace: %w", err)
		}
	}
	var row workplaceRow
	if err := selectWorkplaces(t.tx, &row, therapist).Where("m.practice_id = ?", practice).Scan(ctx); err != nil {
		return chat.Workplace{}, fmt.Errorf("select workplace: %w", err)
	}
	return t.workplace(ctx, row)
}

func (t conversationsTx) UpdateTerms(ctx context.Context, w chat.Workplace) error {
	_, err := hold[availabilityRow](ctx, t.journal, where("practice_id = ? AND therapist_id = ?", w.Practice.ID, w.Therapist))
	if err != nil {
		return err
	}
	settings, err := t.seal(ctx, availabilityTerms, placeOfTerms(w.Practice.ID, w.Therapist, w.Terms.Version), w.Terms.Settings)
	if err != nil {
		return err
	}
	row := availabilityRow{
		PracticeID:  w.Practice.ID,
		TherapistID: w.Therapist,
		termsRow:    termsRow{Version: w.Terms.Version, Agreement: w.Terms.Agreement, Settings: settings},
	}
	_, err = t.tx.NewInsert().Model(&row).
		On("CONFLICT (practice_id, therapist_id) DO UPDATE").
		Set("version = EXCLUDED.version").
		Set("agreement = EXCLUDED.agreement").
		Set("settings = EXCLUDED.settings").
		Exec(ctx)
	if err != nil {
		return fmt.Errorf("upsert availability: %w", err)
	}
	saved(t.journal, row)
	return nil
}

func (t conversationsTx) ListConversationsAt(ctx context.Context, w chat.Workplace) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := t.tx.NewSelect().Model((*stateRow)(nil)).Column("id").
		Where("practice_id = ? AND therapist_id = ?", w.Practice.ID, w.Therapist).
		Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("select conversations: %w", err)
	}
	return ids, nil
}

func (t conversationsTx) CreateAgreement(ctx context.Context, w chat.Workplace, a chat.Agreement) error {
	content, err := t.seal(ctx, agreementContent, placeOfTerms(w.Practice.ID, w.Therapist, a.Version), a.Content)
	if err != nil {
		return err
	}
	row := agreementRow{
		PracticeID:  w.Practice.ID,
		TherapistID: w.Therapist,
		Version:     a.Version,
		Content:     content,
		CreatedAt:   a.CreatedAt.UnixMicro(),
	}
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert agreement: %w", err)
	}
	inserted(t.journal, row)
	return nil
}

func (t conversationsTx) CreateAcknowledgement(ctx context.Context, c chat.Conversation, a chat.Acknowledgement) (bool, error) {
	row := acknowledgementRow{
		PracticeID:     c.Practice,
		ConversationID: c.ID,
		Version:        a.Version,
		TextVersion:    a.TextVersion,
		AcknowledgedAt: a.At.UnixMicro(),
	}
	result, err := t.tx.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("insert acknowledgement: %w", err)
	}
	return created(t.journal, row, result)
}

// selectWorkplaces selects into dest, one or more workplaceRows, the practices
// in which the account is a therapist.
func selectWorkplaces(db bun.IDB, dest any, account uuid.UUID) *bun.SelectQuery {
	return joinTerms(db.NewSelect().Model(dest).
		ColumnExpr("m.practice_id, m.account_id").
		ColumnExpr("p.name AS practice_name, p.demo AS practice_demo, p.suspended_at").
		Join("JOIN practices AS p ON p.id = m.practice_id").
		Where("m.account_id = ? AND m.role = ?", account, wire.RoleTherapist), "m.practice_id = v.practice_id AND m.account_id = v.therapist_id")
}

// joinTerms adds the columns of a termsRow to a query.
func joinTerms(q *bun.SelectQuery, on string) *bun.SelectQuery {
	return q.
		ColumnExpr("COALESCE(v.version, 0) AS version").
		ColumnExpr("COALESCE(v.agreement, 0) AS agreement").
		ColumnExpr("v.settings").
		Join("LEFT JOIN availabilities AS v").
		JoinOn(on)
}
