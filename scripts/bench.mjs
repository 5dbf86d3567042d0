// Runs a benchmark: node scripts/bench.mjs <name> [arguments]. Benchmarks are bench/*.ts.
import { spawnSync } from "node:child_process";
import process from "node:process";

const [name = "overhead", ...rest] = process.argv.slice(2);
const { status } = spawnSync(process.execPath, ["node_modules/jiti/lib/jiti-cli.mjs", `bench/${name}.ts`, ...rest], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;
