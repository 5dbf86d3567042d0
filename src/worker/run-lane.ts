import type { LaneContext, LaneOutcome } from "../core/ports/job-queue.ts";
import type { LaneRef } from "../core/run/job-ref.ts";
import { executeNode } from "./execute-node.ts";
import type { NodeEnd } from "./node-end.ts";
import type { WorkerContext } from "./worker-context.ts";

/**
 * Takes nodes from a level's list, one after another, until none is left for this lane. The first claim also takes over the node that
 * the lane held when an earlier process died with it.
 */
export async function runLane(
  context: WorkerContext,
  lane: LaneRef,
  { signal }: LaneContext,
  isStopping: () => boolean,
): Promise<LaneOutcome> {
  for (let takeOver = true; ; takeOver = false) {
    if (isStopping()) return { kind: "hand-back" };
    // Somebody else may have the lane by now; what this process claimed is decided by its tokens.
    if (signal.aborted) return { kind: "done" };
    const token = context.newToken();
    const claimed = await context.store.claimNode({ lane, token, worker: context.settings.worker, takeOver });
    switch (claimed.kind) {
      case "claimed": {
        const end = await executeNode(context, lane, claimed, { token, laneSignal: signal });
        if (end.kind === "settled") break;
        return endOfLane(end);
      }
      case "wait":
        return claimed;
      case "drained":
      case "stopped":
      case "superseded":
        return { kind: "done" };
    }
  }
}

function endOfLane(end: Exclude<NodeEnd, { kind: "settled" }>): LaneOutcome {
  switch (end.kind) {
    case "drained":
      return { kind: "done" };
    case "failed-run":
      return { kind: "fail", message: end.message };
    case "hand-back":
      return { kind: "wait", delayMs: end.delayMs };
  }
}
