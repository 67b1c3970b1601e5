package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"pleiades/server/store/storetest"
)

// TestUpdate replaces the server by a newer build under an open page. The old
// page goes on working, and changes over, without a connection even, with its
// draft and what waits.
func TestUpdate(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	newer := mustBuildNewer(t)
	_, client := server.MustLogIn(clientEmail)
	client.OpenConversation(therapistName)
	client.WaitWorker()
	client.WaitGone(id("update-ready"))
	const version = "document.documentElement.dataset.version"
	old := eval[string](client, version)

	server.Stop()
	server.Program = newer
	server.Start()
	client.Wait(id("update-ready"))
	client.Send("Sent by the old page.")
	client.WaitStatus("Sent by the old page.", "sent", "delivered", "read")
	if now := eval[string](client, version); now != old {
		t.Errorf("the page changed to version %s by itself", now)
	}

	server.Stop()
	client.WaitConnection("offline")
	client.Send("Waiting through an update.")
	client.Draft("Half a thought")
	client.Click(id("update-apply"))
	client.WaitFor("the new version", fmt.Sprintf("%s && %s !== %s", version, version, quote(old)))
	client.WaitStatus("Waiting through an update.", "waiting")
	client.WaitValue(id("compose-input"), "Half a thought")

	server.Start()
	client.WaitStatus("Waiting through an update.", "sent", "delivered", "read")
	client.WaitValue(id("compose-input"), "Half a thought")
	client.ExpectOrder("Sent by the old page.", "Waiting through an update.")
	client.WaitGone(id("update-ready"))
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
	if err := goCommand("build", "-overlay", overlayPath, "-o", program, "./server"); err != nil {
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
