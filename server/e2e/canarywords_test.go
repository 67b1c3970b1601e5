package e2e

import (
	"slices"
	"sync"
	"testing"

	"pleiades/server/store/storetest"
)

// canaries are words that occur nowhere but where a person typed them, by
// where that was. None of them may be found on a disk.
var canaries = map[string]string{
	"name":                  "Quillfeather",
	"address":               "zebrafinch",
	"password":              "wheatear-bullfinch-dunnock",
	"message":               "hoopoe-by-the-canal",
	"answer":                "nightjar-in-the-heather",
	"draft":                 "wryneck-under-the-eaves",
	"queued":                "capercaillie-at-dawn",
	"item":                  "lapwing-on-the-list",
	"half-written item":     "redshank-on-the-mudflat",
	"agreement":             "corncrake-office-words",
	"plan":                  "bittern-in-the-reeds",
	"person":                "Shoveler Duck",
	"closing":               "fieldfare-in-november",
	"device":                "Turnstone telephone",
	"passkey":               "Curlew key",
	"listing":               "stonechat-on-the-gorse",
	"request":               "whimbrel-at-the-estuary",
	"refusal":               "dotterel-on-the-fell",
	"ticket":                "garganey-in-the-ditch",
	"reply to a ticket":     "goosander-under-the-bridge",
	"answer of support":     "siskin-in-the-alders",
	"contact":               "smew-on-the-reservoir",
	"address to contact":    "goldcrest",
	"remark":                "twite-on-the-shore",
	"name of the applicant": "Ptarmigan Brambling",
	"address to join":       "merganser",
	"practice to join":      "Phalarope Lodge",
	"licence":               "chiffchaff-4711",
	"words to join":         "kittiwake-on-the-ledge",
	"refusal to join":       "wigeon-in-the-saltmarsh",
	"name of a guest":       "Pipit Whinchat",
	"address of a guest":    "firecrest",
	"practice":              "Avocet House",
	"another address":       "hawfinch",
	"colleague":             "Hobby Merlin",
}

// typedInto tells, for each column that holds what people wrote, what of the
// canaries comes to lie there.
var typedInto = map[string][]string{
	"accounts.email":          {"address", "address of a guest"},
	"accounts.name":           {"name", "name of a guest"},
	"agenda_items.body":       {"item"},
	"agreements.content":      {"agreement"},
	"applications.details":    {"name of the applicant", "address to join", "practice to join", "licence", "words to join"},
	"applications.words":      {"refusal to join"},
	"article_remarks.body":    {"remark"},
	"availabilities.settings": {"agreement"},
	"care_requests.answer":    {"refusal"},
	"care_requests.note":      {"request"},
	"closings.note":           {"closing"},
	"devices.name":            {"device"},
	"email_changes.email":     {"another address"},
	"listings.words":          {"listing"},
	"mails.address":           {"address of a guest", "address to contact", "address to join", "another address"},
	"messages.body":           {"message", "answer"},
	"passkeys.name":           {"passkey"},
	"practices.name":          {"practice"},
	"sign_ups.email":          {"address of a guest"},
	"sign_ups.name":           {"name of a guest"},
	"staff_invitations.name":  {"colleague"},
	"ticket_replies.body":     {"reply to a ticket", "answer of support"},
	"tickets.address":         {"address to contact"},
	"tickets.body":            {"ticket", "contact"},
}

// neverTyped says why nobody types into the other such columns.
var neverTyped = map[string]string{
	"ceremonies.data":           "a challenge that the server makes for a passkey",
	"device_secrets.secret":     "random, made by the program",
	"devices.user_agent":        "what the browser calls itself, which stands in its own files",
	"ingest_keys.seed":          "random, made by the server",
	"login_sessions.user_agent": "what the browser calls itself, which stands in its own files",
	"mails.token":               "random, made by the server",
	"passkeys.credential":       "made by what holds the passkey",
	"tickets.diagnostics":       "what the app tells of itself, none of a person's words",
	"totps.new_secret":          "random, made by the server",
	"totps.secret":              "random, made by the server",
}

// neverSent are the canaries that stay on a device, or of which the server keeps a
// hash.
var neverSent = []string{"password", "draft", "queued", "half-written item", "plan", "person"}

// typed are the names of the canaries that were asked for.
var typed sync.Map

// canary returns the word to type somewhere.
func canary(name string) string {
	word, ok := canaries[name]
	if !ok {
		panic("no canary for the " + name)
	}
	typed.Store(name, true)
	return word
}

// TestCanaryColumns shows that TestCanary types into every column that holds what
// people wrote, or says why not.
func TestCanaryColumns(t *testing.T) {
	t.Parallel()
	columns := storetest.WrittenColumns()
	placed := slices.Clone(neverSent)
	for _, label := range columns {
		if (typedInto[label] == nil) == (neverTyped[label] == "") {
			t.Errorf("%s belongs in one of two lists: with the canary that is typed into it, or with the reason why none is", label)
		}
	}
	for label, names := range typedInto {
		placed = append(placed, names...)
		if !slices.Contains(columns, label) {
			t.Errorf("%s is listed, but no column that holds what people wrote", label)
		}
	}
	for label := range neverTyped {
		if !slices.Contains(columns, label) {
			t.Errorf("%s is listed, but no column that holds what people wrote", label)
		}
	}
	for name := range canaries {
		if !slices.Contains(placed, name) {
			t.Errorf("nothing says where the %s comes to lie", name)
		}
	}
	for _, name := range placed {
		if canaries[name] == "" {
			t.Errorf("there is no canary for the %s", name)
		}
	}
}
