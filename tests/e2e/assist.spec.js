// Assistance for manifests: completion, explanations, faults and differences before Apply, folding.

import { expect, test } from "./fixtures.js";
import { applied, button, deployment, manifests, open, violations, write } from "./helpers.js";

const pane = (page) => page.getByRole("region", { name: "Manifests" });
const says = (page) => pane(page).getByRole("status");
const offers = (page) => page.getByRole("listbox", { name: "Completions" }).getByRole("option");
const tip = (page) => page.locator(".cm-meaning");

/** The editor's text. */
const text = (page) => page.evaluate(() => window.kubestep.editor.getDoc());

/** Opens the page and goes to the editor, which loads the part that helps with manifests. */
async function begin(page) {
  await open(page);
  await manifests(page).focus();
  await page.waitForFunction(() => window.kubestep.assist);
}

/** Empties the editor. */
async function clear(page) {
  await write(page, " ");
  await page.keyboard.press("Backspace");
}

/** Takes an offer once it is there. */
async function take(page, typed, name) {
  await page.keyboard.type(typed);
  const offer = offers(page).filter({ has: page.locator(".cm-completionLabel", { hasText: new RegExp(`^${name}$`) }) });
  await expect(offer).toHaveAttribute("aria-selected", "true");
  // A list that has just appeared takes no key, lest it surprise somebody who types.
  await page.waitForTimeout(150);
  await page.keyboard.press("Enter");
}

test("a manifest is written by completion alone", async ({ page }) => {
  await begin(page);
  await clear(page);
  await take(page, "ap", "apiVersion");
  await take(page, "app", "apps/v1");
  await page.keyboard.press("Enter");
  await take(page, "ki", "kind");
  await take(page, "De", "Deployment");
  await page.keyboard.press("Enter");
  await take(page, "sp", "spec");
  await take(page, "str", "strategy");
  await take(page, "ty", "type");
  await take(page, "Rec", "Recreate");
  expect(await text(page)).toBe("apiVersion: apps/v1\nkind: Deployment\nspec:\n  strategy:\n    type: Recreate");
  // Required fields come first, and what is there already is not offered again.
  await page.keyboard.press("Enter");
  await page.keyboard.press("Shift+Home");
  await page.keyboard.type("  ");
  await page.keyboard.press("Control+Space");
  await expect(offers(page).first()).toContainText("selector");
  await expect(offers(page).filter({ hasText: /^strategy/ })).toHaveCount(0);
  await expect(page.locator(".cm-completionInfo")).toContainText("Labels by which");
  // What is missing is marked once the typing has paused. axe fails on a page that changes while it looks.
  await expect(page.locator(".assist-fault")).toBeVisible();
  await expect(page.locator(".cm-lintRange-error").first()).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(offers(page)).toHaveCount(0);
});

test("a field explains itself to the pointer, and to the keyboard by F1", async ({ page }) => {
  await begin(page);
  await write(page, deployment({ spec: "  progressDeadlineSeconds: 60\n  template:\n    spec:\n      activeDeadlineSeconds: 5" }));
  await page.getByText("progressDeadlineSeconds").hover();
  await expect(tip(page)).toContainText("spec.progressDeadlineSeconds");
  await expect(tip(page)).toContainText("Default 600");
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(tip(page)).toHaveCount(0);

  await page.mouse.move(0, 0);
  await page.getByText("activeDeadlineSeconds").click();
  await page.keyboard.press("End");
  await page.keyboard.press("F1");
  await expect(tip(page)).toContainText("spec.template.spec.activeDeadlineSeconds");
  await expect(tip(page)).toContainText("Not simulated here");
  await page.keyboard.press("ArrowUp");
  await expect(tip(page)).toHaveCount(0);
});

test("faults are marked while the text is typed, with the words of Apply", async ({ page }) => {
  await begin(page);
  await write(page, deployment({ spec: "  replica: 2" }));
  const fault = pane(page).getByRole("button", { name: /^\d problems?\. Line / });
  await expect(fault).toContainText('Line 6: unknown field "spec.replica"');
  await expect(page.locator(".cm-lintRange-error").first()).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await manifests(page).press("Control+End");
  await fault.click();
  await expect(manifests(page)).toBeFocused();
  await expect(page.locator(".cm-activeLine")).toContainText("replica: 2");
  await button(page, "Apply").click();
  await expect(page.getByRole("region", { name: "Problems" })).toContainText('unknown field "spec.replica"');
  await page.keyboard.press("Escape");
  await write(page, deployment());
  await expect(says(page)).toHaveText("Apply would create 1 object.");
  await expect(page.locator(".cm-lintRange-error")).toHaveCount(0);
});

test("before Apply the page says what it would change, and changes nothing", async ({ page }) => {
  await begin(page);
  await write(page, deployment());
  await button(page, "Apply").click();
  await expect(applied(page, "deployment.apps/web created")).toBeVisible();
  await write(page, deployment({ spec: "  replicas: 5" }));
  await expect(says(page)).toHaveText("Apply would change 1 object.");
  await button(page, "Difference").click();
  const difference = page.getByRole("region", { name: "What Apply would change" });
  await expect(difference).toContainText("-  replicas: 2");
  await expect(difference).toContainText("+  replicas: 5");
  expect(await violations(page)).toEqual([]);
  const { stdout } = await page.evaluate(() => window.kubestep.run("kubectl get deployment web -o jsonpath='{.spec.replicas}'"));
  expect(stdout).toBe("2");
  await write(page, deployment());
  await expect(says(page)).toHaveText("Apply would change nothing.");
  await expect(difference).toHaveCount(0);
});

test("what is refused by the cluster is found before Apply, too", async ({ page }) => {
  await begin(page);
  await write(page, deployment());
  await button(page, "Apply").click();
  await write(page, deployment().replaceAll("app: web", "app: other"));
  await expect(says(page)).toContainText("field is immutable");
});

test("lines are folded by keyboard and by pointer", async ({ page }) => {
  await begin(page);
  await write(page, deployment());
  await page.getByText("selector:").click();
  await page.keyboard.press("Control+Shift+BracketLeft");
  await expect(page.locator(".cm-foldPlaceholder")).toHaveCount(1);
  await expect(page.getByText("matchLabels:")).toHaveCount(0);
  await page.keyboard.press("Control+Shift+BracketRight");
  await expect(page.getByText("matchLabels:")).toHaveCount(1);
  await page.locator(".cm-foldGutter .cm-gutterElement").filter({ hasText: "⌄" }).first().click();
  await expect(page.locator(".cm-foldPlaceholder")).toHaveCount(1);
});

test("assistance speaks Chinese", async ({ page }) => {
  await begin(page);
  await page.getByRole("button", { name: "中文" }).click();
  await page.getByRole("textbox", { name: "清单" }).focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(deployment());
  await expect(page.getByRole("status").filter({ hasText: "应用后将创建 1 个对象。" })).toBeVisible();
  await page.getByText("replicas", { exact: true }).hover();
  await expect(tip(page)).toContainText("期望的 Pod 数量");
});
