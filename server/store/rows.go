package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
	"pleiades/server/chat"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// Rows are what lies in the tables. Instants are microseconds since 1970, what
// a person wrote is bytes.

func instant(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

// given returns the id, uuid.Nil where there is none.
func given(id *uuid.UUID) uuid.UUID {
	if id == nil {
		return uuid.Nil
	}
	return *id
}

// orNull returns the id as a column holds it, NULL for uuid.Nil.
func orNull(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

type practiceRow struct {
	bun.BaseModel `bun:"table:practices,alias:p"`

	ID        uuid.UUID `bun:",pk"`
	Name      []byte
	Demo      bool
	CreatedAt int64
	// SuspendedAt is 0 unless it is suspended.
	SuspendedAt int64
	// LockWithin is 0 unless the practice says it.
	LockWithin int64
}

func placeOfPractice(id uuid.UUID) place { return place{practice: id, row: id} }

func (o opener) practice(ctx context.Context, r practiceRow) (account.Practice, error) {
	name, err := o.word(ctx, practiceName, placeOfPractice(r.ID), r.Name)
	practice := account.Practice{ID: r.ID, Name: name, Demo: r.Demo, LockWithin: int(r.LockWithin), CreatedAt: instant(r.CreatedAt)}
	if r.SuspendedAt != 0 {
		practice.SuspendedAt = instant(r.SuspendedAt)
	}
	return practice, err
}

type accountRow struct {
	bun.BaseModel `bun:"table:accounts,alias:a"`

	ID           uuid.UUID `bun:",pk"`
	Name         []byte
	Email        []byte
	EmailIndex   []byte
	PasswordHash string
	Disabled     bool
	CreatedAt    int64

	Operator bool `bun:",scanonly"`
}

func placeOfAccount(id uuid.UUID) place { return place{row: id} }

func (o opener) account(ctx context.Context, r accountRow) (account.Account, error) {
	name, err := o.word(ctx, accountName, placeOfAccount(r.ID), r.Name)
	if err != nil {
		return account.Account{}, err
	}
	email, err := o.word(ctx, accountEmail, placeOfAccount(r.ID), r.Email)
	return account.Account{
		ID: r.ID, Name: name, Email: email, Disabled: r.Disabled, CreatedAt: instant(r.CreatedAt), Operator: r.Operator,
	}, err
}

func (r accountRow) credentials() account.Credentials {
	return account.Credentials{Account: r.ID, EmailIndex: r.EmailIndex, PasswordHash: r.PasswordHash, Disabled: r.Disabled}
}

type membershipRow struct {
	bun.BaseModel `bun:"table:memberships,alias:m"`

	PracticeID   uuid.UUID    `bun:",pk"`
	AccountID    uuid.UUID    `bun:",pk"`
	Role         wire.Role    `bun:",pk"`
	Practice     *practiceRow `bun:"rel:belongs-to,join:practice_id=id"`
	ReadReceipts bool
	CreatedAt    int64
}

func (o opener) membership(ctx context.Context, r membershipRow) (account.Membership, error) {
	practice, err := o.practice(ctx, *r.Practice)
	return account.Membership{Practice: practice, Role: r.Role, ReadReceipts: r.ReadReceipts}, err
}

type invitationRow struct {
	bun.BaseModel `bun:"table:invitations,alias:i"`

	PracticeID  uuid.UUID `bun:",pk"`
	ID          uuid.UUID `bun:",pk"`
	TokenHash   []byte
	CodeHash    []byte
	TherapistID uuid.UUID
	CreatedAt   int64
	ExpiresAt   int64
	UsedAt      *int64
	UsedBy      *uuid.UUID
}

func (r invitationRow) invitation() account.Invitation {
	return account.Invitation{
		ID:        r.ID,
		TokenHash: r.TokenHash,
		CodeHash:  r.CodeHash,
		Practice:  r.PracticeID,
		Therapist: r.TherapistID,
		CreatedAt: instant(r.CreatedAt),
		ExpiresAt: instant(r.ExpiresAt),
	}
}

// stateRow is the part of a conversation that what happens in it changes.
type stateRow struct {
	bun.BaseModel `bun:"table:conversations,alias:c"`

	PracticeID         uuid.UUID `bun:",pk"`
	ID                 uuid.UUID `bun:",pk"`
	LastSeq            int64
	Rev                int64
	AgendaRev          int64
	Acknowledged       int64
	AcknowledgedText   int64
	AcknowledgedAt     int64
	ClientRead         int64
	ClientDelivered    int64
	ClientUnread       int64
	TherapistRead      int64
	TherapistDelivered int64
	TherapistUnread    int64
}

func newStateRow(c chat.Conversation) stateRow {
	row := stateRow{
		PracticeID:         c.Practice,
		ID:                 c.ID,
		LastSeq:            c.LastSeq,
		Rev:                c.Rev,
		AgendaRev:          c.AgendaRev,
		Acknowledged:       c.Acknowledged.Version,
		AcknowledgedText:   int64(c.Acknowledged.TextVersion),
		ClientRead:         c.Client.Read,
		ClientDelivered:    c.Client.Delivered,
		ClientUnread:       c.Client.Unread,
		TherapistRead:      c.Therapist.Read,
		TherapistDelivered: c.Therapist.Delivered,
		TherapistUnread:    c.Therapist.Unread,
	}
	if c.Acknowledged.Version > 0 {
		row.AcknowledgedAt = c.Acknowledged.At.UnixMicro()
	}
	return row
}

// columns returns where its columns go that change, in the order of stateColumns.
func (r *stateRow) columns() []any {
	return []any{
		&r.LastSeq, &r.Rev, &r.AgendaRev, &r.Acknowledged, &r.AcknowledgedText, &r.AcknowledgedAt,
		&r.ClientRead, &r.ClientDelivered, &r.ClientUnread, &r.TherapistRead, &r.TherapistDelivered, &r.TherapistUnread,
	}
}

// values returns its key and the values of stateColumns.
func (r stateRow) values() []any {
	return []any{
		r.PracticeID, r.ID,
		r.LastSeq, r.Rev, r.AgendaRev, r.Acknowledged, r.AcknowledgedText, r.AcknowledgedAt,
		r.ClientRead, r.ClientDelivered, r.ClientUnread, r.TherapistRead, r.TherapistDelivered, r.TherapistUnread,
	}
}

type conversationRow struct {
	bun.BaseModel `bun:"table:conversations,alias:c"`
	stateRow

	ClientID    uuid.UUID
	TherapistID uuid.UUID
	CreatedAt   int64
	DestroyedAt int64 // 0 unless its keys were destroyed

	// From the tables beside it.
	ClientName    []byte `bun:",scanonly"`
	TherapistName []byte `bun:",scanonly"`
	ReadReceipts  bool   `bun:",scanonly"`
	Version       int64  `bun:",scanonly"`
	Agreement     int64  `bun:",scanonly"`
	Settings      []byte `bun:",scanonly"`
	SuspendedAt   int64  `bun:",scanonly"`

	AcknowledgedContent []byte `bun:",scanonly"`
	standing
}

// conversation opens what the tables beside it hold.
func (o opener) conversation(ctx context.Context, r conversationRow) (chat.Conversation, error) {
	client, err := o.word(ctx, accountName, placeOfAccount(r.ClientID), r.ClientName)
	if err != nil {
		return chat.Conversation{}, err
	}
	therapist, err := o.word(ctx, accountName, placeOfAccount(r.TherapistID), r.TherapistName)
	if err != nil {
		return chat.Conversation{}, err
	}
	settings, err := o.data(ctx, availabilityTerms, placeOfTerms(r.PracticeID, r.TherapistID, r.Version), r.Settings)
	if err != nil {
		return chat.Conversation{}, err
	}
	acknowledged, err := o.data(ctx, agreementContent, placeOfTerms(r.PracticeID, r.TherapistID, r.Acknowledged), r.AcknowledgedContent)
	if err != nil {
		return chat.Conversation{}, err
	}
	if r.DestroyedAt > 0 {
		r.Note = nil
	}
	closed, err := o.closing(ctx, r.PracticeID, r.ID, r.standing)
	if err != nil {
		return chat.Conversation{}, err
	}
	c := r.conversation()
	c.Client.Name, c.Therapist.Name, c.ReadReceipts = client, therapist, r.ReadReceipts
	c.Terms = chat.Terms{Version: r.Version, Agreement: r.Agreement, Settings: settings}
	c.Acknowledged.Content, c.Closed, c.Suspended = acknowledged, closed, r.SuspendedAt != 0
	return c, nil
}

// conversation returns what stands in the row itself.
func (r conversationRow) conversation() chat.Conversation {
	return chat.Conversation{
		ID:        r.ID,
		Practice:  r.PracticeID,
		LastSeq:   r.LastSeq,
		Rev:       r.Rev,
		AgendaRev: r.AgendaRev,
		Client: chat.Participant{
			Account:   r.ClientID,
			Read:      r.ClientRead,
			Delivered: r.ClientDelivered,
			Unread:    r.ClientUnread,
		},
		Therapist: chat.Participant{
			Account:   r.TherapistID,
			Read:      r.TherapistRead,
			Delivered: r.TherapistDelivered,
			Unread:    r.TherapistUnread,
		},
		Acknowledged: chat.Acknowledgement{
			Version:     r.Acknowledged,
			TextVersion: int(r.AcknowledgedText),
			At:          instant(r.AcknowledgedAt),
		},
		Destroyed: r.DestroyedAt > 0,
	}
}

type messageRow struct {
	bun.BaseModel `bun:"table:messages,alias:m"`

	PracticeID     uuid.UUID `bun:",pk"`
	ConversationID uuid.UUID `bun:",pk"`
	Seq            int64     `bun:",pk"`
	ID             uuid.UUID
	SenderID       uuid.UUID
	Body           []byte
	WrittenAt      int64
	AcceptedAt     int64
	Late           bool
}

func (r messageRow) place() place {
	return place{
		practice: r.PracticeID, conversation: r.ConversationID,
		row: r.ID, person: r.SenderID, seq: r.Seq, at: instant(r.AcceptedAt),
	}
}

func (s sealer) sealMessage(ctx context.Context, m chat.NewMessage) (messageRow, error) {
	row := messageRow{
		PracticeID:     m.Practice,
		ConversationID: m.Conversation,
		Seq:            m.Seq,
		ID:             m.ID,
		SenderID:       m.Sender,
		WrittenAt:      m.WrittenAt.UnixMicro(),
		AcceptedAt:     m.AcceptedAt.UnixMicro(),
		Late:           m.Late,
	}
	var err error
	row.Body, err = s.seal(ctx, messageBody, row.place(), []byte(m.Body))
	return row, err
}

// message opens a message. One that does not open says so, without a body.
func (o opener) message(ctx context.Context, r messageRow) (message.Message, error) {
	body, err := o.open(ctx, messageBody, r.place(), r.Body)
	if err != nil && !lost(err) {
		return message.Message{}, err
	}
	return message.Message{
		ID:           r.ID,
		Conversation: r.ConversationID,
		Seq:          r.Seq,
		Sender:       r.SenderID,
		Body:         message.Text(body),
		Destroyed:    errors.Is(err, errDestroyed),
		Unreadable:   errors.Is(err, errUnreadable),
		WrittenAt:    instant(r.WrittenAt),
		AcceptedAt:   instant(r.AcceptedAt),
		Late:         r.Late,
	}, nil
}

type wrappedKeyRow struct {
	bun.BaseModel `bun:"table:wrapped_keys,alias:k"`

	Name    string `bun:",pk"`
	Wrapped []byte
}
