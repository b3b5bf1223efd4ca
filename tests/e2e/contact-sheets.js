// Takes contact sheets of what moves: a row for each step that changes pods or lanes, a frame every 40 ms. Movements are
// stopped as they begin and put to each frame's time, so frames are exact however slow the machine is. Of a site that
// `cargo xtask preview` serves, with ImageMagick's `montage`:
//
//   KUBESTEP_CHROMIUM=/usr/bin/chromium KUBESTEP_URL=http://127.0.0.1:8090 node contact-sheets.js

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { CLAIMS, button, deployment, open, write } from "./helpers.js";

const FRAME_MS = 40;
const STEP_MS = 420;
const BACK_MS = 200;
/** Rows of a sheet at most. */
const ROWS_MAX = 13;
/** The width of a frame on the sheet. */
const WIDTH = 240;

const folder = new URL("../../docs/pictures/", import.meta.url).pathname;
const browser = await chromium.launch({
  executablePath: process.env.KUBESTEP_CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic"],
});

/** A page on which every movement stops as it begins. */
async function held() {
  const page = await browser.newPage({
    baseURL: process.env.KUBESTEP_URL ?? "http://127.0.0.1:8090",
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
  });
  await page.addInitScript(() => {
    const animate = Element.prototype.animate;
    Element.prototype.animate = function (keyframes, options) {
      const animation = animate.call(this, keyframes, options);
      animation.pause();
      return animation;
    };
  });
  await open(page);
  return page;
}

const at = (page) => page.locator(".transport .at").textContent();

/** Does something, and takes its frames if it changes pods or lanes; else lets it arrive. */
async function frames(page, act, millis, path) {
  const before = await at(page);
  await act(page);
  await page.waitForTimeout(200);
  if ((await page.getByText("There is nothing left to do").count()) > 0) return [];
  await page.waitForFunction((before) => document.querySelector(".transport .at").textContent !== before, before);
  const tells = await page.evaluate(() =>
    document.getAnimations().some(({ effect }) =>
      effect.target.matches(".pod, .pod-node, .hatch, .half, .pod > .glyph, .lane, .seat, .slot"),
    ),
  );
  const files = [];
  if (tells) {
    const body = await page.locator(".cluster .pane-body").boundingBox();
    const clip = { ...body, width: Math.min(body.width, 480), height: Math.min(body.height, 380) };
    for (let time = 0; time <= millis; time += FRAME_MS) {
      await page.evaluate((time) => {
        for (const animation of document.getAnimations()) animation.currentTime = time;
      }, time);
      const file = `${path}-${String(time).padStart(3, "0")}.png`;
      await page.screenshot({ path: file, clip });
      files.push(file);
    }
  }
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) animation.finish();
  });
  return files;
}

/** A sheet of what some presses show. */
async function sheet(page, name, presses, millis) {
  const scratch = mkdtempSync(join(tmpdir(), "kubestep-"));
  const rows = [];
  for (const [number, press] of presses.entries()) {
    const row = await frames(page, press, millis, join(scratch, String(number).padStart(3, "0")));
    if (row.length > 0) rows.push(row);
    if (rows.length === ROWS_MAX) break;
  }
  const columns = rows[0].length;
  const files = rows.flat();
  execFileSync("montage", [
    ...files,
    ...["-tile", `${columns}x`, "-geometry", `${WIDTH}x+4+4`, "-background", "#888"],
    ...["-colors", "64", `PNG8:${folder}${name}.png`],
  ]);
  rmSync(scratch, { recursive: true });
  console.log(`${name}: ${rows.length} rows of ${columns} frames`);
}

const press = (name) => (page) => button(page, name).click();
const times = (count, press) => Array.from({ length: count }, () => press);

async function settle(page) {
  const before = await at(page);
  await button(page, "Settle").click();
  await page.waitForFunction((before) => document.querySelector(".transport .at").textContent !== before, before);
  await page.locator(".buttons [aria-pressed=true]").waitFor({ state: "detached" });
  await page.evaluate(() => document.getAnimations().forEach((animation) => animation.finish()));
}

/** Applies a manifest and lets it come to rest; then applies another image. */
async function update(page, text) {
  await write(page, text.replace("nginx:1.27", "nginx:1.7.9"));
  await button(page, "Apply").click();
  await settle(page);
  await write(page, text.replace("nginx:1.27", "nginx:1.9.1"));
  await button(page, "Apply").click();
}

const rollout = await held();
await update(rollout, deployment({ name: "web", spec: "  replicas: 3\n  minReadySeconds: 2" }));
await sheet(rollout, "motion-rolling-update", times(60, press("Step")), STEP_MS);
await sheet(rollout, "motion-back", times(30, press("Back")), BACK_MS);
await rollout.close();

const canary = await held();
const set = (partition) =>
  deployment({
    name: "db",
    spec: `  replicas: 5
  serviceName: db
  updateStrategy:
    rollingUpdate:
      partition: ${partition}`,
  }).replace("Deployment", "StatefulSet");
await update(canary, set(5) + CLAIMS);
await settle(canary);
const handle = canary.getByRole("slider", { name: "Partition" });
await sheet(
  canary,
  "motion-canary-keys",
  [
    async () => {
      await handle.focus();
      await canary.keyboard.press("ArrowLeft");
    },
    ...times(30, press("Step")),
  ],
  STEP_MS,
);
await browser.close();
