import { isDeepStrictEqual } from "node:util";
import type { WorkflowIssue } from "../core/errors/levelflow-error.ts";
import type { JsonValue } from "../core/json/json-value.ts";
import type { RetryRunParams } from "../core/ports/producer-store.ts";
import type { RunRecord } from "../core/run/run-record.ts";
import { quote } from "../core/text/quote.ts";
import { invalidWorkflow } from "../core/workflow/invalid-workflow.ts";
import { inTurns } from "../core/time/in-turns.ts";
import { parseSteps } from "../core/workflow/parse-workflow.ts";
import { planOf } from "../core/workflow/workflow-plan.ts";
import type { Workflow, WorkflowNode } from "../core/workflow/workflow.ts";
import { definitionOf } from "./definition.ts";
import type { ProducerContext } from "./producer-context.ts";
import { readInput } from "./run-input.ts";

/** What may be different about a run when it is retried. */
export interface RetryOptions {
  /** Another version of the workflow. Nodes that have a result must be in it as they were: their type, data and inputs. @default the same */
  readonly payload?: unknown;
  /** Another input. Nodes that have a result have seen the old one. @default the same */
  readonly input?: JsonValue;
}

/** Checks what is to change before anything does. `INVALID_WORKFLOW` for a payload that is at fault or would change what has a result. */
export async function prepareRetry(
  { store, settings, fingerprint }: ProducerContext,
  { runId, epoch, workflowHash }: RunRecord,
  { payload, input }: RetryOptions,
): Promise<RetryRunParams> {
  const given = readInput(input, settings.limits);
  const change = given === undefined ? {} : { input: given.value };
  if (payload === undefined) return { runId, epoch, ...change };
  const workflow = await inTurns(parseSteps(payload, settings.limits));
  const former = await store.loadWorkflow({ workflowHash });
  const nodes = await store.readNodes({ runId });
  const committed = [...nodes].filter(([, { status }]) => status === "completed").map(([nodeId]) => nodeId);
  if (former !== undefined) requireUnchanged(committed, former, workflow);
  return {
    runId,
    epoch,
    ...change,
    definition: { ...(await inTurns(definitionOf(workflow, fingerprint))), former: workflowHash },
  };
}

function requireUnchanged(nodeIds: readonly string[], former: Workflow, workflow: Workflow): void {
  const issues = nodeIds.flatMap((nodeId) => describeChange(nodeId, former, workflow) ?? []);
  if (issues.length > 0) throw invalidWorkflow("cannot retry the run with this workflow", issues);
}

/** What is different about a node that has to stay as it was. */
function describeChange(nodeId: string, former: Workflow, workflow: Workflow): WorkflowIssue | undefined {
  const before = planOf(former).nodesById.get(nodeId);
  const after = planOf(workflow).nodesById.get(nodeId);
  const kept = `node ${quote(nodeId)} has a result, so it must stay as it was`;
  if (after === undefined) return { path: "nodes", message: `${kept}: it is missing` };
  const path = `nodes[${String(workflow.nodes.indexOf(after))}]`;
  if (before === undefined || !isSameWork(before, after)) return { path, message: `${kept}: its type or data differ` };
  const sources = planOf(workflow).sources.get(nodeId) ?? [];
  if (isDeepStrictEqual(planOf(former).sources.get(nodeId) ?? [], sources)) return undefined;
  return { path, message: `${kept}: its inputs differ` };
}

/** Through JSON, since stored data have a prototype and data just read have none. */
function isSameWork(before: WorkflowNode, after: WorkflowNode): boolean {
  return before.type === after.type && isDeepStrictEqual(plain(before.data), plain(after.data));
}

function plain(data: JsonValue): unknown {
  return JSON.parse(JSON.stringify(data));
}
