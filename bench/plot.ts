// Draws what `bench.mjs growth --json` printed, one SVG a series:  node scripts/bench.mjs plot <report.json> [folder, docs/images]
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { drawSeries } from "./lib/draw-series.ts";
import type { SeriesFigures } from "./lib/measure-growth.ts";

const [file, folder = "docs/images"] = process.argv.slice(2);
if (file === undefined) throw new Error("which report? node scripts/bench.mjs plot <report.json> [folder]");
const { series } = JSON.parse(await readFile(file, "utf8")) as { readonly series: readonly SeriesFigures[] };
await mkdir(folder, { recursive: true });
for (const own of series) {
  const path = join(folder, `growth-${own.name}.svg`);
  await writeFile(path, `${await drawSeries(own)}\n`);
  process.stdout.write(`${path}\n`);
}
