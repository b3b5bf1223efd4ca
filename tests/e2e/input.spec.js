// Manifests that are wrong: said where and what to do; the cluster stays, and the page goes on.

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
    text: deployment().replace("kind: Deployment", "kind: DaemonSet"),
    place: /^[12]:\d+$/,
    says: ["DaemonSet"],
  },
];

for (const { name, text, place, says } of wrong) {
  test(`${name} is refused with its place and what to do, and the page goes on`, async ({ page }) => {
    await open(page);
    await button(page, "Apply").click();
    await button(page, "Settle").click();
    await expect(pods(page, "nginx-deployment-6b799bd7f6", "Running")).toHaveCount(3);
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
    await expect(pods(page, "nginx-deployment-6b799bd7f6", "Running")).toHaveCount(3);

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
