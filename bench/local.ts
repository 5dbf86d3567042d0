// What a run costs in one process, without Redis: from the payload's JSON text to the result's. Beside it, in turn and in this process,
// a bare evaluator of the same payload that checks, limits and records nothing: the floor.
//
//   node scripts/bench.mjs local [rounds]
//
// Prints, for each shape, the median time of a run of both with the fastest and slowest round, runs per second, and the ratios, pair by pair.
import { deepStrictEqual } from "node:assert/strict";
import { runLocal } from "../src/local.ts";
import { evaluateBare } from "./lib/bare-evaluator.ts";
import { LOCAL_SHAPES, type LocalShape } from "./lib/local-shapes.ts";
import { median } from "./lib/median.ts";
import { tableLines } from "./lib/table.ts";

type Contender = (payloadText: string) => Promise<string>;

const levelflow: Contender = async (text) => JSON.stringify(await runLocal(JSON.parse(text)));
const bare: Contender = async (text) =>
  JSON.stringify(await evaluateBare(JSON.parse(text) as Parameters<typeof evaluateBare>[0]));

/** How long a contender's share of one round takes, about: long enough that the clock and the odd collection of garbage fade. */
const SHARE_MS = 100;
const WARM_UP_MS = 1_000;

const rounds = Number(process.argv[2] ?? 9);
const rows = [];
for (const shape of LOCAL_SHAPES) rows.push(await compare(shape));
const head = ["shape", "levelflow µs", "runs/s", "bare µs", "runs/s", "ratio"];
process.stdout.write(`${tableLines([head, ...rows]).join("\n")}\n`);

async function compare(shape: LocalShape): Promise<string[]> {
  for (const contender of [levelflow, bare]) await check(contender, shape);
  const counts = { levelflow: await runsPerShare(levelflow, shape), bare: await runsPerShare(bare, shape) };
  const pairs: [number, number][] = [];
  for (let round = 0; round < rounds; round += 1) {
    pairs.push([await time(levelflow, shape, counts.levelflow), await time(bare, shape, counts.bare)]);
  }
  const own = pairs.map(([one]) => one);
  const floor = pairs.map(([, other]) => other);
  const ratios = pairs.map(([one, other]) => one / other);
  return [shape.name, spread(own), perSecond(own), spread(floor), perSecond(floor), spread(ratios)];
}

/** A figure for wrong results would be worth nothing. */
async function check(contender: Contender, { payloadText, finalOutput }: LocalShape): Promise<void> {
  const result = JSON.parse(await contender(payloadText)) as { finalOutput: unknown };
  deepStrictEqual(result.finalOutput, finalOutput);
}

/** Warms up, and tells how many runs fill a share. */
async function runsPerShare(contender: Contender, shape: LocalShape): Promise<number> {
  const end = performance.now() + WARM_UP_MS;
  let fastestMs = Infinity;
  while (performance.now() < end) fastestMs = Math.min(fastestMs, (await time(contender, shape, 10)) / 1_000);
  return Math.max(10, Math.round(SHARE_MS / fastestMs));
}

/** The time of a run, in µs: the mean of so many, one after another. */
async function time(contender: Contender, { payloadText }: LocalShape, runCount: number): Promise<number> {
  const start = performance.now();
  for (let run = 0; run < runCount; run += 1) await contender(payloadText);
  return ((performance.now() - start) * 1_000) / runCount;
}

function spread(values: readonly number[]): string {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)];
  const digits = middle < 10 ? 2 : 0;
  return `${middle.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}

function perSecond(microseconds: readonly number[]): string {
  return (1_000_000 / median(microseconds)).toFixed(0);
}
