package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"pleiades/server/store/storetest"
)

// TestList lets a client and a therapist work on their list together, the
// client by keyboard alone.
func TestList(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.Click(id("agenda-link"))
	_, therapist := server.MustLogIn(therapistEmail)
	therapist.Visit(listOf(conversation))
	for _, tab := range []*Tab{client, therapist} {
		tab.Wait(id("agenda-add"))
	}

	client.Click(id("agenda-add-input"))
	for _, text := range []string{"Apples", "Pears", "Plums"} {
		client.Press(text + kb.Enter)
		client.WaitItem(text)
		therapist.WaitItem(text)
	}
	expect := func(want ...string) {
		t.Helper()
		for _, tab := range []*Tab{client, therapist} {
			tab.WaitFor(fmt.Sprintf("the order %q", want), fmt.Sprintf(`JSON.stringify(
				[...document.querySelectorAll('.agenda-item:not(.agenda-done) .agenda-text')].map((e) => e.innerText)
					.filter((text) => %[1]s.includes(text))) === JSON.stringify(%[1]s)`, quoteAll(t, want)))
		}
	}
	expect("Apples", "Pears", "Plums")

	t.Run("moving keeps the focus on what moves", func(t *testing.T) {
		client.WaitFor("the focus", fmt.Sprintf(`(document.querySelector(%s).focus(), true)`, quote(controlOf(client, "Plums", "agenda-up-"))))
		client.Press(kb.Enter)
		expect("Apples", "Plums", "Pears")
		client.Press(kb.Enter)
		expect("Plums", "Apples", "Pears")
		focused := eval[string](client, `document.activeElement.getAttribute("aria-label")`)
		if focused != "Move up: Plums" {
			t.Errorf("the focus is on %q", focused)
		}
	})

	t.Run("either checks off", func(t *testing.T) {
		therapist.ClickItem("Apples", "agenda-check-")
		expect("Plums", "Pears")
		client.WaitFor("it to be checked off", itemWith("Apples")+`?.innerText.includes("Checked off by `+therapistName+`")`)
		client.ClickItem("Apples", "agenda-check-")
		expect("Plums", "Apples", "Pears")
	})

	t.Run("checking off goes on with the item beside it", func(t *testing.T) {
		for _, want := range [][]string{{"Plums", "Apples"}, {"Plums"}} {
			last := []string{"Pears", "Apples"}[2-len(want)]
			client.WaitFor("the focus", fmt.Sprintf(`(document.querySelector(%s).focus(), true)`, quote(controlOf(client, last, "agenda-check-"))))
			client.Press(" ")
			expect(want...)
			client.WaitFor("the focus beside it", `document.activeElement === document.querySelector(`+
				quote(controlOf(client, want[len(want)-1], "agenda-check-"))+`)`)
		}
		for _, back := range [][]string{{"Plums", "Apples"}, {"Plums", "Apples", "Pears"}} {
			client.WaitFor("the click", fmt.Sprintf(`(document.querySelector(%s).click(), true)`,
				quote(controlOf(client, back[len(back)-1], "agenda-check-"))))
			expect(back...)
		}
	})

	t.Run("removing asks first", func(t *testing.T) {
		therapist.ClickItem("Pears", "agenda-remove-")
		therapist.ClickItem("Pears", "agenda-keep-")
		therapist.ClickItem("Pears", "agenda-remove-")
		therapist.ClickItem("Pears", "agenda-yes-")
		for _, tab := range []*Tab{client, therapist} {
			tab.WaitFor("it to go", itemWith("Pears")+" === undefined")
		}
	})

	t.Run("what is being typed stays while the list changes", func(t *testing.T) {
		client.ClickItem("Plums", "agenda-edit-")
		client.Fill(id("agenda-edit-input"), "Plums, dried")
		therapist.AddItems("Something else")
		client.WaitItem("Something else")
		client.WaitValue(id("agenda-edit-input"), "Plums, dried")
		client.Click(id("agenda-edit-save"))
		therapist.WaitItem("Plums, dried")
	})

	t.Run("nothing is not added", func(t *testing.T) {
		before := client.Items()
		client.Click(id("agenda-add"))
		client.WaitText(id("agenda-add-error"), "nothing written")
		if after := client.Items(); !slices.Equal(before, after) {
			t.Errorf("%q became %q", before, after)
		}
	})

	t.Run("danger shows help in place and marks the conversation", func(t *testing.T) {
		const danger = "I am going to kill myself tonight."
		client.Fill(id("agenda-add-input"), danger)
		client.Wait(".agenda-add " + id("crisis-panel"))
		client.examine("client-list-danger")
		client.Fill(id("agenda-add-input"), "Cherries")
		client.WaitGone(id("crisis-panel"))
		client.ClickItem("Apples", "agenda-edit-")
		client.Fill(id("agenda-edit-input"), danger)
		client.Wait(".agenda-dialog " + id("crisis-panel"))
		client.examine("client-list-danger-edit")
		client.Click(id("agenda-edit-save"))
		client.WaitItem(danger)
		client.WaitText(".agenda-add "+id("crisis-panel"), "Nobody watches this list")
		client.WaitCount(id("crisis-panel"), 1)
		client.expectAccessible("a list that speaks of danger")

		therapist.WaitItem(danger)
		therapist.Visit("/")
		therapist.WaitText(id(strings.Replace(conversation, "/c/", "may-need-", 1)), "on the list")
		therapist.examine("therapist-list-danger")

		// The same words in the therapist's text are no news to the therapist.
		const rewritten = danger + " We look at this first."
		status := eval[int](therapist, fmt.Sprintf(`(async (list) => {
			const item = (await (await fetch(list)).json()).items.find((item) => item.text === %s);
			return (await fetch(list + "/changes/" + crypto.randomUUID(), {
				method: "PUT", headers: {"Content-Type": "application/json"},
				body: JSON.stringify({kind: "edit", item: item.id, base: item.textId, place: item.place, text: %s, at: new Date().toISOString()}),
			})).status;
		})(%s)`, quote(danger), quote(rewritten), quote("/api/v1"+strings.Replace(conversation, "/c/", "/conversations/", 1)+"/agenda")))
		if status != http.StatusCreated {
			t.Fatalf("rewriting an item was answered with %d", status)
		}
		therapist.WaitGone(id(strings.Replace(conversation, "/c/", "may-need-", 1)))
		client.WaitFor("who rewrote it", itemWith(rewritten)+`?.innerText.includes("Added by you · changed by `+therapistName+`")`)
	})
}

// controlOf returns the selector of a control of an item.
func controlOf(tab *Tab, text, control string) string {
	tab.t.Helper()
	item := eval[string](tab, itemWith(text)+".dataset.testid")
	return id(item) + ` [data-testid^="` + control + `"]`
}

// quoteAll makes a JavaScript array of strings.
func quoteAll(t *testing.T, texts []string) string {
	t.Helper()
	quoted, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	return string(quoted)
}
