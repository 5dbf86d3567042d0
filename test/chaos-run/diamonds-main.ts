// npm run diamonds -- --runs <number> --kill-every <ms> [--workers <number>] [--seed <whole number>] [--verbose] [--json] [--keep]
import process from "node:process";
import { parseArgs } from "node:util";
import { playDiamonds } from "./diamonds.ts";
import { renderDiamonds } from "./diamonds-report.ts";

const USAGE =
  "usage: npm run diamonds -- --runs <number> --kill-every <ms> [--workers <number>] [--seed <number>] [--verbose] [--json] [--keep]";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10000" },
    "kill-every": { type: "string", default: "2000" },
    workers: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
    verbose: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});
const [runs, killEveryMs, workers, seed] = [values.runs, values["kill-every"], values.workers, values.seed].map(Number) as [
  number,
  number,
  number,
  number,
];
if (![runs, killEveryMs, workers, seed].every((number) => Number.isSafeInteger(number) && number > 0)) {
  console.error(USAGE);
  process.exit(2);
}
const { verbose: isVerbose, keep: isKept } = values;
const report = await playDiamonds({ runs, killEveryMs, workers, seed, niceness: 5, isVerbose, isKept });
console.log(values.json ? JSON.stringify(report, undefined, 2) : renderDiamonds(report));
process.exitCode = report.findings.length === 0 ? 0 : 1;
