// Package migrations holds the changes of the database, one file each, in the
// order of their numbers. A file that has been released never changes: a later
// one corrects it. The files are SQL for both databases, with a few types in
// braces where these differ.
package migrations

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

//go:embed *.sql
var files embed.FS

// Dialect maps the types in braces to those of a database.
type Dialect map[string]string

// The databases.
var (
	SQLite   = Dialect{"{uuid}": "TEXT", "{bytes}": "BLOB"}
	Postgres = Dialect{"{uuid}": "uuid", "{bytes}": "bytea"}
)

// Migration is one change of the database.
type Migration struct {
	Version int    // from 1, without gaps
	Name    string // what it does, in words_like_this
	text    string
}

// SQL returns the statements of the change.
func (m Migration) SQL(d Dialect) string {
	text := m.text
	for name, sqlType := range d {
		text = strings.ReplaceAll(text, name, sqlType)
	}
	return text
}

// List returns all migrations in order.
func List() ([]Migration, error) {
	names, err := fs.Glob(files, "*.sql") // sorted
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	list := make([]Migration, len(names))
	for i, name := range names {
		number, words, _ := strings.Cut(strings.TrimSuffix(path.Base(name), ".sql"), "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %s: want number %04d", name, i+1)
		}
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("migration %s: %w", name, err)
		}
		list[i] = Migration{Version: version, Name: words, text: string(text)}
	}
	return list, nil
}
