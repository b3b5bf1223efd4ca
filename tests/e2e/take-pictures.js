// Retakes the pictures in docs/pictures, of a site served by `cargo xtask preview`:
//
//   KUBESTEP_CHROMIUM=/usr/bin/chromium KUBESTEP_URL=http://127.0.0.1:8090 node take-pictures.js

import { execFileSync } from "node:child_process";
import { chromium } from "@playwright/test";
import { CLAIMS, button, deployment, open, position, showPane, still, until, why, write } from "./helpers.js";

const SIZES = {
  desktop: { width: 1440, height: 900 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
};

// Without such a font, Chinese text would be rendered as boxes, which might go unnoticed in the pictures.
if (execFileSync("fc-list", [":lang=zh-cn"]).length === 0) {
  throw new Error("no font has Chinese characters: install one, such as Debian's fonts-noto-cjk");
}

const folder = new URL("../../docs/pictures/", import.meta.url).pathname;
const browser = await chromium.launch({
  executablePath: process.env.KUBESTEP_CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic"],
});

/** The page as on a first visit: another picture's manifests and language are not stored. */
async function visit() {
  const context = await browser.newContext({
    baseURL: process.env.KUBESTEP_URL ?? "http://127.0.0.1:8090",
    locale: "en-GB",
    reducedMotion: "reduce",
    viewport: SIZES.desktop,
  });
  const page = await context.newPage();
  await open(page);
  return page;
}

/**
 * Goes somewhere on a desktop and takes it in all sizes and both themes; on a phone only one pane is shown.
 * Optionally also in Chinese.
 */
async function take(name, pane, go, chinese = false) {
  const page = await visit();
  await go(page);
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    if (size === "phone") {
      await showPane(page, pane);
    }
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.mouse.move(0, 0);
      await page.evaluate(() => document.activeElement?.blur());
      // Wait until everything has adapted to the size.
      await still(page);
      await page.screenshot({ path: `${folder}${name}-${size}-${colorScheme}.png` });
    }
  }
  if (chinese) {
    await page.setViewportSize(SIZES.desktop);
    await page.emulateMedia({ colorScheme: "light" });
    await button(page, "简体中文").click();
    await page.mouse.move(0, 0);
    await still(page);
    await page.screenshot({ path: `${folder}${name}-chinese.png` });
  }
  await page.context().close();
}

async function apply(page, text) {
  await write(page, text);
  await button(page, "Apply").click();
}

async function settle(page) {
  await button(page, "Settle").click();
  // The notice of the previous run may still be displayed.
  await page.locator(".cluster .standing.complete").waitFor();
}

const says = (page, text) => async () => (await why(page).innerText()).includes(text);
const step = (page) => () => button(page, "Step").click();

// The tutorial's rollout, half way: one more old pod can be removed.
await take("rollout", "Why", async (page) => {
  const manifest = await page.locator(".cm-line").allInnerTexts();
  await button(page, "Apply").click();
  await settle(page);
  await apply(page, manifest.map((line) => line.replace("nginx:1.7.9", "nginx:1.9.1").trimEnd()).join("\n"));
  await until(says(page, "from 2 to 1"), step(page));
}, true);

// A canary: the pods at or above the partition have the new revision, one of them is not available yet.
await take("canary", "Cluster", async (page) => {
  const set = (image) =>
    deployment({
      name: "db",
      spec: "  replicas: 5\n  serviceName: db\n  updateStrategy:\n    rollingUpdate:\n      partition: 2",
    })
      .replace("Deployment", "StatefulSet")
      .replace("nginx:1.27", image) + CLAIMS;
  await apply(page, set("nginx:1.27"));
  await settle(page);
  await apply(page, set("nginx:1.28"));
  await until(says(page, "deleting db-3"), step(page));
});

// Two alternatives of a rollout at the same time.
await take("futures", "Cluster", async (page) => {
  const bounds = (image, surge, unavailable) =>
    deployment({
      spec: `  replicas: 4\n  strategy:\n    rollingUpdate:\n      maxSurge: ${surge}\n      maxUnavailable: ${unavailable}`,
    }).replace("nginx:1.27", image);
  await apply(page, bounds("nginx:1.27", "25%", "25%"));
  await settle(page);
  const [fork] = await position(page);
  await apply(page, bounds("nginx:1.28", "25%", "25%"));
  await settle(page);
  await page.getByRole("slider", { name: "Position in time" }).fill(String(fork));
  await apply(page, bounds("nginx:1.28", 0, 1));
  await until(async () => (await page.locator(".position .now").innerText()) === "t+9.0 s", step(page));
  await button(page, "Compare").click();
});

// How long a change takes, and with which settings it would take less.
await take("forecast", "Forecast", async (page) => {
  await apply(page, deployment({ spec: "  replicas: 10" }));
  await settle(page);
  await page.locator("body").press("f");
  const forecast = page.locator("#pane-forecast");
  await forecast.getByRole("button", { name: "Compare settings" }).click();
  await forecast.locator(".sweep").waitFor({ timeout: 60_000 });
  await forecast.locator(".forecast-go").evaluate((go) => go.scrollIntoView());
});

// The tutorial's rolling update, as exported by the page.
{
  const page = await visit();
  const manifest = await page.locator(".cm-line").allInnerTexts();
  await button(page, "Apply").click();
  await settle(page);
  await apply(page, manifest.map((line) => line.replace("nginx:1.7.9", "nginx:1.9.1").trimEnd()).join("\n"));
  await settle(page);
  await button(page, "Export").click();
  const download = page.waitForEvent("download");
  await button(page, "Download animation").click();
  await (await download).saveAs(`${folder}rolling-update.svg`);
}

await browser.close();
