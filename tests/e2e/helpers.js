// What several stories do.

import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "./fixtures.js";

/** The ReplicaSets of the tutorial: nginx:1.7.9 and nginx:1.9.1. */
export const FIRST = "nginx-deployment-6b799bd7f6";
export const SECOND = "nginx-deployment-649ddf478b";

/** More steps than any story needs: a page that goes on for ever fails instead of hanging. */
const STEPS_MAX = 150;

/** Frames without a change after which a page is still. */
const UNCHANGED = 5;

export const cluster = (page) => page.getByRole("region", { name: "Cluster" });
export const why = (page) => page.getByRole("region", { name: "Why" });
export const manifests = (page) => page.getByRole("textbox", { name: "Manifests" });
export const button = (page, name) => page.getByRole("button", { name, exact: true });
export const problems = (page) => page.getByRole("region", { name: "Problems" });

/** A line that kubectl would print after applying. */
export const applied = (page, line) =>
  page.getByRole("region", { name: "Manifests" }).getByRole("listitem").filter({ hasText: line });

/** The pods of a ReplicaSet, or those of them whose name says a status. */
export function pods(page, owner, status = "") {
  const name = new RegExp(`^${owner}-[a-z0-9]+: ${status}`);
  return cluster(page).getByRole("listitem", { name });
}

/** Opens the page and waits until the cluster is there, which comes after the first paint. */
export async function arrive(page) {
  await page.goto("./");
  await expect(page.locator("#pane-queues")).toBeAttached();
}

/** Opens the page and waits until the cluster and the editor are there. */
export async function open(page) {
  await arrive(page);
  await expect(page.locator(".cm-editor")).toBeVisible();
}

/** How many steps are done, and how many are known. */
export async function position(page) {
  const [done, known] = (await page.getByText(/^step \d+ of \d+$/).textContent()).match(/\d+/g);
  return [Number(done), Number(known)];
}

/** Waits until every movement is over, and nothing in the page has changed for some frames. */
export async function still(page) {
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
  await settled(page);
}

/** Waits until nothing in the page has changed for some frames, also where movements are stopped. */
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

/** Does something again and again until something else holds. */
export async function until(holds, act) {
  for (let step = 0; step < STEPS_MAX; step++) {
    if (await holds()) return;
    await act();
  }
  throw new Error(`not reached in ${STEPS_MAX} steps`);
}

/** Shows a pane where one is shown at a time: by its tab, or by what is behind the last one. */
export async function showPane(page, name, press = (target) => target.click()) {
  const tabs = page.getByRole("navigation");
  const tab = tabs.getByRole("button", { name, exact: true });
  if ((await tab.count()) === 0) await press(tabs.getByRole("button", { name: /^More/ }));
  await press(tab);
}

/** What axe finds, in short. */
export async function violations(page) {
  const options = { rules: { "target-size": { enabled: true } } };
  const { violations } = await new AxeBuilder({ page }).options(options).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n")}`);
}

/** Replaces the text of the editor, as pasting does. */
export async function write(page, text) {
  await manifests(page).focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(text);
}

/** A Deployment as text; `spec` takes lines of its own. */
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

/** What gives each pod of a StatefulSet a claim of its own, behind its template. */
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
