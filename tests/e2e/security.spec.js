// The page's Content-Security-Policy, and user input that looks like markup.

import { expect, test } from "./fixtures.js";
import { button, cluster, deployment, open, write } from "./helpers.js";

test("the policy blocks foreign scripts, handlers, code in strings, style elements and requests", async ({ page, wrong }) => {
  await open(page);
  const done = await page.evaluate(async () => {
    const blocked = [];
    document.addEventListener("securitypolicyviolation", (event) => blocked.push(event.effectiveDirective));
    const add = (name, fill) => document.body.append(Object.assign(document.createElement(name), fill));
    add("script", { textContent: "window.injected = 'script'" });
    add("style", { textContent: "body { display: none }" });
    const button = document.createElement("button");
    button.setAttribute("onclick", "window.injected = 'handler'");
    button.click();
    // `eval` is allowed while the story's own code runs in the page, but not later.
    setTimeout("window.injected = 'timer'");
    const fetched = await fetch("https://example.com/").catch((error) => error.name);
    // Violations are reported asynchronously.
    await new Promise((next) => setTimeout(next, 100));
    return { injected: window.injected, fetched, display: getComputedStyle(document.body).display, blocked };
  });
  expect(done.injected).toBeUndefined();
  expect(done.fetched).toBe("TypeError");
  expect(done.display).not.toBe("none");
  const directives = ["connect-src", "script-src", "script-src-attr", "script-src-elem", "style-src-elem"];
  expect([...new Set(done.blocked)].sort()).toEqual(directives);
  // The browser logs each of them.
  wrong.length = 0;
});

test("markup in manifests and commands is text wherever it is shown", async ({ page }) => {
  await open(page);
  const markup = "<img id=injected src=x onerror=alert(1)>";
  await write(page, deployment({ name: "web", spec: `  replicas: 1\n  progressDeadlineSeconds: 600` })
    .replace("  name: web", `  name: web\n  annotations: {note: "${markup}"}`));
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await cluster(page).getByRole("button", { name: "web", exact: true }).click();
  await expect(page.getByText(markup).first()).toBeVisible();
  await page.locator("body").press(":");
  await page.keyboard.insertText(`get "${markup}"`);
  await page.keyboard.press("Enter");
  await expect(page.getByText(markup).last()).toBeVisible();
  await expect(page.locator("#injected")).toHaveCount(0);
});
