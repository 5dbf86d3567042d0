import { nodeCountOf, type DispatchPlan } from "../core/run/dispatch-plan.ts";
import { askFirstClaims, askLevel } from "./ask-claim.ts";
import { findNextStep, settleStep } from "./next-step.ts";
import { runAhead } from "./run-ahead.ts";
import { mustEnd, type LaneRun, type Onward } from "./stage.ts";
import type { WorkerContext } from "./worker-context.ts";

const LANE_OVER: Onward = { kind: "lane-over" };

/** Goes on behind a level that this lane has completed: with the next one, or by ending the run, or it leaves both to a scheduler. */
export async function goOnBehind(context: WorkerContext, run: LaneRun, level: number): Promise<Onward> {
  const { job, facts } = run;
  if (mustEnd(run)) return LANE_OVER;
  const step = await settleStep(context, await findNextStep(context, facts, { lane: job, level }));
  switch (step.kind) {
    case "enter":
      askLevel(context, { lane: job, epoch: facts.epoch, plan: step.plan });
      return goOnInOwnPlace(context, run, step.plan);
    case "finish": {
      const { kind } = await context.store.finishRun({ runId: job.runId, epoch: facts.epoch, outcome: "completed" });
      return kind === "finished" ? { kind: "finished-run" } : LANE_OVER;
    }
    case "leave":
      return LANE_OVER;
  }
}

/**
 * Goes on with a level that the store was just asked for, in a place that the lane has: ahead as far as that goes, then with claims. What is
 * asked for here travels with what was asked before; should that be refused, so is all of it. The place is the first claim's, and stays
 * the caller's where none is asked for.
 */
export async function goOnWith(context: WorkerContext, run: LaneRun, plan: DispatchPlan): Promise<Onward> {
  const end = run.mayRunAhead
    ? await runAhead(context, run, plan)
    : ({ kind: "level", plan, nodeCount: nodeCountOf(plan) } as const);
  if (end.kind !== "level") return end;
  const { plan: reached, nodeCount } = end;
  // Some of its nodes may be done.
  const strands = Math.min(reached.strands, nodeCount ?? Infinity);
  const asked = mustEnd(run) ? [] : askFirstClaims(context, run.job, strands);
  return { kind: "stage", strands, asked, nodeCount };
}

/** The same in a place of its own; where there is none, the strands wait for theirs. */
export async function goOnInOwnPlace(context: WorkerContext, run: LaneRun, plan: DispatchPlan): Promise<Onward> {
  const { slots } = context;
  if (slots.take(1) === 0) return { kind: "stage", strands: plan.strands, nodeCount: nodeCountOf(plan) };
  let onward: Onward | undefined;
  try {
    onward = await goOnWith(context, run, plan);
    return onward;
  } finally {
    if (!keepsPlace(onward)) slots.release();
  }
}

/** Whether the place that a lane went on in is a claim's now. */
export function keepsPlace(onward: Onward | undefined): boolean {
  return onward?.kind === "stage" && (onward.asked?.length ?? 0) > 0;
}
