// The editor's bundle in isolation: the behaviour that the page relies on.

import { expect, test } from "./fixtures.js";
import { button, manifests, open, write } from "./helpers.js";

/** Creates a separate editor beside the real one; `window.editor` is its handle. */
async function mount(page, doc) {
  const body = "<!DOCTYPE html><title>the editor</title><div></div><button>after</button>";
  await page.route("**/editor-alone.html", (route) =>
    route.fulfill({ contentType: "text/html; charset=utf-8", body }),
  );
  await page.goto("./editor-alone.html");
  await page.evaluate(async (doc) => {
    const { createEditor } = await import(new URL("vendor/editor.js", document.baseURI).href);
    window.told = [];
    window.editor = createEditor(document.querySelector("div"), {
      doc,
      label: "Manifests",
      onChange: (text) => window.told.push(text),
      onApply: () => window.told.push("apply"),
    });
  }, doc);
  return page.getByRole("textbox", { name: "Manifests" });
}

/** Replaces the text by pasting, because typing thousands of lines takes minutes. */
async function paste(page, text) {
  await page.keyboard.press("Control+a");
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.querySelector(".cm-content").dispatchEvent(event);
  }, text);
}

const told = (page) => page.evaluate(() => window.told);

test("the editor reports the user's changes, not those of the page", async ({ page }) => {
  const textbox = await mount(page, "kind: Pod");
  await page.evaluate(() => window.editor.setDoc("kind: Deployment"));
  expect(await told(page)).toEqual([]);
  await textbox.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("s");
  expect(await told(page)).toEqual(["kind: Deployments"]);
  expect(await page.evaluate(() => window.editor.getDoc())).toBe("kind: Deployments");
});

test("Ctrl+Enter applies and leaves the text as it is", async ({ page }) => {
  const textbox = await mount(page, "kind: Pod");
  await textbox.click();
  await page.keyboard.press("Control+Enter");
  expect(await told(page)).toEqual(["apply"]);
  expect(await page.evaluate(() => window.editor.getDoc())).toBe("kind: Pod");
});

test("Tab leaves the editor", async ({ page }) => {
  const textbox = await mount(page, "kind: Pod");
  await textbox.focus();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "after" })).toBeFocused();
});

test("diagnostics mark their positions, even outside the text", async ({ page }) => {
  const textbox = await mount(page, "spec:\n  replicas: three\n  é: 1\n");
  await page.evaluate(() =>
    window.editor.setDiagnostics([
      { line: 2, column: 13, message: "not a number", severity: "error" },
      { line: 3, column: 3, endColumn: 4, message: "unknown field", severity: "warning" },
      { line: 99, column: 99, message: "past the end", severity: "info" },
    ]),
  );
  await expect(textbox.locator(".cm-lintRange-error")).toHaveText("three");
  await expect(textbox.locator(".cm-lintRange-warning")).toHaveText("é");
  await page.evaluate(() => window.editor.setDiagnostics([]));
  await expect(textbox.locator(".cm-lintRange-error")).toHaveCount(0);
});

test("a position far down is revealed with the cursor", async ({ page }) => {
  const lines = Array.from({ length: 500 }, (_, i) => `key${i + 1}: value`).join("\n");
  await mount(page, lines);
  await page.evaluate(() => {
    document.querySelector(".cm-editor").style.height = "200px";
    window.editor.reveal(400, 8);
    window.editor.focus();
  });
  await expect(page.getByText("key400:")).toBeInViewport();
  await page.keyboard.type("X");
  await expect(page.getByText("key400:Xvalue")).toHaveCount(0);
  expect(await page.evaluate(() => window.editor.getDoc())).toContain("key400:X value");
});

/** Nested far deeper than real manifests, which would overflow the highlighter's stack. */
const deep = {
  "brackets": "[".repeat(5000),
  "braces over lines": "{a:\n".repeat(5000),
  "list items in one line": `${"- ".repeat(5000)}x`,
  "indentation": Array.from({ length: 1000 }, (_, level) => `${" ".repeat(level)}a:`).join("\n"),
};

for (const [name, text] of Object.entries(deep)) {
  test(`a text of deeply nested ${name} loses its colours, nothing else`, async ({ page }) => {
    const textbox = await mount(page, "kind: Pod");
    await expect(textbox.locator("span[class]")).not.toHaveCount(0);
    await textbox.focus();
    await paste(page, text);
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("x");
    expect((await told(page)).at(-1)).toBe(`x${text}`);
    await paste(page, "kind: Service");
    await expect(textbox.locator("span[class]"), "the highlighting returns").not.toHaveCount(0);
    // Same text as the first one.
    await page.evaluate(async (text) => {
      window.editor.destroy();
      const { createEditor } = await import(new URL("vendor/editor.js", document.baseURI).href);
      window.editor = createEditor(document.querySelector("div"), { doc: text, label: "Manifests" });
    }, text);
    await expect(textbox).toBeVisible();
    expect((await page.evaluate(() => window.editor.getDoc())).length).toBe(text.length);
  });
}

test("the colours follow the theme and the page", async ({ page }) => {
  await mount(page, "kind: Pod");
  const background = () =>
    page.evaluate(() => getComputedStyle(document.querySelector(".cm-editor")).backgroundColor);
  await page.evaluate(() => window.editor.setTheme("light"));
  expect(await background()).toBe("rgb(255, 255, 255)");
  await page.evaluate(() => window.editor.setTheme("dark"));
  expect(await background()).toBe("rgb(13, 17, 23)");
  await page.evaluate(() => {
    document.documentElement.style.setProperty("--editor-background", "rgb(1, 2, 3)");
  });
  expect(await background()).toBe("rgb(1, 2, 3)");
  await page.evaluate(() => window.editor.destroy());
  await expect(page.locator(".cm-editor")).toHaveCount(0);
});

test("the editor becomes dark and light with the system, while the page is open", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await open(page);
  const ground = (name) => page.locator(name).evaluate((element) => getComputedStyle(element).backgroundColor);
  const light = await ground(".cm-editor");
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(() => ground(".cm-editor")).not.toBe(light);
  expect(await ground(".cm-editor")).toBe(await ground(".pane.cluster"));
});

test("formatting keeps comments, quotes and what the text means", async ({ page }) => {
  await open(page);
  await manifests(page).focus();
  await page.waitForFunction(() => window.kubestep.assist);
  const doc = () => page.evaluate(() => window.kubestep.editor.getDoc());
  const rough = "# a pod\nkind:   Pod\nspec:\n    containers:\n    - name: 'a'   # the only one\n      command: [ \"sh\" ]\n    hostIPC: no\n";
  await write(page, rough);
  await button(page, "Format").click();
  const neat = "# a pod\nkind: Pod\nspec:\n  containers:\n    - name: 'a' # the only one\n      command: [\"sh\"]\n  hostIPC: no\n";
  await expect.poll(doc).toBe(neat);
  await manifests(page).press("Control+z");
  expect(await doc()).toBe(rough);
  await manifests(page).press("Shift+Alt+F");
  await expect.poll(doc).toBe(neat);
  await write(page, "kind: [");
  await button(page, "Format").click();
  await expect(page.getByText("The text cannot be parsed, so it is left as it is.")).toBeVisible();
  expect(await doc()).toBe("kind: [");
});
