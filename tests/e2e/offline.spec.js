// The service worker: the page offline, and after a new deployment.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";

import { expect, test } from "./fixtures.js";

/** Opens the page and waits until its worker has cached all files. */
async function openAndKeep(page, address = "./") {
  await page.goto(address);
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active.state === "activated") return;
    await new Promise((done) => active.addEventListener("statechange", done, { once: true }));
  });
}

test("after the first visit the page works offline", async ({ page, context }) => {
  await openAndKeep(page);
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  // Completely, including what is loaded later.
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByRole("button", { name: "Console" }).first().click();
  await page.locator("#console-field").fill("kubectl get deployments -o name");
  await page.locator("#console-field").press("Enter");
  await expect(page.getByRole("log")).toContainText("deployment.apps/nginx-deployment");
});

test("a new deployment is visible at the next visit", async ({ page, context }) => {
  await openAndKeep(page);
  // What the worker fetches for the page is what a new deployment would serve.
  await context.route("**/*", async (route) => {
    if (route.request().resourceType() !== "document" && !route.request().url().endsWith("/")) {
      return route.continue();
    }
    const answer = await route.fetch();
    const body = (await answer.text()).replace(/<title>[^<]*/, "<title>deployed again");
    await route.fulfill({ response: answer, body });
  });
  await page.reload();
  await expect(page).toHaveTitle("deployed again");
});

test("the worker caches every file on its list", async ({ page }) => {
  await openAndKeep(page);
  const kept = await page.evaluate(async () => {
    const [name] = (await caches.keys()).filter((key) => key.includes(location.pathname));
    const requests = await (await caches.open(name)).keys();
    return requests.map((request) => new URL(request.url).pathname);
  });
  const parts = kept.filter((path) => path.endsWith(".wasm")).map((path) => path.match(/(\w+)-[0-9a-f]+(_bg)?.wasm$/)[1]);
  const chunks = parts.filter((part) => part.startsWith("chunk_"));
  expect(chunks, "the shared parts").not.toEqual([]);
  const own = parts.filter((part) => !chunks.includes(part));
  expect(own.sort()).toEqual(["cluster", "kubestep", "split_film", "split_kubectl", "split_opened"]);
  expect(kept).toContain(new URL(page.url()).pathname);
});

test("a site without a list of files caches nothing and removes old caches", async ({ page }) => {
  const worker = { text: await (await page.request.get("./sw.js")).text() };
  const site = await serve(worker);
  await openAndKeep(page, site.address);
  worker.text = readFileSync(new URL("../../www/sw.js", import.meta.url), "utf8");
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
  const left = () =>
    page.evaluate(async () => {
      const registrations = await navigator.serviceWorker.getRegistrations();
      return registrations.length + (await caches.keys()).length;
    });
  await expect.poll(left).toBe(0);
  site.close();
});

/** A host with a single page and an exchangeable worker; all other files are empty. */
async function serve(worker) {
  const page = `<!DOCTYPE html><title>a site</title><link rel="icon" href="data:,">
    <script>navigator.serviceWorker.register("sw.js")</script>`;
  const server = createServer(({ url }, answer) => {
    const isWorker = url.endsWith("/sw.js");
    const kind = isWorker ? "text/javascript" : "text/html";
    answer.writeHead(200, { "Content-Type": `${kind}; charset=utf-8`, "Cache-Control": "no-cache" });
    answer.end(isWorker ? worker.text : url === "/" ? page : "");
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const close = () => server.close() && server.closeAllConnections();
  return { address: `http://127.0.0.1:${server.address().port}/`, close };
}
