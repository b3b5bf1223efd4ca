// The end of a run: its result, the decisive step, suggested commands, and the next timer.

import { expect, test } from "./fixtures.js";
import { button, deployment, open, pods, position, violations, why, write } from "./helpers.js";

const notice = (page) => page.locator(".notice");

/** Runs the tutorial's three pods, then applies another image. */
async function update(page, image) {
  await open(page);
  await write(page, deployment({ spec: "  replicas: 3" }));
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(notice(page)).toContainText("Settled after");
  await write(page, deployment({ spec: "  replicas: 3" }).replace("nginx:1.27", image));
  await button(page, "Apply").click();
}

for (const [how, run] of [
  ["Settle", async (page) => button(page, "Settle").click()],
  [
    "Play",
    async (page) => {
      await page.getByRole("combobox", { name: "Speed" }).selectOption("100× clock");
      await button(page, "Play").click();
    },
  ],
]) {
  test(`${how} ends at the step that completed the rollout, with its duration and cost`, async ({ page }) => {
    await update(page, "nginx:1.28");
    await run(page);
    await expect(notice(page)).toContainText("Complete in 10.5 s; never fewer than 3 available.", { timeout: 20_000 });
    await expect(page.locator("p[role=status]")).toContainText("Complete in 10.5 s; never fewer than 3 available.");
    await expect(why(page)).toContainText("All 3 pods are updated and available: the rollout is complete.");
    // The cluster shows the present, in which the old pods are gone.
    const [done, known] = await position(page);
    expect(done).toBe(known);
    await expect(pods(page, "web-[a-z0-9]+")).toHaveCount(3);
    await expect(why(page)).toContainText(`The cluster is shown as it is now, at step ${done}.`);
    await expect(notice(page).getByRole("button")).toHaveText(/^The progress deadline ends in /);
    expect(await violations(page)).toEqual([]);
  });
}

test("from the decisive step, one click goes there and another one explains the last step", async ({ page }) => {
  await update(page, "nginx:1.28");
  await button(page, "Settle").click();
  const last = why(page).getByRole("button", { name: /^Explain step \d+ instead$/ });
  await last.focus();
  await page.keyboard.press("Enter");
  const [done] = await position(page);
  await expect(why(page)).toContainText(`Step ${done}`);
  await expect(last).toHaveCount(0);
  await button(page, "Settle").click();
  const there = why(page).getByRole("button", { name: /^Go to step \d+$/ });
  const number = Number((await there.textContent()).match(/\d+/)[0]);
  expect(number).toBeLessThan(done);
  await there.click();
  expect((await position(page))[0]).toBe(number);
  await expect(why(page)).toContainText("the rollout is complete");
});

test("a mistyped image is stuck, and clicking the right tag completes the rollout", async ({ page }) => {
  await update(page, "nginx:1.91");
  await button(page, "Settle").click();
  await expect(notice(page)).toContainText(/Stuck since t\+[\d.]+ s: pod [a-z0-9]{5} has ErrImagePull; progress deadline in 9 min 5/);
  await expect(why(page)).toContainText("nginx has no tag 1.91");
  await expect(notice(page).getByRole("button")).toHaveText(/^The kubelet pulls the image again in /);
  await expect(button(page, "kubectl rollout undo deployment/web")).toBeVisible();
  await button(page, "kubectl set image deployment/web app=nginx:1.9.1").click();
  await button(page, "Settle").click();
  await expect(notice(page)).toContainText("Complete in ");
  await expect(pods(page, "web-[a-z0-9]+", "Running, 1/1 ready")).toHaveCount(3);
});

test("the result is shown in Chinese as well", async ({ page }) => {
  await update(page, "nginx:1.91");
  await button(page, "Settle").click();
  await page.getByRole("button", { name: "中文" }).click();
  await expect(notice(page)).toContainText(/卡住（自 t\+[\d.]+ s 起）：Pod [a-z0-9]{5} 处于 ErrImagePull；距进度期限/);
});
