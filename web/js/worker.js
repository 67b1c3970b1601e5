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

// All files or none: a half-filled cache would break the app offline.
async function fill() {
  try {
    const cache = await caches.open(CACHE);
    await cache.addAll([...BUILD.files, ...BUILD.documents, BUILD.shell].map((url) => new Request(url, { cache: "no-cache" })));
  } catch (err) {
    await caches.delete(CACHE);
    throw err;
  }
}

self.addEventListener("install", (event) => event.waitUntil(fill()));

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((n) => n.startsWith(PREFIX) && n !== CACHE).map((n) => caches.delete(n)));
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
    const cache = await caches.open(CACHE);
    let wanted = request;
    if (request.mode === "navigate") wanted = BUILD.documents.includes(url.pathname) ? url.pathname : BUILD.shell;
    const kept = await cache.match(wanted);
    return kept ?? fetch(request);
  })());
});

self.addEventListener("message", (event) => {
  if (event.data === "take-over") self.skipWaiting();
  if (event.data === "refill") event.waitUntil(fill()); // see fix.js
});

self.addEventListener("sync", (event) => {
  if (event.tag !== "pleiades-outbox") return;
  event.waitUntil(self.pleiades.outbox.flush(true).then((outcome) => {
    // A failed sync event is tried again by the browser.
    if (outcome === "offline" || outcome === "later") throw new Error("outbox not drained: " + outcome);
  }));
});
