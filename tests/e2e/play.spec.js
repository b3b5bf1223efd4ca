// Playing by the clock or by steps.

import { expect, test } from "./fixtures.js";
import { FIRST, button, deployment, open, pods, position, write } from "./helpers.js";

const speed = (page) => page.getByRole("combobox", { name: "Speed" });
const chosen = (page) => speed(page).locator("option:checked");
const clock = (page) => page.locator(".position .now");

/** The cluster's clock in milliseconds. */
async function millis(page) {
  const [, minutes = 0, seconds] = (await clock(page).textContent()).match(/^t\+(?:(\d+):)?([\d.]+)/);
  return (Number(minutes) * 60 + Number(seconds)) * 1_000;
}

/** Plays to the end; returns the duration in milliseconds of the browser's clock. */
function played(page) {
  return page.evaluate(async () => {
    const play = [...document.querySelectorAll(".buttons .control")].at(-1);
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const begun = performance.now();
    play.click();
    do await frame();
    while (play.getAttribute("aria-pressed") === "true");
    return performance.now() - begun;
  });
}

for (const rate of [1, 20]) {
  test(`at ${rate}× the tutorial takes as long as on the cluster's clock`, async ({ page }) => {
    await open(page);
    await speed(page).selectOption(`${rate}× clock`);
    await button(page, "Apply").click();
    const took = await played(page);
    await expect(pods(page, FIRST, "Running, 1/1 ready")).toHaveCount(3);
    const due = (await millis(page)) / rate;
    expect(due).toBeGreaterThan(100);
    // The steps of the last instant are spread over 400 ms; the rest is for a machine busy with other stories.
    expect(took).toBeGreaterThanOrEqual(due);
    expect(took).toBeLessThan(due + 400 + 1_000);
  });
}

test("the clock runs while nothing happens, without extra steps", async ({ page }) => {
  await open(page);
  await button(page, "Apply").click();
  await button(page, "Play").click();
  // Pulling images takes seconds.
  await expect(pods(page, FIRST, "ContainerCreating")).toHaveCount(3);
  const seen = await page.evaluate(async () => {
    const text = (selector) => document.querySelector(selector).textContent;
    const seen = new Map();
    for (let frame = 0; frame < 60; frame++) {
      await new Promise((done) => requestAnimationFrame(done));
      const at = text(".position .at");
      if (!seen.has(at)) seen.set(at, new Set());
      seen.get(at).add(text(".position .now"));
      // Sufficient: on a slow machine the rollout ends before all frames.
      if (seen.get(at).size > 4) break;
    }
    return [...seen.values()].map((times) => times.size);
  });
  expect(Math.max(...seen)).toBeGreaterThan(4);
  await button(page, "Pause").click();
  const [done] = await position(page);
  await expect(page.getByRole("region", { name: "Timeline" }).locator("[aria-current=step]")).toHaveAccessibleName(
    new RegExp(`^${done} `),
  );
});

test("the keys − and + change the speed of both units", async ({ page }) => {
  await open(page);
  await expect(chosen(page)).toHaveText("1× clock");
  await page.keyboard.press("Escape");
  await page.locator("body").press("+");
  await expect(chosen(page)).toHaveText("5× clock");
  await page.locator("body").press("-");
  await page.locator("body").press("-");
  await expect(chosen(page)).toHaveText("1× clock");
  await speed(page).selectOption("4 steps/s");
  await button(page, "Apply").focus();
  await page.keyboard.press("+");
  await expect(chosen(page)).toHaveText("8 steps/s");
  await page.keyboard.press("-");
  await page.keyboard.press("-");
  await expect(chosen(page)).toHaveText("2 steps/s");
});

test("playing can switch to steps while it plays", async ({ page }) => {
  await open(page);
  // Enough pods for it to still be playing when checked.
  await write(page, deployment({ spec: "  replicas: 60" }));
  await button(page, "Apply").click();
  await button(page, "Play").click();
  await speed(page).selectOption("64 steps/s");
  await expect(button(page, "Pause")).toHaveAttribute("aria-pressed", "true");
  await expect(pods(page, "web-[a-z0-9]+", "Running, 1/1 ready")).toHaveCount(60, { timeout: 30_000 });
  await expect(button(page, "Play")).toHaveAttribute("aria-pressed", "false");
  await expect(page.locator(".notice .outcome")).toContainText("Complete");
});

test("Step never moves under the pointer, whatever message is shown", async ({ page }) => {
  await open(page);
  const step = button(page, "Step");
  const notice = page.locator(".notice");
  const place = () => step.boundingBox();
  const first = await place();
  await step.click();
  await expect(notice).toContainText("Apply a manifest first");
  expect(await place()).toEqual(first);
  await button(page, "Apply").click();
  await step.click();
  await expect(notice).not.toContainText("Apply a manifest first");
  expect(await place()).toEqual(first);
  await button(page, "Settle").click();
  await expect(notice).toContainText("Settled after");
  await expect(notice.getByRole("button")).toHaveText(/^The progress deadline ends in /);
  expect(await place()).toEqual(first);
  await button(page, "Back").click();
  await expect(notice).not.toContainText("Settled after");
  expect(await place()).toEqual(first);
});

test("one button at a time is the suggested one", async ({ page }) => {
  await open(page);
  const first = page.locator(".primary:visible");
  await expect(first).toHaveText("Watch a rolling update");
  await write(page, deployment());
  await expect(first).toHaveText("Apply");
  await button(page, "Apply").click();
  await expect(first).toHaveText("Step");
  await write(page, deployment({ name: "other" }));
  await expect(first).toHaveText("Apply");
});

const AUTOSCALER = `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  maxReplicas: 5
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  metrics:
    - type: Resource
      resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } }
`;

test("after settling, the page shows the autoscaler's next sync, and one click goes there", async ({ page }) => {
  await open(page);
  await write(page, deployment() + AUTOSCALER);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  const next = page.locator(".notice").getByRole("button", { name: /^The autoscaler looks again in / });
  await expect(next).toBeVisible();
  const before = await millis(page);
  const [done] = await position(page);
  await next.click();
  await expect(next).toBeVisible();
  expect(await millis(page)).toBeGreaterThan(before);
  const steps = page.getByRole("region", { name: "Timeline" }).getByRole("button", { name: /autoscaler/ });
  await expect(steps.last()).toBeVisible();
  expect((await position(page))[0]).toBeGreaterThan(done);
});

test("the first Tab stop skips to the controls", async ({ page }) => {
  await open(page);
  await page.keyboard.press("Tab");
  await expect(button(page, "Go to the controls")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(button(page, "Step")).toBeFocused();
});

test("the curves behind the slider show both revisions of a rolling update and both user actions", async ({ page }) => {
  await open(page);
  for (const image of ["nginx:1.27", "nginx:1.28"]) {
    await write(page, deployment().replace("nginx:1.27", image));
    await button(page, "Apply").click();
    await button(page, "Settle").click();
    await expect(page.locator(".notice")).toContainText("Settled after");
  }
  const map = page.locator(".map");
  await expect(map.locator("path.pods")).toHaveCount(2);
  await expect(map.locator("path.did")).toHaveCount(2);
  await expect(map.locator("path.fault, path.bug")).toHaveCount(0);
  // As wide as the number of steps.
  const [, known] = await position(page);
  await expect(map.locator("svg.curves")).toHaveAttribute("viewBox", new RegExp(`^0 0 ${known} `));
  const legend = page.locator(".curve-legend summary");
  await legend.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("available pods", { exact: true })).toBeVisible();
});
