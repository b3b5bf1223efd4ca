// The page before its editor is loaded, without its editor, and after a reload.

import { expect, test } from "./fixtures.js";
import { FIRST, applied, button, cluster, deployment, manifests, open, pods, write } from "./helpers.js";

/** Promise<void>} lets them come => Delays files. @returns {() => Promise<void>} releases them => Promise<void>} lets them come */
async function hold(page, files) {
  const held = [];
  let come = false;
  await page.route(files, (route) => (come ? route.continue() : held.push(route)));
  return async () => {
    come = true;
    await Promise.all(held.map((route) => route.continue()));
  };
}

test("text and controls work before the editor is loaded", async ({ page }) => {
  const release = await hold(page, "**/vendor/editor.js");
  await page.goto("./");
  await expect(manifests(page)).toHaveValue(/kind: Deployment/);
  for (const name of ["Apply", "Back", "Step", "Settle", "Play"]) {
    await expect(button(page, name)).toBeVisible();
  }
  await manifests(page).fill(deployment());
  await manifests(page).press("Control+Enter");
  await expect(applied(page, "deployment.apps/web created")).toBeVisible();
  await button(page, "Settle").click();
  await expect(cluster(page).getByRole("listitem", { name: /^web-[^:]*: Running/ })).toHaveCount(2);

  // The editor takes over text, focus and cursor.
  await manifests(page).focus();
  await manifests(page).press("Control+Home");
  await release();
  await expect(page.locator(".cm-editor")).toBeVisible();
  await expect(manifests(page)).toBeFocused();
  await page.keyboard.type("# mine");
  await expect(page.locator(".cm-line").first()).toHaveText("# mineapiVersion: apps/v1");
});

test("controls work before the cluster is loaded, and queued actions are performed", async ({ page }) => {
  const release = await hold(page, "**/cluster-*.wasm");
  await page.goto("./");
  for (const name of ["Apply", "Back", "Step", "Settle", "Play"]) {
    await expect(button(page, name)).toBeVisible();
  }
  const places = () =>
    page.evaluate(() =>
      [".head", ".manifests", ".cluster", ".why", ".transport", ".queues", ".timeline", ".events"].map((pane) => {
        const { x, y, width, height } = document.querySelector(pane).getBoundingClientRect();
        return [pane, x, y, width, height];
      }),
    );
  const before = await places();
  await expect(page.locator(".cm-editor")).toBeVisible();
  await write(page, deployment({ name: "early" }));
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("The cluster is still being loaded").first()).toBeVisible();
  await page.getByRole("button", { name: "简体中文" }).click();
  await page.getByRole("button", { name: "English" }).click();
  await manifests(page).focus();
  await release();
  await expect(applied(page, "deployment.apps/early created")).toBeVisible();
  // Typing is not interrupted, and nothing shifts.
  await expect(manifests(page)).toBeFocused();
  await button(page, "Example").click();
  await page.reload();
  await expect(page.getByRole("region", { name: "Cluster" })).toBeVisible();
  expect(await places()).toEqual(before);
});

for (const [what, part] of [
  ["cluster", "**/cluster-*.wasm"],
  ["kubectl", "**/split_kubectl-*.wasm"],
  ["editor", "**/vendor/editor.js"],
]) {
  test(`a page that is left before its ${what} is loaded causes no error, and can be reopened`, async ({ page }) => {
    const release = await hold(page, part);
    const asked = page.waitForRequest(part);
    await page.goto("./");
    await asked;
    await page.reload();
    await release();
    await expect(page.locator(".cm-editor")).toBeVisible();
    await button(page, "Apply").click();
    await expect(applied(page, "deployment.apps/nginx-deployment created")).toBeVisible();
  });
}

test.describe("without a service worker that replaces the network", () => {
  test.use({ serviceWorkers: "block" });

  test("a page whose cluster cannot be loaded says so", async ({ page, wrong }) => {
    await page.route("**/cluster-*.wasm", (route) => route.abort());
    await page.goto("./");
    const notice = page.getByRole("alertdialog", { name: "kubestep has stopped" });
    await expect(notice).toContainText("the cluster could not be loaded");
    await page.unroute("**/cluster-*.wasm");
    await notice.getByRole("button", { name: /Reload/ }).click();
    await button(page, "Apply").click();
    await expect(applied(page, "deployment.apps/nginx-deployment created")).toBeVisible();
    wrong.length = 0;
  });

  test("commands wait for kubectl, and fail with a message if it cannot be loaded", async ({ page, wrong }) => {
    await page.route("**/split_kubectl-*.wasm", (route) => route.abort());
    await page.goto("./");
    await button(page, "Apply").click();
    await expect(applied(page, "deployment.apps/nginx-deployment created")).toBeVisible();
    await button(page, "Console").first().click();
    const field = page.getByRole("textbox", { name: "kubectl command" });
    await field.fill("kubectl get deployments -o name");
    await field.press("Enter");
    const log = page.getByRole("log");
    await expect(log).toContainText("kubectl could not be loaded");
    await page.unroute("**/split_kubectl-*.wasm");
    await field.press("ArrowUp");
    await field.press("Enter");
    await expect(log).toContainText("deployment.apps/nginx-deployment");
    wrong.length = 0;
  });
});

test("the editor is requested after the first paint", async ({ page }) => {
  await open(page);
  const [paint, asked] = await page.evaluate(() => [
    performance.getEntriesByName("first-contentful-paint")[0].startTime,
    performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/vendor/editor.js")).startTime,
  ]);
  expect(asked).toBeGreaterThan(paint);
});

test("without the editor's bundle the page works with a plain text field", async ({ page, wrong }) => {
  await page.route("**/vendor/editor.js", (route) => route.abort());
  await page.goto("./");
  await expect.poll(() => wrong.some((line) => line.includes("vendor/editor.js"))).toBe(true);
  await manifests(page).fill(deployment({ spec: "  replica: 2" }));
  await button(page, "Apply").click();
  await page.getByRole("button", { name: "6:3" }).click();
  await expect(manifests(page)).toBeFocused();
  expect(await manifests(page).evaluate((field) => field.selectionStart)).toBe(
    deployment().indexOf("replicas"),
  );
  await manifests(page).fill(deployment());
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(cluster(page).getByRole("listitem", { name: /^web-[^:]*: Running/ })).toHaveCount(2);
  wrong.length = 0;
});

test("edits and choices survive a reload", async ({ page }) => {
  await open(page);
  await write(page, deployment({ name: "kept" }));
  await page.getByRole("button", { name: /^Theme/ }).click();
  await page.getByRole("button", { name: "简体中文" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await expect(page.getByRole("textbox", { name: "清单" })).toContainText("name: kept");
  await page.getByRole("button", { name: "应用" }).click();
  await page.getByRole("button", { name: "单步" }).click();
  await expect(page.getByRole("region", { name: "为什么" })).toContainText("没有 ReplicaSet 使用 Deployment 的模板");
  await page.getByRole("button", { name: "English" }).click();
  await expect(button(page, "Apply")).toBeVisible();
});

test("the page works without storage", async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", {
      get() {
        throw new DOMException("forbidden", "SecurityError");
      },
    });
  });
  await open(page);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(pods(page, FIRST, "Running")).toHaveCount(3);
});

test("a crashed page says so and can be reloaded", async ({ page }) => {
  await open(page);
  await page.evaluate(() => kubestep.died("panicked at 'a test'"));
  const notice = page.getByRole("alertdialog", { name: "kubestep has stopped" });
  await expect(notice).toContainText("a test");
  await notice.getByRole("button", { name: /Reload/ }).click();
  await expect(page.locator(".cm-editor")).toBeVisible();
  await expect(notice).toBeHidden();
});

test("every lesson is loaded when its address is opened", async ({ page, request, baseURL }) => {
  const index = await (await request.get(`${baseURL}lessons/index.yaml`)).text();
  const names = [...index.matchAll(/- name: (\S+)/g)].map(([, name]) => name);
  await open(page);
  await button(page, "Lessons").first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  for (const name of names) {
    await page.goto(`./#lesson=${name}&step=1`);
    // The progress is stored once the lesson is open.
    const progress = () => page.evaluate(() => localStorage.getItem("kubestep.lessons") ?? "");
    await expect.poll(progress).toMatch(new RegExp(`(^| )${name}=1/`));
    await expect(page.locator(".lesson-head")).toContainText(/1 of \d/);
  }
});
