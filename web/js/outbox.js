// Sends what waits in the outbox. The page calls it, and so does the service
// worker when the page is closed; a lock sees to it that only one does at a
// time, in order, and the message id makes a second try harmless.
"use strict";

(() => {
  const { store } = self.pleiades;
  const PROTOCOL = 1; // wire.Version
  const TIMEOUT = 30_000; // ms to wait for an answer

  // Refusals that no later try will change: the writer gets the text back.
  const FINAL = new Set([
    "bad_request", "invalid_request", "invalid_message", "not_found", "forbidden", "id_conflict", "too_large",
  ]);

  const channel = new BroadcastChannel("pleiades");
  const tell = (type, fields) => channel.postMessage(JSON.stringify({ type, ...fields }));

  async function request(account, path, options) {
    const headers = { "Pleiades-Protocol": String(PROTOCOL), "Pleiades-Account": account };
    if (options.body) headers["Content-Type"] = "application/json";
    const response = await fetch(path, { ...options, headers, signal: AbortSignal.timeout(TIMEOUT) });
    const type = response.headers.get("Content-Type") ?? "";
    // Anything but our own JSON comes from a proxy or a captive portal.
    const ours = /^application\/(problem\+)?json\b/.test(type);
    return { status: response.status, body: ours ? await response.json() : null };
  }

  // verdict says what an answer means for the message it was asked about.
  function verdict(id, { status, body }) {
    if (body && (status === 200 || status === 201) && body.id === id) return "stored";
    if (body && status === 401) return "login";
    if (body && status >= 400 && status < 500 && FINAL.has(body.code)) return "rejected";
    return "later";
  }

  // send tries one message. Marking it as tried and taking it back exclude each
  // other, so that what its writer took back is never sent.
  async function send(row) {
    if (!await store.change(row.n, { attempted: true })) return "gone";
    const path = `/api/v1/conversations/${row.conversation}/messages/${row.id}`;
    const body = JSON.stringify({ body: row.body, writtenAt: new Date(row.writtenAt).toISOString() });
    const answer = await request(row.account, path, { method: "PUT", body });
    const outcome = verdict(row.id, answer);
    const { account, conversation, id } = row;
    if (outcome === "stored") {
      await store.confirm(row, answer.body);
      tell("sent", { account, conversation, message: answer.body });
    } else if (outcome === "rejected") {
      await store.change(row.n, { rejected: answer.body.code, reasons: answer.body.errors ?? [] });
      tell("rejected", { account, conversation, id });
    }
    return outcome;
  }

  // reachable asks the server for the login first, so that without a
  // connection nothing counts as tried and everything can still be edited.
  async function reachable(account) {
    const { status, body } = await request(account, "/api/v1/me", {});
    if (body && status === 200 && body.account?.id === account) return "stored";
    return body && status === 401 ? "login" : "later";
  }

  async function drain(probe) {
    const { account } = await store.current();
    if (!account) return "done";
    for (let first = true; ; first = false) {
      const row = await store.nextWaiting(account.id);
      if (!row) return "done";
      let outcome;
      try {
        outcome = first && probe ? await reachable(account.id) : "stored";
        if (outcome === "stored") outcome = await send(row);
      } catch (err) {
        if (err instanceof TypeError || err.name === "TimeoutError" || err.name === "AbortError") return "offline";
        throw err;
      }
      if (outcome === "login") tell("login-ended", {});
      if (outcome === "login" || outcome === "later") return outcome;
    }
  }

  // flush sends until nothing waits and resolves to "done", or to why it
  // stopped: "offline", "login" (a new login is needed) or "later".
  const flush = (probe) => navigator.locks.request(store.LOCK, () => drain(probe));

  self.pleiades.outbox = { flush };
})();
