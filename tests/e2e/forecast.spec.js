// The forecast: how long a rollout takes, how low it falls, with which settings it would be better.

import { readFileSync } from "node:fs";

import { expect, test } from "./fixtures.js";
import { arrive, button, open, showPane, tabTo, violations } from "./helpers.js";

const pane = (page) => page.locator("#pane-forecast");
const says = (page) => pane(page).locator(".forecast-says");
const run = (page, line) => page.evaluate((line) => window.kubestep.run(line), line);

/** A Deployment that is complete, with the forecast in sight. */
async function prepared(page, replicas) {
  await open(page);
  await run(page, `kubectl create deployment web --image=nginx:1.27 --replicas=${replicas}`);
  await button(page, "Settle").click();
  await expect(button(page, "Settle")).toHaveAttribute("aria-pressed", "false", { timeout: 25_000 });
  await page.locator("body").press("f");
  await pane(page).getByText("Times, runs, bounds").click();
}

const begin = (page, name = "Forecast") => pane(page).getByRole("button", { name, exact: true }).click();

test("a forecast says how long a change takes, how low it falls, and what was assumed", async ({ page }) => {
  await prepared(page, 4);
  await pane(page).getByLabel(/^Commands/).fill("kubectl set image deployment/web nginx=nginx:1.28");
  await pane(page).getByLabel(/^Bounds/).fill("available>=3, pods<=5");
  const before = await run(page, "kubectl get pods -o name");
  await begin(page);
  await expect(says(page)).toContainText(/Half of the 200 runs complete the rollout within .+, and 90 % take /, { timeout: 25_000 });
  await expect(says(page)).toContainText("At least 3 pods are available at any time.");
  await expect(says(page)).toContainText("available >= 3: holds in every run.");
  await expect(says(page)).toContainText(/pods <= 5: broken in \d+ of 200 runs\./);
  await expect(pane(page)).toContainText("a fixed time becomes a range from half to twice as long");
  await expect(pane(page).getByRole("img", { name: /Pods over time/ })).toBeVisible();
  expect(await run(page, "kubectl get pods -o name"), "the cluster stays as it is").toEqual(before);
  expect(await violations(page)).toEqual([]);
});

test("settings are compared in a table that sorts, and each can be stepped", async ({ page }) => {
  await prepared(page, 4);
  await pane(page).getByLabel(/^Settings/).fill("maxSurge=0,1,100% maxUnavailable=0,50%");
  await pane(page).getByLabel("Runs").fill("20");
  await begin(page, "Compare settings");
  const rows = pane(page).locator(".sweep tbody tr");
  await expect(rows).toHaveCount(6, { timeout: 25_000 });
  await expect(pane(page)).toContainText("The fastest combination is maxSurge 100%, maxUnavailable ");
  await expect(rows.filter({ hasText: "refused" })).toHaveCount(1);
  await pane(page).getByRole("button", { name: "complete", exact: true }).click();
  await expect(rows.first().getByRole("rowheader").first()).toHaveText("100%");
  await expect(rows.last()).toContainText("refused");
  expect(await violations(page)).toEqual([]);
  await rows.getByRole("button", { name: /^Apply 100% \/ 50%/ }).click();
  const { stdout } = await run(page, "kubectl get deployment web -o jsonpath={.spec.strategy.rollingUpdate}");
  expect(JSON.parse(stdout)).toEqual({ maxSurge: "100%", maxUnavailable: "50%" });
  const annotations = await run(page, "kubectl get deployment web -o yaml");
  expect(annotations.stdout, "the change itself").toContain("restartedAt");
});

test("the page answers during a long forecast, which can be cancelled", async ({ page }) => {
  await prepared(page, 50);
  await pane(page).getByLabel("Runs").fill("5000");
  await begin(page);
  await expect(pane(page).getByText(/^\d+ of 5000 runs…$/)).toBeVisible();
  await page.locator("body").press("2");
  await page.locator("body").press("f");
  await pane(page).getByRole("button", { name: "Cancel" }).click();
  await expect(pane(page).getByRole("button", { name: "Forecast", exact: true })).toBeVisible();
  await expect(says(page)).toHaveCount(0);
});

test("the report is a page of Markdown with the change, the numbers and the assumptions", async ({ page }) => {
  await prepared(page, 3);
  await pane(page).getByLabel("Runs").fill("20");
  await begin(page);
  await expect(says(page)).toContainText("complete the rollout within", { timeout: 25_000 });
  const downloads = page.waitForEvent("download");
  await pane(page).getByRole("button", { name: "Download the report" }).click();
  const download = await downloads;
  expect(download.suggestedFilename()).toBe("forecast-web.md");
  const text = readFileSync(await download.path(), "utf8");
  for (const part of ["# Forecast for Deployment web", "kubectl rollout restart deployment/web", "## Course", "## Assumptions"]) {
    expect(text).toContain(part);
  }
});

test("the report links to the cluster, and the picture is a file of its own", async ({ page, browser }) => {
  await prepared(page, 3);
  await pane(page).getByLabel("Runs").fill("20");
  await begin(page);
  await expect(says(page)).toContainText("complete the rollout within", { timeout: 25_000 });
  // What happens afterwards is not in the link.
  await run(page, "kubectl delete pods --all --wait=false");
  const saved = async (name) => {
    const downloads = page.waitForEvent("download");
    await pane(page).getByRole("button", { name }).click();
    const download = await downloads;
    return [download.suggestedFilename(), readFileSync(await download.path(), "utf8")];
  };
  const [, report] = await saved("Download the report");
  const [, link] = report.match(/^\[Open this cluster in kubestep\]\((\S+#\S+)\)$/m);
  const [name, picture] = await saved("Download the picture");
  expect(name).toBe("forecast-web.svg");
  expect(picture).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg".*<\/svg>$/s);
  for (const part of ['<polygon class="band pods"', "existing, with 90 % of the runs", '<polygon class="band available"', "available, with 90 % of the runs"]) {
    expect(picture).toContain(part);
  }
  const reader = await browser.newPage();
  await reader.goto(link);
  await expect(reader.locator("#pane-cluster").getByRole("listitem", { name: /^web-.*: Running/ })).toHaveCount(3);
  await reader.close();
});

test("a forecast in the console says how far it is, leaves the page responsive, and can be stopped", async ({ page }) => {
  await prepared(page, 50);
  await page.locator("body").press(":");
  await page.keyboard.insertText("sim forecast deployment/web --runs=5000 --run='kubectl rollout restart deployment/web'");
  await page.keyboard.press("Enter");
  const console = page.locator("#pane-console");
  await expect(console.getByText(/^[1-9]\d* of 5000 runs… /)).toBeVisible();
  const longest = await page.evaluate(async () => {
    let [longest, last] = [0, performance.now()];
    for (let frames = 0; frames < 60; frames++) {
      const now = await new Promise(requestAnimationFrame);
      longest = Math.max(longest, now - last);
      last = now;
    }
    return longest;
  });
  expect(longest, "milliseconds").toBeLessThan(500);
  expect(await violations(page)).toEqual([]);
  await console.getByRole("button", { name: "Stop" }).click();
  await expect(console.getByText("^C")).toBeVisible();
  // The next one runs to its end, as part of a line.
  const { stdout, exit } = await run(page, "sim forecast deployment/web --runs=5 --bound='available>=50' | head -n 2");
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^Half of the 5 runs complete the rollout|^The rollout is already complete/);
});

test("printing prints the forecast alone, on the whole page", async ({ page }) => {
  await prepared(page, 3);
  await pane(page).getByLabel("Runs").fill("20");
  await begin(page);
  await expect(says(page)).toContainText("complete the rollout within", { timeout: 25_000 });
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const other of ["#pane-cluster", "#pane-manifests", "#pane-timeline", ".transport", "header"]) {
    await expect(page.locator(other).first(), other).toBeHidden();
  }
  await expect(pane(page).getByText("Times, runs, bounds")).toBeHidden();
  await expect(pane(page).locator("pre")).toBeVisible();
  const { width } = await says(page).boundingBox();
  expect(width).toBeGreaterThan(0.9 * page.viewportSize().width);
  const colour = await says(page).evaluate((list) => getComputedStyle(list).color);
  expect(colour, "dark on light").toBe("rgb(26, 34, 48)");
});

test("what is wrong in a field is said", async ({ page }) => {
  await prepared(page, 1);
  await pane(page).getByLabel("Become ready").fill("soon");
  await begin(page);
  await expect(pane(page)).toContainText("soon is no time; write 2s or 1s..3s.");
  await pane(page).getByLabel("Become ready").fill("10s..20s");
  await pane(page).getByLabel(/^Bounds/).fill("available<=7");
  await begin(page);
  await expect(pane(page)).toContainText('invalid bound "available<=7"');
  await pane(page).getByLabel(/^Bounds/).fill("");
  await pane(page).getByLabel(/^Commands/).fill("kubectl set image deployment/web nope=nginx:1.28");
  await begin(page);
  await expect(pane(page)).toContainText('unable to find container named "nope"');
});

test("by keyboard alone: to the forecast, run it, read it", async ({ page }) => {
  await open(page);
  await run(page, "kubectl create deployment web --image=nginx:1.27");
  await button(page, "Settle").click();
  await expect(button(page, "Settle")).toHaveAttribute("aria-pressed", "false", { timeout: 25_000 });
  await page.locator("body").press("f");
  await tabTo(page, pane(page).getByRole("button", { name: "Forecast", exact: true }));
  await page.keyboard.press("Enter");
  await expect(says(page)).toContainText(/Half of the 200 runs complete the rollout/, { timeout: 25_000 });
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("the forecast fits, by touch", async ({ page }) => {
    await arrive(page);
    await run(page, "kubectl create deployment web --image=nginx:1.27 --replicas=2");
    await showPane(page, "Forecast", (target) => target.tap());
    await pane(page).getByText("Times, runs, bounds").tap();
    await pane(page).getByLabel("Runs").fill("20");
    await pane(page).locator(".forecast-go").getByRole("button", { name: "Compare settings" }).tap();
    await expect(pane(page).locator(".sweep tbody tr")).toHaveCount(20, { timeout: 25_000 });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
    expect(await violations(page)).toEqual([]);
  });
});
