import type { RunDefinition } from "../../core/ports/producer-store.ts";
import type { RunRecord } from "../../core/run/run-record.ts";
import type { Workflow } from "../../core/workflow/workflow.ts";
import type { MemoryRun, MemoryState } from "./memory-state.ts";

/** Keeps a definition for one more run. */
export function holdDefinition(state: MemoryState, { workflow, workflowHash }: RunDefinition): void {
  const held = state.definitions.get(workflowHash);
  if (held === undefined) state.definitions.set(workflowHash, { workflow, runCount: 1 });
  else held.runCount += 1;
}

/** Lets go of a definition; the last run takes it along. */
export function releaseDefinition(state: MemoryState, workflowHash: string): void {
  const held = state.definitions.get(workflowHash);
  if (held === undefined) return;
  held.runCount -= 1;
  if (held.runCount === 0) state.definitions.delete(workflowHash);
}

/** Has a run follow another definition. */
export function changeDefinition(state: MemoryState, run: MemoryRun, definition: RunDefinition): void {
  const { record } = run;
  holdDefinition(state, definition);
  releaseDefinition(state, record.workflowHash);
  delete record.workflowId;
  delete record.maxConcurrency;
  delete record.timeoutMs;
  Object.assign(record, definitionFields(definition));
}

type DefinitionFields = Pick<
  RunRecord,
  "workflowId" | "workflowHash" | "nodeCount" | "levelCount" | "maxConcurrency" | "sequential" | "timeoutMs"
>;

/** What a run's record says of its definition. */
export function definitionFields({ workflow, workflowHash, levelCount }: RunDefinition): DefinitionFields {
  const { workflowId, nodes, options }: Workflow = workflow;
  const { maxConcurrency, sequential, timeoutMs } = options;
  return {
    workflowHash,
    nodeCount: nodes.length,
    levelCount,
    ...(maxConcurrency === undefined || maxConcurrency === 0 ? {} : { maxConcurrency }),
    sequential: sequential === true,
    ...(workflowId === undefined ? {} : { workflowId }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}
