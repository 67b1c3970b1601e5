package e2e

import (
	"fmt"
	"testing"

	"pleiades/server/store/storetest"
)

// inDatabase is JavaScript for whether a text stands readable in some row of the
// device's database, and if so in which store.
const inDatabase = `(async (text) => {
	const open = indexedDB.open("pleiades");
	const db = await new Promise((resolve, reject) => {
		open.onsuccess = () => resolve(open.result);
		open.onerror = () => reject(open.error);
	});
	let found = "";
	for (const name of db.objectStoreNames) {
		const rows = await new Promise((resolve, reject) => {
			const all = db.transaction(name).objectStore(name).getAll();
			all.onsuccess = () => resolve(all.result);
			all.onerror = () => reject(all.error);
		});
		const plain = (key, value) => value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
		if (JSON.stringify(rows, plain).includes(text)) found = name;
	}
	db.close();
	return found;
})`

// ExpectProtected fails the test where one of the texts stands readable in the
// device's database.
func (tab *Tab) ExpectProtected(texts ...string) {
	tab.t.Helper()
	for _, text := range texts {
		if store := eval[string](tab, fmt.Sprintf("%s(%s)", inDatabase, quote(text))); store != "" {
			tab.t.Errorf("%q can be read in the store %s", text, store)
		}
	}
}

// TestRowsMoved swaps what is protected from one row to another: it does not
// open there, and nothing else is lost.
func TestRowsMoved(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, client := server.MustLogIn(clientEmail)
	conversation := client.OpenConversation(therapistName)
	client.Draft("A thought that stays where it is")
	client.ExpectProtected("A thought that stays", therapistName, clientName)
	server.Stop()
	client.WaitConnection("offline")

	eval[bool](client, `(async () => {
		const open = indexedDB.open("pleiades");
		await new Promise((resolve) => { open.onsuccess = resolve; });
		const tx = open.result.transaction(["drafts", "private"], "readwrite");
		const drafts = tx.objectStore("drafts").getAll();
		await new Promise((resolve) => { drafts.onsuccess = resolve; });
		const [{ account, text }] = drafts.result;
		tx.objectStore("private").put({ account, name: "plan", value: text });
		await new Promise((resolve) => { tx.oncomplete = resolve; });
		open.result.close();
		return true;
	})()`)
	client.WaitWorker()
	client.Goto(server.URL + "/safety-plan")
	client.WaitValue(id("plan-signs"), "")
	client.Goto(server.URL + conversation)
	client.WaitValue(id("compose-input"), "A thought that stays where it is")
}
