// The page that mends: each of its buttons does one step. It runs without the
// program, which may be what is broken. It is written so that old browsers
// understand it too: it has to tell them what they lack.
//
// No step touches what a person wrote: that is in IndexedDB, and nothing here
// opens it but to count what waits.
"use strict";

(function () {
  var PREFIX = "pleiades-"; // of the worker's caches
  var SHELL = "/shell";
  var PATIENCE = 60000; // ms that a worker may take to get ready

  var policy = self.trustedTypes ? self.trustedTypes.createPolicy("pleiades", {
    createScriptURL: function (url) {
      if (url === "/worker.js") return url;
      throw new TypeError("script not allowed: " + url);
    },
  }) : { createScriptURL: function (url) { return url; } };

  // say shows, of what may be said of a step, those things alone.
  function say(step, what) {
    var all = document.querySelectorAll("#fix-" + step + "-answer [data-say]");
    for (var i = 0; i < all.length; i++) all[i].hidden = all[i].getAttribute("data-say") !== what;
  }

  function offline() {
    var err = new Error("no answer");
    err.offline = true;
    return err;
  }

  // server resolves to what the server says of itself.
  function server() {
    return fetch("/api/v1/version", { cache: "no-store" }).then(function (response) {
      var ours = /^application\/json\b/.test(response.headers.get("Content-Type") || "");
      if (!response.ok || !ours) throw offline(); // a proxy, or a captive portal
      return response.json();
    }, function () { throw offline(); });
  }

  // until resolves once look resolves to something true.
  function until(look) {
    var end = Date.now() + PATIENCE;
    return (function again() {
      return look().then(function (found) {
        if (found) return found;
        if (Date.now() > end) throw new Error("it takes too long");
        return new Promise(function (passed) { setTimeout(passed, 100); }).then(again);
      });
    })();
  }

  function register() {
    return navigator.serviceWorker.register(policy.createScriptURL("/worker.js"), { updateViaCache: "none" });
  }

  // ready resolves once a worker is at work that keeps all files.
  function ready(registration) {
    return until(function () {
      return Promise.resolve(registration.active && !registration.installing && !registration.waiting);
    }).then(function () { return caches.match(SHELL); }).then(function (kept) {
      if (kept) return;
      // The browser has brought the old worker back instead of making a new one.
      registration.active.postMessage("refill");
      return until(function () { return caches.match(SHELL); });
    });
  }

  function takeOver(registration) {
    if (registration.waiting) registration.waiting.postMessage("take-over");
  }

  var steps = {
    // A newer worker is a newer version: it is fetched whole before it is ready.
    update: function () {
      return server().then(function () {
        return navigator.serviceWorker.getRegistration();
      }).then(function (before) {
        return before ? before.update().then(function () { return before; }) : register();
      }).then(function (registration) {
        if (!registration.installing && !registration.waiting) return "none";
        return until(function () {
          takeOver(registration);
          return Promise.resolve(!registration.installing && !registration.waiting);
        }).then(function () { return "done"; });
      });
    },

    // Ending the login leaves the device's own things alone: the app then asks
    // for another one.
    login: function () {
      return server().then(function () {
        return fetch("/api/v1/logout", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
      }).then(function (response) {
        if (!response.ok && response.status !== 401) throw new Error("status " + response.status);
        location.assign("/login?again");
        return "busy";
      });
    },

    caches: function () {
      return server().then(function () { return caches.keys(); }).then(function (names) {
        return Promise.all(names.filter(function (name) {
          return name.indexOf(PREFIX) === 0;
        }).map(function (name) { return caches.delete(name); }));
      }).then(function () {
        return navigator.serviceWorker.getRegistrations();
      }).then(function (registrations) {
        return Promise.all(registrations.map(function (r) { return r.unregister(); }));
      }).then(register).then(function (registration) {
        return ready(registration);
      }).then(function () { return "done"; });
    },
  };

  function wake(button) {
    var step = button.getAttribute("data-fix");
    button.addEventListener("click", function () {
      button.disabled = true;
      say(step, "busy");
      steps[step]().then(function (what) { say(step, what); }, function (err) {
        if (!err.offline) console.warn("fix " + step + ":", err);
        say(step, err.offline ? "offline" : "failed");
      }).then(function () {
        button.disabled = false;
        count();
      });
    });
    button.disabled = false;
  }

  // count tells how much waits on this device.
  function count() {
    if (!self.pleiades.facts) return;
    self.pleiades.facts.queue().then(function (queue) {
      document.getElementById("fix-count").textContent = String(queue.waiting);
    }).catch(function (err) { console.warn("count what waits:", err); });
  }

  var missing = self.pleiades.missing;
  document.getElementById("fix-missing").textContent = missing.join(", ");
  say("browser", missing.length === 0 ? "none" : "done");
  var buttons = document.querySelectorAll("[data-fix]");
  for (var i = 0; i < buttons.length; i++) {
    if (self.Promise && self.fetch && navigator.serviceWorker && self.caches) wake(buttons[i]);
  }
  count();
})();
