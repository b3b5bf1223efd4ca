// Two futures, and the partition of a StatefulSet: what is tried out stays beside what was.

import { expect, test } from "./fixtures.js";
import { FIRST, button, cluster, deployment, open, pods, position, write } from "./helpers.js";

const set = deployment({ name: "db", spec: "  replicas: 3\n  serviceName: db" }).replace("Deployment", "StatefulSet");

test("acting in the past keeps the other future: compared at the same time, and taken up again", async ({ page }) => {
  await open(page);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(pods(page, FIRST, "Running, 1/1 ready")).toHaveCount(3);
  const [, known] = await position(page);
  await page.getByRole("slider", { name: "Position in time" }).fill("1");
  await write(page, deployment({ name: "nginx-deployment", spec: "  replicas: 5" }).replaceAll("app: nginx-deployment", "app: nginx"));
  await button(page, "Apply").click();
  await expect(page.getByText(/are kept as the other future/)).toBeVisible();
  await button(page, "Settle").click();
  const first = cluster(page).getByRole("list", { name: "Gauges" }).getByRole("listitem").first();
  await expect(first).toHaveText(/^available 5 ≥ 4 holds ?other future 3 ≥ 3 at limit$/);

  const other = page.getByRole("button", { name: /^Go to the other future \(\d+ steps from step 1\)$/ });
  await other.focus();
  await page.keyboard.press("Enter");
  expect(await position(page)).toEqual([1, known]);
  await page.locator(".pane-head").first().click();
  await page.locator("body").press("End");
  await expect(pods(page, FIRST, "Running, 1/1 ready")).toHaveCount(3);
});

test("the partition's handle is a patch on the timeline, by keyboard as well", async ({ page }) => {
  await open(page);
  await write(page, set);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(cluster(page)).toContainText("3 of 3");
  const handle = cluster(page).getByRole("slider", { name: "Partition" });
  await expect(handle).toHaveAttribute("aria-valuetext", "partition 0: pods from number 0 on are updated");
  await handle.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(handle).toHaveAttribute("aria-valuetext", "partition 2: pods from number 2 on are updated");
  await expect(page.getByRole("region", { name: "Timeline" })).toContainText("kubectl patch statefulset db");
  await write(page, set.replace("nginx:1.27", "nginx:1.28").replace("  replicas: 3", "  replicas: 3\n  updateStrategy:\n    rollingUpdate:\n      partition: 2"));
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(cluster(page)).toContainText("1 of 3");
});
