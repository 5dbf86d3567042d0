import type { RunEvent } from "../../src/index.ts";
import type { Fault } from "./journal.ts";
import type { RunStory } from "./check-run.ts";
import type { Trace } from "./traces.ts";

/** How long work stood still after a fault, in ms. */
export interface ResumeSample {
  readonly kind: "worker killed" | "worker frozen" | "scheduler killed" | "scheduler frozen" | "Redis killed";
  readonly ms: number;
  /** Whether Redis was away, or just back, in that time. */
  readonly isWithoutRedis: boolean;
  readonly fault: Fault;
  readonly runId?: string;
  readonly nodeId?: string;
}

/** After a restart clients take this long to come back, at the most: the longest pause of their backoff. */
const RECONNECT_MS = 2_000;
/** A run that comes to the end of a level this long after a scheduler's death still counts as held up by it. */
const AFTERMATH_MS = 1_000;

/** Works out from traces and events how soon work went on after each kill and each freeze. */
export function measureResumption(stories: readonly RunStory[], faults: readonly Fault[]): ResumeSample[] {
  const outages = faults.filter(({ kind }) => kind === "kill Redis");
  const isWithoutRedis = (from: number, to: number): boolean =>
    outages.some(({ at, until }) => at <= to && until + RECONNECT_MS >= from);
  const gaps = stories.flatMap(({ later, run }) => gapsBetweenLevels(later.events, run.id, run.planned.levels));
  const commits = stories
    .flatMap(({ later }) => later.events)
    .filter(({ type }) => type === "node-completed")
    .map(({ at }) => at)
    .sort((a, b) => a - b);
  return faults.flatMap((fault): ResumeSample[] => {
    switch (fault.kind) {
      case "kill worker":
      case "freeze worker": {
        const kind = fault.kind === "kill worker" ? "worker killed" : "worker frozen";
        const nodes = stories.flatMap((story) => resumedNodes(story, fault));
        return nodes.map((node) => ({
          ...node,
          kind,
          fault,
          isWithoutRedis: isWithoutRedis(fault.at, fault.at + node.ms),
        }));
      }
      case "kill scheduler":
      case "freeze scheduler": {
        const kind = fault.kind === "kill scheduler" ? "scheduler killed" : "scheduler frozen";
        const longest = gaps
          .filter(({ from, to }) => from <= fault.at + AFTERMATH_MS && to >= fault.at)
          .map(({ from, to, runId }) => ({ ms: to - Math.max(from, fault.at), runId }))
          .sort((a, b) => b.ms - a.ms)[0];
        if (longest === undefined) return [];
        return [{ ...longest, kind, fault, isWithoutRedis: isWithoutRedis(fault.at, fault.at + longest.ms) }];
      }
      case "kill Redis": {
        const first = commits.find((at) => at >= fault.until);
        return first === undefined ? [] : [{ kind: "Redis killed", ms: first - fault.until, isWithoutRedis: true, fault }];
      }
      default:
        return [];
    }
  });
}

interface ResumedNode {
  readonly runId: string;
  readonly nodeId: string;
  readonly ms: number;
}

/** The nodes of a run that the process was at work on, and when each was at work elsewhere. */
function resumedNodes({ run, traces, later }: RunStory, { target, at }: Fault): ResumedNode[] {
  const atWork = new Map<string, Trace>();
  for (const trace of traces) {
    if (trace.at > at) break;
    // Whoever begins last has the claim: a process that was superseded before the fault does not count.
    if (trace.what === "began") atWork.set(trace.nodeId, trace);
    else if (atWork.get(trace.nodeId)?.by === trace.by) atWork.delete(trace.nodeId);
  }
  return [...atWork.values()].flatMap((held): ResumedNode[] => {
    if (held.by !== target) return [];
    const isSameAttempt = ({ nodeId, epoch, attempt }: Trace): boolean =>
      nodeId === held.nodeId && epoch === held.epoch && attempt === held.attempt;
    const next = traces.find((trace) => trace.at > at && trace.what === "began" && trace.by !== target && isSameAttempt(trace));
    // The run was stopped, the attempt timed out, or a frozen process went on before anybody noticed.
    if (next === undefined || wasPaused(later.events, at, next.at)) return [];
    return [{ runId: run.id, nodeId: held.nodeId, ms: next.at - at }];
  });
}

interface Gap {
  readonly runId: string;
  readonly from: number;
  readonly to: number;
}

/** From the enqueue to the first level, and from each level's last commit to the next level, or to the end. */
function gapsBetweenLevels(events: readonly RunEvent[], runId: string, levels: readonly (readonly string[])[]): Gap[] {
  const gaps: Gap[] = [];
  const left = new Map(levels.map((ids, level) => [level, ids.length]));
  let from: number | undefined;
  for (const { type, at, level = 0 } of events) {
    if (type === "queued") from = at;
    if (type === "node-completed") {
      left.set(level, (left.get(level) ?? 0) - 1);
      if (left.get(level) === 0) from = at;
    }
    if (type === "paused" || type === "failing" || type === "cancelling") from = undefined;
    if (from === undefined || (type !== "level-started" && type !== "finished")) continue;
    gaps.push({ runId, from, to: at });
    from = undefined;
  }
  return gaps;
}

function wasPaused(events: readonly RunEvent[], from: number, to: number): boolean {
  let isPaused = false;
  for (const { type, at } of events) {
    if (at > to) break;
    if (type === "paused") isPaused = true;
    if (type === "resumed") {
      if (at >= from) return true;
      isPaused = false;
    }
  }
  return isPaused;
}
