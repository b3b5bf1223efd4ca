// Animation: a step's changes are animated, and nothing else is.

import { expect, test } from "./fixtures.js";
import { button, cluster, open, position, until, write } from "./helpers.js";

// The whole cluster is visible, since invisible elements are not animated.
test.use({ viewport: { width: 1440, height: 1000 } });

/** Maximum number of simultaneous animations. */
const ANIMATED_MAX = 32;
/** Milliseconds for a step, for Back, and for several steps at once. */
const STEP = 420;
const BACK = 200;
const NET = 240;

/** Animated elements, by meaning. */
const KINDS = {
  "a pod is born": ".pods .pod:not(.ghost)",
  "a pod gets its node": ".pod-node",
  "the ring fills while containers are created": ".s-creating .half",
  "the ring counts minReadySeconds down": ".s-ready .half",
  "a pod becomes ready": ":is(.s-ready, .s-available) > .glyph",
  "a pod starts terminating": ".hatch",
  // Individually, or with its whole list.
  "a pod is gone": ":is(.pod, .pods).ghost",
  "its place is free": ".slot",
  "a revision's lane opens": ".lane:first-of-type",
  "the lanes beside it make room": ".lane + .lane",
  "a ReplicaSet wants another number": ".wanted",
  "a count of the header goes on": ".fill",
  "the share of the revisions changes": ".weight",
  "the clock goes on": ".now",
  "a message travels": ".travels",
  "a queue is woken": ".item",
  "the path of a decision lights up": ".node.lit",
};

/** Pauses every animation when it starts, and records it until it is released. */
async function hold(page) {
  await page.addInitScript(() => {
    const animate = Element.prototype.animate;
    Element.prototype.animate = function (keyframes, options) {
      const animation = animate.call(this, keyframes, options);
      if (globalThis.held) animation.pause();
      return animation;
    };
    globalThis.held = true;
  });
}

/** The current animations: number of elements, kinds, end, and properties; in the whole page or a part of it. */
function moving(page, part = "*") {
  return page.evaluate(([kinds, part]) => {
    const all = document
      .getAnimations()
      .filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime) && effect.target.closest(part));
    const elements = [...new Set(all.map((animation) => animation.effect.target))];
    const told = Object.entries(kinds).filter(([, selector]) =>
      elements.some((element) => element.matches(selector)),
    );
    const properties = all.flatMap((animation) =>
      animation.effect.getKeyframes().flatMap((frame) => Object.keys(frame)),
    );
    return {
      count: elements.length,
      kinds: told.map(([kind]) => kind),
      end: Math.round(Math.max(0, ...all.map(({ effect }) => effect.getComputedTiming().endTime))),
      properties: [...new Set(properties)].filter(
        (name) => !["offset", "computedOffset", "easing", "composite"].includes(name),
      ),
    };
  }, [KINDS, part]);
}

/** Finishes all animations but those that never end, such as the editor's blinking cursor. */
const arrive = (page) =>
  page.evaluate(() => {
    for (const animation of document.getAnimations()) {
      if (Number.isFinite(animation.effect.getComputedTiming().endTime)) animation.finish();
    }
  });

/** Positions of the tiles that the step did not change, by uid. */
function tiles(page) {
  return page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll(".lane .pod[data-uid]:not(.changed, .ghost)")].map((pod) => {
        const place = pod.getBoundingClientRect();
        const lane = pod.closest(".lane").getBoundingClientRect();
        return [pod.dataset.uid, [place.x - lane.x, place.y - lane.y].map(Math.round)];
      }),
    ),
  );
}

/** Performs an action that is animated as a step, and waits until it is rendered. */
async function press(page, name) {
  const before = await page.locator(".transport .at").textContent();
  await button(page, name).click();
  await expect(page.locator(".transport .at")).not.toHaveText(before);
}

/** A cluster to which the tutorial's update has just been applied. */
async function update(page) {
  await open(page);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(page.locator(".notice")).toContainText("Settled");
  const text = await page.evaluate(() => localStorage.getItem("kubestep.manifests"));
  expect(text, "nothing was typed yet").toBeNull();
  await write(page, MANIFEST.replace("nginx:1.7.9", "nginx:1.9.1"));
  await button(page, "Apply").click();
  await arrive(page);
}

const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: nginx-deployment
spec:
  replicas: 3
  minReadySeconds: 2
  selector:
    matchLabels:
      app: nginx
  template:
    metadata:
      labels:
        app: nginx
    spec:
      containers:
        - name: nginx
          image: nginx:1.7.9
`;

/** Whether the old ReplicaSet has no pods left. */
const complete = (page) => async () => (await page.locator(".lane.folded").count()) > 0;

test("each step of a rolling update animates its changes, and nothing else", async ({ page }) => {
  test.slow();
  await hold(page);
  await update(page);
  const told = new Set();
  const over = async () => Object.keys(KINDS).every((kind) => told.has(kind)) || complete(page)();
  await until(over, async () => {
    const before = await tiles(page);
    await press(page, "Step");
    const { count, kinds, end, properties } = await moving(page);
    const during = await tiles(page);
    await arrive(page);
    const after = await tiles(page);
    for (const kind of kinds) told.add(kind);
    const [step] = await position(page);
    expect(count, `step ${step}`).toBeLessThanOrEqual(ANIMATED_MAX);
    expect(end, `step ${step}`).toBeLessThanOrEqual(STEP);
    for (const name of properties) expect(["transform", "opacity"]).toContain(name);
    for (const [uid, place] of Object.entries(after)) {
      if (uid in before) expect(place, `${uid} does not move in step ${step}`).toEqual(before[uid]);
      if (uid in during) expect(during[uid], `${uid} moves with its lane in step ${step}`).toEqual(place);
    }
  });
  expect([...told].sort()).toEqual(Object.keys(KINDS).sort());
});

test("Back plays a step in reverse in 200 ms, without messages", async ({ page }) => {
  test.slow();
  await hold(page);
  await update(page);
  const there = new Set();
  await until(
    async () => there.has("a pod starts terminating"),
    async () => {
      await press(page, "Step");
      for (const kind of (await moving(page)).kinds) there.add(kind);
      await arrive(page);
    },
  );
  const back = new Set();
  // A created pod returns to where it came from.
  await until(
    async () => back.has("a pod is gone"),
    async () => {
      await press(page, "Back");
      const { count, kinds, end } = await moving(page);
      expect(count).toBeLessThanOrEqual(ANIMATED_MAX);
      expect(end).toBeLessThanOrEqual(BACK);
      for (const kind of kinds) back.add(kind);
      await arrive(page);
    },
  );
  expect([...back]).toContain("a count of the header goes on");
  expect([...back]).not.toContain("a message travels");
  expect([...back]).not.toContain("a queue is woken");
});

test("Settle ends with one animation", async ({ page }) => {
  await hold(page);
  await update(page);
  await button(page, "Settle").click();
  await expect(page.locator(".notice")).toContainText("Settled");
  const { count, end } = await moving(page);
  expect(count).toBeGreaterThan(0);
  expect(count).toBeLessThanOrEqual(ANIMATED_MAX);
  expect(end).toBeLessThanOrEqual(NET);
});

test("two compared futures are both animated, within one limit", async ({ page }) => {
  test.slow();
  await hold(page);
  await update(page);
  const [applied] = await position(page);
  await button(page, "Settle").click();
  await expect(page.locator(".notice")).toContainText("Settled");
  await page.getByRole("slider", { name: "Position in time" }).fill(String(applied - 1));
  await write(page, MANIFEST.replace("nginx:1.7.9", "nginx:1.28.0"));
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(page.locator(".notice")).toContainText("Settled");
  await page.getByRole("slider", { name: "Position in time" }).fill(String(applied));
  await arrive(page);
  await button(page, "Compare").click();
  await expect(cluster(page).locator(".future")).toHaveCount(2);
  expect((await moving(page)).count, "both have moved").toBe(0);
  const sides = { ".future:not(.there)": new Set(), ".future.there": new Set() };
  const tell = ["a pod is born", "a pod starts terminating", "a pod is gone", "a ReplicaSet wants another number"];
  const over = async () => Object.values(sides).every((told) => tell.every((kind) => told.has(kind)));
  await until(over, async () => {
    await press(page, "Step");
    expect((await moving(page)).count).toBeLessThanOrEqual(ANIMATED_MAX);
    for (const [side, told] of Object.entries(sides)) {
      for (const kind of (await moving(page, side)).kinds) told.add(kind);
    }
    await arrive(page);
  });
  expect([...sides[".future.there"]]).not.toContain("a message travels");
});

test("a deleted Deployment disappears, and its orphans move from their positions", async ({ page }) => {
  await hold(page);
  await open(page);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(page.locator(".notice")).toContainText("Settled");
  await arrive(page);
  const lane = cluster(page).locator(".lane:not(.ghost .lane)");
  const before = await lane.boundingBox();
  await page.evaluate(() => window.kubestep.run("kubectl delete deployment nginx-deployment --wait=false"));
  await expect(cluster(page).locator(".workload.ghost")).toHaveCount(1);
  await expect(cluster(page).getByRole("article")).toHaveCount(0);
  expect((await lane.boundingBox()).y, "it starts at its former position").toBeCloseTo(before.y, 0);
  await expect(cluster(page).locator(".workload.ghost .lane")).not.toBeVisible();
  await arrive(page);
  await expect(cluster(page).locator(".ghost")).toHaveCount(0);
  expect((await lane.boundingBox()).y).toBeLessThan(before.y);
  // Its ReplicaSet and its pods follow, each with its own animation.
  const told = new Set();
  const empty = async () => (await cluster(page).locator(".start").count()) > 0;
  await until(empty, async () => {
    await press(page, "Step");
    const { count, kinds } = await moving(page);
    expect(count).toBeLessThanOrEqual(ANIMATED_MAX);
    for (const kind of kinds) told.add(kind);
    if ((await cluster(page).locator(".lane.ghost").count()) > 0) told.add("a lane leaves");
    if ((await cluster(page).locator(".loose.ghost").count()) > 0) told.add("the last pod leaves with its list");
    await arrive(page);
    await expect(cluster(page).locator(".ghost")).toHaveCount(0);
  });
  expect([...told]).toEqual(expect.arrayContaining(["a lane leaves", "a pod starts terminating", "a pod is gone"]));
  expect([...told]).toContain("the last pod leaves with its list");
});

test("Settle is animated from the previous positions", async ({ page }) => {
  await hold(page);
  await update(page);
  const [pod] = await cluster(page).locator(".lane .pod").evaluateAll((pods) => pods.map((pod) => pod.dataset.uid));
  // On any machine: settling is over before anything of it is shown.
  await page.evaluate(() => {
    const now = Date.now();
    Date.now = () => now;
  });
  await button(page, "Settle").click();
  await expect(page.locator(".notice")).toContainText("Settled");
  // All changes of three pods in one animation: the old ones disappear from their positions, the new ones appear.
  const { kinds } = await moving(page);
  expect(kinds).toEqual(expect.arrayContaining(["a pod is born", "a pod is gone", "the share of the revisions changes"]));
  await expect(cluster(page).locator(`.pod[data-uid="${pod}"]`)).toHaveCount(0);
  await expect(cluster(page).locator(".pods.ghost .pod")).toHaveCount(3);
});

for (const [name, act] of [
  ["a key", (page) => page.keyboard.press("Shift")],
  ["the pointer", (page) => page.mouse.click(5, 5)],
  ["the wheel", (page) => page.mouse.wheel(0, 1)],
]) {
  test(`${name} ends all animations`, async ({ page }) => {
    test.slow();
    await hold(page);
    await update(page);
    await until(
      async () => (await moving(page)).kinds.includes("a pod is gone"),
      async () => {
        await arrive(page);
        await press(page, "Step");
      },
    );
    await act(page);
    await expect.poll(async () => (await moving(page)).count).toBe(0);
    await expect(page.locator(".ghost, .travels")).toHaveCount(0);
  });
}

test("copies of disappeared elements are removed after their animation", async ({ page }) => {
  test.slow();
  await update(page);
  // An animation may end before it can be queried, so they are counted as they start.
  await page.evaluate(() => {
    window.left = 0;
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) {
        for (const node of addedNodes) if (node instanceof Element && node.matches(".ghost")) window.left++;
      }
    }).observe(document.body, { childList: true, subtree: true });
  });
  await until(complete(page), () => press(page, "Step"));
  expect(await page.evaluate(() => window.left), "something was seen leaving").toBeGreaterThan(0);
  await expect(page.locator(".ghost, .travels")).toHaveCount(0);
});

test("with reduced motion nothing is animated, and changes are marked", async ({ page }) => {
  test.slow();
  await page.emulateMedia({ reducedMotion: "reduce" });
  await hold(page);
  await update(page);
  let changed = 0;
  for (let step = 0; step < 12; step++) {
    await press(page, "Step");
    expect((await moving(page)).count).toBe(0);
    const tile = cluster(page).getByRole("listitem", { name: /, changed/ });
    if ((await tile.count()) > 0) {
      changed++;
      await expect(tile.first().getByText("changed", { exact: true })).toBeVisible();
    }
  }
  expect(changed).toBeGreaterThan(0);
});
