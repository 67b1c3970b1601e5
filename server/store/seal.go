package store

import (
	"context"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/server/keyring"
	"pleiades/shared/message"
	"pleiades/shared/padding"
)

// What a person wrote lies sealed in the database: a byte with the version of
// the format, four bytes with the epoch of the data key, then nonce, ciphertext
// and tag of AES-256-GCM over the padded text. The associated data is that of
// column.associated. A value without the version is refused.
const (
	sealedVersion = 1
	sealedHeader  = 1 + 4 // bytes of version and epoch
)

// Why a value does not open.
var (
	errDestroyed  = errors.New("its key was destroyed")
	errUnreadable = errors.New("not readable: changed, moved, or of another database")
)

// errKeyLost says that a key is gone under which there still are values. No
// other takes its name: a backup can still bring it back.
var errKeyLost = errors.New("a key is missing that sealed what is stored")

// unreadableWord stands for a name or address that does not open: the sign for
// text that could not be read (Unicode, U+FFFD).
const unreadableWord = message.Text("\uFFFD")

// place says where a value lies. It opens nowhere else.
type place struct {
	practice, conversation uuid.UUID // zero where it belongs to none
	row                    uuid.UUID // the id of its row, apart from those
	person                 uuid.UUID // who wrote it, if the row says so
	seq                    int64     // its seq, rev or version, if it has one
	// at is when it was accepted, which chooses the data key; zero for now.
	// Only a value with a seq of its conversation needs it.
	at time.Time
}

// associated returns the associated data of a value at a place: a byte with the
// version of this form, then each part behind its length in two bytes.
func (c column) associated(p place, epoch keyring.Epoch) []byte {
	const version = 1
	out := append(make([]byte, 0, 128), version)
	part := func(b []byte) {
		out = binary.BigEndian.AppendUint16(out, uint16(len(b))) // #nosec G115 -- ids and labels are short
		out = append(out, b...)
	}
	part([]byte(c.label))
	part(p.practice[:])
	part(p.conversation[:])
	part(p.row[:])
	part(p.person[:])
	part(binary.BigEndian.AppendUint64(nil, uint64(p.seq))) // #nosec G115 -- the bits as they are
	part(binary.BigEndian.AppendUint32(nil, uint32(epoch)))
	return out
}

// opener opens what people wrote, within a transaction or outside of any.
type opener struct {
	keys      openingKeys
	log       *slog.Logger
	destroyed bool // it opens nothing, since that was destroyed on purpose
}

type openingKeys interface {
	OpeningKey(ctx context.Context, s keyring.Scope, e keyring.Epoch) (cipher.AEAD, error)
}

// within returns the opener of a conversation's texts. Where they are destroyed
// it opens none, even while this process remembers the key.
func (o opener) within(c chat.Conversation) opener {
	o.destroyed = c.Destroyed
	return o
}

// openAll returns what open, such as a method of an opener, makes of each row.
func openAll[R, T any](ctx context.Context, rows []R, open func(context.Context, R) (T, error)) ([]T, error) {
	list := make([]T, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = open(ctx, r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// open returns the text of a sealed value. It is errDestroyed or errUnreadable
// where the value itself is at fault, which is logged, unless it was destroyed on
// purpose; other errors are those of the database and the key file. What is not there, nil, stays nil.
func (o opener) open(ctx context.Context, c column, p place, sealed []byte) ([]byte, error) {
	if sealed == nil {
		return nil, nil
	}
	if o.destroyed {
		return nil, fmt.Errorf("open %s: %w", c.label, errDestroyed)
	}
	text, err := o.tryOpen(ctx, c, p, sealed)
	if lost(err) {
		o.log.ErrorContext(ctx, "a stored value does not open", "column", c.label,
			"practice", p.practice, "conversation", p.conversation, "row", p.row, "seq", p.seq, "err", err)
	}
	return text, err
}

func (o opener) tryOpen(ctx context.Context, c column, p place, sealed []byte) ([]byte, error) {
	if len(sealed) < sealedHeader || sealed[0] != sealedVersion {
		return nil, fmt.Errorf("%w: not sealed", errUnreadable)
	}
	epoch := keyring.Epoch(binary.BigEndian.Uint32(sealed[1:sealedHeader]))
	key, err := o.keys.OpeningKey(ctx, c.scope(p), epoch)
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return nil, fmt.Errorf("open %s: %w", c.label, errDestroyed)
	case err != nil && (kindOf(err) != other || ctx.Err() != nil || errors.Is(err, errLocked)):
		return nil, fmt.Errorf("open %s: %w", c.label, err)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	padded, err := key.Open(nil, nil, sealed[sealedHeader:], c.associated(p, epoch))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	text, err := padding.Unpad(padded)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return text, nil
}

// word opens a value that has no mark of its own for being unreadable, such as
// a name: unreadableWord stands in for it.
func (o opener) word(ctx context.Context, c column, p place, sealed []byte) (message.Text, error) {
	text, err := o.open(ctx, c, p, sealed)
	if lost(err) {
		return unreadableWord, nil
	}
	return message.Text(text), err
}

// data opens a value that can be missing: nil stands in for it if it is
// unreadable.
func (o opener) data(ctx context.Context, c column, p place, sealed []byte) ([]byte, error) {
	text, err := o.open(ctx, c, p, sealed)
	if lost(err) {
		return nil, nil
	}
	return text, err
}

// lost reports whether an error of open is the fault of the value itself.
func lost(err error) bool { return errors.Is(err, errDestroyed) || errors.Is(err, errUnreadable) }

// sealer seals what people wrote within a transaction, and opens it.
type sealer struct {
	opener
	tx      bun.Tx
	made    *keyring.Tx
	journal *journal
	now     time.Time // chooses the data key of what has no seq

	statements *statements
}

// seal returns the sealed form of a text at its place.
func (s sealer) seal(ctx context.Context, c column, p place, text []byte) ([]byte, error) {
	epoch := keyring.EpochAt(s.now, 0)
	if !p.at.IsZero() {
		epoch = keyring.EpochAt(p.at, p.seq)
	}
	key, made, err := s.made.SealingKey(ctx, c.scope(p), epoch)
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", c.label, err)
	}
	if made {
		name := keyring.KeyName(c.scope(p), epoch)
		if found, err := s.sealedBefore(ctx, c, p, epoch); err != nil {
			return nil, fmt.Errorf("seal %s: %w", c.label, err)
		} else if found {
			s.log.ErrorContext(ctx, "a key is missing that sealed what is stored: put it back from a backup", "name", name)
			return nil, fmt.Errorf("seal %s: %w: %s", c.label, errKeyLost, name)
		}
		s.journal.keys = append(s.journal.keys, audit.Event{
			Kind: audit.KeyCreate, Practice: p.practice, Conversation: p.conversation, At: s.now, Outcome: audit.Done,
			Details: map[string]string{"name": name},
			Rows:    []audit.Row{keyName{name: name}.row()},
		})
	}
	padded := padding.Pad(text)
	sealed := make([]byte, sealedHeader, sealedHeader+len(padded)+key.Overhead())
	sealed[0] = sealedVersion
	binary.BigEndian.PutUint32(sealed[1:], uint32(epoch))
	return key.Seal(sealed, nil, padded, c.associated(p, epoch)), nil
}

// sealOver is seal for a word that takes the place of what is stored. Where that
// does not open, and the word is only the sign that stands in for it, what is
// stored stays as it is.
func (s sealer) sealOver(ctx context.Context, c column, p place, stored []byte, text message.Text) ([]byte, error) {
	if text == unreadableWord {
		if _, err := s.open(ctx, c, p, stored); lost(err) {
			return stored, nil
		}
	}
	return s.seal(ctx, c, p, []byte(text))
}

// sealedBefore reports whether the database holds values that were sealed under
// the key of a column, place and epoch.
func (s sealer) sealedBefore(ctx context.Context, c column, p place, epoch keyring.Epoch) (bool, error) {
	header := binary.BigEndian.AppendUint32([]byte{sealedVersion}, uint32(epoch))
	for _, other := range writtenColumns() {
		if other.scope(p) != c.scope(p) {
			continue
		}
		table := other.table()
		q := s.tx.NewSelect().Table(table).Where("substr(?, 1, ?) = ?", bun.Ident(other.name()), len(header), header)
		switch {
		case table == "practices":
			q = q.Where("id = ?", p.practice)
		case other.scope(p) == keyring.Conversation(p.conversation):
			q = q.Where("practice_id = ? AND conversation_id = ?", p.practice, p.conversation)
		case other.scope(p) == keyring.Practice(p.practice):
			q = q.Where("practice_id = ?", p.practice)
		}
		if found, err := q.Exists(ctx); err != nil || found {
			return found, err
		}
	}
	return false, nil
}

// noKeys stands in where there are no keys, and says why.
type noKeys struct{ err error }

func (n noKeys) OpeningKey(context.Context, keyring.Scope, keyring.Epoch) (cipher.AEAD, error) {
	return nil, n.err
}

// errLocked says that Unlock was not called.
var errLocked = errors.New("the database has no keys yet")
