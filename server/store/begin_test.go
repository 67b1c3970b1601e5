package store_test

import (
	"strings"
	"testing"

	"pleiades/server/store"
	"pleiades/server/store/storetest"
)

// TestDestroyOlderTexts destroys texts whose key is from before the log: the
// chain that took it in tells of it.
func TestDestroyOlderTexts(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		mustFillInTheClear(t, url)
		db := storetest.MustOpenAgain(t, url)
		findings := func() int {
			t.Helper()
			report, err := db.VerifyLog(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			return len(report.Findings)
		}
		before := findings() // what is in the clear there is not all as the program writes it
		destroyOne(t, db)
		if after := findings(); after != before {
			t.Errorf("%d findings, were %d", after, before)
		}
	})
}

// TestBeginLog shows that the log takes under its protection what was stored
// before there was one, once and for ever: not again when the log is gone, and
// not unnoticed when its key is gone too.
func TestBeginLog(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		mustLive(t, storetest.MustOpenAgain(t, url))
		// As a process that starts, which knows nothing of the chains.
		start := func() string {
			t.Helper()
			report, err := storetest.MustOpenAgain(t, url).VerifyLog(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			var findings strings.Builder
			for _, finding := range report.Findings {
				findings.WriteString(finding.String() + "\n")
			}
			return findings.String()
		}
		db := storetest.MustOpenURL(t, url)
		count := func() string { return store.MustQuery(t, db, "SELECT COUNT(*) FROM audit_events") }
		before := count()
		if got := start(); got != "" || count() != before {
			t.Errorf("findings %s", got)
		}

		const forge, platform = "UPDATE messages SET late = NOT late WHERE seq = 1", "practice_id = '00000000-0000-0000-0000-000000000000'"
		store.MustExec(t, db, forge)
		store.MustExec(t, db, "DELETE FROM audit_events WHERE "+platform)
		store.MustExec(t, db, "DELETE FROM audit_heads WHERE "+platform)
		before = count()
		got := start()
		if !strings.Contains(got, "no practice: event 1: missing") || !strings.Contains(got, "messages/") || count() != before {
			t.Errorf("without the chain of no practice: findings %s", got)
		}
		mustLive(t, storetest.MustOpenAgain(t, url)) // it goes on
		if got := start(); !strings.Contains(got, "no practice: event 1: missing") || !strings.Contains(got, "messages/") {
			t.Errorf("the chain of no practice goes on: findings %s", got)
		}

		for _, table := range []string{"audit_events", "audit_heads"} {
			store.MustExec(t, db, "DELETE FROM "+table)
		}
		if got := start(); !strings.Contains(got, "no practice: event 1: missing") || count() != "0" {
			t.Errorf("without a log: findings %s", got)
		}

		mustLive(t, storetest.MustOpenAgain(t, url))
		store.MustExec(t, db, "DELETE FROM wrapped_keys WHERE name = 'audit'")
		if got := start(); !strings.Contains(got, "an earlier log: missing") {
			t.Errorf("without its key: findings %s", got)
		}
	})
}
