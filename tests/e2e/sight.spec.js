// Visibility of what matters: at every size and zoom, in long lists, and with a thousand pods.

import { expect, test } from "./fixtures.js";
import { arrive, button, cluster, deployment, open, position, showPane, why, write } from "./helpers.js";

const region = (page, name) => page.getByRole("region", { name, exact: true });
const kubectl = (page, line) => page.evaluate((line) => window.kubestep.run(line), line);

/** A Deployment with a number of running pods. */
async function run(page, replicas) {
  await arrive(page);
  await kubectl(page, `kubectl create deployment web --image=nginx:1.27 --replicas=${replicas}`);
  await settle(page);
}

async function settle(page) {
  await button(page, "Settle").click();
  await expect(page.locator(".notice")).toContainText("Settled", { timeout: 20_000 });
  await expect(button(page, "Settle")).toHaveAttribute("aria-pressed", "false");
}

/** Goes to a step. */
const time = (page, steps) => page.getByRole("slider", { name: "Position in time" }).fill(String(steps));

/** The visible height of an element within another one, in pixels. */
async function seen(element, within) {
  const [inner, outer] = [await element.boundingBox(), await within.boundingBox()];
  return Math.min(inner.y + inner.height, outer.y + outer.height) - Math.max(inner.y, outer.y);
}

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("the timeline opens at the current step, and is filled", async ({ page }) => {
    await run(page, 20);
    const [done] = await position(page);
    expect(done).toBeGreaterThan(60);
    await showPane(page, "Timeline");
    const list = region(page, "Timeline").getByRole("group");
    const current = list.locator(".row.current");
    expect(await seen(current, list)).toBeGreaterThan(20);
    const rows = async () => (await list.getByRole("listitem").all()).length;
    const { height } = await list.boundingBox();
    expect((await rows()) * 28, "rows fill the list").toBeGreaterThanOrEqual(height);
    const first = await list.getByRole("listitem").first().boundingBox();
    expect(first.y, "starting at its top edge").toBeLessThanOrEqual((await list.boundingBox()).y);
  });

  test("four panes have a tab, the others are in the menu More", async ({ page }) => {
    await arrive(page);
    const tabs = page.getByRole("navigation");
    await expect(tabs.getByRole("button")).toHaveText(["YAML", "Cluster", "Why", "Timeline", "More"]);
    await tabs.getByRole("button", { name: "More" }).tap();
    const behind = ["Queues", "Events", "Console", "Object", "Environment"];
    for (const name of behind) await expect(tabs.getByRole("button", { name, exact: true })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(tabs.getByRole("button", { name: "Queues" })).toBeHidden();
    await expect(tabs.getByRole("button", { name: "More" })).toBeFocused();
    await page.keyboard.press("Enter");
    await tabs.getByRole("button", { name: "Environment" }).press("Enter");
    await expect(region(page, "Environment")).toBeVisible();
    await expect(tabs.getByRole("button", { name: "Environment", exact: true }), "it is closed").toBeHidden();
    await expect(tabs.getByRole("button", { name: "More: Environment" })).toHaveAttribute("aria-current", "true");
    await expect(tabs.locator("[aria-current]:visible")).toHaveCount(1);
  });
});

test("a list is filled when the window grows", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 500 });
  await run(page, 20);
  await page.setViewportSize({ width: 1440, height: 1400 });
  const list = region(page, "Timeline").getByRole("group");
  await expect(async () => {
    const first = await list.getByRole("listitem").first().boundingBox();
    const last = await list.getByRole("listitem").last().boundingBox();
    const { y, height } = await list.boundingBox();
    expect(first.y).toBeLessThanOrEqual(y);
    expect(last.y + last.height).toBeGreaterThan(y + height - 28);
  }).toPass();
});

for (const [zoom, width, height] of [
  [200, 720, 450],
  [200, 960, 540],
  [400, 360, 225],
]) {
  test(`at ${zoom} % of ${(width * zoom) / 100}×${(height * zoom) / 100} every pane is readable, and nothing scrolls horizontally`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await run(page, 3);
    const onPhone = await page.getByRole("navigation").isVisible();
    for (const name of ["Cluster", "Why", "Timeline"]) {
      if (onPhone) await showPane(page, name);
      else if (name === "Why") await region(page, "Cluster").getByRole("button", { name }).click();
      const body = region(page, name).locator(".pane-body");
      await body.scrollIntoViewIfNeeded();
      expect((await body.boundingBox()).height, name).toBeGreaterThan(100);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(wide, name).toBe(false);
    }
    if (onPhone) await showPane(page, "Cluster");
    else await region(page, "Why").getByRole("button", { name: "Cluster" }).click();
    const pod = cluster(page).getByRole("listitem", { name: /^web-/ }).last();
    await pod.scrollIntoViewIfNeeded();
    await expect(pod).toBeInViewport({ ratio: 0.9 });
    await button(page, "Back").scrollIntoViewIfNeeded();
    await expect(button(page, "Back")).toBeInViewport({ ratio: 1 });
  });
}

test("on a tablet both lanes of a rollout are visible", async ({ page }) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  await run(page, 5);
  await kubectl(page, "kubectl set image deployment/web nginx=nginx:1.28");
  await expect(async () => {
    await button(page, "Step").click();
    await expect(cluster(page).locator(".lane:not(.folded)")).toHaveCount(2, { timeout: 1 });
    expect(await cluster(page).getByRole("listitem", { name: /^web-/ }).count()).toBeGreaterThan(6);
  }).toPass({ intervals: [0] });
  const body = cluster(page).getByRole("tabpanel");
  for (const pod of await cluster(page).getByRole("listitem", { name: /^web-/ }).all()) {
    expect(await seen(pod, body)).toBeGreaterThan(40);
  }
});

test("with a thousand pods, the changed one and both lanes are scrolled into view", async ({ page }) => {
  test.slow();
  await page.setViewportSize({ width: 1440, height: 900 });
  await run(page, 1000);
  await kubectl(page, "kubectl set image deployment/web nginx=nginx:1.28");
  const lanes = cluster(page).locator(".lane:not(.folded)");
  await expect(async () => {
    for (let step = 0; step < 10; step++) await button(page, "Step").click();
    await expect(lanes).toHaveCount(2, { timeout: 1 });
  }).toPass({ intervals: [0] });
  const body = cluster(page).getByRole("tabpanel");
  const changed = cluster(page).locator(".pod.changed").first();
  for (let step = 0; step < 30; step++) {
    await button(page, "Step").click();
    if ((await changed.count()) > 0) {
      await expect(async () => expect(await seen(changed, body)).toBeGreaterThan(8)).toPass();
    }
  }
  const [one, other] = await lanes.all();
  const both = (await other.boundingBox()).y + (await other.boundingBox()).height - (await one.boundingBox()).y;
  expect(both, "both fit into the pane").toBeLessThan((await body.boundingBox()).height + 8);

  // The user's own scrolling is not disturbed.
  const { x, y, height } = await body.boundingBox();
  // Beside the lanes, which have their own scroll areas.
  await page.mouse.move(x + 4, y + height / 2);
  await page.mouse.wheel(0, -5000);
  await expect.poll(() => body.evaluate((element) => element.scrollTop)).toBe(0);
  await page.locator("body").press(".");
  await page.waitForTimeout(200);
  expect(await body.evaluate((element) => element.scrollTop)).toBe(0);
});

for (const [width, height] of [
  [1440, 900],
  [1200, 800],
  [1024, 768],
  [390, 844],
]) {
  test(`no option of the environment is cut off at ${width}×${height}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await run(page, 2);
    await page.locator("body").press("9");
    const body = region(page, "Environment").locator(".pane-body");
    await expect(body).toBeVisible();
    expect(await body.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    const outer = await body.boundingBox();
    for (const choice of await body.locator(".images").locator("button, input").all()) {
      const { x, width } = await choice.boundingBox();
      expect(x).toBeGreaterThanOrEqual(outer.x);
      expect(x + width, await choice.textContent()).toBeLessThanOrEqual(outer.x + outer.width);
    }
  });
}

test("beside an object, each step is still shown, with a link back to Why", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await open(page);
  await write(page, deployment());
  await button(page, "Apply").click();
  for (let step = 0; step < 12; step++) await button(page, "Step").click();
  const headline = why(page).locator(".headline");
  const said = await headline.innerText();
  await cluster(page).locator(".pod-button").first().click();
  await expect(why(page)).toBeHidden();
  const lead = region(page, "Object").locator(".step-lead");
  await expect(lead).toContainText(said);
  await button(page, "Step").click();
  await expect(lead).not.toContainText(said);
  await lead.getByRole("button", { name: "Show why" }).click();
  await expect(why(page)).toBeVisible();
  await expect(why(page)).toContainText(`Step ${(await position(page))[0]}`);
});

test("the legend is shown on request", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await run(page, 2);
  const legend = cluster(page).getByRole("list", { name: "Legend" });
  await expect(legend).toHaveCount(0);
  const ask = cluster(page).getByRole("button", { name: "Legend" });
  await ask.press("Enter");
  await expect(legend).toContainText("ContainerCreating");
  await expect(ask).toHaveAttribute("aria-expanded", "true");
  await ask.press("Enter");
  await expect(legend).toHaveCount(0);
});
