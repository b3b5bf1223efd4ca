// Orders of deletion: numbers on a ReplicaSet's tiles on request, and a StatefulSet's ordinals in Why.

import { expect, test } from "./fixtures.js";
import { arrive, button, cluster, open, pods, violations, why } from "./helpers.js";

const WEB = "web-[a-z0-9]+";
const kubectl = (page, line) => page.evaluate((line) => window.kubestep.run(line), line);

/** Three settled pods. */
async function openSettled(page) {
  await arrive(page);
  await kubectl(page, "kubectl create deployment web --image=nginx:1.27 --replicas=3");
  await button(page, "Settle").click();
  await expect(pods(page, WEB, "Running, 1/1 ready")).toHaveCount(3);
  // The summary comes with the end of the run, and moves what is below it.
  await expect(page.locator(".notice")).toContainText("Complete in ");
}

for (const [how, hasTouch, press] of [
  ["by mouse", false, (target) => target.click()],
  ["by touch", true, (target) => target.tap()],
  [
    "by keyboard",
    false,
    async (target) => {
      await target.focus();
      await target.press("Enter");
    },
  ],
]) {
  test.describe(how, () => {
    test.use(hasTouch ? { hasTouch, viewport: { width: 390, height: 844 } } : {});

    test("a ReplicaSet numbers its pods by their order of deletion", async ({ page }) => {
      await openSettled(page);
      const order = cluster(page).getByRole("button", { name: "Deletion order", exact: true });
      await expect(order).toHaveAttribute("aria-pressed", "false");
      await press(order);
      await expect(order).toHaveAttribute("aria-pressed", "true");
      const next = cluster(page).getByRole("listitem", { name: /, next to be deleted$/ });
      await expect(next).toHaveCount(1);
      await expect(cluster(page).getByRole("listitem", { name: /, number 3 in the deletion order$/ })).toHaveCount(1);
      await expect(cluster(page).locator(".goes-mark")).toHaveCount(3);
      expect(await violations(page)).toEqual([]);
      // A deletion cost protects the pod, and another one is marked immediately.
      const first = (await next.getAttribute("aria-label")).split(":")[0];
      await kubectl(page, `kubectl annotate pod ${first} controller.kubernetes.io/pod-deletion-cost=1`);
      const second = (await next.getAttribute("aria-label")).split(":")[0];
      expect(second).not.toBe(first);
      await kubectl(page, "kubectl scale deployment/web --replicas=2");
      await button(page, "Settle").click();
      await expect(pods(page, WEB)).toHaveCount(2);
      await expect(cluster(page).getByRole("listitem", { name: new RegExp(`^${second}:`) })).toHaveCount(0);
      await press(order);
      await expect(cluster(page).locator(".goes-mark")).toHaveCount(0);
    });
  });
}

const SET = `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  replicas: 4
  serviceName: db
  updateStrategy: { rollingUpdate: { partition: 1 } }
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      containers:
        - name: app
          image: nginx:1.27
`;

test("Why lists a StatefulSet's ordinals in descending order, with what each waits for", async ({ page }) => {
  await open(page);
  await page.evaluate((text) => window.kubestep.run(`kubectl apply -f - <<'EOF'\n${text}EOF`), SET);
  await button(page, "Settle").click();
  await expect(page.locator(".notice")).toContainText("Complete in ");
  await kubectl(page, "kubectl set image statefulset/db app=nginx:1.28");
  const rows = why(page).getByRole("table").getByRole("row");
  for (let press = 0; press < 5 && (await rows.count()) === 0; press++) await button(page, "Step").click();
  await expect(rows).toHaveText([
    /^Pod/,
    /^db-3.*deleted by this step, to be created again from the update revision$/,
    /^db-2.*waits until db-3 is updated and available$/,
    /^db-1.*waits until db-2 is updated and available$/,
    /^db-0.*not updated: below the partition 1$/,
  ]);
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "中文" }).click();
  await expect(page.getByRole("table").getByRole("row").nth(2)).toHaveText(/^db-2.*等待 db-3 完成更新并可用$/);
});
