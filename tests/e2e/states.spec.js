// Axe finds nothing in any state of the page, in both themes, at 100 %, 200 % and 400 % zoom; and bars and
// marks are visible in forced colours.

import { expect, test } from "./fixtures.js";
import { arrive, button, cluster, showPane, violations } from "./helpers.js";

const kubectl = (page, line) => page.evaluate((line) => window.kubestep.run(line), line);
const region = (page, name) => page.getByRole("region", { name, exact: true });

/** Presses a shortcut that goes to a part of the page, whatever has the focus. */
async function press(page, key) {
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press(key);
}

/** The states, in an order in which each leads to the next. */
const STATES = {
  "first visit": async () => {},
  "a rollout in progress": async (page) => {
    await kubectl(page, "kubectl create deployment web --image=nginx:1.27 --replicas=3");
    await button(page, "Settle").click();
    await expect(button(page, "Settle")).toHaveAttribute("aria-pressed", "false");
    await kubectl(page, "kubectl set image deployment/web nginx=nginx:1.28");
    for (let step = 0; step < 12; step++) await button(page, "Step").click();
    await press(page, "2");
  },
  "Why": async (page) => press(page, "3"),
  "Queues": async (page) => press(page, "4"),
  "Timeline": async (page) => press(page, "5"),
  "Environment": async (page) => {
    await press(page, "9");
    await expect(region(page, "Environment")).toBeVisible();
  },
  "Table": async (page) => {
    await press(page, "2");
    await page.getByRole("tab", { name: "Table" }).click();
  },
  "Owner graph": async (page) => page.getByRole("tab", { name: "Owner graph" }).click(),
  "menu open": async (page) => {
    await page.getByRole("tab", { name: "Lanes" }).click();
    await cluster(page).locator(".pod-button").first().click({ button: "right" });
    await expect(page.getByRole("menu")).toBeVisible();
  },
  "Object": async (page) => {
    await page.keyboard.press("Escape");
    await cluster(page).locator(".pod-button").first().click();
    await expect(region(page, "Object")).toBeVisible();
  },
  "legend": async (page) => {
    await press(page, "2");
    await cluster(page).getByRole("button", { name: "Legend" }).click();
  },
  "console with output": async (page) => {
    await kubectl(page, "kubectl get pods");
    await press(page, ":");
    await expect(page.getByRole("log")).toContainText("AGE");
  },
  "More": async (page) => {
    const more = page.getByRole("navigation").getByRole("button", { name: /^More/ });
    if (!(await more.isVisible())) return;
    await more.click();
    await expect(page.locator("#more-panes")).toBeVisible();
  },
  "compare": async (page) => {
    if (await page.locator("#more-panes").isVisible()) await page.keyboard.press("Escape");
    if (await page.getByRole("navigation").isVisible()) await showPane(page, "Cluster");
    await press(page, "Shift+ArrowLeft");
    await kubectl(page, "kubectl scale deployment/web --replicas=5");
    await press(page, "b");
    await expect(page.locator(".compared").first()).toBeVisible();
  },
  "help open": async (page) => {
    await page.keyboard.press("Escape");
    await button(page, "Help").click();
    await expect(page.getByRole("dialog")).toBeVisible();
  },
};

for (const [zoom, width, height] of [
  [100, 1440, 900],
  [200, 720, 450],
  [400, 360, 225],
]) {
  test.describe(`at ${zoom} %`, () => {
    test.use({ viewport: { width, height }, reducedMotion: "reduce" });

    test("no accessibility violations in any state, in both themes", async ({ page }) => {
      test.setTimeout(300_000);
      await arrive(page);
      for (const [name, go] of Object.entries(STATES)) {
        await test.step(name, async () => {
          await go(page);
          for (const colorScheme of ["light", "dark"]) {
            await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
            expect.soft(await violations(page), `${name}, ${colorScheme}`).toEqual([]);
          }
        });
      }
    });
  });
}

test("bars and marks are drawn in forced colours", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await arrive(page);
  await STATES["a rollout in progress"](page);
  const ground = await page.locator("body").evaluate((element) => getComputedStyle(element).backgroundColor);
  for (const bar of [".meter > .fill", ".meter > .bound", ".weight"]) {
    const style = await page.locator(bar).first().evaluate((element) => {
      const { backgroundColor, forcedColorAdjust } = getComputedStyle(element);
      return { backgroundColor, forcedColorAdjust };
    });
    expect(style.forcedColorAdjust, bar).toBe("none");
    expect(style.backgroundColor, bar).not.toBe(ground);
    expect(style.backgroundColor, bar).not.toBe("rgba(0, 0, 0, 0)");
  }
  const line = page.locator(".spark .value").first();
  const stroke = await line.evaluate((element) => getComputedStyle(element).stroke);
  expect(stroke).not.toBe("none");
  expect(stroke).not.toBe(ground);
});
