// Exporting steps as a self-contained picture.

import { readFile } from "node:fs/promises";
import { expect, test } from "./fixtures.js";
import { FIRST, SECOND, button, deployment, open, position, violations, write } from "./helpers.js";

const form = (page) => page.getByRole("dialog", { name: "Export steps as a picture" });

/** Lets the page save a file. Returns its name and text. */
async function saved(page, name) {
  const download = page.waitForEvent("download");
  await button(page, name).click();
  const file = await download;
  await expect(form(page).getByRole("status")).toHaveText(`Saved as ${file.suggestedFilename()}.`);
  return [file.suggestedFilename(), await file.path()];
}

/** The tutorial's complete rolling update. */
async function roll(page) {
  await open(page);
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(button(page, "Settle")).toHaveAttribute("aria-pressed", "false");
  const lines = await page.locator(".cm-line").allInnerTexts();
  const [before] = await position(page);
  await write(page, lines.map((line) => line.replace("nginx:1.7.9", "nginx:1.9.1").trimEnd()).join("\n"));
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(button(page, "Settle")).toHaveAttribute("aria-pressed", "false");
  const [after] = await position(page);
  return [before, after];
}

test("the current rollout is saved as an animated picture", async ({ page, browser }, info) => {
  const [before, after] = await roll(page);
  await button(page, "Export").click();
  await expect(form(page).getByLabel("From step")).toHaveValue(String(before + 1));
  await expect(form(page).getByLabel("To step")).toHaveValue(String(after));
  expect(await violations(page)).toEqual([]);
  const [name, path] = await saved(page, "Download animation");
  expect(name).toBe(`kubestep-steps-${before + 1}-${after}.svg`);

  const svg = await readFile(path, "utf8");
  expect(svg.length).toBeLessThan(100_000);
  // As embedded by an author: nothing external can be loaded, and no script runs.
  const reader = await browser.newPage();
  await reader.setContent(`<img alt="" src="data:image/svg+xml,${encodeURIComponent(svg)}">`);
  await expect(reader.locator("img")).toHaveJSProperty("complete", true);
  expect(await reader.locator("img").evaluate((image) => image.naturalWidth)).toBeGreaterThan(0);

  // By itself: the visible content changes over time.
  await reader.setContent(svg);
  const seen = (time) =>
    reader.evaluate((time) => {
      const moving = document.getAnimations();
      for (const animation of moving) {
        animation.pause();
        animation.currentTime = time * animation.effect.getComputedTiming().duration;
      }
      const shown = (element) => {
        for (let at = element; at; at = at.parentElement) if (getComputedStyle(at).opacity === "0") return false;
        return true;
      };
      const texts = [...document.querySelectorAll("svg text")].filter(shown).map((text) => text.textContent);
      return { moving: moving.length, texts };
    }, time);
  const [first, last] = [await seen(0.01), await seen(0.99)];
  expect(first.moving).toBeGreaterThan(50);
  expect(first.texts).toContain(FIRST);
  expect(first.texts, "the new lane is not there yet").not.toContain(SECOND);
  expect(last.texts).toContain(SECOND);
  expect(last.texts).toContain("revision 2 · wants 3");
  await reader.screenshot({ path: info.outputPath("film.png") });
  await reader.close();
});

test("a single step is saved as a still, and a range by its numbers", async ({ page }) => {
  const [before] = await roll(page);
  await button(page, "Export").click();
  const [still] = await saved(page, "Download this step");
  expect(still).toBe(`kubestep-step-${(await position(page))[0]}.svg`);
  await form(page).getByLabel("From step").fill(String(before + 5));
  await form(page).getByLabel("To step").fill(String(before + 9));
  const [name] = await saved(page, "Download animation");
  expect(name).toBe(`kubestep-steps-${before + 5}-${before + 9}.svg`);
  await page.keyboard.press("Escape");
  await expect(form(page)).toBeHidden();
});

test("too many pods for a picture are refused, with the numbers", async ({ page }) => {
  await open(page);
  await write(page, deployment({ spec: "  replicas: 400" }));
  await button(page, "Apply").click();
  await button(page, "Settle").click();
  await expect(button(page, "Settle")).toHaveAttribute("aria-pressed", "false", { timeout: 20_000 });
  await button(page, "Export").click();
  await button(page, "Download animation").click();
  await expect(form(page).getByRole("status")).toHaveText(
    "These steps need room for 400 pods; an export has room for 300.",
  );
});
