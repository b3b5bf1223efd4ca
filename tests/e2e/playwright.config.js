// The stories run against a built site on a static host, at its root and below a sub-path.
//
// `cargo xtask test stories` builds the site, serves it and runs this. To run a single story:
//
//   cargo xtask dist && cargo xtask preview     (keep it running)
//   cd tests/e2e && npm ci && npx playwright test --project root -g "loads silently"

import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const host = process.env.KUBESTEP_URL ?? "http://127.0.0.1:8090";

// Uses an installed browser instead of Playwright's, since the other tests need one as well.
const executablePath =
  process.env.KUBESTEP_CHROMIUM ??
  ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path));

const BELOW = `${host}/some/where/`;
/** Stories that between them load every file of the site. */
const LOADING = /\/(console|editor|export|loading|objects|offline|page|start|tutorial)\.spec\.js$/;
/** Asserts what the stories below the sub-path requested. */
const FILES = /\/files\.spec\.js$/;

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.js",
  outputDir: "../../target/stories",
  // A flaky story is a failing story.
  retries: 0,
  workers: 2,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  reporter: "list",
  timeout: 30_000,
  use: {
    browserName: "chromium",
    locale: "en-GB",
    timezoneId: "UTC",
    screenshot: "only-on-failure",
    // Recording every story takes longer than the stories; for one that fails: --trace on.
    trace: "off",
    launchOptions: {
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  // Stories open "./", relative to the base address of the site. Below a sub-path only addresses can be wrong, so only the
  // stories that load the site's files run there; the last project asserts that they request every file.
  projects: [
    { name: "root", testIgnore: FILES, use: { baseURL: `${host}/` } },
    { name: "sub-path", testMatch: LOADING, use: { baseURL: BELOW } },
    { name: "files", testMatch: FILES, dependencies: ["sub-path"], use: { baseURL: BELOW } },
  ],
});
