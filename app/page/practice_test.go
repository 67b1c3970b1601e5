package page

import (
	"testing"

	"github.com/google/uuid"

	"pleiades/shared/message"
	"pleiades/shared/phrase"
	"pleiades/shared/wire"
)

func TestLogNamesWhatWasChanged(t *testing.T) {
	const kind = "settings.change"
	for want, e := range map[string]wire.AuditEntry{
		"the longest time until devices lock, from 15 minutes to 1 minute": {Kind: kind, Details: map[string]string{"from": "15", "lock": "1"}},
		"the longest time until devices lock, to 5 minutes":                {Kind: kind, Details: map[string]string{"lock": "5"}},
		"": {Kind: kind, Details: map[string]string{"receipts": "true"}},
	} {
		if got := lockText(phrase.English(), e); got != want {
			t.Errorf("%v: got %q, want %q", e.Details, got, want)
		}
	}
}

func TestLogNamesWhoAndWhat(t *testing.T) {
	words := phrase.English().AuditLog
	ada, gone := uuid.MustParse("00000000-0000-4000-8000-000000000001"), uuid.MustParse("12345678-0000-4000-8000-000000000002")
	names := map[uuid.UUID]message.Text{ada: "Ada"}
	for _, c := range []struct {
		name             string
		entry            wire.AuditEntry
		who, what, ended string
	}{
		{"a member", wire.AuditEntry{Actor: ada, Kind: "login", Outcome: "done"}, "Ada", "Logged in", ""},
		{"one who left", wire.AuditEntry{Actor: gone, Kind: "message.send", Outcome: "done"}, "Account 12345678", "Sent a message", ""},
		{"nobody known", wire.AuditEntry{Kind: "login", Outcome: "failed"}, "Someone unknown", "Logged in", "It failed"},
		{"the server", wire.AuditEntry{Kind: "key.create", Outcome: "done"}, "The server", "Made a key", ""},
		{"what is refused", wire.AuditEntry{Actor: ada, Kind: "access.deny", Outcome: "denied"}, "Ada", "Asked for what is not theirs", "It was refused"},
		{"a kind of a later server", wire.AuditEntry{Actor: ada, Kind: "tea.make", Outcome: "done"}, "Ada", "tea.make", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := whoDid(words, names, c.entry); got != c.who {
				t.Errorf("who: got %q, want %q", got, c.who)
			}
			if got := kindText(words, c.entry.Kind); got != c.what {
				t.Errorf("what: got %q, want %q", got, c.what)
			}
			if got := outcomeText(words, c.entry.Outcome); got != c.ended {
				t.Errorf("outcome: got %q, want %q", got, c.ended)
			}
		})
	}
}
