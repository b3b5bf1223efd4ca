// Objects: selecting and viewing them; the environment; faults in a pod's menu.

import { expect, test } from "./fixtures.js";
import { FIRST, arrive, button, cluster, open, pods, position, until, violations } from "./helpers.js";

const object = (page) => page.getByRole("region", { name: "Object" });
const environment = (page) => page.getByRole("region", { name: "Environment" });
const pod = (page) => cluster(page).getByRole("button", { name: new RegExp(`^${FIRST}-`) });

/** Opens the page with the example's three pods running. */
async function openRunning(page) {
  await open(page);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(pods(page, FIRST, "Running")).toHaveCount(3);
}

test("selecting a pod shows its YAML and its changes in the step", async ({ page }) => {
  await openRunning(page);
  const name = (await pod(page).first().getAttribute("aria-label")).split(":")[0];
  await pod(page).first().click();
  await expect(object(page)).toContainText(name);
  await expect(object(page)).toContainText("phase: Running");
  await expect(object(page).locator("ins, del")).toHaveCount(0);
  await object(page).getByRole("button", { name: "Make unready" }).click();
  await button(page, "Step").click();
  await expect(object(page).locator("ins").filter({ hasText: 'status: "False"' })).not.toHaveCount(0);
  await expect(object(page)).toContainText("This step changed the marked lines");
  await page.locator("body").press("Home");
  await expect(object(page)).toContainText("It does not exist at this point in time");
});

test("a selection is visible everywhere, and possible by keyboard", async ({ page }) => {
  await openRunning(page);
  await cluster(page).getByRole("button", { name: "nginx-deployment", exact: true }).click();
  await expect(object(page)).toContainText("kind: Deployment");
  await pod(page).first().focus();
  await page.keyboard.press("ArrowRight");
  await expect(pod(page).nth(1)).toBeFocused();
  const [done] = await position(page);
  await page.keyboard.press("Enter");
  expect((await position(page))[0], "the arrow keys moved between pods").toBe(done);
  const name = (await pod(page).nth(1).getAttribute("aria-label")).split(":")[0];
  await expect(object(page)).toContainText(name);
  await page.keyboard.press("9");
  const there = environment(page).getByRole("button", { name });
  await expect(there).toHaveCSS("outline-style", "solid");
  await expect(page.locator("p[role=status]")).toContainText(name);
});

test("crashing a pod from its menu is one step that can be undone", async ({ page }) => {
  await openRunning(page);
  const [done] = await position(page);
  await pod(page).first().click({ button: "right" });
  const menu = page.getByRole("menu");
  await expect(menu.getByRole("menuitem", { name: "Crash" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(menu.getByRole("menuitem", { name: "Kill" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
  await pod(page).first().click({ button: "right" });
  await page.keyboard.press("Enter");
  await expect(menu).toBeHidden();
  expect((await position(page))[0]).toBe(done + 1);
  const ready = () => pods(page, FIRST, "Running, 1/1 ready");
  await until(
    async () => (await ready().count()) === 2,
    () => button(page, "Step").click(),
  );
  await page.locator("body").press("Shift+ArrowLeft");
  expect((await position(page))[0]).toBe(done);
  await expect(pods(page, FIRST, "Running, 1/1 ready")).toHaveCount(3);
});

test("an image is made missing with one click, and that can be undone", async ({ page }) => {
  await open(page);
  await page.locator("body").press("9");
  const field = environment(page).getByRole("textbox", { name: "An image that does not exist" });
  await field.fill("nginx:1.7.9");
  await field.press("Enter");
  const outcome = environment(page).getByRole("group", { name: "nginx:1.7.9: Outcome" });
  await expect(outcome.getByRole("button", { name: "does not exist" })).toHaveAttribute("aria-pressed", "true");
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(pods(page, FIRST, /(ErrImagePull|ImagePullBackOff)/.source)).toHaveCount(3);
  await page.locator("body").press("Home");
  await page.keyboard.press("9");
  await expect(outcome).toHaveCount(0);

  await page.locator("body").press("End");
  await page.keyboard.press("9");
  await outcome.getByRole("button", { name: "runs", exact: true }).click();
  const pull = environment(page).getByRole("textbox", { name: "nginx:1.7.9: Pull" });
  await pull.fill("90s");
  await pull.press("Enter");
  await expect(pull).toHaveValue("1m30s");
});

test("a drained node stays empty until it is uncordoned", async ({ page }) => {
  await openRunning(page);
  await page.locator("body").press("9");
  const node = environment(page).getByRole("listitem", { name: "node-1", exact: true });
  await expect(node.getByRole("button", { name: new RegExp(`^${FIRST}`) })).toHaveCount(1);
  await node.getByRole("button", { name: "Drain" }).click();
  await expect(node).toContainText("takes no new pods");
  await button(page, "Settle").click();
  await expect(node.getByRole("button", { name: new RegExp(`^${FIRST}`) })).toHaveCount(0);
  await node.getByRole("button", { name: "Uncordon" }).click();
  await expect(node).not.toContainText("takes no new pods");
  await node.getByRole("button", { name: "Fail" }).click();
  await expect(node).toContainText("its kubelet is silent");
  await node.getByRole("button", { name: "Recover" }).click();
  await expect(node).not.toContainText("its kubelet is silent");
});

test("load is a step, and the names of Services show their current addresses", async ({ page }) => {
  await openRunning(page);
  await page.locator("body").press("9");
  const load = environment(page).getByRole("textbox", { name: "CPU load: Deployment nginx-deployment" });
  await load.fill("1500m");
  await load.press("Enter");
  await expect(load).toHaveValue("1500m");
  await button(page, "Console").click();
  await page.keyboard.insertText("kubectl expose deployment nginx-deployment --port=80 --cluster-ip=None --name=web");
  await page.keyboard.press("Enter");
  await button(page, "Settle").click();
  await expect(environment(page)).toContainText(/web\.default\.svc\.cluster\.local\s*10\.\d+\.\d+\.\d+, 10\./);
  await page.getByRole("log").focus();
  await page.keyboard.press("Shift+ArrowLeft");
  await expect(environment(page)).not.toContainText("web.default.svc.cluster.local");
});

for (const [width, height] of [[1440, 900], [1024, 768], [390, 844]]) {
  for (const colorScheme of ["light", "dark"]) {
    test.describe(`${width} wide, ${colorScheme}`, () => {
      test.use({ viewport: { width, height }, colorScheme, reducedMotion: "reduce", locale: "zh-CN" });

      test("no accessibility violations with an object, a menu, or in the environment", async ({ page }) => {
        test.slow();
        await arrive(page);
        // On a phone the editor is loaded before it is visible.
        await page.locator(".cm-editor").waitFor({ state: "attached" });
        await page.locator("body").press("Control+Enter");
        await page.locator("body").press(":");
        await page.keyboard.insertText("kubectl expose deployment nginx-deployment --port=80\nsim image nginx:1.91");
        await page.keyboard.press("Enter");
        await page.keyboard.press("Escape");
        await page.keyboard.press("Shift+ArrowRight");
        await expect(page.locator(".pod-button")).toHaveCount(3);
        await page.locator("body").press("2");
        await page.locator(".pod-button").first().click({ button: "right" });
        expect(await violations(page), "menu").toEqual([]);
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Enter");
        await page.locator("body").press("2");
        await page.locator(".pod-button").first().click();
        expect(await violations(page), "object").toEqual([]);
        await page.locator("body").press("9");
        expect(await violations(page), "environment").toEqual([]);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        expect(wide, "wider than the screen").toBe(false);
      });
    });
  }
}
