// The cluster as lanes, tables, and a graph of owners.

import { expect, test } from "./fixtures.js";
import { CLAIMS, FIRST, button, cluster, deployment, open, position, until, violations, write } from "./helpers.js";

const tab = (page, name) => cluster(page).getByRole("tab", { name, exact: true });
const table = (page, kind) => cluster(page).getByRole("table", { name: new RegExp(`^${kind} \\d+$`) });
const object = (page) => page.getByRole("region", { name: "Object" });

/** The text of a table, as kubectl would print it. */
const said = (table) =>
  table.evaluate((table) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent)));

/** Applies a manifest, and settles. */
async function run(page, text) {
  await write(page, text);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(page.getByText(/^Settled after/).first()).toBeAttached({ timeout: 60_000 });
}

const SET = `${deployment({ name: "db", spec: "  replicas: 2\n  serviceName: db" }).replace("Deployment", "StatefulSet")}${CLAIMS}---
apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  clusterIP: None
  selector:
    app: db
  ports:
    - port: 80
`;

test("the tables show the same as the lanes", async ({ page }) => {
  await open(page);
  await button(page, "Apply").click();
  for (let step = 0; step < 18; step++) await button(page, "Step").click();
  const lanes = [];
  for (const pod of await cluster(page).getByRole("listitem", { name: new RegExp(`^${FIRST}-`) }).all()) {
    const [, name, status, ready, node, letter] = (await pod.getAttribute("aria-label")).match(
      /^(\S+): (\S+), (\S+) ready(?:, available)?, on (\S+), revision (\w+)(?:, changed)?$/,
    );
    lanes.push([name, ready, status, "0", node, letter]);
  }
  expect(lanes).toHaveLength(3);
  await tab(page, "Table").click();
  const [, head, ...rows] = [[], ...(await said(table(page, "Pod")))];
  expect(head).toEqual(["NAME", "READY", "STATUS", "RESTARTS", "AGE", "NODE", "REVISION"]);
  expect(rows.map((row) => row.toSpliced(4, 1))).toEqual(lanes.toSorted());
  expect((await said(table(page, "ReplicaSet")))[1].toSpliced(4, 1)).toEqual([FIRST, "3", "3", "0", "A"]);
});

test("the views of the cluster are tabs, also by keyboard, and the choice is stored", async ({ page }) => {
  await open(page);
  await button(page, "Apply").click();
  const [done] = await position(page);
  await tab(page, "Lanes").focus();
  await page.keyboard.press("ArrowRight");
  await expect(tab(page, "Table")).toBeFocused();
  await expect(tab(page, "Table")).toHaveAttribute("aria-selected", "true");
  await expect(cluster(page).getByRole("tabpanel", { name: "Table" })).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await expect(cluster(page).getByRole("tabpanel", { name: "Owner graph" })).toBeVisible();
  expect((await position(page))[0], "no key stepped").toBe(done);
  await page.reload();
  await expect(tab(page, "Owner graph")).toHaveAttribute("aria-selected", "true");
});

test("clicking a column sorts the pods, and clicking it again reverses the order", async ({ page }) => {
  await open(page);
  await run(page, deployment({ spec: "  replicas: 6" }));
  await tab(page, "Table").click();
  const nodes = async () => (await said(table(page, "Pod"))).slice(1).map((row) => row[5]);
  const header = table(page, "Pod").getByRole("columnheader", { name: "NODE" });
  await header.getByRole("button").click();
  await expect(header).toHaveAttribute("aria-sort", "ascending");
  expect(await nodes()).toEqual((await nodes()).toSorted());
  await header.getByRole("button").click();
  await expect(header).toHaveAttribute("aria-sort", "descending");
  expect(await nodes()).toEqual((await nodes()).toSorted().reverse());
});

test("a table with thousands of rows renders the visible ones, and every row is reachable", async ({ page }) => {
  test.slow();
  await open(page);
  // A ReplicaSet creates at most 500 per sync.
  const names = ["one", "two", "three", "four", "five", "six"];
  await write(page, names.map((name) => deployment({ name, spec: "  replicas: 500" })).join("---\n"));
  await button(page, "Apply").click();
  await tab(page, "Table").click();
  const pods = table(page, "Pod");
  await until(
    async () => (await pods.count()) > 0 && (await pods.getAttribute("aria-rowcount")) === "3001",
    () => button(page, "Step").click(),
  );
  expect(await pods.getByRole("row").count()).toBeLessThan(100);
  const panel = cluster(page).getByRole("tabpanel");
  // Two tables with six rows precede the pods; every table has two heading rows.
  await panel.evaluate((panel) => panel.scrollTo(0, (18 + 1495) * 28));
  await expect(pods.locator("[aria-rowindex='1500']")).toBeInViewport();
  await pods.locator("[aria-rowindex='1500'] button").click();
  await page.keyboard.press("ArrowDown");
  await expect(pods.locator("[aria-rowindex='1501'] button")).toBeFocused();
});

test("the owner graph has fixed ranks, and its nodes can be selected", async ({ page }) => {
  await open(page);
  await run(page, SET);
  await tab(page, "Owner graph").click();
  const graph = cluster(page).getByRole("list", { name: "Owner graph" });
  const left = async (name) => {
    const { x } = await graph.getByRole("button", { name }).first().boundingBox();
    return x - (await graph.boundingBox()).x;
  };
  const ranks = [];
  for (const name of [/^StatefulSet db 2\/2/, /^EndpointSlice .* 2$/, /^db-0 Running A$/, /^PVC data-db-0 Bound$/, /^PV pvc-/]) {
    ranks.push(await left(name));
  }
  expect(ranks, "each rank is to the right of the previous one").toEqual(ranks.toSorted((a, b) => a - b));
  expect(new Set(ranks).size).toBe(5);
  expect(await left(/^Service db/)).toBe(ranks[0]);

  await graph.getByRole("button", { name: /^db-1/ }).click();
  await expect(object(page)).toContainText("name: db-1");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(object(page)).toContainText("kind: PersistentVolumeClaim");
  const before = await left(/^PVC data-db-0/);
  await page.locator("body").press("Shift+ArrowLeft");
  await page.locator("body").press("End");
  expect(await left(/^PVC data-db-0/), "nothing has moved").toBe(before);
});

test("many pods of an owner are one node per state", async ({ page }) => {
  await open(page);
  await run(page, deployment({ spec: "  replicas: 40" }));
  await tab(page, "Owner graph").click();
  const graph = cluster(page).getByRole("list", { name: "Owner graph" });
  await expect(graph.getByText("40 pods")).toBeVisible();
  await expect(graph.getByRole("listitem")).toHaveCount(3);
});

test("ownerless objects are in the owner graph, and claims are beside their users", async ({ page }) => {
  await open(page);
  const claim = (name) => `---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: ${name}
spec:
  accessModes: ["ReadWriteOnce"]
  resources:
    requests:
      storage: 1Gi
`;
  const volumes = `      volumes:
        - name: data
          persistentVolumeClaim:
            claimName: shared
`;
  await run(page, `${deployment()}${volumes}${claim("shared")}${claim("spare")}`);
  await tab(page, "Owner graph").click();
  const graph = cluster(page).getByRole("list", { name: "Owner graph" });
  const lane = graph.getByRole("listitem").filter({ hasText: /^RS/ });
  await expect(lane.getByRole("button", { name: /^PVC shared Bound/ })).toHaveCount(1);
  await expect(lane.getByRole("button", { name: /^PVC spare/ })).toHaveCount(0);
  await graph.getByRole("button", { name: /^PVC spare/ }).click();
  await expect(object(page)).toContainText("name: spare");
});

test("two futures are compared as tables and as owner graphs as well", async ({ page }) => {
  await open(page);
  await run(page, deployment({ spec: "  replicas: 2" }));
  const [fork] = await position(page);
  const slider = page.getByRole("slider", { name: "Position in time" });
  for (const replicas of [3, 4]) {
    await slider.fill(String(fork));
    await run(page, deployment({ spec: `  replicas: ${replicas}` }));
  }
  await button(page, "Compare").click();
  const future = (number) => cluster(page).getByRole("region", { name: `Future ${number}`, exact: true });
  const pods = (number) => future(number).locator("table", { hasText: /^Pod/ });

  await tab(page, "Table").click();
  await expect(pods(2).getByRole("row")).toHaveCount(1 + 4);
  await expect(pods(1).getByRole("row")).toHaveCount(1 + 3);
  await expect(pods(1).locator("button.object-name").first()).toBeDisabled();
  // Clicking here sorts both.
  await pods(2).getByRole("columnheader", { name: "NAME" }).getByRole("button").click();
  for (const number of [1, 2]) {
    const names = (await said(pods(number))).slice(1).map((row) => row[0]);
    expect(names).toEqual(names.toSorted().reverse());
  }
  await tab(page, "Owner graph").click();
  const graph = cluster(page).getByRole("list", { name: "Owner graph" });
  await expect(graph).toHaveCount(2);
  const owned = (number) => future(number).getByText(/^web-|^[a-z0-9]{5}$/);
  await expect(owned(2)).toHaveCount(4);
  await expect(owned(1)).toHaveCount(3);
  expect(await violations(page)).toEqual([]);

  await slider.fill(String(fork));
  await expect(owned(1)).toHaveCount(2);
  await cluster(page).getByRole("button", { name: "Close the comparison" }).click();
  await expect(future(1)).toHaveCount(0);
  await expect(graph).toHaveCount(1);
});

for (const [width, height] of [[1440, 900], [1024, 768], [390, 844]]) {
  for (const colorScheme of ["light", "dark"]) {
    test.describe(`${width} wide, ${colorScheme}`, () => {
      test.use({ colorScheme, reducedMotion: "reduce", locale: "zh-CN" });

      test("no accessibility violations in the table or the owner graph", async ({ page }) => {
        test.slow();
        await page.goto("./");
        await expect(page.locator(".cm-editor")).toBeVisible();
        const manifests = page.getByRole("textbox", { name: "清单" });
        await manifests.focus();
        await page.keyboard.press("ControlOrMeta+a");
        await page.keyboard.insertText(SET);
        await button(page, "应用").click();
        await button(page, "运行到稳定").click();
        await expect(page.getByText(/步后稳定/).first()).toBeAttached();
        await page.setViewportSize({ width, height });
        for (const name of ["表格", "属主图"]) {
          await page.getByRole("tab", { name }).click();
          expect(await violations(page), name).toEqual([]);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
          expect(wide, `${name} is inside its pane`).toBe(false);
        }
      });
    });
  }
}
