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

/** Waits until the page has its last part, which it fetches when nothing else is left to load. */
async function loadCompletely(page) {
  const isLoaded = () =>
    performance.getEntriesByType("resource").some(({ name, responseEnd }) => name.includes("/split_opened-") && responseEnd > 0);
  await page.waitForFunction(isLoaded);
}

test("after the first visit the page works offline", async ({ page, context }) => {
  await openAndKeep(page);
  // Otherwise the network would go while the page itself is still fetching a part, which the browser logs.
  await loadCompletely(page);
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

test("an open page says that a new version has been deployed, and loads it", async ({ page, baseURL }) => {
  const worker = { text: await (await page.request.get("./sw.js")).text() };
  const site = await serve(worker, baseURL);
  await openAndKeep(page, site.address);
  const notice = page.getByRole("status").filter({ hasText: "A new version of kubestep is available" });
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(notice).toBeHidden();
  worker.text = worker.text.replace('const VERSION = "', 'const VERSION = "again-');
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
  await expect(notice).toBeVisible();
  await notice.getByRole("button", { name: "Reload" }).click();
  await expect(notice).toBeHidden();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  site.close();
});

test("browsers can install the page: its manifest and icons exist", async ({ page, request, baseURL }) => {
  await page.goto("./");
  const link = await page.locator("link[rel=manifest]").getAttribute("href");
  const address = new URL(link, baseURL);
  const manifest = await (await request.get(address.href)).json();
  expect(new URL(manifest.start_url, address).href).toBe(new URL("./", baseURL).href);
  expect(manifest.icons.map(({ sizes }) => sizes)).toContain("192x192");
  for (const { src, sizes } of manifest.icons) {
    const [width, height] = await page.evaluate(async (icon) => {
      const image = new Image();
      image.src = icon;
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    }, new URL(src, address).href);
    expect(`${width}x${height}`).toBe(sizes);
  }
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
  expect(own.sort()).toEqual(["cluster", "kubestep", "split_film", "split_kubectl", "split_opened", "split_session"]);
  expect(kept).toContain(new URL(page.url()).pathname);
});

test("a site without a list of files caches nothing and removes old caches", async ({ page }) => {
  const worker = { text: await (await page.request.get("./sw.js")).text() };
  const site = await serve(worker, null);
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

/**
 * A host with an exchangeable worker. Everything else comes from the built site at an address; without one there is
 * a single page, and all other files are empty.
 */
async function serve(worker, built) {
  const page = `<!DOCTYPE html><title>a site</title><link rel="icon" href="data:,">
    <script>navigator.serviceWorker.register("sw.js")</script>`;
  const server = createServer(async ({ url }, answer) => {
    const isWorker = url.endsWith("/sw.js");
    if (built && !isWorker) {
      const file = await fetch(new URL(`.${url}`, built));
      answer.writeHead(file.status, { "Content-Type": file.headers.get("content-type"), "Cache-Control": "no-cache" });
      return answer.end(Buffer.from(await file.arrayBuffer()));
    }
    const kind = isWorker ? "text/javascript" : "text/html";
    answer.writeHead(200, { "Content-Type": `${kind}; charset=utf-8`, "Cache-Control": "no-cache" });
    answer.end(isWorker ? worker.text : url === "/" ? page : "");
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const close = () => server.close() && server.closeAllConnections();
  return { address: `http://127.0.0.1:${server.address().port}/`, close };
}
