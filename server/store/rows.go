package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/account"
	"pleiades/server/chat"
	"pleiades/server/permit"
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
}

func placeOfPractice(id uuid.UUID) place { return place{practice: id, row: id} }

func (o opener) practice(ctx context.Context, r practiceRow) (account.Practice, error) {
	name, err := o.word(ctx, practiceName, placeOfPractice(r.ID), r.Name)
	return account.Practice{ID: r.ID, Name: name, Demo: r.Demo}, err
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

type loginRow struct {
	bun.BaseModel `bun:"table:login_sessions,alias:l"`

	ID        account.LoginID `bun:",pk"`
	TokenHash []byte
	AccountID uuid.UUID
	DeviceID  *uuid.UUID
	Stage     permit.Stage
	ProvedAt  int64
	// OldTokenHash is that of the token before the newest.
	OldTokenHash []byte
	RotatedAt    int64
	CreatedAt    int64
	LastActAt    int64
	ExpiresAt    int64
	UserAgent    []byte

	Operator bool `bun:",scanonly"` // the account is one of an operator
}

func (r loginRow) place() place { return place{row: r.ID, person: r.AccountID} }

func (o opener) login(ctx context.Context, r loginRow) (account.LoginSession, error) {
	agent, err := o.word(ctx, loginUserAgent, r.place(), r.UserAgent)
	return account.LoginSession{
		ID:        r.ID,
		Account:   r.AccountID,
		Device:    given(r.DeviceID),
		CreatedAt: instant(r.CreatedAt),
		LastActAt: instant(r.LastActAt),
		ExpiresAt: instant(r.ExpiresAt),
		ProvedAt:  instant(r.ProvedAt),
		Stage:     r.Stage,
		UserAgent: string(agent),
	}, err
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

// stateRow is the part of a conversation that what happens in it changes. Its
// types are written out because updates in bulk cast to them.
type stateRow struct {
	bun.BaseModel `bun:"table:conversations,alias:c"`

	PracticeID         uuid.UUID `bun:",pk,type:uuid"`
	ID                 uuid.UUID `bun:",pk,type:uuid"`
	LastSeq            int64     `bun:",type:bigint"`
	Rev                int64     `bun:",type:bigint"`
	AgendaRev          int64     `bun:",type:bigint"`
	Acknowledged       int64     `bun:",type:bigint"`
	AcknowledgedText   int64     `bun:",type:bigint"`
	AcknowledgedAt     int64     `bun:",type:bigint"`
	ClientRead         int64     `bun:",type:bigint"`
	ClientDelivered    int64     `bun:",type:bigint"`
	ClientUnread       int64     `bun:",type:bigint"`
	TherapistRead      int64     `bun:",type:bigint"`
	TherapistDelivered int64     `bun:",type:bigint"`
	TherapistUnread    int64     `bun:",type:bigint"`
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
	return chat.Conversation{
		ID:        r.ID,
		Practice:  r.PracticeID,
		LastSeq:   r.LastSeq,
		Rev:       r.Rev,
		AgendaRev: r.AgendaRev,
		Client: chat.Participant{
			Account:   r.ClientID,
			Name:      client,
			Read:      r.ClientRead,
			Delivered: r.ClientDelivered,
			Unread:    r.ClientUnread,
		},
		Therapist: chat.Participant{
			Account:   r.TherapistID,
			Name:      therapist,
			Read:      r.TherapistRead,
			Delivered: r.TherapistDelivered,
			Unread:    r.TherapistUnread,
		},
		ReadReceipts: r.ReadReceipts,
		Terms:        chat.Terms{Version: r.Version, Agreement: r.Agreement, Settings: settings},
		Acknowledged: chat.Acknowledgement{
			Version:     r.Acknowledged,
			TextVersion: int(r.AcknowledgedText),
			At:          instant(r.AcknowledgedAt),
			Content:     acknowledged,
		},
		Destroyed: r.DestroyedAt > 0,
		Closed:    closed,
	}, nil
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

// messageKeyRow names a message in a list of values, hence its types.
type messageKeyRow struct {
	bun.BaseModel `bun:"table:messages,alias:m"`

	PracticeID     uuid.UUID `bun:",pk,type:uuid"`
	ConversationID uuid.UUID `bun:",pk,type:uuid"`
	ID             uuid.UUID `bun:",pk,type:uuid"`
}

type wrappedKeyRow struct {
	bun.BaseModel `bun:"table:wrapped_keys,alias:k"`

	Name    string `bun:",pk"`
	Wrapped []byte
}
