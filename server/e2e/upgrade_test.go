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

// later is JavaScript that does to the device what a newer build would.
const later = `new Promise((resolve, reject) => {
	const open = indexedDB.open("pleiades", 99);
	open.onupgradeneeded = () => open.result.createObjectStore("later");
	open.onsuccess = () => { open.result.close(); resolve(true); };
	open.onerror = () => reject(open.error);
})`

// TestSchemaUpgrade opens databases of other versions.
func TestSchemaUpgrade(t *testing.T) {
	server := MustServe(t, storetest.MustURL(t, storetest.SQLite))
	_, therapist := server.MustLogIn(therapistEmail)
	therapist.OpenConversation(clientName)
	browser := MustBrowse(t)

	// A page without the app, from the same origin.
	client := browser.Open(server.URL + "/robots.txt")
	conversation := eval[string](client, fmt.Sprintf(`(async () => {
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
	})()`, quote(clientEmail), quote(demoPassword), versionOne))

	t.Run("of the first, which drains and keeps its draft", func(t *testing.T) {
		client.Goto(server.URL + conversation)
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
