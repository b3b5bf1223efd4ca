// Which pod a ReplicaSet deletes, and why: its candidates in order.

import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "./fixtures.js";
import { FIRST, button, open, pods, why, write } from "./helpers.js";

test("Why ranks the candidates of a step, and marks the deciding criterion", async ({ page }) => {
  await open(page);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(pods(page, FIRST, "Running, 1/1 ready")).toHaveCount(3);
  await write(page, (await page.locator(".cm-content").innerText()).replace("replicas: 3", "replicas: 2"));
  await button(page, "Apply").click();
  for (let press = 0; press < 2; press++) await button(page, "Step").click();
  await expect(why(page)).toContainText("The ReplicaSet wants 2 pods and has 3: deleting 1.");
  const table = why(page).getByRole("table");
  const rows = table.getByRole("row");
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(1)).toContainText("deleted");
  await expect(rows.nth(2)).not.toContainText("deleted");
  // The pod being terminated is the first one in the table.
  const gone = (await pods(page, FIRST, "Terminating").getAttribute("aria-label")).split(":")[0];
  await expect(rows.nth(1)).toContainText(gone.split("-").pop());
  // They became ready at the same time, so only the uid distinguishes them; the last one has no successor.
  await expect(rows.nth(1)).toContainText("which is random");
  await expect(rows.nth(3).getByRole("cell").first()).toHaveText("");
  await expect(why(page).getByRole("link", { name: "controller_utils.go ActivePodsWithRanks" })).toBeVisible();
  const parts = await why(page).getByRole("heading", { level: 3 }).allTextContents();
  expect(parts.slice(0, 3).map((part) => part.slice(0, 10))).toEqual(["Decided", "Which pods", "Flow chart"]);
  const { violations } = await new AxeBuilder({ page }).include(".candidates").analyze();
  expect(violations).toEqual([]);
});
