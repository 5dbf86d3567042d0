import { isDeepStrictEqual } from "node:util";
import type { WorkflowIssue } from "../core/errors/levelflow-error.ts";
import type { JsonValue } from "../core/json/json-value.ts";
import type { RetryRunParams } from "../core/ports/producer-store.ts";
import type { RunRecord } from "../core/run/run-record.ts";
import { quote } from "../core/text/quote.ts";
import { invalidWorkflow } from "../core/workflow/invalid-workflow.ts";
import { inTurns } from "../core/time/in-turns.ts";
import { planOf } from "../core/workflow/workflow-plan.ts";
import { withOptions } from "../core/workflow/with-options.ts";
import type { Workflow, WorkflowNode, WorkflowOptions } from "../core/workflow/workflow.ts";
import { definitionOf } from "./definition.ts";
import type { ProducerContext } from "./producer-context.ts";
import { parseRetryOptions, type RetryOptions } from "./retry-options.ts";
import { readInput, type RunInput } from "./run-input.ts";

/** What a retry changes, as it was when it was asked for: its owner may go on with it. */
export interface RetryChange {
  /** The version of the workflow that it brings. */
  readonly workflow: Workflow | Promise<Workflow> | undefined;
  readonly input: RunInput | undefined;
  readonly overrides: WorkflowOptions;
}

/** Checks what can be checked without the run. */
export function takeRetry({ payloads, settings }: ProducerContext, options: RetryOptions): RetryChange {
  const { payload, input: given, ...overrides } = parseRetryOptions(options);
  const input = readInput(given, settings.limits);
  const workflow = payload === undefined ? undefined : payloads.read(payload);
  // It is awaited once the run has been looked at, which may fail before.
  if (workflow instanceof Promise) workflow.catch(() => undefined);
  return { workflow, input, overrides };
}

/** Checks what is to change before anything does. `INVALID_WORKFLOW` for a payload that is at fault or would change what has a result. */
export async function prepareRetry(
  { store, fingerprint }: ProducerContext,
  { runId, epoch, workflowHash }: RunRecord,
  change: RetryChange,
): Promise<RetryRunParams> {
  const params = { runId, epoch, ...(change.input === undefined ? {} : { input: change.input.value }) };
  const given = await change.workflow;
  if (given === undefined && Object.keys(change.overrides).length === 0) return params;
  const former = await store.loadWorkflow({ workflowHash });
  const next = given ?? former;
  // The definition was removed, and the run with it.
  if (next === undefined) return params;
  if (given !== undefined && former !== undefined) requireUnchanged(await committedNodes(store, runId), former, given);
  const definition = await inTurns(definitionOf(withOptions(next, change.overrides), fingerprint));
  return { ...params, definition: { former: workflowHash, ...definition } };
}

async function committedNodes(store: ProducerContext["store"], runId: string): Promise<string[]> {
  const nodes = await store.readNodes({ runId });
  return [...nodes].filter(([, { status }]) => status === "completed").map(([nodeId]) => nodeId);
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
