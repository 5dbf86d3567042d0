import { Attached } from "../memory/attached.ts";
import { MAX_PRIORITY } from "../workflow/options-schema.ts";
import type { WorkflowPlan } from "../workflow/workflow-plan.ts";
import { expectedMs, type HandlerTimes } from "./handler-times.ts";

/**
 * Which of the levels that wait, and have no priority of their own, goes first: the one that came first, or the one of the run that has the
 * longest path before it.
 */
export const RUN_ORDERS = ["first-come", "longest-path"] as const;

export type RunOrder = (typeof RUN_ORDERS)[number];

/** Paths of about the same length, 2 %, are equals; the longest that is told from others takes 24 days. */
const RANKS_PER_DOUBLING = 32;
const MAX_RANK = 31 * RANKS_PER_DOUBLING;

/** A level of a workflow. */
export interface PlacedLevel {
  readonly plan: WorkflowPlan;
  readonly level: number;
  /** The priority that its nodes have. */
  readonly priority: number | undefined;
}

/**
 * How urgent the jobs of a level are to the queue: smaller numbers first, and what has none before all that have one.
 *
 * @param times how long handlers take, where the longest path goes first; else what the user has given is all there is.
 */
export function jobPriority({ plan, level, priority }: PlacedLevel, times: HandlerTimes | undefined): number | undefined {
  if (times === undefined) return priority;
  // Behind all that have none, as ever.
  if (priority !== undefined) return Math.min(MAX_RANK + priority, MAX_PRIORITY);
  const rank = Math.floor(Math.log2(1 + pathMs(plan, level, times)) * RANKS_PER_DOUBLING);
  return Math.max(1, MAX_RANK - rank);
}

interface KnownPaths {
  readonly times: HandlerTimes;
  /** From each level on, in ms. */
  readonly pathsMs: readonly number[];
}

const PATHS = new Attached<WorkflowPlan, KnownPaths>("level paths");

/** The least that a run takes from this level on: levels follow one another, and each takes as long as its slowest node. */
function pathMs(plan: WorkflowPlan, level: number, times: HandlerTimes): number {
  let known = PATHS.get(plan);
  if (known?.times !== times) {
    known = { times, pathsMs: findPaths(plan, times) };
    PATHS.set(plan, known);
  }
  return known.pathsMs[level] ?? 0;
}

function findPaths({ levels, nodesById }: WorkflowPlan, times: HandlerTimes): number[] {
  const pathsMs = Array.from(levels, (ids) => {
    let slowestMs = 0;
    for (const id of ids) slowestMs = Math.max(slowestMs, expectedMs(times.get(nodesById.get(id)?.type ?? "")));
    return slowestMs;
  });
  for (let level = pathsMs.length - 2; level >= 0; level -= 1) pathsMs[level] = (pathsMs[level] ?? 0) + (pathsMs[level + 1] ?? 0);
  return pathsMs;
}
