import type { NodeSummary, RunResult } from "../../core/run/run-result.ts";
import type { NodeStatus } from "../../core/run/states.ts";
import type { View } from "../output.ts";
import { countOf, formatMs } from "./format-time.ts";
import { showId } from "./show-id.ts";
import { paintStatus } from "./status.ts";
import { renderTable } from "./table.ts";

const MAX_ID = 48;
/** What is looked for first when not all nodes are shown. */
const URGENCY: readonly NodeStatus[] = ["failed", "running", "cancelled", "pending", "completed", "skipped"];

export interface NodeTableParams {
  readonly result: RunResult;
  /** The worker of a node's last attempt, where it is known. */
  readonly workers: ReadonlyMap<string, string>;
  /** Nodes that are shown at most. */
  readonly limit: number;
  readonly view: View;
}

interface Row {
  readonly id: string;
  readonly level: number;
  readonly node: NodeSummary;
}

/** A run's nodes by level; if there are more than `limit`, those that failed or run come before the rest. */
export function renderNodeTable({ result, workers, limit, view: { colors } }: NodeTableParams): string[] {
  const all = result.levels.flatMap((ids, level) =>
    ids.map((id) => ({ id, level, node: result.nodes[id] ?? { status: "pending", attempts: 0 } })),
  );
  const shown = choose(all, limit);
  const hasWorkers = workers.size > 0;
  const rows = shown.map(({ id, level, node }) => [
    String(level),
    showId(id, MAX_ID),
    node.status,
    node.attempts === 0 ? "" : String(node.attempts),
    durationOf(node),
    ...(hasWorkers ? [showId(workers.get(id) ?? "", MAX_ID).replace(/^""$/, "")] : []),
  ]);
  const columns = [
    { title: "level", align: "right" },
    { title: "node" },
    { title: "status", paint: (text: string, row: number) => paintStatus(shown[row]?.node.status ?? "pending", colors, text) },
    { title: "attempts", align: "right" },
    { title: "took", align: "right" },
    ...(hasWorkers ? [{ title: "worker", paint: colors.dim }] : []),
  ] as const;
  const lines = renderTable(columns, rows, colors.dim).map((line) => line.trimEnd());
  const rest = all.length - shown.length;
  return rest > 0 ? [...lines, colors.dim(`… and ${countOf(rest, "node")} more, see --limit and --json`)] : lines;
}

function choose(all: readonly Row[], limit: number): Row[] {
  if (all.length <= limit) return [...all];
  const byUrgency = [...all].sort((a, b) => URGENCY.indexOf(a.node.status) - URGENCY.indexOf(b.node.status));
  return byUrgency.slice(0, limit).sort((a, b) => a.level - b.level);
}

function durationOf({ startedAt, finishedAt }: NodeSummary): string {
  return startedAt === undefined || finishedAt === undefined ? "" : formatMs(finishedAt - startedAt);
}
