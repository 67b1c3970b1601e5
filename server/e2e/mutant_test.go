package e2e

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// brief is how long a broken program is given to do what it cannot.
const brief = 3 * time.Second

// story is a client at home with a program as it is, or a mutant of it.
type story struct {
	server       *Server
	front        *front
	browser      *Browser
	client       *Tab
	conversation string // its path
	patience     time.Duration
	newer        edit // makes the newer build
}

// mutants are what is broken in the scripts on purpose, and what then no longer
// holds. Those that need it begin on a device of their own.
var mutants = []struct {
	row, mutant string
	edit        edit
	fresh       bool
	holds       func(*story) bool
}{
	{
		"the page is left while something is half-written", "what is typed is kept in memory alone",
		edit{"rows.js", "else drafts.put(row);", ""}, false, (*story).keepsDraft,
	},
	{
		"the page is left while another write is under way", "what was asked for last is not left",
		edit{"leaving.js", "keep(own, [...underWay]);", ""}, false, (*story).keepsBehind,
	},
	{
		"the page is left while something waits", "what waits is kept in memory alone",
		edit{"store.js", `for (const row of rows) tx.objectStore("outbox").add(row);`, ""}, false,
		func(s *story) bool { return s.keepsWaiting("Left while it waits.", refuseFull) },
	},
	{
		"locked while something is half-written", "no time is too long",
		edit{"vault.js", "return row.wraps.length > 0 && !(", "return false && !("}, false, (*story).locksHalfWritten,
	},
	{
		"slow, lossy, cut networks", "handed over is done with",
		edit{"outbox.js", `if (!row.attempted) tx.objectStore("outbox").put({ ...row, attempted: true });`, `tx.objectStore("outbox").delete(row.n);`}, false,
		func(s *story) bool { return s.keepsWaiting("Cut on its way.", cut) },
	},
	{
		"the server's disk is full", "every answer is a yes",
		edit{"outbox.js", "if (ours) return response.json();", `return ours ? response.json() : { answers: body?.envelopes.map(() => ({ status: "accepted" })) };`}, false,
		func(s *story) bool { return s.keepsWaiting("Refused for want of room.", refuseFull) },
	},
	{
		"the device is full", "deaf to the device's errors",
		edit{"db.js", `tx.onabort = () => reject(tx.error ?? new DOMException("transaction aborted", "AbortError"));`, "tx.onabort = resolve;"}, false,
		(*story).tellsFull,
	},
	{
		"two tabs: one hands over at a time", "no lock",
		edit{"outbox.js", "navigator.locks.request(LOCK, async () => {", "((_, f) => f())(LOCK, async () => {"}, false,
		(*story).handsOverAlone,
	},
	{
		"two tabs: both texts of a draft are kept", "tabs do not hear of each other",
		edit{"boot.js", "pleiades.post = (json) => channel.postMessage(json);", "pleiades.post = () => {};"}, false,
		(*story).keepsBothDrafts,
	},
	{
		"an update while messages wait", "a new build begins anew",
		edit{"worker.js", "await forgetOthers();\n    await self.clients.claim();", "indexedDB.deleteDatabase(\"pleiades\");\n    await self.clients.claim();"}, false,
		(*story).keepsThroughUpdate,
	},
	{
		"devices of earlier versions", "a new schema begins anew",
		edit{"db.js", "for (let v = event.oldVersion;", "for (const name of [...request.result.objectStoreNames]) request.result.deleteObjectStore(name);\n for (let v = 0;"}, true,
		(*story).opensOlder,
	},
}

// TestBrowserMutants shows that what holds in the browser would be seen not to.
func TestBrowserMutants(t *testing.T) {
	t.Parallel()
	t.Run("as it is", func(t *testing.T) {
		t.Parallel()
		s := begin(t, patience, false)
		s.newer = edit{"worker.js", `"use strict";`, `"use strict"; // newer`}
		for _, m := range mutants {
			if m.fresh {
				s = begin(t, patience, true)
			}
			if !m.holds(s) {
				t.Errorf("%s: does not hold", m.row)
			}
		}
	})
	for _, m := range mutants {
		t.Run(m.mutant, func(t *testing.T) {
			t.Parallel()
			var s *story
			if m.edit.file == "worker.js" {
				s = begin(t, brief, m.fresh)
				s.newer = m.edit
			} else {
				s = begin(t, brief, m.fresh, m.edit)
			}
			if m.holds(s) {
				t.Errorf("%s → %s → not noticed", m.row, m.mutant)
				return
			}
			t.Logf("%s → %s → red", m.row, m.mutant)
		})
	}
}

// begin opens the conversation of a client who logs in, unless the device is to be
// fresh, with a program in which edits are made.
func begin(t *testing.T, patience time.Duration, fresh bool, edits ...edit) *story {
	t.Helper()
	s := &story{patience: patience}
	s.server, s.front = mustServeBehind(t)
	s.front.Edit(edits...)
	if fresh {
		s.browser = MustBrowse(t)
		s.client = s.browser.Open(s.server.URL + "/robots.txt")
		return s
	}
	s.browser, s.client = s.server.MustLogIn(clientEmail)
	for _, answer := range []string{"507", "net::ERR_"} { // of the front
		s.browser.Allow(answer)
	}
	s.conversation = s.client.OpenConversation(therapistName)
	s.client.WaitConnection("online")
	s.client.WaitWorker()
	return s
}

// eventually reports whether an expression becomes true while there is patience.
func (s *story) eventually(tab *Tab, expression string) bool {
	for deadline := time.Now().Add(s.patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		var yes bool
		if err := tab.evaluate("Boolean("+expression+")", &yes); err == nil && yes {
			return true
		}
	}
	return false
}

// reload loads the page anew, and waits until it has taken in what is on the
// device.
func (s *story) reload(tab *Tab) {
	tab.Reload()
	tab.Wait(id("compose-input"))
	tab.WaitConnection("online")
}

// inBox is JavaScript for whether the box holds a text.
func inBox(text string) string {
	return fmt.Sprintf("document.querySelector(%s)?.value.includes(%s)", quote(id("compose-input")), quote(text))
}

// keepsDraft types, and leaves the page once it says that this is kept.
func (s *story) keepsDraft() bool {
	s.client.Draft("Half a thought")
	s.reload(s.client)
	return s.eventually(s.client, inBox("Half a thought"))
}

// keepsBehind types while the device is busy with something else, and leaves.
func (s *story) keepsBehind() bool {
	s.client.holdDrafts()
	s.client.Fill(id("compose-input"), "A thought behind another")
	s.reload(s.client)
	return s.eventually(s.client, inBox("A thought behind another"))
}

// locksHalfWritten types, and looks whether the page is locked once the time is up
// and has the text again after that.
func (s *story) locksHalfWritten() bool {
	s.client.Draft("Half a sentence")
	s.client.later(time.Hour)
	locked := s.eventually(s.client, fmt.Sprintf("(dispatchEvent(new Event('focus')), %s(%s))", find, quote(id("lock-screen"))))
	if !locked || eval[bool](s.client, `document.documentElement.outerHTML.includes("Half a sentence")`) {
		return false
	}
	s.client.Unlock(demoPassword)
	s.client.WaitConnection("online")
	return s.eventually(s.client, inBox("Half a sentence"))
}

// keepsWaiting sends a text while the outbox gets no answer but one that is given,
// and leaves the page after that.
func (s *story) keepsWaiting(text string, answer func(http.ResponseWriter, *http.Request) bool) bool {
	var asked atomic.Bool
	s.front.Answer(func(w http.ResponseWriter, r *http.Request) bool {
		if isOutbox(r) {
			defer asked.Store(true)
		}
		return answer(w, r)
	})
	s.client.Fill(id("compose-input"), text)
	s.client.Click(id("compose-send")) // a mutant may not show it for long
	s.client.WaitValue(id("compose-input"), "")
	for deadline := time.Now().Add(s.patience); !asked.Load() && time.Now().Before(deadline); {
		time.Sleep(20 * time.Millisecond)
	}
	s.reload(s.client)
	s.front.Answer(nil)
	return s.eventually(s.client, fmt.Sprintf(`["sent", "delivered", "read"].includes(%s?.dataset.status)`, messageWith(text)))
}

// cut breaks the connection of what is handed over.
func cut(_ http.ResponseWriter, r *http.Request) bool {
	if isOutbox(r) {
		panic(http.ErrAbortHandler)
	}
	return false
}

// tellsFull types on a device without room, once the browser refuses to keep
// anything, and looks whether the page says so.
func (s *story) tellsFull() bool {
	s.client.do("fill the device", storage.OverrideQuotaForOrigin(s.server.URL).WithQuotaSize(1))
	defer s.client.do("make room", storage.OverrideQuotaForOrigin(s.server.URL))
	s.client.WaitFor("the browser to refuse", `(async () => {
		const open = indexedDB.open("pleiades");
		await new Promise((resolve) => { open.onsuccess = resolve; });
		const tx = open.result.transaction("device", "readwrite");
		tx.objectStore("device").put(crypto.getRandomValues(new Uint8Array(60_000)), "filler");
		const refused = await new Promise((resolve) => { tx.oncomplete = () => resolve(false); tx.onabort = () => resolve(true); });
		open.result.close();
		return refused;
	})()`)
	return s.eventually(s.client, fmt.Sprintf("(() => { %s; return document.querySelector(%s); })()", typing("Typed without room"), quote(id("unsaved"))))
}

// handsOverAlone asks a second tab to hand over while the first is at it, and
// looks whether it waits.
func (s *story) handsOverAlone() bool {
	at, release := make(chan struct{}, 2), make(chan struct{})
	s.front.Answer(func(_ http.ResponseWriter, r *http.Request) bool {
		if isOutbox(r) {
			at <- struct{}{}
			<-release
		}
		return false
	})
	defer s.front.Answer(nil)
	defer close(release)
	second := s.browser.Open(s.server.URL + "/settings")
	defer second.Close()
	second.Wait(id("settings-logout"))
	s.client.Show()
	s.client.Send("Handed over once.")
	select {
	case <-at:
	case <-time.After(patience):
		return false
	}
	// Behind it come steps like its own: once they are through, it has either asked
	// or waits.
	if !eval[bool](second, `(async () => {
		void pleiades.outbox.flush(false);
		for (let i = 0; i < 5; i++) {
			await pleiades.db.write(["device", "outbox"], async () => {});
			await fetch("/healthz", { cache: "no-store" });
		}
		return true;
	})()`) {
		return false
	}
	select {
	case <-at:
		return false
	default:
		return true
	}
}

// keepsBothDrafts types in the same conversation in two tabs at once.
func (s *story) keepsBothDrafts() bool {
	s.client.Fill(id("compose-input"), "")
	second := s.browser.Open(s.server.URL + s.conversation)
	second.Wait(id("compose-input"))
	s.client.do("type", chromedp.Evaluate("void "+typing("A thought at home."), nil))
	second.do("type", chromedp.Evaluate("void "+typing("Another one on the way."), nil))
	both := s.eventually(second, inBox("A thought at home.")+" && "+inBox("Another one on the way."))
	second.Close()
	s.client.Show()
	return both
}

// keepsThroughUpdate changes to a newer build while something waits.
func (s *story) keepsThroughUpdate() bool {
	const text = "Waiting through an update."
	s.front.Answer(refuseFull)
	s.client.Send(text)
	s.front.Edit(s.newer)
	s.client.WaitFor("the newer build", fmt.Sprintf("(pleiades.checkUpdate(), Boolean(%s(%s)))", find, quote(id("update-ready"))))
	s.client.do("mark the page", chromedp.Evaluate("window.older = true", nil))
	s.client.Click(id("update-apply"))
	s.client.WaitFor("the page to be loaded anew", "!window.older")
	s.front.Answer(nil)
	return s.eventually(s.client, fmt.Sprintf(`["sent", "delivered", "read"].includes(%s?.dataset.status)`, messageWith(text)))
}

// opensOlder opens what the first version left on the device.
func (s *story) opensOlder() bool {
	conversation := s.client.leftBy(versionOne)
	s.client.Goto(s.server.URL + conversation)
	if !s.eventually(s.client, find+"("+quote(id("not-lockable"))+")") {
		return false
	}
	s.client.protect("long enough a passphrase")
	return s.eventually(s.client, inBox("A thought of version one"))
}
