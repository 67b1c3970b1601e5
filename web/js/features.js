// Says which features of the browser Pleiades needs and cannot find, as
// pleiades.missing, a list of names. It is written so that old browsers
// understand it too: they are whom it is for.
"use strict";

(function () {
  // has reports whether something is there without stumbling over its absence.
  function has(look) {
    try { return Boolean(look()); } catch (err) { return false; }
  }

  var needed = {
    "WebAssembly": function () { return WebAssembly.instantiateStreaming; },
    "IndexedDB": function () { return indexedDB; },
    "Web Crypto": function () { return crypto.subtle && crypto.getRandomValues; },
    "Web Locks": function () { return navigator.locks.request; },
    "BroadcastChannel": function () { return BroadcastChannel; },
    "server-sent events": function () { return EventSource; },
    "time limits of requests": function () { return AbortSignal.timeout; },
    "dialogs": function () { return HTMLDialogElement.prototype.showModal; },
    "new kinds of arrays": function () { return [].toReversed && [].at; },
    "dates by time zone": function () { return Intl.DateTimeFormat.prototype.formatToParts; },
    "service workers": function () { return navigator.serviceWorker; },
  };
  var missing = [];
  for (var name in needed) if (!has(needed[name])) missing.push(name);

  self.pleiades = self.pleiades || {};
  self.pleiades.missing = missing;
})();
