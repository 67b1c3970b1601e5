// Sends what waits in the outbox. The page calls it, and so does the service
// worker when the page is closed; a lock sees to it that only one does at a
// time, in order, and the id of what is sent makes a second try harmless.
"use strict";

(() => {
  const { store } = self.pleiades;
  const PROTOCOL = 1; // wire.Version
  const TIMEOUT = 30_000; // ms to wait for an answer

  // Refusals that no later try will change: the writer gets the text back.
  const FINAL = new Set([
    "bad_request", "invalid_request", "invalid_message", "list_full", "not_found", "forbidden", "id_conflict",
    "too_large", "unreadable", "destroyed",
  ]);

  // What can wait in the outbox, by the kind of its rows: how it is sent, by
  // which body an answer of success is known to be one, what is kept and told
  // of it then, and whether it has words that must not be lost.
  const kinds = {
    message: {
      method: "PUT",
      path: (row) => `/messages/${row.id}`,
      body: (row) => ({ body: row.body, writtenAt: new Date(row.writtenAt).toISOString() }),
      answers: (row, body) => body.id === row.id,
      confirm: (row, message) => store.confirmMessage(row, message),
      told: (message) => ({ message }),
      words: () => true,
    },
    agenda: {
      method: "PUT",
      path: (row) => `/agenda/changes/${row.id}`,
      body: ({ change: { id, ...change } }) => change,
      answers: (row, body) => body.id === row.id,
      confirm: (row, changed) => store.confirmChange(row, changed.items ?? []),
      told: (changed) => ({ changed }),
      words: (row) => Boolean(row.change.text),
    },
    agreement: {
      method: "POST",
      path: () => "/agreement",
      body: (row) => ({ version: row.version, textVersion: row.textVersion }),
      answers: (row, body) => "acknowledged" in body && body.version >= row.version,
      confirm: (row, agreement) => store.confirmAgreement(row, agreement),
      told: (agreement) => ({ agreement }),
      words: () => false,
    },
  };

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

  // verdict says what an answer means for the row it was asked about.
  function verdict(row, kind, { status, body }) {
    if (body && (status === 200 || status === 201) && kind.answers(row, body)) return "stored";
    if (body && status === 401) return "login";
    if (body && status >= 400 && status < 500 && FINAL.has(body.code)) return "rejected";
    return "later";
  }

  // send tries one row. Marking it as tried and taking it back exclude each
  // other, so that what its writer took back is never sent. What was rejected
  // stays until its writer takes the words back; without words it goes.
  async function send(row) {
    const kind = kinds[row.kind ?? "message"];
    if (!kind) return "later"; // for the newer build that queued it
    if (!await store.change(row.n, { attempted: true })) return "gone";
    const path = `/api/v1/conversations/${row.conversation}${kind.path(row)}`;
    const answer = await request(row.account, path, { method: kind.method, body: JSON.stringify(kind.body(row)) });
    const outcome = verdict(row, kind, answer);
    const { account, conversation, id } = row;
    if (outcome === "stored") {
      await kind.confirm(row, answer.body);
      tell("sent", { account, conversation, id, ...kind.told(answer.body) });
    } else if (outcome === "rejected") {
      if (kind.words(row)) await store.change(row.n, { rejected: answer.body.code, reasons: answer.body.errors ?? [] });
      else await store.drop(row.n);
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
    const { account, locked } = await store.current();
    if (!account) return locked ? "later" : "done";
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
