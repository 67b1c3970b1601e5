// Finds out how the app stands on this device, without reading a word of anyone:
// app/state.BrowserFacts. Used by the app's diagnostics and by the page that
// mends.
"use strict";

(() => {
  const { db: { read, done }, missing } = self.pleiades;

  // An id of version 7 begins with the time it was made, in milliseconds.
  const madeAt = (id) => /^.{14}7/.test(id) ? parseInt(id.replaceAll("-", "").slice(0, 12), 16) : 0;

  // queue counts what waits in the outbox, of whomever, and what was refused.
  async function queue() {
    const rows = await read(["outbox"], (tx) => done(tx.objectStore("outbox").getAll()));
    const waiting = rows.filter(({ rejected, stored }) => !rejected && !stored);
    const times = waiting.map(({ writtenAt, id }) => writtenAt || madeAt(id)).filter(Boolean);
    return {
      waiting: waiting.length,
      rejected: rows.filter(({ rejected }) => rejected).length,
      oldest: times.length ? Math.min(...times) : 0,
    };
  }

  async function worker() {
    if (!navigator.serviceWorker) return "unsupported";
    const registration = await navigator.serviceWorker.getRegistration();
    if (registration?.waiting) return "waiting";
    return registration?.active ? "active" : "none";
  }

  self.pleiades.facts = {
    queue,
    // all takes what cannot be found out as absent.
    all: async () => {
      const [kept, estimate, waits, state] = await Promise.all([
        navigator.storage?.persisted?.().catch(() => false),
        navigator.storage?.estimate?.().catch(() => ({})),
        queue().catch(() => ({})),
        worker().catch(() => "none"),
      ]);
      return {
        build: document.documentElement.dataset.version ?? "",
        agent: navigator.userAgent, missing, worker: state, persisted: Boolean(kept),
        usage: estimate?.usage ?? 0, quota: estimate?.quota ?? 0, ...waits,
      };
    },
  };
})();
