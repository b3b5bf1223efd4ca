// The effect of a Kubernetes upgrade on a rollout: the same actions in both versions, compared.

import { expect, test } from "./fixtures.js";
import { button, cluster, deployment, open, violations, write } from "./helpers.js";

const SET = deployment({
  name: "db",
  spec: [
    "  replicas: 5",
    "  serviceName: db",
    "  podManagementPolicy: Parallel",
    "  updateStrategy: { rollingUpdate: { maxUnavailable: 2 } }",
  ].join("\n"),
}).replace("Deployment", "StatefulSet");

const future = (page, number) => cluster(page).getByRole("region", { name: `Future ${number}`, exact: true });
const kubectl = (page, line) => page.evaluate((line) => window.kubestep.run(line), line);

test("a Parallel StatefulSet with a broken pod rolls out under 1.37 and 1.36, side by side", async ({ page }) => {
  test.slow();
  await page.setViewportSize({ width: 1440, height: 900 });
  await open(page);
  await expect(page.getByText("Kubernetes 1.37 controllers, step by step")).toBeVisible();
  await write(page, SET);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(cluster(page)).toContainText("5 of 5");
  await kubectl(page, "sim unready db-0");
  await kubectl(page, "kubectl set image statefulset/db app=nginx:1.28");
  await button(page, "Settle").click();
  await expect(cluster(page)).toContainText("5 of 5");

  await page.keyboard.press("Escape");
  await page.locator("body").press("9");
  await page.getByRole("region", { name: "Environment" }).getByRole("button", { name: "Compare with 1.36" }).click();
  await expect(page.getByText("Kubernetes 1.36 controllers, step by step")).toBeVisible();
  await expect(future(page, 1)).toContainText("Kubernetes 1.37");
  await expect(future(page, 2)).toContainText("Kubernetes 1.36");
  const row = (number) => cluster(page).getByRole("row").nth(number);
  await expect(row(1)).not.toContainText("not complete");
  await expect(row(2), "at the same time 1.36 has not come as far").toContainText("not complete");
  await button(page, "Settle").click();
  await expect(row(2)).not.toContainText("not complete");
  const duration = async (number) => parseFloat(await row(number).getByRole("cell").first().textContent());
  expect(await duration(1), "two at a time, and the broken one immediately").toBeLessThan(await duration(2));
  // The way back.
  await page.locator("body").press("9");
  await expect(page.getByRole("button", { name: "Compare with 1.37" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
});
