package audit

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is what all chains were at a moment. Kept where nobody who can
// write the database can reach it, it shows that the log was rolled back.
//
// As a file it is a signed note (golang.org/x/mod/sumdb/note) in the form of a
// checkpoint of a transparency log (https://c2sp.org/tlog-checkpoint): origin,
// number of chains, root hash, and the moment. Behind it, after a line "heads",
// come the chains, a line PRACTICE COUNT HASH for each, which are the records of
// the Merkle tree in this order (RFC 6962). So one practice can be shown its own
// line with a proof, and none of the others.
type Checkpoint struct {
	At    time.Time
	Heads []Head // by practice
}

// origin names logs of this kind.
const origin = "pleiades/audit"

// divider stands between the signed note and the heads.
const divider = "\nheads\n"

// ErrCheckpoint says that a file is no checkpoint that the key has signed.
var ErrCheckpoint = errors.New("not a checkpoint signed with this key")

// Sign returns the file of the checkpoint.
func (c Checkpoint) Sign(signer note.Signer) ([]byte, error) {
	root, err := c.root()
	if err != nil {
		return nil, err
	}
	text := fmt.Sprintf("%s\n%d\n%s\n%s\n", origin, len(c.Heads), root, c.At.UTC().Format(time.RFC3339))
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint: %w", err)
	}
	file := bytes.NewBuffer(signed)
	file.WriteString(divider)
	for _, head := range c.Heads {
		file.WriteString(record(head))
	}
	return file.Bytes(), nil
}

// OpenCheckpoint reads the file of a checkpoint and checks its signature and
// its tree. All errors are ErrCheckpoint.
func OpenCheckpoint(file []byte, verifier note.Verifier) (Checkpoint, error) {
	refuse := func(why string) (Checkpoint, error) { return Checkpoint{}, fmt.Errorf("%w: %s", ErrCheckpoint, why) }
	signed, list, ok := bytes.Cut(file, []byte(divider))
	if !ok {
		return refuse("it has no heads")
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return refuse("the signature does not hold")
	}
	// The package note ignores the bits of base64 that carry nothing.
	for _, sig := range opened.Sigs {
		if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil {
			return refuse("the signature is not in its one form")
		}
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 5 || lines[0] != origin || lines[4] != "" {
		return refuse("the note says something else")
	}
	var c Checkpoint
	if c.At, err = time.Parse(time.RFC3339, lines[3]); err != nil {
		return refuse("the time is malformed")
	}
	for line := range strings.Lines(string(list)) {
		head, err := parseRecord(line)
		if err != nil {
			return refuse("the heads are malformed")
		}
		c.Heads = append(c.Heads, head)
	}
	root, err := c.root()
	if err != nil || lines[1] != strconv.Itoa(len(c.Heads)) || lines[2] != root.String() {
		return refuse("the heads are not those that were signed")
	}
	return c, nil
}

// root returns the root of the Merkle tree over the heads, in their order.
func (c Checkpoint) root() (tlog.Hash, error) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, at := range indexes {
			hashes[i] = stored[at]
		}
		return hashes, nil
	})
	for i, head := range c.Heads {
		hashes, err := tlog.StoredHashes(int64(i), []byte(record(head)), reader)
		if err != nil {
			return tlog.Hash{}, fmt.Errorf("hash heads: %w", err)
		}
		stored = append(stored, hashes...)
	}
	root, err := tlog.TreeHash(int64(len(c.Heads)), reader)
	if err != nil {
		return tlog.Hash{}, fmt.Errorf("hash heads: %w", err)
	}
	return root, nil
}

// record is the line of a head.
func record(h Head) string { return fmt.Sprintf("%s %d %x\n", h.Practice, h.Count, h.Hash) }

func parseRecord(line string) (Head, error) {
	words := strings.Split(strings.TrimSuffix(line, "\n"), " ")
	if len(words) != 3 {
		return Head{}, errors.New("want three words")
	}
	var h Head
	var err error
	if h.Practice, err = uuid.Parse(words[0]); err != nil {
		return Head{}, err
	}
	if h.Count, err = strconv.ParseInt(words[1], 10, 64); err != nil {
		return Head{}, err
	}
	hash, err := hex.DecodeString(words[2])
	if err != nil || len(hash) != len(h.Hash) {
		return Head{}, errors.New("malformed hash")
	}
	copy(h.Hash[:], hash)
	if record(h) != line {
		return Head{}, errors.New("not in its one form")
	}
	return h, nil
}

// SortHeads puts heads into the order of a checkpoint.
func SortHeads(heads []Head) {
	slices.SortFunc(heads, func(a, b Head) int { return bytes.Compare(a.Practice[:], b.Practice[:]) })
}
