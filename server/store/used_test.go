package store_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pleiades/server/store"
	"pleiades/server/store/storetest"
)

// TestUsesLeaveNothing uses everything in every way where nobody has edited
// anything: nothing is found then.
func TestUsesLeaveNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		mustLive(t, db)
		for table := range store.GuardedTables() {
			if once := slices.Contains(store.WrittenOnce(), table); once == (store.Uses(table) > 0) {
				t.Errorf("%s: say how the program uses its rows, or that it never writes them anew", table)
			}
			for way := range store.Uses(table) {
				used := 0
				report, err := store.Forge(t, db, nil, func(f store.Forger) error { used = f.Use(table, way); return nil })
				if err != nil || used == 0 || len(report.Findings) > 0 {
					t.Errorf("way %d of using %s: used %d rows, findings %v, error %v", way, table, used, report.Findings, err)
				}
			}
		}
	})
}

// TestBelievingIsFoundOut shows what TestRandomEdits is worth: a program that
// believes the log instead of looking leaves edits that nobody finds.
func TestBelievingIsFoundOut(t *testing.T) {
	db := storetest.MustOpen(t, storetest.SQLite)
	mustLive(t, db)
	told, types := store.MustTell(t, db), columnTypes(t, db)
	random := rand.New(rand.NewPCG(1, 2))
	for range edits[storetest.SQLite] {
		e := attempt{Rand: random, types: types, edit: randomEdit(random)}
		report, err := store.Forge(t, db, nil, func(f store.Forger) error { return e.makeAndUse(f.Believing(told)) })
		if err == nil && !slices.ContainsFunc(report.Findings, e.names) {
			if e.used == 0 {
				t.Errorf("%s of %s: unused, and not among the findings %v", e.kind, e.what, report.Findings)
			}
			return
		}
	}
	t.Error("every edit was found")
}
