// The page that mends: each of its buttons does one step. It runs without the
// program, which may be what is broken. It is written so that old browsers
// understand it too: it has to tell them what they lack.
//
// No step touches what a person wrote: that is in IndexedDB, and nothing here
// opens it but to count what waits.
"use strict";

(function () {
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
    }).catch(function () { throw offline(); });
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

  // newest resolves once the newest worker is at work, to whether that is another
  // one than before. A worker is not ready before it keeps all its files.
  function newest() {
    return navigator.serviceWorker.getRegistration().then(function (before) {
      return before ? before.update().then(function () { return before; }) : register();
    }).then(function (registration) {
      var old = registration.active;
      if (!registration.installing && !registration.waiting) return { worker: old, changed: false };
      return until(function () {
        if (registration.waiting) registration.waiting.postMessage("take-over");
        return Promise.resolve(!registration.installing && !registration.waiting);
      }).then(function () {
        if (registration.active === old) throw new Error("the worker did not get ready");
        return { worker: registration.active, changed: true };
      });
    });
  }

  // refill has a worker fetch all its files anew. Until they are here it keeps the
  // ones it has: without a signal they are all there is to read.
  function refill(worker) {
    var channel = new MessageChannel();
    var answer;
    channel.port1.onmessage = function (event) { answer = event.data; };
    worker.postMessage("refill", [channel.port2]);
    return until(function () { return Promise.resolve(answer); }).then(function () {
      if (answer !== "done") throw new Error("the files did not come");
    });
  }

  var steps = {
    // A newer worker is a newer version.
    update: function () {
      return server().then(newest).then(function (found) { return found.changed ? "done" : "none"; });
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
      return server().then(newest).then(function (found) {
        if (!found.changed) return refill(found.worker);
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
      var shown = document.getElementById("fix-count");
      shown.textContent = String(queue.waiting);
      shown.parentElement.classList.toggle("fix-kept-none", queue.waiting === 0);
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
