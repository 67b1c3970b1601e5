package audit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Hash is a link of a chain. That of an empty chain is all zero.
type Hash [sha256.Size]byte

// Entry is an event in its place in a chain, in the form in which it is stored.
// What is stored is what is hashed: nothing is decoded and encoded in between.
type Entry struct {
	Practice     uuid.UUID
	Number       int64 // from 1, without gaps
	At           int64 // microseconds since 1970
	Kind         Kind
	Outcome      Outcome
	Actor        uuid.UUID
	Object       uuid.UUID
	Conversation uuid.UUID
	Form         int64  // how it is encoded, see the forms
	Details      string // a line KEY=VALUE for each, by key
	// Rows has a line for each: NAME DIGEST in the first form, NAME BEFORE DIGEST
	// since, the digests in hex, or - where there is no row.
	Rows string
	Hash Hash
}

// The forms of entries. A chain never goes back to an earlier one.
const (
	firstForm  = 1 // says what each row is since
	beforeForm = 2 // says what lay there before, too
)

// Canonical returns the one encoding of the entry that is hashed. It is a
// sequence of parts, each behind its length in four bytes, big-endian: the words
// "pleiades audit event" and the form, practice (16 bytes), number (8), time (8), kind,
// outcome, actor (16), object (16), conversation (16), details, rows. Numbers
// are big-endian, the time is in microseconds since 1970.
func (e Entry) Canonical() []byte {
	parts := [][]byte{
		fmt.Appendf(nil, "pleiades audit event %d", e.Form),
		e.Practice[:],
		binary.BigEndian.AppendUint64(nil, uint64(e.Number)), // #nosec G115 -- the bits as they are
		binary.BigEndian.AppendUint64(nil, uint64(e.At)),     // #nosec G115 -- the bits as they are
		[]byte(e.Kind),
		[]byte(e.Outcome),
		e.Actor[:],
		e.Object[:],
		e.Conversation[:],
		[]byte(e.Details),
		[]byte(e.Rows),
	}
	return join(parts...)
}

// Link returns the hash of the entry behind one with the hash given: SHA-256
// over that hash and the canonical encoding.
func (e Entry) Link(before Hash) Hash {
	sum := sha256.New()
	sum.Write(before[:])
	sum.Write(e.Canonical())
	return Hash(sum.Sum(nil))
}

// Event returns what the entry says. The error says that it is of no known form.
func (e Entry) Event() (Event, error) {
	event := Event{
		Kind: e.Kind, Practice: e.Practice, Actor: e.Actor, Object: e.Object, Conversation: e.Conversation,
		At: time.UnixMicro(e.At).UTC(), Outcome: e.Outcome,
	}
	for line := range strings.Lines(e.Details) {
		key, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if !ok {
			return Event{}, fmt.Errorf("event %d: malformed details", e.Number)
		}
		if event.Details == nil {
			event.Details = make(map[string]string)
		}
		event.Details[key] = value
	}
	if e.Form != firstForm && e.Form != beforeForm {
		return Event{}, fmt.Errorf("event %d: unknown form %d", e.Number, e.Form)
	}
	for line := range strings.Lines(e.Rows) {
		row, ok := parseRow(strings.TrimSuffix(line, "\n"), e.Form)
		if !ok {
			return Event{}, fmt.Errorf("event %d: malformed rows", e.Number)
		}
		event.Rows = append(event.Rows, row)
	}
	return event, nil
}

// Head is the end of a chain.
type Head struct {
	Practice uuid.UUID
	Count    int64
	Hash     Hash
}

// Append returns the entries of events behind the head, and the head behind
// them. The events are of the head's practice and valid.
func (h Head) Append(events ...Event) ([]Entry, Head) {
	entries := make([]Entry, len(events))
	for i, event := range events {
		entry := Entry{
			Practice: h.Practice, Number: h.Count + 1, At: event.At.UnixMicro(),
			Kind: event.Kind, Outcome: event.Outcome,
			Actor: event.Actor, Object: event.Object, Conversation: event.Conversation,
			Form: beforeForm, Details: encodeDetails(event.Details), Rows: encodeRows(event.Rows),
		}
		entry.Hash = entry.Link(h.Hash)
		entries[i] = entry
		h.Count, h.Hash = entry.Number, entry.Hash
	}
	return entries, h
}

// Key authenticates heads, so that someone who can write the database but does
// not have the key cannot shorten a chain. It is 32 random bytes.
type Key []byte

// Sign returns the code of a head: HMAC-SHA-256 over the words "pleiades audit
// head 1", practice, count (8 bytes) and hash, each behind its length in four
// bytes.
func (k Key) Sign(h Head) []byte {
	mac := hmac.New(sha256.New, k)
	mac.Write(join([]byte("pleiades audit head 1"), h.Practice[:], binary.BigEndian.AppendUint64(nil, uint64(h.Count)), h.Hash[:])) // #nosec G115 -- the bits as they are
	return mac.Sum(nil)
}

// Signed reports whether a code is that of the head.
func (k Key) Signed(h Head, code []byte) bool { return hmac.Equal(k.Sign(h), code) }

// Digest returns what the log keeps of a row: SHA-256 over its parts, each
// behind its length in four bytes.
func Digest(parts ...[]byte) [32]byte { return sha256.Sum256(join(parts...)) }

// join puts parts together, each behind its length in four bytes, big-endian.
func join(parts ...[]byte) []byte {
	size := 0
	for _, part := range parts {
		size += 4 + len(part)
	}
	out := make([]byte, 0, size)
	for _, part := range parts {
		out = binary.BigEndian.AppendUint32(out, uint32(len(part))) // #nosec G115 -- what is in a row is shorter
		out = append(out, part...)
	}
	return out
}

func encodeDetails(details map[string]string) string {
	var lines strings.Builder
	for _, key := range slices.Sorted(maps.Keys(details)) {
		lines.WriteString(key + "=" + details[key] + "\n")
	}
	return lines.String()
}

func encodeRows(rows []Row) string {
	var lines strings.Builder
	for _, row := range rows {
		lines.WriteString(row.Name + " " + encodeDigest(row.Before) + " " + encodeDigest(row.Digest) + "\n")
	}
	return lines.String()
}

// noRow stands for the digest of a row that is not there.
const noRow = "-"

func encodeDigest(digest [32]byte) string {
	if digest == [32]byte{} {
		return noRow
	}
	return hex.EncodeToString(digest[:])
}

// parseRow reads a line of an entry's rows.
func parseRow(line string, form int64) (row Row, ok bool) {
	line, ok = cutDigest(line, &row.Digest, form)
	if ok && form != firstForm {
		line, ok = cutDigest(line, &row.Before, form)
	}
	row.Name = line
	return row, ok
}

// cutDigest reads the digest at the end of a line and returns what is before it.
func cutDigest(line string, digest *[32]byte, form int64) (rest string, ok bool) {
	at := strings.LastIndexByte(line, ' ')
	if at < 0 {
		return "", false
	}
	text := line[at+1:]
	if text == noRow && form != firstForm {
		return line[:at], true
	}
	if len(text) != hex.EncodedLen(len(digest)) {
		return "", false
	}
	_, err := hex.Decode(digest[:], []byte(text))
	return line[:at], err == nil
}
