// The engines: the paths of their programs, and how to start each one.
//
// `cargo xtask test engines` passes the paths in variables; otherwise Debian's paths are used.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Bidi, Classic } from "./protocols.js";

/** The program named by a variable, or the one of Debian's package, if there is either. */
function program(variable, usual) {
  const path = process.env[variable] || usual;
  return existsSync(path) ? path : undefined;
}

const CHROMIUM = program("KUBESTEP_CHROMIUM", "/usr/bin/chromium");
const CHROMEDRIVER = program("CHROMEDRIVER", "/usr/bin/chromedriver");
const FIREFOX = program("KUBESTEP_FIREFOX", "/usr/bin/firefox-esr");
const WEBKIT_DRIVER = program("KUBESTEP_WEBKIT_DRIVER", "/usr/bin/WebKitWebDriver");
const XVFB = program("KUBESTEP_XVFB", "/usr/bin/Xvfb");

/** Time limit for a program to report its address. */
const START_LIMIT = 30_000;

/** Starts a program; returns it, and the match of a regular expression in its output. */
async function start(path, args, said, env = {}) {
  const child = spawn(path, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  let text = "";
  const found = await new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`${path}: ${why}; it said: ${text}`));
    const limit = setTimeout(() => fail(`not there after ${START_LIMIT} ms`), START_LIMIT);
    const hear = (data) => {
      text += data;
      const match = said.exec(text);
      if (!match) return;
      clearTimeout(limit);
      resolve(match[1]);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("error", (error) => fail(error.message));
    child.on("exit", (code) => fail(`it ended with ${code}`));
  });
  child.removeAllListeners("exit");
  return { child, found };
}

/** A free port. */
async function freePort() {
  const { createServer } = await import("node:net");
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until a driver without output responds. */
async function answers(address) {
  for (const end = Date.now() + START_LIMIT; Date.now() < end; ) {
    if (await fetch(`${address}/status`).then(({ ok }) => ok, () => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no driver responds at ${address}`);
}

async function chromium(processes) {
  const driver = await start(CHROMEDRIVER, ["--port=0"], /started successfully on port (\d+)/);
  processes.push(driver.child);
  return Classic.open(`http://127.0.0.1:${driver.found}`, {
    "goog:chromeOptions": {
      binary: CHROMIUM,
      args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--lang=en-GB"],
    },
  });
}

async function firefox(processes, leftovers) {
  const profile = mkdtempSync(join(tmpdir(), "kubestep-firefox-"));
  leftovers.push(profile);
  const args = ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"];
  const browser = await start(FIREFOX, args, /WebDriver BiDi listening on (\S+)/);
  processes.push(browser.child);
  return Bidi.open(browser.found);
}

async function webkit(processes) {
  // The driver starts MiniBrowser, which needs a display.
  const screen = await start(XVFB, ["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"], /^(\d+)\n/);
  processes.push(screen.child);
  const port = await freePort();
  const env = { DISPLAY: `:${screen.found}`, LANGUAGE: "en_GB", LC_ALL: "C.UTF-8" };
  processes.push(spawn(WEBKIT_DRIVER, [`--port=${port}`], { stdio: "ignore", env: { ...process.env, ...env } }));
  await answers(`http://127.0.0.1:${port}`);
  return Classic.open(`http://127.0.0.1:${port}`, {});
}

/** The engines by name: how to start one, and its missing programs. */
export const ENGINES = {
  chromium: { begin: chromium, absent: CHROMIUM && CHROMEDRIVER ? "" : "no Chromium with chromedriver" },
  firefox: { begin: firefox, absent: FIREFOX ? "" : "no Firefox (Debian: firefox-esr)" },
  webkit: {
    begin: webkit,
    absent: WEBKIT_DRIVER && XVFB ? "" : "no WebKitGTK (Debian: webkit2gtk-driver and xvfb)",
  },
};

/** Starts an engine; returns its driver, and a function that stops everything started for it. */
export async function begin(name) {
  const [processes, leftovers] = [[], []];
  const end = async (driver) => {
    await driver?.close().catch((error) => console.error(`${name} did not close: ${error.message}`));
    for (const child of processes.reverse()) {
      const gone = child.exitCode !== null || new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await gone;
    }
    for (const folder of leftovers) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const driver = await ENGINES[name].begin(processes, leftovers);
    return { driver, end: () => end(driver) };
  } catch (error) {
    await end();
    throw error;
  }
}
