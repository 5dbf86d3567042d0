import type { RunResult } from "../../core/run/run-result.ts";
import { NODE_STATUSES } from "../../core/run/states.ts";
import type { View } from "../output.ts";
import { formatMs } from "./format-time.ts";
import { previewJson } from "./json-preview.ts";
import { renderLevelTable } from "./level-table.ts";
import { renderErrors } from "./run-errors.ts";
import { showId } from "./show-id.ts";
import { markOf, paintStatus } from "./status.ts";

const MAX_NAME = 60;
/** Columns of the gain without its explanation, about. */
const GAIN_WIDTH = 32;

/** How a run ended: status, time per level, the gain over running its nodes one by one, errors, result. */
export function renderSummary(result: RunResult, view: View): string[] {
  const { colors } = view;
  const lines = [...renderHeading(result, view)];
  if (result.timings.levels.length > 0)
    lines.push("", ...renderLevelTable(result, { width: view.width(), colors }), ...renderGain(result, view));
  if (result.errors.length > 0) lines.push("", colors.bold("errors"), ...renderErrors(result.errors, colors).map(indent));
  if (result.status === "completed") {
    const width = view.isTerminal ? view.width() - 2 : undefined;
    lines.push("", colors.bold("result"), ...previewJson(result.finalOutput, width).map(indent));
  }
  return lines;
}

/** How a run ended, in a line or three. */
export function renderHeading(result: RunResult, { colors }: View): string[] {
  const { durationMs } = result.timings;
  const status = paintStatus(result.status, colors, `${markOf(result.status)} ${result.status}`);
  const time = durationMs === undefined || result.timings.finishedAt === undefined ? "" : ` in ${formatMs(durationMs)}`;
  const name = result.workflowId === undefined ? "" : ` · ${showId(result.workflowId, MAX_NAME)}`;
  return [
    `${colors.bold(status)}${colors.bold(time)}${name}`,
    colors.dim(`run ${result.runId}`),
    ...countStatuses(result, colors),
  ];
}

/** Tells nodes apart by status unless all of them completed. */
function countStatuses(result: RunResult, colors: View["colors"]): string[] {
  if (result.status === "completed") return [];
  const counts = new Map(NODE_STATUSES.map((status) => [status, 0]));
  for (const id of Object.keys(result.nodes)) {
    const status = result.nodes[id]?.status ?? "pending";
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  const parts = [...counts]
    .filter(([, count]) => count > 0)
    .map(([status, count]) => paintStatus(status, colors, `${count} ${status}`));
  return parts.length === 0 ? [] : [`nodes: ${parts.join(", ")}`];
}

function renderGain({ timings, status }: RunResult, view: View): string[] {
  const { colors } = view;
  const { durationMs, nodeTimeMs } = timings;
  if (status !== "completed" || durationMs === undefined || durationMs <= 0 || nodeTimeMs <= 0) return [];
  const gain = nodeTimeMs / durationMs;
  const took = `its nodes took ${formatMs(nodeTimeMs)} added up, the run ${formatMs(durationMs)}`;
  // Below one the run spent its time between nodes, which is not a gain to speak of.
  if (gain < 1.05) return [colors.dim(took)];
  const head = `${colors.bold(colors.green(`${gain.toFixed(1)}× as fast`))} as one by one`;
  return view.width() < took.length + GAIN_WIDTH ? [head] : [`${head} ${colors.dim(`(${took})`)}`];
}

function indent(line: string): string {
  return `  ${line}`;
}
