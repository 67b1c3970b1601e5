// Protects what the device keeps. Each account has a local key on this device,
// a random AES-256 key; what a person wrote, and names, are in the database only
// as ciphertext under it. Ids, order numbers, times and codes stay readable.
//
// A row of the store "keys" belongs to an account: {account, id, wraps, minutes,
// within}. The id tells one local key of the account from a later one; it is locked
// after so many minutes, within what the account's practices allow. Each of the wraps
// holds the key under a secret of the person, see keys.js. While the device is
// unlocked, the store "device" has the key itself under ["open", account], for
// scripts not to be exported, under ["acted", account] the time of the last act, and
// under "seen" the latest time that was ever seen, which localStorage has, too;
// locking takes the key away. Until
// there is a wrap the key lies in its row, alone: what an older build left in the
// clear is no safer before.
"use strict";

(() => {
  const { read, write, done, under } = self.pleiades.db;
  const { subtle } = crypto;

  // What is protected begins with how. Under the local key: nonce, ciphertext,
  // tag. Under the page's key: that key under the local one, then the same.
  const LOCAL = 1;
  const PAGE = 2;
  const NONCE = 12; // bytes
  const KEY = 32;
  const TAG = 16;
  const MINUTES = 2; // until locking, where nothing else was said
  const MOST = 15;
  const SLACK = 10_000; // ms by which a clock is put right by itself
  const SEEN = "seen";
  const BUCKET = 256; // bytes: lengths are rounded up to it, so that they say less

  function locked() {
    const err = new Error("the device is locked");
    err.name = "LockedError";
    return err;
  }

  // bound is what ciphertext is bound to: its place. Moved elsewhere it does not
  // open.
  const bound = (how, store, key) => new TextEncoder().encode(JSON.stringify([how, store, ...key]));

  // pad rounds a JSON text up with white space, which JSON allows.
  function pad(text) {
    const bytes = new TextEncoder().encode(text);
    const padded = new Uint8Array(Math.ceil((bytes.length + 1) / BUCKET) * BUCKET).fill(0x20);
    padded.set(bytes);
    return padded;
  }

  const join = (...parts) => {
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  };

  async function encrypt(key, text, additionalData) {
    const iv = crypto.getRandomValues(new Uint8Array(NONCE));
    return join(iv, new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, text)));
  }

  const decrypt = (key, sealed, additionalData) =>
    subtle.decrypt({ name: "AES-GCM", iv: sealed.subarray(0, NONCE), additionalData }, key, sealed.subarray(NONCE));

  // held is the key in use here.
  let held;

  // use returns what protects and reveals with an account's local key; it throws
  // a LockedError where that is not at hand. Neither may be awaited within a
  // transaction.
  async function use(account) {
    if (held?.account !== account) held = await prepare(account);
    return held;
  }

  // prepare looks for the local key and, in a page, makes one for the page: what
  // a person does must be on its way to the disk before the page can go, and the
  // browser's cipher lets one wait.
  async function prepare(account) {
    const { row, key } = await read(["keys", "device"], (tx) => look(tx, account));
    if (!key) throw locked();
    const { id } = row;
    const pageKey = crypto.getRandomValues(new Uint8Array(KEY));
    const wrapped = await encrypt(key, pageKey, bound(PAGE, "keys", [account]));
    return {
      account,
      id,

      // protect resolves to the bytes to keep in the place of a value.
      protect: async (store, at, value) =>
        join([LOCAL], await encrypt(key, pad(JSON.stringify(value)), bound(LOCAL, store, at))),

      // protectNow returns them at once. Only pages can.
      protectNow: (store, at, value) =>
        join([PAGE], wrapped, self.pleiades.sealNow(pageKey, pad(JSON.stringify(value)), bound(PAGE, store, at))),

      // reveal resolves to the value. What older builds left in the clear is
      // returned as it is. It rejects where the bytes are not what was kept there
      // under this key.
      reveal: async (store, at, kept) => {
        if (!isProtected(kept)) return kept;
        const [how] = kept;
        let sealed = kept.subarray(1);
        let inner = key;
        if (how === PAGE) {
          const end = NONCE + KEY + TAG;
          const raw = await decrypt(key, sealed.subarray(0, end), bound(PAGE, "keys", [account]));
          inner = await subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
          sealed = sealed.subarray(end);
        }
        return JSON.parse(new TextDecoder().decode(await decrypt(inner, sealed, bound(how, store, at))));
      },
    };
  }

  // release lets go of the key held here: the next use looks at what there is.
  const release = () => { held = undefined; };

  const isProtected = (kept) => kept instanceof Uint8Array;

  // protect and reveal are those of use for a single value; at begins with the
  // account.
  const protect = async (store, at, value) => (await use(at[0])).protect(store, at, value);
  const reveal = async (store, at, kept) => (await use(at[0])).reveal(store, at, kept);

  // writeAs writes what was protected, unless the account was taken off the
  // device meanwhile: then it throws a LockedError. A device that was locked
  // meanwhile takes it.
  const writeAs = ({ account, id }, stores, f) => write([...stores, "keys"], async (tx) => {
    const row = await done(tx.objectStore("keys").get(account));
    if (row?.id !== id) throw locked();
    return f(tx);
  });

  // begin gives an account a local key, unless it has one: one that lies there
  // alone.
  const begin = (account) => alone(async () => {
    if (await read(["keys"], (tx) => done(tx.objectStore("keys").get(account)))) return;
    const key = await subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
    await write(["keys"], (tx) => { tx.objectStore("keys").put({ account, id: crypto.randomUUID(), key, wraps: [], minutes: MINUTES }); });
  });

  // alone runs f while no other page changes keys.
  const alone = (f) => navigator.locks.request("pleiades-keys", f);

  const open = (account) => ["open", account];
  const acted = (account) => ["acted", account];

  // seen is the latest time that any page has seen, as far as is known here.
  let seen = 0;

  // see notes, among what tx writes, what time it is, unless the clock was set back.
  const see = (tx) => {
    seen = Math.max(seen, Date.now());
    tx.objectStore("device").put(seen, SEEN);
  };

  // What a page that goes writes may wait behind something else, and be dropped with
  // it. So it notes the time where that is taken at once, too; a worker cannot.
  const storage = self.localStorage;
  const seenLast = () => Number(storage?.getItem(SEEN) ?? 0) || 0;
  const noteLast = () => {
    try {
      storage?.setItem(SEEN, Math.max(seen, seenLast(), Date.now()));
    } catch { /* it is full */ }
  };
  const forgetSeen = (tx) => {
    seen = 0;
    tx.objectStore("device").delete(SEEN);
    storage?.removeItem(SEEN);
  };

  // mark notes what time it is, where a key is in use here and that was not noted for
  // some ms; at once: a page that is going may not see it done.
  const mark = async (after) => {
    if (!held || Date.now() - seen < after) return;
    noteLast();
    await write(["device"], (tx) => {
      see(tx);
      tx.commit();
    });
  };

  // begun notes the act by which a key was opened. Whoever can do that may have set
  // the clock, too.
  const begun = (tx, account) => {
    forgetSeen(tx);
    see(tx);
    tx.objectStore("device").put(seen, acted(account));
  };

  // look returns an account's row, its key, as far as that is at hand, and when
  // its person last did something.
  async function look(tx, account) {
    const row = await done(tx.objectStore("keys").get(account));
    const device = tx.objectStore("device");
    seen = Math.max(await done(device.get(SEEN)) ?? 0, seenLast());
    return {
      row,
      key: row?.key ?? await done(device.get(open(account))),
      last: await done(device.get(acted(account))),
    };
  }

  // isIdle reports whether nothing has been done for too long, or the clock was set
  // back: how long is not known then.
  const isIdle = ({ row, last }) => {
    const now = Date.now();
    return row.wraps.length > 0 && !(now > Math.max(last, seen) - SLACK && now - last < lockAfter(row) * 60_000);
  };

  // waysOf lists what opens the key of a row, without the secrets.
  const waysOf = (row) => row.wraps.map(({ kind, id }) => ({ kind, id }));

  // lockAfter is after how many idle minutes a key is let go; older rows do not say.
  const lockAfter = (row) => Math.min(row.minutes ?? MINUTES, row.within ?? MOST);

  // find returns how things stand with an account's key: whether it is open, and
  // the ways to open it; undefined where there is none. After too long a time
  // the key is let go, and all pages hear of it. One held here that is open still
  // stays at hand: who writes and leaves at once could not wait for it.
  async function find(account) {
    let late = false;
    const found = await write(["keys", "device"], async (tx) => {
      const { row, key, last } = await look(tx, account);
      if (key === undefined || held?.id !== row?.id) release();
      if (!row) return undefined;
      late = key !== undefined && isIdle({ row, last });
      if (late) {
        release();
        tx.objectStore("device").delete(open(account));
      }
      return { open: key !== undefined && !late, ways: waysOf(row) };
    });
    if (late) new BroadcastChannel("pleiades").postMessage(JSON.stringify({ type: "login" }));
    return found;
  }

  // lock lets all keys go that can be had again. It asks for that at once: a page
  // that is going may not see it done.
  async function lock() {
    release();
    await write(["device"], (tx) => {
      tx.objectStore("device").delete(under("open"));
      tx.commit();
    });
  }

  self.pleiades.vault = {
    use, release, protect, reveal, isProtected, writeAs, begin, look, find, see, mark, begun, forgetSeen, isIdle, waysOf, lockAfter, MOST, open, acted, lock, alone, encrypt, decrypt,
  };
})();
