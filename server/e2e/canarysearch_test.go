package e2e

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/uptrace/bun/driver/pgdriver"
)

// finder finds words in what may hold them in one of several forms.
type finder struct {
	at [1 << 16][]needle // by the first two bytes
}

// needle is a form of a word, and what to call it.
type needle struct {
	form []byte
	what string
}

// newFinder returns what finds words, each by its name.
func newFinder(words map[string]string) *finder {
	f := new(finder)
	for name, word := range words {
		for as, form := range forms(word) {
			first := uint16(form[0])<<8 | uint16(form[1])
			f.at[first] = append(f.at[first], needle{[]byte(form), fmt.Sprintf("the %s as %s", name, as)})
		}
	}
	return f
}

// in returns what a content holds.
func (f *finder) in(content []byte) (found []string) {
	for i := range max(0, len(content)-1) {
		for _, n := range f.at[uint16(content[i])<<8|uint16(content[i+1])] {
			if bytes.HasPrefix(content[i:], n.form) && !slices.Contains(found, n.what) {
				found = append(found, n.what)
			}
		}
	}
	return found
}

// addressed are the files in which the address of a person has to be: mails to
// them, and where Chromium remembers what is typed into forms of any site, for
// those who want the address filled in when they log in.
var addressed = regexp.MustCompile(`/var/mail/[^/]*\.eml$|/Default/(Login Data|Web Data|Sessions/[^/]*)$`)

// mustSearch looks for words in all files of a folder, and in their names.
func (f *finder) mustSearch(t *testing.T, folder string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, what := range append(f.in(content), f.in([]byte(path))...) {
			if addressed.MatchString(path) && strings.HasPrefix(what, "the address ") {
				continue
			}
			found = append(found, what+" in "+strings.TrimPrefix(path, folder))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// mustDump looks for words in every row of a PostgreSQL database.
func (f *finder) mustDump(t *testing.T, url string) (found []string) {
	t.Helper()
	db := sql.OpenDB(pgdriver.NewConnector(pgdriver.WithDSN(url)))
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, table)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		var all sql.NullString
		if err := db.QueryRowContext(t.Context(), fmt.Sprintf("SELECT string_agg(t::text, '') FROM %q t", table)).Scan(&all); err != nil {
			t.Fatal(err)
		}
		for _, what := range f.in([]byte(all.String)) {
			found = append(found, what+" in the table "+table)
		}
	}
	return found
}

// mustFolder returns the folder of a database's files, "" where they are out of
// reach.
func mustFolder(t *testing.T, url string) (folder string) {
	t.Helper()
	if path, file := strings.CutPrefix(url, "sqlite:"); file {
		return filepath.Dir(path)
	}
	db := sql.OpenDB(pgdriver.NewConnector(pgdriver.WithDSN(url)))
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), "SHOW data_directory").Scan(&folder); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadDir(folder); err != nil {
		return "" // a server elsewhere: its rows are all there is to see
	}
	return folder
}

// forms are the ways in which a text may lie in a file.
func forms(text string) map[string]string {
	wide := make([]byte, 0, 2*len(text))
	for _, unit := range utf16.Encode([]rune(text)) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	all := map[string]string{
		"it is": text, "UTF-16": string(wide), "hex": hex.EncodeToString([]byte(text)),
		"the address of a page": strings.ReplaceAll(text, " ", "%20"),
	}
	// Base64 of a part of something longer depends on where the part begins.
	for shift := range 3 {
		encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", shift) + text))
		all[fmt.Sprintf("base64 at %d", shift)] = encoded[(shift*8+5)/6 : len(encoded)-2]
	}
	return all
}
