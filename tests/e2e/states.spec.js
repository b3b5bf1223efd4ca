// Starting from the state of a cluster: paste, diagnosis, remedy.

import { readFileSync } from "node:fs";

import { expect, test } from "./fixtures.js";
import { arrive, button, cluster, open, violations, write } from "./helpers.js";

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
  },
};

const state = readFileSync(new URL("./states/stuck.yaml", import.meta.url), "utf8");
const diagnosis = (page) => page.locator("#pane-diagnosis");

for (const [locale, said] of Object.entries(words)) {
  test.describe(locale, () => {
    test.use({ locale });

    test("the state of a stuck rollout is pasted, explained, mended on a copy, and mended", async ({ page }) => {
      await arrive(page);
      await button(page, said.entry).click();
      await expect(diagnosis(page)).toContainText("kubectl get deploy,rs,sts");
      await diagnosis(page).getByRole("button", { name: said.paste }).click();
      await page.locator("#pane-manifests").getByRole("textbox").focus();
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.insertText(state);
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
    });
  });
}

test("an export of this cluster is applied like manifests", async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.kubestep.run("kubectl create deployment web --image=nginx:1.27 --replicas=2"));
  await button(page, "Settle").click();
  const { stdout } = await page.evaluate(() => window.kubestep.run("kubectl get deployment web -o yaml"));
  expect(stdout).toContain("uid:");
  await write(page, stdout.replace("replicas: 2", "replicas: 3"));
  await button(page, "Apply").click();
  await expect(page.locator(".applied")).toContainText("deployment.apps/web configured");
  await button(page, "Settle").click();
  await expect(cluster(page).getByRole("listitem", { name: /Running/ })).toHaveCount(3);
});
