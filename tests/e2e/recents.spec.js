// Recent sessions: the list in the dialog for sharing.

import { expect, test } from "./fixtures.js";
import { open, violations } from "./helpers.js";

const words = {
  "en-GB": { share: "Share", anew: "New session", list: "Recent sessions", remove: "Delete", step: "Step" },
  "zh-CN": { share: "分享", anew: "新会话", list: "最近的会话", remove: "删除", step: "第" },
};

/** Waits until this tab has saved a session with a text. */
const saved = (page, text) =>
  expect
    .poll(() => page.evaluate(() => localStorage.getItem(`kubestep.session.${sessionStorage.getItem("kubestep.tab")}`)))
    .toContain(text);

for (const [locale, { share, anew, list, remove, step }] of Object.entries(words)) {
  test.describe(locale, () => {
    test.use({ locale });

    test("recent sessions are named by what they contain, and are opened and deleted by keyboard", async ({ page }) => {
      await open(page);
      const dialog = page.getByRole("dialog").filter({ visible: true });
      const press = async (target) => {
        await target.focus();
        await page.keyboard.press("Enter");
      };
      const menu = () => press(page.getByRole("button", { name: share, exact: true }));
      for (const name of ["first", "second"]) {
        await page.evaluate((name) => window.kubestep.run(`kubectl create deployment ${name} --image=nginx:1.27`), name);
        await saved(page, name);
        await menu();
        await press(dialog.getByRole("button", { name: anew, exact: true }));
        await expect(dialog).toHaveCount(0);
      }
      await menu();
      const rows = dialog.getByRole("list", { name: list }).getByRole("listitem");
      await expect(rows).toHaveCount(2);
      await expect(rows.first()).toContainText("kubectl create deployment second");
      await expect(rows.first()).toContainText(step);
      await expect(rows.first()).toContainText(String(new Date().getFullYear()));
      expect(await violations(page)).toEqual([]);
      await press(rows.nth(1).getByRole("button").first());
      await expect(dialog).toHaveCount(0);
      await expect(page.locator("#pane-cluster")).toContainText("first");
      await menu();
      const before = await rows.count();
      await press(rows.first().getByRole("button", { name: remove }));
      await expect(rows).toHaveCount(before - 1);
      expect(await page.evaluate(() => document.activeElement.closest("dialog") !== null)).toBe(true);
    });
  });
}

test("a recent session goes on, and one that another tab has open is copied", async ({ page, context }) => {
  const dialog = (tab) => tab.getByRole("dialog", { name: "Share and save" });
  const share = (tab) => tab.getByRole("button", { name: "Share", exact: true }).click();
  const anew = (tab) => dialog(tab).getByRole("button", { name: "New session", exact: true }).click();
  const run = (tab, line) => tab.evaluate((line) => window.kubestep.run(line), line);
  const slot = (tab) => tab.evaluate(() => sessionStorage.getItem("kubestep.tab"));
  const slots = () =>
    page.evaluate(() => localStorage.getItem("kubestep.sessions").split(" ").map((item) => item.split("@")[0]));
  const row = (tab, name) => dialog(tab).getByRole("listitem").filter({ hasText: name }).getByRole("button").first();

  await open(page);
  await run(page, "kubectl create deployment first --image=nginx:1.27");
  await saved(page, "first");
  const before = await slot(page);
  await share(page);
  await anew(page);
  await run(page, "kubectl create deployment second --image=nginx:1.27");
  await saved(page, "second");
  await share(page);
  await row(page, "deployment first").click();
  await expect(page.locator("#pane-cluster")).toContainText("first");
  await saved(page, "first");
  await expect.poll(slots).not.toContain(before);
  await run(page, "kubectl scale deployment first --replicas=2");
  await saved(page, "replicas=2");

  // Another tab continues the last session of a visit as a copy, because it is still open here.
  const other = await context.newPage();
  await open(other);
  await expect(other.locator(".transport .notice")).toHaveText("Your last session is back.");
  await share(other);
  await row(other, "deployment second").click();
  await expect(other.locator("#pane-cluster")).toContainText("second");
  await saved(other, "second");
  await share(other);
  await row(other, "deployment first").first().click();
  await expect(other.locator("#pane-cluster")).toContainText("first");
  await saved(other, "first");
  await run(other, "kubectl scale deployment first --replicas=5");
  await saved(other, "replicas=5");
  const [here, there] = [await slot(page), await slot(other)];
  expect(here).not.toBe(there);
  expect(await slots()).toEqual(expect.arrayContaining([here, there]));
  await run(page, "kubectl scale deployment first --replicas=3");
  await saved(page, "replicas=3");
  for (const [tab, replicas] of [[page, "3"], [other, "5"]]) {
    await tab.reload();
    await expect(tab.locator(".transport .notice")).toHaveText("Your last session is back.");
    const { stdout } = await run(tab, "kubectl get deployment first -o jsonpath={.spec.replicas}");
    expect(stdout).toBe(replicas);
  }
});
