import type { JsonValue } from "../json/json-value.ts";
import { finalOutputNode } from "../workflow/final-output.ts";
import { compareIds } from "../text/compare-bytes.ts";
import { atOnce, inSlices, ITEMS_A_STEP, type Steps } from "../time/in-turns.ts";
import type { Workflow } from "../workflow/workflow.ts";
import type { LevelTiming, NodeRecord, RunError, RunRecord } from "./run-record.ts";
import type { LevelSummary, NodeSummary, RunResult, RunTimings } from "./run-result.ts";
import { isFinal } from "./states.ts";

export interface BuildResultParams {
  readonly run: RunRecord;
  readonly workflow: Workflow;
  readonly levels: readonly (readonly string[])[];
  readonly nodes: ReadonlyMap<string, NodeRecord>;
  readonly results: ReadonlyMap<string, JsonValue>;
  readonly timings: readonly LevelTiming[];
}

/** Puts a run's result together from what is stored, during the run as well as after it. */
export function buildResult(params: BuildResultParams): RunResult {
  return atOnce(buildResultSteps(params));
}

/** {@link buildResult} in steps. */
export function* buildResultSteps(params: BuildResultParams): Steps<RunResult> {
  const { run, workflow, levels, results } = params;
  const finalNode = run.status === "completed" ? finalOutputNode(workflow) : undefined;
  const isLarge = workflow.nodes.length > ITEMS_A_STEP;
  if (isLarge) yield;
  const errors = listErrors(params);
  if (isLarge) yield;
  const timings = summariseTimings(params);
  if (isLarge) yield;
  return {
    runId: run.runId,
    ...(run.workflowId === undefined ? {} : { workflowId: run.workflowId }),
    status: run.status,
    nodeResults: yield* withoutPrototype(results),
    finalOutput: (finalNode === undefined ? undefined : results.get(finalNode)) ?? null,
    errors,
    nodes: yield* summariseNodes(params),
    levels,
    timings,
  };
}

function listErrors({ run, nodes }: BuildResultParams): RunError[] {
  const failed = [...nodes].filter(([, node]) => node.status === "failed" && node.error !== undefined);
  const errors = failed.sort(([a], [b]) => compareIds(a, b)).map(([, node]) => node.error as RunError);
  const ownCause = run.cause !== undefined && (run.cause.code === "RUN_TIMEOUT" || run.cause.code === "RUN_CANCELLED");
  return ownCause ? [{ ...(run.cause as RunError) }, ...errors] : errors;
}

function* summariseNodes({ run, workflow, nodes }: BuildResultParams): Steps<RunResult["nodes"]> {
  const untouched: NodeSummary = { status: isFinal(run.status) ? "skipped" : "pending", attempts: 0 };
  const summaries = Object.create(null) as Record<string, NodeSummary>;
  yield* inSlices(workflow.nodes.length, ITEMS_A_STEP, (start, end) => {
    for (const { id } of workflow.nodes.slice(start, end)) {
      const node = nodes.get(id);
      summaries[id] = node === undefined ? untouched : summariseNode(node, untouched);
    }
  });
  return summaries;
}

function summariseNode(node: NodeRecord, untouched: NodeSummary): NodeSummary {
  if (node.attempt === 0) return untouched;
  return {
    status: node.status,
    attempts: node.attempt,
    ...(node.startedAt === undefined ? {} : { startedAt: node.startedAt }),
    ...(node.finishedAt === undefined ? {} : { finishedAt: node.finishedAt }),
  };
}

function summariseTimings({ run, nodes, timings, levels }: BuildResultParams): RunTimings {
  const end = run.finishedAt ?? run.startedAt;
  let nodeTimeMs = 0;
  for (const node of nodes.values()) nodeTimeMs += (node.finishedAt ?? node.startedAt ?? 0) - (node.startedAt ?? 0);
  return {
    createdAt: run.createdAt,
    ...(run.startedAt === undefined ? {} : { startedAt: run.startedAt }),
    ...(run.finishedAt === undefined ? {} : { finishedAt: run.finishedAt }),
    ...(run.startedAt === undefined || end === undefined ? {} : { durationMs: end - run.startedAt }),
    nodeTimeMs,
    levels: timings.map((timing) => summariseLevel(timing, levels[timing.level]?.length ?? 0)),
  };
}

function summariseLevel(timing: LevelTiming, nodeCount: number): LevelSummary {
  const durationMs = timing.finishedAt === undefined ? undefined : timing.finishedAt - timing.startedAt;
  return { ...timing, nodeCount, ...(durationMs === undefined ? {} : { durationMs }) };
}

function* withoutPrototype(results: ReadonlyMap<string, JsonValue>): Steps<Readonly<Record<string, JsonValue>>> {
  const record = Object.create(null) as Record<string, JsonValue>;
  const entries = [...results];
  yield* inSlices(entries.length, ITEMS_A_STEP, (start, end) => {
    for (const [id, value] of entries.slice(start, end)) record[id] = value;
  });
  return record;
}
