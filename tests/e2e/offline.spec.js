// The service worker: the page without a network, and after a new deploy.

import { expect, test } from "./fixtures.js";

/** Opens the page and waits until its worker has kept all files. */
async function openAndKeep(page) {
  await page.goto("./");
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active.state === "activated") return;
    await new Promise((done) => active.addEventListener("statechange", done, { once: true }));
  });
}

test("after the first visit the page needs no network", async ({ page, context }) => {
  await openAndKeep(page);
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("a new deploy is seen at the next visit", async ({ page, context }) => {
  await openAndKeep(page);
  // What the worker fetches for the page is what a new deploy would answer.
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

test("the worker keeps every file that it was told to", async ({ page }) => {
  await openAndKeep(page);
  const kept = await page.evaluate(async () => {
    const [name] = (await caches.keys()).filter((key) => key.includes(location.pathname));
    const requests = await (await caches.open(name)).keys();
    return requests.map((request) => new URL(request.url).pathname);
  });
  expect(kept.filter((path) => path.endsWith(".wasm"))).toHaveLength(1);
  expect(kept).toContain(new URL(page.url()).pathname);
});
