// WCAG 2.2 AA beyond what axe finds (docs/accessibility.md).

import { expect, test } from "./fixtures.js";
import { CLAIMS, arrive, button, cluster, deployment, open, showPane, write } from "./helpers.js";

const catalogue = { "en-GB": ["Cluster", "Why", "Timeline"], "zh-CN": ["集群", "为什么", "时间线"] };

test("2.5.8: splitters are large enough to press in their middle", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await open(page);
  for (const name of ["left", "right", "bottom"]) {
    const hit = await page.locator(`.split-${name}`).evaluate((split) => {
      const { left, top, width, height } = split.getBoundingClientRect();
      const corners = [[-11, -11], [11, -11], [-11, 11], [11, 11]];
      return corners.every(([x, y]) => document.elementFromPoint(left + width / 2 + x, top + height / 2 + y) === split);
    });
    expect(hit, name).toBe(true);
  }
});

test("2.5.7: the timeline and the partition move by single presses", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await open(page);
  const set = deployment({ name: "db", spec: "  replicas: 3\n  serviceName: db\n  updateStrategy: {rollingUpdate: {partition: 2}}" });
  await write(page, set.replace("kind: Deployment", "kind: StatefulSet") + CLAIMS.slice(1));
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(page.locator(".partition-control b")).toHaveText("2");
  await page.locator(".partition-control button").first().click();
  await expect(page.locator(".partition-control b")).toHaveText("1");
  const scrubber = page.getByRole("slider", { name: "Position in time" });
  const { width, height } = await scrubber.boundingBox();
  const before = Number(await scrubber.inputValue());
  await scrubber.click({ position: { x: width / 2, y: height / 2 } });
  await expect.poll(async () => Number(await scrubber.inputValue())).toBeLessThan(before);
});

test("2.5.7: splitters move by single presses, and a double click resets them", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await open(page);
  const splitter = page.locator(".split-right");
  const at = async () => Number(await splitter.getAttribute("aria-valuenow"));
  const size = await at();
  await splitter.click();
  await expect.poll(at).toBe(36);
  // A pane keeps its minimum width.
  await splitter.click();
  await expect.poll(at).toBeLessThan(size);
  await splitter.click();
  await expect.poll(at).toBe(size);
  await splitter.click();
  await expect.poll(at).toBe(36);
  await splitter.dblclick();
  await expect.poll(at).toBe(size);
  // Longer than a single press waits for a second one.
  await page.waitForTimeout(500);
  expect(await at()).toBe(size);
});

for (const [locale, panes] of Object.entries(catalogue)) {
  test.describe(locale, () => {
    test.use({ locale });

    test("1.4.10: at 400 % nothing scrolls in two dimensions", async ({ page }) => {
      // 1280 × 1024 pixels at 400 %.
      await page.setViewportSize({ width: 320, height: 256 });
      await arrive(page);
      await page.evaluate(() => window.kubestep.run("kubectl create deployment web --image=nginx:1.27 --replicas=3"));
      for (const name of panes) {
        await showPane(page, name);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(320);
      }
    });
  });
}

test("2.4.11: what has the focus is never entirely covered", async ({ page }) => {
  for (const [width, height] of [[390, 400], [800, 400]]) {
    await page.setViewportSize({ width, height });
    await arrive(page);
    await expect(cluster(page).getByRole("button").first()).toBeVisible();
    for (let stop = 0; stop < 25; stop++) {
      await page.keyboard.press("Tab");
      const covered = await page.evaluate(() => {
        const active = document.activeElement;
        const { left, right, top, bottom } = active.getBoundingClientRect();
        if (right - left === 0 || active === document.body) return "";
        const points = [0.1, 0.5, 0.9].flatMap((x) =>
          [0.1, 0.5, 0.9].map((y) => [left + x * (right - left), top + y * (bottom - top)]),
        );
        const seen = points.some(([x, y]) => {
          const there = document.elementFromPoint(x, y);
          return there && (active.contains(there) || there.contains(active));
        });
        return seen ? "" : active.outerHTML.slice(0, 120);
      });
      expect(covered, `${width} × ${height}, tab stop ${stop}`).toBe("");
    }
  }
});
