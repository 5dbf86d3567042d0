// What the order of nodes and of runs is worth where places are few.
//
//   node scripts/bench.mjs order [--rounds n] [--json] [--tiny]
//
// First, one level with more nodes than there are places. Slow nodes first, as levelflow plans it once it has seen their types, against the
// order of ids: that is what it falls back to when all nodes are of one type, so that it cannot tell them apart. Then, several runs that
// want the same places: first come first served, as it is, against the longest path first, and against what a `priority` of each run makes of it.
import process from "node:process";
import { parseArgs } from "node:util";
import { startBenchRedis } from "./lib/bench-redis.ts";
import { readCircumstances } from "./lib/circumstances.ts";
import { compare, type ShapeFigures } from "./lib/compare.ts";
import { LEVELS, SLOTS, TINY_LEVELS } from "./lib/level-naps.ts";
import type { RunOrder } from "../src/core/run/run-order.ts";
import { loadLevelflow } from "./lib/levelflow-roles.ts";
import { napContender } from "./lib/naps.ts";
import { startRoles } from "./lib/role-processes.ts";
import { compareRunOrders, MIXES, TINY_MIXES, type MixFigures } from "./lib/run-order.ts";
import { showSummary } from "./lib/statistics.ts";
import { tableLines } from "./lib/table.ts";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    json: { type: "boolean", default: false },
    tiny: { type: "boolean", default: false },
  },
});
const rounds = Number(options.rounds);
// Types have to be known before their order counts.
const warmUpRounds = 2;

const redis = await startBenchRedis();
try {
  const circumstances = await readCircumstances(redis.version);
  const { Producer } = await loadLevelflow(undefined);
  const deploy = async (runOrder: RunOrder) => {
    const deployment = { redisUrl: redis.url, prefix: `bench-${runOrder}`, workerCount: 1, concurrency: SLOTS };
    const roles = await startRoles(deployment, { contender: "levelflow", settings: { runOrder } });
    const producer = new Producer({ connection: redis.url, prefix: deployment.prefix, settings: { runOrder } });
    return { producer, stop: () => Promise.all([producer.close(), roles.stop()]) };
  };
  const deployments = [await deploy("first-come"), await deploy("longest-path")] as const;
  const [{ producer }, { producer: byPath }] = deployments;
  try {
    const contenders = [
      napContender(producer, { name: "slow nodes first", isTold: true }),
      napContender(producer, { name: "in id order", isTold: false }),
    ];
    const levels: ShapeFigures[] = [];
    for (const shape of options.tiny ? TINY_LEVELS : LEVELS)
      levels.push(await compare(shape, contenders, { rounds, warmUpRounds }));
    const mixes: MixFigures[] = [];
    for (const mix of options.tiny ? TINY_MIXES : MIXES)
      mixes.push(await compareRunOrders({ "first-come": producer, "longest-path": byPath }, mix, { rounds, warmUpRounds }));
    const report = { benchmark: "order", ...circumstances, rounds, warmUpRounds, slots: SLOTS, levels, mixes };
    process.stdout.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : `${show(levels, mixes).join("\n")}\n`);
  } finally {
    await Promise.all(deployments.map(({ stop }) => stop()));
  }
} finally {
  await redis.stop();
}

function show(levels: readonly ShapeFigures[], mixes: readonly MixFigures[]): string[] {
  const head = ["level", ...(levels[0]?.contenders.map(({ name }) => `${name}, ms`) ?? []), "ratio"];
  const rows = levels.map(({ title, contenders }) => [
    title,
    ...contenders.map(({ ms }) => showSummary(ms, 0)),
    contenders[0] === undefined ? "" : showSummary(contenders[0].ratio, 2),
  ]);
  const runHead = ["runs", "order", "all, ms", "long ones, ms", "short ones, ms"];
  const runRows = mixes.flatMap(({ title, orders }) =>
    orders.map((order) => [
      title,
      order.name,
      ...[order.totalMs, order.longMs, order.shortMs].map((summary) => showSummary(summary, 0)),
    ]),
  );
  return [...tableLines([head, ...rows]), "", ...(runRows.length === 0 ? [] : tableLines([runHead, ...runRows]))];
}
