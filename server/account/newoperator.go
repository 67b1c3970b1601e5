package account

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"pleiades/server/audit"
)

// CreateOperator creates the account of someone who looks after the product
// itself: it belongs to no practice, must have a second factor, and has no way
// to a conversation. Practice and Role of what is given do not count. It is for
// whoever has a shell on the host, as all in operator.go. The errors are
// *InvalidError and ErrAddressTaken.
func (s *Service) CreateOperator(ctx context.Context, in NewAccount) (Account, error) {
	d, err := s.checkDetails(in.Name, in.Email, in.Password)
	if err != nil {
		return Account{}, err
	}
	account, creds, err := s.newAccount(ctx, d)
	if err != nil {
		return Account{}, fmt.Errorf("create operator: %w", err)
	}
	account.Operator = true
	err = s.store.Update(ctx, func(tx Tx) error {
		if err := create(ctx, tx, account, creds); err != nil {
			return err
		}
		if err := tx.CreateOperator(ctx, account.ID, account.CreatedAt); err != nil {
			return err
		}
		event := s.eventOf(audit.AccountCreate, uuid.Nil, account.ID)
		event.Details = map[string]string{"role": "operator"}
		return recordAt(ctx, tx, uuid.Nil, event)
	})
	if err != nil {
		return Account{}, fmt.Errorf("create operator: %w", err)
	}
	return account, nil
}
