// Gauges: the invariants of a rollout after every step, as numbers and text; and runs that stop at their changes.

import { expect, test } from "./fixtures.js";
import { FIRST, button, cluster, deployment, open, pods, position, until, why, write } from "./helpers.js";

const bounds = "  replicas: 4\n  strategy:\n    rollingUpdate:\n      maxSurge: 1\n      maxUnavailable: 1";

const gauges = (page) => cluster(page).getByRole("list", { name: "Gauges" }).getByRole("listitem");
const runUntil = (page, what) => page.getByRole("combobox", { name: "Run until" }).selectOption(what);

/** Four existing pods, and another image to be rolled out. */
async function roll(page) {
  await open(page);
  await write(page, deployment({ spec: bounds }));
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(cluster(page)).toContainText("4 of 4");
  await write(page, deployment({ spec: bounds }).replace("nginx:1.27", "nginx:1.28"));
  await button(page, "Apply").click();
}

test("a rollout keeps its bounds at every step, shown as numbers and text", async ({ page }) => {
  // Checking each of its steps is slow.
  test.slow();
  await roll(page);
  await expect(gauges(page)).toHaveCount(3);
  const seen = new Set();
  await until(
    async () => (await why(page).locator('.node.lit[data-branch="deployment/complete"]').count()) > 0,
    async () => {
      await button(page, "Step").click();
      for (const text of await gauges(page).allTextContents()) {
        const [, value, sign, bound, verdict] = text.match(/(\d+) (≥|≤|<|>) (\d+) (.*?)(?: reported \d+)?$/);
        expect(["≥", "≤"], text).toContain(sign);
        expect(sign === "≥" ? value - bound : bound - value, text).toBeGreaterThanOrEqual(0);
        expect(verdict, text).toBe(value === bound ? "at limit" : "holds");
        seen.add(`${sign} ${verdict}`);
      }
    },
  );
  expect([...seen].sort()).toEqual(["≤ at limit", "≤ holds", "≥ at limit", "≥ holds"]);
});

test("pending invariants are distinguished from broken ones", async ({ page }) => {
  await open(page);
  await button(page, "Apply").click();
  await expect(gauges(page).first()).toHaveText(/^available 0 < 3 not yet reported 0$/);
});

test("a run stops when a pod becomes ready, and when the rollout is complete", async ({ page }) => {
  await open(page);
  await button(page, "Apply").click();
  await runUntil(page, "a pod is ready");
  for (const ready of [1, 2, 3]) {
    await button(page, "Run").click();
    await expect(pods(page, FIRST, "Running, 1/1 ready")).toHaveCount(ready);
  }
  await runUntil(page, "rollout complete");
  await button(page, "Run").click();
  await expect(why(page)).toContainText("the rollout is complete");
});

test("a run stops when a gauge changes, by keyboard only", async ({ page }) => {
  await open(page);
  await button(page, "Apply").click();
  const choice = page.getByRole("combobox", { name: "Run until" });
  await choice.focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowDown");
  await expect(choice.locator("option:checked")).toHaveText("a gauge changes");
  for (let i = 0; i < 2; i++) await page.keyboard.press("Shift+Tab");
  await expect(button(page, "Run")).toBeFocused();
  for (let i = 0; i < 2; i++) {
    const before = await gauges(page).allTextContents();
    await page.keyboard.press("Enter");
    await expect.poll(() => gauges(page).allTextContents()).not.toEqual(before);
  }
});

test("a run continues to the next user action", async ({ page }) => {
  await roll(page);
  const [done] = await position(page);
  await page.locator("body").press("Home");
  await runUntil(page, "your next action");
  await button(page, "Run").click();
  expect((await position(page))[0]).toBe(1);
  await button(page, "Run").click();
  expect((await position(page))[0]).toBe(done);
  await button(page, "Run").click();
  await expect(page.getByText("You took no action after this.").first()).toBeVisible();
});

test("a dip caused by a fault during a rollout is attributed to the fault, not the controller", async ({ page }) => {
  test.slow();
  await roll(page);
  const available = gauges(page).first();
  await runUntil(page, "a pod is ready");
  await button(page, "Run").click();
  await expect(available).toHaveText(/^available \d ≥ 3 (holds|at limit) reported \d$/);
  const [before] = await position(page);
  const names = await cluster(page)
    .getByRole("listitem", { name: /^web-[a-z0-9]+-[a-z0-9]+: Running, 1\/1/ })
    .evaluateAll((pods) => pods.slice(0, 3).map((pod) => pod.getAttribute("aria-label").split(":")[0]));
  expect(names.length).toBe(3);
  await page.locator("body").press(":");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(names.map((name) => `sim crash ${name}`).join("\n"));
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await until(
    async () => (await available.textContent()).includes("broken by a fault"),
    () => button(page, "Step").click(),
  );
  await expect(available).toContainText(/^available [0-2] < 3 broken by a fault/);
  const [now, known] = await position(page);
  expect(now).toBeGreaterThan(before);
  const dip = available.getByRole("button", { name: `▲ fault in step ${now}` });
  await expect(dip).toBeVisible();
  // On the way to the end no controller breaks an invariant, and lost pods are replaced.
  await runUntil(page, "settled");
  await button(page, "Settle").click();
  await expect(button(page, "Settle")).toHaveAttribute("aria-pressed", "false");
  await expect(available).toContainText(/^available 4 ≥ 4 at limit|^available 4 ≥ 3 holds/);
  await expect(cluster(page).getByText("broken by the controller")).toHaveCount(0);
  await expect(cluster(page).getByRole("button", { name: /✕ controller/ })).toHaveCount(0);
  await expect(page.locator(".map .fault")).not.toHaveCount(0);
  await expect(page.locator(".map .bug")).toHaveCount(0);
  // The mark links to its beginning.
  await dip.click();
  expect((await position(page))[0]).toBe(now);
  expect((await position(page))[1]).toBeGreaterThanOrEqual(known);
  await expect(available).toContainText("broken by a fault");
});

test("reported and actual counts are two marks on one bar, and in the text", async ({ page }) => {
  await open(page);
  await button(page, "Apply").click();
  const available = cluster(page).locator(".bar-available");
  await expect(available).toHaveCount(1);
  // The first pod is available before the status reports it.
  await until(
    async () => (await available.textContent()).startsWith("available 1 "),
    () => button(page, "Step").click(),
  );
  await expect(available).toHaveText("available 1 < 3 not yet reported 0");
  const at = (mark) => available.locator(`.meter > ${mark}`).evaluate((mark) => {
    const bar = mark.parentElement.getBoundingClientRect();
    const own = mark.getBoundingClientRect();
    const end = mark.matches(".fill") ? own.right : own.x + own.width / 2;
    return Math.round((100 * (end - bar.x)) / bar.width);
  });
  // Bars are animated here.
  const marks = () => Promise.all([".fill", ".mark", ".bound"].map(at));
  await expect.poll(marks).toEqual([33, 0, 100]);
  await button(page, "Settle").click();
  await expect(available).toHaveText("available 3 ≥ 3 at limit reported 3");
  await expect.poll(marks).toEqual([100, 100, 100]);

  // Their explanation is accessible by keyboard too.
  const help = cluster(page).getByText("What the bars mean");
  await help.focus();
  await page.keyboard.press("Enter");
  await expect(cluster(page).getByText("available ≥ replicas − maxUnavailable")).toBeVisible();
  await expect(cluster(page).getByText("what the status of the object reports")).toBeVisible();
});

test("bars and marks are visible in forced colours", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await open(page);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  const available = cluster(page).locator(".bar-available");
  await expect(available).toContainText("3 ≥ 3");
  const colours = await available.locator(".meter").evaluate((meter) => {
    const background = (element) => getComputedStyle(element).backgroundColor;
    return [getComputedStyle(document.body).backgroundColor, ...[".fill", ".bound"].map((mark) => background(meter.querySelector(mark)))];
  });
  expect(new Set(colours).size, "surface, fill and bound have different colours").toBe(3);
});
