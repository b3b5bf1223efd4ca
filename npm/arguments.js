// What all subcommands do with their arguments.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { Kubestep } from "./node.js";

/** Something that ends the command: what it prints, and its exit status. */
export class Refusal extends Error {
  constructor(message, exit) {
    super(message);
    this.exit = exit;
  }
}

/** An error in the arguments. */
export class UsageError extends Refusal {
  constructor(message) {
    super(message, 2);
  }
}

export function parse(args, options) {
  try {
    return parseArgs({ args, options, allowPositionals: true, tokens: true });
  } catch (error) {
    throw new UsageError(error.message);
  }
}

export function number(name, text) {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) throw new UsageError(`--${name} must be a number, not ${text}`);
  return value;
}

/** A number of things. */
export function whole(name, text) {
  const value = number(name, text);
  if (!Number.isSafeInteger(value)) throw new UsageError(`--${name} must be a whole number, not ${text}`);
  return value;
}

/** A new cluster with the options of all subcommands. */
export function cluster({ kubernetes, language, seed }) {
  const options = {};
  if (kubernetes) options.version = kubernetes;
  if (language) options.language = language;
  if (seed) options.seed = number("seed", seed);
  try {
    return new Kubestep(options);
  } catch (error) {
    throw new UsageError(error.message);
  }
}

/** The text of a file; `-` is standard input. */
export function read(file) {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error.message}`);
  }
}

/** A problem of a file, as compilers print them. */
export function problem(file, { line, column, message }) {
  return `${file}:${line}:${column}: ${message}`;
}

export function print(text) {
  process.stdout.write(text);
}
