package e2e

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/uptrace/bun/driver/pgdriver"
	_ "modernc.org/sqlite" // opens files of SQLite

	"pleiades/server/store/storetest"
)

// planted is typed nowhere: the test puts it where none of the others may be, and
// has to find it.
const planted = "pratincole-on-purpose"

// TestCanary types words everywhere a person can, then looks for them in every
// file of the server and of the browsers: database, journal, log, mail, all of
// the profiles, and the addresses of all that the browsers asked for.
func TestCanary(t *testing.T) {
	t.Parallel()
	storetest.EachURL(t, func(t *testing.T, database string) {
		server := MustServe(t, database)
		theirs, therapist := server.MustLogInOnDevice(therapistEmail)
		invitation := therapist.invite()
		server.showAndEndCare(therapist)
		others := MustOwnDevice(t)
		others.Allow("40") // before a login is whole
		server.writeAsOthers(others.Browser, therapist)
		others.Quit()

		own := MustOwnDevice(t)
		client := own.Open(invitation)
		client.Fill(id("signup-name"), canary("name"))
		client.Fill(id("signup-email"), canary("address")+"@demo.test")
		client.Fill(id("signup-password"), canary("password"))
		client.Click(id("signup-submit"))
		conversation := client.OpenConversation(therapistName)
		client.WaitWorker()
		server.writeForClient(client, therapist, conversation)
		server.Stop()
		client.WaitConnection("offline")
		client.Send(canary("queued"))
		client.Draft(canary("draft"))
		own.Quit()
		theirs.Quit()

		places := map[string]string{
			"the server's folder": server.dir, "the client's browser": own.profile,
			"the therapist's browser": theirs.profile, "the browser of others": others.profile,
		}
		if folder := mustFolder(t, database); folder != "" {
			places["the database's folder"] = folder
		}
		for name := range canaries {
			if _, ok := typed.Load(name); !ok {
				t.Errorf("nobody has typed the %s", name)
			}
		}
		words := newFinder(canaries)
		for where, folder := range places {
			for _, found := range words.mustSearch(t, folder) {
				t.Errorf("%s: %s", where, found)
			}
		}
		file, isFile := strings.CutPrefix(database, "sqlite:")
		if !isFile {
			for _, found := range words.mustDump(t, database) {
				t.Error(found)
			}
		}
		// Only the worker asks for every page of help.
		if asked := mustRead(t, own.netLog()); !strings.Contains(asked, "/help/practice-and-records") || !strings.Contains(asked, "/api/v1/outbox") {
			t.Error("the addresses of what the worker asked for are not known")
		}
		if t.Failed() {
			return
		}

		t.Run("what is planted is found", func(t *testing.T) {
			server.Start()
			own.Launch()
			own.Open(server.URL).plant()
			own.Quit()
			server.Stop()
			plant(t, database)
			log, err := os.OpenFile(server.logPath(), os.O_APPEND|os.O_WRONLY, 0o600)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := fmt.Fprintln(log, "it says", planted); err != nil {
				t.Fatal(err)
			}
			if err := log.Close(); err != nil {
				t.Fatal(err)
			}
			word := newFinder(map[string]string{"word": planted})
			wantPlanted(t, word.mustSearch(t, server.dir), "server.log")
			for _, place := range []string{"IndexedDB", "CacheStorage", filepath.Base(own.netLog())} {
				wantPlanted(t, word.mustSearch(t, own.profile), place)
			}
			if isFile {
				wantPlanted(t, word.mustSearch(t, filepath.Dir(file)), filepath.Base(file))
			} else {
				wantPlanted(t, word.mustDump(t, database), "planted")
			}
		})
	})

	t.Run("each form is found", func(t *testing.T) {
		for name, form := range forms(planted) {
			if len(newFinder(map[string]string{"word": planted}).in([]byte("before"+form+"after"))) == 0 {
				t.Errorf("as %s it is not found", name)
			}
		}
	})
}

// showAndEndCare has the therapist show themselves in the directory, and close a
// conversation with a note.
func (s *Server) showAndEndCare(therapist *Tab) {
	s.t.Helper()
	therapist.OpenConversation(clientName)
	therapist.Click(id("conversation-close"))
	therapist.Fill(id("closing-note"), canary("closing"))
	therapist.Click(id("closing-confirm"))
	therapist.Wait(id("conversation-closed"))
	therapist.Visit("/availability")
	therapist.Click(id("listing-listed"))
	therapist.Click(id("listing-accepting"))
	therapist.Fill(id("listing-words"), canary("listing"))
	therapist.Click(id("listing-save"))
	therapist.WaitText(id("listing-saved"), "Saved")
}

// writeAsOthers has strangers, a guest whom the therapist declines, an admin and an
// operator write, one after the other in one browser.
func (s *Server) writeAsOthers(browser *Browser, therapist *Tab) {
	s.t.Helper()
	const password = "a password of my own"
	tab := browser.Open(s.URL + "/contact")
	tab.WaitWorker() // by then the program runs
	tab.Fill(id("contact-email"), canary("address to contact")+"@example.test")
	tab.Fill(id("contact-text"), canary("contact"))
	tab.Click(id("contact-send"))
	tab.Wait(id("contact-sent"))
	tab.Goto(s.URL + "/help/lost-device")
	tab.WaitFor("the program", `!document.getElementById("help-search").disabled`)
	tab.Click(id("rating-no"))
	tab.Fill(id("rating-words"), canary("remark"))
	tab.Click(id("rating-send"))
	tab.WaitText(id("rating"), "Your words help")
	tab.Goto(s.URL + "/join")
	tab.Wait(id("join-submit") + ":enabled")
	for field, text := range map[string]string{
		"name": canary("name of the applicant"), "email": canary("address to join") + "@example.test",
		"practice": canary("practice to join"), "country": "Ireland", "profession": "Psychologist",
		"licence": canary("licence"), "issuer": "CORU", "message": canary("words to join"),
	} {
		tab.Fill(id("join-"+field), text)
	}
	tab.Click(id("join-submit"))
	tab.Wait(id("join-sent"))

	guest := canary("address of a guest") + "@example.test"
	s.signUpAlone(tab, canary("name of a guest"), guest, password)
	tab.Click(`a[href="/directory"]`)
	tab.WaitText(".directory-list", canary("listing"))
	tab.Click(id("directory-ask"))
	tab.Fill(id("request-note"), canary("request"))
	tab.Click(id("request-send"))
	tab.WaitText(".request-list", "Waiting")
	therapist.Visit("/")
	therapist.Click(id("requests-open"))
	therapist.WaitText(".directory-list", canary("request"))
	therapist.Click(id("request-decline"))
	therapist.Fill(id("request-refusal"), canary("refusal"))
	therapist.Click(id("decline-send"))
	therapist.WaitText(id("requests-said"), "Declined")
	tab.WaitText(".request-list", canary("refusal"))
	tab.logOut()

	tab.Goto(s.URL + "/login")
	tab.LogIn(adminEmail, demoPassword)
	tab.Goto(s.URL + "/practice/members")
	tab.Fill(id("practice-name"), canary("practice"))
	tab.Click(id("practice-rename"))
	tab.WaitText(id("members-done"), "Saved")
	tab.Fill(id("colleague-name"), canary("colleague"))
	tab.Click(id("colleague-submit"))
	tab.WaitText(id("invitation"), canary("colleague"))
	tab.logOut()

	made := s.Run("account", "create", "--operator", "--name", "Olive Oak", "--email", operatorEmail)
	tab.Goto(s.URL + "/login")
	tab.begin(operatorEmail, printedPassword(s.t, made))
	tab.enrol()
	tab.Goto(s.URL + "/operator")
	tab.Click(".desk-open")
	tab.WaitText(".ticket-text", canary("contact"))
	tab.Fill(id("ticket-answer"), canary("answer of support"))
	tab.Click(id("ticket-answer-send"))
	tab.WaitText(id("desk-ticket"), canary("answer of support"))
	tab.Goto(s.URL + "/operator/applications")
	tab.Click(id("application-decline"))
	tab.Fill(id("decline-words"), canary("refusal to join"))
	tab.Click(id("decline-submit"))
	tab.WaitText(id("application-done"), "on its way")
}

// writeForClient has a client and their therapist write all that they can to each
// other, and the client what nobody else sees.
func (s *Server) writeForClient(client, therapist *Tab, conversation string) {
	s.t.Helper()
	therapist.Visit("/availability")
	therapist.Wait(id("availability-status"))
	therapist.Fill(id("availability-words"), canary("agreement"))
	therapist.Save()
	therapist.Visit(conversation)
	client.WaitText(id("agreement"), canary("agreement"))
	client.Click(id("agreement-ack"))
	client.Send(canary("message"))
	therapist.WaitMessage(canary("message"))
	therapist.Send(canary("answer"))
	client.WaitMessage(canary("answer"))
	client.Click(id("agenda-link"))
	client.Fill(id("agenda-add-input"), canary("item"))
	client.Click(id("agenda-add"))
	client.WaitItem(canary("item"))
	client.Fill(id("agenda-add-input"), canary("half-written item"))
	client.Visit("/safety-plan")
	client.Fill(id("plan-signs"), canary("plan"))
	client.Fill(id("plan-name-1"), canary("person"))
	client.WaitFor("the plan to be kept", `document.querySelector('[data-testid="plan-saved"]').textContent !== ""`)

	client.Visit("/support")
	client.Wait(id("ticket-diagnostics"))
	client.Fill(id("ticket-text"), canary("ticket"))
	client.Click(id("ticket-send"))
	client.WaitText(`[data-status="open"] .ticket-text`, canary("ticket"))
	client.Fill(".ticket-reply textarea", canary("reply to a ticket"))
	client.Click(".ticket-reply button")
	client.WaitText(".ticket", canary("reply to a ticket"))

	client.Goto(s.URL + "/settings/security")
	client.Click(`[data-testid^="device-rename-"]`)
	client.Fill(id("security-name"), canary("device"))
	client.Press(kb.Enter)
	client.WaitText(`.entry[data-testid^="device-"]`, canary("device"))
	client.HoldPasskeys()
	client.Click(id("passkey-open"))
	client.Fill(id("security-name"), canary("passkey"))
	client.Press(kb.Enter)
	client.Fill(id("step-up-password"), canary("password"))
	client.Click(id("step-up-submit"))
	client.keepCodes()
	client.WaitText(`.entry[data-testid^="passkey-"]`, canary("passkey"))
	client.Click(id("email-open"))
	client.Fill(id("email-new"), canary("another address")+"@example.test")
	client.Press(kb.Enter)
	client.WaitText(id("email-waits"), canary("another address"))
	s.inMail(canary("another address"), "[A-Z0-9]{4}-[A-Z0-9]{4}")
	s.forgetMail() // only a trial keeps them
	client.Visit(conversation)
	client.Click(id("agenda-link"))
	client.WaitValue(id("agenda-add-input"), canary("half-written item"))
	client.Click(`a[href="` + conversation + `"]`)
	client.Wait(id("compose-input"))
	client.WaitConnection("online")
}

// plant puts a word, as it is, into what the page keeps and into the address of
// what it asks for.
func (tab *Tab) plant() {
	tab.t.Helper()
	tab.browser.Allow(planted)
	tab.do("plant a word", chromedp.Evaluate(fmt.Sprintf(`(async (word) => {
		const open = indexedDB.open("planted", 1);
		open.onupgradeneeded = () => open.result.createObjectStore("words");
		await new Promise((resolve) => { open.onsuccess = resolve; });
		const tx = open.result.transaction("words", "readwrite", { durability: "strict" });
		tx.objectStore("words").put({ word }, 1);
		await new Promise((resolve) => { tx.oncomplete = resolve; });
		open.result.close();
		const cache = await caches.open("planted");
		await cache.put("/planted", new Response(word));
		await fetch("/planted?" + word);
	})(%s)`, quote(planted)), nil, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
}

// plant puts a word, as it is, into a table of the database.
func plant(t *testing.T, database string) {
	t.Helper()
	db, err := sql.Open("sqlite", strings.TrimPrefix(database, "sqlite:"))
	if !strings.HasPrefix(database, "sqlite:") {
		db, err = sql.OpenDB(pgdriver.NewConnector(pgdriver.WithDSN(database))), nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range []string{"CREATE TABLE planted (word TEXT)", "INSERT INTO planted VALUES ('" + planted + "')"} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

// wantPlanted fails the test unless one of the finds is in a place.
func wantPlanted(t *testing.T, finds []string, place string) {
	t.Helper()
	if !slices.ContainsFunc(finds, func(find string) bool { return strings.Contains(find, place) }) {
		t.Errorf("what was planted in %s is not found: %q", place, finds)
	}
}

func mustRead(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
