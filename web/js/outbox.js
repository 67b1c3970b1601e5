// Hands over what waits in the outbox. The page calls it, and so does the service
// worker when the page is closed. It needs neither a login nor the key of the
// device: a row holds an envelope that the page sealed for the server alone when
// it was written, and whose device the server knows by what is sealed inside. The
// answer tells no more than whether it was taken in.
//
// A lock sees to it that only one flusher is at work at a time, in order, and the
// id inside the envelope makes a second try harmless.
"use strict";

(() => {
  const { db: { read, write, done }, store } = self.pleiades;
  const LOCK = "pleiades-outbox"; // held while handing over
  const PROTOCOL = 1; // wire.Version
  const TIMEOUT = 30_000; // ms to wait for an answer
  const MOST = 500; // envelopes of a request: wire.MaxOutbox
  // Characters of a request: so many that a slow line carries it in time, and, once
  // that was not taken, so few that the server has room for it whoever else is there.
  const SIZE = 256 * 1024;
  const SMALL = 48 * 1024;

  // What is refused for a reason that nobody foresaw, or that no sealing mends, is
  // set aside for its person to see, so as not to hold up what is behind it: after
  // so many tries, and a time in which the server can have been mended.
  const TRIES = 5;
  const PATIENCE = 24 * 60 * 60_000; // ms
  const INTERNAL = "internal";
  // Refusals of a whole request: one of its envelopes is no such thing.
  const REFUSED = new Set([400, 413, 422]);

  // Rejections after which the page, once the device is unlocked, seals anew.
  const UNVERIFIED = "unverified";
  const ANEW = new Set(["key_expired", UNVERIFIED]);
  // The practice is suspended: what is for it waits until it is resumed.
  const SUSPENDED = "practice_suspended";
  // The device was taken out of the account.
  const REVOKED = "device_revoked";

  // What a request rejects with where no answer came, or not all of it.
  const CUT = new Set(["TypeError", "SyntaxError", "TimeoutError", "AbortError"]);

  const channel = new BroadcastChannel("pleiades");
  const tell = (type, fields) => channel.postMessage(JSON.stringify({ type, ...fields }));

  async function request(path, body) {
    const headers = { "Pleiades-Protocol": String(PROTOCOL) };
    if (body) headers["Content-Type"] = "application/json";
    const response = await fetch("/api/v1" + path, {
      method: body ? "POST" : "GET", body: body && JSON.stringify(body), headers,
      credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT),
    });
    const type = response.headers.get("Content-Type") ?? "";
    // Anything but our own JSON comes from a proxy or a captive portal.
    const ours = response.status === 200 && /^application\/json\b/.test(type);
    if (ours) return response.json();
    return { refused: REFUSED.has(response.status) && /^application\/problem\+json\b/.test(type) };
  }

  // reachable asks the server for what needs no login, so that without a
  // connection nothing counts as tried and everything can still be edited.
  const reachable = async () => Array.isArray((await request("/ingest-keys")).keys);

  // mine returns the rows that wait, in order, of the account whose app this is;
  // of all of them where it is nobody's: someone was taken off the device before
  // everything they had sealed was sent.
  async function mine(tx) {
    const current = await done(tx.objectStore("device").get("current"));
    const owner = current?.account?.id ?? current?.account;
    const rows = await done(tx.objectStore("outbox").getAll());
    return rows.filter((row) => (!owner || row.account === owner) && !row.rejected && !row.stored);
  }

  // Within a lane the order counts.
  const lane = ({ account, conversation }) => account + " " + conversation;

  // take returns the rows to hand over next, and marks them as tried. Behind one
  // that is not sealed, or has to wait, everything of its lane waits.
  const take = (held, most) => write(["device", "outbox"], async (tx) => {
    const blocked = new Set(held);
    const rows = [];
    let unsealed = false;
    let size = 0;
    for (const row of await mine(tx)) {
      if (blocked.has(lane(row))) continue;
      if (!row.envelope) {
        blocked.add(lane(row));
        unsealed = true;
        continue;
      }
      size += row.envelope.length;
      if (rows.length === MOST || (rows.length > 0 && size > most)) break;
      rows.push(row);
      if (!row.attempted) tx.objectStore("outbox").put({ ...row, attempted: true });
    }
    return { rows, unsealed };
  });

  // isHere reports whether what the server has of a row is here, too: a message by
  // its seq, anything else by a rev up to which nothing is missing.
  async function isHere(tx, { account, conversation }, { seq, rev }) {
    if (!seq && !rev) return true; // nothing comes of it that would be kept here
    if (seq) return (await done(tx.objectStore("messages").getKey([account, conversation, seq]))) !== undefined;
    const kept = await done(tx.objectStore("conversations").get([account, conversation]));
    return (kept?.rev ?? 0) >= rev;
  }

  // settle writes down what became of rows. Lanes in which something has to wait
  // are added to held. A row that is gone was forgotten with its account.
  const settle = (rows, answers, held) => write(["conversations", "messages", "outbox"], async (tx) => {
    const outbox = tx.objectStore("outbox");
    const anew = new Set(); // lanes of which the rest is sealed anew, too
    for (const [i, { status, seq, rev, code, errors }] of answers.entries()) {
      const row = await done(outbox.get(rows[i].n));
      if (!row) continue;
      const taken = status === "accepted" || status === "duplicate";
      if (taken && await isHere(tx, row, { seq, rev })) outbox.delete(row.n);
      else if (taken) outbox.put({ ...row, stored: true, rev });
      else if (code === UNVERIFIED && row.anew > TRIES) outbox.put({ ...row, rejected: code, reasons: [] });
      else if (ANEW.has(code) || anew.has(lane(row))) {
        anew.add(lane(row));
        outbox.put({ ...row, envelope: undefined });
      } else if (code === INTERNAL) {
        const failed = { tries: (row.failed?.tries ?? 0) + 1, since: row.failed?.since ?? Date.now() };
        const forGood = failed.tries >= TRIES && Date.now() - failed.since >= PATIENCE;
        outbox.put(forGood ? { ...row, rejected: code, reasons: [] } : { ...row, failed });
        held.add(lane(row));
      } else if (status === "rejected" && code !== REVOKED) outbox.put({ ...row, rejected: code, reasons: errors ?? [] });
      else held.add(lane(row));
    }
  });

  // wipe removes all the device keeps of an account that took the device out.
  async function wipe(account) {
    await store.leave(account, {});
    tell("revoked", {});
  }

  async function drain(probe) {
    if (probe && (await read(["device", "outbox"], mine)).length > 0 && !(await reachable())) return "later";
    let most = SIZE;
    let paused = false;
    for (const held = new Set(); ;) {
      const { rows, unsealed } = await take(held, most);
      if (rows.length === 0) return paused ? "paused" : held.size > 0 ? "later" : unsealed ? "seal" : "done";
      let { answers, refused } = await request("/outbox", { envelopes: rows.map((row) => row.envelope) });
      if (refused && rows.length === 1) answers = [{ status: "retry", code: INTERNAL }];
      if (answers?.length !== rows.length) {
        if (most === SMALL && !refused || rows.length === 1) return "later";
        most = refused ? 0 : SMALL; // 0: each alone, to find out which
        continue;
      }
      await settle(rows, answers, held);
      paused ||= answers.some(({ code }) => code === SUSPENDED);
      const revoked = answers.findIndex(({ code }) => code === REVOKED);
      if (revoked >= 0) {
        await wipe(rows[revoked].account);
        return "revoked";
      }
      tell("outbox", {});
    }
  }

  // flush hands over until nothing waits and resolves to "done", or to why it
  // stopped: "offline", "later", "paused" (a practice is suspended), "seal" (the
  // page has to seal what waits) or "revoked".
  const flush = (probe) => navigator.locks.request(LOCK, async () => {
    try {
      return await drain(probe);
    } catch (err) {
      if (CUT.has(err.name)) return "offline";
      throw err;
    }
  });

  // attach gives what waits without an envelope its own: [{id, envelope}]. With anew
  // that is after the server has heard of this device once more, which counts.
  const attach = (account, sealed, anew) => write(["outbox"], async (tx) => {
    const outbox = tx.objectStore("outbox");
    for (const { id, envelope } of sealed) {
      const row = await done(outbox.index("id").get([account, id]));
      if (row && !row.envelope) outbox.put({ ...row, envelope, anew: (row.anew ?? 0) + (anew ? 1 : 0) });
    }
  });

  self.pleiades.outbox = { flush, attach };
})();
