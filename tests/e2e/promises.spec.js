// The main use cases, with a mouse in a large window and by touch on a phone.

import { expect, test } from "./fixtures.js";
import { FIRST, SECOND, arrive, button, cluster, deployment, pods, position, showPane, until, violations, why, write } from "./helpers.js";

const running = "Running, 1/1 ready";
const set = (image, partition) =>
  deployment({
    name: "db",
    spec: `  replicas: 3\n  serviceName: db\n  updateStrategy:\n    rollingUpdate:\n      partition: ${partition}`,
  })
    .replace("Deployment", "StatefulSet")
    .replace("nginx:1.27", image);
const web = (image, bounds = "") => deployment({ spec: `  replicas: 4${bounds}` }).replace("nginx:1.27", image);

/** A large window, and a mouse. */
const mouse = {
  name: "with a mouse",
  use: { viewport: { width: 1440, height: 900 } },
  press: (target) => target.click(),
  show: async () => {},
  drag: async (page, from, to) => {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 8 });
    await page.mouse.up();
  },
};

/** A phone, where one pane is shown at a time. */
const touch = {
  name: "by touch",
  use: { viewport: { width: 390, height: 844 }, hasTouch: true },
  press: (target) => target.tap(),
  show: (page, pane) => showPane(page, pane, (target) => target.tap()),
  drag: async (page, from, to) => {
    const fingers = await page.context().newCDPSession(page);
    const touches = (type, ...touchPoints) => fingers.send("Input.dispatchTouchEvent", { type, touchPoints });
    await touches("touchStart", from);
    for (let part = 1; part <= 8; part++) {
      const between = (a, b) => a + ((b - a) * part) / 8;
      await touches("touchMove", { x: between(from.x, to.x), y: between(from.y, to.y) });
    }
    // A pause before lifting the finger: after a flick, the browser treats the next tap as its end.
    await page.waitForTimeout(300);
    await touches("touchMove", to);
    await page.waitForTimeout(300);
    await touches("touchEnd");
    await fingers.detach();
  },
};

for (const { name, use, press, show, drag } of [mouse, touch]) {
  test.describe(name, () => {
    test.use(use);

    async function open(page) {
      await arrive(page);
      await show(page, "YAML");
      await expect(page.locator(".cm-editor")).toBeVisible();
    }

    /** Applies a manifest and settles. */
    async function run(page, text) {
      await show(page, "YAML");
      await write(page, text);
      await press(button(page, "Apply"));
      await settle(page);
    }

    async function settle(page) {
      await press(button(page, "Settle"));
      await expect(page.locator(".notice")).toContainText("Settled");
      await expect(button(page, "Settle")).toHaveAttribute("aria-pressed", "false");
      await show(page, "Cluster");
    }

    /** Asserts that axe finds nothing on this screen in either theme. */
    async function expectAccessible(page) {
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        expect(await violations(page), colorScheme).toEqual([]);
      }
    }

    test("a partition canary, by dragging the handle", async ({ page }) => {
      test.slow();
      await open(page);
      await run(page, set("nginx:1.27", 3));
      await run(page, set("nginx:1.28", 3));
      const seat = (number) => cluster(page).getByRole("listitem", { name: new RegExp(`^db-${number}:`) });
      const handle = cluster(page).getByRole("slider", { name: "Partition" });
      const updated = cluster(page).getByText(/^[0-3] of 3$/).first();
      await expect(updated, "the partition keeps all of them").toHaveText("0 of 3");

      /** Drags the handle to the gap before an ordinal. */
      async function to(number) {
        const grip = await handle.boundingBox();
        const goal = await seat(number).boundingBox();
        const [done] = await position(page);
        await drag(
          page,
          { x: grip.x + grip.width / 2, y: grip.y + grip.height / 2 },
          { x: goal.x + goal.width * 0.2, y: goal.y + goal.height / 2 },
        );
        await expect(handle).toHaveAttribute("aria-valuenow", String(number));
        expect((await position(page))[0], "releasing it is one step").toBe(done + 1);
      }

      const revisions = () =>
        Promise.all([0, 1, 2].map(async (number) => (await seat(number).getAttribute("aria-label")).match(/revision (\w)/)[1]));
      const [old] = await revisions();
      await to(2);
      await settle(page);
      await expect(updated).toHaveText("1 of 3");
      const canary = await revisions();
      expect(canary.slice(0, 2), "below the partition nothing is new").toEqual([old, old]);
      expect(canary[2]).not.toBe(old);
      await expectAccessible(page);
      await to(0);
      await settle(page);
      await expect(updated).toHaveText("3 of 3");
      expect(await revisions()).toEqual([canary[2], canary[2], canary[2]]);
    });

    test("undoing a broken rollout", async ({ page }) => {
      test.slow();
      await open(page);
      await run(page, web("nginx:1.27"));
      await show(page, "Console");
      const type = async (line) => {
        const field = page.getByRole("textbox", { name: "kubectl command" });
        if (!(await field.isVisible())) await press(button(page, "Console").first());
        await field.fill(line);
        await field.press("Enter");
      };
      await type("sim image nginx:oops --outcome=missing");
      await run(page, web("nginx:oops"));
      const broken = cluster(page).getByRole("listitem", { name: /^web-[^:]+: (ErrImagePull|ImagePullBackOff)/ });
      await expect(broken).toHaveCount(2);
      const gauge = cluster(page).getByRole("list", { name: "Gauges" }).getByRole("listitem").first();
      await expect(gauge, "running pods are kept").toContainText("available 3 ≥ 3");
      await expectAccessible(page);
      await show(page, "Console");
      await type("kubectl rollout undo deployment/web");
      await expect(page.getByRole("log")).toContainText("deployment.apps/web rolled back");
      await settle(page);
      await expect(broken).toHaveCount(0);
      await expect(cluster(page).getByRole("listitem", { name: /^web-[^:]+: Running, 1\/1 ready/ })).toHaveCount(4);
      await expect(gauge).toContainText(/available 4 ≥ [34]/);
    });

    // With a mouse these are covered in more detail by other stories: tutorial, branches and time.
    if (!use.hasTouch) return;

    test("the tutorial: three pods, another image, and back", async ({ page }) => {
      test.slow();
      await open(page);
      await press(button(page, "Apply"));
      await settle(page);
      await expect(pods(page, FIRST, running)).toHaveCount(3);
      const [first] = await position(page);
      await show(page, "YAML");
      await press(page.locator(".cm-line", { hasText: "nginx:1.7.9" }));
      await page.keyboard.press("End");
      for (let letter = 0; letter < "1.7.9".length; letter++) await page.keyboard.press("Backspace");
      await page.keyboard.type("1.9.1");
      await press(button(page, "Apply"));
      await settle(page);
      await expect(pods(page, SECOND, running)).toHaveCount(3);
      await expect(pods(page, FIRST)).toHaveCount(0);
      await until(
        // Back skips steps without a visible effect.
        async () => (await position(page))[0] <= first,
        () => press(button(page, "Back")),
      );
      await expect(pods(page, FIRST, running)).toHaveCount(3);
      await expect(pods(page, SECOND)).toHaveCount(0);
    });

    test("going back, choosing differently, and comparing both futures", async ({ page }) => {
      test.slow();
      await open(page);
      const time = (steps) => page.getByRole("slider", { name: "Position in time" }).fill(String(steps));
      await run(page, web("nginx:1.27"));
      const [fork] = await position(page);
      await run(page, web("nginx:1.28"));
      await time(fork);
      await run(page, web("nginx:1.28", "\n  strategy:\n    rollingUpdate:\n      maxSurge: 0\n      maxUnavailable: 1"));
      await press(button(page, "Compare"));
      const future = (number) => cluster(page).getByRole("region", { name: `Future ${number}`, exact: true });
      const [, known] = await position(page);
      await time(Math.floor((fork + known) / 2));
      for (const [number, most] of [[1, 5], [2, 4]]) {
        const gauges = future(number).getByRole("list", { name: "Gauges" }).getByRole("listitem");
        await expect(gauges.nth(0)).toContainText("≥ 3");
        await expect(gauges.nth(1)).toContainText(`≤ ${most}`);
      }
      await expectAccessible(page);
    });

    test("processing a queue item out of turn", async ({ page }) => {
      await open(page);
      await press(button(page, "Apply"));
      await show(page, "Queues");
      const waiting = page.getByRole("button", { name: /^Run now: scheduler/ });
      await until(
        async () => (await waiting.count()) === 3,
        () => press(button(page, "Step")),
      );
      await expectAccessible(page);
      const name = (await waiting.last().getAttribute("aria-label")).match(/Pod (\S+)/)[1];
      await press(waiting.last());
      await show(page, "Why");
      await expect(why(page)).toContainText(`Binding pod ${name} to node node-1`);
    });
  });
}
