// What the device keeps: the account, a copy of its conversations and their
// next-appointment lists, drafts, the outbox, and what is private: that never
// leaves the device. Used by the page (from Go) and by the service worker. Every
// row begins with the account it belongs to, so that one login can neither see
// nor send what another wrote on the same device.
//
// Invariant: the messages kept of a conversation are one run without gaps. A
// message that would leave a gap is not kept; the next sync brings it. Of a list
// everything up to the agendaRev kept with its conversation is kept.
"use strict";

(() => {
  const NAME = "pleiades";
  const VERSION = 2;
  const WINDOW = 50; // messages of a conversation read at start
  const LOCK = "pleiades-outbox"; // held while sending

  const schema = [
    // Version 1.
    (db) => {
      db.createObjectStore("device");
      db.createObjectStore("conversations", { keyPath: ["account", "id"] });
      db.createObjectStore("messages", { keyPath: ["account", "conversation", "seq"] });
      db.createObjectStore("drafts", { keyPath: ["account", "conversation"] });
      const outbox = db.createObjectStore("outbox", { keyPath: "n", autoIncrement: true });
      outbox.createIndex("id", ["account", "id"], { unique: true });
    },
    // Version 2.
    (db) => {
      db.createObjectStore("agenda", { keyPath: ["account", "conversation", "id"] });
      db.createObjectStore("private", { keyPath: ["account", "name"] });
    },
  ];

  let opened;

  // open brings the database to this version. One that a newer build has taken
  // further, while a page of this one goes on, is used as it is: a version adds,
  // it takes nothing away.
  function open() {
    opened ??= openAt(VERSION)
      .catch((err) => {
        if (err.name === "VersionError") return openAt(undefined);
        throw err;
      })
      .catch((err) => {
        opened = undefined;
        throw err;
      });
    return opened;
  }

  const openAt = (version) => new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, version);
    request.onupgradeneeded = (event) => {
      for (let v = event.oldVersion; v < VERSION; v++) schema[v](request.result);
    };
    request.onsuccess = () => {
      const db = request.result;
      const forget = () => { opened = undefined; };
      db.onversionchange = () => { db.close(); forget(); };
      db.onclose = forget;
      resolve(db);
    };
    request.onerror = () => reject(request.error);
  });

  // within runs f in one transaction and resolves to f's result once the
  // transaction has completed; for writes that means it is on the disk.
  async function within(stores, mode, f) {
    const db = await open();
    const tx = db.transaction(stores, mode, { durability: mode === "readwrite" ? "strict" : "default" });
    const completed = new Promise((resolve, reject) => {
      tx.oncomplete = resolve;
      tx.onabort = () => reject(tx.error ?? new DOMException("transaction aborted", "AbortError"));
    });
    let result;
    try {
      result = await f(tx);
    } catch (err) {
      try { tx.abort(); } catch { /* it has ended already */ }
      await completed.catch(() => {});
      throw tx.error ?? err;
    }
    await completed;
    return result;
  }

  const read = (stores, f) => within(stores, "readonly", f);
  const write = (stores, f) => within(stores, "readwrite", f);

  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  const under = (...prefix) => IDBKeyRange.bound(prefix, [...prefix, []]);

  // edge returns the lowest ("next") or highest ("prev") seq kept of a
  // conversation, or 0.
  async function edge(tx, account, conversation, direction) {
    const cursor = await done(tx.objectStore("messages").openKeyCursor(under(account, conversation), direction));
    return cursor ? cursor.key[2] : 0;
  }

  // newest returns up to limit messages below the seq before, ascending.
  async function newest(tx, account, conversation, before, limit) {
    const range = IDBKeyRange.bound([account, conversation], [account, conversation, before], false, true);
    const rows = [];
    await new Promise((resolve, reject) => {
      const request = tx.objectStore("messages").openCursor(range, "prev");
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const cursor = request.result;
        if (!cursor || rows.length === limit) return resolve();
        rows.unshift(cursor.value.data);
        cursor.continue();
      };
    });
    return rows;
  }

  // keep adds messages, ascending or descending, to the run of a conversation
  // where they touch it. It returns the ids of those that are here now.
  async function keep(tx, account, conversation, messages) {
    const ids = new Set();
    if (messages.length === 0) return ids;
    let low = await edge(tx, account, conversation, "next");
    let high = await edge(tx, account, conversation, "prev");
    const store = tx.objectStore("messages");
    for (const data of messages) {
      const empty = high === 0;
      const here = !empty && data.seq >= low && data.seq <= high;
      if (!here && !empty && data.seq !== high + 1 && data.seq !== low - 1) continue;
      if (!here) store.put({ account, conversation, seq: data.seq, data });
      low = empty ? data.seq : Math.min(low, data.seq);
      high = Math.max(high, data.seq);
      ids.add(data.id);
    }
    return ids;
  }

  // keepItems keeps items of a list, each unless it is kept as it was later.
  async function keepItems(tx, account, conversation, items) {
    const store = tx.objectStore("agenda");
    for (const data of items) {
      const kept = await done(store.get([account, conversation, data.id]));
      if (!kept || (kept.data.rev ?? 0) <= (data.rev ?? 0)) store.put({ account, conversation, id: data.id, data });
    }
  }

  // isCurrent reports whether the app is still the account's: what arrives for
  // one that has logged out is not kept.
  async function isCurrent(tx, account) {
    return (await done(tx.objectStore("device").get("current")))?.account?.id === account;
  }

  // outboxRows returns the rows of an account in the order of sending.
  async function outboxRows(tx, account) {
    const rows = await done(tx.objectStore("outbox").getAll());
    return rows.filter((row) => row.account === account);
  }

  const find = (tx, account, id) => done(tx.objectStore("outbox").index("id").get([account, id]));

  // settle removes what is stored by the server and kept here now.
  async function settle(tx, account, ids) {
    for (const id of ids) {
      const row = await find(tx, account, id);
      if (row) tx.objectStore("outbox").delete(row.n);
    }
  }

  function putDraft(tx, account, conversation, text) {
    const drafts = tx.objectStore("drafts");
    if (text === "") drafts.delete([account, conversation]);
    else drafts.put({ account, conversation, text });
  }

  // privateOf returns what is private: {plan, country}, as far as it is there.
  async function privateOf(tx, account) {
    const rows = await done(tx.objectStore("private").getAll(under(account)));
    return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  }

  const store = {
    LOCK,

    // current returns whose app this is: {account}, or {loggingOut: true} where
    // someone logged out without a connection and the server is yet to hear of
    // it; {} if nobody's.
    current: () => read(["device"], async (tx) => (await done(tx.objectStore("device").get("current"))) ?? {}),

    setCurrent: (current) => write(["device"], (tx) => { tx.objectStore("device").put(current, "current"); }),

    // load returns all a page needs to start without the server.
    load: (account) => read(["conversations", "messages", "agenda", "drafts", "outbox", "private"], async (tx) => {
      const conversations = [];
      for (const { id, data } of await done(tx.objectStore("conversations").getAll(under(account)))) {
        const messages = await newest(tx, account, id, Infinity, WINDOW);
        const items = await done(tx.objectStore("agenda").getAll(under(account, id)));
        conversations.push({ ...data, messages, agenda: items.map((row) => row.data) });
      }
      const drafts = await done(tx.objectStore("drafts").getAll(under(account)));
      return { conversations, drafts, outbox: await outboxRows(tx, account), private: await privateOf(tx, account) };
    }),

    // older returns up to limit kept messages below before, ascending.
    older: (account, conversation, before, limit) =>
      read(["messages"], (tx) => newest(tx, account, conversation, before, limit)),

    // saveSynced keeps what the server said: conversations with their messages,
    // ascending, and items of their lists.
    saveSynced: (account, synced) => write(["device", "conversations", "messages", "agenda", "outbox"], async (tx) => {
      if (!(await isCurrent(tx, account))) return;
      const conversations = tx.objectStore("conversations");
      for (const { messages, agenda, ...data } of synced) {
        const kept = await done(conversations.get([account, data.id]));
        const agendaRev = Math.max(kept?.data.agendaRev ?? 0, data.agendaRev ?? 0);
        conversations.put({ account, id: data.id, data: { ...data, agendaRev } });
        await settle(tx, account, await keep(tx, account, data.id, messages ?? []));
        await keepItems(tx, account, data.id, agenda ?? []);
      }
    }),

    // saveOlder keeps a page of older messages, ascending: the newest of them
    // touches the oldest one kept.
    saveOlder: (account, conversation, messages) =>
      write(["device", "messages"], async (tx) => {
        if (await isCurrent(tx, account)) await keep(tx, account, conversation, messages.toReversed());
      }),

    // saveDraft commits by itself: a page that is going lives to ask for it, not
    // to see it done.
    saveDraft: (account, conversation, text) => write(["drafts"], (tx) => {
      putDraft(tx, account, conversation, text);
      tx.commit();
    }),

    // enqueue puts items into the outbox and replaces a draft, where one is given
    // as {conversation, text}, together. It commits by itself, too. What an item
    // is, its kind says: see outbox.js.
    enqueue: (account, items, draft) => write(["outbox", "drafts"], (tx) => {
      for (const item of items) tx.objectStore("outbox").add({ account, ...item });
      if (draft) putDraft(tx, account, draft.conversation, draft.text);
      tx.commit();
    }),

    // takeBack moves a message from the outbox into its draft and resolves to
    // the new draft, or to null where it is too late. What was rejected can
    // always be taken back; what was tried cannot, since the server may have it.
    // It does not wait for what is being sent.
    takeBack: (account, id) => write(["outbox", "drafts"], async (tx) => {
      const row = await find(tx, account, id);
      if (!row || (row.attempted && !row.rejected)) return null;
      const draft = await done(tx.objectStore("drafts").get([account, row.conversation]));
      const text = draft ? row.body + "\n\n" + draft.text : row.body;
      tx.objectStore("outbox").delete(row.n);
      putDraft(tx, account, row.conversation, text);
      return text;
    }),

    // remove drops an item from the outbox and resolves to whether it could.
    remove: (account, id) => write(["outbox"], async (tx) => {
      const row = await find(tx, account, id);
      if (!row || (row.attempted && !row.rejected)) return false;
      tx.objectStore("outbox").delete(row.n);
      return true;
    }),

    outbox: (account) => read(["outbox"], (tx) => outboxRows(tx, account)),

    // nextWaiting returns the next row to send, or undefined.
    nextWaiting: (account) => read(["outbox"], (tx) => new Promise((resolve, reject) => {
      const request = tx.objectStore("outbox").openCursor();
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const row = request.result?.value;
        if (!row || (row.account === account && !row.rejected && !row.stored)) return resolve(row);
        request.result.continue();
      };
    })),

    // change merges fields into a row of the outbox and resolves to whether it is
    // still there.
    change: (n, fields) => write(["outbox"], async (tx) => {
      const row = await done(tx.objectStore("outbox").get(n));
      if (row) tx.objectStore("outbox").put({ ...row, ...fields });
      return row !== undefined;
    }),

    // drop takes a row out of the outbox.
    drop: (n) => write(["outbox"], (tx) => { tx.objectStore("outbox").delete(n); }),

    // confirmMessage notes that the server stored the message of a row. Where keeping
    // it would leave a gap, the row stays, marked, until a sync fills the gap.
    // Without the row the account was forgotten: then nothing is kept.
    confirmMessage: (row, message) => write(["messages", "outbox"], async (tx) => {
      const { account, conversation, n } = row;
      if (!(await done(tx.objectStore("outbox").get(n)))) return;
      const ids = await keep(tx, account, conversation, [message]);
      if (ids.has(message.id)) tx.objectStore("outbox").delete(n);
      else tx.objectStore("outbox").put({ ...row, attempted: true, stored: true });
    }),

    // confirmChange notes that the server has the change of a row, and the items
    // concerned as they are now.
    confirmChange: (row, items) => write(["agenda", "outbox"], async (tx) => {
      const { account, conversation, n } = row;
      if (!(await done(tx.objectStore("outbox").get(n)))) return;
      tx.objectStore("outbox").delete(n);
      await keepItems(tx, account, conversation, items);
    }),

    // confirmAgreement notes that the server has the acknowledgement of a row.
    confirmAgreement: (row, agreement) => write(["conversations", "outbox"], async (tx) => {
      const { account, conversation, n } = row;
      if (!(await done(tx.objectStore("outbox").get(n)))) return;
      tx.objectStore("outbox").delete(n);
      const kept = await done(tx.objectStore("conversations").get([account, conversation]));
      if (!kept || (kept.data.agreement?.version ?? 0) > agreement.version) return;
      tx.objectStore("conversations").put({ ...kept, data: { ...kept.data, agreement } });
    }),

    private: (account) => read(["private"], (tx) => privateOf(tx, account)),

    savePrivate: (account, name, value) => write(["device", "private"], async (tx) => {
      if (await isCurrent(tx, account)) tx.objectStore("private").put({ account, name, value });
    }),

    // forget removes all the device keeps of an account.
    forget: (account) =>
      write(["conversations", "messages", "agenda", "drafts", "private", "outbox"], async (tx) => {
        for (const name of ["conversations", "messages", "agenda", "drafts", "private"]) {
          tx.objectStore(name).delete(under(account));
        }
        for (const row of await outboxRows(tx, account)) tx.objectStore("outbox").delete(row.n);
      }),
  };

  self.pleiades = { ...self.pleiades, store };
})();
