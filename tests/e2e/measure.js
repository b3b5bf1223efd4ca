// Measures the speed of the page in a headless browser: `cargo xtask bench`. Prints numbers without judging them. Arguments
// are the parts to measure; without any, all of them.

import { chromium } from "@playwright/test";
import { button, deployment, open, position, write } from "./helpers.js";

const SIZES = [100, 1_000, 10_000];
/** Replicas of clusters with a long history: many updates of few pods, and one update of many. */
const LONG = [100, 1_500];
/** Number of steps of a long history. */
const FAR = 10_000;
const STEPS = 40;
/** Speeds at which playing is measured. */
const PLAYED = ["16 steps/s", "64 steps/s", "1× clock", "20× clock"];
/** Number of unchanged frames after which the page is considered still. */
const STILL = 5;

const browser = await chromium.launch({
  executablePath: process.env.KUBESTEP_CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic"],
});

/** A page with a number of desired pods. */
async function page(replicas) {
  const page = await browser.newPage({
    baseURL: process.env.KUBESTEP_URL,
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
  });
  page.setDefaultTimeout(300_000);
  await open(page);
  await apply(page, replicas, "web:0");
  return page;
}

/** Applies the Deployment with an image that is not in the catalogue, so that each of its tags exists. */
async function apply(page, replicas, image) {
  await write(page, deployment({ spec: `  replicas: ${replicas}` }).replace("nginx:1.27", image));
  await button(page, "Apply").click();
}

/** Settles; returns the duration in milliseconds. */
async function settle(page) {
  await button(page, "Settle").waitFor();
  return page.evaluate(async () => {
    const settle = [...document.querySelectorAll("button[aria-pressed]")].find(
      (button) => button.textContent.trim() === "Settle",
    );
    const pressed = () => settle.getAttribute("aria-pressed") === "true";
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const begun = performance.now();
    settle.click();
    while (!pressed()) await frame();
    while (pressed()) await frame();
    return performance.now() - begun;
  });
}

/**
 * Repeats an action on an element; returns the milliseconds until everything is painted, for each repetition.
 * The page renders slow changes in several frames: the last one with a change counts.
 */
function painted(locator, times, values = []) {
  return locator.evaluate(
    async (element, { times, values, still }) => {
      let changed = false;
      const observer = new MutationObserver(() => (changed = true));
      const everything = { subtree: true, childList: true, attributes: true, characterData: true };
      observer.observe(document.body, everything);
      // After each painted frame: whether it contained changes.
      const frame = () =>
        new Promise((done) =>
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            const fresh = changed;
            changed = false;
            port1.onmessage = () => done(fresh);
            port2.postMessage(0);
          }),
        );
      const took = [];
      for (let time = 0; time < times; time++) {
        const begun = performance.now();
        if (values.length > 0) {
          element.value = values[time % values.length];
          element.dispatchEvent(new Event("input", { bubbles: true }));
        } else {
          element.click();
        }
        let last = 0;
        for (let unchanged = 0; last === 0 || unchanged < still; unchanged++) {
          if (await frame()) {
            last = performance.now() - begun;
            unchanged = 0;
          }
        }
        took.push(last);
      }
      observer.disconnect();
      return took;
    },
    { times, values, still: STILL },
  );
}

/** Plays at a speed for some time; returns steps per second, and the milliseconds between frames and of tasks over 50. */
async function play(page, speed, milliseconds) {
  await page.getByRole("combobox", { name: "Speed" }).selectOption(speed);
  await button(page, "Play").waitFor();
  return page.evaluate(async (milliseconds) => {
    const tasks = [0];
    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((task) => task.duration)));
    observer.observe({ type: "longtask" });
    const done = () => Number(document.querySelector(".position .at").textContent.match(/\d+/)[0]);
    const play = [...document.querySelectorAll(".buttons .control")].at(-1);
    const gaps = [];
    const first = done();
    const begun = performance.now();
    let last = begun;
    play.click();
    do {
      await new Promise((done) => requestAnimationFrame(done));
      const now = performance.now();
      gaps.push(now - last);
      last = now;
    } while (last < begun + milliseconds && play.getAttribute("aria-pressed") === "true");
    const rate = ((done() - first) * 1_000) / (last - begun);
    if (play.getAttribute("aria-pressed") === "true") play.click();
    observer.disconnect();
    return { rate, gaps, longest: Math.max(...tasks) };
  }, milliseconds);
}

/** The main thread's CPU time for a painted frame in a trace, in milliseconds. */
function threadTime(trace) {
  const { traceEvents } = JSON.parse(trace);
  const threads = new Map();
  const thread = ({ pid, tid }) => threads.get(`${pid} ${tid}`);
  for (const event of traceEvents) {
    if (event.name === "thread_name" && event.args.name === "CrRendererMain") {
      threads.set(`${event.pid} ${event.tid}`, { frames: 0, time: 0 });
    }
  }
  for (const event of traceEvents) {
    if (event.ph !== "X" || !thread(event)) continue;
    if (event.name === "RunTask") thread(event).time += (event.tdur ?? 0) / 1_000;
    if (event.name === "Commit") thread(event).frames++;
  }
  const { time, frames } = [...threads.values()].sort((a, b) => b.frames - a.frames)[0];
  return time / frames;
}

function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

const ms = (value) => `${value.toFixed(1)} ms`.padStart(12);
const row = (name, ...cells) => console.log(name.padEnd(44) + cells.join(""));
const spread = (name, values) =>
  row(name, `p50${ms(percentile(values, 0.5))}   p95${ms(percentile(values, 0.95))}`);

/** Settling, stepping and playing a rolling update. */
async function playing() {
  for (const replicas of SIZES) {
    const tab = await page(replicas);
    row(`create ${replicas} pods, settle`, ms(await settle(tab)));
    await apply(tab, replicas, "web:1");
    spread(`step to paint, ${replicas} pods`, await painted(button(tab, "Step"), STEPS));
    row(`rolling update of ${replicas} pods, settle`, ms(await settle(tab)));
    spread(`back to paint, ${replicas} pods`, await painted(button(tab, "Back"), STEPS));
    for (const speed of replicas > 1_000 ? [] : PLAYED) {
      await apply(tab, replicas, `web:${2 + PLAYED.indexOf(speed)}`);
      const { rate, gaps, longest } = await play(tab, speed, 5_000);
      await browser.startTracing(tab, { categories: ["devtools.timeline", "disabled-by-default-devtools.timeline"] });
      await play(tab, speed, 2_000);
      const thread = threadTime(await browser.stopTracing());
      const frames = `frames p50${ms(percentile(gaps, 0.5))}   p95${ms(percentile(gaps, 0.95))}`;
      row(`play ${speed}, ${replicas} pods`, `${rate.toFixed(1)} steps/s   ${frames}   longest task${ms(longest)}   thread${ms(thread)} a frame`);
      // It may have ended already.
      await button(tab, "Settle").click();
      await tab.locator(".notice", { hasText: "Settled" }).waitFor();
    }
    await tab.close();
  }
}

/** A console full of lines. */
async function commands() {
  const [tab, replicas] = [await page(2_000), 2_000];
  await settle(tab);
  await tab.keyboard.press(":");
  const field = tab.locator("#console-field");
  const enter = () =>
    field.evaluate(async (field) => {
      field.value = "kubectl get pods";
      const begun = performance.now();
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      return performance.now() - begun;
    });
  const times = [];
  for (let line = 0; line < STEPS; line++) times.push(await enter());
  spread(`command to paint, ${replicas} lines each`, times);
  await tab.close();
}

/** Jumps in a long history. */
async function jumps() {
  for (const replicas of LONG) {
    const tab = await page(replicas);
    await settle(tab);
    let known = 0;
    for (let update = 0; known <= FAR; update++) {
      await apply(tab, replicas, `web:${1 + update}`);
      await settle(tab);
      [, known] = await position(tab);
    }
    // None of them is the position that the previous one has gone to.
    const far = [known - FAR, known, known - FAR / 2, known - FAR + 1, known - 1, known - FAR + 1_000];
    const jumps = await painted(tab.getByRole("slider", { name: "Position in time" }), 24, far);
    spread(`jump up to 10,000 of ${known} steps, ${replicas} pods`, jumps);
    spread(`back to paint at its end, ${replicas} pods`, await painted(button(tab, "Back"), STEPS));
    await tab.close();
  }
}

/** 200 runs of an update of 50 pods. */
async function forecasts() {
  const tab = await page(50);
  await settle(tab);
  await tab.locator("body").press("f");
  const pane = tab.locator("#pane-forecast");
  await pane.getByRole("button", { name: "Forecast", exact: true }).waitFor();
  const times = [];
  for (let time = 0; time < 5; time++) {
    times.push(
      await pane.evaluate(async (pane) => {
        const frame = () => new Promise((done) => requestAnimationFrame(done));
        const says = () => pane.querySelector(".forecast-says");
        const begun = performance.now();
        [...pane.querySelectorAll("button")].find((button) => button.textContent.trim() === "Forecast").click();
        do await frame();
        while (says());
        while (!says()) await frame();
        return performance.now() - begun;
      }),
    );
  }
  spread("forecast, 200 runs of 50 pods", times);
  await tab.close();
}

/** A link to the creation and the update of 900 replicas, on a first visit and on a second one. */
async function links() {
  const tab = await page(900);
  await settle(tab);
  await apply(tab, 900, "web:1");
  await settle(tab);
  const [, steps] = await position(tab);
  await button(tab, "Share").click();
  const address = await tab.getByLabel("Link to this session").inputValue();
  await tab.close();
  const [first, second] = [[], []];
  for (let time = 0; time < 5; time++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
    for (const times of [first, second]) {
      const tab = await context.newPage();
      await tab.goto(address, { waitUntil: "commit" });
      await tab.getByTitle("The session is open.").waitFor();
      times.push(await tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => done(performance.now())))));
      await tab.close();
    }
    await context.close();
  }
  spread(`open a link to ${steps} steps, first visit`, first);
  spread(`open a link to ${steps} steps, second visit`, second);
}

const parts = { playing, commands, jumps, forecasts, links };
const wanted = process.argv.slice(2);
for (const part of wanted.length > 0 ? wanted : Object.keys(parts)) await parts[part]();
await browser.close();
