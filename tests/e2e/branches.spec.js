// Alternative futures, and a StatefulSet's partition: experiments stay beside the original.

import { expect, test } from "./fixtures.js";
import { arrive, button, cluster, deployment, open, position, violations, write } from "./helpers.js";

const set = deployment({ name: "db", spec: "  replicas: 3\n  serviceName: db" }).replace("Deployment", "StatefulSet");

const future = (page, number) => cluster(page).getByRole("region", { name: `Future ${number}`, exact: true });
const choice = (page, number) => page.getByRole("group", { name: "Futures" }).getByRole("button", { name: `uture ${number}: ` });
/** The text of the first gauge of a future. */
const available = (page, number) =>
  future(page, number).getByRole("list", { name: "Gauges" }).getByRole("listitem").first();
const time = (page, steps) => page.getByRole("slider", { name: "Position in time" }).fill(String(steps));

const bounds = (image, surge, unavailable) =>
  deployment({
    spec: `  replicas: 4\n  strategy:\n    rollingUpdate:\n      maxSurge: ${surge}\n      maxUnavailable: ${unavailable}`,
  }).replace("nginx:1.27", image);

test("going back and choosing differently shows both futures side by side under one scrubber", async ({ page }) => {
  test.slow();
  await page.setViewportSize({ width: 1440, height: 900 });
  await open(page);
  await write(page, bounds("nginx:1.27", "25%", "25%"));
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(cluster(page)).toContainText("4 of 4");
  const [fork] = await position(page);
  await page.keyboard.press("Escape");
  await page.locator("body").press("b");
  await expect(page.getByText(/^There is only one future so far/).first()).toBeVisible();

  await write(page, bounds("nginx:1.28", "25%", "25%"));
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await time(page, fork);
  await write(page, bounds("nginx:1.28", 0, 1));
  await button(page, "Apply").click();
  await expect(page.getByText(/are kept as future 1/)).toBeVisible();
  await button(page, "Settle").click();
  await expect(button(page, "Settle")).toHaveAttribute("aria-pressed", "false");
  const [, known] = await position(page);

  await button(page, "Compare").click();
  await expect(future(page, 2)).toContainText(`at step ${known} of ${known}`);
  await expect(future(page, 1)).toContainText(/at step (\d+) of \1/);

  // Each is named after what distinguishes it; the first one is on the left, and the totals are above them.
  await expect(future(page, 1)).toContainText("maxSurge 25%, maxUnavailable 25%");
  await expect(future(page, 2)).toContainText("maxSurge 0, maxUnavailable 1");
  const totals = cluster(page).getByRole("row");
  await expect(totals.nth(1)).toHaveText(/^1 maxSurge 25%, maxUnavailable 25%[\d.]+ s35$/);
  await expect(totals.nth(2)).toHaveText(/^2 maxSurge 0, maxUnavailable 1[\d.]+ s34$/);
  await expect(cluster(page).getByRole("img", { name: /^Pods over the cluster's time/ })).toBeVisible();
  // Two sets of bounds for four pods: 25% allows one more and one fewer, 0/1 allows no more.
  const seen = new Set();
  for (let steps = known; steps > fork; steps -= 5) {
    await time(page, steps);
    await expect(future(page, 2)).toContainText(`at step ${steps} of ${known}`);
    for (const name of [1, 2]) {
      const pods = future(page, name).getByRole("list", { name: "Gauges" }).getByRole("listitem").nth(1);
      const [, count, bound] = (await pods.textContent()).match(/^pods (\d+) . (\d+)/);
      expect(Number(count)).toBeLessThanOrEqual(Number(bound));
      expect(bound).toBe(name === 1 ? "5" : "4");
      seen.add(`${name} ${count}`);
    }
    await expect(available(page, 1)).toContainText("≥ 3");
    await expect(available(page, 2)).toContainText("≥ 3");
  }
  expect([...seen], "one surplus pod in one future").toContain("1 5");
  expect([...seen]).not.toContain("2 5");

  // Back and Step move both; before the fork they are identical.
  await time(page, fork + 1);
  await expect(cluster(page)).toContainText(`identical up to step ${fork}`);
  const lanes = (name) => future(page, name).getByRole("group", { name: /^ReplicaSet/ });
  await button(page, "Back").click();
  await expect(cluster(page)).toContainText("they diverge after step");
  await expect(lanes(1)).toHaveCount(1);
  await expect(lanes(2)).toHaveCount(1);
  for (let step = 0; step < 5; step++) await button(page, "Step").click();
  await expect(lanes(1)).toHaveCount(2);
  await expect(lanes(2)).toHaveCount(2);

  // In between, both are completely visible.
  const pane = await cluster(page).locator(".pane-body").boundingBox();
  for (const number of [1, 2]) {
    const lanes = cluster(page).locator(".future").nth(number - 1).locator(".lane");
    for (const at of [0, 1]) {
      const { x, y, width, height } = await lanes.nth(at).boundingBox();
      expect(y + height, `lane ${at} of future ${number}`).toBeLessThanOrEqual(pane.y + pane.height);
      expect(x + width).toBeLessThanOrEqual(pane.x + pane.width);
    }
  }
  const [left, right] = await Promise.all([1, 2].map((number) => future(page, number).boundingBox()));
  expect(left.x).toBeLessThan(right.x);

  // The other future is read-only. A click switches to it, a key goes back.
  await expect(future(page, 1).getByRole("slider").or(lanes(1).getByRole("button")).first()).toBeDisabled();
  await future(page, 1).getByRole("button", { name: "Go to it" }).click();
  await expect(choice(page, 1)).toHaveAttribute("aria-pressed", "true");
  await expect(lanes(1).getByRole("button").first()).toBeEnabled();
  await page.locator("body").press("Escape");
  await expect(future(page, 1)).toHaveCount(0);
  await choice(page, 1).focus();
  await page.keyboard.press("ArrowRight");
  await expect(choice(page, 2)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(choice(page, 2)).toHaveAttribute("aria-pressed", "true");
  expect((await position(page))[1]).toBe(known);
});

for (const [width, height] of [[1440, 900], [1024, 768], [390, 844]]) {
  for (const colorScheme of ["light", "dark"]) {
    test.describe(`${width} wide, ${colorScheme}`, () => {
      test.use({ viewport: { width, height }, colorScheme, reducedMotion: "reduce", locale: "zh-CN" });

      test("no accessibility violations in two futures, side by side or stacked", async ({ page }) => {
        test.slow();
        await arrive(page);
        await page.locator(".cm-editor").waitFor({ state: "attached" });
        await page.locator("body").press("Control+Enter");
        await page.locator("body").press("Shift+ArrowRight");
        await expect(page.locator(".pod-button")).toHaveCount(3);
        for (const command of ["kubectl scale deployment nginx-deployment --replicas=6", "kubectl scale deployment nginx-deployment --replicas=2"]) {
          await page.locator("body").press("Home");
          for (let step = 0; step < 9; step++) await page.keyboard.press(".");
          await page.locator("body").press(":");
          await page.keyboard.insertText(command);
          await page.keyboard.press("Enter");
          await page.keyboard.press("Escape");
          await page.locator("body").press("Shift+ArrowRight");
          await expect(page.locator(".control[aria-pressed=true]")).toHaveCount(0);
        }
        await page.locator("body").press("b");
        await expect(page.locator(".future")).toHaveCount(2);
        expect(await violations(page)).toEqual([]);
        const [ours, theirs] = await Promise.all([0, 1].map((at) => page.locator(".future").nth(at).boundingBox()));
        if (width < 768) expect(theirs.y).toBeGreaterThanOrEqual(ours.y + ours.height);
        else expect(theirs.y).toBe(ours.y);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        expect(wide, "wider than the screen").toBe(false);
      });
    });
  }
}

test("moving the partition's handle is a patch on the timeline, by keyboard as well", async ({ page }) => {
  await open(page);
  await write(page, set);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(cluster(page)).toContainText("3 of 3");
  const handle = cluster(page).getByRole("slider", { name: "Partition" });
  await expect(handle).toHaveAttribute("aria-valuetext", "partition 0: nothing is replaced: 0–2 already updated");
  await handle.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(handle).toHaveAttribute("aria-valuetext", "partition 2: nothing is replaced: 2 already updated");
  await expect(page.getByRole("region", { name: "Timeline" })).toContainText("kubectl patch statefulset db");
  await write(page, set.replace("nginx:1.27", "nginx:1.28").replace("  replicas: 3", "  replicas: 3\n  updateStrategy:\n    rollingUpdate:\n      partition: 2"));
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(cluster(page)).toContainText("1 of 3");
});
