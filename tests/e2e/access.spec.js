// Accessibility: axe finds no violations, in both themes and at three sizes.

import { expect, test } from "./fixtures.js";
import { FIRST, arrive, button, cluster, deployment, manifests, pods, problems, showPane, violations } from "./helpers.js";

const sizes = { desktop: [1440, 900], tablet: [1024, 768], phone: [390, 844] };

/** Shows a pane if not all of them fit; returns whether that was necessary. */
async function show(page, name) {
  await expect(button(page, "Step")).toBeVisible();
  if (await page.getByRole("navigation").isVisible()) {
    await showPane(page, name);
    return true;
  }
  const head = page.locator(".pane-head").getByRole("button", { name, exact: true }).filter({ visible: true });
  if ((await head.count()) === 0) return false;
  await head.first().click();
  return true;
}

for (const [size, [width, height]] of Object.entries(sizes)) {
  for (const colorScheme of ["light", "dark"]) {
    test.describe(`${size}, ${colorScheme}`, () => {
      test.use({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });

      test("no accessibility violations at the start, in a rollout, or with a problem", async ({ page }) => {
        // Auditing everything is slow.
        test.slow();
        await arrive(page);
        await show(page, "YAML");
        await expect(page.locator(".cm-editor")).toBeVisible();
        expect(await violations(page)).toEqual([]);
        await button(page, "Apply").click();
        await button(page, "Settle").click();
        await expect(pods(page, FIRST, "Running")).toHaveCount(3);
        await show(page, "YAML");
        await manifests(page).focus();
        await page.keyboard.press("ControlOrMeta+a");
        await page.keyboard.insertText(deployment({ spec: "  replica: 3" }));
        await page.keyboard.press("ControlOrMeta+Enter");
        await expect(problems(page)).toBeVisible();
        expect(await violations(page)).toEqual([]);
        await page.keyboard.press("ControlOrMeta+a");
        await page.keyboard.insertText(deployment({ spec: "  replicas: 5" }));
        await page.keyboard.press("ControlOrMeta+Enter");
        for (let i = 0; i < 14; i++) await button(page, "Step").click();
        expect(await violations(page), "rolling").toEqual([]);
        for (const pane of ["Cluster", "Why", "Queues", "Timeline", "Events"]) {
          if (await show(page, pane)) expect(await violations(page), pane).toEqual([]);
        }
        await page.locator("body").press(":");
        await page.keyboard.insertText("kubectl get pods\nkubectl rollout status deployment/web\n");
        await page.keyboard.press("Enter");
        await expect(page.getByRole("log")).toContainText("The command is waiting");
        expect(await violations(page), "console").toEqual([]);
        await button(page, "Help").click();
        expect(await violations(page), "help").toEqual([]);
      });
    });
  }
}

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("an empty cluster leads to the manifests", async ({ page }) => {
    await arrive(page);
    await button(page, "Paste your own").tap();
    await expect(page.locator(".cm-editor")).toBeVisible();
    await button(page, "Apply").tap();
    await expect(cluster(page)).toContainText("nginx-deployment");
  });

  test("the tutorial runs by touch, and every control is large enough", async ({ page }) => {
    await arrive(page);
    await page.getByRole("button", { name: "YAML" }).tap();
    await expect(page.locator(".cm-editor")).toBeVisible();
    for (const control of await page.locator("button:visible").all()) {
      const { height } = await control.boundingBox();
      expect(height, await control.textContent()).toBeGreaterThanOrEqual(44);
    }
    await button(page, "Apply").tap();
    await button(page, "Settle").tap();
    await expect(pods(page, FIRST, "Running, 1/1 ready")).toHaveCount(3);
    await page.getByRole("button", { name: "Why", exact: true }).tap();
    await expect(page.getByRole("region", { name: "Why" })).toBeVisible();
    await button(page, "Back").tap();
    await page.getByRole("button", { name: "Timeline", exact: true }).tap();
    await expect(page.getByRole("region", { name: "Timeline" }).locator("[aria-current=step]")).toBeVisible();
  });

  test("nothing is wider than the screen", async ({ page }) => {
    await arrive(page);
    for (const pane of ["YAML", "Cluster", "Why", "Queues", "Timeline", "Events", "Console"]) {
      await showPane(page, pane, (target) => target.tap());
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(wide, pane).toBe(false);
    }
  });
});
