package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

type operatorRow struct {
	bun.BaseModel `bun:"table:operators,alias:o"`

	AccountID uuid.UUID `bun:",pk"`
	CreatedAt int64
}

// isOperator is the column that says whether the account a is one of an
// operator.
const isOperator = "EXISTS (SELECT 1 FROM operators AS o WHERE o.account_id = a.id) AS operator"

func (t accountsTx) CreateOperator(ctx context.Context, id uuid.UUID, at time.Time) error {
	row := operatorRow{AccountID: id, CreatedAt: at.UnixMicro()}
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert operator: %w", err)
	}
	inserted(t.journal, row)
	return nil
}
