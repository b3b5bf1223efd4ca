// The npm package: in a page without a framework, in Node, as a command, and in a Vite build.

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { promisify } from "node:util";

import { build } from "vite";

import { expect, test } from "./fixtures.js";
import { deployment } from "./helpers.js";

const run = promisify(execFile);
const SITE = process.env.KUBESTEP_SITE ?? join(import.meta.dirname, "../../dist");

/** A project that has installed the packed package; removed when its story ends. */
const inProject = test.extend({
  project: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "kubestep-"));
    const npm = (...words) => run("npm", words, { cwd: folder });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
    const { stdout } = await npm("pack", "--silent", join(SITE, "npm"));
    await npm("install", "--offline", "--no-audit", "--no-fund", `./${stdout.trim()}`);
    await use(folder);
    rmSync(folder, { recursive: true });
  },
});

/** A command in a folder: its output, and its exit status. */
async function command(folder, ...words) {
  try {
    return { exit: 0, ...(await run("npx", ["--no-install", "kubestep", ...words], { cwd: folder })) };
  } catch ({ code, stdout, stderr }) {
    return { exit: code, stdout, stderr };
  }
}

test("a page without a framework steps a rollout with the package", async ({ page }) => {
  await page.goto("./npm/examples/page.html");
  await page.getByRole("button", { name: "Step" }).click();
  await expect(page.getByRole("status")).toContainText("ReplicaSet");
  await expect(page.locator("#pods li")).toHaveCount(3);
  await expect(page.locator("#why li").first()).not.toBeEmpty();
  await page.getByRole("button", { name: "Back" }).click();
  await expect(page.getByRole("status")).toHaveText("One step back.");
});

inProject("the example for Node steps a rollout", async ({ project }) => {
  const example = join(project, "node_modules/kubestep/examples/rollout.js");
  const { stdout } = await run("node", [example]);
  expect(stdout).toContain("Deployment web: available ≥ replicas − maxUnavailable: 3 to 4, bound 3");
  expect(stdout).toContain("Deployment web: pods that are not ending ≤ replicas + maxSurge: 0 to 4, bound 4");
});

inProject("the command tells the story of a manifest, and whether it is complete", async ({ project }) => {
  writeFileSync(join(project, "web.yaml"), deployment());
  const update = ["--run", "kubectl set image deployment/web *=nginx:1.27.5"];
  const told = await command(project, "web.yaml", ...update);
  expect(told).toMatchObject({ exit: 0, stderr: "" });
  expect(told.stdout).toContain("deployment.apps/web created");
  expect(told.stdout).toContain("$ kubectl set image deployment/web *=nginx:1.27.5");
  expect(told.stdout).toMatch(/replicaset-controller +The ReplicaSet wants 1 pod and has 0: creating 1\./);
  expect(told.stdout).toContain("Deployment web: complete");

  const json = await command(project, "--json", "--session", "web.json", "web.yaml", ...update);
  const { ok, parts, rollouts } = JSON.parse(json.stdout);
  expect({ ok, rollouts: rollouts.length, parts: parts.length }).toEqual({ ok: true, rollouts: 1, parts: 2 });
  expect(parts[1].steps.some((step) => step.decisions.length > 0)).toBe(true);
  expect(JSON.parse(readFileSync(join(project, "web.json"), "utf8"))).toHaveProperty("at");
});

inProject("the command fails for a rollout that is stuck, and for what it cannot do", async ({ project }) => {
  writeFileSync(join(project, "web.yaml"), deployment());
  writeFileSync(join(project, "bad.yaml"), deployment({ spec: "  replicas: many" }));
  const stuck = await command(project, "web.yaml", "-r", "kubectl set image deployment/web *=nginx:1.91", "--for", "700");
  expect(stuck.exit).toBe(1);
  expect(stuck.stdout).toContain('deployment "web" exceeded its progress deadline');
  const bad = await command(project, "bad.yaml");
  expect(bad.exit).toBe(1);
  expect(bad.stdout).toMatch(/bad\.yaml:6:\d+: /);
  for (const words of [[], ["--no-such-option"], ["away.yaml"], ["web.yaml", "--kubernetes", "1.35"]]) {
    const wrong = await command(project, ...words);
    expect(wrong.exit, words.join(" ")).toBe(2);
    expect(wrong.stderr).toContain("Try `kubestep --help`.");
  }
});

inProject("the package works in a Vite build", async ({ page, project }) => {
  writeFileSync(join(project, "index.html"), '<!doctype html><p id="told"></p><script type="module" src="main.js"></script>');
  writeFileSync(
    join(project, "main.js"),
    `import init, { Kubestep } from "kubestep";
     await init();
     const cluster = new Kubestep();
     document.getElementById("told").textContent = cluster.run("create deployment web --image=nginx").stdout;`,
  );
  const out = join(project, "out");
  await build({ root: project, base: "./", logLevel: "error", build: { outDir: out, target: "esnext" } });
  expect(readdirSync(join(out, "assets")).some((name) => name.endsWith(".wasm"))).toBe(true);

  const types = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };
  const server = createServer(({ url }, response) => {
    const file = join(out, url === "/" ? "index.html" : url);
    response.writeHead(200, { "Content-Type": types[extname(file)] ?? "text/plain" }).end(url === "/favicon.ico" ? "" : readFileSync(file));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await expect(page.locator("#told")).toHaveText("deployment.apps/web created");
  server.close();
});
