// Layout: what belongs together is visible together, and nothing shifts or covers anything else.

import { expect, test } from "./fixtures.js";
import { arrive, button, cluster, open, position } from "./helpers.js";

const kubectl = (page, line) => page.evaluate((line) => window.kubestep.run(line), line);
const callout = (page, name) => cluster(page).getByRole("complementary", { name });
const box = (locator) => locator.evaluate((element) => element.getBoundingClientRect().toJSON());

/** Runs until the only Deployment is complete. */
async function settle(page) {
  await button(page, "Settle").click();
  await expect(cluster(page).locator(".standing")).toContainText("Complete", { timeout: 25_000 });
}

/** Whether two boxes overlap. */
const overlap = (one, other) =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

for (const [width, height] of [[1440, 900], [1280, 720]]) {
  test.describe(`${width}×${height}`, () => {
    test.use({ viewport: { width, height }, reducedMotion: "reduce" });

    test("the canary and its claims are visible while the scenario explains them", async ({ page }) => {
      test.slow();
      await open(page);
      await button(page, "StatefulSet canary").click();
      const said = callout(page, "StatefulSet canary");
      await expect(said).toContainText("goes first", { timeout: 20_000 });
      await button(page, "Continue").click();
      await expect(said).toContainText("The canary runs", { timeout: 40_000 });
      const top = (await box(cluster(page).locator(".pane-body"))).top;
      const { top: bottom } = await box(said);
      await expect(cluster(page).locator(".seat")).toHaveCount(5);
      for (const part of ["h3", ".partition-control", ".seat >> nth=0", ".seat >> nth=4", "button.claim >> nth=4"]) {
        const seen = await box(cluster(page).locator(part).first());
        expect(seen.top, part).toBeGreaterThanOrEqual(top);
        expect(seen.bottom, part).toBeLessThanOrEqual(bottom);
      }
    });

    test("the canary and its claims are visible below a summary", async ({ page }) => {
      test.slow();
      await open(page);
      await button(page, "StatefulSet canary").click();
      await expect(callout(page, "StatefulSet canary")).toContainText("goes first", { timeout: 20_000 });
      await button(page, "Settle").click();
      await expect(cluster(page).getByText("Waiting for you")).toBeVisible();
      const body = await box(cluster(page).locator(".pane-body"));
      for (const claim of await cluster(page).locator("button.claim").all()) {
        expect((await box(claim)).bottom).toBeLessThanOrEqual(body.bottom);
      }
    });

    test("a stuck rollout and its pods are visible while the scenario explains them", async ({ page }) => {
      test.slow();
      await open(page);
      await button(page, "Broken image and undo").click();
      const said = callout(page, "Broken image and undo");
      await expect(said).toContainText("The rollout is stuck", { timeout: 40_000 });
      const top = (await box(cluster(page).locator(".pane-body"))).top;
      const { top: bottom } = await box(said);
      await expect(cluster(page).locator(".pod")).toHaveCount(4);
      const parts = ["h3", ".standing.stuck p", ".bar-available", ...[0, 1, 2, 3].map((at) => `.pod >> nth=${at}`)];
      for (const part of parts) {
        const seen = await box(cluster(page).locator(part).first());
        expect(seen.top, part).toBeGreaterThanOrEqual(top);
        expect(seen.bottom, part).toBeLessThanOrEqual(bottom);
      }
      // None of its texts is truncated, nor any of the bars'.
      for (const part of [".standing.stuck p", ".bar > .words", ".pod-name", ".pod-status"]) {
        const cut = await cluster(page).locator(part).evaluateAll((texts) =>
          texts.filter((text) => text.scrollWidth > text.clientWidth + 1).map((text) => text.textContent));
        expect(cut, part).toEqual([]);
      }
      await expect(said).toBeInViewport({ ratio: 1 });
    });

    test("nothing shifts while the controller has not observed a change", async ({ page }) => {
      await open(page);
      await kubectl(page, "kubectl create deployment web --image=nginx:1.27 --replicas=3");
      await settle(page);
      const pods = cluster(page).locator(".lane .pods").first();
      const before = await box(pods);
      // No lane or pod changes: only the generation does, and it alone makes the rollout incomplete.
      await kubectl(page, `kubectl patch deployment/web -p '{"spec":{"revisionHistoryLimit":5}}'`);
      await expect(cluster(page).getByText("generation 2, observed 1")).toBeVisible();
      await expect(cluster(page).locator(".standing")).toHaveText("");
      expect((await box(pods)).top).toBeCloseTo(before.top, 1);
      await page.locator("body").press("Shift+ArrowRight");
      await expect(cluster(page).getByText("generation 2", { exact: true })).toBeVisible();
      expect((await box(pods)).top).toBeCloseTo(before.top, 1);
    });
  });
}

test("on a phone no bar overlaps its text", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await arrive(page);
  await kubectl(page, "kubectl create deployment web --image=nginx:1.27 --replicas=3");
  await settle(page);
  await kubectl(page, "kubectl set image deployment/web nginx=nginx:1.28");
  const seen = new Set();
  for (let step = 0; step < 12; step++) {
    await button(page, "Step").click();
    const bars = await cluster(page).locator(".bar").evaluateAll((bars) =>
      bars.map((bar) => {
        const parts = [".words", ".reported.differs", ".meter", ".spark"].map((part) => bar.querySelector(part));
        return parts.filter(Boolean).map((part) => part.getBoundingClientRect().toJSON());
      }),
    );
    expect(bars.length).toBeGreaterThanOrEqual(5);
    for (const parts of bars) {
      seen.add(parts.length);
      for (const [at, part] of parts.entries()) {
        expect(part.right).toBeLessThanOrEqual(390);
        for (const other of parts.slice(at + 1)) expect(overlap(part, other)).toBe(false);
      }
    }
  }
  expect(seen.has(4), "including a line with text, reported value, bar and curve").toBe(true);
});

test("counts of hundreds of pods fit on one line", async ({ page }) => {
  test.slow();
  await page.setViewportSize({ width: 1440, height: 900 });
  await open(page);
  await kubectl(page, "kubectl create deployment web --image=nginx:1.27 --replicas=1200");
  await settle(page);
  await kubectl(page, "kubectl set image deployment/web nginx=nginx:1.28");
  for (let step = 0; step < 8; step++) await button(page, "Step").click();
  expect((await position(page))[0]).toBeGreaterThan(8);
  for (const [width, height] of [[1440, 900], [1280, 720], [1024, 768], [390, 844]]) {
    await page.setViewportSize({ width, height });
    const lines = await cluster(page)
      .locator(".bar > .words, .lane-facts > span, .weights > span:not(.weight-bar)")
      .evaluateAll((texts) => texts.map((text) => {
        const range = document.createRange();
        range.selectNodeContents(text);
        const tops = [...range.getClientRects()].map(({ bottom }) => Math.round(bottom / 8));
        return [text.textContent, new Set(tops).size, text.scrollWidth <= text.clientWidth + 1 || getComputedStyle(text).display === "inline"];
      }));
    expect(lines.length).toBeGreaterThan(8);
    for (const [text, count, whole] of lines) {
      expect(count, `${width}: ${text}`).toBeLessThanOrEqual(2);
      expect(whole, `${width}: ${text} is not cut off`).toBe(true);
    }
  }
});
