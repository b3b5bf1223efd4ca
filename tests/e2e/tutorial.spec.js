// The tutorial's Deployment: create it, watch its pods start, update it, undo it.

import { expect, test } from "./fixtures.js";
import { FIRST, SECOND, applied, button, cluster, manifests, open, pods, until, why } from "./helpers.js";

const running = "Running, 1/1 ready";

test("the tutorial runs by mouse: three pods, another image, and back", async ({ page }) => {
  // It goes back step by step through a whole rollout.
  test.slow();
  await open(page);
  await button(page, "Apply").click();
  await expect(applied(page, "deployment.apps/nginx-deployment created")).toBeVisible();
  await until(
    async () => (await pods(page, FIRST, running).count()) === 3,
    () => button(page, "Step").click(),
  );
  await expect(cluster(page)).toContainText("3 of 3");
  await expect(why(page)).toContainText("because");

  await page.locator(".cm-line", { hasText: "nginx:1.7.9" }).click();
  await page.keyboard.press("End");
  for (let i = 0; i < "1.7.9".length; i++) await page.keyboard.press("Backspace");
  await page.keyboard.type("1.9.1");
  await button(page, "Apply").click();
  await expect(applied(page, "deployment.apps/nginx-deployment configured")).toBeVisible();
  await button(page, "Settle").click();
  await expect(page.locator(".notice")).toContainText("Complete in 10.5 s; never fewer than 3 available.");
  await expect(pods(page, SECOND, running)).toHaveCount(3);
  await expect(pods(page, FIRST)).toHaveCount(0);
  await expect(cluster(page).getByRole("group", { name: `ReplicaSet ${FIRST}` })).toContainText("wants 0");

  await until(
    async () => (await pods(page, FIRST, running).count()) === 3,
    () => button(page, "Back").click(),
  );
  await until(
    async () => (await pods(page, SECOND).count()) === 0,
    () => button(page, "Back").click(),
  );
  await expect(pods(page, FIRST, running)).toHaveCount(3);
});

test("the tutorial works by keyboard only", async ({ page }) => {
  // Two dozen steps back, each of them checked.
  test.slow();
  await open(page);
  const press = (key) => page.keyboard.press(key);
  await press("y");
  await expect(manifests(page)).toBeFocused();
  await press("Control+Enter");
  await press("Escape");
  await expect(manifests(page)).not.toBeFocused();
  await until(
    async () => (await pods(page, FIRST, running).count()) === 3,
    () => press("."),
  );

  await press("y");
  await press("Control+End");
  await until(
    async () => (await page.locator(".cm-activeLine").textContent()).includes("image:"),
    () => press("ArrowUp"),
  );
  await press("End");
  for (let i = 0; i < "1.7.9".length; i++) await press("Backspace");
  await page.keyboard.type("1.9.1");
  await press("Control+Enter");
  await press("Escape");
  await press("Shift+ArrowRight");
  await expect(pods(page, SECOND, running)).toHaveCount(3);
  await expect(pods(page, FIRST)).toHaveCount(0);

  await until(
    async () => (await pods(page, FIRST, running).count()) === 3,
    () => press("ArrowLeft"),
  );
  await press("Home");
  await expect(cluster(page)).toContainText("Nothing here yet.");
  await press("End");
  await expect(pods(page, SECOND, running)).toHaveCount(3);
});
