import { Attached } from "../memory/attached.ts";
import type { JsonValue } from "../json/json-value.ts";
import { finalOutputNode } from "../workflow/final-output.ts";
import { compareIds } from "../text/compare-bytes.ts";
import { atOnce, inSlices, ITEMS_A_STEP, type Steps } from "../time/in-turns.ts";
import { planOf } from "../workflow/workflow-plan.ts";
import type { Workflow, WorkflowNode } from "../workflow/workflow.ts";
import { profileRun } from "./profile-run.ts";
import type { LevelTiming, NodeRecord, RunError, RunRecord } from "./run-record.ts";
import type { RunProfile } from "./run-profile.ts";
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
  const errors = listErrors(params);
  if (isLarge) yield;
  const timings = summariseTimings(params);
  if (isLarge) yield;
  return {
    runId: run.runId,
    ...(run.workflowId === undefined ? {} : { workflowId: run.workflowId }),
    status: run.status,
    nodeResults: yield* listResults(params),
    finalOutput: (finalNode === undefined ? undefined : results.get(finalNode)) ?? null,
    errors,
    nodes: yield* summariseNodes(params),
    levels,
    timings,
  };
}

function listErrors({ run, nodes }: BuildResultParams): RunError[] {
  const failed: [string, RunError][] = [];
  for (const [id, { status, error }] of nodes) if (status === "failed" && error !== undefined) failed.push([id, error]);
  const errors = failed.sort(([a], [b]) => compareIds(a, b)).map(([, error]) => error);
  const ownCause = run.cause !== undefined && (run.cause.code === "RUN_TIMEOUT" || run.cause.code === "RUN_CANCELLED");
  return ownCause ? [{ ...(run.cause as RunError) }, ...errors] : errors;
}

function* summariseNodes({ run, workflow, nodes }: BuildResultParams): Steps<RunResult["nodes"]> {
  const isOver = isFinal(run.status);
  const status = isOver ? "skipped" : "pending";
  const summaries = Object.create(null) as Record<string, NodeSummary>;
  yield* inSlices(workflow.nodes.length, ITEMS_A_STEP, (start, end) => {
    for (let index = start; index < end; index += 1) {
      const { id } = workflow.nodes[index] as WorkflowNode;
      const node = nodes.get(id);
      summaries[id] = node === undefined || node.attempt === 0 ? { status, attempts: 0 } : summariseNode(node, isOver);
    }
  });
  return summaries;
}

function summariseNode(node: NodeRecord, isOver: boolean): NodeSummary {
  const { attempt: attempts, startedAt, finishedAt } = node;
  // Its run ended between two of its attempts, while no claim or retry held it.
  const status = isOver && node.status === "pending" ? "cancelled" : node.status;
  if (startedAt === undefined) return finishedAt === undefined ? { status, attempts } : { status, attempts, finishedAt };
  return finishedAt === undefined ? { status, attempts, startedAt } : { status, attempts, startedAt, finishedAt };
}

function summariseTimings(params: BuildResultParams): RunTimings {
  const { run, nodes, timings, levels } = params;
  const end = run.finishedAt ?? run.startedAt;
  let nodeTimeMs = 0;
  for (const node of nodes.values()) nodeTimeMs += (node.finishedAt ?? node.startedAt ?? 0) - (node.startedAt ?? 0);
  return withProfile(params, {
    createdAt: run.createdAt,
    ...(run.startedAt === undefined ? {} : { startedAt: run.startedAt }),
    ...(run.finishedAt === undefined ? {} : { finishedAt: run.finishedAt }),
    ...(run.startedAt === undefined || end === undefined ? {} : { durationMs: end - run.startedAt }),
    nodeTimeMs,
    levels: timings.map((timing) => summariseLevel(timing, levels[timing.level]?.length ?? 0)),
  });
}

/** Most callers never look at the profile, so it is worked out for those who do; nor does it come along when a result is turned into JSON. */
function withProfile({ run, workflow, nodes, timings }: BuildResultParams, own: Omit<RunTimings, "profile">): RunTimings {
  let profile: RunProfile | undefined;
  const find = (): RunProfile =>
    (profile ??= profileRun({ plan: planOf(workflow), nodes, timings, isCompleted: run.status === "completed" }));
  FINDERS.set(own, find);
  return Object.defineProperty(own, "profile", PROFILE) as RunTimings;
}

const FINDERS = new Attached<object, () => RunProfile>("profile");

/** One getter for all results: one of its own would give each of them a shape of its own. */
const PROFILE: PropertyDescriptor & ThisType<object> = {
  get() {
    return FINDERS.get(this)?.();
  },
};

function summariseLevel(timing: LevelTiming, nodeCount: number): LevelSummary {
  const { level, startedAt, finishedAt } = timing;
  if (finishedAt === undefined) return { level, startedAt, nodeCount };
  return { level, startedAt, finishedAt, nodeCount, durationMs: finishedAt - startedAt };
}

/** In the order of the payload; ids that are whole numbers come first in any object. */
function* listResults({ workflow, results }: BuildResultParams): Steps<RunResult["nodeResults"]> {
  const record = Object.create(null) as Record<string, JsonValue>;
  yield* inSlices(workflow.nodes.length, ITEMS_A_STEP, (start, end) => {
    for (let index = start; index < end; index += 1) {
      const { id } = workflow.nodes[index] as WorkflowNode;
      const value = results.get(id);
      if (value !== undefined) record[id] = value;
    }
  });
  return record;
}
