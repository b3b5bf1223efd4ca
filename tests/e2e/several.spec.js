// Several files in the manifests pane: tabs, which the console's commands see as files.

import { expect, test } from "./fixtures.js";
import { applied, arrive, button, deployment, drop, manifests, open, problems, showPane, violations, write } from "./helpers.js";

const tabs = (page, name = "Files") => page.getByRole("tablist", { name });
const tab = (page, name) => tabs(page).getByRole("tab", { name });
const field = (page) => page.getByRole("textbox", { name: "kubectl command" });
const log = (page) => page.getByRole("log", { name: "What was printed" });
const text = (page) => page.locator("#pane-manifests .cm-content");

const configMap = (name) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

/** Types a command into the console. */
async function run(page, line) {
  await field(page).focus();
  await page.keyboard.insertText(line);
  await page.keyboard.press("Enter");
}

test("dropped files are tabs, applied together in kubectl's order", async ({ page }) => {
  await open(page);
  await expect(tab(page, "manifest.yaml")).toHaveAttribute("aria-selected", "true");
  await expect(button(page, "Apply all")).toHaveCount(0);
  await drop(page, { "web.yaml": deployment(), "a.yaml": configMap("a"), "notes.txt": "no manifest" });
  // The example, which was not touched, gives way.
  await expect(tabs(page).getByRole("tab")).toHaveText(["a.yaml", "notes.txt", "web.yaml"]);
  await expect(tab(page, "a.yaml")).toHaveAttribute("aria-selected", "true");
  await expect(text(page)).toContainText("name: a");
  await tab(page, "web.yaml").click();
  await expect(text(page)).toContainText("name: web");
  await expect(page.getByRole("tabpanel", { name: "web.yaml" })).toBeVisible();
  expect(await violations(page)).toEqual([]);

  await button(page, "Apply all").click();
  const lines = page.locator(".applied li");
  await expect(lines).toHaveText(["configmap/a created", "deployment.apps/web created"]);

  // The console has the same files, and back and forth changes none of them.
  await page.locator("body").press(":");
  await run(page, "ls");
  await expect(log(page)).toContainText("a.yaml\nnotes.txt\nweb.yaml");
  await run(page, "kubectl delete -f .");
  await expect(log(page)).toContainText('configmap "a" deleted from default namespace');
  await run(page, "kubectl apply -f web.yaml");
  await expect(log(page)).toContainText("deployment.apps/web created");
  await button(page, "Back").click();
  await expect(tabs(page).getByRole("tab")).toHaveCount(3);
});

test("a fault is shown on its tab", async ({ page }) => {
  await open(page);
  await drop(page, { "a.yaml": configMap("a"), "b.yaml": configMap("b").replace("metadata", "metadatas") });
  await expect(tab(page, "a.yaml")).toHaveAttribute("aria-selected", "true");
  await button(page, "Apply all").click();
  await expect(tab(page, /^b\.yaml\s*1 problem$/)).toHaveAttribute("aria-selected", "true");
  await expect(problems(page)).toContainText("3:1");
  await expect(problems(page)).toContainText("metadatas");
  await tab(page, "a.yaml").click();
  await expect(problems(page)).toHaveCount(0);
  await tab(page, /b\.yaml/).click();
  await expect(problems(page)).toContainText("3:1");
  expect(await violations(page)).toEqual([]);
  await write(page, configMap("b"));
  await expect(tab(page, "b.yaml")).toHaveText("b.yaml");
  await button(page, "Apply all").click();
  await expect(applied(page, "configmap/a created")).toBeVisible();
  await expect(applied(page, "configmap/b created")).toBeVisible();
});

test("tabs are added, renamed, removed and restored by keyboard", async ({ page }) => {
  await open(page);
  await button(page, "New file").focus();
  await page.keyboard.press("Enter");
  const name = page.getByRole("textbox", { name: "Name" });
  await expect(name).toBeFocused();
  await expect(name).toHaveValue("manifest-2.yaml");
  await page.keyboard.insertText("manifest.yaml");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert").filter({ hasText: "manifest.yaml already exists." })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText("k8s/web.yaml");
  await page.keyboard.press("Enter");
  await expect(tab(page, "k8s/web.yaml")).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(tab(page, "manifest.yaml")).toBeFocused();
  await expect(text(page)).toContainText("nginx-deployment");
  await page.keyboard.press("Home");
  await expect(tab(page, "k8s/web.yaml")).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("F2");
  await expect(name).toHaveValue("k8s/web.yaml");
  await page.keyboard.press("Escape");
  await expect(tab(page, "k8s/web.yaml")).toBeFocused();
  await write(page, configMap("kept"));
  await tab(page, "k8s/web.yaml").focus();
  await page.keyboard.press("Delete");
  await expect(tab(page, "manifest.yaml")).toBeFocused();
  await expect(tabs(page).getByRole("tab")).toHaveCount(1);
  await expect(page.getByText("k8s/web.yaml was removed.")).toBeVisible();
  await button(page, "Restore").click();
  await expect(tab(page, "k8s/web.yaml")).toHaveAttribute("aria-selected", "true");
  await expect(text(page)).toContainText("name: kept");
  await page.locator("body").press(":");
  await run(page, "kubectl apply -f k8s");
  await expect(log(page)).toContainText("configmap/kept created");
});

test("what the console writes is a tab, and both have the same text", async ({ page }) => {
  await open(page);
  await page.locator("body").press(":");
  await run(page, "cat > base/cm.yaml <<'E'\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: based}\nE");
  await run(page, "echo 'resources: [cm.yaml]' > base/kustomization.yaml");
  // However many tabs there are, the open one is in sight.
  await expect(tabs(page).getByRole("tab", { selected: true })).toBeInViewport({ ratio: 0.9 });
  await expect(tabs(page).getByRole("tab")).toHaveText(["base/cm.yaml", "base/kustomization.yaml", "manifest.yaml"]);
  await tab(page, "base/kustomization.yaml").click();
  await expect(text(page)).toContainText("resources: [cm.yaml]");
  await write(page, "resources: [cm.yaml]\nnamePrefix: my-\n");
  await run(page, "kubectl apply -k base");
  await expect(log(page)).toContainText("configmap/my-based created");
  await run(page, "echo 'nameSuffix: -x' >> base/kustomization.yaml");
  await expect(text(page)).toContainText("nameSuffix: -x");
});

test("files survive a reload and travel in links", async ({ page, browser }) => {
  await open(page);
  await drop(page, { "a.yaml": configMap("a"), "web.yaml": deployment() });
  await expect(tabs(page).getByRole("tab")).toHaveText(["a.yaml", "web.yaml"]);
  await tab(page, "web.yaml").click();
  // Sessions are saved at most every 300 ms.
  const saved = () =>
    page.evaluate(() => localStorage.getItem(`kubestep.session.${sessionStorage.getItem("kubestep.tab")}`));
  await expect.poll(saved).toMatch(/"file":\s*"web\.yaml"/);
  await page.reload();
  await expect(tab(page, "web.yaml")).toHaveAttribute("aria-selected", "true");
  await expect(tabs(page).getByRole("tab")).toHaveText(["a.yaml", "web.yaml"]);
  await button(page, "Apply all").click();
  await expect(applied(page, "configmap/a created")).toBeVisible();
  await expect.poll(() => new URL(page.url()).hash).toMatch(/^#2/);
  const other = await (await browser.newContext()).newPage();
  await other.goto(page.url());
  await expect(tab(other, "web.yaml")).toHaveAttribute("aria-selected", "true");
  await tab(other, "a.yaml").click();
  await expect(text(other)).toContainText("name: a");
  await other.context().close();
});

test("a folder is dropped with its names, and a state as one file", async ({ page }) => {
  await open(page);
  // Files of a real folder cannot be made by a script: what the page reads of one is imitated.
  await page.evaluate(() => {
    const file = (fullPath, text) => {
      const name = fullPath.split("/").pop();
      return { name, fullPath, isFile: true, file: (resolve) => resolve(new File([text], name)) };
    };
    const folder = (fullPath, entries) => {
      const left = [entries, []];
      return { fullPath, isDirectory: true, createReader: () => ({ readEntries: (resolve) => resolve(left.shift()) }) };
    };
    const cm = (name) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
    const sub = folder("/k8s/sub", [file("/k8s/sub/b.yaml", cm("b")), file("/k8s/sub/logo.png", "")]);
    const entry = folder("/k8s", [file("/k8s/c.yml", cm("c")), sub]);
    const event = new Event("drop", { bubbles: true, cancelable: true });
    event.dataTransfer = { types: ["Files"], items: [{ kind: "file", webkitGetAsEntry: () => entry, getAsFile: () => null }] };
    document.querySelector("main").dispatchEvent(event);
  });
  await expect(tabs(page).getByRole("tab")).toHaveText(["k8s/c.yml", "k8s/sub/b.yaml"]);
  await button(page, "Console").click();
  await run(page, "kubectl apply -f k8s");
  await expect(log(page)).toContainText("configmap/c created");
  await run(page, "kubectl apply -R -f .");
  await expect(log(page)).toContainText("configmap/b created");
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, locale: "zh-CN" });

  test("tabs speak Chinese and can be tapped", async ({ page }) => {
    await page.goto("./");
    await showPane(page, "YAML", (target) => target.tap());
    const list = tabs(page, "文件");
    await expect(list.getByRole("tab")).toHaveText(["manifest.yaml"]);
    await button(page, "新建文件").tap();
    await page.getByRole("textbox", { name: "文件名" }).fill("web.yaml");
    await button(page, "重命名").tap();
    await expect(list.getByRole("tab")).toHaveText(["manifest.yaml", "web.yaml"]);
    await page.getByRole("textbox", { name: "清单" }).focus();
    await page.keyboard.insertText(configMap("a"));
    expect(await violations(page)).toEqual([]);
    await button(page, "全部应用").tap();
    await showPane(page, "YAML", (target) => target.tap());
    await expect(page.getByRole("listitem").filter({ hasText: "configmap/a created" })).toBeVisible();
    await button(page, "更多文件操作").tap();
    await button(page, "删除").tap();
    await expect(list.getByRole("tab")).toHaveText(["manifest.yaml"]);
    await expect(page.getByText("已删除 web.yaml。")).toBeVisible();
  });

  test("the open file's tab is in sight although files were written while the pane was hidden", async ({ page }) => {
    await arrive(page);
    for (const name of ["a-rather-long-name.yaml", "another-long-name.yaml", "yet-another-name.yaml"]) {
      await page.evaluate((name) => window.kubestep.run(`echo 'a: b' > ${name}`), name);
    }
    await showPane(page, "YAML", (target) => target.tap());
    const list = tabs(page, "文件");
    await expect(list.getByRole("tab")).toHaveCount(4);
    await expect(list.getByRole("tab", { selected: true })).toBeInViewport({ ratio: 0.9 });
  });
});
