// Creates contact sheets of animations: a row for each step that changes pods or lanes, a frame every 40 ms.
// Animations are paused when they start and set to each frame's time, so frames are exact however slow the
// machine is. Needs a site served by `cargo xtask preview`, and ImageMagick's `montage`:
//
//   KUBESTEP_CHROMIUM=/usr/bin/chromium KUBESTEP_URL=http://127.0.0.1:8090 node contact-sheets.js

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { CLAIMS, button, deployment, open, settled, write } from "./helpers.js";

const FRAME_MS = 40;
const STEP_MS = 420;
const BACK_MS = 200;
/** Maximum number of rows in a sheet. */
const ROWS_MAX = 13;
/** Width of a frame on the sheet. */
const WIDTH = 240;
/** Maximum visible part of the cluster: enough for the lanes, or for all ordinals. */
const LANES = { width: 640, height: 400 };
const ORDINALS = { width: 700, height: 300 };

const folder = new URL("../../docs/pictures/", import.meta.url).pathname;
const browser = await chromium.launch({
  executablePath: process.env.KUBESTEP_CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic"],
});

/** A page that pauses every animation when it starts. */
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

/** The visible part of the cluster. */
async function part(page, { width, height }) {
  const body = await page.locator(".cluster .pane-body").boundingBox();
  return { ...body, width: Math.min(body.width, width), height: Math.min(body.height, height) };
}

/** Performs an action and takes its frames if it changes pods or lanes; otherwise finishes the animations. */
async function frames(page, act, millis, seen, path) {
  const before = await at(page);
  await act(page);
  await settled(page);
  if ((await page.getByText("There is nothing left to do").count()) > 0) return [];
  await page.waitForFunction((before) => document.querySelector(".transport .at").textContent !== before, before);
  const tells = await page.evaluate(() =>
    document.getAnimations().some(({ effect }) =>
      effect.target.matches(".pod, .pod-node, .hatch, .half, .pod > .glyph, .lane, .seat, .slot"),
    ),
  );
  const files = [];
  if (tells) {
    const clip = await part(page, seen);
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

/** A sheet for some clicks, below existing rows of frames. */
async function sheet(page, name, presses, millis, { seen = LANES, scratch = fresh(), rows = [] } = {}) {
  for (const [number, press] of presses.entries()) {
    const row = await frames(page, press, millis, seen, join(scratch, String(number).padStart(3, "0")));
    if (row.length > 0) rows.push(row);
    if (rows.length === ROWS_MAX) break;
  }
  const columns = rows[0].length;
  execFileSync("montage", [
    ...rows.flat(),
    ...["-tile", `${columns}x`, "-geometry", `${WIDTH}x+4+4`, "-background", "#888"],
    ...["-colors", "64", `PNG8:${folder}${name}.png`],
  ]);
  rmSync(scratch, { recursive: true });
  console.log(`${name}: ${rows.length} rows of ${columns} frames`);
}

const fresh = () => mkdtempSync(join(tmpdir(), "kubestep-"));

/** Drags the partition's handle to before the last ordinal, with frames on the way. */
async function drag(page, scratch) {
  const clip = await part(page, ORDINALS);
  const grip = await page.getByRole("slider", { name: "Partition" }).boundingBox();
  const goal = await page.locator(".seat[data-number='4']").boundingBox();
  const [from, y] = [grip.x + grip.width / 2, grip.y + grip.height / 2];
  await page.mouse.move(from, y);
  await page.mouse.down();
  const row = [];
  const last = Math.floor(STEP_MS / FRAME_MS);
  for (let frame = 0; frame <= last; frame++) {
    await page.mouse.move(from + ((goal.x - from) * frame) / last, y);
    const file = join(scratch, `drag-${String(frame).padStart(2, "0")}.png`);
    await page.screenshot({ path: file, clip });
    row.push(file);
  }
  return row;
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

/** Applies a manifest and settles; then applies another image. */
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

/** A cluster in which a partition excludes all five pods from an update. */
async function partitioned() {
  const page = await held();
  const spec = `  replicas: 5
  serviceName: db
  updateStrategy:
    rollingUpdate:
      partition: 5`;
  const set = deployment({ name: "db", spec }).replace("Deployment", "StatefulSet");
  await update(page, set + CLAIMS);
  await settle(page);
  return page;
}

const steps = times(30, press("Step"));
const keys = await partitioned();
const left = async (page) => {
  await page.getByRole("slider", { name: "Partition" }).focus();
  await page.keyboard.press("ArrowLeft");
};
await sheet(keys, "motion-canary-keys", [left, ...steps], STEP_MS, { seen: ORDINALS });
await keys.close();

const dragged = await partitioned();
const scratch = fresh();
const rows = [await drag(dragged, scratch)];
const drop = (page) => page.mouse.up();
await sheet(dragged, "motion-canary-drag", [drop, ...steps], STEP_MS, { seen: ORDINALS, scratch, rows });
await browser.close();
