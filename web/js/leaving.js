// What a page asks of the device last. A transaction that waits behind another is
// dropped with the page that asked for it. So what a page that goes has asked for
// and not seen done, it leaves, protected as it is, in the one place that takes a
// value at once; the next page puts it where it belongs.
"use strict";

(() => {
  const { db: { read, done }, vault, rows: { make, putDraft, sameBytes, findWaiting } } = self.pleiades;
  const PREFIX = "left:";
  const own = PREFIX + crypto.randomUUID();

  // Each entry is of one write: {id, account, key, items, draft, was}. The key is the
  // id of the local key, was the texts that this page knows the draft to have before,
  // or has asked for.
  const underWay = new Set();

  // A worker has no such storage, nor does it go.
  const storage = self.localStorage;
  let going = false;
  let left = false;
  if (storage) {
    addEventListener("pagehide", () => go(true));
    document.addEventListener("visibilitychange", () => go(document.hidden));
  }
  function go(away) {
    going = away;
    if (!going) drop((entry) => entry.failed); // the program has what they held
    note();
  }

  // note leaves what is under way while the page goes, and takes it back once
  // nothing is.
  function note() {
    if (!storage || !(going || left)) return;
    left = underWay.size > 0;
    keep(own, [...underWay]);
  }

  const drop = (test) => underWay.forEach((entry) => { if (test(entry)) underWay.delete(entry); });

  function keep(name, entries) {
    try {
      if (entries.length === 0) storage.removeItem(name);
      else storage.setItem(name, JSON.stringify(entries, (_, v) => vault.isProtected(v) ? { bytes: [...v] } : v));
    } catch { /* it is full: the transactions are on their way all the same */ }
  }

  const revive = (_, v) => Array.isArray(v?.bytes) ? new Uint8Array(v.bytes) : v;
  const names = () => storage ? Object.keys(storage).filter((name) => name.startsWith(PREFIX)) : [];
  function entriesOf(name) {
    try {
      return JSON.parse(storage.getItem(name) ?? "[]", revive);
    } catch {
      return []; // nothing of ours
    }
  }
  // change replaces what was left under each name.
  const change = (f) => names().forEach((name) => keep(name, entriesOf(name).flatMap(f)));

  const samePlace = (a, b) => a?.account === b?.account && a?.conversation === b?.conversation;

  // during resolves as write does, which writes rows of the outbox and of a draft in
  // the place of a text.
  async function during(mine, items, draft, was, write) {
    const entry = { id: crypto.randomUUID(), account: mine.account, key: mine.id, items, draft };
    if (draft) {
      const before = [...underWay].filter((other) => samePlace(other.draft, draft));
      entry.was = [make.draft(mine, draft.conversation, was).text, ...before.map((other) => other.draft.text)];
      drop((other) => other.failed && samePlace(other.draft, draft) && other.items.length === 0);
    }
    underWay.add(entry);
    note();
    try {
      await write();
      underWay.delete(entry);
    } catch (err) {
      if (going) entry.failed = true; // what it holds stays left
      else underWay.delete(entry);
      throw err;
    } finally {
      note();
    }
  }

  // recover puts what pages left of an account where it belongs. What cannot be put
  // there now stays for the next time.
  async function recover(mine) {
    if (names().every((name) => name === own)) return;
    await navigator.locks.request("pleiades-left", async () => {
      for (const name of names().filter((name) => name !== own)) {
        const entries = entriesOf(name).filter(({ account }) => account === mine.account);
        for (const entry of entries) {
          if (entry.key !== mine.id) continue;
          await recoverItems(mine, name, entry);
          // A later text of a place knows of the earlier ones.
          const ofPlace = entries.filter(({ draft }) => draft && samePlace(draft, entry.draft));
          if (ofPlace.at(-1) === entry) await recoverDraft(mine, name, entry, ofPlace.flatMap(({ was }) => was));
        }
        const handled = entries.map(({ id }) => id);
        keep(name, entriesOf(name).filter(({ id }) => !handled.includes(id)));
      }
    }).catch((err) => console.warn("left:", err));
  }

  // remains reports whether an entry is still left as it was: nobody took back what
  // it holds meanwhile.
  const remains = (name, { id }, test) => entriesOf(name).some((entry) => entry.id === id && test(entry));

  const recoverItems = (mine, name, entry) => entry.items.length > 0 && vault.writeAs(mine, ["outbox"], async (tx) => {
    for (const row of entry.items) {
      if (await findWaiting(tx, mine.account, row.id)) continue;
      if (remains(name, entry, ({ items }) => items.some(({ id }) => id === row.id))) tx.objectStore("outbox").add(row);
    }
  });

  async function recoverDraft(mine, name, entry, was) {
    const { draft } = entry;
    const at = [mine.account, draft.conversation];
    const look = async (tx) => (await done(tx.objectStore("drafts").get(at)))?.text ?? "";
    for (let put = false; !put;) {
      const there = await read(["drafts"], look);
      const row = await after(mine, there, draft, was);
      put = await vault.writeAs(mine, ["drafts"], async (tx) => {
        if (!sameBytes(await look(tx), there)) return false; // another page wrote it
        if (remains(name, entry, (e) => e.draft)) putDraft(tx, row);
        return true;
      });
    }
  }

  // after returns the draft there is to be after what is there: where somebody
  // wrote something else meanwhile, both texts.
  async function after(mine, there, draft, was) {
    const reveal = async (kept) => kept === "" ? "" : mine.reveal("drafts", [mine.account, draft.conversation], kept).catch(() => "");
    const [other, text, ...before] = await Promise.all([there, draft.text, ...was].map(reveal));
    if (before.includes(other) || text.includes(other)) return draft;
    return make.draft(mine, draft.conversation, other.includes(text) ? other : other + "\n\n" + text);
  }

  // forgetItem has nothing put back that was taken back, nor the draft as it was
  // after sending; forgetOthers nothing of accounts that are not on the device.
  const forgetItem = (account, taken) => change((entry) => {
    const items = entry.items.filter(({ id }) => entry.account !== account || id !== taken);
    return [items.length === entry.items.length ? entry : { ...entry, items, draft: undefined }];
  });
  async function forgetOthers() {
    if (names().length === 0) return;
    const accounts = await read(["keys"], (tx) => done(tx.objectStore("keys").getAllKeys()));
    change((entry) => accounts.includes(entry.account) ? [entry] : []);
  }

  self.pleiades.leaving = { during, recover, forgetItem, forgetOthers };
})();
