import { ClaimReturned } from "./attempt-end.ts";
import type { NodeEnd } from "./execute-node.ts";
import type { Task } from "./prepare-task.ts";
import type { WorkerContext } from "./worker-context.ts";

/** Commits the result with the attempt's state changes. What is refused was lost to another process, or came after the run's end. */
export async function commitResult({ store, log }: WorkerContext, { claim, state }: Task, result: string): Promise<NodeEnd> {
  if (state.touchedOutOfOrder) throw new ClaimReturned("needs-order");
  const outcome = await store.commitNode({ claim, result, stateChanges: state.changes });
  if (outcome !== "committed") log.info({ ...claim, outcome }, "a result was refused");
  return { kind: "settled" };
}
