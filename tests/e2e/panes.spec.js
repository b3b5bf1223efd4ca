// Panes: resizable, and in their places at every size.

import { expect, test } from "./fixtures.js";
import { arrive, button, deployment, open, write } from "./helpers.js";

const separator = (page, name) => page.getByRole("separator", { name });
const region = (page, name) => page.getByRole("region", { name, exact: true });
const box = (page, name) => region(page, name).boundingBox();

test.describe("on a desktop", () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  test("panes keep the size they were given", async ({ page }) => {
    await open(page);
    const before = await box(page, "Manifests");
    const line = await separator(page, "Width of the Manifests pane").boundingBox();
    await page.mouse.move(line.x + line.width / 2, 300);
    await page.mouse.down();
    await page.mouse.move(300, 320, { steps: 4 });
    await page.mouse.up();
    expect((await box(page, "Manifests")).width).toBeCloseTo(300, -1);

    const [why, below] = [(await box(page, "Why")).width, (await box(page, "Queues")).height];
    await separator(page, "Width of the Why pane").focus();
    await page.keyboard.press("ArrowRight");
    await separator(page, "Height of the bottom").focus();
    for (let press = 0; press < 10; press++) await page.keyboard.press("ArrowUp");
    expect((await box(page, "Why")).width).toBeLessThan(why);
    expect((await box(page, "Queues")).height).toBeGreaterThan(below + 100);
    await expect(page.getByText("step 0 of 0"), "keys for resizing do not step").toBeVisible();
    const value = await separator(page, "Height of the bottom").getAttribute("aria-valuenow");
    expect(Number(value)).toBeCloseTo(44, -1);

    const kept = await Promise.all(["Manifests", "Why", "Queues"].map((name) => box(page, name)));
    await page.reload();
    await expect(page.locator(".cm-editor")).toBeVisible();
    expect(await Promise.all(["Manifests", "Why", "Queues"].map((name) => box(page, name)))).toEqual(kept);
    await expect(separator(page, "Height of the bottom")).toHaveAttribute("aria-valuenow", value);

    await separator(page, "Width of the Manifests pane").dblclick();
    expect((await box(page, "Manifests")).width).toBe(before.width);
    await separator(page, "Height of the bottom").press("Enter");
    expect((await box(page, "Queues")).height).toBe(below);
  });

  test("no splitter can be moved so far that the transport does not fit", async ({ page }) => {
    await page.setViewportSize({ width: 1200, height: 700 });
    await open(page);
    for (const [name, key] of [["Width of the Manifests pane", "ArrowRight"], ["Width of the Why pane", "ArrowLeft"]]) {
      await separator(page, name).focus();
      for (let press = 0; press < 20; press++) await page.keyboard.press(key);
    }
    await separator(page, "Height of the bottom").focus();
    for (let press = 0; press < 30; press++) await page.keyboard.press("ArrowUp");
    for (const name of ["Back", "Step", "Settle", "Play"]) {
      const { x, y, width, height } = await button(page, name).boundingBox();
      const hit = await page.evaluate(
        ([x, y]) => document.elementFromPoint(x, y)?.closest("button")?.textContent.trim(),
        [x + width / 2, y + height / 2],
      );
      expect(hit).toBe(name);
    }
  });

  test("an enlarged list is filled", async ({ page }) => {
    await open(page);
    await button(page, "Apply").click();
    await button(page, "Settle").click();
    await expect(page.locator(".notice")).toContainText("Settled");
    await page.locator("body").press("Home");
    await separator(page, "Height of the bottom").focus();
    for (let press = 0; press < 25; press++) await page.keyboard.press("ArrowUp");
    const list = await region(page, "Timeline").boundingBox();
    const rows = await region(page, "Timeline").getByRole("listitem").all();
    const last = await rows.at(-1).boundingBox();
    expect(last.y + last.height).toBeGreaterThan(list.y + list.height - 28);
  });

  test("every event is reachable, however many there are", async ({ page }) => {
    await open(page);
    await write(page, deployment({ spec: "  replicas: 40" }));
    await button(page, "Apply").click();
    await button(page, "Settle").click();
    await expect(page.locator(".notice")).toContainText("Settled");
    const events = region(page, "Events");
    const count = Number(await events.locator(".pane-note").textContent());
    const lines = events.locator("li.event");
    expect(count).toBeGreaterThan(100);
    const first = await lines.count();
    expect(first, "not all of them are rendered").toBeLessThan(count);
    await expect(events.getByText(`and ${count - first} more`)).toBeAttached();
    await events.getByRole("group").hover();
    await expect(async () => {
      await page.mouse.wheel(0, 100_000);
      expect(await lines.count()).toBe(count);
    }).toPass({ intervals: [50] });
    await page.mouse.wheel(0, -100_000);
    await expect(lines, "those far below are no longer rendered").toHaveCount(first);
  });
});

test.describe("on a tablet", () => {
  test.use({ viewport: { width: 1024, height: 768 } });

  test("Why is a tab beside the cluster", async ({ page }) => {
    await open(page);
    await button(page, "Apply").click();
    await button(page, "Step").click();
    const place = await box(page, "Cluster");
    await region(page, "Cluster").getByRole("button", { name: "Why" }).click();
    expect(await box(page, "Why")).toEqual(place);
    await expect(region(page, "Cluster")).toBeHidden();
    await region(page, "Why").getByRole("button", { name: "Cluster" }).click();
    await expect(region(page, "Cluster")).toBeVisible();
    await region(page, "Timeline").getByRole("button", { name: "Events" }).click();
    await expect(region(page, "Events")).toBeVisible();
    await expect(separator(page, "Width of the Why pane")).toBeHidden();
  });
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("there are no splitters, whatever sizes were stored", async ({ page }) => {
    await page.addInitScript(() => localStorage.setItem("kubestep.left", "60.0%"));
    await arrive(page);
    await expect(button(page, "Step")).toBeVisible();
    await expect(page.getByRole("separator")).toHaveCount(0);
    expect((await box(page, "Cluster")).width).toBe(390);
  });
});
