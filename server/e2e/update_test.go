package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"pleiades/server/store/storetest"
)

// TestUpdate replaces the server by a newer build under an open page, which
// has a draft and messages that wait.
func TestUpdate(t *testing.T) {
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	newer := mustBuildNewer(t)
	browser, client := server.MustLogIn(clientEmail)
	browser.Allow("401") // the server's answer to the lost login
	client.OpenConversation(therapistName)
	client.WaitWorker()
	version := eval[string](client, "document.documentElement.dataset.version")

	server.Stop()
	client.WaitConnection("offline")
	client.Send("Waiting through an update.")
	client.Draft("Half a thought")
	client.ClearCookies() // so that the queue cannot drain before the page changes over
	server.Program = newer
	server.Start()

	client.Wait(id("update-ready"))
	client.WaitStatus("Waiting through an update.", "waiting")
	client.WaitValue(id("compose-input"), "Half a thought")
	if now := eval[string](client, "document.documentElement.dataset.version"); now != version {
		t.Errorf("the page changed to version %s by itself", now)
	}

	client.Click(id("update-apply"))
	client.WaitFor("the new version", `!["", undefined, `+quote(version)+`].includes(document.documentElement.dataset.version)`)
	client.WaitStatus("Waiting through an update.", "waiting")
	client.WaitValue(id("compose-input"), "Half a thought")

	client.Click(id("login-expired") + " a")
	client.LogIn(clientEmail, demoPassword)
	client.WaitStatus("Waiting through an update.", "sent", "delivered", "read")
	client.WaitValue(id("compose-input"), "Half a thought")
	client.ExpectOrder("Waiting through an update.")
}

// TestOldPage goes on working with the newer server.
func TestOldPage(t *testing.T) {
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	client.OpenConversation(therapistName)
	client.WaitWorker()

	server.Stop()
	server.Program = mustBuildNewer(t)
	server.Start()
	client.Wait(id("update-ready"))
	client.Send("Still here.")
	client.WaitStatus("Still here.", "sent", "delivered", "read")
}

// mustBuildNewer builds the program with another stylesheet, as a newer
// release would have, and returns its path.
func mustBuildNewer(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	dist := filepath.Join(root, "web", "dist")
	sheet, err := os.ReadFile(filepath.Join(dist, "style.css"))
	if err != nil {
		t.Fatal(err)
	}
	dir := mustDir(t)
	newSheet := filepath.Join(dir, "style.css")
	mustWrite(t, newSheet, append(sheet, "/* newer */\n"...))

	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {
		filepath.Join(dist, "style.css"):    newSheet,
		filepath.Join(dist, "style.css.br"): "", // as if it were not there
		filepath.Join(dist, "style.css.gz"): "",
	}})
	if err != nil {
		t.Fatal(err)
	}
	overlayPath := filepath.Join(dir, "overlay.json")
	mustWrite(t, overlayPath, overlay)

	program := filepath.Join(dir, "pleiades")
	if err := goCommand("build", "-trimpath", "-overlay", overlayPath, "-o", program, "./server"); err != nil {
		t.Fatal(err)
	}
	return program
}

func mustWrite(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
