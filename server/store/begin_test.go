package store_test

import (
	"strings"
	"testing"
	"time"

	"pleiades/server/store"
	"pleiades/server/store/storetest"
)

// TestBeginLog shows that the log takes under its protection what was stored
// before there was one, once, and tells when one was there before.
func TestBeginLog(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		db := storetest.MustOpenURL(t, url)
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		storetest.MustUnlock(t, db)
		mustLive(t, db)
		// As a process that starts, which knows nothing of the chains.
		begin := func(removed bool) string {
			t.Helper()
			db := storetest.MustOpenURL(t, url)
			storetest.MustUnlock(t, db)
			if err := db.BeginLog(t.Context(), time.Now(), removed); err != nil {
				t.Fatal(err)
			}
			report, err := db.VerifyLog(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			var findings strings.Builder
			for _, finding := range report.Findings {
				findings.WriteString(finding.String() + "\n")
			}
			return findings.String()
		}
		if got := begin(false); got != "" {
			t.Errorf("findings %s", got)
		}
		before := store.MustQuery(t, db, "SELECT COUNT(*) FROM audit_events")
		if got := begin(true); got != "" || store.MustQuery(t, db, "SELECT COUNT(*) FROM audit_events") != before {
			t.Errorf("with a log: findings %s", got)
		}
		for _, removed := range []bool{false, true} {
			store.MustExec(t, db, "DELETE FROM audit_events")
			store.MustExec(t, db, "DELETE FROM audit_heads")
			if got := begin(removed); strings.Contains(got, "an earlier log: missing") != removed || strings.Count(got, "\n") > 1 {
				t.Errorf("without a log, removed %v: findings %s", removed, got)
			}
		}
		store.MustExec(t, db, "UPDATE messages SET late = NOT late WHERE seq = 1")
		if got := begin(true); !strings.Contains(got, "messages/") {
			t.Errorf("a row changed after the log began: findings %s", got)
		}
	})
}
