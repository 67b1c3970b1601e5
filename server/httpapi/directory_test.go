package httpapi_test

import (
	"net/http"
	"testing"

	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/availability"
	"pleiades/shared/wire"
)

// TestListing shows a therapist in the directory: before, they say when they answer.
func TestListing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := mustServe(t, db, nil)
		therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
		practice := therapist.account.Memberships[0].Practice.ID.String()
		listed := wire.PutListing{Listed: true, Accepting: true, Words: "I listen."}

		response, body := therapist.do("PUT", "/api/v1/directory/listings/"+practice, mustJSON(t, listed), nil)
		wantProblem(t, response, body, wire.CodeNeedsAvailability)
		therapist.must(http.StatusNoContent, "PUT", "/directory/listings/"+practice, wire.PutListing{}, nil)

		therapist.must(http.StatusOK, "PUT", "/availability/"+practice, availability.Default("Europe/Dublin"), nil)
		therapist.must(http.StatusNoContent, "PUT", "/directory/listings/"+practice, listed, nil)
		var directory wire.Directory
		therapist.must(http.StatusOK, "GET", "/directory", nil, &directory)
		if len(directory.Therapists) != 1 || directory.Therapists[0].Promise == nil {
			t.Errorf("the directory shows %+v", directory.Therapists)
		}
	})
}
