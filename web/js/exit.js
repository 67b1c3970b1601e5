// The quick exit, on every page: it clears the screen, locks the device and leaves
// for another site, in the place of this page. Without scripts it is a plain link.
"use strict";

(() => {
  const { vault } = self.pleiades;
  const MOST = 300; // ms that locking may take

  let leaving = false;

  addEventListener("click", (event) => {
    const exit = event.target instanceof Element && event.target.closest(".quick-exit");
    if (!exit) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (leaving) return;
    leaving = true;
    document.title = "";
    document.documentElement.hidden = true;
    dispatchEvent(new Event("pagehide")); // what was typed last is kept
    const leave = () => location.replace(exit.href);
    Promise.race([lock(), new Promise((late) => setTimeout(late, MOST))]).then(leave, leave);
  }, { capture: true });

  // lock lets the key go and has the other pages notice.
  async function lock() {
    await vault.lock();
    new BroadcastChannel("pleiades").postMessage(JSON.stringify({ type: "login" }));
  }

  // Nothing asks whether to stay.
  addEventListener("beforeunload", (event) => { if (leaving) event.stopImmediatePropagation(); }, { capture: true });

  // Coming back to a page that was put by, it is made anew: it has heard nothing
  // meanwhile.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.documentElement.hidden = true;
    location.reload();
  });
})();
