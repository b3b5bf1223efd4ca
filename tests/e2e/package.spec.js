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
function command(folder, ...words) {
  return ran(folder, "npx", ["--no-install", "kubestep", ...words]);
}

/** The same without npx, which takes longer than most of the package's commands. */
function direct(folder, ...words) {
  return ran(folder, "node", ["node_modules/kubestep/cli.js", ...words]);
}

async function ran(folder, program, words) {
  try {
    return { exit: 0, ...(await run(program, words, { cwd: folder })) };
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

/** The state of a cluster after command lines and a minute, as `kubectl get -o yaml` prints it. */
async function state(project, file, ...lines) {
  const script = `
    import init, { Kubestep } from "kubestep";
    await init();
    const cluster = new Kubestep();
    for (const line of ${JSON.stringify(lines)}) {
      const { stderr, exit } = cluster.run(line);
      if (exit !== 0) throw new Error(stderr);
      cluster.runFor(60);
    }
    process.stdout.write(cluster.run("get deploy,rs,pods,nodes,events -A -o yaml").stdout);`;
  const { stdout } = await run("node", ["--input-type=module", "-e", script], { cwd: project });
  writeFileSync(join(project, file), stdout);
  return stdout;
}

const CREATE = "create deployment web --image=nginx:1.27.4 --replicas=4";

inProject("a diagnosis of a real state names what blocks and what frees it, and fails", async ({ project }) => {
  await state(project, "fine.yaml", CREATE);
  await state(project, "stuck.yaml", CREATE, "set image deployment/web nginx=nginx:1.91");
  const fine = await command(project, "diagnose", "fine.yaml");
  expect(fine).toEqual({ exit: 0, stdout: "All workloads are as their specs want them.\n", stderr: "" });
  const stuck = await direct(project, "diagnose", "stuck.yaml");
  expect(stuck.exit).toBe(1);
  expect(stuck.stdout).toMatch(/^blocks +Deployment web waits for pod web-\w+-\w+: the image nginx:1\.91 cannot be pulled \(2 pods\)\.\n +since /);
  expect(stuck.stdout).toContain("$ kubectl rollout undo deployment/web\n");
  expect(stuck.stderr).toContain("assumed not to exist: nginx:1.91");
  writeFileSync(join(project, "deployments.txt"), "NAME   READY   UP-TO-DATE   AVAILABLE   AGE\nweb    2/2     1            2           10m\n");
  writeFileSync(join(project, "pods.txt"), `NAME                   READY   STATUS             RESTARTS   AGE
web-5d4f8c7b9d-x2x7k   1/1     Running            0          10m
web-5d4f8c7b9d-b5c2v   1/1     Running            0          10m
web-7c7666cc67-6fxqx   0/1     ImagePullBackOff   0          5m
`);
  const tables = await direct(project, "diagnose", "deployments.txt", "pods.txt");
  expect(tables.exit).toBe(1);
  expect(tables.stdout).toMatch(/^blocks +Deployment web waits for pod web-7c7666cc67-6fxqx: /);
  const json = JSON.parse((await direct(project, "diagnose", "stuck.yaml", "--json")).stdout);
  expect(json.findings).toMatchObject([{ about: "Deployment web", cause: "image", severity: "blocks" }]);
  expect(json.findings[0].remedies).toContainEqual(["kubectl rollout undo deployment/web"]);
});

inProject("a forecast says how long a change takes, by command, image or manifest, and writes a report", async ({ project }) => {
  writeFileSync(join(project, "web.yaml"), deployment({ spec: "  replicas: 4" }));
  writeFileSync(join(project, "next.yaml"), deployment({ spec: "  replicas: 4" }).replace("nginx:1.27", "nginx:1.27.5"));
  const times = ["--pull", "2s", "--start", "1s", "--ready", "3s", "--stop", "4s", "--runs", "3"];
  for (const change of [
    ["--set", "image=nginx:1.27.5"],
    ["--set", "app=nginx:1.27.5"],
    ["--apply", "next.yaml"],
    ["--run", "kubectl set image deployment/web app=nginx:1.27.5"],
  ]) {
    const told = await direct(project, "forecast", "web.yaml", ...change, ...times, "--report", "report.md");
    expect(told, change.join(" ")).toMatchObject({ exit: 0, stderr: "" });
    expect(told.stdout).toContain("At least 3 pods are available at any time.");
    const report = readFileSync(join(project, "report.md"), "utf8");
    expect(report).toContain("# Forecast for Deployment web");
    expect(report).toContain("+      - image: nginx:1.27.5");
  }
  const swept = await direct(project, "forecast", "web.yaml", ...times, "--set", "image=nginx:1.27.5", "--sweep", "maxSurge=0,1", "--sweep", "maxUnavailable=0,1", "--json");
  const { completed, complete, sweep } = JSON.parse(swept.stdout);
  expect(completed).toBe(3);
  expect(complete.median).toBeGreaterThan(0);
  expect(sweep.cells.map(({ refused }) => refused !== undefined)).toEqual([true, false, false, false]);
  expect(sweep.cells[sweep.best].values).toEqual({ maxSurge: "1", maxUnavailable: "1" });
});

inProject("a check says which bounds hold in all runs, and fails if one does not", async ({ project }) => {
  await state(project, "web.yaml", CREATE);
  const change = ["check", "web.yaml", "--set", "image=nginx:1.27.5", "--runs", "20"];
  const kept = await direct(project, ...change, "--bound", "available>=3", "--bound", "complete<=10m");
  expect(kept).toEqual({ exit: 0, stdout: "holds   available >= 3\nholds   complete <= 10 min\n", stderr: "" });
  const broken = await direct(project, ...change, "--bound", "available>=3", "--bound", "pods<=4");
  expect(broken).toEqual({ exit: 1, stdout: "holds   available >= 3\nbroken  pods <= 4: in 20 of 20 runs\n", stderr: "" });
  const json = JSON.parse((await direct(project, ...change, "--bound", "pods<=4", "--json")).stdout);
  expect(json).toMatchObject({ ok: false, runs: 20, bounds: [{ bound: "pods <= 4", broken: 20, holds: false }] });
});

inProject("what is asked of a forecast and makes no sense is refused with the reason", async ({ project }) => {
  await state(project, "web.yaml", CREATE);
  const bound = ["--bound", "available>=3"];
  for (const [words, reason] of [
    [["check", "web.yaml"], "at least one --bound is needed"],
    [["check", ...bound], "at least one STATE is needed"],
    [["check", "web.yaml", "--bound", "available<3"], 'invalid bound "available<3"'],
    [["check", "web.yaml", "--runs", "0", ...bound], "runs must be from 1 to 10000, not 0"],
    [["check", "web.yaml", "--runs", "1.5", ...bound], "--runs must be a whole number, not 1.5"],
    [["check", "web.yaml", "--set", "nope=nginx", ...bound], 'unable to find container named "nope"'],
    [["check", "web.yaml", "--workload", "deployment/away", ...bound], "Deployment away does not exist"],
    [["forecast", "web.yaml", "--sweep", "partition=1"], "a Deployment has no partition"],
    [["diagnose", "web.yaml", "--runs", "3"], "Unknown option '--runs'"],
  ]) {
    const refused = await direct(project, ...words);
    expect(refused.stderr, words.join(" ")).toContain(reason);
    expect(refused).toMatchObject({ exit: 2, stdout: "" });
  }
});

inProject("of several workloads one has to be chosen, and of several files the faulty one is named", async ({ project }) => {
  const web = await state(project, "web.yaml", CREATE);
  await state(project, "two.yaml", "create namespace shop", `${CREATE} -n shop`, "create deployment api --image=nginx:1.27.4");
  const two = await direct(project, "forecast", "two.yaml");
  expect(two).toMatchObject({ exit: 2, stdout: "" });
  expect(two.stderr).toContain("there are 2 workloads: choose one\n  --workload deployment/api\n  --workload deployment/web -n shop\n");
  const shop = await direct(project, "check", "two.yaml", "-n", "shop", "--set", "image=nginx:1.27.5", "--runs", "3", "--bound", "available>=3");
  expect(shop).toMatchObject({ exit: 0, stdout: "holds   available >= 3\n" });
  writeFileSync(join(project, "bad.yaml"), web.replace("replicas: 4", "replicas: many"));
  const bad = await direct(project, "diagnose", "two.yaml", "bad.yaml");
  expect(bad).toMatchObject({ exit: 1, stdout: "" });
  writeFileSync(join(project, "pods.txt"), "NAME READY STATUS RESTARTS AGE\n");
  const mixed = await direct(project, "diagnose", "web.yaml", "pods.txt");
  expect(mixed).toMatchObject({ exit: 2, stdout: "" });
  expect(mixed.stderr).toContain("web.yaml is YAML or JSON and pods.txt is a table or a description");
  expect(bad.stderr).toMatch(/bad\.yaml:\d+:\d+: .*replicas/);
  expect(web.split("\n")[Number(/bad\.yaml:(\d+):/.exec(bad.stderr)[1]) - 1]).toContain("replicas: 4");
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
