import { expect, test } from "./fixtures.js";

test("the page loads silently", async ({ page }) => {
  await page.goto("./");
  await expect(page).toHaveTitle(/kubestep/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("the page requests nothing from other hosts", async ({ page, baseURL }) => {
  const strangers = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(baseURL)) strangers.push(request.url());
  });
  await page.goto("./", { waitUntil: "networkidle" });
  expect(strangers).toEqual([]);
});
