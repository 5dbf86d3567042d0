import type { LaneContext, LaneOutcome } from "../core/ports/job-queue.ts";
import type { DispatchPlan } from "../core/run/dispatch-plan.ts";
import { strandOf, type LaneJob } from "../core/run/job-ref.ts";
import { findNextStep } from "./next-step.ts";
import type { RunFacts } from "./run-cache.ts";
import { leaveRun, startRun } from "./start-run.ts";
import { runStrand, type AskedClaim, type StrandEnd } from "./run-strand.ts";
import { StrandCrew } from "./strand-crew.ts";
import type { WorkerContext } from "./worker-context.ts";

/** A level, as a lane goes through it. */
interface Stage {
  /** Nodes that it works on at a time. */
  readonly strands: number;
  /** Of the first strands: asked for with the last commit of the level before. */
  readonly asked?: readonly AskedClaim[];
  /** The level's nodes, if this lane has them to itself. */
  readonly nodeCount?: number;
}

/**
 * Runs a lane: so many strands, each of which takes nodes from the level's list, one after another, until none is left. What the strands
 * ask of the store at a time travels in one call. A lane that completes a level goes on with the next one, if that needs no other lane.
 */
export async function runLane(
  context: WorkerContext,
  lane: LaneJob,
  { signal, isRepeated }: LaneContext,
  isStopping: () => boolean,
): Promise<LaneOutcome> {
  if (lane.startsWorkflow !== undefined && !(await startRun(context, lane, lane.startsWorkflow))) return { kind: "done" };
  let stage: Stage = { strands: isRepeated ? await strandsOf(context, lane) : lane.strands };
  for (let isFirst = true; ; isFirst = false) {
    const ends: readonly StrandEnd[] = await runStage(context, lane, stage, { signal, isStopping, takeOver: isFirst });
    const next = await moveOn(context, lane, ends, () => isStopping() || signal.aborted);
    if (typeof next === "object") {
      stage = next;
      continue;
    }
    const outcome = combine(ends);
    if (lane.startsWorkflow !== undefined && next !== "run-over" && !signal.aborted) await leaveRun(context, lane, outcome);
    return outcome;
  }
}

/** A lane that was begun before may have gone on to another level meanwhile, and hold a node with any of its strands. */
async function strandsOf({ store }: WorkerContext, lane: LaneJob): Promise<number> {
  const run = await store.loadRun({ runId: lane.runId });
  return Math.max(lane.strands, run?.strands ?? 1);
}

interface StageOptions {
  readonly signal: AbortSignal;
  readonly isStopping: () => boolean;
  readonly takeOver: boolean;
}

/** Fails only once every strand has ended: what one of them is at work on must not be given to another process. */
async function runStage(
  context: WorkerContext,
  lane: LaneJob,
  stage: Stage,
  options: StageOptions,
): Promise<readonly StrandEnd[]> {
  const crew = new StrandCrew(stage.strands, stage.nodeCount);
  const strands = Array.from({ length: stage.strands }, async (_, number) => {
    try {
      const strand = { ...options, job: lane, lane: strandOf(lane, number), crew, asked: stage.asked?.[number] };
      return await runStrand(context, strand);
    } finally {
      crew.leave();
    }
  });
  const ends = await Promise.allSettled(strands);
  const fault = ends.find((end) => end.status === "rejected");
  const reached = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
  if (fault === undefined) return reached;
  // The lane comes again: nobody goes on with what was asked for.
  for (const end of reached) if (end.kind === "entered") for (const _ of end.asked) context.slots.release();
  throw fault.reason;
}

/** What follows a level that this lane has completed; else the lane ends, and perhaps the run with it. */
async function moveOn(
  context: WorkerContext,
  lane: LaneJob,
  ends: readonly StrandEnd[],
  mustEnd: () => boolean,
): Promise<Stage | "lane-over" | "run-over"> {
  const entered = ends.find((end) => end.kind === "entered");
  if (entered !== undefined) return { ...stageOf(entered.plan), asked: entered.asked };
  if (ends.some((end) => end.kind === "finished-run")) return "run-over";
  const completed = ends.find((end) => end.kind === "completed-level");
  if (completed === undefined || mustEnd()) return "lane-over";
  const { facts, level } = completed;
  const step = await findNextStep(context, facts, { lane, level, isOver: true });
  switch (step.kind) {
    case "enter":
      // The claims that follow come right behind it; should it be refused, they are answered that there is nothing.
      context.store.enterLevel({ lane, epoch: facts.epoch, plan: step.plan }).catch(() => undefined);
      return stageOf(step.plan);
    case "finish":
      return finish(context, lane, facts);
    case "leave":
      return "lane-over";
  }
}

/** A level that this lane has entered is its own. */
function stageOf({ strands, ordered, free }: DispatchPlan): Stage {
  let nodeCount = ordered.length;
  for (const ids of free.values()) nodeCount += ids.length;
  return { strands, nodeCount };
}

async function finish({ store }: WorkerContext, { runId }: LaneJob, { epoch }: RunFacts): Promise<"lane-over" | "run-over"> {
  const { kind } = await store.finishRun({ runId, epoch, outcome: "completed" });
  return kind === "finished" ? "run-over" : "lane-over";
}

/** A failure is told, then a wish to go on elsewhere; else the lane comes back for the first of its strands that has to. */
function combine(ends: readonly StrandEnd[]): LaneOutcome {
  const told = ends.find((end) => end.kind === "fail") ?? ends.find((end) => end.kind === "hand-back");
  if (told !== undefined) return told;
  const waits = ends.flatMap((end) => (end.kind === "wait" ? [end.delayMs] : []));
  return waits.length === 0 ? { kind: "done" } : { kind: "wait", delayMs: Math.min(...waits) };
}
