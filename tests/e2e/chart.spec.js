// The flow chart of each controller, and the links between its numbers and their fields.

import { expect, test } from "./fixtures.js";
import { button, cluster, deployment, manifests, open, until, why, write } from "./helpers.js";

const bounds = "  replicas: 10\n  strategy:\n    rollingUpdate:\n      maxSurge: 25%\n      maxUnavailable: 2";

/** A rollout of ten pods, at the step in which the controller first computes how many old ones it can remove. */
async function roll(page) {
  await open(page);
  await write(page, deployment({ spec: bounds }));
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(cluster(page)).toContainText("10 of 10");
  await write(page, deployment({ spec: bounds }).replace("nginx:1.27", "nginx:1.28"));
  await button(page, "Apply").click();
  await until(
    async () => (await lit(page, "deployment/may-scale-down").count()) > 0,
    () => button(page, "Step").click(),
  );
}

const chart = (page) => why(page).getByRole("img", { name: /^Flow chart of / });
const lit = (page, branch) => chart(page).locator(`.node.lit[data-branch="${branch}"]`);
const formula = (page) => why(page).locator(".decision", { hasText: "maxScaledDown = " });
const litLine = (page) => page.locator(".cm-line.cm-lit");

test("every decision of a step is highlighted in the chart with its numbers", async ({ page }) => {
  await roll(page);
  await expect(chart(page)).toHaveAccessibleName(/deployment-controller/);
  await expect(lit(page, "deployment/may-scale-down")).toContainText("maxScaledDown = 13 − 8 − 3 = 2");
  const decided = await why(page).locator(".decision").count();
  await expect(chart(page).locator(".node.lit")).toHaveCount(decided);
  await expect(why(page).locator(".decision").first().locator(".order")).toHaveText("1");
});

test.describe("in a large window", () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  test("the chart of each step shows the decisions without manual scrolling, and completely on request", async ({ page }) => {
    await roll(page);
    await expect(why(page).locator(".decision").first(), "the decisions come first").toBeInViewport();
    const view = why(page).getByRole("group", { name: "Flow chart" });
    await view.scrollIntoViewIfNeeded();
    await expect(chart(page).locator(".node.lit.main")).toBeInViewport();
    const part = (await view.boundingBox()).height;
    await button(page, "Whole chart").click();
    await expect(button(page, "Whole chart")).toHaveAttribute("aria-pressed", "true");
    expect((await view.boundingBox()).height).toBeGreaterThan(2 * part);
  });
});

test("hovering over a number highlights its field", async ({ page }) => {
  await roll(page);
  const number = formula(page).locator(".numbers").getByRole("button", { name: "8", exact: true });
  await number.hover();
  await expect(litLine(page)).toHaveText("      maxUnavailable: 2");
  await chart(page).hover();
  await expect(litLine(page)).toHaveCount(0);
});

test("focusing a number highlights its field, and Enter goes there", async ({ page }) => {
  await roll(page);
  const number = formula(page).locator(".numbers").getByRole("button", { name: "8", exact: true });
  await number.focus();
  await expect(litLine(page)).toHaveText("      maxUnavailable: 2");
  await page.keyboard.press("Enter");
  await expect(manifests(page)).toBeFocused();
  await expect(page.locator(".cm-activeLine")).toHaveText("      maxUnavailable: 2");
});

test("the cursor at a field highlights the numbers that come from it", async ({ page }) => {
  await roll(page);
  const eight = formula(page).locator(".numbers").getByRole("button", { name: "8", exact: true });
  await expect(eight).not.toHaveClass(/lit/);
  await page.locator(".cm-line", { hasText: "maxUnavailable" }).click();
  await expect(eight).toHaveClass(/lit/);
  await page.locator(".cm-line", { hasText: "kind: Deployment" }).click();
  await expect(eight).not.toHaveClass(/lit/);
});

test("a number that comes from no manifest links to its object", async ({ page }) => {
  await roll(page);
  const total = formula(page).locator(".numbers").getByRole("button", { name: "13", exact: true });
  await expect(total).toHaveAccessibleDescription(/total: ReplicaSet web-\S+ spec\.replicas, ReplicaSet web-\S+ spec\.replicas/);
  await total.focus();
  await expect(litLine(page)).toHaveCount(0);
  const set = cluster(page).getByRole("group", { name: /^ReplicaSet web-/ });
  const outlined = (element) => getComputedStyle(element).outlineStyle;
  const styles = await Promise.all((await set.all()).map((one) => one.evaluate(outlined)));
  expect(styles.filter((style) => style === "solid")).toHaveLength(1);
});

test("the chart is available in Chinese", async ({ page }) => {
  await roll(page);
  await page.getByRole("button", { name: "简体中文" }).click();
  const chinese = page.getByRole("img", { name: "deployment-controller 的流程图：这一步走过的路径高亮显示" });
  await expect(chinese.locator('.node.lit[data-branch="deployment/may-scale-down"]')).toContainText("最多可删");
});

test("the controller's next timer is shown", async ({ page }) => {
  await roll(page);
  await expect(why(page)).toContainText("Next sync");
  await expect(why(page)).toContainText(/It is in the queue again, because ReplicaSet web-\S+ was created\./);
});
