import { waitingIn } from "../../core/ports/observer.ts";
import type { Overview } from "../../core/run/overview.ts";
import type { RunRecord } from "../../core/run/run-record.ts";
import type { Colors } from "../output.ts";
import { renderBar } from "./bar.ts";
import { countOf, formatMoment, formatMs } from "./format-time.ts";
import { showId } from "./show-id.ts";
import { paintStatus } from "./status.ts";
import { renderTable, type Column } from "./table.ts";

export interface OverviewView {
  readonly width: number;
  /** Lines that there is room for; without it everything is shown. */
  readonly height?: number;
  readonly colors: Colors;
  /** Where Redis is, without its password. */
  readonly address: string;
  /** What was so a moment ago: what changed since is shown as a rate. */
  readonly before?: Overview | undefined;
}

const MAX_NAME = 32;
const MAX_NAME_IF_NARROW = 16;
/** Below this there is room for neither long names nor bars. */
const NARROW_COLUMNS = 110;
const BAR_COLUMNS = 16;
/** Rows of a table that stay, however low the terminal is. */
const MIN_ROWS = 3;

/** An installation at a glance: runs, workers, schedulers, queues. */
export function renderOverview(overview: Overview, view: OverviewView): string[] {
  const head = renderHead(overview, view);
  const tables = [renderRuns(overview, view), renderProcesses(overview, view), renderQueues(overview, view)];
  return [...head, ...fit(tables, (view.height ?? Infinity) - head.length, view.colors)];
}

function renderHead({ at, redis, runs, workers, schedulers }: Overview, { colors, address, before }: OverviewView): string[] {
  const finished =
    before === undefined || at <= before.at ? undefined : ((runs.finished - before.runs.finished) * 1_000) / (at - before.at);
  const rate = finished === undefined || finished < 0 ? "" : colors.dim(` (${finished.toFixed(1)}/s)`);
  const running = workers.reduce((sum, worker) => sum + (worker.running ?? 0), 0);
  const places = workers.reduce((sum, worker) => sum + (worker.concurrency ?? 0), 0);
  const { filled, rest } = renderBar(places === 0 ? 0 : running / places, BAR_COLUMNS);
  const server = [`Redis ${redis.version ?? ""}`.trim(), `${redis.roundTripMs.toFixed(1)} ms`, memoryOf(redis.usedBytes)];
  return [
    `${colors.bold("levelflow")}  ${formatMoment(at)}  ${colors.dim([address, ...server].filter((part) => part !== "").join(" · "))}`,
    `runs   ${colors.cyan(String(runs.active))} active  ${colors.yellow(String(runs.paused))} paused  ${String(runs.finished)} finished${rate}`,
    `nodes  ${String(running)} at work of ${countOf(places, "place")}  ${colors.cyan(filled)}${colors.dim(rest)}  ` +
      `${countOf(workers.length, "worker")}, ${countOf(schedulers.length, "scheduler")}`,
  ];
}

function renderRuns({ active, at, runs }: Overview, { colors, width }: OverviewView): Table {
  const isNarrow = width < NARROW_COLUMNS;
  const rows = active.map((run) => [
    run.runId,
    run.workflowId === undefined ? "" : showId(run.workflowId, isNarrow ? MAX_NAME_IF_NARROW : MAX_NAME),
    run.status,
    run.level < 0 ? "" : `${String(run.level + 1)}/${String(run.levelCount)}`,
    `${String(run.committedCount)}/${String(run.nodeCount)}`,
    ...(isNarrow ? [] : [progressOf(run)]),
    formatMs(at - (run.startedAt ?? run.createdAt)),
  ]);
  const columns: Column[] = [
    { title: "run" },
    { title: "workflow" },
    { title: "status", paint: (text, row) => paintStatus(active[row]?.status ?? "queued", colors, text) },
    { title: "level", align: "right" },
    { title: "nodes", align: "right" },
    ...(isNarrow ? [] : [{ title: "", paint: colors.cyan }]),
    { title: "for", align: "right" },
  ];
  return { columns, rows, more: Math.max(0, runs.active - active.length), noun: "run", none: "no run is active" };
}

function progressOf({ committedCount, nodeCount }: RunRecord): string {
  const { filled, rest } = renderBar(nodeCount === 0 ? 0 : committedCount / nodeCount, BAR_COLUMNS);
  return filled + rest;
}

function renderProcesses({ workers, schedulers }: Overview, { colors }: OverviewView): Table {
  const rows = [
    ...schedulers.map(({ id, version, silentMs }) => [
      "scheduler",
      showId(id, MAX_NAME),
      "",
      "",
      shownVersion(version),
      formatMs(silentMs),
    ]),
    ...workers.map(({ id, pool, running, concurrency, version, silentMs }) => [
      "worker",
      showId(id, MAX_NAME),
      showId(pool, MAX_NAME),
      running === undefined || concurrency === undefined ? "" : `${String(running)}/${String(concurrency)}`,
      shownVersion(version),
      formatMs(silentMs),
    ]),
  ];
  const columns: Column[] = [
    { title: "role" },
    { title: "process" },
    { title: "pool" },
    { title: "at work", align: "right", paint: colors.cyan },
    { title: "version" },
    { title: "heard", align: "right", paint: colors.dim },
  ];
  return { columns, rows, more: 0, noun: "process", none: "no scheduler and no worker was heard of in the last 10 s" };
}

function shownVersion(version: string | undefined): string {
  return version === undefined ? "" : showId(version, MAX_NAME);
}

const QUEUE_STATES = ["active", "delayed", "waiting-children", "failed"] as const;

function renderQueues({ queues }: Overview, { colors }: OverviewView): Table {
  const rows = queues.map(({ queue, jobs, oldestWaitingMs, isPaused }) => [
    isPaused ? `${showId(queue, MAX_NAME)} (paused)` : showId(queue, MAX_NAME),
    String(waitingIn(jobs)),
    ...QUEUE_STATES.map((state) => String(jobs[state] ?? 0)),
    oldestWaitingMs === 0 ? "" : formatMs(oldestWaitingMs),
  ]);
  const columns: Column[] = [
    { title: "queue" },
    { title: "waiting", align: "right" },
    ...QUEUE_STATES.map((state): Column => ({
      title: state === "waiting-children" ? "at a barrier" : state,
      align: "right",
      ...(state === "failed" && { paint: (text: string) => (text.trim() === "0" ? text : colors.red(text)) }),
    })),
    { title: "oldest waits", align: "right" },
  ];
  return { columns, rows, more: 0, noun: "queue", none: "no queue yet" };
}

interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** Rows that are not even among these. */
  readonly more: number;
  readonly noun: "run" | "process" | "queue";
  readonly none: string;
}

/** The tables under one another. Where there is no room for all rows, the longest table loses rows first. */
function fit(tables: readonly Table[], height: number, colors: Colors): string[] {
  const counts = tables.map(({ rows }) => rows.length);
  // A blank line, titles and perhaps a line for what is left out, a table.
  const linesOf = (count: number, { rows, more }: Table): number =>
    2 + Math.max(1, count) + (count < rows.length || more > 0 ? 1 : 0);
  const total = (): number => tables.reduce((sum, table, i) => sum + linesOf(counts[i] ?? 0, table), 0);
  while (total() > height) {
    const longest = counts.indexOf(Math.max(...counts));
    if ((counts[longest] ?? 0) <= MIN_ROWS) break;
    counts[longest] = (counts[longest] ?? 0) - 1;
  }
  return tables.flatMap((table, i) => ["", ...renderSome(table, counts[i] ?? 0, colors)]);
}

function renderSome({ columns, rows, more, noun, none }: Table, count: number, colors: Colors): string[] {
  if (rows.length === 0) return [colors.dim(none)];
  const lines = renderTable(columns, rows.slice(0, count), colors.dim).map((line) => line.trimEnd());
  const rest = rows.length - count + more;
  const nouns = noun === "process" ? "processes" : `${noun}s`;
  return rest > 0 ? [...lines, colors.dim(`… and ${String(rest)} more ${rest === 1 ? noun : nouns}`)] : lines;
}

function memoryOf(bytes: number | undefined): string {
  return bytes === undefined ? "" : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
