// The module for Node, which has no `fetch` for files: the wasm is read from the package's folder.

import { readFileSync } from "node:fs";

import { initSync } from "./kubestep.js";

let module;

export default async function init() {
  module ??= initSync({ module: readFileSync(new URL("kubestep_bg.wasm", import.meta.url)) });
  return module;
}

export * from "./kubestep.js";
