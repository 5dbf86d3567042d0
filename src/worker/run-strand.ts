import type { LaneOutcome } from "../core/ports/job-queue.ts";
import type { ClaimNodeOutcome } from "../core/ports/worker-store.ts";
import type { LaneRef } from "../core/run/job-ref.ts";
import { executeNode } from "./execute-node.ts";
import type { NodeEnd } from "./node-end.ts";
import type { StrandCrew } from "./strand-crew.ts";
import type { WorkerContext } from "./worker-context.ts";

export interface Strand {
  /** The strand as the store knows it. */
  readonly lane: LaneRef;
  /** Aborted when the lane is lost. */
  readonly signal: AbortSignal;
  /** Whether the process is to stop. */
  readonly isStopping: () => boolean;
  readonly crew: StrandCrew;
}

/** A claim that was asked for. */
interface Asked {
  readonly token: string;
  readonly answer: Promise<ClaimNodeOutcome>;
}

/**
 * Takes nodes from a level's list, one after another, until none is left. The first claim also takes over the node that the strand held
 * when an earlier process died with it; each later one travels with the commit before it.
 */
export async function runStrand(context: WorkerContext, strand: Strand): Promise<LaneOutcome> {
  for (let takeOver = true; ; takeOver = false) {
    if (!(await context.slots.acquire())) return { kind: "hand-back" };
    let end: LaneOutcome;
    try {
      end = await takeNodes(context, strand, takeOver);
    } finally {
      context.slots.release();
    }
    if (end.kind !== "wait" || strand.isStopping()) return end;
    // What is due later is this strand's to do; as long as others are at work the lane stays, so it can wait for it here.
    if (await strand.crew.rest(end.delayMs)) return end;
  }
}

async function takeNodes(context: WorkerContext, { lane, signal, isStopping }: Strand, takeOver: boolean): Promise<LaneOutcome> {
  let following: Asked | undefined;
  for (let isFirst = true; ; isFirst = false) {
    if (following === undefined && isStopping()) return { kind: "hand-back" };
    // Somebody else may have the lane by now; what this process claimed is decided by its tokens.
    if (following === undefined && signal.aborted) return { kind: "done" };
    const { token, answer } = following ?? ask(context, lane, isFirst && takeOver);
    const claimed = await answer;
    following = undefined;
    switch (claimed.kind) {
      case "claimed": {
        const onCommit = (): void => {
          if (!isStopping() && !signal.aborted) following = ask(context, lane, false);
        };
        const end = await executeNode(context, lane, claimed, { token, laneSignal: signal, onCommit });
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

function ask({ store, settings, newToken }: WorkerContext, lane: LaneRef, takeOver: boolean): Asked {
  const token = newToken();
  const answer = store.claimNode({ lane, token, worker: settings.worker, takeOver });
  // Of a commit that fails, nobody looks at the claim that went with it: the lane comes again and takes it over.
  answer.catch(() => undefined);
  return { token, answer };
}

function endOfLane(end: Exclude<NodeEnd, { kind: "settled" }>): LaneOutcome {
  switch (end.kind) {
    case "failed-run":
      return { kind: "fail", message: end.message };
    case "hand-back":
      return { kind: "wait", delayMs: end.delayMs };
  }
}
