// Helpers of the stories.

import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "./fixtures.js";

/** The ReplicaSets of the tutorial: nginx:1.7.9 and nginx:1.9.1. */
export const FIRST = "nginx-deployment-64bccb4548";
export const SECOND = "nginx-deployment-6596694446";

/** Upper bound for the steps of any story, so that an endless loop fails instead of hanging. */
const STEPS_MAX = 150;

/** Number of unchanged frames after which a page is considered still. */
const UNCHANGED = 5;

export const cluster = (page) => page.getByRole("region", { name: "Cluster" });
export const why = (page) => page.getByRole("region", { name: "Why" });
export const manifests = (page) => page.getByRole("textbox", { name: "Manifests" });
export const button = (page, name) => page.getByRole("button", { name, exact: true });
export const problems = (page) => page.getByRole("region", { name: "Problems" });

/** A line printed by kubectl after applying. */
export const applied = (page, line) =>
  page.getByRole("region", { name: "Manifests" }).getByRole("listitem").filter({ hasText: line });

/** The pods of a ReplicaSet, optionally with a status in their accessible name. */
export function pods(page, owner, status = "") {
  const name = new RegExp(`^${owner}-[a-z0-9]+: ${status}`);
  return cluster(page).getByRole("listitem", { name });
}

/** Opens the page and waits for the cluster, which is loaded after the first paint. */
export async function arrive(page) {
  await page.goto("./");
  await expect(page.locator("#pane-queues")).toBeAttached();
}

/** Opens the page and waits for the cluster and the editor. */
export async function open(page) {
  await arrive(page);
  await expect(page.locator(".cm-editor")).toBeVisible();
}

/** The numbers of steps done and known. */
export async function position(page) {
  const [done, known] = (await page.getByText(/^step \d+ of \d+$/).textContent()).match(/\d+/g);
  return [Number(done), Number(known)];
}

/** Waits until all animations have ended and nothing has changed for some frames. */
export async function still(page) {
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
  await settled(page);
}

/** Waits until nothing has changed for some frames, even if animations are paused. */
export async function settled(page) {
  await page.evaluate(async (frames) => {
    let changed = false;
    const observer = new MutationObserver(() => (changed = true));
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    for (let unchanged = 0; unchanged < frames; unchanged++) {
      await new Promise((done) => requestAnimationFrame(done));
      if (changed) unchanged = -1;
      changed = false;
    }
    observer.disconnect();
  }, UNCHANGED);
}

/** Repeats an action until a condition holds. */
export async function until(holds, act) {
  for (let step = 0; step < STEPS_MAX; step++) {
    if (await holds()) return;
    await act();
  }
  throw new Error(`not reached in ${STEPS_MAX} steps`);
}

/** Shows a pane when only one is shown at a time, by its tab or the last tab's menu. */
export async function showPane(page, name, press = (target) => target.click()) {
  const tabs = page.getByRole("navigation");
  const tab = tabs.getByRole("button", { name, exact: true });
  if ((await tab.count()) === 0) await press(tabs.getByRole("button", { name: /^More/ }));
  await press(tab);
}

/** Presses Tab, or Shift and Tab towards what is before the focus, until an element has the focus. */
export async function tabTo(page, target) {
  for (let stop = 0; stop < 90; stop++) {
    const where = await target.evaluate((element) => {
      const active = document.activeElement;
      // Of a group of radio buttons, Tab reaches the first, and Shift and Tab the last.
      if (active === element || (element.type === "radio" && active.name === element.name)) return "here";
      const before = active.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING;
      return before ? "before" : "after";
    });
    if (where === "here") return;
    await page.keyboard.press(where === "before" ? "Shift+Tab" : "Tab");
  }
  throw new Error("it is not a tab stop");
}

/** Waits for the end of all motion: axe measures targets as they are drawn, and a lane that opens is drawn smaller. */
async function stillness(page) {
  await page.evaluate(async () => {
    const moving = () =>
      document
        .getAnimations()
        .filter((one) => one.playState === "running" && Number.isFinite(one.effect?.getComputedTiming().endTime));
    while (moving().length > 0) await Promise.allSettled(moving().map((one) => one.finished));
  });
}

/** The violations found by axe, in short form. */
export async function violations(page) {
  await stillness(page);
  const options = { rules: { "target-size": { enabled: true } } };
  const { violations } = await new AxeBuilder({ page }).options(options).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n")}`);
}

/** Replaces the editor's text like pasting. */
export async function write(page, text) {
  await manifests(page).focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(text);
}

/**
 * Replaces the manifests by pasting, which for long texts takes a fraction of the time that writing them takes.
 *
 * @returns when the page got the text, in milliseconds of its own clock
 */
export async function paste(page, text) {
  const editor = page.locator("#pane-manifests .cm-content");
  await editor.focus();
  await page.keyboard.press("ControlOrMeta+a");
  return editor.evaluate((content, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const begun = performance.now();
    content.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    return begun;
  }, text);
}

/** Drops files on the page. */
export async function drop(page, files) {
  await page.evaluate((files) => {
    const data = new DataTransfer();
    for (const [name, text] of files) data.items.add(new File([text], name, { type: "application/yaml" }));
    const main = document.querySelector("main");
    main.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, Object.entries(files));
}

/** A Deployment's manifest with additional lines in its spec. */
export function deployment({ name = "web", spec = "  replicas: 2" } = {}) {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
${spec}
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
        - name: app
          image: nginx:1.27
`;
}

/** The lines after a StatefulSet's template that give each pod its own claim. */
export const CLAIMS = `
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: ["ReadWriteOnce"]
        resources:
          requests:
            storage: 1Gi
`;
