// The row of a StatefulSet: ordinals in their places, claims that stay, and the partition's handle.

import { expect, test } from "./fixtures.js";
import { CLAIMS, button, cluster, deployment, open, position, until, violations, write } from "./helpers.js";

/** A StatefulSet `db`, Parallel so that many pods do not take many steps. */
function set(replicas, { partition = 0, more = "" } = {}) {
  const spec = `  replicas: ${replicas}
  serviceName: db
  podManagementPolicy: Parallel
  updateStrategy:
    rollingUpdate:
      partition: ${partition}`;
  return deployment({ name: "db", spec }).replace("Deployment", "StatefulSet") + more;
}

const seat = (page, number) => cluster(page).getByRole("listitem", { name: new RegExp(`^db-${number}:`) });
const handle = (page) => cluster(page).getByRole("slider", { name: "Partition" });

/** Applies it, and settles. */
async function run(page, text) {
  await write(page, text);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(cluster(page).getByText("ready").first()).toBeVisible();
  await expect(button(page, "Settle")).toHaveAttribute("aria-pressed", "false");
}

/** Asserts that the handle rests in the middle of the gap before an ordinal. */
async function expectBefore(page, number) {
  await expect(async () => {
    const { x, width } = await handle(page).boundingBox();
    const middle = x + width / 2;
    const behind = await seat(page, number).boundingBox();
    const before = number > 0 ? await seat(page, number - 1).boundingBox() : null;
    expect(middle, `the handle is before ${number}`).toBeLessThan(behind.x);
    expect(behind.x - middle, `the handle is at ${number}`).toBeLessThan(10);
    if (before) expect(middle, `the handle is behind ${number - 1}`).toBeGreaterThan(before.x + before.width);
  }).toPass({ timeout: 3_000 });
}

/** A set of five whose partition prevents all updates, and a new image for it. */
async function canary(page) {
  await open(page);
  await run(page, set(5, { partition: 5, more: CLAIMS }));
  await run(page, set(5, { partition: 5, more: CLAIMS }).replace("nginx:1.27", "nginx:1.28"));
  await expect(handle(page)).toHaveAttribute("aria-valuetext", "partition 5: nothing is replaced");
}

/** Runs the update, and asserts that it replaced two pods, the last one first. */
async function expectCanary(page) {
  await expect(handle(page)).toHaveAttribute("aria-valuenow", "3");
  await expect(seat(page, 4)).toHaveAccessibleName(/, next to be replaced/);
  const marked = cluster(page).getByRole("listitem", { name: "next to be replaced" });
  await expect(marked).toHaveCount(1);
  for (const next of [3, null]) {
    await until(
      async () => (await marked.count()) === 0 || next === Number(await marked.getAttribute("data-number")),
      () => button(page, "Step").click(),
    );
    await expect(marked).toHaveCount(next === null ? 0 : 1);
  }
  await button(page, "Settle").click();
  await expect(button(page, "Settle")).toHaveAttribute("aria-pressed", "false");
  for (const [number, letter] of [..."AAABB"].entries()) {
    await expect(seat(page, number)).toHaveAccessibleName(new RegExp(`Running.*revision ${letter}`));
  }
  await expect(handle(page)).toHaveAttribute("aria-valuetext", "partition 3: nothing is replaced: 3 and 4 already updated");
}

/** The centre of the handle's grip. */
async function grip(page) {
  const { x, y, width } = await handle(page).boundingBox();
  return { x: x + width / 2, y: y + 28 };
}

/** A point close to the handle's position before an ordinal. */
async function beside(page, number, by = 12) {
  const { x } = await seat(page, number).boundingBox();
  return x + by;
}

const tinted = (page) =>
  cluster(page).locator(".seat.goes").evaluateAll((seats) => seats.map((seat) => Number(seat.dataset.number)));
const bubble = (page) => cluster(page).locator(".bubble");

for (const [width, height] of [[1440, 900], [390, 844]]) {
  test(`the partition's handle is between the ordinals it separates, ${width} wide`, async ({ page }) => {
    await open(page);
    await run(page, set(5, { partition: 2 }));
    await page.setViewportSize({ width, height });
    await expectBefore(page, 2);
    await handle(page).focus();
    await page.keyboard.press("ArrowLeft");
    await expect(handle(page)).toHaveAttribute("aria-valuenow", "1");
    await expect(handle(page), "it keeps the focus").toBeFocused();
    await expectBefore(page, 1);
    await page.keyboard.press("Home");
    await expectBefore(page, 0);
    const [done] = await position(page);

    const { x, y } = await grip(page);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(await beside(page, 3), y, { steps: 8 });
    await expect(handle(page)).toHaveAttribute("aria-valuetext", "partition 3: nothing is replaced: 3 and 4 already updated");
    expect((await position(page))[0], "nothing happens before it is released").toBe(done);
    await page.mouse.up();
    await expectBefore(page, 3);
    expect((await position(page))[0], "releasing it is one step").toBe(done + 1);
    await page.locator("body").press("Shift+ArrowLeft");
    await expect(handle(page)).toHaveAttribute("aria-valuenow", "0");
  });
}

test("a canary by dragging: the handle follows the pointer, previews its effect, and snaps", async ({ page }) => {
  test.slow();
  await canary(page);
  const [done] = await position(page);
  await handle(page).scrollIntoViewIfNeeded();
  const { x, y } = await grip(page);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await expect(bubble(page)).toBeVisible();
  const goal = await beside(page, 3);
  for (const by of [7, 40, 83, Math.round(x - goal)]) {
    await page.mouse.move(x - by, y);
    // Rendered with the next frame.
    const off = async () => Math.abs((await grip(page)).x - (x - by));
    await expect.poll(off, { message: `carried by ${by}`, timeout: 1_000 }).toBeLessThan(0.5);
  }
  await expect(bubble(page)).toHaveText("3 and 4 will be replaced, 4 first");
  const { x: left, width } = await bubble(page).boundingBox();
  expect(left).toBeLessThan(goal);
  expect(left + width).toBeGreaterThan(goal);
  expect(await tinted(page)).toEqual([3, 4]);

  // Escape cancels dragging.
  await page.keyboard.press("Escape");
  await expect(bubble(page)).toHaveCount(0);
  expect(await tinted(page)).toEqual([]);
  await expect.poll(async () => Math.round((await grip(page)).x)).toBe(Math.round(x));
  await page.mouse.up();
  expect((await position(page))[0]).toBe(done);

  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(goal, y, { steps: 4 });
  await page.mouse.up();
  expect((await position(page))[0], "releasing it is one step").toBe(done + 1);
  await expectBefore(page, 3);
  await expectCanary(page);
});

test("a canary without dragging: by buttons, by clicking a gap, and by keys", async ({ page }) => {
  test.slow();
  await canary(page);
  const to = (partition) => cluster(page).getByRole("button", { name: `Set the partition to ${partition}`, exact: true });
  await expect(to(6), "there is no higher ordinal").toHaveAttribute("aria-disabled", "true");
  await to(4).click();
  await expect(cluster(page)).toContainText("4 will be replaced");
  await to(3).focus();
  await page.keyboard.press("Enter");
  await expect(cluster(page)).toContainText("3 and 4 will be replaced, 4 first");
  await expectBefore(page, 3);
  for (let step = 0; step < 2; step++) await page.locator("body").press("Shift+ArrowLeft");
  await expect(handle(page)).toHaveAttribute("aria-valuenow", "5");

  const two = await seat(page, 2).boundingBox();
  const three = await seat(page, 3).boundingBox();
  await page.mouse.click((two.x + two.width + three.x) / 2, three.y + 60);
  await expect(handle(page)).toHaveAttribute("aria-valuenow", "3");
  await page.locator("body").press("Shift+ArrowLeft");
  await expect(handle(page)).toHaveAttribute("aria-valuenow", "5");

  await handle(page).focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect(handle(page)).toHaveAttribute("aria-valuetext", "partition 3: 3 and 4 will be replaced, 4 first");
  expect(await violations(page)).toEqual([]);
  await expectCanary(page);
});

test.describe("by touch", () => {
  test.use({ hasTouch: true });

  test("a canary by touch: the handle follows the finger", async ({ page }) => {
    test.slow();
    await canary(page);
    await page.setViewportSize({ width: 390, height: 844 });
    const finger = await page.context().newCDPSession(page);
    const touch = (type, ...points) => finger.send("Input.dispatchTouchEvent", { type, touchPoints: points });
    const { x, y } = await grip(page);
    const goal = await beside(page, 3, 9);
    await touch("touchStart", { x, y });
    for (const at of [x - 12, x - 33, goal]) {
      await touch("touchMove", { x: at, y: y + 5 });
      await expect.poll(async () => Math.abs((await grip(page)).x - at)).toBeLessThan(1);
    }
    await expect(bubble(page)).toHaveText("3 and 4 will be replaced, 4 first");
    await touch("touchEnd");
    await expectBefore(page, 3);
    await expectCanary(page);
  });
});

for (const [width, height, replicas] of [[1440, 900, 5], [1440, 900, 20], [1024, 768, 5], [390, 844, 5], [390, 844, 20]]) {
  test(`${replicas} ordinals are in one row, ${width} wide, and visible with their claims`, async ({ page }) => {
    await open(page);
    await run(page, set(replicas, { partition: replicas, more: CLAIMS }));
    await page.setViewportSize({ width, height });
    const pane = await cluster(page).locator(".pane-body").boundingBox();
    const seats = await cluster(page).locator(".seat").evaluateAll((seats) =>
      seats.map((seat) => {
        const { x, y, right, bottom, width } = seat.getBoundingClientRect();
        return { x, y, right, bottom, width };
      }),
    );
    expect(seats.length).toBe(replicas);
    expect(new Set(seats.map(({ y }) => Math.round(y))).size, "one row").toBe(1);
    expect(Math.min(...seats.map(({ width }) => width))).toBeGreaterThanOrEqual(14);
    expect(seats[0].x).toBeGreaterThanOrEqual(pane.x);
    const last = seats.at(-1);
    expect(last.right, "the canary is visible").toBeLessThanOrEqual(pane.x + pane.width);
    expect(last.bottom, "so is its claim").toBeLessThanOrEqual(pane.y + pane.height);
  });
}

test("a claim stays in its place while its pod is deleted and recreated", async ({ page }) => {
  await open(page);
  await run(page, set(3, { more: CLAIMS }));
  await expect(seat(page, 2)).toHaveAccessibleName(/^db-2: Running.*, claim data-db-2 Bound$/);
  const claim = seat(page, 2).getByRole("button", { name: "data-db-2" });
  await expect(claim).toHaveText("data-db-2Bound");
  const { y, height } = await claim.boundingBox();
  const lines = await Promise.all(["span", "small"].map((line) => claim.locator(line).boundingBox()));
  const above = lines[0].y - y;
  const below = y + height - lines[1].y - lines[1].height;
  expect(Math.abs(above - below), "its lines are centred").toBeLessThan(2);
  await run(page, set(1, { more: CLAIMS }));
  await expect(seat(page, 2)).toHaveAccessibleName("db-2: no pod, claim data-db-2 Bound (waits for its pod)");
  const places = await Promise.all([0, 1, 2].map((number) => seat(page, number).boundingBox()));
  expect(places.map(({ y }) => y)).toEqual(Array(3).fill(places[0].y));
  await seat(page, 2).getByRole("button", { name: "data-db-2" }).click();
  await expect(page.getByRole("region", { name: "Object" })).toContainText("kind: PersistentVolumeClaim");
  expect(await violations(page)).toEqual([]);
});

for (const replicas of [20, 1_000]) {
  test(`a row of ${replicas} has every ordinal in its place`, async ({ page }) => {
    test.slow();
    await open(page);
    await write(page, set(replicas, { partition: replicas / 2 }));
    await button(page, "Apply").click();
    await expect(cluster(page).locator(".seat")).toHaveCount(replicas);
    await expectBefore(page, replicas / 2);
    await handle(page).focus();
    await page.keyboard.press("ArrowRight");
    await expectBefore(page, replicas / 2 + 1);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wide).toBe(false);
  });
}
