// The service worker: the app without the server. It keeps one fixed set of
// files for each build, answers page loads with the app's shell, and drains the
// outbox when the browser says that there is a connection again. It never keeps
// an answer of the API, and a new build takes over only when a page asks.
//
// The server puts a line before this file that defines BUILD:
// {version, shell, documents: [pages that are not the app's], files: [addresses
// to keep], scripts: [what it runs beside this file, in order]}.
"use strict";

const PREFIX = "pleiades-";
const CACHE = PREFIX + BUILD.version;

// Trusted Types: the only scripts this worker may load are its own.
const policy = self.trustedTypes?.createPolicy("pleiades", {
  createScriptURL: (url) => {
    if (BUILD.scripts.includes(url)) return url;
    throw new TypeError("script not allowed: " + url);
  },
}) ?? { createScriptURL: (url) => url };
for (const url of BUILD.scripts) importScripts(policy.createScriptURL(url));

// All files or none: a half-filled cache would break the app offline. Nothing is
// put into the cache before all of them are here: what it held stays until then.
async function fill(mode) {
  const requests = [...BUILD.files, ...BUILD.documents, BUILD.shell].map((url) => new Request(url, { cache: mode }));
  const cache = await caches.open(CACHE);
  try {
    await cache.addAll(requests);
  } catch (err) {
    if ((await cache.keys()).length === 0) await caches.delete(CACHE);
    throw err;
  }
  const wanted = new Set(requests.map((r) => r.url));
  for (const kept of await cache.keys()) if (!wanted.has(kept.url)) await cache.delete(kept);
}

// refill fetches all files anew, past the browser's own cache, and answers whether
// that worked: for fix.js.
async function refill(asked) {
  try {
    await fill("reload");
    await forgetOthers();
    asked.postMessage("done");
  } catch (err) {
    console.warn("refill:", err);
    asked.postMessage("failed");
  }
}

// forgetOthers deletes the caches of other builds.
async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((n) => n.startsWith(PREFIX) && n !== CACHE).map((n) => caches.delete(n)));
}

self.addEventListener("install", (event) => event.waitUntil(fill("no-cache")));

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    await forgetOthers();
    await self.clients.claim();
  })());
});

// Paths that always go to the server.
const SERVER_ONLY = /^\/(api\/|healthz$|readyz$|robots\.txt$|sitemap\.xml$|ads\.txt$|worker\.js$)/;

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || SERVER_ONLY.test(url.pathname)) return;
  event.respondWith((async () => {
    let wanted = request;
    if (request.mode === "navigate") wanted = BUILD.documents.includes(url.pathname) ? url.pathname : BUILD.shell;
    const kept = await caches.match(wanted, { cacheName: CACHE });
    return kept ?? fetch(request);
  })());
});

self.addEventListener("message", (event) => {
  if (event.data === "take-over") self.skipWaiting();
  if (event.data === "claim") event.waitUntil(self.clients.claim());
  if (event.data === "refill") event.waitUntil(refill(event.ports[0]));
});

self.addEventListener("sync", (event) => {
  if (event.tag !== "pleiades-outbox") return;
  event.waitUntil(self.pleiades.outbox.flush(true).then(async (outcome) => {
    if (!["offline", "later", "paused"].includes(outcome)) return;
    // A sync event that fails is tried again by the browser, but a few times only.
    // With the last another is asked for. A browser may want a page for that: each
    // page asks, too, as long as something waits.
    if (event.lastChance) await self.registration.sync.register(event.tag).catch(() => {});
    throw new Error("outbox not drained: " + outcome);
  }));
});
