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
			storetest.MustFillAgenda(t, db, full, other.account.ID, agenda.MaxItems)
			id := uuid.New()
			response, body := other.do("PUT", "/api/v1"+changePath(full, id), mustJSON(t, wire.PutAgendaChange{
				Kind: agenda.Add, Item: id, Text: "one more", Place: "V", At: s.clock.Now(),
			}), nil)
			wantProblem(t, response, body, wire.CodeListFull)
		})
		t.Run("texts that were destroyed are told of as such, and nothing can be added", func(t *testing.T) {
			other := therapist.mustClient("third@example.test")
			over := other.mustConversation().ID
			other.mustSend(over, "not for ever")
			therapist.must(http.StatusOK, "POST", "/conversations/"+over.String()+"/close", wire.Close{}, nil)
			if err := s.chat.DestroyTexts(t.Context(), over); err != nil {
				t.Fatal(err)
			}
			var page wire.Messages
			other.must(http.StatusOK, "GET", "/conversations/"+over.String()+"/messages", nil, &page)
			if len(page.Messages) != 1 || !page.Messages[0].Destroyed || page.Messages[0].Body != "" {
				t.Errorf("got %+v", page)
			}
			body := mustJSON(t, wire.PutMessage{Body: "one more", WrittenAt: s.clock.Now()})
			response, answer := other.do("PUT", "/api/v1/conversations/"+over.String()+"/messages/"+uuid.NewString(), body, nil)
			wantProblem(t, response, answer, wire.CodeDestroyed)
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
		s.awaitNoon()
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
		// The two begin at different moments, and need not show as many hours.
		if set.Settings.Version != 1 || set.Outlook == nil || len(set.Outlook.Office) == 0 || len(preview.Outlook.Office) == 0 {
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

// TestBadAgendaChange shows that no change of a list gets further than it
// should.
func TestBadAgendaChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := mustServe(t, db, nil)
		client := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test").mustClient("client@example.test")
		conversation := client.mustConversation().ID
		item := client.mustAdd(conversation, "item", "V").ID.String()
		id := uuid.New()
		own := `"item":"` + id.String() + `"`
		const at = `"at":"2026-01-02T03:04:05Z"`
		base := `"base":"` + item + `"`
		addition := func(text string) string {
			return `{"kind":"add",` + own + `,"text":"` + text + `","place":"V",` + at + `}`
		}
		placed := func(place string) string {
			return `{"kind":"move","item":"` + item + `","place":"` + place + `",` + at + `}`
		}
		for _, c := range []struct {
			name string
			body string
			code wire.Code
			errs []string
		}{
			{"empty body", ``, wire.CodeBadRequest, nil},
			{"broken UTF-8", addition("\xff"), wire.CodeBadRequest, nil},
			{"lone surrogate", addition(`\ud83d`), wire.CodeBadRequest, nil},
			{"two megabytes", addition(strings.Repeat("x", 2<<20)), wire.CodeTooLarge, nil},
			{"not an object", `[]`, wire.CodeInvalidRequest, nil},
			{"nothing in it", `{}`, wire.CodeInvalidRequest, []string{"at", "item", "kind"}},
			{"unknown kind", `{"kind":"burn",` + own + `,` + at + `}`, wire.CodeInvalidRequest, []string{"kind"}},
			{"kind of the wrong type", `{"kind":1,` + own + `,` + at + `}`, wire.CodeInvalidRequest, []string{"kind"}},
			{"unknown field", `{"kind":"check","item":"` + item + `","rev":1,` + at + `}`, wire.CodeInvalidRequest, []string{"rev"}},
			{"item that is no id", `{"kind":"check","item":"x",` + at + `}`, wire.CodeInvalidRequest, []string{"item"}},
			{"item of nothing", `{"kind":"check","item":null,` + at + `}`, wire.CodeInvalidRequest, []string{"item"}},
			{"item of zeros", `{"kind":"check","item":"` + uuid.Nil.String() + `",` + at + `}`, wire.CodeInvalidRequest, []string{"item"}},
			{"addition under another id", `{"kind":"add","item":"` + item + `","text":"x","place":"V",` + at + `}`, wire.CodeInvalidRequest, []string{"item"}},
			{"change of itself", `{"kind":"check",` + own + `,` + at + `}`, wire.CodeInvalidRequest, []string{"item"}},
			{"addition without a place", `{"kind":"add",` + own + `,"text":"x",` + at + `}`, wire.CodeInvalidRequest, []string{"place"}},
			{"addition upon another text", `{"kind":"add",` + own + `,"text":"x","place":"V",` + base + `,` + at + `}`, wire.CodeInvalidRequest, []string{"base"}},
			{"edit of an unknown text", `{"kind":"edit","item":"` + item + `","text":"x","place":"V",` + at + `}`, wire.CodeInvalidRequest, []string{"base"}},
			{"check with a text", `{"kind":"check","item":"` + item + `","text":"x",` + at + `}`, wire.CodeInvalidRequest, []string{"text"}},
			{"place with a NUL", placed(`\u0000`), wire.CodeInvalidRequest, []string{"place"}},
			{"place outside the alphabet", placed("ä"), wire.CodeInvalidRequest, []string{"place"}},
			{"place with a zero at its end", placed("V0"), wire.CodeInvalidRequest, []string{"place"}},
			{"place too long", placed(strings.Repeat("V", 201)), wire.CodeInvalidRequest, []string{"place"}},
			{"time that is no time", `{"kind":"check","item":"` + item + `","at":"now"}`, wire.CodeInvalidRequest, []string{"at"}},
			{"time before year 1", `{"kind":"check","item":"` + item + `","at":"0000-01-01T00:00:00Z"}`, wire.CodeInvalidRequest, []string{"at"}},
			{"text of white space", addition(` \n`), wire.CodeInvalidMessage, []string{"empty"}},
			{"text too long", addition(strings.Repeat("x", 5001)), wire.CodeInvalidMessage, []string{"too_long"}},
			{"text with a NUL", addition(`a\u0000b`), wire.CodeInvalidMessage, []string{"invalid_text"}},
		} {
			t.Run(c.name, func(t *testing.T) {
				response, got := client.do("PUT", "/api/v1"+changePath(conversation, id), []byte(c.body), nil)
				problem := wantProblem(t, response, got, c.code)
				slices.Sort(problem.Errors)
				if c.errs != nil && !slices.Equal(problem.Errors, c.errs) {
					t.Errorf("errors: got %q, want %q", problem.Errors, c.errs)
				}
			})
		}
		t.Run("change id that is none", func(t *testing.T) {
			response, got := client.do("PUT", "/api/v1/conversations/"+conversation.String()+"/agenda/changes/1", []byte(addition("x")), nil)
			wantProblem(t, response, got, wire.CodeBadRequest)
		})
		var list wire.Agenda
		client.must(http.StatusOK, "GET", "/conversations/"+conversation.String()+"/agenda", nil, &list)
		if len(list.Items) != 1 || list.Rev != 1 {
			t.Errorf("the list is %+v", list)
		}
		if log := s.log.String(); strings.Contains(log, "level=ERROR") {
			t.Errorf("something went wrong on our side: %s", log)
		}
	})
}

// TestBadAvailability shows that what cannot be set is named at its field.
func TestBadAvailability(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := mustServe(t, db, nil)
		therapist := s.mustStaff(t, wire.RoleTherapist, "therapist@example.test")
		client := therapist.mustClient("client@example.test")
		agreement := "/api/v1/conversations/" + client.mustConversation().ID.String() + "/agreement"
		type errors = []availability.FieldError
		yesterday := s.clock.Now().Add(-48 * time.Hour).UTC().Format(time.DateOnly)
		many := func(n int, entry string) string { return `[` + strings.Repeat(entry+",", n-1) + entry + `]` }
		for _, c := range []struct {
			name         string
			field, value string // as JSON
			code         wire.Code
			fields       errors
			invalid      string // the field that Errors names
		}{
			{name: "unknown zone", field: "zone", value: `"Mars/Olympus"`, fields: errors{{Field: "zone", Code: "unknown_zone"}}},
			{name: "no zone", field: "zone", value: `""`, fields: errors{{Field: "zone", Code: "unknown_zone"}}},
			{name: "zone outside its folder", field: "zone", value: `"../../etc/passwd"`, fields: errors{{Field: "zone", Code: "unknown_zone"}}},
			{name: "zone with a NUL", field: "zone", value: `"UTC\u0000"`, fields: errors{{Field: "zone", Code: "unknown_zone"}}},
			{name: "very long zone", field: "zone", value: `"` + strings.Repeat("x", 500_000) + `"`, fields: errors{{Field: "zone", Code: "unknown_zone"}}},
			{name: "unknown style", field: "style", value: `"loud"`, fields: errors{{Field: "style", Code: "unknown_style"}}},
			{name: "unknown calendar", field: "calendar", value: `"XX"`, fields: errors{{Field: "calendar", Code: "unknown_calendar"}}},
			{name: "words too long", field: "words", value: `"` + strings.Repeat("x", 281) + `"`, fields: errors{{Field: "words", Code: "words_too_long"}}},
			{name: "words with a NUL", field: "words", value: `"a\u0000"`, fields: errors{{Field: "words", Code: "words_invalid"}}},
			{name: "promise below 0", field: "promise", value: `{"min":-1,"max":24}`, fields: errors{{Field: "promise.min", Code: "promise_range"}}},
			{name: "promise beyond the limit", field: "promise", value: `{"min":0,"max":481}`, fields: errors{{Field: "promise.max", Code: "promise_range"}}},
			{name: "promise reversed", field: "promise", value: `{"min":48,"max":24}`, fields: errors{{Field: "promise.max", Code: "promise_order"}}},
			{name: "empty week", field: "hours", value: `{}`, fields: errors{{Field: "hours", Code: "empty_week"}}},
			{name: "overlapping spans", field: "hours", value: `{"mon":[["09:00","12:00"],["11:00","13:00"]]}`, fields: errors{{Field: "hours.mon[1]", Code: "overlapping_span"}}},
			{name: "reversed span", field: "hours", value: `{"mon":[["17:00","09:00"]]}`, fields: errors{{Field: "hours.mon[0]", Code: "reversed_span"}}},
			{name: "span of no time", field: "hours", value: `{"mon":[["09:00","09:00"]]}`, fields: errors{{Field: "hours.mon[0]", Code: "reversed_span"}}},
			{name: "time beyond the day", field: "hours", value: `{"mon":[["09:00","24:01"]]}`, fields: errors{{Field: "hours.mon[0]", Code: "bad_time"}}},
			{name: "time in words", field: "hours", value: `{"mon":[["nine","five"]]}`, fields: errors{{Field: "hours.mon[0]", Code: "bad_time"}}},
			{name: "too many spans", field: "hours", value: `{"mon":[["00:00","01:00"],["01:00","02:00"],["02:00","03:00"],["03:00","04:00"],["04:00","05:00"],["05:00","06:00"],["06:00","07:00"],["07:00","08:00"],["08:00","09:00"]]}`,
				fields: errors{{Field: "hours.mon", Code: "too_many"}}},
			{name: "day off that does not exist", field: "closed", value: `["2027-02-29"]`, fields: errors{{Field: "closed[0]", Code: "bad_date"}}},
			{name: "day off in another form", field: "closed", value: `["29/02/2028"]`, fields: errors{{Field: "closed[0]", Code: "bad_date"}}},
			{name: "day off twice", field: "closed", value: `["2028-02-29","2028-02-29"]`, fields: errors{{Field: "closed[1]", Code: "duplicate_closed"}}},
			{name: "absence that is over", field: "away", value: `[{"from":"2020-01-01","to":"` + yesterday + `"}]`, fields: errors{{Field: "away[0]", Code: "past_away"}}},
			{name: "absence reversed", field: "away", value: `[{"from":"2999-01-02","to":"2999-01-01"}]`, fields: errors{{Field: "away[0]", Code: "reversed_away"}}},
			{name: "absence on days that do not exist", field: "away", value: `[{"from":"2999-13-01","to":""}]`,
				fields: errors{{Field: "away[0].from", Code: "bad_date"}, {Field: "away[0].to", Code: "bad_date"}}},

			{name: "zone of the wrong type", field: "zone", value: `1`, invalid: "zone"},
			{name: "no words at all", field: "words", value: `null`, invalid: "words"},
			{name: "promise of a fraction", field: "promise", value: `{"min":0.5,"max":24}`, invalid: "promise.min"},
			{name: "promise without an end", field: "promise", value: `{"min":1}`, invalid: "promise.max"},
			{name: "unknown day", field: "hours", value: `{"monday":[]}`, invalid: "hours.monday"},
			{name: "hours as a list", field: "hours", value: `[]`, invalid: "hours"},
			{name: "span with one end", field: "hours", value: `{"mon":[["09:00"]]}`, invalid: "hours.mon[0]"},
			{name: "span with three ends", field: "hours", value: `{"mon":[["09:00","10:00","11:00"]]}`, invalid: "hours.mon[0]"},
			{name: "day off as a number", field: "closed", value: `[20270101]`, invalid: "closed[0]"},
			{name: "absence without an end", field: "away", value: `[{"from":"2999-01-01"}]`, invalid: "away[0].to"},
			{name: "unknown field", field: "cover", value: `true`, invalid: "cover"},
			{name: "words of broken UTF-8", field: "words", value: "\"\xff\"", code: wire.CodeBadRequest},
			{name: "words of half a character", field: "words", value: `"\ud83d"`, code: wire.CodeBadRequest},
			{name: "promise beyond 64 bits", field: "promise", value: `{"min":0,"max":1e30}`, invalid: "body"},
			{name: "two megabytes", field: "closed", value: many(150_000, `"2027-01-01"`), code: wire.CodeTooLarge},

			{name: "eighty thousand days off", field: "closed", value: many(80_000, `"2027-01-01"`), fields: errors{{Field: "closed", Code: "too_many"}}},
			{name: "twenty thousand absences", field: "away", value: many(20_000, `{"from":"2027-01-01","to":"2026-01-01"}`), fields: errors{{Field: "away", Code: "too_many"}}},
			{name: "fifty thousand spans", field: "hours", value: `{"mon":` + many(50_000, `["09:00","12:00"]`) + `}`, fields: errors{{Field: "hours.mon", Code: "too_many"}}},
		} {
			t.Run(c.name, func(t *testing.T) {
				for method, path := range map[string]string{"PUT": s.practice.ID.String(), "POST": "preview"} {
					body := withField(t, availability.Default("Europe/Dublin"), c.field, c.value)
					response, got := therapist.do(method, "/api/v1/availability/"+path, body, nil)
					switch {
					case c.code != "":
						wantProblem(t, response, got, c.code)
					case c.invalid != "":
						if problem := wantProblem(t, response, got, wire.CodeInvalidRequest); !slices.Contains(problem.Errors, c.invalid) {
							t.Errorf("errors: got %q, want %q", problem.Errors, c.invalid)
						}
					default:
						if problem := wantProblem(t, response, got, wire.CodeInvalidAvailability); !slices.Equal(problem.Fields, c.fields) {
							t.Errorf("fields: got %.300v, want %v", problem.Fields, c.fields)
						}
					}
				}
			})
		}
		t.Run("a day of 24 hours is one", func(t *testing.T) {
			body := withField(t, availability.Default("Europe/Dublin"), "hours", `{"mon":[["00:00","24:00"]]}`)
			if response, got := therapist.do("POST", "/api/v1/availability/preview", body, nil); response.StatusCode != http.StatusOK {
				t.Errorf("got %d %s", response.StatusCode, got)
			}
		})
		for body, field := range map[string]string{
			`{"version":1}`: "version", `{"version":0}`: "version", `{"version":-1}`: "version", `{"version":"1"}`: "version", `{}`: "version",
			`{"version":1,"textVersion":0}`: "textVersion", `{"version":1,"read":true}`: "read",
		} {
			t.Run("acknowledging "+body, func(t *testing.T) {
				response, got := client.do("POST", agreement, []byte(body), nil)
				if problem := wantProblem(t, response, got, wire.CodeInvalidRequest); !slices.Equal(problem.Errors, []string{field}) {
					t.Errorf("errors: got %q, want %q", problem.Errors, field)
				}
			})
		}
		if log := s.log.String(); strings.Contains(log, "level=ERROR") {
			t.Errorf("something went wrong on our side: %s", log)
		}
	})
}

// withField returns the JSON of an availability with another value of a field.
func withField(t *testing.T, a availability.Availability, field, value string) []byte {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(mustJSON(t, a), &fields); err != nil {
		t.Fatal(err)
	}
	delete(fields, field)
	body := strings.TrimSuffix(string(mustJSON(t, fields)), "}")
	return []byte(body + `,"` + field + `":` + value + `}`)
}
