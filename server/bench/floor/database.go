package floor

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun/driver/pgdriver"
	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// schema fits both kinds of database but for the type of bytes.
const schema = `CREATE TABLE IF NOT EXISTS floor_messages (
	conversation {bytes} NOT NULL, seq BIGINT NOT NULL, id {bytes} NOT NULL, sender {bytes} NOT NULL, body {bytes} NOT NULL,
	written_at BIGINT NOT NULL, accepted_at BIGINT NOT NULL,
	PRIMARY KEY (conversation, seq), UNIQUE (id))` // ids begin with the time: new ones lie together

const columns = 7

// database keeps messages.
type database struct {
	write, read *sql.DB
	postgres    bool
	insert      *sql.Stmt // of one row
	newest      *sql.Stmt
	last        map[uuid.UUID]int64 // the newest seq of each conversation
}

// Connect opens the database at url as durably as the product does, for one
// connection that writes and some that read.
func Connect(url string) (write, read *sql.DB, postgres bool, err error) {
	if path, file := strings.CutPrefix(url, "sqlite:"); file {
		dsn := "file:" + path + "?_pragma=busy_timeout(15000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(4000)&_txlock=immediate"
		if write, err = sql.Open("sqlite", dsn); err != nil {
			return nil, nil, false, err
		}
		write.SetMaxOpenConns(1)
		read, err = sql.Open("sqlite", dsn)
		return write, read, false, err
	}
	connector := pgdriver.NewConnector(pgdriver.WithDSN(url), pgdriver.WithConnParams(map[string]any{"synchronous_commit": "on"}))
	pool := sql.OpenDB(connector)
	return pool, pool, true, nil
}

func openDatabase(ctx context.Context, url string) (*database, error) {
	db := &database{last: make(map[uuid.UUID]int64)}
	var err error
	if db.write, db.read, db.postgres, err = Connect(url); err != nil {
		return nil, err
	}
	db.read.SetMaxOpenConns(8)
	db.read.SetMaxIdleConns(8)
	bytes := "BLOB"
	if db.postgres {
		bytes = "BYTEA"
	}
	if _, err := db.write.ExecContext(ctx, strings.ReplaceAll(schema, "{bytes}", bytes)); err != nil {
		return nil, err
	}
	insert := "INSERT INTO floor_messages VALUES (?, ?, ?, ?, ?, ?, ?)"
	newest := "SELECT id, seq, sender, body, written_at, accepted_at FROM floor_messages WHERE conversation = ? ORDER BY seq DESC LIMIT ?"
	if db.postgres {
		insert = "INSERT INTO floor_messages VALUES ($1, $2, $3, $4, $5, $6, $7)"
		newest = strings.Replace(strings.Replace(newest, "?", "$1", 1), "?", "$2", 1)
	}
	if db.insert, err = db.write.PrepareContext(ctx, insert); err != nil {
		return nil, err
	}
	if db.newest, err = db.read.PrepareContext(ctx, newest); err != nil {
		return nil, err
	}
	rows, err := db.read.QueryContext(ctx, "SELECT conversation, MAX(seq) FROM floor_messages GROUP BY conversation")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id []byte
		var seq int64
		if err := rows.Scan(&id, &seq); err != nil {
			return nil, err
		}
		db.last[uuid.UUID(id)] = seq
	}
	return db, rows.Err()
}

// store stores a group in one transaction and returns the seqs.
func (db *database) store(ctx context.Context, group []submission) (seqs []int64, err error) {
	rows := make([]any, 0, columns*len(group))
	next := make(map[uuid.UUID]int64, len(group))
	for _, s := range group {
		c := s.message.conversation
		if next[c] == 0 {
			next[c] = db.last[c]
		}
		next[c]++
		seqs = append(seqs, next[c])
		rows = append(rows, c[:], next[c], s.message.ID[:], s.message.Sender[:], s.sealed,
			s.message.WrittenAt.UnixMicro(), s.message.AcceptedAt.UnixMicro())
	}
	if db.postgres {
		err = db.insertTogether(ctx, rows)
	} else {
		err = db.insertEach(ctx, rows)
	}
	if err != nil {
		return nil, fmt.Errorf("insert messages: %w", err)
	}
	for c, seq := range next {
		db.last[c] = seq
	}
	return seqs, nil
}

// insertTogether needs one way to the server and back.
func (db *database) insertTogether(ctx context.Context, rows []any) error {
	var text strings.Builder
	text.WriteString("INSERT INTO floor_messages VALUES ")
	for i := range len(rows) / columns {
		if i > 0 {
			text.WriteByte(',')
		}
		n := i * columns
		fmt.Fprintf(&text, "($%d,$%d,$%d,$%d,$%d,$%d,$%d)", n+1, n+2, n+3, n+4, n+5, n+6, n+7)
	}
	_, err := db.write.ExecContext(ctx, text.String(), rows...)
	return err
}

// insertEach has no way to go: the statement is prepared once.
func (db *database) insertEach(ctx context.Context, rows []any) error {
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	insert := tx.StmtContext(ctx, db.insert)
	for row := range slices.Chunk(rows, columns) {
		if _, err := insert.ExecContext(ctx, row...); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

// list returns the newest messages of a conversation, the oldest first.
func (db *database) list(ctx context.Context, aead cipher.AEAD, conversation uuid.UUID, limit int) ([]message, error) {
	rows, err := db.newest.QueryContext(ctx, conversation[:], limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := make([]message, 0, limit)
	for rows.Next() {
		var id, sender, sealed sql.RawBytes
		var written, accepted int64
		var m message
		if err := rows.Scan(&id, &m.Seq, &sender, &sealed, &written, &accepted); err != nil {
			return nil, err
		}
		body, err := aead.Open(nil, nil, sealed, id)
		if err != nil {
			return nil, err
		}
		copy(m.ID[:], id)
		copy(m.Sender[:], sender)
		m.Body, m.WrittenAt, m.AcceptedAt = string(body), time.UnixMicro(written).UTC(), time.UnixMicro(accepted).UTC()
		list = append(list, m)
	}
	slices.Reverse(list)
	return list, rows.Err()
}

// NewAEAD returns AES-256-GCM with a random nonce in front, as the product seals.
func NewAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// submission is a message on its way to the disk.
type submission struct {
	message message
	sealed  []byte
	done    chan stored
}

type stored struct {
	seq int64
	err error
}

// maxGroup is how many messages a transaction holds at most.
const maxGroup = 256

// committer stores what gathers while a transaction is on its way to the disk
// in the next one.
type committer struct {
	db    *database
	queue chan submission
	done  sync.Pool // of chan stored
}

func startCommitter(db *database) *committer {
	c := &committer{db: db, queue: make(chan submission, maxGroup)}
	c.done.New = func() any { return make(chan stored, 1) }
	go c.run()
	return c
}

func (c *committer) submit(m message, sealed []byte) (seq int64, err error) {
	done := c.done.Get().(chan stored)
	c.queue <- submission{m, sealed, done}
	s := <-done
	c.done.Put(done)
	return s.seq, s.err
}

func (c *committer) run() {
	for first := range c.queue {
		group := []submission{first}
	gather:
		for len(group) < maxGroup {
			select {
			case s := <-c.queue:
				group = append(group, s)
			default:
				break gather
			}
		}
		seqs, err := c.db.store(context.Background(), group)
		for i, s := range group {
			if err != nil {
				s.done <- stored{err: err}
				continue
			}
			s.done <- stored{seq: seqs[i]}
		}
	}
}
