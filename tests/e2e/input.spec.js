// Invalid manifests: reported with position and advice, while the cluster stays unchanged and the page works.

import { expect, test } from "./fixtures.js";
import { applied, button, cluster, deployment, manifests, open, pods, position, problems, write } from "./helpers.js";

const wrong = [
  {
    name: "an unknown field",
    text: deployment({ spec: "  replica: 2" }),
    place: "6:3",
    says: ["spec.replica", 'unknown field "spec.replica"', "replicas"],
  },
  {
    name: "a text where a number belongs",
    text: deployment({ spec: '  replicas: "three"' }),
    place: "6:13",
    says: ["spec.replicas", "cannot unmarshal string", "number"],
  },
  {
    name: "broken YAML",
    text: deployment({ spec: "  replicas: 2\n   paused: true" }),
    place: /^[67]:\d+$/,
    says: ["yaml: line", "Mend the YAML"],
  },
  {
    name: "two documents of which one is wrong",
    text: `${deployment()}---\n${deployment({ name: "api", spec: "  replicas: 2\n  pause: true" })}`,
    place: "25:3",
    says: ["spec.pause", 'unknown field "spec.pause"', "paused"],
  },
  {
    name: "a kind that is not simulated",
    text: deployment().replace("apiVersion: apps/v1\nkind: Deployment", "apiVersion: v1\nkind: ReplicationController"),
    place: /^[12]:\d+$/,
    says: ["ReplicationController"],
  },
];

/** A realistic file with more than a Deployment. */
const shop = `apiVersion: v1
kind: PodTemplate
metadata:
  name: web
  namespace: shop
---
${deployment().replace("name: web", "name: web\n  namespace: shop")}---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata:
  name: web
  namespace: shop
`;

for (const { name, text, place, says } of wrong) {
  test(`${name} is refused with position and advice, and the page continues to work`, async ({ page }) => {
    await open(page);
    await button(page, "Apply").click();
    await button(page, "Settle").click();
    await expect(pods(page, "nginx-deployment-64bccb4548", "Running")).toHaveCount(3);
    const before = await position(page);

    await write(page, text);
    await button(page, "Apply").click();
    const list = problems(page);
    await expect(list).toContainText("Nothing was applied");
    const there = list.getByRole("button").first();
    await expect(there).toHaveText(place);
    for (const part of says) await expect(list).toContainText(part);
    expect((await list.locator(".problem-advice").first().textContent()).trim()).not.toBe("");
    expect(await position(page)).toEqual(before);
    await expect(pods(page, "nginx-deployment-64bccb4548", "Running")).toHaveCount(3);

    await there.click();
    await expect(manifests(page)).toBeFocused();
    await write(page, deployment());
    await expect(list).toHaveCount(0);
    await button(page, "Apply").click();
    await expect(applied(page, "deployment.apps/web created")).toBeVisible();
    await button(page, "Settle").click();
    await expect(cluster(page).getByRole("listitem", { name: /^web-[^:]*: Running/ })).toHaveCount(2);
  });
}

test("what nothing acts on is stored, and the page says so", async ({ page }) => {
  await open(page);
  await write(
    page,
    `${deployment()}---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
rules:
- {apiGroups: [""], resources: [pods], verbs: [get]}
`,
  );
  await button(page, "Apply").click();
  await expect(applied(page, "role.rbac.authorization.k8s.io/reader created")).toBeVisible();
  await expect(applied(page, "stored; nothing acts on it here: Role reader")).toBeVisible();
  const stored = cluster(page).locator(".others", { hasText: "Stored; nothing acts on them here" });
  await expect(stored).toContainText("Role reader");
});

test("one key comments out unsupported kinds, another one adds a missing namespace", async ({ page }) => {
  await open(page);
  await write(page, shop);
  await button(page, "Apply").click();
  const list = problems(page);
  await expect(list).toContainText("not simulated: PodTemplate of v1");
  await expect(list).toContainText("not simulated: Lease of coordination.k8s.io/v1");
  // Shared advice is given once; the page's own texts are in its language.
  await expect(list.getByText("kubestep simulates")).toHaveCount(1);
  await page.getByRole("button", { name: "简体中文" }).click();
  await expect(page.getByText("kubestep 模拟以下类型")).toHaveCount(1);
  await page.getByRole("button", { name: "English" }).click();
  await list.getByRole("button", { name: "Comment out what is not simulated, apply the rest" }).focus();
  await page.keyboard.press("Enter");
  await expect(list).toContainText('namespaces "shop" not found');
  await expect(button(page, "Apply")).toBeFocused();
  await list.getByRole("button", { name: "Add namespace shop to the manifests and apply" }).focus();
  await page.keyboard.press("Enter");
  await expect(list).toHaveCount(0);
  await expect(applied(page, "namespace/shop created")).toBeVisible();
  await expect(applied(page, "deployment.apps/web created")).toBeVisible();
  await expect(button(page, "Apply")).toBeFocused();

  // The text was changed, is stored, and the change can be undone.
  const kept = await page.evaluate(() => Object.values(localStorage).join());
  expect(kept).toContain("# kind: PodTemplate");
  await expect(manifests(page)).toContainText("# kind: PodTemplate");
  await expect(manifests(page)).toContainText("kind: Namespace");
  await manifests(page).focus();
  await page.keyboard.press("ControlOrMeta+z");
  await page.keyboard.press("ControlOrMeta+z");
  await expect(manifests(page)).not.toContainText("Namespace");
  await expect(manifests(page)).not.toContainText("# kind");
});

test("output of kubectl get -o yaml can be pasted, and numbers link into it", async ({ page }) => {
  await open(page);
  const item = deployment().trimEnd().replaceAll("\n", "\n  ");
  await write(page, `apiVersion: v1\nitems:\n- ${item}\nkind: List\n`);
  await button(page, "Apply").click();
  await expect(applied(page, "deployment.apps/web created")).toBeVisible();
  await write(page, `apiVersion: v1\nitems:\n- ${item.replace("replicas: 2", "replicas: many")}\nkind: List\n`);
  await button(page, "Apply").click();
  await expect(problems(page)).toContainText("spec.replicas");
  await expect(problems(page).getByRole("button").first()).toHaveText("8:15");
});

test("warnings of the API server are shown", async ({ page }) => {
  await open(page);
  const sidecar = "        - name: sidecar\n          image: nginx\n          ports:\n            - containerPort: 80\n            - containerPort: 80\n";
  await write(page, deployment() + sidecar);
  await button(page, "Apply").click();
  await expect(applied(page, /^Warning: spec.template.spec.containers\[1\].ports\[1\]: duplicate port/)).toBeVisible();
  await expect(applied(page, "deployment.apps/web created")).toBeVisible();
});
