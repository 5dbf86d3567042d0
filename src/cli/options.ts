import { InvalidArgumentError, Option, type Command } from "commander";
import { nanosecondsToMs, parseDuration } from "../core/text/duration.ts";

/** What `--json` is on every command. */
export function jsonOption(): Option {
  return new Option("--json", "print one JSON document on stdout and nothing else");
}

/** `--nodes`, once for each module. */
export function nodesOption(): Option {
  return new Option("--nodes <module>", "a TypeScript or JavaScript module that exports node types; may be repeated")
    .argParser((value: string, previous: readonly string[]) => [...previous, value])
    .default([], "none");
}

/** What a run may be given besides its workflow. */
export interface RunOptions {
  readonly input?: string;
  readonly maxConcurrency?: number;
  readonly sequential?: boolean;
  readonly timeout?: number;
}

/** Adds `--input`, `--max-concurrency`, `--sequential` and `--timeout`. */
export function addRunOptions(command: Command): Command {
  return command
    .option("--input <json or @file>", "the run's input, for its handlers")
    .option("--max-concurrency <n>", "nodes that run at a time, over all workers; 0 sets no limit", parseCount(0))
    .option("--sequential", "one node at a time, in level and node-id order")
    .option("--timeout <duration>", "how long the run may take: 1500 (ms), 90s, 1h30m", parseTimeoutMs);
}

/** Reads whole numbers from `min`. */
export function parseCount(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    const bound = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    throw new InvalidArgumentError(`Use a whole number ${bound}.`);
  };
}

/** Reads a duration, in whole ms and at least one. */
export function parseTimeoutMs(text: string): number {
  const nanoseconds = parseDuration(text);
  if (nanoseconds !== undefined && nanoseconds > 0n) return Math.ceil(nanosecondsToMs(nanoseconds));
  throw new InvalidArgumentError("Use a duration above zero: 1500 (ms), 90s, 1h30m.");
}

/** Puts an example under a command's help. */
export function example(...lines: readonly string[]): string {
  return `\n${lines.length === 1 ? "Example" : "Examples"}:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

/** What `run` is called with. */
export interface RunCommandOptions extends RunOptions {
  readonly local?: boolean;
  readonly workers: number;
  readonly nodes: readonly string[];
  readonly data?: string;
  readonly json?: boolean;
}

/** What `dev` is called with. */
export interface DevOptions {
  readonly workers: number;
  readonly concurrency?: number;
  readonly nodes: readonly string[];
  readonly data: string;
  readonly json?: boolean;
}
