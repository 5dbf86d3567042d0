// How much faster a workflow is than its nodes one after another, by its structure, on nodes that wait as for a remote service.
//
//   node scripts/bench.mjs structures [--rounds n] [--structure name] [--json] [--tiny]
//
// Each structure runs with `sequential` and without, in turn, on a scheduler and a worker process over Redis, and with `runLocal` in this
// process. Every result is checked. Prints the medians, the speed-ups pair by pair, and what the levels allow at the most.
import process from "node:process";
import { parseArgs } from "node:util";
import { startBenchRedis } from "./lib/bench-redis.ts";
import { readCircumstances } from "./lib/circumstances.ts";
import { compare } from "./lib/compare.ts";
import type { Contender } from "./lib/contender.ts";
import { payloadOf, type GraphResult } from "./lib/graph.ts";
import { graphNodes, loadLevelflow } from "./lib/levelflow-roles.ts";
import { napContender } from "./lib/naps.ts";
import { startRoles } from "./lib/role-processes.ts";
import { showSummary, summarise, type Summary } from "./lib/statistics.ts";
import { STRUCTURES, TINY_STRUCTURES, type Structure } from "./lib/structures.ts";
import { tableLines } from "./lib/table.ts";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    structure: { type: "string", multiple: true },
    json: { type: "boolean", default: false },
    tiny: { type: "boolean", default: false },
  },
});
const rounds = Number(options.rounds);
const warmUpRounds = 1;

interface SpeedUp {
  readonly where: "processes" | "runLocal";
  readonly sequentialMs: Summary;
  readonly parallelMs: Summary;
  readonly speedUp: Summary;
}

interface StructureFigures extends Pick<Structure, "name" | "title" | "stated" | "bound"> {
  readonly nodeCount: number;
  readonly speedUps: readonly SpeedUp[];
}

const chosen = choose(options.tiny ? TINY_STRUCTURES : STRUCTURES, options.structure);
const levelflow = await loadLevelflow(undefined);
const redis = await startBenchRedis();
try {
  const circumstances = await readCircumstances(redis.version);
  const deployment = { redisUrl: redis.url, prefix: "bench-structures", workerCount: 1, concurrency: 50 };
  const roles = await startRoles(deployment, { contender: "levelflow", settings: {} });
  const producer = new levelflow.Producer({ connection: redis.url, prefix: deployment.prefix });
  try {
    const overRedis = (sequential: boolean): Contender =>
      napContender(producer, { name: "processes", isTold: false, options: { sequential } });
    const figures: StructureFigures[] = [];
    for (const structure of chosen) {
      figures.push(await measure(structure, [overRedis, inProcess]));
      if (!options.json) process.stderr.write(`${structure.title}: done\n`);
    }
    const report = { benchmark: "structures", ...circumstances, rounds, warmUpRounds, structures: figures };
    process.stdout.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : `${show(figures).join("\n")}\n`);
  } finally {
    await producer.close();
    await roles.stop();
  }
} finally {
  await redis.stop();
}

function inProcess(sequential: boolean): Contender {
  const nodes = graphNodes(levelflow.defineNode);
  return {
    name: "runLocal",
    run: (graph, seeds) =>
      Promise.all(
        seeds.map(async (input) => {
          const { nodeResults } = await levelflow.runLocal(payloadOf(graph), { nodes, input, sequential });
          return nodeResults as unknown as Record<string, GraphResult>;
        }),
      ),
    stop: async () => undefined,
  };
}

async function measure(structure: Structure, ways: readonly ((sequential: boolean) => Contender)[]): Promise<StructureFigures> {
  const { name, title, stated, bound } = structure;
  const speedUps: SpeedUp[] = [];
  let nodeCount = 0;
  for (const way of ways) {
    const shape = await compare(structure, [way(false), way(true)], { rounds, warmUpRounds });
    const [parallel, sequential] = shape.contenders;
    if (parallel === undefined || sequential === undefined) throw new Error(`${name} was not measured`);
    nodeCount = shape.nodeCount;
    speedUps.push({
      where: parallel.name as SpeedUp["where"],
      sequentialMs: sequential.ms,
      parallelMs: parallel.ms,
      speedUp: summarise(sequential.ms.values.map((ms, round) => ms / (parallel.ms.values[round] ?? Number.NaN))),
    });
  }
  return { name, title, stated, bound: Number(bound.toPrecision(4)), nodeCount, speedUps };
}

function choose(known: readonly Structure[], names: readonly string[] | undefined): readonly Structure[] {
  const unknown = names?.filter((name) => !known.some((structure) => structure.name === name)) ?? [];
  if (unknown.length > 0)
    throw new Error(`no structure ${unknown.join(", ")}: there are ${known.map(({ name }) => name).join(", ")}`);
  return names === undefined ? known : known.filter(({ name }) => names.includes(name));
}

function show(figures: readonly StructureFigures[]): string[] {
  const wheres = figures[0]?.speedUps.map(({ where }) => where) ?? [];
  const head = ["structure", "stated", "at most", ...wheres.flatMap((where) => [`${where}, ms`, "speed-up"])];
  const rows = figures.map(({ title, stated, bound, speedUps }) => [
    title,
    stated,
    `${bound.toFixed(2)}×`,
    ...speedUps.flatMap(({ sequentialMs, parallelMs, speedUp }) => [
      `${sequentialMs.median.toFixed(0)} → ${parallelMs.median.toFixed(0)}`,
      `${showSummary(speedUp, 2)}×`,
    ]),
  ]);
  return tableLines([head, ...rows]);
}
