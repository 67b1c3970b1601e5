package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/audit"
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
	list, err := openAll(ctx, rows, s.db.opener.conversation)
	return list, chatError(ctx, err)
}

func (s conversations) ListMessages(
	ctx context.Context, id uuid.UUID, r chat.Range, may func(chat.Conversation) error,
) ([]message.Message, error) {
	list := s.db.statements.listOldest
	if r.Newest {
		list = s.db.statements.listNewest
	}
	var c conversationRow
	var found []messageRow
	err := list.queryAlone(ctx, s.db.read, func(rows scanner) error {
		m := messageRow{ConversationID: id}
		err := rows.Scan(&c.PracticeID, &c.ClientID, &c.TherapistID, &c.DestroyedAt,
			&m.Seq, &m.ID, &m.SenderID, filled{&m.Body}, &m.WrittenAt, &m.AcceptedAt, &m.Late)
		c.ID, m.PracticeID = id, c.PracticeID
		if m.Seq > 0 { // otherwise there is none, but the conversation is there
			found = append(found, m)
		}
		return err
	}, id, r.Above, r.Below, int64(r.Limit))
	if err != nil {
		return nil, chatError(ctx, fmt.Errorf("select messages: %w", err))
	}
	if c.ID == uuid.Nil {
		return nil, chat.ErrNotFound
	}
	conversation := c.conversation()
	if err := may(conversation); err != nil {
		return nil, err
	}
	if r.Newest {
		slices.Reverse(found)
	}
	messages, err := openAll(ctx, found, s.db.opener.within(conversation).message)
	return messages, chatError(ctx, err)
}

func (s conversations) ListMissed(ctx context.Context, missed []chat.Stretch) ([][]message.Message, error) {
	lists := make([][]message.Message, len(missed))
	var wanted [][]any
	places := make(map[uuid.UUID]int, len(missed))
	for i, m := range missed {
		if m.Below > m.Above+1 {
			places[m.Conversation.ID] = i
			wanted = append(wanted, []any{m.Conversation.Practice, m.Conversation.ID, m.Above, m.Below})
		}
	}
	if len(wanted) == 0 {
		return lists, nil
	}
	args, err := s.db.statements.keys(wanted)
	if err != nil {
		return nil, fmt.Errorf("select messages: %w", err)
	}
	found := make([][]messageRow, len(missed))
	err = s.db.statements.listMissed.queryAlone(ctx, s.db.read, func(rows scanner) error {
		r, err := scanMessage(rows)
		place := places[r.ConversationID]
		found[place] = append(found[place], r)
		return err
	}, args...)
	if err != nil {
		return nil, chatError(ctx, fmt.Errorf("select messages: %w", err))
	}
	for i, rows := range found {
		if lists[i], err = openAll(ctx, rows, s.db.opener.within(missed[i].Conversation).message); err != nil {
			return nil, chatError(ctx, err)
		}
	}
	return lists, nil
}

// scanMessage reads the messageColumns of a row.
func scanMessage(rows scanner) (r messageRow, err error) {
	err = rows.Scan(&r.PracticeID, &r.ConversationID, &r.Seq, &r.ID, &r.SenderID, filled{&r.Body}, &r.WrittenAt, &r.AcceptedAt, &r.Late)
	return r, err
}

func (s conversations) Update(ctx context.Context, do func(chat.Tx) error) error {
	return chatError(ctx, s.db.recorded(ctx, func(tx bun.Tx, j *journal, seal sealer) error {
		return do(conversationsTx{tx, s.db.locking, s.db.logins, j, seal})
	}))
}

// conversationsTx is a transaction of package chat.
type conversationsTx struct {
	tx      bun.Tx
	locking bool
	logins  loginGuard
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
	return openAll(ctx, rows, t.conversation)
}

func (t conversationsTx) LockForMessages(ctx context.Context, drafts []chat.Wanted) (chat.Found, error) {
	wanted := make([][]any, len(drafts))
	for i, d := range drafts {
		wanted[i] = []any{d.Conversation, d.ID, d.Author, d.TokenHash}
		if !t.locking {
			wanted[i][3] = hex.EncodeToString(d.TokenHash) // JSON has no bytes
		}
	}
	args, err := t.statements.keys(wanted)
	if err != nil {
		return chat.Found{}, fmt.Errorf("select conversations: %w", err)
	}
	if t.locking {
		// See LockConversations; it goes with what reads them.
		if err := t.statements.lockForMessages.putOff(ctx, t.tx, args[0]); err != nil {
			return chat.Found{}, fmt.Errorf("lock conversations: %w", err)
		}
	}
	found := chat.Found{Logins: make(map[string]chat.Login)}
	seen := make(map[uuid.UUID]bool, len(drafts))
	var r conversationRow // each in turn
	var closed, suspended, known, gone bool
	var id message.ID
	var author uuid.UUID
	dest := append([]any{&r.PracticeID, &r.ID, &r.ClientID, &r.TherapistID, &r.DestroyedAt}, r.stateRow.columns()...)
	dest = append(dest, &suspended, &closed, &id, &author, &known, &gone)
	var login loginRow
	dest = append(dest, &login.TokenHash, &login.ID, &login.AccountID, &login.DeviceID, (*string)(&login.Stage), &login.ProvedAt, &login.OldTokenHash,
		&login.RotatedAt, &login.CreatedAt, &login.LastActAt, &login.ExpiresAt, &login.Code)
	var head struct {
		count, last *int64
		hash, code  []byte
	}
	if t.locking {
		dest = append(dest, &head.count, &head.hash, &head.code, &head.last)
	}
	err = t.statements.findConversations.query(ctx, t.tx, func(rows scanner) error {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		if head.count != nil {
			t.heads[r.PracticeID] = lockedHead{auditHeadRow{PracticeID: r.PracticeID, Count: *head.count, Hash: head.hash, Code: head.code}, *head.last}
		}
		if known {
			found.Taken = append(found.Taken, chat.MessageKey{Practice: r.PracticeID, Conversation: r.ID, ID: id})
		}
		if gone {
			found.Withdrawn = append(found.Withdrawn, chat.DraftKey{Conversation: r.ID, ID: id, Author: author})
		}
		if login.TokenHash != nil && t.logins.genuine(login) {
			found.Logins[string(login.TokenHash)] = chat.Login{
				Account: login.AccountID, Stage: login.Stage, LastActAt: instant(login.LastActAt), ExpiresAt: instant(login.ExpiresAt),
			}
		}
		if seen[r.ID] {
			return nil
		}
		seen[r.ID] = true
		c := r.conversation()
		c.Suspended = suspended
		if closed {
			c.Closed = &chat.Closing{}
		}
		found.Conversations = append(found.Conversations, c)
		return nil
	}, args...)
	if err != nil {
		return chat.Found{}, fmt.Errorf("select conversations: %w", err)
	}
	return found, nil
}

func (t conversationsTx) UpdateConversations(ctx context.Context, cs []chat.Conversation) error {
	rows := make([][]any, len(cs))
	for i, c := range cs {
		rows[i] = newStateRow(c).values()
	}
	if err := t.statements.write(ctx, t.tx, t.statements.updateConversations, rows); err != nil {
		return fmt.Errorf("update conversations: %w", err)
	}
	return nil
}

func (t conversationsTx) FindMessages(ctx context.Context, keys []chat.MessageKey) ([]message.Message, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	wanted := make([][]any, len(keys))
	for i, k := range keys {
		wanted[i] = []any{k.Practice, k.Conversation, k.ID}
	}
	args, err := t.statements.keys(wanted)
	if err != nil {
		return nil, fmt.Errorf("select messages: %w", err)
	}
	var found []messageRow
	err = t.statements.findMessages.query(ctx, t.tx, func(rows scanner) error {
		r, err := scanMessage(rows)
		found = append(found, r)
		return err
	}, args...)
	if err != nil {
		return nil, fmt.Errorf("select messages: %w", err)
	}
	return openAll(ctx, found, t.message)
}

func (t conversationsTx) CreateMessages(ctx context.Context, ms []chat.NewMessage) error {
	made, rows := make([]messageRow, len(ms)), make([][]any, len(ms))
	for i, m := range ms {
		r, err := t.sealMessage(ctx, m)
		if err != nil {
			return err
		}
		rows[i] = []any{r.PracticeID, r.ConversationID, r.Seq, r.ID, r.SenderID, r.Body, r.WrittenAt, r.AcceptedAt, r.Late}
		made[i] = r
	}
	if err := t.statements.write(ctx, t.tx, t.statements.createMessages, rows); err != nil {
		return fmt.Errorf("insert messages: %w", err)
	}
	inserted(t.journal, made...)
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
		practice, err := t.findKeyChain(ctx, c, name)
		if err != nil {
			return err
		}
		deleted(t.journal, keyName{practice, c.ID, name})
	}
	row, err := holdOne[conversationRow](ctx, t.journal, where("practice_id = ? AND id = ?", c.Practice, c.ID))
	if err != nil {
		return err
	}
	row.DestroyedAt = at.UnixMicro()
	if _, err := t.tx.NewUpdate().Model(&row).Column("destroyed_at").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("update conversation: %w", err)
	}
	updated(t.journal, row)
	return nil
}

// findKeyChain returns whose chain tells of a key of the conversation: that of no
// practice, if the key is from before the log began.
func (t conversationsTx) findKeyChain(ctx context.Context, c chat.Conversation, name string) (uuid.UUID, error) {
	own, err := t.tx.NewSelect().Model((*auditEventRow)(nil)).
		Where("practice_id = ? AND conversation_id = ? AND kind = ?", c.Practice, c.ID, audit.KeyCreate).
		Where("details = ?", "name="+name+"\n").
		Exists(ctx)
	if err != nil {
		return uuid.Nil, fmt.Errorf("select events: %w", err)
	}
	if !own {
		return uuid.Nil, nil
	}
	return c.Practice, nil
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
		ColumnExpr("p.suspended_at").
		Join("JOIN practices AS p ON p.id = c.practice_id").
		Join("JOIN accounts AS client ON client.id = c.client_id").
		Join("JOIN accounts AS therapist ON therapist.id = c.therapist_id").
		Join("LEFT JOIN memberships AS m").
		JoinOn("m.practice_id = c.practice_id AND m.account_id = c.therapist_id AND m.role = ?", wire.RoleTherapist).
		Join("LEFT JOIN agreements AS g").
		JoinOn("g.practice_id = c.practice_id AND g.therapist_id = c.therapist_id AND g.version = c.acknowledged"),
		"v.practice_id = c.practice_id AND v.therapist_id = c.therapist_id"))
}
