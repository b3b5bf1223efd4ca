// Names: every object named on the page is one click or key away.

import { expect, test } from "./fixtures.js";
import { FIRST, button, deployment, open, pods, until, why, write } from "./helpers.js";

const region = (page, name) => page.getByRole("region", { name, exact: true });
const object = (page) => region(page, "Object");
const selected = (page) => object(page).locator(".headline");

/** Opens the page with the example's three pods running. */
async function openRunning(page) {
  await open(page);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(pods(page, FIRST, "Running, 1/1 ready")).toHaveCount(3);
}

/** Steps until the sentence says that a pod is bound. */
async function stepToBinding(page) {
  await open(page);
  await button(page, "Apply").click();
  await until(
    async () => (await why(page).locator(".headline").textContent()).includes("Binding pod"),
    () => button(page, "Step").click(),
  );
}

test("names in sentences, decisions, causes and writes select their objects", async ({ page }) => {
  await stepToBinding(page);
  const headline = why(page).locator(".headline");
  const [, pod, node] = (await headline.textContent()).match(/Binding pod (\S+) to node ([a-z0-9-]+)/);
  await headline.getByRole("button", { name: pod }).click();
  await expect(selected(page)).toHaveText(`Pod ${pod}`);
  // The focus follows.
  await expect(object(page)).toBeFocused();
  await page.keyboard.press("3");
  await headline.getByRole("button", { name: node }).click();
  await expect(selected(page)).toHaveText(`Node ${node}`);
  await page.keyboard.press("3");
  await why(page).locator(".decision .sentence").getByRole("button", { name: pod }).first().click();
  await expect(selected(page)).toHaveText(`Pod ${pod}`);
  await page.keyboard.press("3");
  await why(page).locator(".cause").getByRole("button", { name: pod }).focus();
  await page.keyboard.press("Enter");
  await expect(selected(page)).toHaveText(`Pod ${pod}`);
  await page.keyboard.press("3");
  await why(page).locator(".write").getByRole("button", { name: `Pod ${pod}` }).click();
  await expect(selected(page)).toHaveText(`Pod ${pod}`);
  await page.keyboard.press("3");
  await why(page).locator(".wakes").getByRole("button", { name: `Pod ${pod}` }).first().click();
  await expect(selected(page)).toHaveText(`Pod ${pod}`);
});

test("names in queues, events and the timeline select, while the rows keep their own actions", async ({ page }) => {
  await stepToBinding(page);
  const [, pod] = (await why(page).locator(".headline").textContent()).match(/Binding pod (\S+) to/);
  const item = region(page, "Queues").getByRole("listitem").filter({ hasText: "kubelet" }).filter({ hasText: pod });
  const way = item.getByRole("button", { name: `Pod ${pod}`, exact: true });
  const { width, height } = await way.boundingBox();
  expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
  await way.click();
  await expect(selected(page)).toHaveText(`Pod ${pod}`);
  // Both by keyboard as well: up and down through all of them.
  await way.focus();
  await page.keyboard.press("ArrowUp");
  await expect(item.getByRole("button", { name: /^Run now/ })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("3");
  await expect(why(page).locator(".who")).toHaveText(new RegExp(`^kubelet ?Pod ${pod}$`));

  await button(page, "Settle").click();
  await expect(pods(page, FIRST, "Running, 1/1 ready")).toHaveCount(3);
  const scaled = region(page, "Events").getByRole("listitem").filter({ hasText: "ScalingReplicaSet" }).first();
  await scaled.getByRole("button", { name: "Deployment nginx-deployment" }).click();
  await expect(selected(page)).toHaveText("Deployment nginx-deployment");
  await scaled.getByRole("button", { name: FIRST }).click();
  await expect(selected(page)).toHaveText(`ReplicaSet ${FIRST}`);

  const timeline = region(page, "Timeline");
  const current = timeline.locator("[aria-current=step]");
  await current.focus();
  await page.keyboard.press("ArrowUp");
  const name = timeline.locator("button.object-name:focus");
  await until(
    async () => (await name.count()) > 0,
    () => page.keyboard.press("ArrowUp"),
  );
  const key = await name.getAttribute("title");
  const step = await current.getAttribute("aria-label");
  await page.keyboard.press("Enter");
  await expect(selected(page)).toHaveText(key);
  expect(await current.getAttribute("aria-label"), "selecting does not move in time").toBe(step);
});

test("deleted objects are struck through without a link; back in time they exist", async ({ page }) => {
  await openRunning(page);
  const name = (await pods(page, FIRST).first().getAttribute("aria-label")).split(":")[0];
  await page.locator("body").press(":");
  await page.keyboard.insertText(`kubectl delete pod ${name}`);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await button(page, "Settle").click();
  await expect(pods(page, name)).toHaveCount(0);
  const killing = region(page, "Events").getByRole("listitem").filter({ hasText: "Killing" }).filter({ hasText: name });
  await expect(killing.locator("s", { hasText: `Pod ${name}` })).toHaveAttribute("title", `Pod ${name} does not exist now`);
  await expect(killing.getByRole("button", { name })).toHaveCount(0);
  await page.locator("body").press("Shift+ArrowLeft");
  await expect(region(page, "Events").getByRole("button", { name: `Pod ${name}` }).first()).toBeVisible();
});

test("a command on the timeline links to its object, and a gauge to its ReplicaSet", async ({ page }) => {
  await open(page);
  await write(page, deployment({ name: "web" }));
  await button(page, "Apply").click();
  await page.locator("body").press(":");
  await page.keyboard.insertText("kubectl scale deployment/web --replicas=3");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  const lead = why(page).locator(".headline");
  await expect(lead).toHaveText("kubectl scale deployment/web --replicas=3");
  await lead.getByRole("button", { name: "web", exact: true }).click();
  await expect(selected(page)).toHaveText("Deployment web");
});
