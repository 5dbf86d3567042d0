import { ClaimReturned } from "./attempt-end.ts";
import { normaliseOutput } from "./normalise-output.ts";
import type { Task } from "./prepare-task.ts";
import { resolveInputs } from "./resolve-inputs.ts";
import { runHandler } from "./run-handler.ts";
import type { WorkerContext } from "./worker-context.ts";

/** What a node's handler gives for its inputs, as JSON text. The state changes that go with it are the task's. */
export async function computeResult(context: WorkerContext, task: Task): Promise<string> {
  const resolving = resolveInputs(context, task);
  const inputs = resolving instanceof Promise ? await resolving : resolving;
  const output = await runHandler(context, task, inputs);
  // Results that are large, and there at the same time, do not make one long turn. What runs ahead looks after its turns by itself.
  while (!task.active.isAhead && context.turns.isDue()) await context.turns.turn();
  const result = normaliseOutput(context, task, output);
  const { state } = task;
  if (state.fault !== undefined) throw state.fault;
  if (state.touchedOutOfOrder) throw new ClaimReturned("needs-order");
  return result;
}
