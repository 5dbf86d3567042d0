import { ClaimReturned } from "./attempt-end.ts";
import type { NodeEnd } from "./node-end.ts";
import type { Task } from "./prepare-task.ts";
import type { WorkerContext } from "./worker-context.ts";

/** Commits the result with the attempt's state changes. What is refused was lost to another process, or came after the run's end. */
export async function commitResult(
  { store, results, log }: WorkerContext,
  { claim, lane, state }: Task,
  result: string,
): Promise<NodeEnd> {
  if (state.fault !== undefined) throw state.fault;
  if (state.touchedOutOfOrder) throw new ClaimReturned("needs-order");
  const outcome = await store.commitNode({ claim, result, stateChanges: state.changes, lane });
  if (outcome === "stale" || outcome === "run-stopped") log.info({ ...claim, outcome }, "a result was refused");
  else results.put(claim, result);
  return { kind: outcome === "committed-last" ? "drained" : "settled" };
}
