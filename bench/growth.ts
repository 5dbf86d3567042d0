// How the cost of a node grows: with the size of its run, the number of runs, workers, the size of results, the distance from Redis.
//
//   node scripts/bench.mjs growth [--series name] [--rounds n] [--json] [--tiny]
//   node scripts/bench.mjs plot <that JSON> [folder]     draws what --json printed
import process from "node:process";
import { parseArgs } from "node:util";
import { startBenchRedis } from "./lib/bench-redis.ts";
import { readCircumstances } from "./lib/circumstances.ts";
import { growthSeries } from "./lib/growth-series.ts";
import { measureGrowth, type SeriesFigures } from "./lib/measure-growth.ts";
import { countOf } from "./lib/growth-cost.ts";
import { tableLines } from "./lib/table.ts";

const { values: options } = parseArgs({
  options: {
    series: { type: "string", multiple: true },
    rounds: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
    tiny: { type: "boolean", default: false },
  },
});
const known = growthSeries(options.tiny);
const chosen = known.filter(({ name }) => options.series?.includes(name) ?? true);
if (chosen.length === 0) throw new Error(`no such series: there are ${known.map(({ name }) => name).join(", ")}`);
const rounds = Number(options.rounds);

const redis = await startBenchRedis();
try {
  const circumstances = await readCircumstances(redis.version);
  const figures: SeriesFigures[] = [];
  for (const series of chosen) {
    figures.push(await measureGrowth(redis, series, rounds));
    if (!options.json) process.stderr.write(`${series.title}: done\n`);
  }
  const report = { benchmark: "growth", ...circumstances, rounds, series: figures };
  process.stdout.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : `${show(figures).join("\n")}\n`);
} finally {
  await redis.stop();
}

function show(all: readonly SeriesFigures[]): string[] {
  const rows = all.flatMap((series) =>
    series.points.map((point) => {
      const count = countOf(series, point);
      const costs = [point.ms, point.cpuMs].map(({ median }) => (median / count).toFixed(3));
      return [`${series.title}, ${point.x} ${series.xTitle}`, ...costs, `a ${series.per}`];
    }),
  );
  return tableLines([["", "elapsed ms", "computed ms", ""], ...rows]);
}
