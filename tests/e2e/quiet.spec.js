// Steps without a visible effect: folded in the timeline, skipped by Step and Back, and still accessible.

import { expect, test } from "./fixtures.js";
import { FIRST, button, open, pods, position, violations, why } from "./helpers.js";

const timeline = (page) => page.getByRole("region", { name: "Timeline" });
const fold = (page, steps) => timeline(page).getByRole("button", { name: new RegExp(`^Steps ${steps}: `) });
const row = (page, number) => timeline(page).getByRole("button", { name: new RegExp(`^${number} `) });

/** The tutorial's pods start: steps 13 to 15 and five more runs of steps have no visible effect. */
async function openSettled(page) {
  await open(page);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(pods(page, FIRST, "Running, 1/1 ready")).toHaveCount(3);
  await page.locator("body").press("Home");
}

const at = async (page) => (await position(page))[0];

test("steps without a visible effect are one row, which opens by mouse and keyboard", async ({ page }) => {
  await openSettled(page);
  const head = fold(page, "13 to 15");
  await expect(head).toHaveAccessibleName("Steps 13 to 15: 2 syncs with nothing to do, over 2 s");
  await expect(head).toHaveAttribute("aria-expanded", "false");
  await expect(row(page, 13)).toHaveCount(0);
  await head.click();
  await expect(head).toHaveAttribute("aria-expanded", "true");
  await expect(row(page, 14)).toBeVisible();
  await head.press("Enter");
  await expect(row(page, 14)).toHaveCount(0);
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  await expect(row(page, 13)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  expect(await at(page)).toBe(14);
  await expect(timeline(page).locator("[aria-current=step]")).toBeInViewport();
  expect(await violations(page)).toEqual([]);
});

test("Step and Back stop at visible steps, and with Shift at every step", async ({ page }) => {
  await openSettled(page);
  const [, known] = await position(page);
  await row(page, 12).click();
  await button(page, "Step").click();
  expect(await position(page)).toEqual([16, known]);
  await expect(page.locator(".notice")).toHaveText("Passed 2 syncs with nothing to do; the clock moved on by 2 s.");
  await expect(page.locator("p[role=status]")).toContainText("Passed 2 syncs with nothing to do");
  await expect(why(page)).toContainText("Step 16");
  await button(page, "Back").click();
  expect(await at(page)).toBe(12);
  await button(page, "Step").click({ modifiers: ["Shift"] });
  expect(await at(page)).toBe(13);
  await page.locator("body").press("Shift+.");
  expect(await at(page)).toBe(14);
  await expect(row(page, 14), "the group with the current step is expanded").toBeVisible();
  await page.locator("body").press("Shift+,");
  expect(await at(page)).toBe(13);
  await button(page, "Back").click({ modifiers: ["Shift"] });
  expect(await at(page)).toBe(12);
  await page.locator("body").press(".");
  expect(await at(page)).toBe(16);
  await page.locator("body").press(",");
  expect(await at(page)).toBe(12);
});

test("the switch shows every step, and Step stops at each", async ({ page }) => {
  await openSettled(page);
  await timeline(page).getByRole("checkbox", { name: "Every step" }).check();
  await expect(fold(page, "13 to 15")).toHaveCount(0);
  await row(page, 12).click();
  await button(page, "Step").click();
  expect(await at(page)).toBe(13);
  await button(page, "Back").click();
  expect(await at(page)).toBe(12);
  await timeline(page).getByRole("checkbox", { name: "Every step" }).uncheck();
  await button(page, "Step").click();
  expect(await at(page)).toBe(16);
});

test("the step linked from a cause is shown, even within a fold", async ({ page }) => {
  await openSettled(page);
  await page.getByRole("slider", { name: "Position in time" }).fill("31");
  await expect(timeline(page).locator("[aria-current=step]")).toBeInViewport();
  await expect(row(page, 31)).toBeVisible();
  await expect(fold(page, "31 to 32")).toHaveAttribute("aria-expanded", "true");
});
