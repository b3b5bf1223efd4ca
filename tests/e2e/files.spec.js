// The stories below a sub-path request every file of the site there: no address is left untested.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { ASKED, expect, test } from "./fixtures.js";

test("every file of the site is requested below the sub-path", async ({ request, baseURL }, { project }) => {
  const folder = join(project.outputDir, ASKED);
  const lists = readdirSync(folder).filter((name) => name.startsWith("sub-path-"));
  const asked = new Set(lists.flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n")));

  const worker = await (await request.get("./sw.js")).text();
  const [, list] = worker.match(/const FILES = \[([^\]]*)\]/);
  const files = [...list.matchAll(/"([^"]+)"/g)].map(([, file]) => file);
  // The browser decides whether it loads icons and the manifest, and the licences are for people to read.
  const loaded = files.filter((file) => !/\.(svg|png|webmanifest|md)$/.test(file));
  expect(loaded.length).toBeGreaterThan(5);
  expect(loaded.map((file) => new URL(file, baseURL).href).filter((file) => !asked.has(file))).toEqual([]);
});
