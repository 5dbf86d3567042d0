import { pathGraphOf, type PathGraph } from "../workflow/path-graph.ts";
import type { WorkflowPlan } from "../workflow/workflow-plan.ts";
import { findPathTimes, ms, slackOf, timesOf, type PathTimes } from "./critical-path.ts";
import { scheduleByDependency, scheduleLevel } from "./list-schedule.ts";
import type { LevelTiming, NodeRecord } from "./run-record.ts";
import type { LevelProfile, OrderProfile, RunProfile } from "./run-profile.ts";

export interface ProfileRunParams {
  readonly plan: Pick<WorkflowPlan, "levels" | "sources">;
  readonly nodes: ReadonlyMap<string, Pick<NodeRecord, "startedAt" | "finishedAt">>;
  readonly timings: readonly LevelTiming[];
  /** Only of such a run it can be told what another order would have taken: of others some nodes' times are missing. */
  readonly isCompleted: boolean;
}

/** A node's time at work: from its first claim to its end, attempts that failed and the waits between them included. */
interface Span {
  readonly nodeId: string;
  readonly startedAt: number;
  readonly finishedAt: number;
}

type MeasuredLevel = Omit<LevelProfile, "slowest" | "barrierLossMs"> & { readonly slowest: Span };

/**
 * Where a run's time went. What barriers cost is worked out on the nodes' own times: the run's nodes in dependency order against level by
 * level, both in as many slots as the run had at most, without any wait. What is saved is put down to levels by the chain of nodes that
 * fills the time of the first: a level's loss is what it takes by itself less what its nodes take of that chain.
 */
export function profileRun(params: ProfileRunParams): RunProfile {
  const { nodes, timings, plan, isCompleted } = params;
  const levels = timings.flatMap((timing) => {
    const spans = spansOf(plan.levels[timing.level] ?? [], nodes, timing.startedAt);
    return timing.finishedAt === undefined || spans.length === 0 ? [] : [measureLevel(timing, timing.finishedAt, spans)];
  });
  const slots = levels.reduce((most, level) => Math.max(most, level.slots), 0);
  if (!isCompleted || slots === 0) return { levels: levels.map(({ slowest, ...level }) => withSlowest(level, slowest)), slots };

  const graph = pathGraphOf(plan);
  const timesMs = timesOf(graph, (id) => timeOf(nodes.get(id)));
  const paths = findPathTimes(graph, timesMs);
  const { order, lossByLevel } = compareOrders({ graph, timesMs, paths, slots, widths: plan.levels.map(({ length }) => length) });
  return {
    levels: levels.map(({ slowest, ...level }) => ({
      ...withSlowest(level, slowest, slackOf(paths, graph.numbers.get(slowest.nodeId) ?? 0)),
      barrierLossMs: lossByLevel[level.level] ?? 0,
    })),
    slots,
    order,
  };
}

/** Nodes that have ended, but not those whose result was kept from before this level began: an earlier epoch's. */
function spansOf(ids: readonly string[], nodes: ProfileRunParams["nodes"], since: number): Span[] {
  const spans: Span[] = [];
  for (const nodeId of ids) {
    const { startedAt, finishedAt } = nodes.get(nodeId) ?? {};
    if (startedAt !== undefined && finishedAt !== undefined && startedAt >= since) spans.push({ nodeId, startedAt, finishedAt });
  }
  return spans;
}

function measureLevel(timing: LevelTiming, finishedAt: number, spans: readonly Span[]): MeasuredLevel {
  let [first, last, busyMs, waitMs] = [Infinity, -Infinity, 0, 0];
  let slowest = spans[0] as Span;
  for (const span of spans) {
    first = Math.min(first, span.startedAt);
    last = Math.max(last, span.finishedAt);
    busyMs += lengthOf(span);
    waitMs += span.startedAt - timing.startedAt;
    if (lengthOf(span) > lengthOf(slowest)) slowest = span;
  }
  const slots = mostAtATime(spans);
  const wholeMs = slots * (Math.max(finishedAt, last) - timing.startedAt);
  return {
    level: timing.level,
    nodeCount: spans.length,
    queueWaitMs: first - timing.startedAt,
    meanWaitMs: waitMs / spans.length,
    runMs: last - first,
    slots,
    idleShare: wholeMs === 0 ? 0 : 1 - busyMs / wholeMs,
    slowest,
  };
}

function lengthOf({ startedAt, finishedAt }: Span): number {
  return finishedAt - startedAt;
}

/** A node that begins in the millisecond in which another ends takes its place. */
function mostAtATime(spans: readonly Span[]): number {
  const starts = new Float64Array(spans.length);
  const ends = new Float64Array(spans.length);
  for (const [i, { startedAt, finishedAt }] of spans.entries()) {
    starts[i] = startedAt;
    ends[i] = finishedAt;
  }
  starts.sort();
  ends.sort();
  let [most, ended] = [0, 0];
  for (let begun = 0; begun < starts.length; begun += 1) {
    while (ended < begun && ms(ends, ended) <= ms(starts, begun)) ended += 1;
    most = Math.max(most, begun + 1 - ended);
  }
  return most;
}

function withSlowest<T>(level: T, span: Span, slackMs?: number): T & Pick<LevelProfile, "slowest"> {
  const slowest = { nodeId: span.nodeId, timeMs: lengthOf(span) };
  return { ...level, slowest: slackMs === undefined ? slowest : { ...slowest, slackMs } };
}

function timeOf(node: Pick<NodeRecord, "startedAt" | "finishedAt"> | undefined): number {
  return node?.startedAt === undefined || node.finishedAt === undefined ? 0 : Math.max(0, node.finishedAt - node.startedAt);
}

interface CompareOrdersParams {
  readonly graph: PathGraph;
  readonly timesMs: Float64Array;
  readonly paths: PathTimes;
  readonly slots: number;
  /** How many nodes each level has: they follow one another in the graph. */
  readonly widths: readonly number[];
}

function compareOrders(params: CompareOrdersParams): { readonly order: OrderProfile; readonly lossByLevel: readonly number[] } {
  const { graph, timesMs, paths, slots, widths } = params;
  const { totalMs, chain } = scheduleByDependency({ graph, timesMs, rank: paths.remaining, slots });
  const chainMs = new Float64Array(graph.ids.length);
  for (const node of chain) chainMs[node] = ms(timesMs, node);
  let [from, levelOrderMs] = [0, 0];
  const losses = widths.map((width) => {
    const alone = scheduleLevel(timesMs.subarray(from, from + width), slots);
    const inChain = chainMs.subarray(from, from + width).reduce((sum, own) => sum + own, 0);
    from += width;
    levelOrderMs += alone;
    return alone - inChain;
  });
  // Level by level is an order that keeps dependencies, too: where the other one turned out longer, nothing is lost.
  const isBetter = totalMs < levelOrderMs;
  const dependencyOrderMs = isBetter ? totalMs : levelOrderMs;
  return {
    order: {
      criticalPathMs: paths.totalMs,
      criticalPath: criticalPathOf(graph, timesMs, paths).map((node) => graph.ids[node] ?? ""),
      levelOrderMs,
      dependencyOrderMs,
      barrierLossMs: levelOrderMs - dependencyOrderMs,
    },
    lossByLevel: isBetter ? losses : widths.map(() => 0),
  };
}

/** One of the longest paths, from its start: back from the first node that ends it, always to the first source that it waits for. */
function criticalPathOf({ ids, starts, sources }: PathGraph, timesMs: Float64Array, { totalMs, earliest }: PathTimes): number[] {
  const endOf = (node: number): number => ms(earliest, node) + ms(timesMs, node);
  const path: number[] = [];
  let node = ids.findIndex((_, number) => endOf(number) === totalMs);
  while (node >= 0) {
    path.push(node);
    const begin = ms(earliest, node);
    node = sources.subarray(starts[node], starts[node + 1]).find((source) => endOf(source) === begin) ?? -1;
  }
  return path.reverse();
}
