package e2e

import (
	"fmt"
	"testing"

	"pleiades/server/store/storetest"
)

// versionOne is JavaScript that leaves on the device what a page of the first
// schema did: an account, a conversation with its messages, a draft, and an
// outbox of which one message was tried and one was not. It is frozen; devices
// out there hold such databases.
const versionOne = `(async (account, conversation, messages) => {
	const open = indexedDB.open("pleiades", 1);
	open.onupgradeneeded = () => {
		const db = open.result;
		db.createObjectStore("device");
		db.createObjectStore("conversations", { keyPath: ["account", "id"] });
		db.createObjectStore("messages", { keyPath: ["account", "conversation", "seq"] });
		db.createObjectStore("drafts", { keyPath: ["account", "conversation"] });
		const outbox = db.createObjectStore("outbox", { keyPath: "n", autoIncrement: true });
		outbox.createIndex("id", ["account", "id"], { unique: true });
	};
	const db = await new Promise((resolve, reject) => {
		open.onsuccess = () => resolve(open.result);
		open.onerror = () => reject(open.error);
	});
	const tx = db.transaction(["device", "conversations", "messages", "drafts", "outbox"], "readwrite");
	const me = account.id;
	const { id, practice, client, therapist, lastSeq, rev, unread, lastReadSeq } = conversation;
	tx.objectStore("device").put({ account }, "current");
	tx.objectStore("conversations").put({ account: me, id, data: {
		id, practice, client, therapist, lastSeq, rev, unread, lastReadSeq,
		delivered: conversation.delivered, peerDelivered: conversation.peerDelivered, peerRead: 0, readReceipts: false,
	} });
	for (const data of messages) tx.objectStore("messages").put({ account: me, conversation: id, seq: data.seq, data });
	tx.objectStore("drafts").put({ account: me, conversation: id, text: "A thought of version one" });
	const writtenAt = 1767225600000;
	tx.objectStore("outbox").add({ account: me, id: "019b76da-a800-7000-8000-000000000001", conversation: id, body: "Tried by version one.", writtenAt, attempted: true });
	tx.objectStore("outbox").add({ account: me, id: "019b76da-a800-7000-8000-000000000002", conversation: id, body: "Queued by version one.", writtenAt });
	await new Promise((resolve, reject) => { tx.oncomplete = resolve; tx.onabort = () => reject(tx.error); });
	db.close();
})`

// versionTwo is the same of the second schema: an item of a list, a change of it
// that waits, and what is private besides. It is frozen, too.
const versionTwo = `(async (account, conversation, messages) => {
	const open = indexedDB.open("pleiades", 2);
	open.onupgradeneeded = () => {
		const db = open.result;
		db.createObjectStore("device");
		db.createObjectStore("conversations", { keyPath: ["account", "id"] });
		db.createObjectStore("messages", { keyPath: ["account", "conversation", "seq"] });
		db.createObjectStore("drafts", { keyPath: ["account", "conversation"] });
		const outbox = db.createObjectStore("outbox", { keyPath: "n", autoIncrement: true });
		outbox.createIndex("id", ["account", "id"], { unique: true });
		db.createObjectStore("agenda", { keyPath: ["account", "conversation", "id"] });
		db.createObjectStore("private", { keyPath: ["account", "name"] });
	};
	const db = await new Promise((resolve, reject) => {
		open.onsuccess = () => resolve(open.result);
		open.onerror = () => reject(open.error);
	});
	const tx = db.transaction(["device", "conversations", "messages", "drafts", "outbox", "agenda", "private"], "readwrite");
	const me = account.id;
	const { id } = conversation;
	tx.objectStore("device").put({ account }, "current");
	tx.objectStore("conversations").put({ account: me, id, data: { ...conversation, agendaRev: 0 } });
	for (const data of messages) tx.objectStore("messages").put({ account: me, conversation: id, seq: data.seq, data });
	tx.objectStore("drafts").put({ account: me, conversation: id, text: "A thought of version two" });
	const at = "2026-01-01T00:00:00Z", item = "019b76da-a800-7000-8000-000000000012";
	tx.objectStore("agenda").put({ account: me, conversation: id, id: item, data: {
		id: item, text: "An item of version two", textId: item, place: "zz", author: me, rev: 0, createdAt: at, updatedAt: at,
	} });
	tx.objectStore("private").put({ account: me, name: "plan", value: { signs: "Signs of version two", people: [{ name: "Friend of version two", phone: "1" }] } });
	tx.objectStore("private").put({ account: me, name: "country", value: "IE" });
	const writtenAt = 1767225600000, change = "019b76da-a800-7000-8000-000000000011";
	tx.objectStore("outbox").add({ account: me, id: "019b76da-a800-7000-8000-000000000010", conversation: id, body: "Queued by version two.", writtenAt });
	tx.objectStore("outbox").add({ account: me, id: change, kind: "agenda", conversation: id, writtenAt, change: {
		id: change, kind: "add", item: change, at, text: "Added by version two", place: "zzz",
	} });
	await new Promise((resolve, reject) => { tx.oncomplete = resolve; tx.onabort = () => reject(tx.error); });
	db.close();
})`

// later is JavaScript that does to the device what a newer build would.
const later = `new Promise((resolve, reject) => {
	const open = indexedDB.open("pleiades", 99);
	open.onupgradeneeded = () => open.result.createObjectStore("later");
	open.onsuccess = () => { open.result.close(); resolve(true); };
	open.onerror = () => reject(open.error);
})`

// leftBy logs the client in and leaves on the device what a script does, from a
// page without the app. It returns the path of the conversation.
func (tab *Tab) leftBy(script string) (conversation string) {
	tab.t.Helper()
	return eval[string](tab, fmt.Sprintf(`(async () => {
		const call = async (method, path, body) => {
			const headers = { "Content-Type": "application/json" };
			const answer = await fetch("/api/v1" + path, { method, headers, body: body && JSON.stringify(body) });
			return answer.json();
		};
		const { account } = await call("POST", "/login", { email: %s, password: %s });
		const { conversations: [conversation] } = await call("GET", "/conversations");
		const { messages } = await call("GET", "/conversations/" + conversation.id + "/messages");
		await %s(account, conversation, messages);
		return "/c/" + conversation.id;
	})()`, quote(clientEmail), quote(demoPassword), script))
}

// TestSchemaUpgrade opens databases of other versions.
func TestSchemaUpgrade(t *testing.T) {
	t.Parallel()
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, therapist := server.MustLogIn(therapistEmail)
	therapist.OpenConversation(clientName)
	client := MustBrowse(t).Open(server.URL + "/robots.txt")
	conversation := client.leftBy(versionOne)

	t.Run("of the first, which drains and keeps its draft", func(t *testing.T) {
		client.Goto(server.URL + conversation)
		client.protect("long enough a passphrase")
		client.WaitValue(id("compose-input"), "A thought of version one")
		for _, text := range []string{"Tried by version one.", "Queued by version one."} {
			client.WaitStatus(text, "sent", "delivered", "read")
			therapist.WaitMessage(text)
		}
		client.WaitQueue(0)
		therapist.ExpectOrder("Tried by version one.", "Queued by version one.")
		client.ExpectProtected("A thought of version one", "by version one", therapistName, clientName, clientEmail)
		client.WaitWorker()

		server.Stop()
		client.Goto(server.URL + listOf(conversation))
		client.AddItems("Kept by version two.")
		client.Reload()
		client.WaitItem("Kept by version two.")
		server.Start()
		client.WaitQueue(0)
	})

	t.Run("of the second, which drains, and is protected", func(t *testing.T) {
		client := MustBrowse(t).Open(server.URL + "/robots.txt")
		conversation := client.leftBy(versionTwo)
		// Nothing could open it again: it shows nothing before that has changed.
		client.Goto(server.URL + conversation)
		client.Wait(id("not-lockable"))
		client.WaitGone(id("lock"))
		client.Fill(id("device-passphrase"), "too short")
		client.Click(id("device-passphrase-save"))
		client.WaitText("#device-passphrase-error", "12 characters")
		client.protect("long enough a passphrase")
		client.WaitPath(conversation)
		client.WaitValue(id("compose-input"), "A thought of version two")
		client.WaitStatus("Queued by version two.", "sent", "delivered", "read")
		client.WaitQueue(0)
		client.Goto(server.URL + listOf(conversation))
		client.WaitItem("Added by version two")
		client.Goto(server.URL + "/safety-plan")
		client.WaitValue(id("plan-signs"), "Signs of version two")
		if href := client.Attribute(id("crisis-link"), "href"); href != "/crisis#ie" {
			t.Errorf("help is at %s", href)
		}
		client.ExpectProtected("of version two", "by version two", therapistName, clientName, clientEmail)

		client.Click(id("lock"))
		client.Unlock("long enough a passphrase")
		client.Wait(id("logout"))
		client.Goto(server.URL + conversation)
		client.WaitValue(id("compose-input"), "A thought of version two")
	})

	t.Run("of a later one, which goes on being used", func(t *testing.T) {
		if !eval[bool](client, later) {
			t.Fatal("not upgraded")
		}
		client.AddItems("Kept by an older page.") // open since before
		client.Goto(server.URL + conversation)
		client.Send("Sent by an older page.")
		client.Draft("Half a thought")
		client.Reload()
		client.WaitValue(id("compose-input"), "Half a thought")
		client.Goto(server.URL + listOf(conversation))
		client.WaitItem("Kept by an older page.")
	})
}
