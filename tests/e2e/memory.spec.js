// The history's budget: a long session pauses before the browser would end the tab, and can drop its oldest part.

import { expect, test } from "./fixtures.js";
import { button, open, violations } from "./helpers.js";

const words = {
  "en-GB": {
    settle: "Settle",
    back: "Back",
    paused: /^Paused: \d+ MiB used\.$/,
    drop: /^Drop the oldest \d+ steps$/,
    dropped: /^Dropped the history of the oldest (\d+) steps/,
    oldest: (number) => `Back cannot return further than step ${number}`,
  },
  "zh-CN": {
    settle: "运行到稳定",
    back: "后退",
    paused: /^已暂停：已用 \d+ MiB。$/,
    drop: /^丢弃最早 \d+ 步的历史$/,
    dropped: /^已丢弃最早 (\d+) 步的历史/,
    oldest: (number) => `无法后退到第 ${number} 步之前`,
  },
};

for (const [locale, { settle, back, paused, drop, dropped, oldest }] of Object.entries(words)) {
  test.describe(locale, () => {
    test.use({ locale });

    test("a history that outgrows the budget pauses the run, and its oldest part is dropped by keyboard", async ({ page }) => {
      test.setTimeout(120_000);
      // A device with very little memory, so that the budget is the smallest one.
      await page.addInitScript(() => Object.defineProperty(navigator, "deviceMemory", { get: () => 0.25 }));
      await open(page);
      const notice = page.locator(".notice");
      await page.evaluate(() => window.kubestep.run("kubectl create deployment web --image=nginx:1.27 --replicas=6000"));
      await button(page, settle).click();
      await expect(notice.getByText(paused)).toBeVisible({ timeout: 60_000 });
      await expect(button(page, settle)).toHaveAttribute("aria-pressed", "false");
      expect(await violations(page)).toEqual([]);
      // Five digits of steps leave room for the choices beside them on a phone.
      const size = page.viewportSize();
      await page.setViewportSize({ width: 390, height: 844 });
      const [until, speed] = await Promise.all([".until select", ".speed select"].map((at) => page.locator(at).boundingBox()));
      expect(until.x + until.width).toBeLessThanOrEqual(speed.x);
      await page.setViewportSize(size);
      const offer = notice.getByRole("button", { name: drop });
      await offer.focus();
      await page.keyboard.press("Enter");
      await expect(notice.getByText(dropped)).toBeVisible();
      await expect(offer).toHaveCount(0);
      const number = (await notice.textContent()).match(/\d+/)[0];
      // The oldest state is reached by the slider, and Back ends there.
      const slider = page.locator(".scrubber");
      await slider.focus();
      await slider.fill("5");
      await expect(notice).toContainText(oldest(number));
      await expect(slider).toHaveValue(number);
      await button(page, back).click();
      await expect(notice).toContainText(oldest(number));
      await expect(slider).toHaveValue(number);
    });
  });
}
