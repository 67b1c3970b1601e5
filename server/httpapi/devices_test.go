package httpapi_test

import (
	"net/http"
	"testing"

	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/wire"
)

func TestDevices(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := mustServe(t, db, nil)
		therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
		lost := s.newcomer(t)
		lost.mustLogIn("therapist@example.test")
		stream := lost.mustStream("")

		var list wire.Devices
		therapist.must(http.StatusOK, "GET", "/devices", nil, &list)
		if len(list.Devices) != 2 || list.Devices[0].Current == list.Devices[1].Current {
			t.Fatalf("got %+v, want two devices, one of them current", list)
		}
		gone := list.Devices[0]
		if gone.Current {
			gone = list.Devices[1]
		}
		therapist.must(http.StatusNoContent, "PATCH", "/devices/"+gone.ID.String(), wire.Rename{Name: "Old phone"}, nil)
		response, body := therapist.do("PATCH", "/api/v1/devices/"+gone.ID.String(), []byte(`{"name":" "}`), nil)
		wantProblem(t, response, body, wire.CodeInvalidName)
		response, body = therapist.do("DELETE", "/api/v1/devices/nonsense", nil, nil)
		wantProblem(t, response, body, wire.CodeNotFound)

		t.Run("revoking closes its stream at once and says so from then on", func(t *testing.T) {
			therapist.must(http.StatusNoContent, "DELETE", "/devices/"+gone.ID.String(), nil, nil)
			stream.mustEnd(wire.EventLoginEnded)
			for _, path := range []string{"/me", "/conversations", "/events"} {
				response, body := lost.do("GET", "/api/v1"+path, nil, nil)
				wantProblem(t, response, body, wire.CodeDeviceRevoked)
			}
			lost.mustLogIn("therapist@example.test")
			lost.must(http.StatusOK, "GET", "/me", nil, nil)
		})
		t.Run("logging out is no revoking", func(t *testing.T) {
			lost.must(http.StatusNoContent, "POST", "/logout", nil, nil)
			response, body := lost.do("GET", "/api/v1/me", nil, nil)
			wantProblem(t, response, body, wire.CodeNotLoggedIn)
		})
	})
}
