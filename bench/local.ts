// What a run costs in one process, without Redis: from the payload's JSON text to the result. Beside it, in turn and in this process, a
// bare evaluator of the same payload that checks, limits and records nothing: the floor.
//
//   node scripts/bench.mjs local [--rounds n] [--shape name] [--json] [--tiny]
//
// Every result is checked. Prints, for each shape, the median time of a run with the fastest and slowest round, the CPU time of a run of
// both, which a busy machine bends less, and the median of the ratios of CPU time, pair by pair.
import { deepStrictEqual } from "node:assert/strict";
import process from "node:process";
import { parseArgs } from "node:util";
import { runLocal } from "../src/local.ts";
import { evaluateBare } from "./lib/bare-evaluator.ts";
import { readCircumstances } from "./lib/circumstances.ts";
import { LOCAL_SHAPES, type LocalShape } from "./lib/local-shapes.ts";
import { showSummary, summarise, type Summary } from "./lib/statistics.ts";
import { tableLines } from "./lib/table.ts";

type Contender = (shape: LocalShape) => Promise<{ readonly finalOutput: unknown }>;

interface LocalFigures {
  readonly name: string;
  readonly title: string;
  readonly runsPerRound: number;
  readonly levelflow: RunTimes;
  readonly bare: RunTimes;
  /** Of CPU time. */
  readonly ratio: Summary;
}

/** Of one run, in µs. */
interface RunTimes {
  readonly elapsedUs: Summary;
  readonly cpuUs: Summary;
}

interface RoundTimes {
  readonly elapsedUs: number;
  readonly cpuUs: number;
}

const levelflow: Contender = ({ payloadText, options }) => runLocal(JSON.parse(payloadText), options);
const bare: Contender = ({ payloadText }) => evaluateBare(JSON.parse(payloadText) as Parameters<typeof evaluateBare>[0]);

/** How long a contender's share of one round takes, about: long enough that the clock and the odd collection of garbage fade. */
const SHARE_MS = 100;
/** Runs that go before: the compiler has seen all of the code often enough by then. */
const WARM_UP_RUNS = 2_000;

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    shape: { type: "string", multiple: true },
    json: { type: "boolean", default: false },
    tiny: { type: "boolean", default: false },
  },
});
const rounds = Number(options.rounds);
const warmUpRuns = options.tiny ? 1 : WARM_UP_RUNS;
const circumstances = await readCircumstances();
const figures: LocalFigures[] = [];
for (const shape of chooseShapes(options.shape)) figures.push(await compare(shape));
const report = { benchmark: "local", ...circumstances, rounds, warmUpRuns, shapes: figures };
process.stdout.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : `${show(figures).join("\n")}\n`);

function chooseShapes(names: readonly string[] | undefined): readonly LocalShape[] {
  const known = LOCAL_SHAPES.map(({ name }) => name);
  const unknown = names?.filter((name) => !known.includes(name)) ?? [];
  if (unknown.length > 0) throw new Error(`no shape ${unknown.join(", ")}: there are ${known.join(", ")}`);
  return LOCAL_SHAPES.filter(({ name }) => names === undefined || names.includes(name));
}

async function compare(shape: LocalShape): Promise<LocalFigures> {
  for (const contender of [levelflow, bare]) await time(contender, shape, warmUpRuns);
  const runsPerRound = await runsPerShare(levelflow, shape);
  const bareRunsPerRound = await runsPerShare(bare, shape);
  const pairs: [RoundTimes, RoundTimes][] = [];
  for (let round = 0; round < rounds; round += 1) {
    pairs.push([await time(levelflow, shape, runsPerRound), await time(bare, shape, bareRunsPerRound)]);
  }
  return {
    name: shape.name,
    title: shape.title,
    runsPerRound,
    levelflow: summariseTimes(pairs.map(([own]) => own)),
    bare: summariseTimes(pairs.map(([, floor]) => floor)),
    ratio: summarise(pairs.map(([own, floor]) => own.cpuUs / floor.cpuUs)),
  };
}

function summariseTimes(times: readonly RoundTimes[]): RunTimes {
  return { elapsedUs: summarise(times.map((one) => one.elapsedUs)), cpuUs: summarise(times.map((one) => one.cpuUs)) };
}

async function runsPerShare(contender: Contender, shape: LocalShape): Promise<number> {
  if (options.tiny) return 10;
  const samples: number[] = [];
  for (let sample = 0; sample < 10; sample += 1) samples.push((await time(contender, shape, 10)).elapsedUs);
  return Math.max(10, Math.round((SHARE_MS * 1_000) / Math.min(...samples)));
}

/** What a run takes: the mean of so many, one after another. A figure for wrong results would be worth nothing. */
async function time(contender: Contender, shape: LocalShape, runCount: number): Promise<RoundTimes> {
  const finalOutputs: unknown[] = [];
  const cpuAtStart = process.cpuUsage();
  const start = performance.now();
  for (let run = 0; run < runCount; run += 1) finalOutputs.push((await contender(shape)).finalOutput);
  const elapsedMs = performance.now() - start;
  const cpu = process.cpuUsage(cpuAtStart);
  for (const finalOutput of finalOutputs) deepStrictEqual(finalOutput, shape.finalOutput);
  return { elapsedUs: (elapsedMs * 1_000) / runCount, cpuUs: (cpu.user + cpu.system) / runCount };
}

function show(shapes: readonly LocalFigures[]): string[] {
  const head = ["shape", "levelflow, µs", "its CPU, µs", "bare, CPU µs", "CPU, levelflow ÷ bare"];
  return tableLines([
    head,
    ...shapes.map((shape) => [
      shape.title,
      showSummary(shape.levelflow.elapsedUs, 0),
      showSummary(shape.levelflow.cpuUs, 0),
      showSummary(shape.bare.cpuUs, 0),
      showSummary(shape.ratio, 1),
    ]),
  ]);
}
