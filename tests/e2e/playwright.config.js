// The stories run against a built site on a static host, at its root and below a sub-path.
//
// `cargo xtask test stories` builds the site, serves it and calls this. To run a story by itself:
//
//   cargo xtask dist && cargo xtask preview     (and leave that running)
//   cd tests/e2e && npm ci && npx playwright test --project root -g "loads silently"

import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const host = process.env.KUBESTEP_URL ?? "http://127.0.0.1:8090";

// Playwright's own browser is not used: an installed one is there on every machine that has the
// other tests.
const executablePath =
  process.env.KUBESTEP_CHROMIUM ??
  ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path));

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.js",
  outputDir: "../../target/stories",
  // A story that passes only sometimes is a failing story.
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
    trace: "retain-on-failure",
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
  // Stories open "./": the base address says where the site lies.
  projects: [
    { name: "root", use: { baseURL: `${host}/` } },
    { name: "sub-path", use: { baseURL: `${host}/some/where/` } },
  ],
});
