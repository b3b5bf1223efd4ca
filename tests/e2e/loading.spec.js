// The page before its editor, without its editor, and after a reload.

import { expect, test } from "./fixtures.js";
import { FIRST, applied, button, cluster, deployment, manifests, open, pods, write } from "./helpers.js";

/** Keeps the editor's bundle back. @returns {() => Promise<void>} lets it come */
async function holdEditor(page) {
  const held = [];
  let come = false;
  await page.route("**/vendor/editor.js", (route) => (come ? route.continue() : held.push(route)));
  return async () => {
    come = true;
    await Promise.all(held.map((route) => route.continue()));
  };
}

test("text and controls stand and work before the editor has loaded", async ({ page }) => {
  const release = await holdEditor(page);
  await page.goto("./");
  await expect(manifests(page)).toHaveValue(/kind: Deployment/);
  for (const name of ["Apply", "Back", "Step", "Settle", "Play"]) {
    await expect(button(page, name)).toBeVisible();
  }
  await manifests(page).fill(deployment());
  await manifests(page).press("Control+Enter");
  await expect(applied(page, "deployment.apps/web created")).toBeVisible();
  await button(page, "Settle").click();
  await expect(cluster(page).getByRole("listitem", { name: /^web-[^:]*: Running/ })).toHaveCount(2);

  // The editor takes over with the text, the keyboard and the cursor.
  await manifests(page).focus();
  await manifests(page).press("Control+Home");
  await release();
  await expect(page.locator(".cm-editor")).toBeVisible();
  await expect(manifests(page)).toBeFocused();
  await page.keyboard.type("# mine");
  await expect(page.locator(".cm-line").first()).toHaveText("# mineapiVersion: apps/v1");
});

test("the editor is asked for after the first paint", async ({ page }) => {
  await open(page);
  const [paint, asked] = await page.evaluate(() => [
    performance.getEntriesByName("first-contentful-paint")[0].startTime,
    performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/vendor/editor.js")).startTime,
  ]);
  expect(asked).toBeGreaterThan(paint);
});

test("without the editor's bundle the page works with a plain text field", async ({ page, wrong }) => {
  await page.route("**/vendor/editor.js", (route) => route.abort());
  await page.goto("./");
  await expect.poll(() => wrong.some((line) => line.includes("vendor/editor.js"))).toBe(true);
  await manifests(page).fill(deployment({ spec: "  replica: 2" }));
  await button(page, "Apply").click();
  await page.getByRole("button", { name: "6:3" }).click();
  await expect(manifests(page)).toBeFocused();
  expect(await manifests(page).evaluate((field) => field.selectionStart)).toBe(
    deployment().indexOf("replicas"),
  );
  await manifests(page).fill(deployment());
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(cluster(page).getByRole("listitem", { name: /^web-[^:]*: Running/ })).toHaveCount(2);
  wrong.length = 0;
});

test("what was typed and chosen survives a reload", async ({ page }) => {
  await open(page);
  await write(page, deployment({ name: "kept" }));
  await page.getByRole("button", { name: /^Theme/ }).click();
  await page.getByRole("button", { name: "简体中文" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await expect(page.getByRole("textbox", { name: "清单" })).toContainText("name: kept");
  await page.getByRole("button", { name: "应用" }).click();
  await page.getByRole("button", { name: "单步" }).click();
  await expect(page.getByRole("region", { name: "为什么" })).toContainText("没有 ReplicaSet 具有该模板");
  await page.getByRole("button", { name: "English" }).click();
  await expect(button(page, "Apply")).toBeVisible();
});

test("where storage is forbidden, the page works without it", async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get() {
        throw new DOMException("forbidden", "SecurityError");
      },
    });
  });
  await open(page);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(pods(page, FIRST, "Running")).toHaveCount(3);
});

test("a page that has died says so and can be loaded again", async ({ page }) => {
  await open(page);
  await page.evaluate(() => kubestep.died("panicked at 'a test'"));
  const notice = page.getByRole("alertdialog", { name: "kubestep has stopped" });
  await expect(notice).toContainText("a test");
  await notice.getByRole("button", { name: /Reload/ }).click();
  await expect(page.locator(".cm-editor")).toBeVisible();
  await expect(notice).toBeHidden();
});
