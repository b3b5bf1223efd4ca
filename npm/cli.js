#!/usr/bin/env node
// `npx kubestep FILE.yaml …`: applies manifests, runs commands, and prints what the controllers did and whether the
// rollouts are complete. `npx kubestep COMMAND …` runs one of the subcommands.

import { readFileSync, writeFileSync } from "node:fs";

import { UsageError, cluster, number, parse, print, problem, read } from "./arguments.js";
import init from "./node.js";
import { COMMANDS } from "./outlook.js";
import { story, summary } from "./report.js";

const USAGE = `Usage: kubestep [OPTION | FILE]...
       kubestep diagnose [OPTION | STATE]...
       kubestep forecast [OPTION | STATE]...
       kubestep check --bound BOUND [OPTION | STATE]...

Applies each FILE of Kubernetes manifests (- for standard input) to a simulated cluster and lets it settle, in the
order of the arguments. Prints the steps of the controllers, how far the rollouts stayed from their bounds, and whether
they are complete.

  -r, --run COMMAND        run a kubectl or sim command line, and let the cluster settle
      --for SECONDS        let time pass on the cluster's clock instead of settling, such as for a progress deadline
      --kubernetes VERSION simulate this version of Kubernetes (default: the newest one)
      --seed NUMBER        the seed of everything random (default: 1)
      --language TAG       the language of the controllers' sentences: en or zh-CN (default: en)
      --every-step         print the steps that had nothing to do, too
      --why                print the decisions of each step
  -q, --quiet              print no steps
      --json               print a JSON object instead of text
      --session FILE       write a session file, which the page opens
  -h, --help               print this help
      --version            print the version of this package

The other three start from the state of a real cluster: who waits for what, how long a rollout takes, and whether it
keeps bounds. \`kubestep forecast --help\` and so on print their options.

Exit status: 0 if everything was applied and all rollouts are complete; 1 if not; 2 if the arguments are wrong.
`;

const OPTIONS = {
  run: { type: "string", short: "r", multiple: true },
  for: { type: "string", multiple: true },
  kubernetes: { type: "string" },
  seed: { type: "string" },
  language: { type: "string" },
  "every-step": { type: "boolean" },
  why: { type: "boolean" },
  quiet: { type: "boolean", short: "q" },
  json: { type: "boolean" },
  session: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
};

/** What is to be done, in the order of the arguments. */
function actions(tokens) {
  const all = [];
  for (const token of tokens) {
    if (token.kind === "positional") all.push({ file: token.value });
    else if (token.name === "run") all.push({ command: token.value });
    else if (token.name === "for") all.push({ seconds: number("for", token.value) });
  }
  if (all.length === 0) throw new UsageError("at least one FILE or --run is needed");
  return all;
}

/** Performs an action. @returns what it printed, and whether it was refused */
function perform(simulated, action) {
  if (action.file) {
    const { applied, diagnostics } = simulated.apply(read(action.file));
    const lines = diagnostics.map((one) => problem(action.file, one));
    return { title: action.file, lines: [...applied, ...lines], refused: diagnostics.length > 0 };
  }
  if (action.command) {
    const { stdout, stderr, exit } = simulated.run(action.command);
    const lines = `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
    return { title: `$ ${action.command}`, lines, refused: exit !== 0 };
  }
  return { title: `${action.seconds} s pass`, lines: [], refused: false };
}

/** Lets the cluster go on after an action. @returns the steps, each with its decisions */
function follow(simulated, action, from) {
  const ran = action.seconds === undefined ? simulated.settle() : simulated.runFor(action.seconds);
  const end = simulated.snapshot().step;
  simulated.jump(from);
  const steps = [];
  while (simulated.snapshot().step < end) steps.push({ ...simulated.step(), decisions: simulated.decisions() });
  return { steps, settled: ran.settled };
}

/** The name of the subcommand, if the arguments begin with one. */
function subcommand([first]) {
  return Object.keys(COMMANDS).find((name) => name === first);
}

async function main(args) {
  const command = subcommand(args);
  if (command) {
    await init();
    return COMMANDS[command](args.slice(1));
  }
  const { values, tokens } = parse(args, OPTIONS);
  if (values.help) return print(USAGE);
  if (values.version) {
    const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
    return print(`${version}\n`);
  }
  const todo = actions(tokens);
  await init();
  const simulated = cluster(values);
  const parts = todo.map((action) => {
    const from = simulated.snapshot().step;
    return { ...perform(simulated, action), ...follow(simulated, action, from) };
  });
  const result = {
    parts,
    rollouts: simulated.rollouts(),
    gauges: simulated.gauges(),
    milliseconds: simulated.snapshot().at,
  };
  result.ok = !parts.some((part) => part.refused || !part.settled) && result.rollouts.every((one) => one.complete);
  if (values.session) writeFileSync(values.session, simulated.exportSession());
  simulated.free();
  print(values.json ? `${JSON.stringify(result, null, 2)}\n` : `${story(parts, values)}${summary(result)}`);
  process.exitCode = result.ok ? 0 : 1;
}

const args = process.argv.slice(2);
main(args).catch((error) => {
  process.stderr.write(`kubestep: ${error.message}\n`);
  const words = ["kubestep", subcommand(args), "--help"].filter(Boolean);
  if (error instanceof UsageError) process.stderr.write(`Try \`${words.join(" ")}\`.\n`);
  process.exitCode = error.exit ?? 1;
});
