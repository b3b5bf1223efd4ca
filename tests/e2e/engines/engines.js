// The engines: where their programs are, and how each is started.
//
// `cargo xtask test engines` says by variables where the programs are; by hand Debian's places do.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Bidi, Classic } from "./protocols.js";

/** A program that a variable names, or the one of Debian's package; none where there is neither. */
function program(variable, usual) {
  const path = process.env[variable] || usual;
  return existsSync(path) ? path : undefined;
}

const CHROMIUM = program("KUBESTEP_CHROMIUM", "/usr/bin/chromium");
const CHROMEDRIVER = program("CHROMEDRIVER", "/usr/bin/chromedriver");
const FIREFOX = program("KUBESTEP_FIREFOX", "/usr/bin/firefox-esr");
const WEBKIT_DRIVER = program("KUBESTEP_WEBKIT_DRIVER", "/usr/bin/WebKitWebDriver");
const XVFB = program("KUBESTEP_XVFB", "/usr/bin/Xvfb");

/** How long a program may take to say where it listens. */
const START_LIMIT = 30_000;

/** Starts a program; gives it, and what an expression finds in what it says. */
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

/** A port that is free now. */
async function freePort() {
  const { createServer } = await import("node:net");
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until a driver that says nothing answers. */
async function answers(address) {
  for (const end = Date.now() + START_LIMIT; Date.now() < end; ) {
    if (await fetch(`${address}/status`).then(({ ok }) => ok, () => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no driver answers at ${address}`);
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
  // The driver starts MiniBrowser, which needs a screen.
  const screen = await start(XVFB, ["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"], /^(\d+)\n/);
  processes.push(screen.child);
  const port = await freePort();
  const env = { DISPLAY: `:${screen.found}`, LANGUAGE: "en_GB", LC_ALL: "C.UTF-8" };
  processes.push(spawn(WEBKIT_DRIVER, [`--port=${port}`], { stdio: "ignore", env: { ...process.env, ...env } }));
  await answers(`http://127.0.0.1:${port}`);
  return Classic.open(`http://127.0.0.1:${port}`, {});
}

/** The engines by name: how to start one, and what of it is not there. */
export const ENGINES = {
  chromium: { begin: chromium, absent: CHROMIUM && CHROMEDRIVER ? "" : "no Chromium with chromedriver" },
  firefox: { begin: firefox, absent: FIREFOX ? "" : "no Firefox (Debian: firefox-esr)" },
  webkit: {
    begin: webkit,
    absent: WEBKIT_DRIVER && XVFB ? "" : "no WebKitGTK (Debian: webkit2gtk-driver and xvfb)",
  },
};

/** Starts an engine; gives what drives it, and what ends all that was started for it. */
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
