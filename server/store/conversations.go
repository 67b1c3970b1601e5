package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/chat"
	"pleiades/server/keyring"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

var (
	_ chat.Store = conversations{}
	_ chat.Tx    = conversationsTx{}
)

// conversations is the store of package chat.
type conversations struct{ db *DB }

// Conversations returns the store of package chat.
func (db *DB) Conversations() chat.Store { return conversations{db} }

func (s conversations) FindConversation(ctx context.Context, id uuid.UUID) (chat.Conversation, error) {
	var row conversationRow
	if err := selectConversations(s.db.read, &row).Where("c.id = ?", id).Scan(ctx); err != nil {
		return chat.Conversation{}, chatError(ctx, fmt.Errorf("select conversation: %w", err))
	}
	c, err := s.db.opener.conversation(ctx, row)
	return c, chatError(ctx, err)
}

func (s conversations) ListConversations(ctx context.Context, account uuid.UUID) ([]chat.Conversation, error) {
	var rows []conversationRow
	err := selectConversations(s.db.read, &rows).
		Where("c.client_id = ? OR c.therapist_id = ?", account, account).
		Order("c.id").
		Scan(ctx)
	if err != nil {
		return nil, chatError(ctx, fmt.Errorf("select conversations: %w", err))
	}
	list, err := s.db.opener.conversations(ctx, rows)
	return list, chatError(ctx, err)
}

func (s conversations) ListMessages(ctx context.Context, c chat.Conversation, r chat.Range) ([]message.Message, error) {
	order := "seq ASC"
	if r.Newest {
		order = "seq DESC"
	}
	var rows []messageRow
	err := s.db.read.NewSelect().Model(&rows).
		Where("practice_id = ? AND conversation_id = ?", c.Practice, c.ID).
		Where("seq > ? AND seq < ?", r.Above, r.Below).
		Order(order).
		Limit(r.Limit).
		Scan(ctx)
	if err != nil {
		return nil, chatError(ctx, fmt.Errorf("select messages: %w", err))
	}
	if r.Newest {
		slices.Reverse(rows)
	}
	list, err := s.db.opener.within(c).messages(ctx, rows)
	return list, chatError(ctx, err)
}

func (s conversations) Update(ctx context.Context, do func(chat.Tx) error) error {
	return chatError(ctx, s.db.recorded(ctx, func(tx bun.Tx, j *journal, seal sealer) error {
		return do(conversationsTx{tx, s.db.locking, j, seal})
	}))
}

// conversationsTx is a transaction of package chat.
type conversationsTx struct {
	tx      bun.Tx
	locking bool
	*journal
	sealer
}

func (t conversationsTx) LockConversations(ctx context.Context, ids []uuid.UUID) ([]chat.Conversation, error) {
	if t.locking {
		// Before the rows are read, not by the same query: that would not see
		// what others changed in the tables beside it while it waited.
		var locked []uuid.UUID
		err := t.tx.NewSelect().Model((*stateRow)(nil)).Column("id").
			Where("id IN (?)", bun.List(ids)).Order("id").For("UPDATE").
			Scan(ctx, &locked)
		if err != nil {
			return nil, fmt.Errorf("lock conversations: %w", err)
		}
	}
	var rows []conversationRow
	err := selectConversations(t.tx, &rows).Where("c.id IN (?)", bun.List(ids)).Order("c.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("select conversations: %w", err)
	}
	return t.conversations(ctx, rows)
}

func (t conversationsTx) UpdateConversations(ctx context.Context, cs []chat.Conversation) error {
	rows := make([]stateRow, len(cs))
	for i, c := range cs {
		rows[i] = newStateRow(c)
	}
	if _, err := t.tx.NewUpdate().Model(&rows).Bulk().Exec(ctx); err != nil {
		return fmt.Errorf("update conversations: %w", err)
	}
	return nil
}

func (t conversationsTx) FindMessages(ctx context.Context, keys []chat.MessageKey) ([]message.Message, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	wanted := make([]messageKeyRow, len(keys))
	for i, k := range keys {
		wanted[i] = messageKeyRow{PracticeID: k.Practice, ConversationID: k.Conversation, ID: k.ID}
	}
	var rows []messageRow
	err := t.tx.NewSelect().Model(&rows).
		With("wanted", t.tx.NewValues(&wanted)).
		Join("JOIN wanted").
		JoinOn("wanted.practice_id = m.practice_id AND wanted.conversation_id = m.conversation_id AND wanted.id = m.id").
		Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("select messages: %w", err)
	}
	return t.messages(ctx, rows)
}

func (t conversationsTx) CreateMessages(ctx context.Context, ms []chat.NewMessage) error {
	rows := make([]messageRow, len(ms))
	for i, m := range ms {
		var err error
		if rows[i], err = t.sealMessage(ctx, m); err != nil {
			return err
		}
	}
	if _, err := t.tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("insert messages: %w", err)
	}
	wrote(t.journal, rows...)
	return nil
}

func (t conversationsTx) CountMessages(ctx context.Context, c chat.Conversation, sender uuid.UUID, above int64) (int64, error) {
	n, err := t.tx.NewSelect().Model((*messageRow)(nil)).
		Where("practice_id = ? AND conversation_id = ?", c.Practice, c.ID).
		Where("seq > ? AND sender_id = ?", above, sender).
		Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count messages: %w", err)
	}
	return int64(n), nil
}

func (t conversationsTx) DestroyTexts(ctx context.Context, c chat.Conversation, at time.Time) error {
	names, err := t.made.Destroy(ctx, keyring.Conversation(c.ID))
	if err != nil {
		return err
	}
	for _, name := range names {
		deleted(t.journal, keyName{c.Practice, c.ID, name})
	}
	var row conversationRow
	err = t.tx.NewUpdate().Model(&row).
		Set("destroyed_at = ?", at.UnixMicro()).
		Where("practice_id = ? AND id = ?", c.Practice, c.ID).
		Returning("practice_id, id, client_id, therapist_id, created_at, destroyed_at").
		Scan(ctx)
	if err != nil {
		return fmt.Errorf("update conversation: %w", err)
	}
	wrote(t.journal, row)
	return nil
}

// selectConversations selects into dest, one or more conversationRows, with the
// names of both people and what the therapist has chosen and set.
func selectConversations(db bun.IDB, dest any) *bun.SelectQuery {
	return joinClosing(joinTerms(db.NewSelect().Model(dest).
		ColumnExpr("c.*").
		ColumnExpr("client.name AS client_name").
		ColumnExpr("therapist.name AS therapist_name").
		ColumnExpr("COALESCE(m.read_receipts, FALSE) AS read_receipts").
		ColumnExpr("g.content AS acknowledged_content").
		Join("JOIN accounts AS client ON client.id = c.client_id").
		Join("JOIN accounts AS therapist ON therapist.id = c.therapist_id").
		Join("LEFT JOIN memberships AS m").
		JoinOn("m.practice_id = c.practice_id AND m.account_id = c.therapist_id AND m.role = ?", wire.RoleTherapist).
		Join("LEFT JOIN agreements AS g").
		JoinOn("g.practice_id = c.practice_id AND g.therapist_id = c.therapist_id AND g.version = c.acknowledged"),
		"v.practice_id = c.practice_id AND v.therapist_id = c.therapist_id"))
}

func (o opener) conversations(ctx context.Context, rows []conversationRow) (list []chat.Conversation, err error) {
	list = make([]chat.Conversation, len(rows))
	for i, r := range rows {
		if list[i], err = o.conversation(ctx, r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (o opener) messages(ctx context.Context, rows []messageRow) (list []message.Message, err error) {
	list = make([]message.Message, len(rows))
	for i, r := range rows {
		if list[i], err = o.message(ctx, r); err != nil {
			return nil, err
		}
	}
	return list, nil
}
