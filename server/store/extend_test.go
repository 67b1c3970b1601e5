package store_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/chat"
	"pleiades/server/store"
	"pleiades/server/store/storetest"
)

// TestExtendLog brings a database up to date whose log an earlier build began:
// the log tells since when it protects what, and what was done behind its back
// before is found as ever.
func TestExtendLog(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		db := storetest.MustOpenAgain(t, url)
		mustLive(t, db)
		store.MustMakeOlder(t, db)
		check := func(t *testing.T, name string, db *store.DB, want ...string) audit.Report {
			t.Helper()
			report, err := db.VerifyLog(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for _, finding := range report.Findings {
				got.WriteString(finding.String() + "\n")
			}
			for _, text := range want {
				if !strings.Contains(got.String(), text) {
					t.Errorf("%s: %q is not among the findings\n%s", name, text, got.String())
				}
			}
			if want == nil && got.Len() > 0 {
				t.Errorf("%s: findings\n%s", name, got.String())
			}
			return report
		}
		check(t, "before the update", db, "no practice: tickets: missing", "no practice: memberships: missing")

		up := storetest.MustOpenAgain(t, url)
		report := check(t, "after the update", up)
		for _, table := range []string{"tickets", "listings", "accounts", "memberships"} {
			if !slices.ContainsFunc(report.Notes, func(f audit.Finding) bool { return strings.HasPrefix(f.Note, table+": ") }) {
				t.Errorf("%s: not among the notes %v", table, report.Notes)
			}
		}
		events := store.MustQuery(t, up, "SELECT COUNT(*) FROM audit_events")
		storetest.MustOpenAgain(t, url)
		if again := store.MustQuery(t, up, "SELECT COUNT(*) FROM audit_events"); again != events {
			t.Errorf("another start: %s events, were %s", again, events)
		}
		mustLive(t, up)
		check(t, "as it goes on", up)
		destroyOne(t, up)
		check(t, "texts destroyed whose key is older", up)
		store.MustExec(t, up, "UPDATE tickets SET kind = 'forged'")
		check(t, "a ticket changed since", up, "no practice: tickets/")
	})
}

// destroyOne destroys the texts of the conversation that began first.
func destroyOne(t *testing.T, db *store.DB) {
	t.Helper()
	id := uuid.MustParse(store.MustQuery(t, db, "SELECT id FROM conversations ORDER BY created_at, id LIMIT 1"))
	err := db.Conversations().Update(t.Context(), func(tx chat.Tx) error {
		found, err := tx.LockConversations(t.Context(), []uuid.UUID{id})
		if err != nil {
			return err
		}
		return errors.Join(
			tx.DestroyTexts(t.Context(), found[0], time.Now()),
			tx.Record(t.Context(), storetest.EventOf(audit.KeyDestroy, found[0].Practice, id)))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestForgedBeforeExtending changes a database of an earlier build before it is
// brought up to date: what was protected is not taken in as it is.
func TestForgedBeforeExtending(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		mustLive(t, db)
		store.MustMakeOlder(t, db)
		for statement, want := range map[string]string{
			"UPDATE memberships SET created_at = created_at + 1":         "memberships/",
			"UPDATE messages SET late = NOT late":                        "messages/",
			"UPDATE conversations SET created_at = 0":                    "conversations/",
			"UPDATE memberships SET role = 'owner' WHERE role = 'admin'": "/owner: inserted",
			"DELETE FROM closings":                                       "closings/",
		} {
			report, err := store.Forge(t, db, nil, func(f store.Forger) error {
				if err := f.Exec(statement); err != nil {
					return err
				}
				return f.Extend()
			})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(report.Findings, func(finding audit.Finding) bool { return strings.Contains(finding.String(), want) }) {
				t.Errorf("%s: not among the findings %v", statement, report.Findings)
			}
		}
		report, err := store.Forge(t, db, nil, store.Forger.Extend)
		if err != nil || len(report.Findings) > 0 {
			t.Errorf("untouched: findings %v, error %v", report.Findings, err)
		}
	})
}

// TestForgedIntoEmptyTables puts rows into tables that an earlier build protected,
// and that held nothing then, before its database is brought up to date.
func TestForgedIntoEmptyTables(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		mustLive(t, db)
		for _, table := range store.ExtendedTables() {
			count := store.MustQuery(t, db, "SELECT COUNT(*) FROM "+table)
			want := func(report audit.Report, err error) {
				t.Helper()
				found := 0
				for _, f := range report.Findings {
					if f.Problem == audit.Inserted && strings.HasPrefix(f.What, table+"/") {
						found++
					}
				}
				if err != nil || strconv.Itoa(found) != count || found == 0 {
					t.Errorf("%s: %d of %s rows found, error %v", table, found, count, err)
				}
			}
			store.MustMakeUnnumbered(t, db, table)
			want(store.Forge(t, db, nil, store.Forger.Extend))
			store.MustExtend(t, db, table) // as builds did that went by what the log told
			want(db.VerifyLog(t.Context(), nil))
		}
		store.MustMakeUnnumbered(t, db, "")
		report, err := store.Forge(t, db, nil, store.Forger.Extend)
		if err != nil || len(report.Findings) > 0 {
			t.Errorf("nothing put in: findings %v, error %v", report.Findings, err)
		}
		if !slices.ContainsFunc(report.Notes, func(f audit.Finding) bool { return strings.HasPrefix(f.Note, "tickets: ") }) {
			t.Errorf("tickets, which were not protected: not among the notes %v", report.Notes)
		}
	})
}

// TestForgedExtension tries to have rows taken in that someone put there.
func TestForgedExtension(t *testing.T) {
	const forge = "UPDATE tickets SET kind = 'forged'"
	found := func(t *testing.T, db *store.DB, problem audit.Problem, what string) {
		t.Helper()
		report, err := db.VerifyLog(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(report.Findings, func(f audit.Finding) bool {
			return f.Problem == problem && strings.HasPrefix(f.What, what)
		}) {
			t.Errorf("%s %s: not among the findings %v", what, problem, report.Findings)
		}
	}
	t.Run("by the program, though the table is protected", func(t *testing.T) {
		storetest.Each(t, func(t *testing.T, db *store.DB) {
			mustLive(t, db)
			store.MustExec(t, db, forge)
			store.MustExtend(t, db, "tickets")
			found(t, db, audit.Inserted, "event ")
		})
	})
	t.Run("by taking away that it was done", func(t *testing.T) {
		storetest.EachURL(t, func(t *testing.T, url string) {
			db := storetest.MustOpenAgain(t, url)
			mustLive(t, db)
			store.MustMakeOlder(t, db)
			storetest.MustOpenAgain(t, url)
			store.MustExec(t, db, forge)
			store.MustExec(t, db, "DELETE FROM audit_events WHERE kind = 'audit.extend'")
			found(t, storetest.MustOpenAgain(t, url), audit.Missing, "event")
		})
	})
	t.Run("by an event of one's own", func(t *testing.T) {
		storetest.EachURL(t, func(t *testing.T, url string) {
			db := storetest.MustOpenAgain(t, url)
			mustLive(t, db)
			store.MustMakeOlder(t, db)
			store.SetLogKey(db, make(audit.Key, 32))
			store.MustExec(t, db, forge)
			store.MustExtend(t, db, "tickets")
			found(t, storetest.MustOpenAgain(t, url), audit.Changed, "head")
		})
	})
}
