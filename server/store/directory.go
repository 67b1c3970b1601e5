package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
	"pleiades/shared/wire"
)

type listingRow struct {
	bun.BaseModel `bun:"table:listings,alias:l"`

	PracticeID  uuid.UUID `bun:",pk"`
	TherapistID uuid.UUID `bun:",pk"`
	Accepting   bool
	Words       []byte
}

func placeOfListing(practice, therapist uuid.UUID) place {
	return place{practice: practice, row: therapist, person: therapist}
}

// listedRow is a therapist's membership with what they show of themselves there.
type listedRow struct {
	bun.BaseModel `bun:"table:memberships,alias:m"`

	PracticeID uuid.UUID
	AccountID  uuid.UUID

	// From the tables beside it.
	PracticeName []byte `bun:",scanonly"`
	PracticeDemo bool   `bun:",scanonly"`
	SuspendedAt  int64  `bun:",scanonly"`
	AccountName  []byte `bun:",scanonly"`
	Listed       bool   `bun:",scanonly"`
	Accepting    bool   `bun:",scanonly"`
	Words        []byte `bun:",scanonly"`
	termsRow
}

func (o opener) listing(ctx context.Context, r listedRow) (account.Listing, error) {
	practice, err := o.practice(ctx, practiceRow{ID: r.PracticeID, Name: r.PracticeName, Demo: r.PracticeDemo, SuspendedAt: r.SuspendedAt})
	if err != nil {
		return account.Listing{}, err
	}
	name, err := o.word(ctx, accountName, placeOfAccount(r.AccountID), r.AccountName)
	if err != nil {
		return account.Listing{}, err
	}
	words, err := o.word(ctx, listingWords, placeOfListing(r.PracticeID, r.AccountID), r.Words)
	if err != nil {
		return account.Listing{}, err
	}
	settings, err := o.data(ctx, availabilityTerms, placeOfTerms(r.PracticeID, r.AccountID, r.Version), r.Settings)
	return account.Listing{
		Practice: practice, Therapist: r.AccountID, Name: name,
		Listed: r.Listed, Accepting: r.Accepting, Words: words, Settings: settings,
	}, err
}

// selectListings selects into dest therapists with what they show in the
// directory, which may be nothing.
func selectListings(db bun.IDB, dest any) *bun.SelectQuery {
	return joinTerms(db.NewSelect().Model(dest).
		ColumnExpr("m.practice_id, m.account_id").
		ColumnExpr("p.name AS practice_name, p.demo AS practice_demo, p.suspended_at, a.name AS account_name").
		ColumnExpr("l.therapist_id IS NOT NULL AS listed, COALESCE(l.accepting, FALSE) AS accepting, l.words").
		Join("JOIN practices AS p ON p.id = m.practice_id").
		Join("JOIN accounts AS a ON a.id = m.account_id").
		Join("LEFT JOIN listings AS l ON l.practice_id = m.practice_id AND l.therapist_id = m.account_id").
		Where("m.role = ? AND NOT a.disabled", wire.RoleTherapist), "m.practice_id = v.practice_id AND m.account_id = v.therapist_id")
}

// ofAvailable selects the therapists in the directory who have said when they
// answer.
func ofAvailable(q bun.QueryBuilder) bun.QueryBuilder {
	return q.Where("l.therapist_id IS NOT NULL AND v.settings IS NOT NULL")
}

func (s accounts) ListDirectory(ctx context.Context, limit int) ([]account.Listing, error) {
	var rows []listedRow
	err := selectListings(s.db.read, &rows).ApplyQueryBuilder(ofAvailable).Where("p.suspended_at = 0").
		Order("l.accepting DESC", "m.created_at", "m.account_id", "m.practice_id").Limit(limit).Scan(ctx)
	return s.listings(ctx, rows, err)
}

func (s accounts) ListListings(ctx context.Context, therapist uuid.UUID) ([]account.Listing, error) {
	var rows []listedRow
	err := selectListings(s.db.read, &rows).Where("m.account_id = ?", therapist).Order("m.created_at", "m.practice_id").Scan(ctx)
	return s.listings(ctx, rows, err)
}

func (s accounts) listings(ctx context.Context, rows []listedRow, err error) ([]account.Listing, error) {
	if err != nil {
		return nil, accountError(ctx, fmt.Errorf("select listings: %w", err))
	}
	list, err := openAll(ctx, rows, s.db.opener.listing)
	return list, accountError(ctx, err)
}

func (t accountsTx) FindListing(ctx context.Context, practice, therapist uuid.UUID) (account.Listing, error) {
	var row listedRow
	err := selectListings(t.tx, &row).ApplyQueryBuilder(ofAvailable).Where("l.practice_id = ? AND l.therapist_id = ?", practice, therapist).Scan(ctx)
	if err != nil {
		return account.Listing{}, accountError(ctx, fmt.Errorf("select listing: %w", err))
	}
	return t.listing(ctx, row)
}

func (t accountsTx) SaveListing(ctx context.Context, l account.Listing) error {
	// The therapist's membership is locked, for want of a listing that could be.
	if _, err := hold[membershipRow](ctx, t.journal, where("practice_id = ? AND account_id = ? AND role = ?", l.Practice.ID, l.Therapist, wire.RoleTherapist)); err != nil {
		return err
	}
	if !l.Listed {
		_, err := deleteWhere[listingRow](ctx, t, "practice_id = ? AND therapist_id = ?", l.Practice.ID, l.Therapist)
		return err
	}
	if _, err := hold[listingRow](ctx, t.journal, where("practice_id = ? AND therapist_id = ?", l.Practice.ID, l.Therapist)); err != nil {
		return err
	}
	row := listingRow{PracticeID: l.Practice.ID, TherapistID: l.Therapist, Accepting: l.Accepting}
	var err error
	if row.Words, err = t.seal(ctx, listingWords, placeOfListing(l.Practice.ID, l.Therapist), []byte(l.Words)); err != nil {
		return err
	}
	_, err = t.tx.NewInsert().Model(&row).
		On("CONFLICT (practice_id, therapist_id) DO UPDATE").
		Set("accepting = EXCLUDED.accepting").
		Set("words = EXCLUDED.words").
		Exec(ctx)
	if err != nil {
		return fmt.Errorf("upsert listing: %w", err)
	}
	saved(t.journal, row)
	return nil
}
