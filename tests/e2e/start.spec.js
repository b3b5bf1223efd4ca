// The first minute: the start screen by mouse, touch and keyboard.

import { expect, test } from "./fixtures.js";
import { applied, arrive, button, cluster, deployment, manifests, open, position, violations, write } from "./helpers.js";

const SCENARIOS = ["Watch a rolling update", "StatefulSet canary", "Broken image and undo"];

const callout = (page, name) => cluster(page).getByRole("complementary", { name });

/** Milliseconds of the page's clock from a click until a pod is drawn. */
async function untilMotion(page, press) {
  await page.evaluate(() => {
    window.moved = new Promise((done) => {
      let pressed;
      addEventListener("pointerdown", (event) => (pressed = event.timeStamp), { once: true, capture: true });
      const seen = () => document.querySelectorAll(".cluster .pod").length > 3;
      const look = () => (seen() ? done(performance.now() - pressed) : requestAnimationFrame(look));
      look();
    });
  });
  await press();
  return page.evaluate(() => window.moved);
}

test("one click plays a rolling update, which pauses at the first deletion and explains it", async ({ page }) => {
  await open(page);
  const took = await untilMotion(page, () => button(page, SCENARIOS[0]).click());
  expect(took, "milliseconds from the click to the new pod").toBeLessThanOrEqual(1500);
  const said = callout(page, SCENARIOS[0]);
  await expect(said).toContainText("4 pods are available and 3 must be, so 1 old pod may go.", { timeout: 20_000 });
  const [, pod] = (await said.textContent()).match(/It is ([a-z0-9]{5}):/);
  await expect(cluster(page).getByRole("listitem", { name: new RegExp(`-${pod}: Terminating`) })).toHaveCount(1);
  expect(await violations(page)).toEqual([]);
  const [at] = await position(page);
  await page.waitForTimeout(300);
  expect((await position(page))[0], "it is paused").toBe(at);
  await button(page, "Continue").click();
  await expect(said).toContainText("All 3 pods run the new image.", { timeout: 40_000 });
});

/** Presses Tab until an element has the focus. */
async function tabTo(page, target) {
  for (let stop = 0; stop < 60; stop++) {
    await page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error("it is not a tab stop");
}

for (const name of SCENARIOS) {
  test(`${name} plays to its end by mouse`, async ({ page }) => {
    test.slow();
    await open(page);
    await button(page, name).click();
    const goOn = button(page, "Continue");
    for (let pause = 0; pause < 5; pause++) {
      await expect(callout(page, name)).toHaveClass(/says/, { timeout: 40_000 });
      if ((await goOn.count()) === 0) break;
      await goOn.click();
    }
    await expect(callout(page, name)).toContainText(/all|previous template/i);
    await expect(goOn).toHaveCount(0);
  });

  test(`${name} plays to its end by keyboard only`, async ({ page }) => {
    test.slow();
    await open(page);
    await expect(button(page, name)).toBeVisible();
    await tabTo(page, button(page, name));
    await page.keyboard.press("Enter");
    // Faster, with its shortcut, which does not take over.
    const goOn = button(page, "Continue");
    for (let pause = 0; pause < 5; pause++) {
      await page.keyboard.press("+");
      await expect(callout(page, name)).toHaveClass(/says/, { timeout: 40_000 });
      if ((await goOn.count()) === 0) break;
      await goOn.focus();
      await page.keyboard.press("Space");
    }
    await expect(callout(page, name)).toContainText(/all|previous template/i);
    await expect(goOn).toHaveCount(0);
  });
}

test("any user action takes over, and the start screen is one click away without losing anything", async ({ page }) => {
  await open(page);
  const own = "# mine\n";
  await write(page, own);
  await button(page, SCENARIOS[0]).click();
  await button(page, "Step").click();
  await expect(callout(page, SCENARIOS[0])).toContainText("You have taken over");
  const [, known] = await position(page);
  await page.getByRole("banner").getByRole("button", { name: /^kubestep/ }).click();
  await expect(button(page, SCENARIOS[0])).toBeVisible();
  await expect(manifests(page)).toContainText(own.trim());
  expect(await position(page)).toEqual([0, known]);
  await page.keyboard.press("End");
  expect(await position(page)).toEqual([known, known]);
});

test("the start screen is accessible, with one suggested button", async ({ page }) => {
  await open(page);
  expect(await violations(page)).toEqual([]);
  await expect(page.locator(".start .primary")).toHaveCount(1);
});

for (const [way, choose] of [
  ["by mouse", (page, target) => target.click()],
  ["by keyboard alone", async (page, target) => {
    await tabTo(page, target);
    await page.keyboard.press("Enter");
  }],
]) {
  test(`Paste your own leads to the editor and from there into the cluster ${way}`, async ({ page }) => {
    await open(page);
    await choose(page, button(page, "Paste your own"));
    await expect(manifests(page)).toBeFocused();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.insertText(deployment({ name: "mine" }));
    if (way === "by mouse") await button(page, "Apply").click();
    else await page.keyboard.press("ControlOrMeta+Enter");
    await expect(applied(page, "deployment.apps/mine created")).toBeVisible();
    await expect(cluster(page).getByRole("article", { name: "Deployment mine" })).toBeVisible();
  });
}

test.describe("by touch", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  for (const name of SCENARIOS) {
    test(`${name} plays to its end`, async ({ page }) => {
      test.slow();
      await arrive(page);
      await button(page, name).tap();
      const goOn = button(page, "Continue");
      for (let pause = 0; pause < 5; pause++) {
        await expect(callout(page, name)).toHaveClass(/says/, { timeout: 40_000 });
        if ((await goOn.count()) === 0) break;
        await goOn.tap();
      }
      await expect(callout(page, name)).toContainText(/all|previous template/i);
    });
  }

  test("Paste your own leads to the editor", async ({ page }) => {
    await arrive(page);
    await button(page, "Paste your own").tap();
    await expect(manifests(page)).toBeFocused();
  });
});
