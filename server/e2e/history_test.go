package e2e

import (
	"fmt"
	"strconv"
	"testing"

	"pleiades/server/store/storetest"
)

// Write writes many short messages into a conversation, past the app. The tab
// must be on a page of the server where the program does not run.
func (tab *Tab) Write(conversation string, count int) {
	tab.t.Helper()
	const perBatch = 50
	for written := 0; written < count; written += perBatch {
		failed := eval[int](tab, fmt.Sprintf(`(async () => {
			const write = (n) => fetch("/api/v1/conversations/%s/messages/" + crypto.randomUUID(), {
				method: "PUT", headers: { "Content-Type": "application/json" },
				body: JSON.stringify({ body: "Message " + n + ". " + "The garden is wet again. ".repeat(n %% 7), writtenAt: new Date().toISOString() }),
			});
			const answers = await Promise.all(Array.from({ length: %d }, (_, i) => write(%d + i)));
			return answers.filter((a) => a.status !== 201).length;
		})()`, conversation, min(perBatch, count-written), written+1))
		if failed > 0 {
			tab.t.Fatalf("%d messages were not taken", failed)
		}
	}
}

// mustWriteLong logs the client in, fills the conversation with the therapist
// and opens it.
func (s *Server) mustWriteLong(count int) (tab *Tab, conversation string) {
	s.t.Helper()
	_, tab = s.MustLogIn(clientEmail)
	conversation = tab.OpenConversation(therapistName)
	tab.Goto(s.URL + "/crisis")
	tab.Write(conversation[len("/c/"):], count)
	tab.Goto(s.URL + conversation)
	tab.Wait(id("compose-input"))
	return tab, conversation
}

const (
	// oldest and newest are messages that Write wrote.
	oldest = "Message 1."
	// scrollerOf is the part of the page that scrolls.
	scrollerOf = `document.querySelector("#scroller")`
	// atBeginning reports that nothing older is there.
	atBeginning = `!document.querySelector('[data-testid="load-older"]')`
	// mostDrawn is the bar for messages in the page at once.
	mostDrawn = 200
)

// scrollTo scrolls until a condition holds, and returns the most messages that
// the page held meanwhile.
func (tab *Tab) scrollTo(what, top, condition string) (most int) {
	tab.t.Helper()
	tab.poll(what, `(async () => {
		self.mostDrawn = Math.max(self.mostDrawn ?? 0, document.querySelectorAll(".message").length);
		if (`+condition+`) return true;
		`+scrollerOf+`.scrollTop = `+top+`;
		await new Promise((done) => setTimeout(done, 20));
		return false;
	})()`, new(bool))
	return eval[int](tab, "self.mostDrawn")
}

// TestLongConversation reads a conversation of many messages from end to end:
// never more than a part of it is in the page, and what is read stays in place.
func TestLongConversation(t *testing.T) {
	t.Parallel()
	const count = 700
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	tab, _ := server.mustWriteLong(count)
	last := "Message " + strconv.Itoa(count) + "."
	has := func(text string) string {
		return `[...document.querySelectorAll(".message .bubble")].some((e) => e.textContent.startsWith(` + quote(text) + `))`
	}
	tab.WaitFor("the newest message", has(last))

	t.Run("up to the oldest", func(t *testing.T) {
		if most := tab.scrollTo("the oldest message", "-"+scrollerOf+".scrollHeight", atBeginning+" && "+has(oldest)); most > mostDrawn {
			t.Errorf("%d messages were in the page", most)
		}
		if eval[bool](tab, has(last)) {
			t.Error("the newest message is still in the page")
		}
	})

	t.Run("what is read stays in place while others come and go", func(t *testing.T) {
		moved := eval[float64](tab, `(async () => {
			const scroller = `+scrollerOf+`;
			const first = () => document.querySelector(".message").dataset.testid;
			const read = () => [...document.querySelectorAll(".message")].find((e) => e.getBoundingClientRect().bottom > scroller.getBoundingClientRect().top);
			scroller.scrollTop = -100; // near the end of what is in the page
			const before = first(), { testid } = read().dataset, top = read().getBoundingClientRect().top;
			for (let i = 0; i < 500 && first() === before; i++) await new Promise((done) => setTimeout(done, 20));
			if (first() === before) return 1e6;
			await new Promise((done) => setTimeout(done, 100));
			return Math.abs(document.querySelector('[data-testid="' + testid + '"]').getBoundingClientRect().top - top);
		})()`)
		if moved > 2 {
			t.Errorf("it moved by %.0f pixels", moved)
		}
	})

	t.Run("an answer is announced, and one tap away", func(t *testing.T) {
		_, therapist := server.MustLogIn(therapistEmail)
		therapist.OpenConversation(clientName)
		therapist.Send("An answer from far below.")
		tab.Wait(".below-button")
		tab.Click(".below-button")
		tab.WaitMessage("An answer from far below.")
		tab.WaitFor("the end", scrollerOf+".scrollTop > -48")
	})

	t.Run("up again, and down to the newest", func(t *testing.T) {
		tab.scrollTo("messages further up", "-"+scrollerOf+".scrollHeight", has("Message 300."))
		if most := tab.scrollTo("the newest message", "0", has("An answer from far below.")); most > mostDrawn {
			t.Errorf("%d messages were in the page", most)
		}
	})

	t.Run("one's own message leads to the end", func(t *testing.T) {
		tab.scrollTo("messages further up", "-"+scrollerOf+".scrollHeight", "!("+has("An answer from far below.")+")")
		tab.Send("And on from here.")
		tab.WaitFor("the end", scrollerOf+".scrollTop > -48")
	})
}
