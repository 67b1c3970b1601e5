package httpapi_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"pleiades/server/audit"
	"pleiades/server/store/storetest"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

// unrecorded are the routes of which being refused leaves nothing in the log: what
// was asked for would be the caller's own, or their practice's, and is not there, or
// it is asked for with the token of a link, without a login.
var unrecorded = []string{
	"DELETE /totp", "POST /recovery-codes",
	"POST /password/reset/approve", "DELETE /password/reset", "DELETE /email",
	"POST /contact/read", "POST /contact/replies",
}

// TestRefusalsAreRecorded asks for everything that TestRights says is not for a
// client, or, where that is, for a therapist or an admin, each time as another one: all
// of it is in the log.
func TestRefusalsAreRecorded(t *testing.T) {
	s := mustServe(t, storetest.MustOpen(t, storetest.SQLite), nil)
	h := mustHouse(t, s)
	roles := []wire.Role{wire.RoleClient, wire.RoleTherapist, wire.RoleAdmin}
	refused := 0
	for i, r := range rights {
		at := slices.IndexFunc([]int{2, 4, 6}, func(asker int) bool { return strings.IndexByte("nf", r.letter(asker)) >= 0 })
		if at < 0 || slices.Contains(unrecorded, r.route) {
			continue
		}
		refused++
		email := message.Text(fmt.Sprintf("prober.%d@example.test", i))
		s.mustCreate(t, roles[at], email)
		prober := s.newcomer(t)
		prober.mustLogIn(email)
		method, path, _ := strings.Cut(h.mustFill(t, r.route), " ")
		var body []byte
		if r.body != "" {
			body = []byte(h.mustFill(t, r.body))
		}
		response, got := prober.do(method, "/api/v1"+path, body, nil)
		if response.StatusCode != letters['n'].status && response.StatusCode != letters['f'].status {
			t.Errorf("%s: got %d %s", r.route, response.StatusCode, got)
		}
		recorded := false
		for _, chain := range []uuid.UUID{s.practice.ID, uuid.Nil} {
			newest, err := s.db.Accounts().ListEntries(t.Context(), chain, audit.Filter{Kind: audit.AccessDeny, Limit: 1})
			if err != nil {
				t.Fatal(err)
			}
			recorded = recorded || len(newest) == 1 && newest[0].Actor == prober.account.ID && newest[0].Outcome == audit.Denied
		}
		if !recorded {
			t.Errorf("%s by a %s: nothing is recorded", r.route, roles[at])
		}
		h.mustClear(t, r)
	}
	if refused < 40 {
		t.Errorf("they are refused at %d routes alone", refused)
	}
}
