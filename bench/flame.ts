// Draws a CPU profile as a flame graph, and tells whose code takes how much:
//   node scripts/bench.mjs flame <file.cpuprofile> <file.svg> <title>
import { readFile, writeFile } from "node:fs/promises";
import type { Profiler } from "node:inspector";
import process from "node:process";
import { drawFlame } from "./lib/draw-flame.ts";
import { flameFrames, type FlameFrame } from "./lib/flame-frames.ts";
import { tableLines } from "./lib/table.ts";

const [file, svg, title = "CPU"] = process.argv.slice(2);
if (file === undefined || svg === undefined)
  throw new Error("use: node scripts/bench.mjs flame <file.cpuprofile> <file.svg> <title>");
const { frames, busyMs } = flameFrames(JSON.parse(await readFile(file, "utf8")) as Profiler.Profile);
await writeFile(svg, `${await drawFlame(`${title}, ${busyMs.toFixed(0)} ms of CPU`, frames)}\n`);
const rows = [...ownShares(frames)].sort(([, a], [, b]) => b - a).map(([name, share]) => [name, `${(share * 100).toFixed(1)} %`]);
process.stdout.write(`${tableLines([["of its own", "share"], ...rows]).join("\n")}\n`);

/** How much each origin's frames take without what they call. */
function ownShares(all: readonly FlameFrame[]): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const frame of all) {
    const called = all.filter(({ depth, from, to }) => depth === frame.depth + 1 && from >= frame.from && to <= frame.to + 1e-9);
    const own = called.reduce((left, { from, to }) => left - (to - from), frame.to - frame.from);
    shares.set(frame.origin, (shares.get(frame.origin) ?? 0) + own);
  }
  return shares;
}
