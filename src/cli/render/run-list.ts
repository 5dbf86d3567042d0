import type { RunRecord } from "../../core/run/run-record.ts";
import type { View } from "../output.ts";
import { formatMoment, formatMs } from "./format-time.ts";
import { showId } from "./show-id.ts";
import { paintStatus } from "./status.ts";
import { renderTable } from "./table.ts";

const MAX_NAME = 40;

/** Runs as a table. `now` is local time, for those that are still running. */
export function renderRunList(runs: readonly RunRecord[], { colors }: View, now: number): string[] {
  const rows = runs.map((run) => [
    run.runId,
    run.workflowId === undefined ? "" : showId(run.workflowId, MAX_NAME),
    run.status,
    `${run.committedCount}/${run.nodeCount}`,
    formatMoment(run.createdAt),
    durationOf(run, now),
  ]);
  const columns = [
    { title: "run" },
    { title: "workflow" },
    { title: "status", paint: (text: string, row: number) => paintStatus(runs[row]?.status ?? "queued", colors, text) },
    { title: "nodes", align: "right" },
    { title: "created" },
    { title: "took", align: "right" },
  ] as const;
  return renderTable(columns, rows, colors.dim).map((line) => line.trimEnd());
}

function durationOf({ startedAt, finishedAt }: RunRecord, now: number): string {
  return startedAt === undefined ? "" : formatMs((finishedAt ?? now) - startedAt);
}
