import type { ClaimedNode } from "../core/ports/worker-store.ts";
import type { LaneRef } from "../core/run/job-ref.ts";
import type { JobHold } from "../core/run/job-hold.ts";
import { commitResult } from "./commit-result.ts";
import { computeResult } from "./compute-result.ts";
import type { NodeEnd } from "./node-end.ts";
import { prepareTask, type Task } from "./prepare-task.ts";
import { settleFailure } from "./settle-failure.ts";
import type { WorkerContext } from "./worker-context.ts";

/** What comes with a claim that a lane executes. */
export interface ClaimTerms {
  readonly token: string;
  /** On the lane. */
  readonly hold: JobHold;
  /** Called once the commit is on its way: what is asked for then comes right behind it. */
  readonly onCommit: () => void;
}

/**
 * Executes a claimed node. What a step throws about the attempt settles it: as a failure, a retry, or a claim given back. What fails
 * around it (Redis, above all) goes on to the queue, which runs the lane again; the lane then takes the claim over.
 */
export async function executeNode(
  context: WorkerContext,
  lane: LaneRef,
  claimed: ClaimedNode,
  { token, hold, onCommit }: ClaimTerms,
): Promise<NodeEnd> {
  const claim = { runId: lane.runId, epoch: claimed.epoch, nodeId: claimed.nodeId, token };
  const work = { lane, claimed, claim, active: context.active.add(claim, hold) };
  let task: Task | undefined;
  try {
    task = await prepareTask(context, work);
    const result = await computeResult(context, task);
    return await commitResult(context, task, result, onCommit);
  } catch (error) {
    return await settleFailure(context, task ?? work, error);
  } finally {
    context.active.remove(claim);
    // Of an attempt that nothing else has ended, this process does not know how it ends.
    task?.span?.end("returned");
  }
}
