// The console: kubectl commands for the cluster.

import { expect, test } from "./fixtures.js";
import { FIRST, SECOND, button, cluster, manifests, open, pods, position, why, write } from "./helpers.js";

const field = (page) => page.getByRole("textbox", { name: "kubectl command" });
const log = (page) => page.getByRole("log", { name: "What was printed" });

/** Opens the page with the console in front. */
async function openConsole(page) {
  await open(page);
  await page.locator("body").press(":");
  await expect(field(page)).toBeFocused();
}

/** Types a command and presses Enter. */
async function run(page, text) {
  await field(page).focus();
  await page.keyboard.insertText(text);
  await page.keyboard.press("Enter");
}

test("a colon focuses the console, and a command is one step that can be undone", async ({ page }) => {
  await open(page);
  await page.locator("body").press(":");
  await expect(field(page)).toBeFocused();
  await expect(field(page)).toHaveValue("");
  await page.keyboard.type("kubectl apply -f editor");
  await page.keyboard.press("Enter");
  await expect(log(page)).toContainText("deployment.apps/nginx-deployment created");
  await expect(field(page)).toBeFocused();
  expect(await position(page)).toEqual([1, 1]);
  await expect(why(page)).toContainText("kubectl apply -f editor");
  await button(page, "Settle").click();
  await expect(pods(page, FIRST, "Running")).toHaveCount(3);

  await run(page, "kubectl scale deployment nginx-deployment --replicas=5");
  await button(page, "Settle").click();
  await expect(pods(page, FIRST, "Running")).toHaveCount(5);
  await run(page, "kubectl get deployment nginx-deployment");
  await expect(log(page)).toContainText(/nginx-deployment\s+5\/5\s+5\s+5/);
  const [done] = await position(page);
  await run(page, "kubectl get pods");
  expect((await position(page))[0], "reading is not a step").toBe(done);

  await page.keyboard.press("Escape");
  await page.keyboard.press("Shift+ArrowLeft");
  await expect(pods(page, FIRST, "Running")).toHaveCount(3);
  await page.keyboard.press("End");
  await expect(pods(page, FIRST, "Running")).toHaveCount(5);
});

test("arrow keys browse the history, Ctrl+C discards the line, Ctrl+L clears", async ({ page }) => {
  await openConsole(page);
  await run(page, "kubectl get pods");
  await run(page, "kubectl get nodes");
  await page.keyboard.insertText("kubectl begun");
  await page.keyboard.press("ArrowUp");
  await expect(field(page)).toHaveValue("kubectl get nodes");
  await page.keyboard.press("ArrowUp");
  await expect(field(page)).toHaveValue("kubectl get pods");
  await page.keyboard.press("ArrowUp");
  await expect(field(page)).toHaveValue("kubectl get pods");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(field(page)).toHaveValue("kubectl begun");
  await page.keyboard.press("Control+c");
  await expect(field(page)).toHaveValue("");
  await expect(log(page)).toContainText("kubectl begun^C");
  await page.keyboard.press("Control+l");
  await expect(log(page)).not.toContainText("node-1");
  await page.keyboard.press("ArrowUp");
  await expect(field(page), "a discarded line is not in the history").toHaveValue("kubectl get nodes");
});

test("several lines can be pasted at once, with a here-document", async ({ page }) => {
  await openConsole(page);
  await run(
    page,
    `$ kubectl create namespace prod
# a remark
kubectl apply -f - <<EOF
apiVersion: v1
kind: ConfigMap
metadata: {name: colours, namespace: prod}
data:
  sky: blue
EOF
kubectl get configmap colours -n prod \\
  -o jsonpath='{.data.sky}{"\\n"}' | wc -l`,
  );
  await expect(log(page)).toContainText("namespace/prod created");
  await expect(log(page)).toContainText("configmap/colours created");
  await expect(log(page).locator("pre").last()).toHaveText("1\n");
  expect(await position(page)).toEqual([2, 2]);
});

test("a waiting command follows the user's steps, and can be interrupted", async ({ page }) => {
  await openConsole(page);
  await run(page, "kubectl apply -f editor\nkubectl rollout status deployment/nginx-deployment\nkubectl get rs");
  await expect(log(page)).toContainText("The command is waiting");
  await expect(log(page)).not.toContainText("DESIRED");
  await page.keyboard.press("Escape");
  for (let i = 0; i < 6; i++) await page.keyboard.press(".");
  await expect(log(page)).toContainText("0 out of 3 new replicas have been updated");
  await button(page, "Settle").click();
  await expect(log(page)).toContainText('deployment "nginx-deployment" successfully rolled out');
  await expect(log(page), "later input follows").toContainText(/nginx-deployment-\w+\s+3\s+3\s+3/);
  await expect(log(page)).not.toContainText("The command is waiting");

  await run(page, "kubectl set image deployment/nginx-deployment nginx=nginx:1.9.1");
  await run(page, "kubectl rollout status deployment/nginx-deployment");
  await expect(log(page)).toContainText("The command is waiting");
  await page.keyboard.press("Control+c");
  await expect(log(page)).not.toContainText("The command is waiting");
  await expect(log(page)).toContainText("^C");
  await button(page, "Settle").click();
  await expect(pods(page, SECOND, "Running")).toHaveCount(3);
});

test("output is announced once, and only for the user's own commands", async ({ page }) => {
  await openConsole(page);
  const status = page.locator("p[role=status]");
  await expect(log(page)).toHaveAttribute("aria-live", "off");
  await run(page, "kubectl get nodes -o name");
  await expect(status).toHaveText("node/node-1\nnode/node-2\nnode/node-3");
  await run(page, "kubectl frobnicate");
  await expect(status).toContainText('unknown command "frobnicate"');
  await expect(cluster(page)).toContainText("Nothing here yet");
});

test("of thousands of lines the oldest are dropped, and that is noted", async ({ page }) => {
  // Two thousand pods are created first.
  test.slow();
  await openConsole(page);
  await run(page, "kubectl apply -f editor");
  await run(page, "kubectl scale deployment nginx-deployment --replicas=2000");
  await button(page, "Settle").click();
  await expect(cluster(page)).toContainText("2000 of 2000", { timeout: 25_000 });
  for (const _ of [1, 2, 3]) {
    await run(page, "kubectl get pods");
    await expect(log(page).locator("pre").last()).toContainText("nginx-deployment-");
  }
  await expect(log(page)).toContainText(/\d+ earlier lines are no longer kept/);
  await run(page, "kubectl get nodes");
  await expect(log(page).locator("pre").last()).toContainText("node-3");
  await expect(log(page).locator("pre").last()).toBeInViewport();
});

test("kubectl edit opens the object in the editor, and Apply saves it", async ({ page }) => {
  // High enough for the editor to show all lines at once.
  await page.setViewportSize({ width: 1440, height: 2400 });
  await openConsole(page);
  await run(page, "kubectl create deployment web --image=nginx:1.27");
  await button(page, "Settle").click();
  await run(page, "kubectl edit deployment web");
  await expect(page.getByText("The object is open in the editor: Apply saves it.").first()).toBeVisible();
  await expect(manifests(page)).toContainText("Please edit the object below");
  const text = (await page.locator(".cm-line").allTextContents()).join("\n");
  await write(page, text.replace("replicas: 1", "replicas: 3"));
  await button(page, "Apply").click();
  await expect(log(page)).toContainText("deployment.apps/web edited");
  await expect(manifests(page)).toContainText("name: nginx-deployment");
  await button(page, "Settle").click();
  await expect(cluster(page).getByRole("listitem", { name: /^web-.*: Running/ })).toHaveCount(3);
});

test("an interrupted edit changes nothing and restores the manifests", async ({ page }) => {
  await openConsole(page);
  await run(page, "kubectl create deployment web --image=nginx:1.27");
  const before = await position(page);
  await run(page, "kubectl edit deployment web");
  await expect(manifests(page)).toContainText("Please edit the object below");
  await field(page).press("Control+c");
  await expect(manifests(page)).toContainText("name: nginx-deployment");
  expect(await position(page)).toEqual(before);
});

test("wide tables scroll horizontally, and later output starts at the left", async ({ page }) => {
  await openConsole(page);
  await button(page, "Apply").click();
  await run(page, "kubectl get deployments -o wide");
  const table = log(page).locator("pre");
  await expect(table).toContainText("SELECTOR");
  const lines = await table.evaluate((pre) => pre.clientHeight / parseFloat(getComputedStyle(pre).lineHeight));
  expect(Math.round(lines), "no line is wrapped").toBe(2);
  const left = () => log(page).evaluate((log) => log.scrollLeft);
  await log(page).evaluate((log) => log.scrollBy(200, 0));
  expect(await left()).toBeGreaterThan(0);
  await run(page, "kubectl get pods");
  await expect.poll(left).toBe(0);
});

test("a script runs commands with kubestep.run and gets a promise of the output", async ({ page }) => {
  // Also before the page is loaded.
  await page.addInitScript(() => {
    document.addEventListener("DOMContentLoaded", () => {
      globalThis.early = globalThis.kubestep.run("kubectl apply -f editor");
    });
  });
  await open(page);
  const ask = (line) => page.evaluate((line) => window.kubestep.run(line), line);
  expect(await page.evaluate(() => globalThis.early)).toEqual({
    stdout: "deployment.apps/nginx-deployment created\n",
    stderr: "",
    exit: 0,
  });
  expect(await position(page)).toEqual([1, 1]);
  await expect(why(page)).toContainText("kubectl apply -f editor");

  // The promise of a waiting command is fulfilled when its wait ends.
  const rollout = ask("kubectl rollout status deployment/nginx-deployment");
  await button(page, "Settle").click();
  expect((await rollout).stdout).toMatch(/^Waiting for deployment .*\n(.*\n)*.* successfully rolled out\n$/);

  expect(await ask("kubectl get deployment nowhere")).toEqual({
    stdout: "",
    stderr: 'Error from server (NotFound): deployments.apps "nowhere" not found\n',
    exit: 1,
  });
  await page.locator("body").press(":");
  await expect(log(page)).toContainText('deployments.apps "nowhere" not found');
  await page.keyboard.press("ArrowUp");
  await expect(field(page), "the command is in the history").toHaveValue("kubectl get deployment nowhere");

  const endless = ask("kubectl get pods --watch");
  await expect(button(page, "Stop")).toBeVisible();
  await button(page, "Stop").click();
  expect((await endless).exit, "as after Ctrl-C").toBe(130);
});
