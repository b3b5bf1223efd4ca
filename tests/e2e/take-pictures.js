// Takes the pictures in docs/pictures anew, of a site that `cargo xtask preview` serves:
//
//   KUBESTEP_CHROMIUM=/usr/bin/chromium KUBESTEP_URL=http://127.0.0.1:8090 node take-pictures.js

import { chromium } from "@playwright/test";
import { button, deployment, open, position, until, why, write } from "./helpers.js";

const DESKTOP = { width: 1440, height: 900 };
const TABLET = { width: 1024, height: 768 };
const PHONE = { width: 390, height: 844 };

const folder = new URL("../../docs/pictures/", import.meta.url).pathname;
const browser = await chromium.launch({
  executablePath: process.env.KUBESTEP_CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic"],
});

/** A desktop, on which everything is done before the picture is taken at its own size. */
async function desktop(colorScheme) {
  const context = await browser.newContext({
    baseURL: process.env.KUBESTEP_URL ?? "http://127.0.0.1:8090",
    viewport: DESKTOP,
    locale: "en-GB",
    colorScheme,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await open(page);
  return page;
}

async function take(page, name, size = DESKTOP) {
  await page.setViewportSize(size);
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.activeElement?.blur());
  // Until what follows the size has followed.
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${folder}${name}.png` });
}

async function apply(page, text) {
  await write(page, text);
  await button(page, "Apply").click();
}

async function settle(page) {
  await button(page, "Settle").click();
  await page.getByText(/^Settled/).first().waitFor();
}

const says = (page, text) => async () => (await why(page).innerText()).includes(text);
const step = (page) => () => button(page, "Step").click();

/** The tutorial's rollout, half way: one more of the old pods may go. */
async function rollout(colorScheme) {
  const page = await desktop(colorScheme);
  const manifest = await page.locator(".cm-line").allInnerTexts();
  await button(page, "Apply").click();
  await settle(page);
  await apply(page, manifest.map((line) => line.replace("nginx:1.7.9", "nginx:1.9.1").trimEnd()).join("\n"));
  await until(says(page, "goes from 2 to 1"), step(page));
  return page;
}

const light = await rollout("light");
await take(light, "rollout-light");
await take(light, "tablet", TABLET);
await take(light, "phone", PHONE);

const dark = await rollout("dark");
await take(dark, "rollout-dark");
await dark.setViewportSize(PHONE);
await dark.locator("body").press("3");
await take(dark, "phone-why", PHONE);

/** Two ways through one rollout, at the same time. */
const futures = await desktop("light");
const bounds = (image, surge, unavailable) =>
  deployment({
    spec: `  replicas: 4\n  strategy:\n    rollingUpdate:\n      maxSurge: ${surge}\n      maxUnavailable: ${unavailable}`,
  }).replace("nginx:1.27", image);
await apply(futures, bounds("nginx:1.27", "25%", "25%"));
await settle(futures);
const [fork] = await position(futures);
await apply(futures, bounds("nginx:1.28", "25%", "25%"));
await settle(futures);
await futures.getByRole("slider", { name: "Position in time" }).fill(String(fork));
await apply(futures, bounds("nginx:1.28", 0, 1));
await until(async () => (await futures.locator(".position .now").innerText()) === "t+9.0 s", step(futures));
await button(futures, "Compare").click();
await take(futures, "futures-light");

await browser.close();
