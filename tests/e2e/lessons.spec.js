// Lessons: each of them once by keyboard alone, in both languages; opening, continuing and leaving them.

import { readFileSync } from "node:fs";

import { expect, test } from "./fixtures.js";
import { arrive, button, cluster, manifests, open, position, violations, write, tabTo } from "./helpers.js";

const catalogue = (tag) => readFileSync(new URL(`../../src/texts/${tag}.toml`, import.meta.url), "utf8");
/** A text of the page. */
const word = (tag, key) => catalogue(tag).match(new RegExp(`^${key} = "(.*)"$`, "m"))[1];

/** The names, titles and numbers of pauses of all lessons. */
function listed(tag) {
  const text = readFileSync(new URL("../../www/lessons/index.yaml", import.meta.url), "utf8");
  return text.split(/^ {4}- name: /m).slice(1).map((entry) => ({
    name: entry.match(/^\S+/)[0],
    title: JSON.parse(entry.match(new RegExp(`title:\\n(?: {8}.*\\n)*? {8}${tag}: (.*)\\n`))[1]),
    steps: Number(entry.match(/steps: (\d+)/)[1]),
  }));
}

const panel = (page) => page.locator(".lesson");

async function press(page, target) {
  await tabTo(page, target);
  await page.keyboard.press("Enter");
}

/** Answers a question by keyboard: the first choice, or a number. */
async function answer(page, check) {
  const radio = panel(page).getByRole("radio").first();
  const field = panel(page).getByRole("spinbutton");
  if ((await radio.count()) > 0) {
    await tabTo(page, radio);
    await page.keyboard.press("Space");
  } else {
    await tabTo(page, field);
    await page.keyboard.type("1");
  }
  await page.keyboard.press("Enter");
  await expect(panel(page).locator(".lesson-verdict")).toBeVisible();
  await expect(check).toHaveCount(0);
}

for (const [tag, locale] of [["en", "en-GB"], ["zh-CN", "zh-CN"]]) {
  test.describe(`in ${tag}`, () => {
    test.use({ locale });

    const lessons = listed(tag);
    // Several at a time, so that the page is not loaded for each.
    for (let from = 0; from < lessons.length; from += 5) {
      const some = lessons.slice(from, from + 5);
      test(`${some.map(({ name }) => name).join(", ")} play to their ends by keyboard alone`, async ({ page }) => {
        test.slow();
        const keys = ["scene-go-on", "lesson-check", "lesson-skip", "lesson-again", "lessons"];
        const [goOn, check, skip, again, list] = keys.map((key) =>
          page.getByRole("button", { name: word(tag, key), exact: true }),
        );
        const dialog = page.getByRole("dialog");
        await arrive(page);
        for (const { name, title, steps } of some) {
          await press(page, list.first());
          await press(page, dialog.getByRole("button", { name: title, exact: true }));
          await expect(panel(page).getByRole("heading", { name: title, exact: true })).toBeVisible();
          for (let step = 1; step <= steps; step++) {
            await expect(panel(page).locator(".lesson-head .quiet").first()).toHaveText(
              word(tag, "lesson-step").replace("{step}", step).replace("{steps}", steps),
            );
            await expect(panel(page)).toHaveClass(/says/);
            expect(new URL(page.url()).hash).toBe(`#lesson=${name}&step=${step}`);
            if ((await check.count()) > 0) await answer(page, check);
            if (step === steps) break;
            await press(page, goOn);
            // A short part may have been played already.
            await expect(goOn.or(skip).or(check).or(again).first()).toBeVisible();
            if ((await skip.count()) > 0) await skip.press("Enter", { timeout: 1000 }).catch(() => {});
          }
          await expect(goOn).toHaveCount(0);
        }
        await press(page, list.first());
        const done = word(tag, "lessons-done-count").replace("{done}", some.length).replace("{all}", lessons.length);
        await expect(dialog.getByText(done)).toBeVisible();
      });
    }
  });
}

for (const colorScheme of ["light", "dark"]) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("the list, a question, its verdict and the end are accessible", async ({ page }) => {
      test.slow();
      await open(page);
      await button(page, "Lessons").first().click();
      await expect(page.getByRole("dialog").getByRole("button", { name: "A rolling update" })).toBeVisible();
      expect(await violations(page), "the list").toEqual([]);
      await page.getByRole("dialog").getByRole("button", { name: "A rolling update" }).click();
      await expect(panel(page).getByRole("spinbutton")).toBeVisible();
      expect(await violations(page), "a question").toEqual([]);
      await expect(page.locator(".primary:visible")).toHaveCount(1);
      await panel(page).getByRole("spinbutton").fill("2");
      await button(page, "Check").click();
      await expect(panel(page)).toContainText("The answer is 1, not 2.");
      expect(await violations(page), "a verdict").toEqual([]);
      await expect(page.locator(".primary:visible")).toHaveCount(1);
      await page.goto("./#lesson=update&step=5");
      await expect(panel(page)).toContainText("Only a change of .spec.template");
      expect(await violations(page), "the end").toEqual([]);
    });
  });
}

test("an address opens a lesson in the middle, and progress is kept", async ({ page }) => {
  await page.goto("./#lesson=partition&step=3");
  await expect(panel(page)).toContainText("Somebody deletes db-0");
  await expect(cluster(page).getByRole("listitem", { name: /^db-\d: Running/ })).toHaveCount(5);
  await panel(page).getByText("redis:7.4", { exact: true }).click();
  await button(page, "Check").click();
  await expect(panel(page)).toContainText("The answer is redis:7.2, not redis:7.4.");
  await page.goto("./");
  await page.reload();
  await button(page, "Lessons").first().click();
  const entry = page.getByRole("listitem").filter({ hasText: "A canary with a partition" });
  await expect(entry).toContainText("At step 3 of 7");
  await entry.getByRole("button").click();
  await expect(panel(page)).toContainText("Somebody deletes db-0");
  // Leaving it takes it out of the address.
  await panel(page).getByRole("button", { name: "Start screen" }).click();
  await expect(panel(page)).toHaveCount(0);
  expect(new URL(page.url()).hash).not.toContain("lesson");
});

test("commands run in the console, and leaving the path can be taken back", async ({ page }) => {
  await open(page);
  await write(page, "# mine\n");
  await page.goto("./#lesson=self-healing&step=1");
  await panel(page).getByRole("button", { name: "kubectl get pods -o wide" }).click();
  const console = page.getByRole("region", { name: "Console" });
  await expect(console).toContainText("node-1");
  await expect(panel(page)).toContainText("Three pods run.");
  const [at] = await position(page);
  await page.locator("#console-field").fill("kubectl delete deployment web");
  await page.locator("#console-field").press("Enter");
  await expect(panel(page)).toContainText("You have left the path of the lesson");
  await button(page, "Back to the lesson").click();
  await expect(panel(page)).toContainText("Three pods run.");
  expect((await position(page))[0]).toBe(at);
  await panel(page).getByRole("button", { name: "Start screen" }).click();
  await expect(manifests(page)).toContainText("# mine");
});

const OWN = `title: {en: "<b>Mine</b>"}
about: {en: Mine.}
cues:
  - command: kubectl create deployment web --image=nginx:1.27.5
  - settle: 500
  - say: {en: "<img src=x onerror=alert(1)> {pods} pod", values: {pods: {existing: Pod}}}
`;

test("a lesson of the reader opens from a file and from a link, as text only", async ({ page }) => {
  await open(page);
  await button(page, "Lessons").first().click();
  const chooses = page.waitForEvent("filechooser");
  await button(page, "Open a lesson from a file").click();
  await (await chooses).setFiles({ name: "mine.yaml", mimeType: "text/yaml", buffer: Buffer.from(OWN) });
  await expect(panel(page)).toContainText("<img src=x onerror=alert(1)> 1 pod");
  await expect(panel(page).getByRole("heading")).toHaveText("<b>Mine</b>");
  await expect(panel(page)).toContainText("A lesson from elsewhere: mine.yaml");
  await expect(panel(page).locator("img, b")).toHaveCount(0);

  await page.goto("./");
  await page.goto(`./#lesson=yaml:${encodeURIComponent(OWN)}`);
  await expect(panel(page)).toContainText("A lesson from elsewhere: URL");
  await expect(panel(page)).toContainText("<img src=x onerror=alert(1)> 1 pod");
  await expect(panel(page).locator("img, b")).toHaveCount(0);

  await page.goto("./#lesson=../secret");
  await expect(page.locator(".notice")).toContainText("could not be loaded");
});

for (const [query, width, height] of [["", 1280, 720], ["?embed=1", 760, 480]]) {
  test(`at ${width}×${height} ${query} explanations leave a pod in sight`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    for (const step of ["update&step=1", "partition&step=3", "stuck&step=2"]) {
      await page.goto(`./${query}#lesson=${step}`);
      await page.reload();
      await expect(panel(page)).toContainText(/\d of \d/);
      const visible = () => cluster(page).locator(".pod").evaluateAll((pods) => pods.some((pod) => {
        const { left, top, width, height } = pod.getBoundingClientRect();
        return pod.contains(document.elementFromPoint(left + width / 2, top + height / 2));
      }));
      await expect.poll(visible, { message: step }).toBe(true);
    }
  });
}

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("a lesson fits and can be played by touch", async ({ page }) => {
    await arrive(page);
    await page.goto("./#lesson=update&step=1");
    await panel(page).getByRole("spinbutton").fill("1");
    await button(page, "Check").tap();
    await expect(panel(page)).toContainText("Right: 1.");
    await button(page, "Continue").tap();
    await expect(panel(page)).toContainText("maxSurge is rounded up");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wide, "nothing is wider than the screen").toBe(false);
    await button(page, "Lessons").first().tap();
    expect(await violations(page)).toEqual([]);
  });
});
