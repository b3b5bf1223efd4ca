// Sessions: links, saved sessions, exports and imports.

import { readFile } from "node:fs/promises";
import { expect, test } from "./fixtures.js";
import { button, open, position, violations, write } from "./helpers.js";

const dialog = (page) => page.getByRole("dialog", { name: "Share and save" });
const link = (page) => page.getByLabel("Link to this session");
const notice = (page) => page.locator(".transport .notice");

/** All objects of the cluster, byte for byte, with its clock. */
const snapshot = (page) =>
  page.evaluate(async () => {
    const lines = ["kubectl get nodes,deployments,replicasets,pods,events,pvc -A -o yaml", "sim clock"];
    const told = [];
    for (const line of lines) told.push(await window.kubestep.run(line));
    return JSON.stringify(told);
  });

async function settle(page) {
  await button(page, "Settle").click();
  await expect(button(page, "Settle")).toHaveAttribute("aria-pressed", "false", { timeout: 60_000 });
}

/** The first steps of a rollout. */
async function act(page) {
  await open(page);
  await button(page, "Apply").click();
  await settle(page);
  await page.evaluate(() => window.kubestep.run("kubectl set image deploy/nginx-deployment nginx=nginx:1.9.1"));
  for (let step = 0; step < 4; step++) await button(page, "Step").click();
}

/** The link in the dialog, which it closes again. */
async function shared(page) {
  await button(page, "Share").click();
  await expect(link(page)).toBeVisible();
  const address = await link(page).inputValue();
  await button(page, "Close").click();
  return address;
}

/** Waits until the session of this tab has been saved. */
async function saved(page) {
  const [done] = await position(page);
  await expect
    .poll(() =>
      page.evaluate(() => {
        const slot = sessionStorage.getItem("kubestep.tab");
        return JSON.parse(localStorage.getItem(`kubestep.session.${slot}`) ?? "{}").at?.step;
      }),
    )
    .toBe(done);
}

test("a link opened in a fresh profile shows the same step and the same state", async ({ page, browser }) => {
  await act(page);
  const [at, before] = [await position(page), await snapshot(page)];
  const address = await shared(page);
  expect(address.length).toBeLessThan(700);
  const other = await (await browser.newContext()).newPage();
  await other.goto(address);
  await expect(notice(other)).toContainText("The session is open.", { timeout: 20_000 });
  expect(await position(other)).toEqual(at);
  expect(await snapshot(other)).toBe(before);
  // The next step is the same one, too.
  for (const each of [page, other]) await button(each, "Step").click();
  expect(await snapshot(other)).toBe(await snapshot(page));
  await other.context().close();
});

test("the address follows what the user does", async ({ page }) => {
  await act(page);
  await expect.poll(() => new URL(page.url()).hash).toMatch(/^#1[\w-]{50,}$/);
  const address = await shared(page);
  await expect.poll(() => page.url()).toBe(address);
});

test("a reload loses nothing", async ({ page }) => {
  await act(page);
  const before = await snapshot(page);
  const at = await position(page);
  await saved(page);
  await page.reload();
  await expect(notice(page)).toHaveText("Your last session is back.");
  expect(await position(page)).toEqual(at);
  expect(await snapshot(page)).toBe(before);
  await expect(page.locator(".cm-content")).toContainText("nginx:1.7.9");
});

test("a reload while playing loses nothing", async ({ page }) => {
  await open(page);
  await button(page, "Apply").click();
  await button(page, "Play").click();
  await expect.poll(async () => (await position(page))[0]).toBeGreaterThan(20);
  const [before] = await position(page);
  await page.reload();
  await expect(notice(page)).toHaveText("Your last session is back.");
  const [after] = await position(page);
  // What was not saved yet are steps that the cluster takes by itself.
  expect(after).toBeGreaterThan(0);
  await settle(page);
  await expect.poll(async () => (await position(page))[0]).toBeGreaterThanOrEqual(before);
});

test("a shared link that was edited survives a reload with the edits", async ({ page, browser }) => {
  await act(page);
  const address = await shared(page);
  const other = await (await browser.newContext()).newPage();
  await other.goto(address);
  await expect(notice(other)).toContainText("The session is open.", { timeout: 20_000 });
  await other.evaluate(() => window.kubestep.run("kubectl scale deploy/nginx-deployment --replicas=5"));
  const before = await snapshot(other);
  await saved(other);
  await other.reload();
  await expect(notice(other)).toHaveText("Your last session is back.");
  expect(await snapshot(other)).toBe(before);
  // The link itself still opens as it was shared.
  await other.goto("about:blank");
  await other.goto(address);
  await expect(notice(other)).toContainText("The session is open.", { timeout: 20_000 });
  expect(await snapshot(other)).toBe(await snapshot(page));
  await other.context().close();
});

test("two tabs do not overwrite each other", async ({ page, context }) => {
  await act(page);
  await saved(page);
  const first = await snapshot(page);
  const other = await context.newPage();
  await open(other);
  await expect(notice(other)).toHaveText("Your last session is back.");
  expect(await snapshot(other)).toBe(first);
  await other.evaluate(() => window.kubestep.run("kubectl delete deploy nginx-deployment --wait=false"));
  await saved(other);
  const second = await snapshot(other);
  for (const [each, expected] of [[page, first], [other, second]]) {
    await each.reload();
    await expect(notice(each)).toHaveText("Your last session is back.");
    expect(await snapshot(each)).toBe(expected);
  }
});

test("without storage everything works, and the page says that nothing is saved", async ({ page }) => {
  await page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, {
        get: () => {
          throw new DOMException("denied", "SecurityError");
        },
      });
    }
  });
  await open(page);
  await button(page, "Apply").click();
  await expect(notice(page)).toContainText("This session is not saved");
  await button(page, "Step").click();
  expect((await position(page))[0]).toBe(2);
  await button(page, "Share").click();
  await expect(dialog(page)).toContainText("This session is not saved");
});

test("a full storage is said, and everything works", async ({ page }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await open(page);
  await button(page, "Apply").click();
  await expect(notice(page)).toContainText("This session is not saved");
  await button(page, "Step").click();
  expect((await position(page))[0]).toBe(2);
});

/** Lets the dialog save a file. Returns its name and text. */
async function file(page, name) {
  const download = page.waitForEvent("download");
  await dialog(page).getByRole("button", { name, exact: true }).click();
  const given = await download;
  return [given.suggestedFilename(), await readFile(await given.path(), "utf8")];
}

test("a session is exported and imported", async ({ page, browser }) => {
  await act(page);
  const before = await snapshot(page);
  await button(page, "Share").click();
  const [name, text] = await file(page, "Session");
  expect(name).toBe("kubestep-session.json");
  expect(JSON.parse(text).kubestepSession).toBe(1);
  const [, markdown] = await file(page, "Markdown");
  expect(markdown).toContain("$ kubectl set image deploy/nginx-deployment nginx=nginx:1.9.1");
  expect(markdown).toContain("#1");
  const [, objects] = await file(page, "Objects as YAML");
  expect(objects).toContain("kind: Deployment");
  const [, svg] = await file(page, "Picture (SVG)");
  expect(svg).toContain("prefers-color-scheme");
  const [, events] = await file(page, "Events");
  expect(events).toContain("ScalingReplicaSet");

  const other = await (await browser.newContext()).newPage();
  await open(other);
  await button(other, "Share").click();
  const content = { name, mimeType: "application/json", buffer: Buffer.from(text) };
  await other.getByLabel("Open a session file").setInputFiles(content);
  await expect(notice(other)).toContainText("The session is open.", { timeout: 20_000 });
  expect(await snapshot(other)).toBe(before);

  // A file that is refused changes nothing.
  await button(other, "Share").click();
  const broken = { ...content, buffer: Buffer.from(text.slice(0, -40)) };
  await other.getByLabel("Open a session file").setInputFiles(broken);
  await expect(notice(other)).toContainText("This session is damaged");
  expect(await snapshot(other)).toBe(before);
  await other.context().close();
});

test("sessions are dropped on the page, and links are pasted", async ({ page, browser }) => {
  await act(page);
  const before = await snapshot(page);
  const address = await shared(page);
  await button(page, "Share").click();
  const [, text] = await file(page, "Session");
  const other = await (await browser.newContext()).newPage();
  await open(other);
  await other.evaluate((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "session.json", { type: "application/json" }));
    document.querySelector("main").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, text);
  await expect(notice(other)).toContainText("The session is open.", { timeout: 20_000 });
  expect(await snapshot(other)).toBe(before);
  const paste = (text) =>
    other.evaluate((text) => {
      const data = new DataTransfer();
      data.setData("text", text);
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
    }, text);
  await paste(`${address}X`);
  await expect(notice(other)).toContainText("This session is damaged");
  expect(await snapshot(other)).toBe(before);
  await button(other, "Step").click();
  await paste(address);
  await expect(notice(other)).toContainText("The session is open.", { timeout: 20_000 });
  expect(await snapshot(other)).toBe(before);
  await other.context().close();
});

test("hostile links are answered, and the page goes on", async ({ page }) => {
  for (const [hash, answer] of [
    ["#1AAAA", "damaged"],
    ["#9AAAA", "newer kubestep"],
    [`#1${"A".repeat(300_000)}`, "too large"],
  ]) {
    await page.goto("about:blank");
    await page.goto(`./${hash}`);
    await expect(notice(page)).toContainText(answer);
    await button(page, "Apply").click();
    await expect(page.getByText(/^step 1 of 1$/)).toBeVisible();
    await page.evaluate(() => [localStorage, sessionStorage].forEach((storage) => storage.clear()));
  }
  await page.goto("about:blank");
  await page.goto("./#lesson=13&step=9");
  await expect(notice(page)).toContainText("could not be loaded");
});

/** What the page shows of the cluster: the picture with its gauges, the queues, and the curves. */
const shown = (page) =>
  page.evaluate(() => {
    const parts = ["#pane-cluster", "#pane-queues", ".transport .map"];
    return parts.map((part) => document.querySelector(part).innerHTML.replaceAll(/ (id|style|for|aria-\w+by)="[^"]*"/g, ""));
  });

/** The time that the page's main thread has worked, in milliseconds: unlike the time on a clock, it hardly depends on what else runs. */
async function worked(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
  };
}

test("a link to 10,000 steps opens to the same picture", async ({ page, browser }) => {
  test.slow();
  await open(page);
  await page.evaluate(() => window.kubestep.run("kubectl create deployment web --image=nginx:1.25 --replicas=900"));
  await settle(page);
  await page.evaluate(() => window.kubestep.run("kubectl set image deployment/web *=nginx:1.27"));
  await settle(page);
  const at = await position(page);
  expect(at[0]).toBeGreaterThan(10_000);
  const address = await shared(page);
  const other = await (await browser.newContext()).newPage();
  await open(other);
  const clock = await worked(other);
  const [begun, before] = [Date.now(), await clock()];
  await other.goto(address);
  await expect(notice(other)).toContainText("The session is open.", { timeout: 20_000 });
  const [passed, work] = [Date.now() - begun, (await clock()) - before];
  test.info().annotations.push({ type: "opened after", description: `${passed} ms, ${Math.round(work)} ms of work` });
  expect(await position(other)).toEqual(at);
  expect(await shown(other)).toEqual(await shown(page));
  await other.context().close();
});

test("the dialog is used by keyboard, and looks right at all sizes", async ({ page }, info) => {
  test.slow();
  await act(page);
  await button(page, "Share").focus();
  await page.keyboard.press("Enter");
  await expect(button(page, "Copy link")).toBeFocused();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.keyboard.press("Enter");
  await expect(dialog(page).getByRole("status")).toHaveText("Copied.");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await link(page).inputValue());
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    for (const [width, height] of [[1440, 900], [1024, 768], [390, 844]]) {
      await page.setViewportSize({ width, height });
      expect(await violations(page)).toEqual([]);
      await page.screenshot({ path: info.outputPath(`share-${colorScheme}-${width}.png`) });
    }
  }
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toBeHidden();
  await expect(button(page, "Share")).toBeFocused();
});

test("a new session begins with an empty cluster, and the one before stays saved", async ({ page }) => {
  await act(page);
  await saved(page);
  await button(page, "Share").click();
  await button(page, "New session").click();
  await expect(notice(page)).toHaveText("A new session has begun.");
  expect(await page.evaluate(async () => (await window.kubestep.run("kubectl get pods")).stderr)).toContain("No resources found");
  await write(page, "{apiVersion: v1, kind: Namespace, metadata: {name: other}}");
  await button(page, "Apply").click();
  await saved(page);
  expect(await page.evaluate(() => localStorage.getItem("kubestep.sessions").split(" ").length)).toBe(2);
});
