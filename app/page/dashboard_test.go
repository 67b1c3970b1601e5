package page

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"pleiades/app/state"
	"pleiades/shared/agenda"
	"pleiades/shared/crisis"
	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

func TestDashboard(t *testing.T) {
	words := phrase.English().Dash

	t.Run("gives a client what they need at a glance", func(t *testing.T) {
		s := loggedIn(wire.RoleClient)
		html := at(t, s, "/")
		has(t, html, "home-expect", "home-agenda", words.None, "home-crisis", `data-testid="crisis-country"`, "home-plan", words.PlanNew, "home-help", `href="/help/fix"`)
		hasNot(t, html, "home-due", "home-office", "home-practice")
	})

	t.Run("shows the beginning of the list", func(t *testing.T) {
		s := loggedIn(wire.RoleClient)
		var items []agenda.Item
		for i, text := range []string{"How I slept", "The talk at work", "My sister", "The garden", "Done before"} {
			items = append(items, agenda.Item{ID: uuid.UUID{byte(i + 1)}, Text: message.Text(text), Place: string(rune(97 + i)), Author: me, Rev: 1, Done: i == 4})
		}
		s.ApplyAgenda(wire.AgendaEvent{Conversation: talk, Rev: 2, Items: items})
		html := at(t, s, "/")
		has(t, html, "How I slept", "The talk at work", "My sister", words.More(1))
		hasNot(t, html, "The garden", "Done before", words.None)
	})

	t.Run("shows the numbers of the client's country and that the plan is there", func(t *testing.T) {
		s := loggedIn(wire.RoleClient)
		s.SetNumbers(crisis.BuiltIn())
		s.SetCountry("IE")
		s.SetPlan(state.Plan{Signs: "I stop sleeping"})
		html := at(t, s, "/")
		has(t, html, `data-testid="crisis-emergency"`, `data-testid="crisis-line-1"`, `href="/crisis#ie"`, words.PlanHas)
		hasNot(t, html, words.Choose, "crisis-line-2", "I stop sleeping")
	})

	t.Run("leaves out what needs a therapist where there is none", func(t *testing.T) {
		s := state.New()
		s.SetLogin(state.LoggedIn, account(wire.RoleClient))
		s.SetConnection(state.Offline)
		html := at(t, s, "/")
		has(t, html, "home-crisis", "home-plan", "home-help")
		hasNot(t, html, "home-expect", "home-agenda")
	})

	t.Run("says nothing of answers where care has ended", func(t *testing.T) {
		s := loggedIn(wire.RoleClient)
		c := wire.Conversation{
			ID: talk, Client: wire.Person{ID: me, Name: "Robin Vale"}, Therapist: wire.Person{ID: peer, Name: "Maya Lindqvist"},
			LastSeq: 2, Rev: 2, LastReadSeq: 1, Unread: 1, Closed: &wire.Closed{At: noon},
		}
		s.ApplySync([]wire.SyncedConversation{{Conversation: c}})
		html := at(t, s, "/")
		hasNot(t, html, "home-expect", phrase.English().Expect.NotSet("Maya Lindqvist"), "home-agenda")
	})

	t.Run("tells who signed up alone of their requests and of help in danger", func(t *testing.T) {
		s := state.New()
		s.SetLogin(state.LoggedIn, wire.Account{ID: me, Name: "Robin Vale"})
		s.SetConnection(state.Online)
		html := at(t, s, "/")
		has(t, html, "home-crisis", "home-plan", "home-help")
		hasNot(t, html, "home-asked", "home-expect", "home-agenda")
		s.SetConnection(state.Offline) // also before the server was asked
		html = at(t, s, "/")
		has(t, html, phrase.English().Home.NoTherapist.Title, `href="/directory"`, `href="/signup"`, "home-asked", phrase.English().Directory.SentOffline)
		hasNot(t, html, phrase.English().Home.FetchingLater)
		s.SetConnection(state.Online)
		asked := phrase.English().Directory
		s.SetRequests(&wire.Requests{Sent: []wire.CareRequest{
			{ID: uuid.UUID{1}, Therapist: wire.Person{Name: "Maya Lindqvist"}, Status: wire.RequestWaiting},
			{ID: uuid.UUID{2}, Therapist: wire.Person{Name: "Theo Tanner"}, Status: wire.RequestDeclined},
		}})
		has(t, at(t, s, "/"), "home-asked", asked.To("Maya Lindqvist"), asked.Waiting, asked.To("Theo Tanner"), asked.Declined, `href="/directory"`)
		s.SetLogin(state.LoggedIn, wire.Account{ID: me, Name: "Robin Vale", Operator: true})
		hasNot(t, at(t, s, "/"), "home-crisis", "home-plan", "home-asked")
	})

	t.Run("tells a therapist what is due and what clients read", func(t *testing.T) {
		html := at(t, loggedIn(wire.RoleTherapist), "/")
		has(t, html, "home-due", words.Nothing, "home-office", words.OfficeNot, "home-lists", words.ListsNone)
		hasNot(t, html, "home-expect", "home-crisis")
	})

	t.Run("claims nothing before the conversations are there", func(t *testing.T) {
		s := state.New()
		s.SetLogin(state.LoggedIn, account(wire.RoleTherapist))
		s.SetConnection(state.Syncing)
		html := at(t, s, "/")
		has(t, html, words.NotYet)
		hasNot(t, html, words.Nothing, "home-lists")
	})

	t.Run("leads who runs a practice to its log", func(t *testing.T) {
		s := state.New()
		s.SetLogin(state.LoggedIn, account(wire.RoleAdmin))
		s.SetConnection(state.Online)
		html := at(t, s, "/")
		has(t, html, "home-practice", `href="/practice"`, "home-help")
		hasNot(t, html, "home-due", "home-crisis")
	})
}

func TestCountDue(t *testing.T) {
	clock := utc{}
	now := clock.Now()
	one := func(id byte, need bool, due time.Time) standing {
		return standing{Summary: state.Summary{ID: uuid.UUID{id}}, mayNeed: need, due: due}
	}
	counts := countDue([]standing{
		one(1, true, now.Add(-time.Hour)), one(2, false, now.Add(-time.Minute)),
		one(3, false, now.Add(time.Minute)), one(4, false, now.Add(100*time.Hour)), one(5, false, time.Time{}),
	}, clock)
	want := [4]dueCount{{1, uuid.UUID{1}}, {2, uuid.UUID{1}}, {1, uuid.UUID{3}}, {1, uuid.UUID{4}}}
	if counts != want {
		t.Errorf("got %v, want %v", counts, want)
	}
}

func TestDiagnosticsText(t *testing.T) {
	list := []wire.Diagnostic{{Code: wire.DiagnosticQueue, Value: "2", Verdict: wire.VerdictLook}, {Code: wire.DiagnosticClock, Value: "+1 s", Verdict: wire.VerdictGood}}
	if got := diagnosticsText(list); got != "queue: 2 (look)\nclock: +1 s (good)\n" {
		t.Errorf("got %q", got)
	}
	if notGood(list) != 1 {
		t.Errorf("%d need a look", notGood(list))
	}
}

// TestDiagnosisWords holds that every code and verdict has its words.
func TestDiagnosisWords(t *testing.T) {
	words := phrase.English().Diagnosis
	for _, code := range wire.DiagnosticCodes() {
		if words.Names[code] == "" || words.Do[code] == "" {
			t.Errorf("%s has no words", code)
		}
	}
	for _, v := range []wire.Verdict{wire.VerdictGood, wire.VerdictLook, wire.VerdictBroken, wire.VerdictUnknown} {
		if words.Verdicts[v] == "" {
			t.Errorf("%s has no word", v)
		}
	}
}
