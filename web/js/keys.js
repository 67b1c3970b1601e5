// Opens and locks the local key of the account whose app this is. For each way to
// open it the key is wrapped once: by a key derived from the account's password,
// or from a passphrase for this device (argon2id, in a worker that ends), or from
// what a passkey's PRF extension returns. Secrets never leave the page. Used by
// the page alone.
//
// A secret is {kind: "password" | "passphrase" | "passkey", id, text}: the id tells
// passkeys apart, the text of a passkey is 32 bytes in base64.
"use strict";

(() => {
  const { db: { read, write, done, under }, vault } = self.pleiades;
  const { subtle } = crypto;
  const SALT = 16; // bytes
  const LEAST = 1; // minutes until locking
  const SELDOM = 30_000; // ms after which the time is noted again

  // ---- wraps ---------------------------------------------------------------

  const place = (account, { kind, id }) => new TextEncoder().encode(JSON.stringify(["wrap", account, kind, id ?? ""]));

  // wrappingKey resolves to the key made of a secret.
  async function wrappingKey({ kind, text }, salt) {
    const usages = ["encrypt", "decrypt"];
    if (kind !== "passkey") {
      const derived = await self.pleiades.derive(new TextEncoder().encode(text.normalize("NFC")), salt);
      return subtle.importKey("raw", derived, "AES-GCM", false, usages);
    }
    const secret = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const base = await subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
    const info = new TextEncoder().encode("pleiades local key");
    return subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt, info }, base, { name: "AES-GCM", length: 256 }, false, usages);
  }

  // wrapped resolves to the wraps with one more, or another of the same name.
  async function wrapped(account, wraps, raw, secret) {
    const { kind, id } = secret;
    const salt = crypto.getRandomValues(new Uint8Array(SALT));
    const sealed = await vault.encrypt(await wrappingKey(secret, salt), raw, place(account, secret));
    return [...wraps.filter((wrap) => wrap.kind !== kind || wrap.id !== id), { kind, id, salt, sealed }];
  }

  // unwrap resolves to the local key's bytes, or undefined where the secret is
  // not the one.
  async function unwrap({ account, wraps }, secret) {
    const wrap = wraps.find(({ kind, id }) => kind === secret.kind && id === secret.id);
    if (!wrap) return undefined;
    const key = await wrappingKey(secret, wrap.salt);
    try {
      return new Uint8Array(await vault.decrypt(key, wrap.sealed, place(account, secret)));
    } catch {
      return undefined;
    }
  }

  // asKey makes bytes the key to use: from then on they cannot be had from it.
  const asKey = (raw) => subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

  // ---- the account's key -----------------------------------------------------

  const owner = async () => (await read(["device"], (tx) => done(tx.objectStore("device").get("current"))))?.account ?? "";
  const find = (account) => read(["keys", "device"], (tx) => vault.look(tx, account));

  // A secret that opens the account but not yet its key: it wraps the key as soon
  // as another secret opens that.
  let later;

  // bytesOf resolves to the local key's bytes: of one that lies alone, or by a
  // secret that opens it; else to undefined.
  async function bytesOf(row, secret) {
    if (row.wraps.length === 0) return new Uint8Array(await subtle.exportKey("raw", row.key));
    return secret && unwrap(row, secret);
  }

  // putOpen keeps a row whose key is open now, and that of nobody else.
  const putOpen = ({ key: alone, ...row }, key) => write(["keys", "device"], (tx) => {
    const device = tx.objectStore("device");
    tx.objectStore("keys").put(row);
    device.delete(under("open"));
    device.put(key, vault.open(row.account));
    vault.begun(tx, row.account);
  });

  // admit makes ready the local key of an account that has just logged in, by a
  // secret or, for want of one, null. It resolves to "open", or to "alone" where
  // the key has no wrap yet, or to "changed" where the password is another than
  // the device's, or to "other" where there is a key that this secret does not
  // open, but something else does. A key that is open for this account stays so,
  // unless the password has changed.
  const admit = (account, secret, minutes) => vault.alone(async () => {
    vault.release();
    const { row: kept, key, last } = await find(account);
    const row = kept ?? { account, id: crypto.randomUUID(), wraps: [], key: await fresh() };
    if (row.wraps.length === 0) row.minutes = minutes;
    const raw = await bytesOf(row, secret);
    if (raw && secret) {
      await putOpen({ ...row, wraps: await wrapped(account, row.wraps, raw, secret) }, await asKey(raw));
      return "open";
    }
    if (raw) {
      await write(["keys", "device"], (tx) => {
        tx.objectStore("keys").put(row);
        tx.objectStore("device").delete(under("open"));
      });
      return "alone";
    }
    later = secret && { account, secret };
    const changed = secret?.kind === "password" && row.wraps.some(({ kind }) => kind === "password");
    if (key && !changed && !vault.isIdle({ row, last })) {
      await putOpen(row, key);
      return "open";
    }
    await vault.lock();
    return changed ? "changed" : "other";
  });

  const fresh = () => subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);

  // unlock opens the key by a secret and resolves to whether that was the one.
  const unlock = (secret) => vault.alone(async () => {
    const { row } = await find(await owner());
    const raw = row && await unwrap(row, secret);
    if (!raw) return false;
    let { wraps } = row;
    if (later?.account === row.account) wraps = await wrapped(row.account, wraps, raw, later.secret);
    later = undefined;
    vault.release();
    await putOpen({ ...row, wraps }, await asKey(raw));
    return true;
  });

  // wrapWith adds a way to open the key, or replaces that of the same kind and
  // id. It takes a secret that opens it now, unless it lies alone, and resolves to
  // whether that was the one. A device that is locked meanwhile stays so.
  const wrapWith = (opener, secret) => vault.alone(async () => {
    const { row } = await find(await owner());
    const raw = row && await bytesOf(row, opener);
    if (!raw) return false;
    const wraps = await wrapped(row.account, row.wraps, raw, secret);
    if (row.key) await putOpen({ ...row, wraps }, await asKey(raw));
    else await write(["keys"], (tx) => { tx.objectStore("keys").put({ ...row, wraps }); });
    vault.release();
    return true;
  });

  // ways resolves to what opens an account's key.
  const ways = async (account) => {
    const { row } = await find(account);
    return row ? vault.waysOf(row) : [];
  };

  // dropPasskeys takes away the ways of the passkeys with ids: they are no longer
  // the account's. The last way stays: without it all would be lost.
  const dropPasskeys = (account, ids) => vault.alone(async () => {
    const { row } = await find(account);
    const wraps = row?.wraps.filter(({ kind, id }) => kind !== "passkey" || !ids.includes(id)) ?? [];
    if (wraps.length === 0 || wraps.length === row.wraps.length) return;
    await write(["keys"], (tx) => { tx.objectStore("keys").put({ ...row, wraps }); });
  });

  // ---- time --------------------------------------------------------------------

  // acted notes that the person did something just now, however long the device takes
  // to note it, and resolves to whether they are in time: an act after too long a time
  // counts for nothing.
  const acted = async () => {
    const at = Date.now();
    const account = await owner();
    return write(["keys", "device"], async (tx) => {
      const { row, key, last } = await vault.look(tx, account);
      if (!key || vault.isIdle({ row, last })) return false;
      tx.objectStore("device").put(Math.max(last ?? 0, at), vault.acted(account));
      vault.see(tx);
      return true;
    });
  };

  // idle reports whether what is open here should not be.
  const idle = async () => {
    const { row, key, last } = await find(await owner());
    const late = row !== undefined && (!key || vault.isIdle({ row, last }));
    if (key && !late) await vault.mark(SELDOM);
    return late;
  };

  // lockAfter returns after how many minutes the device is locked; 0 where it
  // cannot be. setLockAfter changes it; what the practices allow bounds it.
  const lockAfter = async () => {
    const { row } = await find(await owner());
    return row?.wraps.length ? vault.lockAfter(row) : 0;
  };
  const setLockAfter = (minutes) => vault.alone(async () => {
    const { row } = await find(await owner());
    const within = Math.min(Math.max(minutes, LEAST), vault.MOST);
    if (row) await write(["keys"], (tx) => { tx.objectStore("keys").put({ ...row, minutes: within }); });
  });

  self.pleiades.keys = {
    admit, unlock, lock: vault.lock, wrapWith, ways, dropPasskeys, acted, idle, lockAfter, setLockAfter,
  };
})();
