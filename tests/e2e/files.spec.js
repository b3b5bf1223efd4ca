// The stories that run below a sub-path have asked for every file of the site there: no address was left untried.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { ASKED, expect, test } from "./fixtures.js";

test("every file of the site was asked for below the sub-path", async ({ request, baseURL }, { project }) => {
  const folder = join(project.outputDir, ASKED);
  const lists = readdirSync(folder).filter((name) => name.startsWith("sub-path-"));
  const asked = new Set(lists.flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n")));

  const worker = await (await request.get("./sw.js")).text();
  const [, list] = worker.match(/const FILES = \[([^\]]*)\]/);
  const files = [...list.matchAll(/"([^"]+)"/g)].map(([, file]) => file);
  // The browser alone decides when it wants the icon, and nobody but a person reads the licences.
  const loaded = files.filter((file) => !/\.(svg|md)$/.test(file));
  expect(loaded.length).toBeGreaterThan(5);
  expect(loaded.map((file) => new URL(file, baseURL).href).filter((file) => !asked.has(file))).toEqual([]);
});
