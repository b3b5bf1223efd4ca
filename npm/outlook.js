// `kubestep diagnose`, `kubestep forecast` and `kubestep check`.

import { writeFileSync } from "node:fs";

import { Refusal, UsageError, cluster, parse, print, read, whole } from "./arguments.js";
import { open, within, workload } from "./opening.js";

const STATE = `Each STATE is what \`kubectl get deploy,rs,sts,pods,pvc,pv,svc,hpa,nodes,controllerrevisions,events -o yaml\` prints
(- for standard input), or, with less in it, what kubectl get and describe print without -o: the simulated cluster goes on
from there. Plain manifests are applied, and settle, first.`;

const COMMON = `      --kubernetes VERSION simulate this version of Kubernetes (default: the newest one)
      --language TAG       the language of the sentences: en or zh-CN (default: en)
      --json               print a JSON object instead of text
  -h, --help               print this help`;

const CHANGE = `      --workload TYPE/NAME the workload, such as deployment/web; may be left out if there is only one
  -n, --namespace NAME     its namespace (default: default)
      --set IMAGE          the change: image=IMAGE for the first container, or CONTAINER=IMAGE
      --apply FILE         the change: kubectl apply -f FILE
      --run COMMAND        the change: a kubectl or sim command line; all three may be repeated and mixed
      --bound BOUND        what must hold in all runs: available>=PODS, pods<=PODS, cpu<=QUANTITY, memory<=QUANTITY
                           or complete<=DURATION
      --runs N             the number of runs (default: 200, for each combination of a sweep 30)
      --seed N             the seed; the same seed gives the same numbers (default: 1)
      --within DURATION    the time after which a run ends (default: 1h)
      --pull, --start, --ready, --stop RANGE
                           how long pulling, starting, becoming ready and terminating take, such as 1s..3s
      --sweep SETTING=...  compare values, such as maxSurge=0,1,25%; several are combined
      --report FILE        write a page of Markdown for a change request
      --picture FILE       write the course as an SVG picture
${COMMON}`;

const USAGES = {
  diagnose: `Usage: kubestep diagnose [OPTION | STATE]...

Says for each workload that is not as its spec wants it who waits for what, since when, and which commands free it.
${STATE}

${COMMON}

Exit status: 0 if nothing blocks; 1 if something does, or a STATE is refused; 2 if the arguments are wrong.
`,
  forecast: `Usage: kubestep forecast [OPTION | STATE]...

Says how long a rollout, or a change, takes and how low its capacity falls, from many runs with random times.
${STATE}

${CHANGE}

Exit status: 0 if all bounds hold in all runs; 1 if one does not, or a STATE is refused; 2 if the arguments are wrong or
the change is refused.
`,
  check: `Usage: kubestep check --bound BOUND [OPTION | STATE]...

Says which bounds a rollout, or a change, keeps in all of many runs with random times.
${STATE}

${CHANGE}

Exit status: 0 if all bounds hold in all runs; 1 if one does not, or a STATE is refused; 2 if the arguments are wrong or
the change is refused.
`,
};

const OPTIONS = {
  kubernetes: { type: "string" },
  language: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
};

const CHANGE_OPTIONS = {
  ...OPTIONS,
  workload: { type: "string" },
  namespace: { type: "string", short: "n" },
  set: { type: "string", multiple: true },
  apply: { type: "string", multiple: true },
  run: { type: "string", short: "r", multiple: true },
  bound: { type: "string", multiple: true },
  runs: { type: "string" },
  seed: { type: "string" },
  within: { type: "string" },
  pull: { type: "string" },
  start: { type: "string" },
  ready: { type: "string" },
  stop: { type: "string" },
  sweep: { type: "string", multiple: true },
  report: { type: "string" },
  picture: { type: "string" },
};

/** Opens the states of the arguments, and tells what had to be assumed. */
function opened(values, positionals) {
  const simulated = cluster(values);
  for (const note of open(simulated, positionals)) process.stderr.write(`${note}\n`);
  return simulated;
}

function diagnose(args) {
  const { values, positionals } = parse(args, OPTIONS);
  if (values.help) return print(USAGES.diagnose);
  const findings = opened(values, positionals).diagnose();
  const ok = findings.every(({ severity }) => severity !== "blocks");
  print(values.json ? json({ ok, findings }) : findings.length > 0 ? findings.map(told).join("\n") : "All workloads are as their specs want them.\n");
  process.exitCode = ok ? 0 : 1;
}

/** A finding, with what shows it and what frees it. */
function told({ severity, text, since, until, evidence, remedies }) {
  const times = [since && `since ${since}`, until && `until ${until}`].filter(Boolean);
  const shown = evidence.map((one) => `${one.object}: ${one.path ?? one.event}: ${one.text}`);
  const lines = [...times, ...shown, ...remedies.map((lines) => `$ ${lines.join(" && ")}`)];
  return `${severity.padEnd(8)} ${text}\n${lines.map((line) => `${" ".repeat(9)}${line}\n`).join("")}`;
}

function forecast(args) {
  const { values, answer } = answered(args, "forecast");
  if (!answer) return;
  const { text, report, picture, ...rest } = answer;
  print(values.json ? json(rest) : text);
  process.exitCode = holds(answer) ? 0 : 1;
}

function check(args) {
  const { values, answer } = answered(args, "check");
  if (!answer) return;
  const ok = holds(answer);
  const { workload, commands, runs, seed, bounds } = answer;
  const lines = bounds.map(({ bound, broken }) => (broken === 0 ? `holds   ${bound}` : `broken  ${bound}: in ${broken} of ${runs} runs`));
  print(values.json ? json({ ok, workload, commands, runs, seed, bounds }) : `${lines.join("\n")}\n`);
  process.exitCode = ok ? 0 : 1;
}

function holds({ bounds }) {
  return bounds.every((one) => one.holds);
}

function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The forecast that the arguments ask for, unless they ask for help. */
function answered(args, name) {
  const { values, positionals, tokens } = parse(args, CHANGE_OPTIONS);
  if (values.help) {
    print(USAGES[name]);
    return { values };
  }
  if (name === "check" && !values.bound) throw new UsageError("at least one --bound is needed, such as --bound 'available>=7'");
  // The seed is that of the runs: it does not matter how a cluster of manifests came to rest.
  const simulated = opened({ ...values, seed: undefined }, positionals);
  const about = workload(simulated, values);
  const answer = asked(simulated, about, { ...times(values), ...change(simulated, about, tokens) }, values);
  simulated.free();
  if (values.report) write(values.report, answer.report);
  if (values.picture) write(values.picture, answer.picture);
  return { values, answer };
}

/** The options that are passed on as they are. */
function times({ within, pull, start, ready, stop }) {
  const all = { within, pull, start, ready, stop };
  return Object.fromEntries(Object.entries(all).filter(([, given]) => given !== undefined));
}

function asked(simulated, { name, namespace }, options, { runs, seed, bound = [], sweep = [] }) {
  Object.assign(options, { namespace, bounds: bound, sweep });
  if (runs !== undefined) options.runs = whole("runs", runs);
  if (seed !== undefined) options.seed = whole("seed", seed);
  try {
    return simulated.forecast(name, options);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw new UsageError(error.message);
    if (error.name === "ForecastError") throw new Refusal(error.message, 2);
    throw error;
  }
}

function write(file, text) {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${error.message}`);
  }
}

/** The command lines of the change, in the order of the arguments, and the files that they read. */
function change(simulated, about, tokens) {
  const [commands, files] = [[], {}];
  const place = within(about.namespace);
  for (const { kind, name, value } of tokens) {
    if (kind !== "option") continue;
    if (name === "run") commands.push(value);
    if (name === "set") commands.push(`kubectl set image ${about.name} ${word(image(simulated, about, value))}${place}`);
    if (name === "apply") {
      // Standard input has been read here, so that the commands find it as a file.
      const file = value === "-" ? "STDIN" : value;
      files[file] = read(value);
      commands.push(`kubectl apply -f ${word(file)}${place}`);
    }
  }
  return { commands, files };
}

/** `CONTAINER=IMAGE` of the argument of `--set`, which may leave it to the workload which container is the first one. */
function image(simulated, { name, namespace }, set) {
  const [container, given] = [set.slice(0, set.indexOf("=")), set.slice(set.indexOf("=") + 1)];
  if (!set.includes("=") || container === "" || given === "") throw new UsageError(`--set must be image=IMAGE or CONTAINER=IMAGE, not ${set}`);
  if (container !== "image") return set;
  const { stdout, stderr, exit } = simulated.run(`kubectl get ${word(name)} -o json${within(namespace)}`);
  if (exit !== 0) throw new Refusal(`--set ${set}: ${stderr.trimEnd()}`, 2);
  const names = JSON.parse(stdout).spec.template.spec.containers.map((one) => one.name);
  return names.includes(container) ? set : `${names[0]}=${given}`;
}

/** A word of a command line, quoted if need be. */
function word(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The subcommands. */
export const COMMANDS = { diagnose, forecast, check };
