// Starting from the state of a cluster: paste, diagnosis, remedy.

import { readFileSync } from "node:fs";

import { expect, test } from "./fixtures.js";
import { applied, arrive, button, cluster, deployment, drop, open, paste, problems, showPane, tabTo, violations, write } from "./helpers.js";

const words = {
  "en-GB": {
    entry: "Start from your cluster",
    start: "Start from this state",
    pane: "Diagnosis",
    says: /Deployment web waits for pod web-\S+: the image nginx:1\.91 cannot be pulled/,
    attempt: "Try it on a copy",
    complete: /After this it completes (in|at once)/,
    run: "Run it here",
    paste: "Paste the output",
    settle: "Settle",
    forecast: "Forecast",
    report: "Download the report",
    reported: [/^# Forecast for Deployment web$/m, /^\[Open this cluster in kubestep\]\(\S+#\S+\)$/m, "## Assumptions"],
  },
  "zh-CN": {
    entry: "从您的集群开始",
    start: "从此状态开始",
    pane: "诊断",
    says: /Deployment web 在等待 Pod web-\S+：镜像 nginx:1\.91 无法拉取/,
    attempt: "在副本上试一试",
    complete: /此后(会在|立即完成)/,
    run: "在此执行",
    paste: "粘贴输出",
    settle: "运行到稳定",
    forecast: "预测",
    report: "下载报告",
    reported: [/^# Deployment web 的预测$/m, /^\[在 kubestep 中打开此集群\]\(\S+#\S+\)$/m, "## 假设"],
  },
};

const state = readFileSync(new URL("./states/stuck.yaml", import.meta.url), "utf8");
const diagnosis = (page) => page.locator("#pane-diagnosis");
const run = (page, line) => page.evaluate((line) => window.kubestep.run(line), line);

const forecast = (page) => page.locator("#pane-forecast");

/** Forecasts what is going on, and reads the report. */
async function reported(page, said, press) {
  await press(forecast(page).getByRole("button", { name: said.forecast, exact: true }));
  await expect(forecast(page).getByRole("img")).toBeVisible({ timeout: 25_000 });
  expect(await violations(page)).toEqual([]);
  const downloads = page.waitForEvent("download");
  await press(forecast(page).getByRole("button", { name: said.report }));
  const text = readFileSync(await (await downloads).path(), "utf8");
  for (const part of said.reported) expect(text).toMatch(part);
}

/** Settles, to the end. */
async function settle(page) {
  await button(page, "Settle").click();
  await expect(button(page, "Settle")).toHaveAttribute("aria-pressed", "false", { timeout: 25_000 });
}

for (const [locale, said] of Object.entries(words)) {
  test.describe(locale, () => {
    test.use({ locale });

    test("the state of a stuck rollout is pasted, explained, mended on a copy, and mended", async ({ page }) => {
      // Auditing everything is slow.
      test.slow();
      await arrive(page);
      await button(page, said.entry).click();
      await expect(diagnosis(page)).toContainText("kubectl get deploy,rs,sts");
      await diagnosis(page).getByRole("button", { name: said.paste }).click();
      await paste(page, state);
      await button(page, said.start).click();
      const finding = diagnosis(page).getByRole("listitem").filter({ hasText: said.says }).first();
      await expect(finding).toBeVisible();
      expect(await violations(page)).toEqual([]);
      const before = await page.evaluate(() => window.kubestep.run("kubectl get pods -o name"));
      await finding.getByRole("button", { name: said.attempt }).first().click();
      await expect(finding.getByRole("status").first()).toContainText(said.complete);
      expect(await page.evaluate(() => window.kubestep.run("kubectl get pods -o name"))).toEqual(before);
      await finding.getByRole("button", { name: said.run }).first().click();
      await button(page, said.settle).click();
      await expect(page.locator(".findings .blocks")).toHaveCount(0, { timeout: 20_000 });
      await page.locator("body").press("f");
      await reported(page, said, (target) => target.click());
    });
  });
}

test("an export of this cluster is applied like manifests", async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.kubestep.run("kubectl create deployment web --image=nginx:1.27 --replicas=2"));
  await settle(page);
  const { stdout } = await page.evaluate(() => window.kubestep.run("kubectl get deployment web -o yaml"));
  expect(stdout).toContain("uid:");
  await write(page, stdout.replace("replicas: 2", "replicas: 3"));
  await button(page, "Apply").click();
  await expect(page.locator(".applied")).toContainText("deployment.apps/web configured");
  await button(page, "Settle").click();
  await expect(cluster(page).getByRole("listitem", { name: /Running/ })).toHaveCount(3);
});

test("a long trial leaves the page responsive, says how far it is, and can be cancelled", async ({ page }) => {
  // A thousand pods are created first.
  test.slow();
  await open(page);
  await run(page, "kubectl create deployment web --image=nginx:1.27 --replicas=1000");
  await settle(page);
  await run(page, "kubectl rollout pause deployment/web");
  await run(page, "kubectl set image deployment/web nginx=nginx:1.28");
  await settle(page);
  await page.locator("body").press("0");
  const finding = diagnosis(page).getByRole("listitem").filter({ hasText: "Deployment web is paused" }).first();
  const attempt = finding.getByRole("button", { name: "Try it on a copy" });
  const cancel = finding.getByRole("button", { name: "Cancel" });
  const progress = finding.getByText(/^[\d,]+ steps?, .+ simulated…$/);
  await attempt.click();
  await expect(progress).toBeVisible();
  await cancel.click();
  await expect(attempt).toBeVisible();
  await expect(progress).toHaveCount(0);

  // Leaving the pane cancels it too.
  await attempt.click();
  await expect(progress).toBeVisible();
  await page.locator("body").press("8");
  await expect(diagnosis(page)).toHaveCount(0);
  await page.locator("body").press("0");
  await expect(attempt).toBeVisible();

  await page.evaluate(() => {
    window.longest = 0;
    let last = performance.now();
    const frame = (now) => {
      window.longest = Math.max(window.longest, now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await attempt.click();
  await expect(finding.getByRole("status")).toContainText("After this it completes in", { timeout: 60_000 });
  expect(await page.evaluate(() => window.longest), "milliseconds").toBeLessThan(500);
});

/** The finding about the stuck rollout of `states/stuck.yaml`. */
const stuck = (page) => diagnosis(page).getByRole("listitem").filter({ hasText: words["en-GB"].says }).first();
const object = (page) => page.locator("#pane-object");
const log = (page) => page.getByRole("log", { name: "What was printed" });

test("by keyboard alone: paste, read why, try the remedy, run it", async ({ page }) => {
  // Auditing everything is slow.
  test.slow();
  const said = words["en-GB"];
  const press = async (target) => {
    await tabTo(page, target);
    await page.keyboard.press("Enter");
  };
  await open(page);
  await page.keyboard.press("0");
  await expect(diagnosis(page)).toBeFocused();
  await press(diagnosis(page).getByRole("button", { name: said.paste }));
  await expect(page.locator(".cm-content")).toBeFocused();
  await paste(page, state);
  await expect(button(page, said.start)).toBeVisible();
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(stuck(page)).toBeVisible();
  expect(await violations(page)).toEqual([]);

  // Where it can be seen, and back.
  await press(stuck(page).getByRole("button", { name: /\.state\.waiting$/ }));
  await expect(object(page)).toBeFocused();
  await expect(object(page).locator("mark")).toBeInViewport();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("0");
  await expect(diagnosis(page)).toBeFocused();

  const attempt = stuck(page).getByRole("button", { name: said.attempt }).first();
  await press(attempt);
  await expect(stuck(page).getByRole("status").first()).toContainText(said.complete);
  await expect(attempt).toBeFocused();
  expect(await violations(page)).toEqual([]);
  await press(stuck(page).getByRole("button", { name: said.run }).first());
  await expect(log(page)).toContainText("deployment.apps/web");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Shift+ArrowRight");
  await expect(page.locator(".findings .blocks")).toHaveCount(0, { timeout: 20_000 });
  await page.keyboard.press("f");
  await reported(page, said, press);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("by touch: paste, read why, try the remedy, run it", async ({ page }) => {
    test.slow();
    const said = words["en-GB"];
    const show = (name) => showPane(page, name, (target) => target.tap());
    await arrive(page);
    await button(page, said.entry).tap();
    await diagnosis(page).getByRole("button", { name: said.paste }).tap();
    await expect(page.locator(".cm-content")).toBeFocused();
    await paste(page, state);
    await button(page, said.start).tap();
    await expect(stuck(page)).toBeVisible();
    expect(await violations(page)).toEqual([]);
    for (const control of await diagnosis(page).locator("button:visible").all()) {
      const { height } = await control.boundingBox();
      expect(height, await control.textContent()).toBeGreaterThanOrEqual(44);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wide).toBe(false);

    await stuck(page).getByRole("button", { name: /\.state\.waiting$/ }).tap();
    await expect(object(page).locator("mark")).toBeInViewport();
    expect(await violations(page)).toEqual([]);
    await show(said.pane);

    await stuck(page).getByRole("button", { name: said.attempt }).first().tap();
    await expect(stuck(page).getByRole("status").first()).toContainText(said.complete);
    expect(await violations(page)).toEqual([]);
    await stuck(page).getByRole("button", { name: said.run }).first().tap();
    await expect(log(page)).toContainText("deployment.apps/web");
    await button(page, said.settle).tap();
    await show(said.pane);
    await expect(page.locator(".findings .blocks")).toHaveCount(0, { timeout: 20_000 });
    await show(said.forecast);
    await reported(page, said, (target) => target.tap());
  });
});

test("evidence leads to the field, and to the event", async ({ page }) => {
  await open(page);
  const shown = async (name) => {
    await page.locator("body").press("0");
    await diagnosis(page).getByRole("button", { name }).click();
    await expect(object(page).locator("mark")).toBeInViewport();
    return object(page).locator("mark").innerText();
  };
  await run(page, "kubectl create deployment web --image=nginx:1.27");
  await settle(page);
  await run(page, "kubectl set image deployment/web nginx=nginx:1.91");
  await settle(page);
  const image = await shown("Deployment web .spec.template.spec.containers[name=nginx].image");
  expect(image.trim()).toMatch(/^- image: nginx:1\.91$/);
  await expect(object(page)).toContainText("Deployment web");
  // A click on the name of an object shows all of it.
  await cluster(page).getByRole("button", { name: "web", exact: true }).click();
  await expect(object(page).locator("mark")).toHaveCount(0);

  const waiting = await shown(/^Pod web-\S+ \.status\.containerStatuses\[name=nginx\]\.state\.waiting$/);
  expect(waiting).toContain("waiting:");
  expect(waiting).toMatch(/reason: (ErrImagePull|ImagePullBackOff)/);

  const volume = "      volumes: [{name: keys, secret: {secretName: keys}}]\n";
  await write(page, deployment({ name: "keys" }) + volume);
  await button(page, "Apply").click();
  await expect(applied(page, "deployment.apps/keys created")).toBeVisible();
  await settle(page);
  const message = await shown(/^Pod keys-\S+ Event FailedMount$/);
  expect(message).toContain('secret "keys" not found');
  await expect(object(page)).toContainText("Event keys-");
});

for (const [what, from, to] of [
  ["another pod is ready", "replicas: 3", "replicas: 4"],
  ["the budget allows it", "minAvailable: 3", "minAvailable: 2"],
]) {
  test(`a drain that a budget blocks says why, and goes on once ${what}`, async ({ page }) => {
    await open(page);
    const budget = `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 3
  selector:
    matchLabels:
      app: web
`;
    const manifests = deployment({ spec: "  replicas: 3" }) + budget;
    await write(page, manifests);
    await button(page, "Apply").click();
    await settle(page);
    await page.locator("body").press(":");
    await page.keyboard.insertText("kubectl drain node-1");
    await page.keyboard.press("Enter");
    await expect(log(page)).toContainText("node/node-1 cordoned");
    await expect(log(page)).toContainText("The command is waiting");
    const refused = /error when evicting pods\/"web-\S+" -n "default" \(will retry after 5s\): Cannot evict pod as it would violate the pod's disruption budget\./g;
    const refusals = async () => (await log(page).innerText()).match(refused)?.length ?? 0;
    expect(await refusals()).toBe(1);
    await page.keyboard.press("Escape");
    await expect.poll(async () => {
      await page.locator("body").press("ArrowRight");
      return refusals();
    }).toBeGreaterThan(1);

    await page.locator("body").press("0");
    const why = diagnosis(page).getByRole("listitem").filter({ hasText: "PodDisruptionBudget web allows no eviction" });
    await expect(why.first()).toContainText("3 of 3 pods are healthy, 3 must be. kubectl drain would wait.");
    await why.first().getByRole("button", { name: "PodDisruptionBudget web .status.disruptionsAllowed" }).click();
    await expect(object(page).locator("mark")).toHaveText(/disruptionsAllowed: 0/);
    expect(await violations(page)).toEqual([]);

    await write(page, manifests.replace(from, to));
    await button(page, "Apply").click();
    await settle(page);
    await expect(log(page)).toContainText("node/node-1 drained");
    await expect(log(page)).toContainText(/pod\/web-\S+ evicted/);
    await expect(log(page)).not.toContainText("The command is waiting");
    const { stdout } = await page.evaluate(() => window.kubestep.run("kubectl get pods -o wide --no-headers"));
    expect(stdout).not.toContain("node-1");
  });
}

const table = `$ kubectl get deploy,rs,pods
NAME                  READY   UP-TO-DATE   AVAILABLE   AGE
deployment.apps/web   2/3     1            2           5d

NAME                            DESIRED   CURRENT   READY   AGE
replicaset.apps/web-5d4f8c7b9   2         2         2       5d
replicaset.apps/web-6b7c9d8f5   1         1         0       12m

NAME                      READY   STATUS             RESTARTS        AGE
pod/web-5d4f8c7b9-x2x7k   1/1     Running            1 (4d ago)      5d
pod/web-5d4f8c7b9-q9q9q   1/1     Running            0               5d
pod/web-6b7c9d8f5-abcde   0/1     CrashLoopBackOff   7 (2m30s ago)   12m
`;

test("a table is a state, and what it does not say is said", async ({ page }) => {
  await open(page);
  await write(page, table);
  await button(page, "Start from this state").click();
  await expect(page.locator(".applied")).toContainText("Strategy not given: RollingUpdate is assumed");
  await expect(page.locator(".applied")).toContainText("web:6b7c9d8f5");
  await expect(diagnosis(page)).toContainText("Deployment web waits for pod web-6b7c9d8f5-abcde: container app exits with code 1");
  await expect(cluster(page).getByRole("listitem", { name: /CrashLoopBackOff/ })).toHaveCount(1);
  // The same text starts again, and a row without its cells is refused at its line.
  await expect(button(page, "Start from this state")).toBeVisible();
  await write(page, table.replace("0/1     CrashLoopBackOff", "0/1"));
  await button(page, "Start from this state").click();
  await expect(page.getByRole("region", { name: "Problems" })).toContainText("the row has 4 of 5 cells");
});

test("a state is redacted before it is shared", async ({ page }) => {
  await open(page);
  await paste(page, state);
  await button(page, "Start from this state").click();
  await button(page, "Redact").click();
  const text = () => page.evaluate(() => document.querySelector("#pane-manifests .cm-content").textContent);
  await expect.poll(text).toContain("deploy-1");
  await button(page, "Start from this state").click();
  await expect(diagnosis(page)).toContainText("Deployment deploy-1 waits for pod deploy-1-");
  await expect(diagnosis(page)).toContainText(/the image image-1:tag-\d cannot be pulled/);
  expect(await violations(page)).toEqual([]);
});

test("several files that are the state of a cluster are one file", async ({ page }) => {
  const manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\n";
  const file = (name, text) => ({ name, mimeType: "application/yaml", buffer: Buffer.from(text) });
  await open(page);
  const chooses = page.waitForEvent("filechooser");
  await button(page, "Open").click();
  const chooser = await chooses;
  expect(chooser.isMultiple()).toBe(true);
  await chooser.setFiles([file("two.yaml", state), file("one.yaml", manifest)]);
  const text = page.locator("#pane-manifests .cm-content");
  // By name.
  await expect(text).toContainText("# Source: one.yaml");
  await expect(page.getByRole("tab", { name: "state.txt" })).toHaveAttribute("aria-selected", "true");
  await button(page, "Start from this state").click();
  await expect(diagnosis(page)).toContainText("Deployment web waits for pod web-");
});

test("garbage and states that are cut off, gigantic or hostile are answered, and the page goes on", async ({ page }, info) => {
  test.slow();
  await open(page);
  await run(page, "kubectl create deployment kept --image=nginx:1.27");
  const pod = (number) => ({ kind: "Pod", metadata: { name: `web-${number}`, annotations: { a: "x".repeat(950) } } });
  const pods = Array.from({ length: 20_000 }, (_, number) => JSON.stringify(pod(number)));
  const gigantic = `{"apiVersion":"v1","kind":"List","items":[${pods}]}`;
  expect(gigantic.length).toBeGreaterThan(20_000_000);
  const aliases = Array.from("bcdefghij", (name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghi"[at]}`)}]`);
  const pasted = [
    ["gigantic", gigantic, /^.*the input is \d+ bytes long.*one namespace/],
    ["gigantic, cut off", gigantic.slice(0, -1_000), "bytes long"],
    ["gigantic garbage", "\u0007%@`{]: &*?|>\t".repeat(1_500_000), "bytes long"],
    ["cut off", state.slice(0, state.length / 2), "kind not set"],
    ["deep lists", "[".repeat(200_000), "nested too deep: at most 100 levels"],
    ["deep maps", "{a: ".repeat(50_000), "invalid character 'a' looking for beginning of object key"],
    ["a bomb", `a: &a [x, x, x, x, x, x, x, x, x]\n${aliases.join("\n")}`, "excessive aliasing"],
  ];
  for (const [what, text, answer] of pasted) {
    const begun = await paste(page, text);
    const ended = await page.evaluate(async () => {
      document.querySelector("#apply").click();
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      return performance.now();
    });
    info.annotations.push({ type: what, description: `${Math.round(ended - begun)} ms` });
    await expect(problems(page), what).toContainText(answer);
    await expect(problems(page), what).toContainText("Nothing was applied: the cluster is as it was.");
  }
  await drop(page, { "state.json": gigantic });
  await expect(page.getByText("These files are too large: all files together may have 4 MiB.")).toBeVisible();
  expect((await run(page, "kubectl get deployments -o name")).stdout).toBe("deployment.apps/kept\n");
  await settle(page);
  await expect(cluster(page).getByRole("listitem", { name: /^kept-.*: Running/ })).toHaveCount(1);
});
