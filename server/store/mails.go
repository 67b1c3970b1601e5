package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
	"pleiades/shared/message"
)

type mailRow struct {
	bun.BaseModel `bun:"table:mails,alias:m"`

	ID      uuid.UUID `bun:",pk"`
	Kind    account.Mail
	Unasked bool // anyone can cause it
	Address []byte
	Token   []byte
	Tries   int64
	DueAt   int64
	EndsAt  int64 // 0 if that is never
}

func (r mailRow) place() place { return place{row: r.ID} }

func (t accountsTx) FindEmail(ctx context.Context, id uuid.UUID) (message.Text, error) {
	var row accountRow
	if err := t.tx.NewSelect().Model(&row).Column("email", "disabled").Where("id = ?", id).Scan(ctx); err != nil {
		return "", fmt.Errorf("select address: %w", err)
	}
	if row.Disabled {
		return "", nil
	}
	return t.word(ctx, accountEmail, placeOfAccount(id), row.Email)
}

func (t accountsTx) CreateMail(ctx context.Context, l account.Letter) error {
	row := mailRow{ID: l.ID, Kind: l.Mail, Unasked: l.Mail.Unasked(), DueAt: l.DueAt.UnixMicro()}
	if !l.EndsAt.IsZero() {
		row.EndsAt = l.EndsAt.UnixMicro()
	}
	var err error
	if row.Address, err = t.seal(ctx, mailAddress, row.place(), []byte(l.To)); err != nil {
		return err
	}
	if row.Token, err = t.seal(ctx, mailToken, row.place(), []byte(l.Token)); err != nil {
		return err
	}
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert mail: %w", err)
	}
	t.mailed = true
	return nil
}

func (t accountsTx) CountMails(ctx context.Context, kinds []account.Mail) (int, error) {
	count, err := t.tx.NewSelect().Model((*mailRow)(nil)).Where("kind IN (?)", bun.List(kinds)).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count mails: %w", err)
	}
	return count, nil
}

// Mails are the mails that wait to be sent.
type Mails struct{ db *DB }

// Mails returns the mails that wait to be sent. The database is unlocked.
func (db *DB) Mails() Mails { return Mails{db} }

// Came returns a channel that gets a value once this process stored mails.
func (s Mails) Came() <-chan struct{} { return s.db.mailed }

// ClaimMail takes the mail that is to be tried next, and counts the try: of those
// due at now the oldest, and such that anyone can cause last, after those among them
// that ask for a reset. Nobody else gets it before until. None is
// account.ErrNotFound. One that does not open has the sign for that as its address.
func (s Mails) ClaimMail(ctx context.Context, now, until time.Time) (account.Letter, error) {
	for {
		var row mailRow
		err := s.db.read.NewSelect().Model(&row).Where("due_at <= ?", now.UnixMicro()).
			OrderExpr("unasked, kind <> ?, due_at, id", account.MailResetAsked).Limit(1).Scan(ctx)
		if err != nil {
			return account.Letter{}, accountError(ctx, fmt.Errorf("select mail: %w", err))
		}
		result, err := s.db.write.NewUpdate().Model((*mailRow)(nil)).
			Set("due_at = ?, tries = tries + 1", until.UnixMicro()).
			Where("id = ? AND due_at = ?", row.ID, row.DueAt).
			Exec(ctx)
		if err != nil {
			return account.Letter{}, accountError(ctx, fmt.Errorf("claim mail: %w", err))
		}
		if n, err := result.RowsAffected(); err != nil {
			return account.Letter{}, accountError(ctx, fmt.Errorf("claim mail: %w", err))
		} else if n == 0 {
			continue // another process was faster
		}
		l, err := s.db.opener.letter(ctx, row)
		return l, accountError(ctx, err)
	}
}

func (o opener) letter(ctx context.Context, r mailRow) (l account.Letter, err error) {
	l = account.Letter{ID: r.ID, Mail: r.Kind, Tries: int(r.Tries) + 1, DueAt: instant(r.DueAt)}
	if r.EndsAt != 0 {
		l.EndsAt = instant(r.EndsAt)
	}
	if l.To, err = o.word(ctx, mailAddress, r.place(), r.Address); err != nil {
		return l, err
	}
	token, err := o.word(ctx, mailToken, r.place(), r.Token)
	if token == unreadableWord {
		l.To = token
	}
	l.Token = string(token)
	return l, err
}

// PostponeMail lets a mail be claimed again from a moment on.
func (s Mails) PostponeMail(ctx context.Context, id uuid.UUID, until time.Time) error {
	_, err := s.db.write.NewUpdate().Model((*mailRow)(nil)).Set("due_at = ?", until.UnixMicro()).Where("id = ?", id).Exec(ctx)
	if err != nil {
		return accountError(ctx, fmt.Errorf("postpone mail: %w", err))
	}
	return nil
}

// DeleteMail deletes a mail that was sent, or cannot be.
func (s Mails) DeleteMail(ctx context.Context, id uuid.UUID) error {
	if _, err := s.db.write.NewDelete().Model((*mailRow)(nil)).Where("id = ?", id).Exec(ctx); err != nil {
		return accountError(ctx, fmt.Errorf("delete mail: %w", err))
	}
	return nil
}
