// Starts the program and is its way to the browser. Loaded with
// data-wasm, the address of the program, data-rules, that of the rules by which it
// reviews what people write, data-derive, that of the worker that derives keys,
// data-version, the build, and data-documents, the paths of the pages that the
// program does not run on.
//
// Everything the program cannot do by itself is a function of `pleiades` here,
// taking and returning plain values and JSON strings; the Go side of it is
// package app/browser.
"use strict";

(() => {
  const { wasm, rules, derive, version, documents } = document.currentScript.dataset;
  const pleiades = self.pleiades;
  const { store, outbox, keys, vault, passkey, facts } = pleiades;

  // Trusted Types: the only scripts this page may load are its two workers.
  const policy = self.trustedTypes?.createPolicy("pleiades", {
    createScriptURL: (url) => {
      if (url === "/worker.js" || url === derive) return url;
      throw new TypeError("script not allowed: " + url);
    },
  }) ?? { createScriptURL: (url) => url };

  // ---- signals to the program -------------------------------------------

  let listener;
  const early = [];
  const signal = (type, fields) => {
    const json = JSON.stringify({ type, ...fields });
    if (listener) listener(json);
    else early.push(json);
  };

  // listen calls f with every signal as JSON, those from before first.
  pleiades.listen = (f) => {
    listener = f;
    early.splice(0).forEach(f);
  };

  const channel = new BroadcastChannel("pleiades");
  channel.onmessage = ({ data }) => {
    if (listener) listener(data);
    else early.push(data);
  };
  // post tells the other pages of this device.
  pleiades.post = (json) => channel.postMessage(json);

  addEventListener("online", () => signal("network"));
  addEventListener("focus", () => signal("network"));
  addEventListener("pagehide", () => signal("hidden"));
  document.addEventListener("visibilitychange", () => signal(document.hidden ? "hidden" : "visible"));

  // A person's acts keep the login alive and the device unlocked; all pages hear
  // of them by the device, now and then. An act that comes too late locks.
  const ACTS = ["pointerdown", "keydown", "input", "wheel", "touchmove"];
  const OFTEN = 5_000; // ms
  let acted = 0;
  const act = () => {
    if (Math.abs(Date.now() - acted) < OFTEN) return;
    acted = Date.now();
    keys.acted().then((inTime) => inTime ? signal("act") : lockIfIdle()).catch(report);
  };
  for (const type of ACTS) addEventListener(type, act, { passive: true });

  const report = (err) => console.warn("lock:", err);
  const lockIfIdle = async () => {
    const idle = await keys.idle().catch(report);
    if (idle) signal("lock");
    return idle;
  };
  setInterval(lockIfIdle, OFTEN);
  addEventListener("focus", lockIfIdle);
  document.addEventListener("resume", lockIfIdle);
  // While no page is seen the clock may be set back.
  const mark = () => vault.mark(0).catch(report);
  addEventListener("pagehide", mark);
  document.addEventListener("visibilitychange", () => document.hidden && mark());

  // Back after a while, nothing is seen before it is known whether it may be: the
  // page that takes its place comes within a moment.
  const AWHILE = 60_000; // ms
  const MOMENT = 1_000;
  document.addEventListener("visibilitychange", async () => {
    if (document.hidden) return;
    const root = document.documentElement;
    root.hidden = Math.abs(Date.now() - acted) > AWHILE;
    if (await lockIfIdle()) await new Promise((passed) => setTimeout(passed, MOMENT));
    root.hidden = false;
  });

  addEventListener("keydown", (event) => {
    if (event.code !== "KeyL" || !event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    signal("lock");
  });

  // What a form holds is the program's to send, which may be busy and come too late to
  // say so. Where one has an address it can be sent before there is a program.
  addEventListener("submit", (event) => {
    if (!event.target.hasAttribute("action")) event.preventDefault();
  }, { capture: true });

  // ---- requests, stream, locks --------------------------------------------

  // request resolves to {status, type, body, retryAfter} as JSON; it rejects
  // only where no answer came.
  pleiades.request = async (method, path, body, headers) => {
    const response = await fetch(path, {
      method,
      headers: JSON.parse(headers),
      body: body === "" ? undefined : body,
      signal: AbortSignal.timeout(30_000),
    });
    const header = (name) => response.headers.get(name) ?? "";
    return JSON.stringify({
      status: response.status, type: header("Content-Type"), body: await response.text(), retryAfter: header("Retry-After"),
    });
  };

  // stream opens the event stream and calls f(type, data): "open", "error"
  // (once, then it is closed) and the server's events. It returns how to close.
  pleiades.stream = (path, types, f) => {
    const source = new EventSource(path);
    source.onopen = () => f("open", "");
    source.onerror = () => { source.close(); f("error", ""); };
    for (const type of types.split(" ")) source.addEventListener(type, (event) => f(type, event.data ?? ""));
    return () => source.close();
  };

  // lock resolves, once this page holds the lock, to how to let it go.
  pleiades.lock = (name) => new Promise((resolve, reject) => {
    navigator.locks.request(name, () => new Promise((release) => resolve(release))).catch(reject);
  });

  // ---- the device ----------------------------------------------------------

  // Store and outbox as the program calls them: JSON in, JSON out.
  const json = (f) => async (...args) => JSON.stringify((await f(...args.map((a) => JSON.parse(a)))) ?? null);
  pleiades.device = { flush: json(outbox.flush), attach: json(outbox.attach) };
  for (const [name, f] of [...Object.entries(store), ...Object.entries(keys)]) {
    if (typeof f === "function") pleiades.device[name] = json(f);
  }

  // Whose app this is the program asks first: it is found out while the program is
  // on its way. Of what changes from now on there is a signal.
  let asked = store.current();
  asked.catch(() => {}); // the program hears of it
  pleiades.device.current = json(() => {
    const answer = asked ?? store.current();
    asked = undefined;
    return answer;
  });

  // Passkeys in the same way.
  pleiades.passkeys = {};
  for (const [name, f] of Object.entries(passkey)) pleiades.passkeys[name] = json(f);

  // persist asks the browser not to clear what the device keeps.
  pleiades.persist = async () => JSON.stringify((await navigator.storage?.persist?.()) ?? false);

  // diagnose resolves to how things stand on this device.
  pleiades.diagnose = json(facts.all);

  // requestSync asks for the outbox to be drained even if the page is closed.
  pleiades.requestSync = async () => {
    const registration = await navigator.serviceWorker?.ready;
    await registration?.sync?.register("pleiades-outbox");
    return "null";
  };

  // ---- time in the reader's zone and language ------------------------------

  const language = () => document.documentElement.lang === "en" ? navigator.language : document.documentElement.lang;
  const formats = new Map();
  const format = (ms, options) => {
    const key = JSON.stringify(options);
    if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language(), options));
    return formats.get(key).format(ms);
  };
  const dayKey = (ms) => {
    const d = new Date(ms);
    return `${d.getFullYear()}-${d.getMonth() + 1}-${d.getDate()}`;
  };
  // What is said of a moment may depend on what time it is: now, which is right
  // where the device's clock is not.
  const day = (ms, now) => {
    const sameYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
    return format(ms, { weekday: "long", day: "numeric", month: "long", ...(sameYear ? {} : { year: "numeric" }) });
  };
  const time = (ms) => format(ms, { hour: "numeric", minute: "2-digit" });
  pleiades.clock = {
    dayKey,
    // age: how many local days ago, by the calendar.
    age: (ms, now) => {
      const midnight = (t) => { const d = new Date(t); return Date.UTC(d.getFullYear(), d.getMonth(), d.getDate()); };
      return Math.round((midnight(now) - midnight(ms)) / 86_400_000);
    },
    day,
    time,
    full: (ms) => format(ms, { dateStyle: "full", timeStyle: "short" }),
    due: (ms, now) => `${day(ms, now)}, ${time(ms)}`,
    // soon is due in short: within a week the weekday tells the day.
    soon: (ms, now) => {
      const days = -pleiades.clock.age(ms, now);
      return `${days >= 0 && days < 7 ? format(ms, { weekday: "long" }) : day(ms, now)}, ${time(ms)}`;
    },
    // date names a day of the calendar, YYYY-MM-DD, which is the same in all zones.
    date: (date, now) => {
      const [y, m, d] = date.split("-").map(Number);
      return day(new Date(y, m - 1, d, 12).getTime(), now);
    },
    // today is the date in a zone, empty where the browser does not know it.
    today: (zone, now) => {
      try {
        const options = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" };
        const parts = new Intl.DateTimeFormat("en-u-ca-iso8601", options).formatToParts(now);
        const part = (type) => parts.find((p) => p.type === type).value;
        return `${part("year")}-${part("month")}-${part("day")}`;
      } catch {
        return "";
      }
    },
    zone: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    zones: () => Intl.supportedValuesOf("timeZone").join(" "),
  };

  // ---- worker and updates --------------------------------------------------

  let registration;
  let takingOver = false;

  function watch(worker) {
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && navigator.serviceWorker.controller) signal("update");
    });
  }

  async function register() {
    if (!("serviceWorker" in navigator)) return;
    registration = await navigator.serviceWorker.register(policy.createScriptURL("/worker.js"), {
      updateViaCache: "none",
    });
    if (registration.waiting && navigator.serviceWorker.controller) signal("update");
    // A page that was on its way while the first worker began, or that was reloaded past
    // all caches, belongs to no worker yet.
    if (!navigator.serviceWorker.controller) registration.active?.postMessage("claim");
    watch(registration.installing);
    registration.addEventListener("updatefound", () => watch(registration.installing));
  }

  // Where another page asked the new build to take over, this one goes on as it
  // is: its program is whole in memory, and what it keeps is kept for both. The
  // very first worker is not an update.
  let controlled = Boolean(navigator.serviceWorker?.controller);
  navigator.serviceWorker?.addEventListener("controllerchange", () => {
    if (takingOver) location.reload();
    else if (controlled) signal("update");
    controlled = true;
  });

  // checkUpdate looks for a new build on the server.
  pleiades.checkUpdate = () => { registration?.update().catch(() => {}); };

  // takeOver changes to the new build. The page is loaded anew.
  pleiades.takeOver = () => {
    takingOver = true;
    if (registration?.waiting) registration.waiting.postMessage("take-over");
    else location.reload();
  };

  // ---- installing ------------------------------------------------------------

  let prompt;
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    prompt = event;
    signal("installable", { ok: true });
  });
  addEventListener("appinstalled", () => {
    prompt = undefined;
    signal("installable", { ok: false });
  });
  pleiades.install = async () => {
    const asked = prompt;
    prompt = undefined;
    signal("installable", { ok: false });
    await asked?.prompt();
  };

  // ---- the program -------------------------------------------------------------

  // What go-app expects to find. It takes every link to this origin for one of
  // its own pages, except those that begin like these.
  const leaving = JSON.stringify([...documents.split(" ").map((path) => location.origin + path), "tel:", "sms:"]);
  self.goappGetenv = (name) => name === "GOAPP_INTERNAL_URLS" ? leaving : "";
  self.goappOnUpdate = () => {};
  self.goappOnAppInstallChange = () => {};

  // fail tells a person that the program is not running, in the words the page
  // brought along.
  function fail(err) {
    console.error("the program stopped:", err);
    const banner = document.getElementById("boot-failed");
    if (!banner) return;
    banner.hidden = false;
    banner.querySelector("button")?.addEventListener("click", () => location.reload());
  }

  // derive resolves to the key made of a secret and a salt, as package
  // app/localkey makes it.
  let program;
  pleiades.derive = (secret, salt) => new Promise((resolve, reject) => {
    const worker = new Worker(policy.createScriptURL(derive));
    const end = (settle, value) => {
      worker.terminate();
      settle(value);
    };
    const fail = (reason) => end(reject, new Error("derive a key: " + reason));
    const late = setTimeout(() => fail("it takes too long"), 60_000);
    worker.onmessage = ({ data: { key, error } }) => {
      clearTimeout(late);
      if (key) end(resolve, key);
      else fail(error);
    };
    worker.onerror = (event) => fail(event.message);
    worker.onmessageerror = () => fail("no answer");
    worker.postMessage({ module: program, secret, salt });
  });

  async function bytes(url) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: status ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  const reviewing = bytes(rules);
  reviewing.catch(() => {}); // who starts the program hears of it

  // The program never runs without its rules: not even for a moment may it miss
  // that someone is in danger.
  async function run() {
    const go = new Go();
    pleiades.compiled ??= WebAssembly.compileStreaming(fetch(wasm)); // program.js is late
    [program, pleiades.rules] = await Promise.all([pleiades.compiled, reviewing]);
    const instance = await WebAssembly.instantiate(program, go.importObject);
    document.documentElement.dataset.version = version;
    const running = go.run(instance);
    // Keeping the files for the next time waits until this time is served.
    const later = self.requestIdleCallback ?? setTimeout;
    later(() => register().catch((err) => console.warn("no service worker:", err)), { timeout: 5_000 });
    await running;
    throw new Error("exited");
  }

  // A build that waits takes over now, while nothing has been typed yet.
  async function start() {
    const current = await navigator.serviceWorker?.getRegistration();
    if (current?.waiting && navigator.serviceWorker.controller) {
      registration = current;
      const changed = new Promise((resolve) => setTimeout(resolve, 3000));
      pleiades.takeOver();
      await changed; // the page is loaded anew, unless the worker is gone
      takingOver = false;
    }
    run().catch(fail);
  }

  start().catch(fail);
})();
