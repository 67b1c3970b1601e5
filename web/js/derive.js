// Derives one key from one secret, in a worker that ends with it: the memory this
// takes is never given back by a program. It runs the app's own program, which
// sees that it has no page and does nothing else. The build puts Go's wasm_exec.js
// before this file.
"use strict";

self.onmessage = async ({ data: { module, secret, salt } }) => {
  self.pleiadesDerive = { secret, salt };
  const go = new Go();
  await go.run(await WebAssembly.instantiate(module, go.importObject));
  postMessage(self.pleiadesDerive.key);
};
