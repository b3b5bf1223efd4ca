// The rail of a StatefulSet: numbers in their places, claims that stay, and the handle between them.

import { expect, test } from "./fixtures.js";
import { CLAIMS, button, cluster, deployment, open, position, violations, write } from "./helpers.js";

/** A StatefulSet `db`; all at once, so that many pods do not take many steps. */
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

/** Applies it, and lets it come to rest. */
async function run(page, text) {
  await write(page, text);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(cluster(page).getByText("ready").first()).toBeVisible();
  await expect(button(page, "Settle")).toHaveAttribute("aria-pressed", "false");
}

/** Checks that the handle stands in the gap before a number; where the row ends there, at that end. */
async function expectBefore(page, number) {
  const { x, y, width, height } = await handle(page).boundingBox();
  const middle = x + width / 2;
  const behind = await seat(page, number).boundingBox();
  const before = number > 0 ? await seat(page, number - 1).boundingBox() : null;
  const wraps = before && before.y < behind.y;
  const next = wraps ? before : behind;
  const edge = wraps ? before.x + before.width : behind.x;
  expect(y + height / 2, `the handle is in the row of ${number}`).toBeCloseTo(next.y + next.height / 2, 0);
  expect(Math.abs(middle - edge), `the handle is at ${number}`).toBeLessThan(10);
  if (before) expect(middle, `the handle is behind ${number - 1}`).toBeGreaterThan(before.x + before.width);
  if (!wraps) expect(middle, `the handle is before ${number}`).toBeLessThan(behind.x);
}

for (const [width, height] of [[1440, 900], [390, 844]]) {
  test(`the partition handle stands between the ordinals it separates, ${width} wide`, async ({ page }) => {
    await open(page);
    await run(page, set(5, { partition: 2 }));
    await page.setViewportSize({ width, height });
    await expectBefore(page, 2);
    await handle(page).focus();
    await page.keyboard.press("ArrowLeft");
    await expect(handle(page)).toHaveAttribute("aria-valuenow", "1");
    await expect(handle(page), "it keeps the keyboard").toBeFocused();
    await expectBefore(page, 1);
    await page.keyboard.press("Home");
    await expectBefore(page, 0);
    const [done] = await position(page);

    const grip = await handle(page).boundingBox();
    await page.mouse.move(grip.x + grip.width / 2, grip.y + 28);
    await page.mouse.down();
    const goal = await seat(page, 3).boundingBox();
    await page.mouse.move(goal.x + goal.width * 0.3, goal.y + 28, { steps: 8 });
    await expect(handle(page)).toHaveAttribute("aria-valuetext", "partition 3: pods from ordinal 3 on are updated");
    expect((await position(page))[0], "nothing happens before it is let go").toBe(done);
    await page.mouse.up();
    await expectBefore(page, 3);
    expect((await position(page))[0], "letting it go is one step").toBe(done + 1);
    await page.locator("body").press("Shift+ArrowLeft");
    await expect(handle(page)).toHaveAttribute("aria-valuenow", "0");
  });
}

test("a claim stays in its place when its pod goes, and waits for it", async ({ page }) => {
  await open(page);
  await run(page, set(3, { more: CLAIMS }));
  await expect(seat(page, 2)).toHaveAccessibleName(/^db-2: Running.*, claim data-db-2 Bound$/);
  const claim = seat(page, 2).getByRole("button", { name: "data-db-2" });
  await expect(claim).toHaveText("data-db-2Bound");
  const { y, height } = await claim.boundingBox();
  const lines = await Promise.all(["span", "small"].map((line) => claim.locator(line).boundingBox()));
  const above = lines[0].y - y;
  const below = y + height - lines[1].y - lines[1].height;
  expect(Math.abs(above - below), "its lines stand in the middle").toBeLessThan(2);
  await run(page, set(1, { more: CLAIMS }));
  await expect(seat(page, 2)).toHaveAccessibleName("db-2: no pod, claim data-db-2 Bound (waits for its pod)");
  const places = await Promise.all([0, 1, 2].map((number) => seat(page, number).boundingBox()));
  expect(places.map(({ y }) => y)).toEqual(Array(3).fill(places[0].y));
  await seat(page, 2).getByRole("button", { name: "data-db-2" }).click();
  await expect(page.getByRole("region", { name: "Object" })).toContainText("kind: PersistentVolumeClaim");
  expect(await violations(page)).toEqual([]);
});

for (const replicas of [20, 1_000]) {
  test(`a rail of ${replicas} has every number in its place`, async ({ page }) => {
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
