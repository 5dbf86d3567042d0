import type { RunStory } from "./check-run.ts";
import type { Finding } from "./journal.ts";

export interface DiamondsReport {
  readonly seed: number;
  readonly workers: number;
  readonly maxInFlight: number;
  readonly killEveryMs: number;
  /** From the first enqueue to the end of the last run. */
  readonly durationMs: number;
  readonly kills: number;
  readonly runs: number;
  readonly completed: number;
  readonly runsPerSecond: number;
  readonly nodesCommitted: number;
  readonly handlersBegun: number;
  /** Distinct idempotency keys under which handlers began. */
  readonly effects: number;
  /** Nodes whose handler began more than once. */
  readonly repeatedHandlers: number;
  /** Results that came too late and were refused. */
  readonly refusedCommits: number;
  /** From a run's enqueue to its end, in ms. */
  readonly runMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly findings: readonly Finding[];
  /** Where logs and data lie, if there are findings. */
  readonly folder: string;
}

type Given = "seed" | "workers" | "maxInFlight" | "killEveryMs" | "durationMs" | "kills" | "findings" | "folder";

/** Adds up what the runs tell. */
export class DiamondTotals {
  readonly #durations: number[] = [];
  #unfinished = 0;
  #completed = 0;
  #nodesCommitted = 0;
  #handlersBegun = 0;
  #effects = 0;
  #repeatedHandlers = 0;
  #refusedCommits = 0;

  get unfinished(): number {
    return this.#unfinished;
  }

  addUnfinished(): void {
    this.#unfinished += 1;
  }

  add({ later, traces }: RunStory, refusedCommits: number): void {
    const { status, timings } = later.result;
    const begun = new Map<string, number>();
    for (const { what, idempotencyKey: key } of traces) if (what === "began") begun.set(key, (begun.get(key) ?? 0) + 1);
    const counts = [...begun.values()];
    this.#completed += Number(status === "completed");
    this.#nodesCommitted += later.events.filter(({ type }) => type === "node-completed").length;
    this.#handlersBegun += counts.reduce((sum, count) => sum + count, 0);
    this.#effects += counts.length;
    this.#repeatedHandlers += counts.filter((count) => count > 1).length;
    this.#refusedCommits += refusedCommits;
    this.#durations.push((timings.finishedAt ?? 0) - timings.createdAt);
  }

  report(given: Pick<DiamondsReport, Given>): DiamondsReport {
    const sorted = this.#durations.sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
    return {
      ...given,
      runs: sorted.length + this.#unfinished,
      completed: this.#completed,
      runsPerSecond: Math.round((this.#completed / given.durationMs) * 10_000) / 10,
      nodesCommitted: this.#nodesCommitted,
      handlersBegun: this.#handlersBegun,
      effects: this.#effects,
      repeatedHandlers: this.#repeatedHandlers,
      refusedCommits: this.#refusedCommits,
      runMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
    };
  }
}

/** The report as people read it. */
export function renderDiamonds(report: DiamondsReport): string {
  const { p50, p99, max } = report.runMs;
  const rows: readonly (readonly [string, number | string])[] = [
    ["seed", String(report.seed)],
    ["workers", report.workers],
    ["runs under way at a time", report.maxInFlight],
    ["runs", report.runs],
    ["  completed", report.completed],
    ["seconds", (report.durationMs / 1_000).toFixed(1)],
    ["runs a second", report.runsPerSecond],
    [`workers killed, one every ${String(report.killEveryMs)} ms`, report.kills],
    ["nodes committed", report.nodesCommitted],
    ["handlers begun", report.handlersBegun],
    ["  under distinct keys", report.effects],
    ["nodes whose handler was repeated", report.repeatedHandlers],
    ["late commits, refused", report.refusedCommits],
    ["a run took, ms: p50, p99, max", [p50, p99, max].map((ms) => ms.toLocaleString("en")).join("  ")],
    ["findings", report.findings.length === 0 ? "none" : report.findings.length],
  ];
  const lines = rows.map(
    ([name, value]) => `${name.padEnd(36)} ${typeof value === "number" ? value.toLocaleString("en") : value}`,
  );
  for (const { runId, what, evidence } of report.findings)
    lines.push("", `${runId ?? "-"}: ${what}`, ...(evidence === undefined ? [] : [JSON.stringify(evidence, undefined, 1)]));
  if (report.findings.length > 0) lines.push("", `logs: ${report.folder}`);
  return lines.join("\n");
}
