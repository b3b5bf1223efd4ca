// A stuck rollout is recognizable, explains why and since when, and each of its buttons unblocks it; and users
// decide which tags exist.

import { expect, test } from "./fixtures.js";
import { button, cluster, open, until } from "./helpers.js";

const kubectl = (page, line) => page.evaluate((line) => window.kubestep.run(line), line);
const standing = (page) => cluster(page).locator(".standing");
const environment = (page) => page.getByRole("region", { name: "Environment", exact: true });
const outcome = (page, image, what) =>
  environment(page).getByRole("group", { name: `${image}: Outcome` }).getByRole("button", { name: what });
const TAG_EXISTS = "This tag exists in my registry";

/** Settles. */
async function settle(page) {
  await button(page, "Settle").click();
  await expect(button(page, "Settle")).toHaveAttribute("aria-pressed", "false");
}

/** The tutorial's typo: 1.91 for 1.9.1. */
async function mistype(page) {
  await open(page);
  await kubectl(page, "kubectl create deployment web --image=nginx:1.9.1 --replicas=3");
  await settle(page);
  await expect(standing(page)).toContainText("Complete");
  await kubectl(page, "kubectl set image deployment/web nginx=nginx:1.91");
  await settle(page);
  await expect(standing(page)).toHaveClass(/stuck/);
}

/** Continues past timers until the rollout is complete. */
async function complete(page) {
  const next = page.locator(".notice .next");
  await until(
    async () => (await standing(page).innerText()).startsWith("Complete"),
    async () => {
      if (await next.count()) await next.click();
      else await settle(page);
    },
  );
}

const images = async (page) => {
  const { stdout } = await kubectl(page, "kubectl get pods -o jsonpath='{.items[*].spec.containers[*].image}'");
  return [...new Set(stdout.trim().split(" "))];
};

test("a stuck rollout shows what blocks it, since when, and its deadline", async ({ page }) => {
  await mistype(page);
  await expect(standing(page)).toContainText(
    /^Stuck since t\+[\d.:]+( s)?: pod [a-z0-9]{5} has (ErrImagePull|ImagePullBackOff); progress deadline in \d+ min/,
  );
  // The old pods keep serving, as the page shows.
  await expect(cluster(page).locator(".bar-available")).toContainText("3 ≥ 3");
});

for (const [name, left, press] of [
  [TAG_EXISTS, "nginx:1.91", (page, way) => way.click()],
  ["kubectl set image deployment/web nginx=nginx:1.9.1", "nginx:1.9.1", (page, way) => way.click()],
  ["kubectl rollout undo deployment/web", "nginx:1.9.1", async (page, way) => {
    await way.focus();
    await page.keyboard.press("Enter");
  }],
]) {
  test(`pressing "${name}" unblocks a stuck rollout`, async ({ page }) => {
    await mistype(page);
    await press(page, standing(page).getByRole("button", { name }));
    await complete(page);
    await expect(standing(page)).not.toContainText("Stuck");
    expect(await images(page)).toEqual([left]);
    await expect(cluster(page).locator(".bar-available")).toContainText("available 3 ≥ 3");
  });
}

test("in Environment one click declares that an unknown tag exists, or that a known one does not", async ({ page }) => {
  await mistype(page);
  await page.locator("body").press("9");
  await expect(outcome(page, "nginx:1.91", "does not exist")).toHaveAttribute("aria-pressed", "true");
  await expect(environment(page)).toContainText("nginx has no tag 1.91 in the catalogue of well-known images.");
  await environment(page).getByRole("button", { name: TAG_EXISTS }).click();
  await expect(outcome(page, "nginx:1.91", "runs")).toHaveAttribute("aria-pressed", "true");
  await expect(environment(page).getByRole("button", { name: TAG_EXISTS })).toHaveCount(0);
  await page.locator("body").press("2");
  await complete(page);
  expect(await images(page)).toEqual(["nginx:1.91"]);

  // A known tag may also be missing from the user's registry: the rollout to it is stuck.
  await page.locator("body").press("9");
  const missing = environment(page).getByRole("textbox", { name: "An image that does not exist" });
  await missing.fill("nginx:1.28.3");
  await missing.press("Enter");
  await missing.blur();
  await expect(outcome(page, "nginx:1.28.3", "does not exist")).toHaveAttribute("aria-pressed", "true");
  await kubectl(page, "kubectl set image deployment/web nginx=nginx:1.28.3");
  await page.locator("body").press("2");
  await settle(page);
  await expect(standing(page)).toHaveClass(/stuck/);
});
