package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
	"pleiades/server/support"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

var (
	_ support.Store = tickets{}
	_ support.Tx    = ticketsTx{}
)

type ticketRow struct {
	bun.BaseModel `bun:"table:tickets,alias:t"`

	ID          uuid.UUID `bun:",pk"`
	AccountID   *uuid.UUID
	Address     []byte
	Kind        wire.TicketKind
	Status      wire.TicketStatus
	Body        []byte
	Diagnostics []byte
	CreatedAt   int64
	UpdatedAt   int64
	Place       []byte // nil once it is answered or closed, and of those of accounts

	// Of the account.
	Name  []byte `bun:",scanonly"`
	Email []byte `bun:",scanonly"`
}

func (r ticketRow) place() place { return place{row: r.ID, person: given(r.AccountID)} }

type ticketReplyRow struct {
	bun.BaseModel `bun:"table:ticket_replies,alias:r"`

	TicketID  uuid.UUID `bun:",pk"`
	ID        uuid.UUID `bun:",pk"`
	Number    int64
	AuthorID  *uuid.UUID
	Support   bool
	Body      []byte
	CreatedAt int64
}

// place names the row by both of its ids.
func (r ticketReplyRow) place() place {
	return place{row: uuid.NewSHA1(r.TicketID, r.ID[:]), person: given(r.AuthorID), seq: r.Number}
}

type ticketLinkRow struct {
	bun.BaseModel `bun:"table:ticket_links,alias:k"`

	TokenHash []byte `bun:",pk"`
	TicketID  uuid.UUID
	ExpiresAt int64
}

// tickets is the store of package support.
type tickets struct{ db *DB }

// Tickets returns the store of package support.
func (db *DB) Tickets() support.Store { return tickets{db} }

func (s tickets) FindTicket(ctx context.Context, id uuid.UUID) (support.Ticket, error) {
	t, err := findTicket(ctx, s.db.read, s.db.opener, selectTickets(s.db.read).Where("t.id = ?", id))
	return t, supportError(ctx, err)
}

// selectTickets selects tickets with who wrote them.
func selectTickets(db bun.IDB) *bun.SelectQuery {
	return db.NewSelect().Model((*ticketRow)(nil)).
		ColumnExpr("t.*").
		ColumnExpr("a.name, a.email").
		Join("LEFT JOIN accounts AS a ON a.id = t.account_id")
}

func findTicket(ctx context.Context, db bun.IDB, o opener, q *bun.SelectQuery) (support.Ticket, error) {
	list, err := listTickets(ctx, db, o, q)
	if err == nil && len(list) == 0 {
		err = support.ErrNotFound
	}
	if err != nil {
		return support.Ticket{}, err
	}
	return list[0], nil
}

// listTickets returns tickets with their replies.
func listTickets(ctx context.Context, db bun.IDB, o opener, q *bun.SelectQuery) ([]support.Ticket, error) {
	var rows []ticketRow
	if err := q.Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("select tickets: %w", err)
	}
	list := make([]support.Ticket, len(rows))
	at := make(map[uuid.UUID]int, len(rows))
	ids := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = o.ticket(ctx, r); err != nil {
			return nil, err
		}
		at[r.ID], ids[i] = i, r.ID
	}
	if len(ids) == 0 {
		return list, nil
	}
	var replies []ticketReplyRow
	err := db.NewSelect().Model(&replies).Where("ticket_id IN (?)", bun.List(ids)).Order("ticket_id", "number").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("select replies: %w", err)
	}
	for _, r := range replies {
		text, err := o.word(ctx, replyBody, r.place(), r.Body)
		if err != nil {
			return nil, err
		}
		t := &list[at[r.TicketID]]
		t.Replies = append(t.Replies, support.Reply{
			ID: r.ID, Author: given(r.AuthorID), Support: r.Support, Text: text, At: instant(r.CreatedAt),
		})
	}
	return list, nil
}

func (o opener) ticket(ctx context.Context, r ticketRow) (t support.Ticket, err error) {
	t = support.Ticket{
		ID: r.ID, Kind: r.Kind, Status: r.Status, CreatedAt: instant(r.CreatedAt), UpdatedAt: instant(r.UpdatedAt),
		From: support.From{Account: given(r.AccountID)},
	}
	for _, part := range []struct {
		column column
		place  place
		sealed []byte
		into   *message.Text
	}{
		{accountName, placeOfAccount(t.From.Account), r.Name, &t.From.Name},
		{accountEmail, placeOfAccount(t.From.Account), r.Email, &t.From.Email},
		{ticketAddress, r.place(), r.Address, &t.From.Email},
		{ticketBody, r.place(), r.Body, &t.Text},
	} {
		if part.sealed == nil {
			continue
		}
		if *part.into, err = o.word(ctx, part.column, part.place, part.sealed); err != nil {
			return support.Ticket{}, err
		}
	}
	raw, err := o.data(ctx, ticketDiagnostics, r.place(), r.Diagnostics)
	if err != nil || raw == nil {
		return t, err
	}
	if err := json.Unmarshal(raw, &t.Diagnostics); err != nil {
		return support.Ticket{}, fmt.Errorf("decode diagnostics: %w", err)
	}
	return t, nil
}

func (s tickets) FindLink(ctx context.Context, tokenHash []byte, now time.Time) (support.Link, error) {
	var row ticketLinkRow
	err := s.db.read.NewSelect().Model(&row).Where("token_hash = ? AND expires_at > ?", tokenHash, now.UnixMicro()).Scan(ctx)
	if err != nil {
		return support.Link{}, supportError(ctx, fmt.Errorf("select link: %w", err))
	}
	return support.Link{TokenHash: row.TokenHash, Ticket: row.TicketID, ExpiresAt: instant(row.ExpiresAt)}, nil
}

func (s tickets) ListOwn(ctx context.Context, account uuid.UUID, limit int) ([]support.Ticket, error) {
	q := selectTickets(s.db.read).Where("t.account_id = ?", account).Order("t.updated_at DESC", "t.id DESC").Limit(limit)
	list, err := listTickets(ctx, s.db.read, s.db.opener, q)
	return list, supportError(ctx, err)
}

func (s tickets) ListTickets(ctx context.Context, f support.Filter) ([]support.Ticket, error) {
	var rows []ticketRow
	q := s.db.read.NewSelect().Model(&rows).
		Column("id", "account_id", "kind", "status", "created_at", "updated_at").
		Order("updated_at DESC", "id DESC").Limit(f.Limit)
	if f.Status != "" {
		q = q.Where("status = ?", f.Status)
	}
	if f.Before != (support.Position{}) {
		q = q.Where("(updated_at, id) < (?, ?)", f.Before.UpdatedAt.UnixMicro(), f.Before.ID)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, supportError(ctx, fmt.Errorf("select tickets: %w", err))
	}
	list := make([]support.Ticket, len(rows))
	for i, r := range rows {
		list[i] = support.Ticket{
			ID: r.ID, From: support.From{Account: given(r.AccountID)}, Kind: r.Kind, Status: r.Status,
			CreatedAt: instant(r.CreatedAt), UpdatedAt: instant(r.UpdatedAt),
		}
	}
	return list, nil
}

func (s tickets) Update(ctx context.Context, do func(support.Tx) error) error {
	return supportError(ctx, s.db.recorded(ctx, func(tx bun.Tx, j *journal, seal sealer) error {
		return do(ticketsTx{accountsTx{tx, s.db.locking, s.db.logins, j, seal}})
	}))
}

// ticketsTx is a transaction of package support.
type ticketsTx struct{ accountsTx }

func (t ticketsTx) LockTicket(ctx context.Context, id uuid.UUID) (support.Ticket, error) {
	var locked uuid.UUID
	q := t.tx.NewSelect().Model((*ticketRow)(nil)).Column("id").Where("id = ?", id)
	if err := t.forUpdate(q).Scan(ctx, &locked); err != nil {
		return support.Ticket{}, fmt.Errorf("lock ticket: %w", err)
	}
	return findTicket(ctx, t.tx, t.opener, selectTickets(t.tx).Where("t.id = ?", id))
}

func (t ticketsTx) CreateTicket(ctx context.Context, in support.Ticket) (bool, error) {
	row := ticketRow{
		ID: in.ID, AccountID: orNull(in.From.Account), Kind: in.Kind, Status: in.Status,
		CreatedAt: in.CreatedAt.UnixMicro(), UpdatedAt: in.UpdatedAt.UnixMicro(),
	}
	var err error
	if row.Body, err = t.seal(ctx, ticketBody, row.place(), []byte(in.Text)); err != nil {
		return false, err
	}
	if row.AccountID == nil {
		if row.Address, err = t.seal(ctx, ticketAddress, row.place(), []byte(in.From.Email)); err != nil {
			return false, err
		}
	}
	if in.Diagnostics != nil {
		raw, err := json.Marshal(in.Diagnostics)
		if err != nil {
			return false, fmt.Errorf("encode diagnostics: %w", err)
		}
		if row.Diagnostics, err = t.seal(ctx, ticketDiagnostics, row.place(), raw); err != nil {
			return false, err
		}
	}
	row.Place = in.Place
	result, err := t.tx.NewInsert().Model(&row).On("CONFLICT (id) DO NOTHING").Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("insert ticket: %w", err)
	}
	return created(t.journal, row, result)
}

// unanswered is what a ticket t of someone without an account fulfils that waits
// for its first answer.
const unanswered = `t.account_id IS NULL AND t.status = ?
	AND NOT EXISTS (SELECT 1 FROM ticket_replies AS r WHERE r.ticket_id = t.id)`

func (t ticketsTx) CountUnanswered(ctx context.Context, place []byte) (all, there int, err error) {
	err = t.tx.NewSelect().Model((*ticketRow)(nil)).
		ColumnExpr("COUNT(*), COALESCE(SUM(CASE WHEN t.place = ? THEN 1 ELSE 0 END), 0)", place).
		Where(unanswered, wire.TicketOpen).
		Scan(ctx, &all, &there)
	if err != nil {
		return 0, 0, fmt.Errorf("count tickets: %w", err)
	}
	return all, there, nil
}

func (t ticketsTx) DeleteUnanswered(ctx context.Context, before time.Time) ([]uuid.UUID, error) {
	var rows []ticketRow
	err := t.tx.NewDelete().Model((*ticketRow)(nil)).
		Where(unanswered+" AND t.updated_at < ?", wire.TicketOpen, before.UnixMicro()).
		Returning("*").
		Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("delete tickets: %w", err)
	}
	deleted(t.journal, rows...)
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	return ids, nil
}

func (t ticketsTx) CreateReply(ctx context.Context, ticket support.Ticket, r support.Reply) error {
	row := ticketReplyRow{
		TicketID: ticket.ID, ID: r.ID, Number: int64(len(ticket.Replies)) + 1, AuthorID: orNull(r.Author), Support: r.Support,
		CreatedAt: r.At.UnixMicro(),
	}
	var err error
	if row.Body, err = t.seal(ctx, replyBody, row.place(), []byte(r.Text)); err != nil {
		return err
	}
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert reply: %w", err)
	}
	inserted(t.journal, row)
	return nil
}

func (t ticketsTx) UpdateTicket(ctx context.Context, in support.Ticket) error {
	row, err := holdOne[ticketRow](ctx, t.journal, where("id = ?", in.ID))
	if err != nil {
		return err
	}
	row.Status, row.UpdatedAt = in.Status, in.UpdatedAt.UnixMicro()
	if in.Status != wire.TicketOpen {
		row.Place = nil
	}
	if _, err := t.tx.NewUpdate().Model(&row).Column("status", "updated_at", "place").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("update ticket: %w", err)
	}
	updated(t.journal, row)
	return nil
}

func (t ticketsTx) CreateMail(ctx context.Context, m support.Mail) error {
	l := account.Letter{ID: m.ID, To: m.To, Mail: account.MailTicket, DueAt: m.At}
	if m.Token != "" {
		l.Mail, l.Token = account.MailContact, m.Token
	}
	return t.accountsTx.CreateMail(ctx, l)
}

func (t ticketsTx) CreateLink(ctx context.Context, l support.Link, now time.Time) error {
	_, err := deleteWhere[ticketLinkRow](ctx, t.accountsTx, "ticket_id = ? AND expires_at <= ?", l.Ticket, now.UnixMicro())
	if err != nil {
		return err
	}
	row := ticketLinkRow{TokenHash: l.TokenHash, TicketID: l.Ticket, ExpiresAt: l.ExpiresAt.UnixMicro()}
	if _, err := t.tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("insert link: %w", err)
	}
	inserted(t.journal, row)
	return nil
}
