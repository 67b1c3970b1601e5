package store_test

import (
	"context"
	"sync"
	"testing"

	"pleiades/server/store/storetest"
)

// TestRestartOfPostgres ends all connections of the pool, as a restart of the
// server does: nobody who asks afterwards finds out.
func TestRestartOfPostgres(t *testing.T) {
	url := storetest.MustURL(t, storetest.Postgres)
	db := storetest.MustOpenAgain(t, url)
	ask := func() {
		t.Helper()
		var group sync.WaitGroup
		for range 32 { // so that the pool fills up
			group.Go(func() {
				if _, err := db.Accounts().ListPractices(context.WithoutCancel(t.Context())); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	}
	for range 3 {
		ask()
		storetest.MustTamper(t, url, "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "+
			"WHERE datname = current_database() AND pid <> pg_backend_pid()")
	}
	ask()
}
