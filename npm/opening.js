// Starts a cluster from files: the state of another cluster, or manifests.

import { Refusal, UsageError, problem, read } from "./arguments.js";

/** What is put between two files of YAML or JSON, and between two files of what kubectl prints for people. */
const SEPARATORS = { documents: "\n---\n", printed: "\n\n" };

/**
 * Brings a cluster to where files say it is. Files with the state of another cluster are imported together; manifests are
 * then applied, in order, and the cluster settles after each.
 *
 * @returns what was assumed, is missing, or was not read
 */
export function open(simulated, names) {
  if (names.length === 0) throw new UsageError("at least one STATE is needed: the output of kubectl get -o yaml, or manifests");
  const files = names.map((name) => ({ name, text: read(name) }));
  const are = files.map(({ text }) => simulated.isState(text));
  const notes = imported(simulated, files.filter((_, at) => are[at]));
  for (const { name, text } of files.filter((_, at) => !are[at])) {
    const { diagnostics } = simulated.apply(text);
    refuse(diagnostics.map((one) => problem(name, one)));
    if (!simulated.settle().settled) refuse([`${name}: the cluster does not settle: it may be in an endless loop`]);
  }
  return notes;
}

function refuse(lines) {
  if (lines.length > 0) throw new Refusal(lines.join("\n"), 1);
}

/** Whether a state is YAML or JSON, rather than tables and descriptions. */
function isDocuments({ text }) {
  return /^\s*[{[]/.test(text) || /^(- )?"?apiVersion"?:/m.test(text);
}

/** Imports files as one state, since an import replaces everything. */
function imported(simulated, files) {
  if (files.length === 0) return [];
  const [documents, printed] = [files.filter(isDocuments), files.filter((file) => !isDocuments(file))];
  if (documents.length > 0 && printed.length > 0) {
    throw new UsageError(`${documents[0].name} is YAML or JSON and ${printed[0].name} is a table or a description: give only one of the two`);
  }
  const separator = printed.length > 0 ? SEPARATORS.printed : SEPARATORS.documents;
  const { notes, diagnostics } = simulated.importState(files.map(({ text }) => text).join(separator));
  refuse(diagnostics.map((one) => placed(files, separator, one)));
  return notes;
}

/** A problem of the joined files, in the file that has it. */
function placed(files, separator, diagnostic) {
  let { line } = diagnostic;
  for (const { name, text } of files) {
    const lines = `${text}${separator}`.split("\n").length - 1;
    if (line <= lines) return problem(name, { ...diagnostic, line });
    line -= lines;
  }
  return problem(files.at(-1).name, diagnostic);
}

/**
 * The workload that a forecast is about, as kubectl names it, and its namespace.
 *
 * @throws {UsageError} if it is not given and not the only one
 */
export function workload(simulated, { workload: given, namespace }) {
  if (given) return { name: given, namespace: namespace ?? "default" };
  const all = simulated.snapshot().objects.filter(
    ({ kind, metadata }) =>
      ["Deployment", "StatefulSet"].includes(kind) && (namespace === undefined || metadata.namespace === namespace),
  );
  const found = all.map(({ kind, metadata }) => ({
    name: `${kind.toLowerCase()}/${metadata.name}`,
    namespace: metadata.namespace ?? "default",
  }));
  if (found.length === 1) return found[0];
  if (found.length === 0) throw new UsageError("there is no Deployment and no StatefulSet: name the one to be created with --workload TYPE/NAME");
  const list = found.map((one) => `  --workload ${one.name}${within(one.namespace)}`);
  throw new UsageError([`there are ${found.length} workloads: choose one`, ...list].join("\n"));
}

/** The option for a namespace. */
export function within(namespace) {
  return namespace === "default" ? "" : ` -n ${namespace}`;
}
