import { FAULT_KINDS, type Fault, type Finding } from "./journal.ts";
import { PLOTS } from "./draw-run.ts";
import type { ResumeSample } from "./resume-times.ts";
import type { RunStory } from "./check-run.ts";

export interface ChaosReport {
  readonly seed: number;
  /** How long faults came, and how long it took from the first of them to the end of the last run. */
  readonly chaosMs: number;
  readonly durationMs: number;
  readonly runs: number;
  /** How many runs of each plot ended in which way. */
  readonly ends: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly uncertainEnqueues: number;
  readonly nodesCommitted: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly handlersBegun: number;
  /** Attempts whose handler ran more than once. */
  readonly repeatedHandlers: number;
  /** Results that came too late and were refused. */
  readonly refusedCommits: number;
  readonly resumption: readonly ResumeRow[];
  /** The longest waits, and what they followed. */
  readonly slowest: readonly ResumeSample[];
  readonly findings: readonly Finding[];
  readonly folder: string;
}

/** How soon work went on, in ms. */
export interface ResumeRow {
  readonly after: string;
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface ReportParams {
  readonly seed: number;
  readonly chaosMs: number;
  readonly durationMs: number;
  readonly stories: readonly RunStory[];
  readonly uncertainEnqueues: number;
  readonly refusedCommits: number;
  readonly faults: readonly Fault[];
  readonly samples: readonly ResumeSample[];
  readonly findings: readonly Finding[];
  readonly folder: string;
}

const MAX_SLOWEST = 5;
const RESUME_KINDS = ["worker killed", "worker frozen", "scheduler killed", "scheduler frozen", "Redis killed"] as const;

export function buildReport({ stories, faults, samples, ...rest }: ReportParams): ChaosReport {
  const ends: Record<string, Record<string, number>> = {};
  for (const { run, later } of stories) {
    const row = (ends[run.planned.plot] ??= {});
    row[later.result.status] = (row[later.result.status] ?? 0) + 1;
  }
  return {
    ...rest,
    runs: stories.length,
    ends,
    nodesCommitted: stories.reduce((sum, { later }) => sum + Object.keys(later.result.nodeResults).length, 0),
    faults: Object.fromEntries(FAULT_KINDS.map((kind) => [kind, faults.filter((fault) => fault.kind === kind).length])),
    handlersBegun: stories.reduce((sum, { traces }) => sum + traces.filter(({ what }) => what === "began").length, 0),
    repeatedHandlers: stories.reduce((sum, story) => sum + countRepeated(story), 0),
    resumption: RESUME_KINDS.flatMap((kind) => rowsOf(kind, samples)),
    slowest: [...samples].sort((a, b) => b.ms - a.ms).slice(0, MAX_SLOWEST),
  };
}

/** Undeclared stateful nodes begin twice by design and do not count. */
function countRepeated({ run, traces }: RunStory): number {
  const begun = new Map<string, number>();
  for (const { what, nodeId, epoch, attempt } of traces) {
    if (what !== "began" || run.planned.nodes.get(nodeId)?.type === "sly") continue;
    const key = `${String(epoch)} ${nodeId} ${String(attempt)}`;
    begun.set(key, (begun.get(key) ?? 0) + 1);
  }
  return [...begun.values()].filter((count) => count > 1).length;
}

function rowsOf(kind: (typeof RESUME_KINDS)[number], samples: readonly ResumeSample[]): ResumeRow[] {
  const own = samples.filter((sample) => sample.kind === kind);
  if (kind === "Redis killed") return [rowOf(kind, own)];
  return [
    rowOf(kind, own),
    rowOf(
      `${kind}, Redis up`,
      own.filter(({ isWithoutRedis }) => !isWithoutRedis),
    ),
  ];
}

function rowOf(after: string, samples: readonly ResumeSample[]): ResumeRow {
  const sorted = samples.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return { after, count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** The report as people read it. */
export function renderReport(report: ChaosReport): string {
  const lines: string[] = [];
  const tell = (name: string, value: number | string): void =>
    void lines.push(`${name.padEnd(34)} ${typeof value === "number" ? value.toLocaleString("en") : value}`);
  tell("minutes of faults", (report.chaosMs / 60_000).toFixed(1));
  tell("minutes until the last run's end", (report.durationMs / 60_000).toFixed(1));
  tell("seed", String(report.seed));
  tell("runs", report.runs);
  for (const plot of PLOTS) {
    const ends = Object.entries(report.ends[plot] ?? {}).map(([status, count]) => `${status} ${String(count)}`);
    if (ends.length > 0) tell(`  ${plot}`, ends.sort().join(", "));
  }
  tell("uncertain enqueues, repeated", report.uncertainEnqueues);
  tell("nodes committed", report.nodesCommitted);
  for (const [kind, count] of Object.entries(report.faults)) tell(`fault: ${kind}`, count);
  tell("handlers begun", report.handlersBegun);
  tell("attempts that ran more than once", report.repeatedHandlers);
  tell("late commits, refused", report.refusedCommits);
  lines.push(
    "",
    `${"work went on after, ms".padEnd(34)} ${["count", "p50", "p99", "max"].map((name) => name.padStart(8)).join("")}`,
  );
  for (const { after, count, p50, p99, max } of report.resumption)
    lines.push(`${`  ${after}`.padEnd(34)} ${[count, p50, p99, max].map((value) => String(value).padStart(8)).join("")}`);
  lines.push("", "the longest of them");
  for (const { kind, ms, fault, runId = "", nodeId = "", isWithoutRedis } of report.slowest)
    lines.push(
      `  ${String(ms).padStart(6)} ms  ${kind} ${fault.target} ${isWithoutRedis ? "(Redis was away) " : ""}${runId} ${nodeId}`,
    );
  lines.push("", `findings: ${report.findings.length === 0 ? "none" : String(report.findings.length)}`);
  for (const { runId, what, evidence } of report.findings)
    lines.push("", `${runId ?? "-"}: ${what}`, ...(evidence === undefined ? [] : [JSON.stringify(evidence, undefined, 1)]));
  if (report.findings.length > 0) lines.push("", `logs: ${report.folder}`);
  return lines.join("\n");
}
