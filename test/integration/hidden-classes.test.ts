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
/** Runs in all. */
const ALL_COUNT = 4 * RUN_COUNT;

/**
 * In V8 an object that is made as `{ ...other, more }` has a hidden class of its own, if `more` is new to it: it takes ten times as long, whoever
 * reads the object has to look for each property, and the class stays until the next full collection. `{ more, ...other }` does not.
 */
test("runs leave no hidden classes behind", { timeout: 120_000 }, async () => {
  const prefix = testPrefix();
  const log = join(tempFolder(), "v8.log");
  const flags = ["--log-maps", `--logfile=${log}`, "--no-logfile-per-isolate"];
  const args = [...TYPESCRIPT_ARGS, ...flags, MAIN, redisUrl(), prefix, String(RUN_COUNT)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  await removeKeys(prefix);
  const span = JSON.parse(stdout) as Span;
  const made = readTransitions(log).filter(({ at }) => at > span.startedAt && at < span.endedAt);
  expect(oftenMade(made.map(({ place }) => place))).toEqual([]);
  expect(made.length).toBeLessThan(ALL_COUNT / 2);
});

function oftenMade(places: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const place of places) counts.set(place, (counts.get(place) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= RUN_COUNT / 2).map(([place, count]) => `${place}: ${String(count)} times`);
}

/** In ms since the process began. */
interface Span {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** The classes that were made by adding to others: when, and at which line and column of its file, for which property. */
function readTransitions(file: string): { readonly at: number; readonly place: string }[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("map,Transition,"))
    .map((line) => {
      const [, , time, , , , row, column, , name] = line.split(",");
      return { at: Number(time) / 1_000, place: `${String(row)}:${String(column)} ${String(name)}` };
    });
}
