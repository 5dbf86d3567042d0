import type { LevelSummary, RunResult } from "../../core/run/run-result.ts";
import type { Colors } from "../output.ts";
import { renderSpan } from "./bar.ts";
import { formatMs } from "./format-time.ts";
import { renderTable } from "./table.ts";

const MAX_ROWS = 60;
const MAX_BAR = 32;
const MIN_BAR = 8;
/** Columns that the rest of the table takes, about. */
const OTHER_COLUMNS = 46;

/** A run's levels: nodes, wall clock, what their nodes took added up, and when in the run each was at work. */
export function renderLevelTable(
  result: RunResult,
  { width, colors }: { readonly width: number; readonly colors: Colors },
): string[] {
  const { timings } = result;
  const levels = timings.levels.slice(0, MAX_ROWS);
  const bar = Math.min(MAX_BAR, width - OTHER_COLUMNS);
  const rows = levels.map((level) => [
    String(level.level),
    `${countCompleted(result, level.level)}/${level.nodeCount}`,
    level.durationMs === undefined ? "" : formatMs(level.durationMs),
    formatMs(nodeTimeOf(result, level.level)),
    bar < MIN_BAR ? "" : timeline(level, result, bar),
  ]);
  const columns = [
    { title: "level", align: "right" },
    { title: "nodes", align: "right" },
    { title: "time", align: "right" },
    { title: "one by one", align: "right", paint: colors.dim },
    { title: "", paint: result.status === "completed" ? colors.green : colors.yellow },
  ] as const;
  const lines = renderTable(columns, rows, colors.dim).map((line) => line.trimEnd());
  const rest = timings.levels.length - levels.length;
  return rest > 0 ? [...lines, colors.dim(`… and ${rest} more levels, see --json`)] : lines;
}

/** What a level's nodes took, added up, in ms. */
function nodeTimeOf(result: RunResult, level: number): number {
  let sum = 0;
  for (const id of result.levels[level] ?? []) {
    const node = result.nodes[id];
    if (node?.startedAt !== undefined && node.finishedAt !== undefined) sum += node.finishedAt - node.startedAt;
  }
  return sum;
}

function countCompleted(result: RunResult, level: number): number {
  return (result.levels[level] ?? []).filter((id) => result.nodes[id]?.status === "completed").length;
}

function timeline(level: LevelSummary, { timings }: RunResult, width: number): string {
  const start = timings.levels.reduce((first, { startedAt }) => Math.min(first, startedAt), Infinity);
  const end = timings.levels.reduce(
    (last, { startedAt, finishedAt }) => Math.max(last, finishedAt ?? startedAt),
    timings.finishedAt ?? 0,
  );
  const whole = Math.max(1, end - start);
  const { before, span } = renderSpan((level.startedAt - start) / whole, ((level.finishedAt ?? end) - start) / whole, width);
  return before + span;
}
