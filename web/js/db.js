// The device's database: its schema and its transactions. Used by the page and
// by the service worker. What the rows hold is the business of store.js, how
// they are protected that of vault.js.
"use strict";

(() => {
  const NAME = "pleiades";
  const VERSION = 3;

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
    // Version 3: words and names are protected. What lies there from before is
    // protected when the account's rows are next read; see store.js.
    (db) => { db.createObjectStore("keys", { keyPath: "account" }); },
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

  // isNew resolves to whether there is no database yet. It is made meanwhile: that
  // takes longer than to see that nobody's app this is. Where a worker serves the page
  // there has been one before.
  async function isNew() {
    if (opened || navigator.serviceWorker?.controller || !indexedDB.databases) return false;
    const there = indexedDB.databases().catch(() => undefined);
    open().catch(() => {}); // who reads hears of it
    return (await there)?.every(({ name }) => name !== NAME) ?? false;
  }

  // within runs f in one transaction and resolves to f's result, of writes once the
  // transaction has completed: it is on the disk. f waits for nothing but the
  // transaction's own requests: it would end meanwhile.
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
    if (mode === "readwrite") await completed;
    else completed.catch(() => {}); // what was read stands
    return result;
  }

  const read = (stores, f) => within(stores, "readonly", f);
  const write = (stores, f) => within(stores, "readwrite", f);

  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  const under = (...prefix) => IDBKeyRange.bound(prefix, [...prefix, []]);

  self.pleiades = { ...self.pleiades, db: { isNew, read, write, done, under } };
})();
