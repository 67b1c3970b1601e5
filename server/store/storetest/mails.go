package storetest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"pleiades/server/account"
	"pleiades/server/store"
	"pleiades/shared/message"
)

// TakeMails takes out the mails that wait to be sent, in the order in which they
// came. Those that ask for a reset are handed to reset first.
func TakeMails(ctx context.Context, db *store.DB, reset func(context.Context, message.Text) error) ([]account.Letter, error) {
	var taken []account.Letter
	never := time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC)
	for {
		l, err := db.Mails().ClaimMail(ctx, never, never)
		if errors.Is(err, account.ErrNotFound) {
			slices.SortFunc(taken, func(a, b account.Letter) int { return bytes.Compare(a.ID[:], b.ID[:]) })
			return taken, nil
		}
		if err == nil && l.Mail == account.MailResetAsked {
			err = reset(ctx, l.To)
		} else {
			taken = append(taken, l)
		}
		if err == nil {
			err = db.Mails().DeleteMail(ctx, l.ID)
		}
		if err != nil {
			return nil, err
		}
	}
}
