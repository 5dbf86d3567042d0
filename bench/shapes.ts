// levelflow against hand-written BullMQ on five shapes of workflow. Both are deployed as their users would: a scheduler process and a worker
// process each, this process as the producer, all on one Redis with an append-only file. They take turns, so that the machine's mood hits both.
//
//   node scripts/bench.mjs shapes [--rounds n] [--warm-up n] [--shape name] [--json] [--tiny] [--against folder] [--profile folder]
//
// Every result of every run is checked. Prints medians with the fastest and slowest round, and the median of the ratios, pair by pair.
import { mkdir } from "node:fs/promises";
import process from "node:process";
import { parseArgs } from "node:util";
import { startBenchRedis } from "./lib/bench-redis.ts";
import { readCircumstances } from "./lib/circumstances.ts";
import { compare, type ContenderFigures, type ShapeFigures } from "./lib/compare.ts";
import type { Contender, Deployment } from "./lib/contender.ts";
import { startHandwritten } from "./lib/handwritten.ts";
import { startLevelflow, type LevelflowVariant } from "./lib/levelflow.ts";
import { SHAPES, TINY_SHAPES, type Shape } from "./lib/shapes.ts";
import { showSummary } from "./lib/statistics.ts";
import { tableLines } from "./lib/table.ts";

/** Each is a column. */
const VARIANTS: readonly LevelflowVariant[] = [
  { name: "levelflow", settings: {} },
  { name: "no type declared pure", settings: {}, declaresPure: false },
  { name: "a lane a node", settings: { adaptiveLanes: false } },
];

const WORKER_CONCURRENCY = 100;

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    "warm-up": { type: "string", default: "12" },
    shape: { type: "string", multiple: true },
    json: { type: "boolean", default: false },
    tiny: { type: "boolean", default: false },
    against: { type: "string" },
    profile: { type: "string" },
  },
});
const shapes = chooseShapes(options.tiny ? TINY_SHAPES : SHAPES, options.shape);
const rounds = Number(options.rounds);
const warmUpRounds = options.tiny ? 1 : Number(options["warm-up"]);
if (options.profile !== undefined) await mkdir(options.profile, { recursive: true });

const redis = await startBenchRedis();
const contenders: Contender[] = [];
try {
  const circumstances = await readCircumstances(redis.version);
  for (const start of starters()) contenders.push(await start());
  const figures: ShapeFigures[] = [];
  for (const shape of shapes) {
    figures.push(await compare(shape, contenders, { rounds, warmUpRounds }));
    if (!options.json) process.stderr.write(`${shape.title}: done\n`);
  }
  const settings = { rounds, warmUpRounds, workerConcurrency: WORKER_CONCURRENCY };
  const report = { benchmark: "shapes", ...circumstances, ...settings, shapes: figures };
  process.stdout.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : `${show(figures).join("\n")}\n`);
} finally {
  await Promise.all(contenders.map((contender) => contender.stop()));
  await redis.stop();
}

/** The yardstick is the last one. */
function starters(): (() => Promise<Contender>)[] {
  const other = options.against === undefined ? [] : [{ name: "other build", settings: {}, build: options.against }];
  const deployment = (name: string): Deployment => ({
    redisUrl: redis.url,
    prefix: `bench-${name.replaceAll(/[^a-z]/g, "-")}`,
    workerCount: 1,
    concurrency: WORKER_CONCURRENCY,
    profileFolder: options.profile,
  });
  return [
    ...[...VARIANTS, ...other].map((variant) => () => startLevelflow(variant, deployment(variant.name))),
    () => startHandwritten(deployment("hand-written")),
  ];
}

function chooseShapes(known: readonly Shape[], names: readonly string[] | undefined): readonly Shape[] {
  const unknown = names?.filter((name) => !known.some((shape) => shape.name === name)) ?? [];
  if (unknown.length > 0)
    throw new Error(`no shape ${unknown.join(", ")}: there are ${known.map(({ name }) => name).join(", ")}`);
  return names === undefined ? known : known.filter(({ name }) => names.includes(name));
}

function show(figures: readonly ShapeFigures[]): string[] {
  const names = figures[0]?.contenders.map(({ name }) => name) ?? [];
  const head = ["shape", ...names.map((name) => `${name} ms`), ...names.slice(0, -1).map((name) => `${name} ÷ hand-written`)];
  const ideal = figures.filter(({ contenders: own }) => own.some(({ idealShare }) => idealShare !== undefined));
  return [
    ...tableLines([head, ...figures.map(rowOf)]),
    ...ideal.map(({ title, contenders: own }) => `${title}, ideal ÷ actual: ${own.map(showIdealShare).join(", ")}`),
  ];
}

function rowOf({ title, contenders: own }: ShapeFigures): string[] {
  return [
    title,
    ...own.map(({ ms }) => showSummary(ms, ms.median < 20 ? 1 : 0)),
    ...own.slice(0, -1).map(({ ratio }) => showSummary(ratio, 2)),
  ];
}

function showIdealShare({ name, idealShare }: ContenderFigures): string {
  return `${name} ${idealShare === undefined ? "unknown" : showSummary(idealShare, 3)}`;
}
