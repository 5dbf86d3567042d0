// npm run chaos -- --minutes <number> --seed <whole number> [--verbose] [--json] [--keep]: faults on real processes.
import process from "node:process";
import { parseArgs } from "node:util";
import { playChaos } from "./chaos.ts";
import { renderReport } from "./report.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "15" },
    seed: { type: "string", default: "1" },
    verbose: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!Number.isSafeInteger(seed) || !(minutes > 0)) {
  console.error("usage: npm run chaos -- --minutes <number> --seed <whole number> [--verbose] [--json] [--keep]");
  process.exit(2);
}
const report = await playChaos({ seed, chaosMs: minutes * 60_000, isVerbose: values.verbose, isKept: values.keep });
console.log(values.json ? JSON.stringify(report, undefined, 2) : renderReport(report));
process.exitCode = report.findings.length === 0 ? 0 : 1;
