// Runs a benchmark on the current build: node scripts/bench.mjs <name> [arguments]. Benchmarks are bench/*.ts.
import { spawnSync } from "node:child_process";
import process from "node:process";
import { ensureBuild } from "./setup.mjs";

const [name = "shapes", ...rest] = process.argv.slice(2);
await ensureBuild();
const { status } = spawnSync(process.execPath, ["--import", "./scripts/lib/typescript.mjs", `bench/${name}.ts`, ...rest], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;
