package main

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"pleiades/server/chat"
	"pleiades/server/store/storetest"
	"pleiades/shared/wire"
)

// TestDestroyTexts destroys the texts of a conversation in which care has ended.
func TestDestroyTexts(t *testing.T) {
	storetest.EachURL(t, func(t *testing.T, url string) {
		t.Chdir(t.TempDir())
		env := map[string]string{"PLEIADES_DATABASE_URL": url}
		h := mustOpenHouse(t, url)
		if _, err := h.prepareDemo(t.Context(), config{demo: true, demoPassword: "a demo password for tests"}); err != nil {
			t.Fatal(err)
		}
		client, err := h.accounts.FindByEmail(t.Context(), demoClient)
		if err != nil {
			t.Fatal(err)
		}
		therapist, err := h.accounts.FindByEmail(t.Context(), demoTherapist)
		if err != nil {
			t.Fatal(err)
		}
		seat := chat.Actor{Account: client.ID}
		list, err := h.chat.ListConversations(t.Context(), seat)
		if err != nil || len(list) != 1 {
			t.Fatalf("got %d conversations, %v", len(list), err)
		}
		id := list[0].ID

		for name, c := range map[string]struct {
			args []string
			code int
		}{
			"no id":                   {[]string{"--for-ever"}, exitUsage},
			"not said to be for ever": {[]string{id.String()}, exitUsage},
			"one that is not there":   {[]string{uuid.NewString(), "--for-ever"}, exitFailed},
			"one that is open":        {[]string{id.String(), "--for-ever"}, exitFailed},
		} {
			if got := run(t, env, "", append([]string{"texts", "destroy"}, c.args...)...); got.code != c.code || strings.Count(got.stderr, "\n") != 1 {
				t.Errorf("%s: got %+v", name, got)
			}
		}
		if _, err := h.chat.CloseConversation(t.Context(), chat.Actor{Account: therapist.ID}, id, wire.Close{}); err != nil {
			t.Fatal(err)
		}
		for range 2 { // again changes nothing
			if got := run(t, env, "", "texts", "destroy", id.String(), "--for-ever"); got.code != exitDone {
				t.Fatalf("got %+v", got)
			}
		}
		messages, err := h.chat.ListMessages(t.Context(), seat, id, chat.Page{Limit: 1})
		if err != nil || len(messages) != 1 || messages[0].Body != "" {
			t.Errorf("a text is still there, or that it was is not known: %d messages, %v", len(messages), err)
		}
		if got := run(t, env, "", "audit", "verify"); got.code != exitDone {
			t.Errorf("the log: got %+v", got)
		}
	})
}
