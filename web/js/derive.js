// Derives one key from one secret, in a worker that ends with it: the memory this
// takes is never given back by a program. It runs the app's own program, which
// sees that it has no page and does nothing else. The build puts Go's wasm_exec.js
// before this file.
"use strict";

self.onmessage = async ({ data: { module, secret, salt } }) => {
  try {
    self.pleiadesDerive = { secret, salt };
    const go = new Go();
    await go.run(await WebAssembly.instantiate(module, go.importObject));
    postMessage({ key: self.pleiadesDerive.key });
  } catch (err) { // there may be no room for it
    postMessage({ error: String(err) });
  }
};
