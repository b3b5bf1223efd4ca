// Two futures, and the partition of a StatefulSet: what is tried out stays beside what was.

import { expect, test } from "./fixtures.js";
import { arrive, button, cluster, deployment, open, position, violations, write } from "./helpers.js";

const set = deployment({ name: "db", spec: "  replicas: 3\n  serviceName: db" }).replace("Deployment", "StatefulSet");

const future = (page, letter) => cluster(page).getByRole("region", { name: `Future ${letter}`, exact: true });
const letter = (page, letter) => page.getByRole("group", { name: "Futures" }).getByRole("button", { name: `uture ${letter}: ` });
/** What the first gauge of a future says. */
const available = (page, letter) =>
  future(page, letter).getByRole("list", { name: "Gauges" }).getByRole("listitem").first();
const time = (page, steps) => page.getByRole("slider", { name: "Position in time" }).fill(String(steps));

const bounds = (image, surge, unavailable) =>
  deployment({
    spec: `  replicas: 4\n  strategy:\n    rollingUpdate:\n      maxSurge: ${surge}\n      maxUnavailable: ${unavailable}`,
  }).replace("nginx:1.27", image);

test("back to the middle, another choice: both futures side by side under one scrubber", async ({ page }) => {
  test.slow();
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
  await expect(page.getByText(/are kept as future A/)).toBeVisible();
  await button(page, "Settle").click();
  await expect(button(page, "Settle")).toHaveAttribute("aria-pressed", "false");
  const [, known] = await position(page);

  await button(page, "Compare").click();
  await expect(future(page, "B")).toContainText(`at step ${known} of ${known}`);
  await expect(future(page, "A")).toContainText(/at step (\d+) of \1/);
  // Two bounds of four pods: 25% of both lets one pod more and one less be there, 0/1 none more.
  const seen = new Set();
  for (let steps = known; steps > fork; steps -= 5) {
    await time(page, steps);
    await expect(future(page, "B")).toContainText(`at step ${steps} of ${known}`);
    for (const name of ["A", "B"]) {
      const pods = future(page, name).getByRole("list", { name: "Gauges" }).getByRole("listitem").nth(1);
      const [, count, bound] = (await pods.textContent()).match(/^pods (\d+) . (\d+)/);
      expect(Number(count)).toBeLessThanOrEqual(Number(bound));
      expect(bound).toBe(name === "A" ? "5" : "4");
      seen.add(`${name} ${count}`);
    }
    await expect(available(page, "A")).toContainText("≥ 3");
    await expect(available(page, "B")).toContainText("≥ 3");
  }
  expect([...seen], "one more than wanted, in one of them").toContain("A 5");
  expect([...seen]).not.toContain("B 5");

  // Back and step move both; before the fork they are one.
  await time(page, fork + 1);
  await expect(cluster(page)).toContainText(`alike up to step ${fork}`);
  const lanes = (name) => future(page, name).getByRole("group", { name: /^ReplicaSet/ });
  await button(page, "Back").click();
  await expect(cluster(page)).toContainText("they part after step");
  await expect(lanes("A")).toHaveCount(1);
  await expect(lanes("B")).toHaveCount(1);
  for (let step = 0; step < 5; step++) await button(page, "Step").click();
  await expect(lanes("A")).toHaveCount(2);
  await expect(lanes("B")).toHaveCount(2);

  // The other one is to look at: what it shows cannot be pressed. One click goes there, one key back.
  await expect(future(page, "A").getByRole("slider").or(lanes("A").getByRole("button")).first()).toBeDisabled();
  await future(page, "A").getByRole("button", { name: "Go to it" }).click();
  await expect(letter(page, "A")).toHaveAttribute("aria-pressed", "true");
  await expect(lanes("A").getByRole("button").first()).toBeEnabled();
  await page.locator("body").press("Escape");
  await expect(future(page, "A")).toHaveCount(0);
  await letter(page, "A").focus();
  await page.keyboard.press("ArrowRight");
  await expect(letter(page, "B")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(letter(page, "B")).toHaveAttribute("aria-pressed", "true");
  expect((await position(page))[1]).toBe(known);
});

for (const [width, height] of [[1440, 900], [1024, 768], [390, 844]]) {
  for (const colorScheme of ["light", "dark"]) {
    test.describe(`${width} wide, ${colorScheme}`, () => {
      test.use({ viewport: { width, height }, colorScheme, reducedMotion: "reduce", locale: "zh-CN" });

      test("axe finds nothing in two futures, beside each other or one above the other", async ({ page }) => {
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

test("the partition's handle is a patch on the timeline, by keyboard as well", async ({ page }) => {
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
