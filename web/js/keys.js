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
  const { db: { read, write, done }, vault } = self.pleiades;
  const { subtle } = crypto;
  const SALT = 16; // bytes
  const LEAST = 1; // minutes until locking
  const MOST = 15;

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

  const find = (account) => read(["keys"], (tx) => done(tx.objectStore("keys").get(account)));
  const put = (row) => write(["keys"], (tx) => { tx.objectStore("keys").put(row); });
  const owner = async () => (await read(["device"], (tx) => done(tx.objectStore("device").get("current"))))?.account;

  // A secret that opens the account but not yet its key, since the password was
  // changed elsewhere: it wraps the key as soon as another secret opens that.
  let later;

  // bytesOf resolves to the local key's bytes: of one that lies alone, or by a
  // secret that opens it; else to undefined.
  async function bytesOf(row, secret) {
    if (row.wraps.length === 0) return new Uint8Array(await subtle.exportKey("raw", row.key));
    return secret && unwrap(row, secret);
  }

  // admit makes ready the local key of an account that has just logged in, by a
  // secret or, for want of one, null. It resolves to "open", or to "alone" where
  // the key has no wrap yet, or to "other" where there is a key that this secret
  // does not open.
  const admit = (account, secret, minutes) => vault.alone(async () => {
    let row = await find(account);
    row ??= { account, id: crypto.randomUUID(), wraps: [], minutes, key: await fresh() };
    const raw = await bytesOf(row, secret);
    if (!raw) {
      later = secret && { account, secret };
      await put({ ...row, key: undefined, acted: undefined });
      return "other";
    }
    vault.release();
    if (!secret) return await put(row), "alone";
    if (row.wraps.length === 0) row.minutes = minutes;
    await put({
      ...row, wraps: await wrapped(account, row.wraps, raw, secret), key: await asKey(raw), acted: Date.now(),
    });
    return "open";
  });

  const fresh = () => subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);

  // unlock opens the key by a secret and resolves to whether that was the one.
  const unlock = (secret) => vault.alone(async () => {
    const row = await find(await owner() ?? "");
    const raw = row && await unwrap(row, secret);
    if (!raw) return false;
    let { wraps } = row;
    if (later?.account === row.account) wraps = await wrapped(row.account, wraps, raw, later.secret);
    later = undefined;
    await put({ ...row, wraps, key: await asKey(raw), acted: Date.now() });
    return true;
  });

  // wrapWith adds a way to open the key, or replaces that of the same kind and
  // id. It takes a secret that opens it now, unless it lies alone, and resolves to
  // whether that was the one.
  const wrapWith = (opener, secret) => vault.alone(async () => {
    const row = await find(await owner() ?? "");
    const raw = row && await bytesOf(row, opener);
    if (!raw) return false;
    await put({ ...row, wraps: await wrapped(row.account, row.wraps, raw, secret), key: await asKey(raw), acted: Date.now() });
    vault.release();
    return true;
  });

  // dropWrap takes a way to open the key away, unless it is the last.
  const dropWrap = (kind, id) => vault.alone(async () => {
    const row = await find(await owner() ?? "");
    const wraps = row?.wraps.filter((wrap) => wrap.kind !== kind || wrap.id !== id) ?? [];
    if (wraps.length > 0) await put({ ...row, wraps });
  });

  // ---- time --------------------------------------------------------------------

  // acted notes that the person did something and resolves to whether they are in
  // time: an act after too long a time counts for nothing.
  const acted = async () => {
    const account = await owner() ?? "";
    return write(["keys"], async (tx) => {
      const row = await done(tx.objectStore("keys").get(account));
      if (!row?.key || vault.isIdle(row)) return false;
      tx.objectStore("keys").put({ ...row, acted: Date.now() });
      return true;
    });
  };

  // idle reports whether the device should be locked.
  const idle = async () => {
    const row = await find(await owner() ?? "");
    return row?.key !== undefined && vault.isIdle(row);
  };

  // lockAfter returns after how many minutes the device is locked; 0 where it
  // cannot be. setLockAfter changes it.
  const lockAfter = async () => {
    const row = await find(await owner() ?? "");
    return row?.wraps.length ? row.minutes : 0;
  };
  const setLockAfter = async (minutes) => {
    const account = await owner() ?? "";
    await write(["keys"], async (tx) => {
      const row = await done(tx.objectStore("keys").get(account));
      if (row) tx.objectStore("keys").put({ ...row, minutes: Math.min(Math.max(minutes, LEAST), MOST) });
    });
  };

  self.pleiades.keys = {
    admit, unlock, lock: vault.lock, wrapWith, dropWrap, acted, idle, lockAfter, setLockAfter,
  };
})();
