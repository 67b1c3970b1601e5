package store_test

import (
	"strings"
	"testing"

	"pleiades/server/store"
	"pleiades/server/store/storetest"
)

// notGuarded says of every table whose rows the log does not protect why not. A
// table that is neither here nor guarded fails the test below.
var notGuarded = map[string]string{
	"article_ratings":    "counts of readers whom nobody knows",
	"article_remarks":    "words of readers whom nobody knows, about articles of ours; nothing is decided by them",
	"audit_events":       "the log itself: a chain",
	"audit_heads":        "the ends of its chains, signed",
	"ceremonies":         "a question to a passkey, for minutes; the answer is checked against the passkey",
	"email_changes":      "what waits for the code of a mail, or a day; the address does not open where it was put there",
	"login_sessions":     "they change with every act; each has a code of its own",
	"mails":              "what waits to be sent, for two days; address and link do not open where they were put there",
	"migrations":         "of what version the tables are; holds nothing of anyone",
	"notices":            "news of what the log tells anyway",
	"sealing":            "how far an update is",
	"sign_ups":           "what waits for the link of a mail, for days; nobody has an account by it yet",
	"throttles":          "failures in a row, which change with every guess",
	"withdrawn_messages": "what never came: without a row it may come late, and a forged one refuses a message before its author's eyes",
	"wrapped_keys":       "compared by name, and by whether they open: rotation changes what lies there",
}

// TestEveryTableIsGuarded walks the schema as it is.
func TestEveryTableIsGuarded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		tables := make(map[string]bool)
		for label := range store.MustColumns(t, db) {
			table, _, _ := strings.Cut(label, ".")
			tables[table] = true
		}
		guarded := store.GuardedTables()
		for table := range tables {
			if _, is := guarded[table]; is == (notGuarded[table] != "") {
				t.Errorf("%s belongs in one of two lists: the guarded tables, or here with a reason", table)
			}
		}
		for table := range notGuarded {
			if !tables[table] {
				t.Errorf("%s is listed, but not there", table)
			}
		}
	})
}
