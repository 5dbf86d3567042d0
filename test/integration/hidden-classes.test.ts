import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { redisUrl, removeKeys, testPrefix } from "../support/redis.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { TYPESCRIPT_ARGS } from "../support/typescript-args.ts";

const MAIN = fileURLToPath(new URL("../support/many-runs-main.ts", import.meta.url));

/** Of each of two workflows, in memory and on Redis. */
const RUN_COUNT = 200;

/**
 * In V8 an object that is made as `{ ...other, more }` has a hidden class of its own, if `more` is new to it: it takes ten times as long, whoever
 * reads the object has to look for each property, and the class stays until the next full collection. `{ more, ...other }` does not.
 */
test("runs leave no hidden classes behind", { timeout: 120_000 }, async () => {
  const prefix = testPrefix();
  const log = join(tempFolder(), "v8.log");
  const flags = ["--log-maps", `--logfile=${log}`, "--no-logfile-per-isolate"];
  const args = [...TYPESCRIPT_ARGS, ...flags, MAIN, redisUrl(), prefix, String(RUN_COUNT)];
  const { stdout } = await promisify(execFile)(process.execPath, args).finally(() => removeKeys(prefix));
  const { startedAt, endedAt, controlCount } = JSON.parse(stdout) as Measured;
  const made = readTransitions(log).filter(({ at }) => at > startedAt && at < endedAt);
  // Made on purpose: without them nothing would have been seen.
  const isControl = ({ name }: Transition): boolean => name === "control";
  expect(made.filter(isControl).length).toBeGreaterThan(controlCount / 2);
  expect(oftenMade(made.filter((transition) => !isControl(transition)))).toEqual([]);
});

function oftenMade(transitions: readonly Transition[]): string[] {
  const counts = new Map<string, number>();
  for (const { place, name } of transitions) counts.set(`${place} ${name}`, (counts.get(`${place} ${name}`) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= RUN_COUNT / 2).map(([place, count]) => `${place}: ${String(count)} times`);
}

/** Times are in ms since the process began. */
interface Measured {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly controlCount: number;
}

/** A class that was made by adding a property to another. */
interface Transition {
  readonly at: number;
  /** Line and column of its file. */
  readonly place: string;
  readonly name: string;
}

function readTransitions(file: string): Transition[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("map,Transition,"))
    .map((line) => {
      const [, , time, , , , row = "", column = "", , name = ""] = line.split(",");
      return { at: Number(time) / 1_000, place: `${row}:${column}`, name };
    });
}
