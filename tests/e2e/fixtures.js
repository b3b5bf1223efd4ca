// What every story stands on: a page that fails the story as soon as anything goes wrong in it,
// whether the story looks there or not.

import { expect, test as base } from "@playwright/test";

/** Watches a page. @returns {string[]} what went wrong, as it comes */
function watch(page) {
  const wrong = [];
  // How many documents there were, and whether another one is on its way.
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
    // The browser stops what a document still loads, or begins to load, when it is left: nothing went wrong in it.
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
  /** What went wrong in the page so far. A story that provokes an error empties it. */
  wrong: async ({ page }, use) => {
    await use(watch(page));
  },
  /** Checks at the end of every story that nothing went wrong. */
  silent: [
    async ({ wrong }, use) => {
      await use();
      expect(wrong, "the page must be silent").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
