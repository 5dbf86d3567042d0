import { Attached } from "../memory/attached.ts";
import { at } from "./graph.ts";
import type { WorkflowPlan } from "./workflow-plan.ts";

/** What a workflow's paths are worked out on: nodes by number, in order of levels, so that every edge leads to a higher number. */
export interface PathGraph {
  /** A node's number is its place here. */
  readonly ids: readonly string[];
  readonly numbers: ReadonlyMap<string, number>;
  /** Sources grouped by target: those of node n are `sources[starts[n]]` up to `sources[starts[n + 1]]`. */
  readonly starts: Int32Array;
  readonly sources: Int32Array;
}

type Planned = Pick<WorkflowPlan, "levels" | "sources">;

const GRAPHS = new Attached<Planned, PathGraph>("path graph");

/** The graph of a plan; worked out once for as long as the plan is held. */
export function pathGraphOf(plan: Planned): PathGraph {
  const known = GRAPHS.get(plan) ?? buildPathGraph(plan);
  GRAPHS.set(plan, known);
  return known;
}

function buildPathGraph(plan: Planned): PathGraph {
  const ids = plan.levels.flat();
  const numbers = new Map(ids.map((id, number) => [id, number]));
  const starts = new Int32Array(ids.length + 1);
  for (const [number, id] of ids.entries()) starts[number + 1] = at(starts, number) + sourcesOf(plan, id).length;
  const sources = new Int32Array(at(starts, ids.length));
  let next = 0;
  for (const id of ids) for (const source of sourcesOf(plan, id)) sources[next++] = numbers.get(source) ?? 0;
  return { ids, numbers, starts, sources };
}

function sourcesOf({ sources }: Planned, id: string): readonly string[] {
  return sources.get(id) ?? [];
}
