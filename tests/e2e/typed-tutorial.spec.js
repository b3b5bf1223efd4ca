// The tutorial typed command by command, and its transcript compared with that of a real cluster.
//
// The recording is of 1.36. Its nodes act at the recorder's commands, the page's when the clock moves: where the recording
// has settled, the page runs what is due; where its nodes acted, the page settles.

import { readFileSync } from "node:fs";
import { expect, test } from "./fixtures.js";
import { button, open, until } from "./helpers.js";

const recording = (name) =>
  JSON.parse(readFileSync(new URL(`../conformance/recordings/${name}.json`, import.meta.url), "utf8"));

/**
 * A text without what differs between clusters: random names of pods, times, the width of columns; and volumes,
 * which the recorder created itself in a cluster without a storage class.
 */
function plain(text) {
  return text
    .replace(/(-[a-z0-9]{7,10})-(#\d{4}|[a-z0-9]{5})\b/g, "$1-#")
    .replace(/<a>|(?<!cpu:\s+)\b(\d+[dhms])+\b(?=\s|$)/gm, "<age>")
    .replace(/^(CreationTimestamp:).*$/gm, "$1 <time>")
    .replace(/ over [0-9dhms]+\)/g, " over <age>)")
    .replace(/\bpvc?-\S+/g, "<volume>")
    .replace(/ RWO +standard /g, " RWO ")
    // A kubelet alternates between the two while it retries.
    .replace(/\b(ErrImagePull|ImagePullBackOff)\b/g, "<pull>")
    // Which events are counted together, and their number, is a race in the real cluster as well.
    .replace(/\(x\d+ over \S+\)(\s+\S+\s+)\(combined from similar events\).*$/gm, "<count>$1<combined>")
    .replace(/[ \t]+/g, " ")
    .replace(/ $/gm, "")
    .trim();
}

/** Types a command; returns its output. */
async function run(page, text) {
  const field = page.getByRole("textbox", { name: "kubectl command" });
  await field.focus();
  await page.keyboard.press("Control+l");
  await page.keyboard.insertText(text);
  await page.keyboard.press("Enter");
  if (await page.getByText("The command is waiting").isVisible()) await settle(page);
  const blocks = page.getByRole("log").locator("pre");
  return plain((await blocks.allTextContents()).join(""));
}

async function settle(page) {
  await button(page, "Settle").click();
  await expect(button(page, "Settle")).toHaveAttribute("aria-pressed", "false");
}

/** Runs everything that is due without moving the clock. */
async function rest(page) {
  const queues = page.getByRole("region", { name: "Queues" });
  await until(
    async () => (await queues.getByText("The queues are empty.").count()) > 0,
    () => button(page, "Step").click({ modifiers: ["Shift"] }),
  );
}

for (const name of ["tutorial-nginx-deployment", "tutorial-statefulset-web"]) {
  test(`${name}, typed`, async ({ page }) => {
    test.setTimeout(120_000);
    await open(page);
    await page.locator("body").press(":");
    const { steps } = recording(name);
    await run(page, "sim version 1.36");
    await run(page, "sim image nginx:1.91 --outcome=missing");
    const differences = [];
    let compared = 0;
    for (const [at, step] of steps.entries()) {
      if (step.settle) await rest(page);
      if (step.node) await settle(page);
      if (!step.command) continue;
      const stdin = step.stdin ? ` <<'END'\n${step.stdin}${step.stdin.endsWith("\n") ? "" : "\n"}END` : "";
      const got = await run(page, `kubectl ${step.command}${stdin}`);
      // The recording has separate streams.
      const [wanted, turned] = [`${step.stdout}${step.stderr}`, `${step.stderr}${step.stdout}`].map(plain);
      compared++;
      if (got !== wanted && got !== turned) differences.push(`${at} ${step.command}\n--- wanted\n${wanted}\n--- got\n${got}`);
    }
    expect(differences, `${compared} commands`).toEqual([]);
    expect(compared).toBeGreaterThan(25);
  });
}
