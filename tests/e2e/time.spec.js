// Time: playing, settling, the queues, and jumping anywhere.

import { expect, test } from "./fixtures.js";
import { FIRST, applied, button, cluster, deployment, open, pods, position, until, why, write } from "./helpers.js";

test("play runs by itself, pauses, and stops when the cluster has settled", async ({ page }) => {
  await open(page);
  await button(page, "Apply").click();
  const speed = page.getByRole("combobox", { name: "Speed" });
  await speed.selectOption("4 steps/s");
  await button(page, "Play").click();
  await expect(button(page, "Pause")).toHaveAttribute("aria-pressed", "true");
  await expect.poll(async () => (await position(page))[0]).toBeGreaterThan(3);
  await button(page, "Pause").click();
  await expect(button(page, "Play")).toHaveAttribute("aria-pressed", "false");
  await speed.selectOption("64 steps/s");
  await page.locator("body").press("Space");
  await expect(pods(page, FIRST, "Running, 1/1 ready")).toHaveCount(3, { timeout: 15_000 });
  await expect(button(page, "Play")).toHaveAttribute("aria-pressed", "false");
  await expect(page.getByText(/^Settled: /).first()).toBeVisible();
});

test("a queue item is processed out of turn", async ({ page }) => {
  await open(page);
  await button(page, "Apply").click();
  const waiting = page.getByRole("button", { name: /^Run now: scheduler/ });
  await until(
    async () => (await waiting.count()) === 3,
    () => button(page, "Step").click(),
  );
  const last = waiting.last();
  const name = (await last.getAttribute("aria-label")).match(/Pod (\S+)/)[1];
  // Anywhere on the row.
  await last.click();
  await expect(why(page)).toContainText(`Binding pod ${name} to node node-1`);
  await expect(cluster(page).getByRole("listitem", { name: new RegExp(`^${name}: .*on node-1`) })).toBeVisible();
});

test("a click on a step goes there, and the future stays known", async ({ page }) => {
  await open(page);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(pods(page, FIRST, "Running")).toHaveCount(3);
  const [, known] = await position(page);
  const timeline = page.getByRole("region", { name: "Timeline" });
  await page.getByRole("slider", { name: "Position in time" }).fill("2");
  expect(await position(page)).toEqual([2, known]);
  await timeline.getByRole("button", { name: /^4 / }).click();
  expect(await position(page)).toEqual([4, known]);
  await expect(timeline.locator("[aria-current=step]")).toBeInViewport();
  await expect(why(page)).toContainText("Step 4");
  await page.locator("body").press("End");
  expect(await position(page)).toEqual([known, known]);
});

test("acting in the past reports that a future was left behind", async ({ page }) => {
  await open(page);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(pods(page, FIRST, "Running")).toHaveCount(3);
  await page.locator("body").press("Shift+ArrowLeft");
  expect((await position(page))[0]).toBe(0);
  await button(page, "Apply").click();
  await expect(page.getByText(/steps that came after this one are kept as future 1/)).toBeVisible();
});

test("single-key shortcuts are inactive in fields and can be disabled", async ({ page }) => {
  await open(page);
  await button(page, "Apply").click();
  const [done] = await position(page);
  await page.getByRole("textbox", { name: "Manifests" }).focus();
  await page.keyboard.press("ArrowRight");
  expect((await position(page))[0]).toBe(done);
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Help" });
  await help.getByRole("checkbox", { name: "Single keys are on" }).uncheck();
  await page.keyboard.press("Escape");
  await expect(help).toBeHidden();
  await page.locator("body").press(".");
  expect((await position(page))[0]).toBe(done);
  await page.keyboard.press("Control+Enter");
  await expect(applied(page, "unchanged")).toBeVisible();
});

test("shortcuts work on the time slider, except the keys it uses itself", async ({ page }) => {
  await open(page);
  await button(page, "Apply").click();
  await page.keyboard.press("Escape");
  await page.keyboard.press(".");
  await page.keyboard.press(".");
  const [done] = await position(page);
  const slider = page.getByRole("group", { name: "Timeline" }).getByRole("slider", { name: "Position in time" });
  await slider.focus();
  await page.keyboard.press("ArrowLeft");
  await expect.poll(async () => (await position(page))[0]).toBe(done - 1);
  await page.keyboard.press(".");
  await page.keyboard.press(".");
  await expect.poll(async () => (await position(page))[0]).toBe(done + 1);
  await page.keyboard.press("Home");
  await expect.poll(async () => (await position(page))[0]).toBe(0);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Help" })).toBeVisible();
});

test("the page stays responsive while a thousand pods settle", async ({ page }) => {
  await open(page);
  await write(page, deployment({ spec: "  replicas: 1000" }));
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(cluster(page)).toContainText("1000 of 1000", { timeout: 25_000 });
  await button(page, "Back").click();
  await expect(cluster(page).getByRole("listitem", { name: /^web-/ })).toHaveCount(1000);
});
