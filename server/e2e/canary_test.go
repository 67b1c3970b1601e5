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
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/uptrace/bun/driver/pgdriver"

	"pleiades/server/store/storetest"
)

// canaries are words that occur nowhere but where a person typed them, by
// where that was. None of them may be found on a disk.
var canaries = map[string]string{
	"name":      "Quillfeather",
	"address":   "zebrafinch",
	"password":  "wheatear-bullfinch-dunnock",
	"message":   "hoopoe-by-the-canal",
	"answer":    "nightjar-in-the-heather",
	"draft":     "wryneck-under-the-eaves",
	"queued":    "capercaillie-at-dawn",
	"item":      "lapwing-on-the-list",
	"agreement": "corncrake-office-words",
	"plan":      "bittern-in-the-reeds",
	"person":    "Shoveler Duck",
}

// TestCanary types words everywhere a person can, then looks for them in every
// file of the server and of the browsers: database, journal, log, mail, and all
// of the profiles.
func TestCanary(t *testing.T) {
	t.Parallel()
	storetest.EachURL(t, func(t *testing.T, database string) {
		server := MustServe(t, database)
		theirs, therapist := server.MustLogIn(therapistEmail)
		invitation := therapist.invite()

		own := MustBrowse(t)
		client := own.Open(invitation)
		client.Fill(id("signup-name"), canaries["name"])
		client.Fill(id("signup-email"), canaries["address"]+"@demo.test")
		client.Fill(id("signup-password"), canaries["password"])
		client.Click(id("signup-submit"))
		conversation := client.OpenConversation(therapistName)
		client.WaitWorker()

		therapist.OpenOffice()
		therapist.Fill(id("availability-words"), canaries["agreement"])
		therapist.Save()
		therapist.Goto(server.URL + conversation)
		client.WaitText(id("agreement"), canaries["agreement"])
		client.Click(id("agreement-ack"))

		client.Send(canaries["message"])
		therapist.WaitMessage(canaries["message"])
		therapist.Send(canaries["answer"])
		client.WaitMessage(canaries["answer"])

		client.Click(id("agenda-link"))
		client.Fill(id("agenda-add-input"), canaries["item"])
		client.Click(id("agenda-add"))
		client.WaitItem(canaries["item"])
		client.Goto(server.URL + "/safety-plan")
		client.Fill(id("plan-signs"), canaries["plan"])
		client.Fill(id("plan-name-1"), canaries["person"])
		client.WaitFor("the plan to be kept", `document.querySelector('[data-testid="plan-saved"]').textContent !== ""`)

		client.Goto(server.URL + conversation)
		client.Wait(id("compose-input"))
		client.WaitConnection("online")
		server.Stop()
		client.WaitConnection("offline")
		client.Send(canaries["queued"])
		client.Draft(canaries["draft"])
		own.Quit()
		theirs.Quit()

		places := map[string]string{"the server's folder": server.dir, "the client's browser": own.profile, "the therapist's browser": theirs.profile}
		if folder := mustDump(t, database); folder != "" {
			places["the database's folder"] = folder
		}
		for where, folder := range places {
			for _, found := range mustSearch(t, folder) {
				t.Errorf("%s: %s", where, found)
			}
		}
	})

	t.Run("what is there is found", func(t *testing.T) {
		dir := t.TempDir()
		for name, form := range forms(canaries["message"]) {
			if err := os.WriteFile(filepath.Join(dir, "file"), []byte("before"+form+"after"), 0o600); err != nil {
				t.Fatal(err)
			}
			if len(mustSearch(t, dir)) == 0 {
				t.Errorf("as %s it is not found", name)
			}
		}
	})
}

// mustDump looks through every row of a PostgreSQL database and returns the
// folder of its files; "" for SQLite, whose files are the server's.
func mustDump(t *testing.T, url string) (folder string) {
	t.Helper()
	if strings.HasPrefix(url, "sqlite:") {
		return filepath.Dir(strings.TrimPrefix(url, "sqlite:"))
	}
	db := sql.OpenDB(pgdriver.NewConnector(pgdriver.WithDSN(url)))
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), "SHOW data_directory").Scan(&folder); err != nil {
		t.Fatal(err)
	}
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
		for _, found := range search([]byte(all.String)) {
			t.Errorf("table %s: %s", table, found)
		}
	}
	if _, err := os.ReadDir(folder); err != nil {
		return "" // a server elsewhere: its rows were all there is to see
	}
	return folder
}

// addressed are the files in which the address of a person has to be: mails to
// them, and where Chromium remembers what is typed into forms of any site, for
// those who want the address filled in when they log in.
var addressed = regexp.MustCompile(`/var/mail/[^/]*\.eml$|/Default/(Web Data|Sessions/[^/]*)$`)

// mustSearch looks for the canaries in all files of a folder, and in their
// names.
func mustSearch(t *testing.T, folder string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, what := range append(search(content), search([]byte(path))...) {
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

// search returns which canaries a content holds.
func search(content []byte) (found []string) {
	for where, canary := range canaries {
		for name, form := range forms(canary) {
			if bytes.Contains(content, []byte(form)) {
				found = append(found, fmt.Sprintf("the %s as %s", where, name))
			}
		}
	}
	return found
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
