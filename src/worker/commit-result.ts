import { AttemptFailure } from "./attempt-end.ts";
import type { NodeEnd } from "./node-end.ts";
import type { Task } from "./prepare-task.ts";
import type { WorkerContext } from "./worker-context.ts";

/** Commits the result with the attempt's state changes. What is refused was lost to another process, or came after the run's end. */
export async function commitResult(
  { store, results, settings, log }: WorkerContext,
  { claim, facts, state, span }: Task,
  result: string,
  onCommit: () => void,
): Promise<NodeEnd> {
  checkSize(state.changedBytes, settings.maxResultBytes);
  const committing = store.commitNode({ claim, result, stateChanges: state.changes });
  onCommit();
  const outcome = await committing;
  if (outcome === "stale" || outcome === "run-stopped") {
    log.info({ ...claim, outcome }, "a result was refused");
    span?.end("refused");
    return { kind: "settled" };
  }
  results.put(claim, claim.nodeId, result);
  span?.end("committed");
  return outcome === "committed-level" ? { kind: "completed-level", facts } : { kind: "committed" };
}

/** State changes travel with the result, so they are bounded like it. */
function checkSize(bytes: number, maxResultBytes: number): void {
  if (bytes <= maxResultBytes) return;
  const message = `the changes of shared state of ${bytes} bytes exceed the limit of ${maxResultBytes} bytes (maxResultBytes)`;
  throw new AttemptFailure("RESULT_TOO_LARGE", message, { retryable: false });
}
