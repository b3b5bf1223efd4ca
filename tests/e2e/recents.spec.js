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
