// The fixture of all stories: a page that fails the story on any error, whether the story checks for it or not.

import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { expect, test as base } from "@playwright/test";

/** The folder of what each story requests, within the output folder. */
export const ASKED = "asked";

/** Watches a page. @returns {string[]} errors as they occur */
function watch(page) {
  const wrong = [];
  // The number of documents so far, and whether another one is being loaded.
  let documents = 0;
  let leaving = false;
  const askedBy = new WeakMap();
  page.on("request", (request) => {
    leaving ||= request.isNavigationRequest();
    askedBy.set(request, documents);
  });
  page.on("framenavigated", () => {
    leaving = false;
    documents++;
  });
  page.on("pageerror", (error) => wrong.push(`uncaught error: ${error.stack ?? error}`));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      wrong.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  page.on("requestfailed", (request) => {
    // Leaving a document cancels its pending requests, which is not an error.
    const left = leaving || askedBy.get(request) < documents;
    if (left && request.failure()?.errorText === "net::ERR_ABORTED") return;
    wrong.push(`failed request: ${request.url()}: ${request.failure()?.errorText}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) wrong.push(`answer ${response.status()}: ${response.url()}`);
  });
  return wrong;
}

export const test = base.extend({
  /** Errors in the page so far. A story that provokes an error clears them. */
  wrong: async ({ page }, use) => {
    await use(watch(page));
  },
  /** Records which files a story requests, for `files.spec.js`. */
  asked: [
    async ({ page }, use, { project, workerIndex }) => {
      const folder = join(project.outputDir, ASKED);
      mkdirSync(folder, { recursive: true });
      page.on("request", (request) => {
        appendFileSync(join(folder, `${project.name}-${workerIndex}.txt`), `${request.url()}\n`);
      });
      await use();
    },
    { auto: true },
  ],
  /** Asserts at the end of every story that there were no errors. */
  silent: [
    async ({ wrong }, use) => {
      await use();
      expect(wrong, "the page must not log anything").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
