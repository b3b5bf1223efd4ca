// The tutorial's rollout, Back, and moving a partition by keyboard, in each of the three engines.
//
//   cargo xtask test engines
//
// or manually, against any served site (Node 20 has WebSocket behind a flag):
//
//   KUBESTEP_URL=http://127.0.0.1:8090 node --experimental-websocket --test tests/e2e/engines/story.test.js
//
// An engine that is not installed is skipped by name; with `CI=1` that is a failure.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { begin, ENGINES } from "./engines.js";
import { host } from "./host.js";
import { eventually, Page } from "./page.js";

const SITE = process.env.KUBESTEP_URL ?? "http://127.0.0.1:8090";
/** The ReplicaSets of the tutorial: nginx:1.7.9 and nginx:1.9.1. */
const [FIRST, SECOND] = ["nginx-deployment-64bccb4548", "nginx-deployment-6596694446"];
/** Maximum number of animations in a step. */
const MOVED_MAX = 32;
/** Upper bound for the steps of any story. */
const STEPS_MAX = 150;
const PICTURES = new URL("../../../target/engines/", import.meta.url);

const IMAGE = /nginx:[0-9.]+/;
const SET = `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  replicas: 5
  serviceName: db
  podManagementPolicy: Parallel
  updateStrategy:
    rollingUpdate:
      partition: 5
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      containers:
        - name: app
          image: nginx:1.27
`;

for (const [name, { absent }] of Object.entries(ENGINES)) {
  const skip = Boolean(absent) && !process.env.CI && `${name} is absent: ${absent}`;
  describe(name, { timeout: 180_000 }, () => {
    let site, engine, page;
    before(async () => {
      if (skip) return;
      assert.equal(absent, "", `${name} is needed here`);
      site = await host(SITE);
      engine = await begin(name);
      page = new Page(engine.driver);
      await engine.driver.resize(1440, 900);
    });
    after(async () => {
      await engine?.end();
      site?.end();
    });

    /** Asserts that there were no errors since the page was opened. */
    const silent = async () => {
      const heard = await page.evaluate(() => window.wentWrong);
      const said = engine.driver.messages ?? [];
      assert.deepEqual([...heard, ...said, ...site.failed], [], "the page logs nothing");
    };
    const picture = async (what) => {
      await page.evaluate(drawn);
      mkdirSync(PICTURES, { recursive: true });
      writeFileSync(new URL(`${what}-${name}.png`, PICTURES), await engine.driver.screenshot());
    };
    const settle = async () => {
      await page.click("Settle");
      // Until the page is rendered, the notice is that of the previous run.
      await page.evaluate(rendered);
      await page.until("it has settled", settled);
    };

    test("the tutorial's rollout unfolds step by step, and Back undoes it", { skip }, async () => {
      await page.open(site.url);
      await page.click("Apply");
      await page.until("the Deployment is created", () =>
        document.body.innerText.includes("deployment.apps/nginx-deployment created"),
      );
      await settle();
      assert.deepEqual(await page.evaluate(tiles, FIRST), { there: 3, available: 3 });

      await newImage(page);
      await page.click("Apply");
      await page.until("the Deployment is configured", () =>
        document.body.innerText.includes("deployment.apps/nginx-deployment configured"),
      );
      await page.evaluate(watchMotion);
      const moves = async (key) => {
        await page.press(key);
        const moved = await page.evaluate(motion);
        assert.ok(moved.count <= MOVED_MAX, `${moved.count} moved at once`);
        assert.deepEqual(moved.others, [], "no animation triggers layout");
        return moved;
      };
      let both = 0;
      let steps = 0;
      const forth = { steps: 0, pods: 0 };
      for (; steps < STEPS_MAX; steps++) {
        const moved = await moves(".");
        forth.steps += Math.min(moved.count, 1);
        forth.pods += moved.pods;
        const [old, young] = [await page.evaluate(tiles, FIRST), await page.evaluate(tiles, SECOND)];
        if (old.there > 0 && young.there > 0 && ++both === 12) await picture("rollout");
        assert.ok(old.available + young.available >= 3, `step ${steps}: three stay available`);
        if (old.there === 0 && young.available === 3) break;
      }
      const lines = await page.evaluate(() => getComputedStyle(document.querySelector(".pane.events button.object-name")).textDecorationLine);
      assert.equal(lines, "underline", "links are underlined");
      assert.ok(steps < STEPS_MAX && both > 12, `both revisions were there at ${both} of ${steps} steps`);

      assert.ok(forth.steps > steps / 2, `something moved at ${forth.steps} of ${steps} steps`);
      assert.ok(forth.pods >= 6, `${forth.pods} times a pod came, went or changed by movement`);
      let back = 0;
      for (let step = 0; step <= steps; step++) back += (await moves(",")).pods;
      assert.ok(back >= 6, `${back} times on the way back`);
      await page.evaluate(drawn);
      assert.deepEqual(await page.evaluate(tiles, FIRST), { there: 3, available: 3 });
      assert.deepEqual(await page.evaluate(tiles, SECOND), { there: 0, available: 0 });
      await silent();
    });

    test("a partition is moved by keyboard, and the ordinals at or above it are replaced", { skip }, async () => {
      await page.open(site.url);
      await paste(page, SET);
      await page.click("Apply");
      await settle();
      await paste(page, SET.replace("1.27", "1.28"));
      await page.click("Apply");
      await settle();
      assert.deepEqual(await page.evaluate(revisions), [1, 1, 1, 1, 1].map(() => "A"));

      await page.evaluate(() => document.querySelector('[role="slider"][aria-label="Partition"]').focus());
      await page.press("ArrowLeft", "ArrowLeft");
      await page.until("the partition is 3", () => document.activeElement.getAttribute("aria-valuenow") === "3");
      assert.equal(await page.focused(), "Partition", "the handle keeps the focus");
      await picture("partition");
      await settle();
      assert.deepEqual(await page.evaluate(revisions), ["A", "A", "A", "B", "B"]);
      await silent();
    });

    test("errors in the page are detected", { skip }, async () => {
      await page.open(site.url);
      await silent();
      await page.evaluate(() => {
        console.warn("a warning");
        setTimeout(() => { throw new Error("an error"); });
        new Image().src = "not-there.png";
        document.body.append(Object.assign(new Image(), { src: "not-there-either.png" }));
      });
      await page.until("the page hears all three", () => window.wentWrong.length === 3);
      await eventually("and its host of both pictures", () => site.failed.length === 2);
      await assert.rejects(silent, /a warning/);
    });
  });
}

/** Replaces the image's tag in the editor by typing. */
async function newImage(page) {
  await page.press("y", "Control+End");
  for (let line = 0; line < 40; line++) {
    if (await page.evaluate(() => document.querySelector(".cm-activeLine").textContent.includes("image:"))) break;
    await page.press("ArrowUp");
  }
  await page.press("End", ..."1.7.9".split("").map(() => "Backspace"));
  await page.type("1.9.1");
  await page.press("Escape");
}

/** Copies a text from an extra field, and pastes it over the editor's text. */
async function paste(page, text) {
  await page.evaluate((text) => {
    const field = document.body.appendChild(document.createElement("textarea"));
    field.id = "elsewhere";
    field.value = text;
    field.select();
  }, text);
  await page.press("Control+c");
  await page.evaluate(() => document.getElementById("elsewhere").remove());
  await page.press("y", "Control+a", "Control+v", "Escape");
  await page.until("the editor has it", (line) => document.querySelector(".cm-content").innerText.includes(line), IMAGE.exec(text)[0]);
}

// The following functions run in the page.

/** Resolves when what happened so far has been rendered. */
async function rendered() {
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
}

/** Resolves when the rendered page has been painted and all animations have ended. */
async function drawn() {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  const moving = document.getAnimations().filter((animation) => animation.effect.getComputedTiming().endTime < Infinity);
  // Cancelled animations have ended as well.
  await Promise.allSettled(moving.map((animation) => animation.finished));
  await frame();
}

/** Records all animations from now on, even those that end before they are examined. */
function watchMotion() {
  const animate = Element.prototype.animate;
  window.animated = [];
  Element.prototype.animate = function (keyframes, options) {
    window.animated.push({ pod: Boolean(this.closest("#pane-cluster .pods")), properties: Object.keys(keyframes) });
    return animate.call(this, keyframes, options);
  };
}

/** The animations since the last call: their number, the number on pods, and properties other than position and opacity. */
function motion() {
  const animated = window.animated.splice(0);
  const properties = new Set(animated.flatMap((one) => one.properties));
  const others = [...properties].filter((name) => !["transform", "opacity", "offset", "easing"].includes(name));
  return { count: animated.length, pods: animated.filter(({ pod }) => pod).length, others };
}

/** Whether settling has ended. */
function settled() {
  const button = [...document.querySelectorAll("button")].find((button) => button.innerText.trim() === "Settle");
  return button?.getAttribute("aria-pressed") === "false" && /Settled/.test(document.querySelector(".notice").textContent);
}

/** The number of an owner's tiles, and how many of these pods are available. */
function tiles(owner) {
  const all = [...document.querySelectorAll(`#pane-cluster [role="listitem"], #pane-cluster li`)];
  const names = all.map((tile) => tile.getAttribute("aria-label") ?? "").filter((name) => name.startsWith(`${owner}-`));
  const available = names.filter((name) => / Running, 1\/1 ready, available/.test(name));
  return { there: names.length, available: available.length };
}

/** The letters of the revisions along a StatefulSet's row. */
function revisions() {
  const seats = [...document.querySelectorAll("[data-number]")];
  return seats.map((seat) => /revision (\S+?)(,|$)/.exec(seat.getAttribute("aria-label"))?.[1]);
}
