package httpapi_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/server/store"
	"pleiades/server/store/storetest"
	"pleiades/shared/agenda"
	"pleiades/shared/availability"
	"pleiades/shared/message"
	"pleiades/shared/wire"
)

func changePath(conversation, id uuid.UUID) string {
	return "/conversations/" + conversation.String() + "/agenda/changes/" + id.String()
}

// mustChange hands over a change that the server does not know.
func (p *person) mustChange(conversation, id uuid.UUID, change wire.PutAgendaChange) wire.AgendaChanged {
	p.t.Helper()
	change.At = p.clock.Now()
	var answer wire.AgendaChanged
	p.must(http.StatusCreated, "PUT", changePath(conversation, id), change, &answer)
	return answer
}

// mustAdd puts an item on the list.
func (p *person) mustAdd(conversation uuid.UUID, text message.Text, place string) agenda.Item {
	p.t.Helper()
	id := uuid.New()
	return p.mustChange(conversation, id, wire.PutAgendaChange{Kind: agenda.Add, Item: id, Text: text, Place: place}).Items[0]
}

func (p *person) mustSync(have wire.SyncRequest) wire.SyncResponse {
	p.t.Helper()
	var answer wire.SyncResponse
	p.must(http.StatusOK, "POST", "/sync", have, &answer)
	return answer
}

func itemTexts(items []agenda.Item) string {
	var parts []string
	for _, item := range items {
		part := string(item.Text)
		if item.Done {
			part += " (done)"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// TestAgendaStory follows a next-appointment list from both sides.
func TestAgendaStory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := mustServe(t, db, nil)
		therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
		client := therapist.mustClient("client@example.test")
		conversation := client.mustConversation().ID
		key := conversation.String()
		before := client.mustConversation()
		known := wire.SyncRequest{
			Have: map[string]int64{key: 0}, Revs: map[string]int64{key: before.Rev}, Agenda: map[string]int64{key: before.AgendaRev},
		}
		clientStream, therapistStream := client.mustStream(""), therapist.mustStream("")
		both := func(want string) {
			t.Helper()
			for who, stream := range map[string]*stream{"client": clientStream, "therapist": therapistStream} {
				var event wire.AgendaEvent
				stream.must(wire.EventAgenda, &event)
				if event.Conversation != conversation || itemTexts(event.Items) != want {
					t.Errorf("the %s's page is told %+v, want %q", who, event, want)
				}
			}
		}

		sleep := client.mustAdd(conversation, "how I sleep", "B")
		both("how I sleep")
		client.mustAdd(conversation, "the letter", "V")
		both("the letter")
		therapist.mustChange(conversation, uuid.New(), wire.PutAgendaChange{Kind: agenda.Check, Item: sleep.ID})
		both("how I sleep (done)")
		for who, p := range map[string]*person{"client": client, "therapist": therapist} {
			var list wire.Agenda
			p.must(http.StatusOK, "GET", "/conversations/"+key+"/agenda", nil, &list)
			if itemTexts(list.Items) != "how I sleep (done), the letter" || list.Items[0].DoneBy != therapist.account.ID || list.Rev != 3 {
				t.Errorf("the %s's list is %+v", who, list)
			}
			missed := p.mustSync(known)
			if len(missed.Conversations) != 1 || !slices.EqualFunc(missed.Conversations[0].Agenda, list.Items, sameItem) || missed.Conversations[0].AgendaRev != 3 {
				t.Errorf("the %s's sync brings %+v", who, missed)
			}
		}

		t.Run("two devices wrote over the same words: both stay", func(t *testing.T) {
			phone := wire.PutAgendaChange{Kind: agenda.Edit, Item: sleep.ID, Base: sleep.TextID, Text: "sleep, from the phone", Place: "C"}
			desk := wire.PutAgendaChange{Kind: agenda.Edit, Item: sleep.ID, Base: sleep.TextID, Text: "sleep, from the desk", Place: "C"}
			client.mustChange(conversation, uuid.New(), phone)
			both("sleep, from the phone (done)")
			if answer := client.mustChange(conversation, uuid.New(), desk); itemTexts(answer.Items) != "sleep, from the phone (done), sleep, from the desk" {
				t.Errorf("got %+v", answer)
			}
			both("sleep, from the desk")
			known.Agenda[key], known.Revs[key] = 3, 3
			if got := itemTexts(therapist.mustSync(known).Conversations[0].Agenda); got != "sleep, from the phone (done), sleep, from the desk" {
				t.Errorf("sync brings %s", got)
			}
		})
		t.Run("a change whose answer was lost is repeated in vain", func(t *testing.T) {
			id := uuid.New()
			change := wire.PutAgendaChange{Kind: agenda.Add, Item: id, Text: "once", Place: "z", At: s.clock.Now()}
			client.must(http.StatusCreated, "PUT", changePath(conversation, id), change, nil)
			both("once")
			var again wire.AgendaChanged
			client.must(http.StatusOK, "PUT", changePath(conversation, id), change, &again)
			if again.ID != id || itemTexts(again.Items) != "once" || again.Rev != 6 {
				t.Errorf("got %+v", again)
			}
			change.Text = "something else"
			response, body := client.do("PUT", "/api/v1"+changePath(conversation, id), mustJSON(t, change), nil)
			wantProblem(t, response, body, wire.CodeIDConflict)
			if c := client.mustConversation(); c.Rev != 6 || c.AgendaRev != 6 {
				t.Errorf("rev %d and agendaRev %d, want 6", c.Rev, c.AgendaRev)
			}
			client.mustSend(conversation, "the next event") // and nothing before it
			var event wire.MessageEvent
			therapistStream.must(wire.EventMessage, &event)
		})
		t.Run("no list holds more than it can", func(t *testing.T) {
			other := therapist.mustClient("other@example.test")
			full := other.mustConversation().ID
			for range agenda.MaxItems {
				other.mustAdd(full, "item", "V")
			}
			id := uuid.New()
			response, body := other.do("PUT", "/api/v1"+changePath(full, id), mustJSON(t, wire.PutAgendaChange{
				Kind: agenda.Add, Item: id, Text: "one more", Place: "V", At: s.clock.Now(),
			}), nil)
			wantProblem(t, response, body, wire.CodeListFull)
		})
		for _, secret := range []string{"how I sleep", "from the phone", key} {
			if strings.Contains(s.log.String(), secret) {
				t.Errorf("the log holds %q", secret)
			}
		}
	})
}

func sameItem(a, b agenda.Item) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

// TestAvailabilityStory follows what a therapist sets to their client.
func TestAvailabilityStory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := mustServe(t, db, nil)
		therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
		client := therapist.mustClient("client@example.test")
		conversation := client.mustConversation().ID
		path := "/availability/" + s.practice.ID.String()
		acknowledge := "/conversations/" + conversation.String() + "/agreement"

		var none wire.Availabilities
		therapist.must(http.StatusOK, "GET", "/availability", nil, &none)
		if len(none.Availabilities) != 1 || none.Availabilities[0].Practice.ID != s.practice.ID || none.Availabilities[0].Settings != nil {
			t.Errorf("got %+v", none)
		}
		client.must(http.StatusOK, "GET", "/availability", nil, &none)
		if none.Availabilities == nil || len(none.Availabilities) != 0 {
			t.Errorf("the client got %+v", none)
		}

		a := availability.Default("America/New_York")
		a.Calendar, a.Words = availability.CalendarUS, "I read after lunch."
		var preview wire.AvailabilityPreview
		therapist.must(http.StatusOK, "POST", "/availability/preview", a, &preview)
		stream := client.mustStream("")
		var set wire.TherapistAvailability
		therapist.must(http.StatusOK, "PUT", path, a, &set)
		if set.Settings.Version != 1 || set.Outlook == nil || len(preview.Outlook.Office) != len(set.Outlook.Office) {
			t.Errorf("got %+v", set)
		}
		var event wire.AvailabilityEvent
		stream.must(wire.EventAvailability, &event)
		if event.Conversation != conversation || event.Style != availability.StyleOpen || event.Agreement.Version != 1 ||
			event.Agreement.Words != a.Words || event.Agreement.Acknowledged != 0 || event.Availability.Version != 1 {
			t.Errorf("the client's page is told %+v", event)
		}
		now := s.clock.Now()
		if due := event.Availability.Forecast(now); due.Beyond || due.Due.Before(now) || due.Due.After(now.Add(30*24*time.Hour)) {
			t.Errorf("the page forecasts %+v", due)
		}

		var agreement wire.Agreement
		client.must(http.StatusOK, "POST", acknowledge, wire.Acknowledge{Version: 1, TextVersion: wire.AgreementTextVersion}, &agreement)
		if agreement.Acknowledged != 1 || agreement.AcknowledgedAt == nil {
			t.Errorf("got %+v", agreement)
		}
		var told wire.Conversation
		stream.must(wire.EventConversation, &told)
		if told.Agreement.Acknowledged != 1 || told.Availability != nil {
			t.Errorf("the client's page is told %+v", told)
		}
		response, body := therapist.do("POST", "/api/v1"+acknowledge, []byte(`{"version":1}`), nil)
		wantProblem(t, response, body, wire.CodeForbidden)

		a.Style, a.Hours.Fri = availability.StyleBrief, nil
		therapist.must(http.StatusOK, "PUT", path, a, &set)
		stream.must(wire.EventAvailability, &event)
		if event.Agreement.Version != 2 || event.Agreement.Acknowledged != 1 || event.Style != availability.StyleBrief {
			t.Errorf("the client's page is told %+v", event)
		}
		therapist.must(http.StatusOK, "PUT", path, a, &set) // the answer was lost
		if set.Settings.Version != 2 {
			t.Errorf("version %d, want 2", set.Settings.Version)
		}
		c := client.mustConversation()
		missed := client.mustSync(wire.SyncRequest{Have: map[string]int64{conversation.String(): 0}, Revs: map[string]int64{conversation.String(): c.Rev - 1}})
		for _, got := range []wire.Conversation{c, missed.Conversations[0].Conversation} {
			if got.Style != availability.StyleBrief || got.Availability.Version != 2 || got.Agreement.Version != 2 || got.Rev != event.Rev {
				t.Errorf("got %+v", got)
			}
		}

		t.Run("who is wrong with a field is told which", func(t *testing.T) {
			bad := a
			bad.Zone, bad.Hours.Mon = "Mars/Olympus", []availability.Span{{"09:00", "12:00"}, {"11:00", "10:00"}}
			want := []availability.FieldError{
				{Field: "zone", Code: availability.CodeUnknownZone}, {Field: "hours.mon[1]", Code: availability.CodeReversedSpan},
			}
			for method, path := range map[string]string{"PUT": path, "POST": "/availability/preview"} {
				response, body := therapist.do(method, "/api/v1"+path, mustJSON(t, bad), nil)
				if got := wantProblem(t, response, body, wire.CodeInvalidAvailability).Fields; !slices.Equal(got, want) {
					t.Errorf("%s: got %v, want %v", method, got, want)
				}
			}
		})
		t.Run("it is the therapist's alone", func(t *testing.T) {
			for who, p := range map[string]*person{"the client": client, "the admin": s.mustStaff(t, wire.RoleAdmin, "admin@example.test")} {
				response, body := p.do("PUT", "/api/v1"+path, mustJSON(t, a), nil)
				wantProblem(t, response, body, wire.CodeNotFound)
				response, body = p.do("POST", "/api/v1/availability/preview", mustJSON(t, a), nil)
				if problem := wantProblem(t, response, body, wire.CodeForbidden); problem.Fields != nil {
					t.Errorf("%s got %+v", who, problem)
				}
			}
			for _, practice := range []string{uuid.NewString(), "nonsense"} {
				response, body := therapist.do("PUT", "/api/v1/availability/"+practice, mustJSON(t, a), nil)
				wantProblem(t, response, body, wire.CodeNotFound)
			}
		})
		if strings.Contains(s.log.String(), "after lunch") {
			t.Error("the log holds the therapist's words")
		}
	})
}
