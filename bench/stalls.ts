// How long levelflow keeps others waiting under loads that are far out: Redis its other clients, each role its own event loop.
//
//   node scripts/bench.mjs stalls [--load name] [--json] [--tiny] [--verbose] [--profile folder]
//
// Each load has phases. For each phase it prints the worst that a client of Redis waited for a PING, and the worst that a timer of each
// role's process was late. What is not the program's own computing (a busy machine that gave no core) is left out, and told with `--json`.
import { mkdir } from "node:fs/promises";
import process from "node:process";
import { parseArgs } from "node:util";
import { startBenchRedis, type BenchRedis } from "./lib/bench-redis.ts";
import { readCircumstances } from "./lib/circumstances.ts";
import { LOADS, TINY_LOADS } from "./lib/loads.ts";
import { runLoad, type LoadFigures } from "./lib/run-load.ts";
import { tableLines } from "./lib/table.ts";

const { values: options } = parseArgs({
  options: {
    load: { type: "string", multiple: true },
    json: { type: "boolean", default: false },
    tiny: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
    profile: { type: "string" },
  },
});
const loads = (options.tiny ? TINY_LOADS : LOADS).filter(({ name }) => options.load?.includes(name) ?? true);
if (loads.length === 0) throw new Error(`no load ${String(options.load)}: there are ${LOADS.map(({ name }) => name).join(", ")}`);

if (options.profile !== undefined) await mkdir(options.profile, { recursive: true });

const figures: LoadFigures[] = [];
let version = "unknown";
for (const load of loads) {
  // Each load has a Redis and processes of its own: what one leaves behind is not laid at the next one's door.
  const redis = await startBenchRedis();
  try {
    version = redis.version;
    figures.push(await runLoad(redis, load, options.profile));
    if (options.verbose) process.stderr.write(`${(await slowCommands(redis)).join("\n")}\n`);
  } finally {
    await redis.stop();
  }
}
const report = { benchmark: "stalls", ...(await readCircumstances(version)), loads: figures };
process.stdout.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : `${show(figures).join("\n")}\n`);

function show(all: readonly LoadFigures[]): string[] {
  const head = ["load", "phase", "s", "Redis ms", "producer ms", "scheduler ms", "worker ms", "heap MB", "Redis MB"];
  const rows = all.flatMap(({ title, phases }) =>
    phases.map(({ name, ms, redis, roles, redisMb }) => [
      title,
      name,
      (ms / 1000).toFixed(1),
      redis.worstBlockMs.toFixed(0),
      ...["producer", "scheduler", "worker"].map((role) =>
        Math.max(...roles.filter((own) => own.role === role).map((own) => own.worstBlockMs)).toFixed(0),
      ),
      roles.map(({ heapMb }) => heapMb.toFixed(0)).join("/"),
      redisMb.toFixed(0),
    ]),
  );
  return tableLines([head, ...rows]);
}

/** The longest commands that Redis noted, with how they begin: to find out what a stall was. */
async function slowCommands({ client }: BenchRedis): Promise<string[]> {
  const entries = (await client.slowlog("GET", 1_000)) as [number, number, number, string[]][];
  return entries
    .toSorted(([, , a], [, , b]) => b - a)
    .map(([, , micros, args]) => `${(micros / 1000).toFixed(1).padStart(8)} ms  ${args.join(" ").slice(0, 160)}`)
    .slice(0, 25);
}
