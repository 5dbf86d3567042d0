// npm run simulate -- --seed <first> --runs <count>: plays so many schedules, from that seed on.
import process from "node:process";
import { parseArgs } from "node:util";
import { Violation } from "./run-laws.ts";
import { simulate, type SimulationReport } from "./simulate.ts";

const REPORT_EVERY = 1_000;

const { values } = parseArgs({ options: { seed: { type: "string", default: "1" }, runs: { type: "string", default: "5000" } } });
const first = Number(values.seed);
const count = Number(values.runs);
if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count) || count < 1) {
  console.error("usage: npm run simulate -- --seed <whole number> --runs <whole number>");
  process.exit(2);
}
process.exitCode = await simulateAll();

async function simulateAll(): Promise<number> {
  const startedAt = process.hrtime.bigint();
  const reports: SimulationReport[] = [];
  for (let seed = first; seed < first + count; seed += 1) {
    try {
      reports.push(await simulate(seed));
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      console.error(`${error.message}\n\nplay it again: npm run simulate -- --seed ${String(seed)} --runs 1`);
      return 1;
    }
    if (reports.length % REPORT_EVERY === 0) console.error(`${String(reports.length)} of ${String(count)} schedules`);
  }
  tell(reports, Number(process.hrtime.bigint() - startedAt) / 1e9);
  return 0;
}

function tell(reports: readonly SimulationReport[], seconds: number): void {
  const sum = (valueOf: (report: SimulationReport) => number): number =>
    reports.reduce((total, each) => total + valueOf(each), 0);
  const kinds = Object.keys(reports[0]?.faults ?? {}) as (keyof SimulationReport["faults"])[];
  const lines: [string, number | string][] = [
    ["schedules", reports.length],
    ["seeds", `${String(first)} to ${String(first + count - 1)}`],
    ["runs", sum(({ runCount }) => runCount)],
    ["processes", sum(({ processCount }) => processCount)],
    ["changes checked", sum(({ entryCount }) => entryCount)],
    ["virtual hours", (sum(({ virtualMs }) => virtualMs) / 3_600_000).toFixed(1)],
    ...kinds.map((kind): [string, number] => [`faults: ${kind}`, sum(({ faults }) => faults[kind])]),
    ["violations", 0],
    ["seconds", seconds.toFixed(1)],
    ["schedules a minute", Math.round((reports.length / seconds) * 60)],
  ];
  for (const [name, value] of lines)
    console.log(`${name.padEnd(20)} ${typeof value === "number" ? value.toLocaleString("en") : value}`);
}
