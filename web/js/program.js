// Begins to load and compile the program while the page is still read. What starts
// it, boot.js, has more to wait for. Loaded with data-wasm, the address of the
// program.
"use strict";

(() => {
  const { wasm } = document.currentScript.dataset;
  self.pleiades ??= {};
  pleiades.compiled ??= WebAssembly.compileStreaming(fetch(wasm));
  pleiades.compiled.catch(() => {}); // boot.js says so
})();
