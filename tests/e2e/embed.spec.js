// The page in frames of other pages: `?embed=1`, and the element <kube-step>.

import { createServer } from "node:http";

import { expect, test as base } from "./fixtures.js";
import { button, position, violations } from "./helpers.js";

/** A host of articles on another origin, which sends a strict policy. */
const test = base.extend({
  article: async ({ page, baseURL }, use) => {
    const site = new URL("./", baseURL).href;
    let body = "";
    const server = createServer((_, answer) => {
      const { origin } = new URL(site);
      answer.writeHead(200, {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": `default-src 'none'; img-src data:; script-src ${origin}; frame-src ${origin}`,
      });
      answer.end(`<!DOCTYPE html><html lang="en"><title>An article</title><link rel="icon" href="data:,">
        <main><h1>An article</h1>${body}</main></html>`);
    });
    await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
    await use({
      site,
      /** Opens an article with this content. */
      open: async (content) => {
        body = content;
        await page.goto(`http://127.0.0.1:${server.address().port}/`);
      },
    });
    server.close();
    server.closeAllConnections();
  },
});

const SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox";

/** A frame of the site as an author writes it. */
const iframe = (site, address, sandbox = SANDBOX) =>
  `<iframe title="A cluster" width="760" height="480" sandbox="${sandbox}" src="${site}${address}"></iframe>`;

const element = (site, content) => `<script type="module" src="${site}kube-step.js"></script>${content}`;

const inside = (page) => page.frameLocator("iframe");
const region = (frame, name) => frame.getByRole("region", { name });
const lesson = (frame) => frame.locator(".lesson");
/** The document in the frame. */
const documentOf = async (page) => (await page.locator("iframe").elementHandle()).contentFrame();

const objects = (target) =>
  target.evaluate(() => window.kubestep.run("kubectl get deployments,replicasets,pods -o yaml"));

test("a sandboxed frame on another origin plays a lesson without storage, and silently", async ({ page, article }) => {
  await article.open(iframe(article.site, "?embed=1#lesson=ownership&step=2", "allow-scripts"));
  const frame = inside(page);
  await expect(lesson(frame)).toContainText("Who owns a pod");
  await expect(region(frame, "Cluster")).toBeVisible();
  await expect(region(frame, "Why")).toBeVisible();
  for (const name of ["Back", "Step", "Play"]) await expect(frame.getByRole("button", { name, exact: true })).toBeVisible();
  await expect(frame.getByRole("banner")).toHaveCount(0);
  await expect(frame.getByRole("textbox", { name: "Manifests" })).toHaveCount(0);
  const [done] = await position(frame);
  await frame.getByRole("button", { name: "Step", exact: true }).click();
  await expect.poll(async () => (await position(frame))[0]).toBeGreaterThan(done);
  const inner = await documentOf(page);
  expect(new URL(inner.url()).hash).toBe("#lesson=ownership&step=2");
  expect(await inner.evaluate(() => self.origin)).toBe("null");
});

test("a frame neither reads nor writes what the whole page stores, nor its address", async ({ page, article }) => {
  await page.goto(article.site);
  await page.evaluate(() => {
    localStorage.setItem("kubestep.theme", "dark");
    localStorage.setItem("kubestep.language", "zh-CN");
  });
  const before = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  const address = `${article.site}?embed=1&panes=console&theme=light`;
  await page.goto(address);
  await expect(region(page, "Cluster")).toContainText("Deployment web");
  expect(await page.locator("html").getAttribute("data-theme")).toBe("light");
  const sessions = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
  await page.evaluate(() => window.kubestep.run("kubectl get pods"));
  await button(page, "Step").click();
  // Longer than the page waits before it saves and writes its address.
  await page.waitForTimeout(1_500);
  expect(page.url()).toBe(address);
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).toBe(before);
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).toBe(sessions);
});

test("a frame without a session begins with the first scenario", async ({ page, article }) => {
  await article.open(iframe(article.site, "?embed=1"));
  await expect(region(inside(page), "Cluster").getByRole("complementary")).toBeVisible({ timeout: 20_000 });
  await expect(region(inside(page), "Cluster")).toContainText("web");
});

test("the link to the whole page carries the edits along", async ({ page, article }) => {
  await article.open(iframe(article.site, "?embed=1&panes=console"));
  const frame = inside(page);
  // The scenario has paused: nothing happens any more unless the reader acts.
  await expect(region(frame, "Cluster").getByRole("button", { name: "Continue" })).toBeVisible({ timeout: 20_000 });
  const inner = await documentOf(page);
  await inner.evaluate(() => window.kubestep.run("kubectl create deployment mine --image=nginx:1.27 --replicas=2"));
  const [at, before] = [await position(frame), await objects(inner)];
  expect(before.stdout).toContain("name: mine");
  const opened = page.waitForEvent("popup");
  await frame.getByRole("link", { name: "Open in kubestep" }).click();
  const whole = await opened;
  await expect(whole.locator(".transport .notice")).toContainText("The session is open.", { timeout: 20_000 });
  expect(new URL(whole.url()).search).toBe("");
  expect(await position(whole)).toEqual(at);
  expect(await objects(whole)).toEqual(before);
  // The whole page saves, as usual.
  await expect(button(whole, "Apply")).toBeVisible();
});

test("the link of an untouched lesson leads to its step", async ({ page, article }) => {
  await article.open(iframe(article.site, "?embed=1#lesson=ownership"));
  const frame = inside(page);
  await frame.getByRole("button", { name: "Continue" }).click();
  await expect(lesson(frame)).toContainText("2 of 6");
  const opened = page.waitForEvent("popup");
  await frame.getByRole("link", { name: "Open in kubestep" }).click();
  const whole = await opened;
  expect(new URL(whole.url()).hash).toBe("#lesson=ownership&step=2");
  await expect(lesson(whole)).toContainText("2 of 6");
});

test("readers of a read-only frame only move through time", async ({ page, article }) => {
  await article.open(iframe(article.site, "?embed=1&readonly&panes=manifests,console#lesson=partition&step=3"));
  const frame = inside(page);
  await expect(lesson(frame)).toBeVisible();
  await expect(frame.getByText("There is no pane here called console.")).toBeVisible();
  await expect(frame.locator(".lesson-commands, .handle, .partition-control button")).toHaveCount(0);
  await frame.getByRole("button", { name: "Manifests", exact: true }).click();
  await expect(region(frame, "Manifests")).toContainText("kind: StatefulSet");
  await expect(frame.getByRole("textbox")).toHaveCount(0);
  const at = await position(frame);
  const inner = await documentOf(page);
  const refused = await inner.evaluate(() => window.kubestep.run("kubectl delete pods --all"));
  expect(refused).toEqual({ stdout: "", stderr: "This frame is read-only: it only moves through time.\n", exit: 1 });
  expect(await position(frame)).toEqual(at);
  await frame.getByRole("button", { name: "Back", exact: true }).click();
  await expect.poll(async () => (await position(frame))[0]).toBeLessThan(at[0]);
});

test("a frame speaks the language and has the theme that its author asks for", async ({ page, article }) => {
  await article.open(iframe(article.site, "?embed=1&lang=zh-CN&theme=dark#lesson=ownership"));
  const frame = inside(page);
  await expect(lesson(frame)).toContainText("谁拥有 Pod");
  await expect(frame.getByRole("link", { name: "在 kubestep 中打开" })).toBeVisible();
  await expect(frame.locator("html")).toHaveAttribute("lang", "zh-CN");
  const dark = await frame.locator("body").evaluate((body) => getComputedStyle(body).colorScheme);
  expect(dark).toBe("dark");
});

test("a narrow frame shows one pane at a time, and nothing is wider than it", async ({ page, article }) => {
  await page.setViewportSize({ width: 390, height: 560 });
  await page.goto(`${article.site}?embed=1&panes=events#lesson=ownership&step=4`);
  await expect(lesson(page)).toBeVisible();
  for (const name of ["Why", "Events", "Cluster"]) {
    await page.getByRole("navigation").getByRole("button", { name, exact: true }).click();
    await expect(region(page, name)).toBeVisible();
    await expect(page.locator(".pane").filter({ visible: true })).toHaveCount(1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), name).toBe(false);
  }
});

for (const theme of ["light", "dark"]) {
  test(`no accessibility violations in a frame, ${theme}`, async ({ page, article }) => {
    await page.setViewportSize({ width: 760, height: 480 });
    await page.goto(`${article.site}?embed=1&panes=timeline&theme=${theme}#lesson=ownership&step=3`);
    await expect(lesson(page)).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 560 });
    expect(await violations(page)).toEqual([]);
  });
}

test("five elements in an article load nothing until one is pressed, by keyboard", async ({ page, article }) => {
  const asked = [];
  page.on("request", (request) => request.url().startsWith(article.site) && asked.push(request.url()));
  const names = ["ownership", "update", "partition", "stuck", "pause"];
  const all = names.map((name) => `<kube-step lesson="${name}" step="2">Lesson ${name}</kube-step>`);
  await article.open(element(article.site, all.join("")));
  const posters = page.getByRole("button", { name: "Start the cluster" });
  await expect(posters).toHaveCount(5);
  await expect(posters.nth(1)).toContainText("Lesson update");
  expect(asked).toEqual([`${article.site}kube-step.js`]);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(posters.nth(1)).toBeFocused();
  await page.keyboard.press("Enter");
  const frame = inside(page.locator("kube-step").nth(1));
  await expect(lesson(frame)).toContainText(/2 of \d/);
  await expect(page.locator("iframe")).toHaveCount(1);
  await expect(page.locator("iframe")).toHaveAttribute("title", "Lesson update");
  await expect(page.locator("iframe")).toHaveAttribute("sandbox", SANDBOX);
  await expect(posters).toHaveCount(4);
});

test("the element passes on what its author sets, and its language is that of the text around it", async ({ page, article }) => {
  const content = `<section lang="zh"><kube-step src="${article.site}#lesson=ownership" theme="dark" panes="events" height="520" readonly></kube-step></section>
    <kube-step src="javascript:alert(1)"></kube-step>`;
  await article.open(element(article.site, content));
  await expect(page.getByText("kube-step: this is not a session of kubestep: javascript:alert(1)")).toBeVisible();
  await page.getByRole("button", { name: "启动集群" }).click();
  await expect(lesson(inside(page))).toContainText("谁拥有 Pod");
  await expect(inside(page).getByRole("button", { name: "事件", exact: true })).toBeVisible();
  const { src, height } = await page.locator("iframe").evaluate((frame) => ({ src: frame.src, height: frame.offsetHeight }));
  const address = new URL(src);
  expect(Object.fromEntries(address.searchParams)).toEqual({ embed: "1", lang: "zh", theme: "dark", panes: "events", readonly: "1" });
  expect(address.hash).toBe("#lesson=ownership");
  expect(height).toBe(520);
});
