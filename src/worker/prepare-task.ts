import type { AnyNodeDefinition, NodeDefinition } from "../core/node/define-node.ts";
import type { AttemptSpan } from "../core/ports/tracing.ts";
import type { ClaimedNode, ClaimRef } from "../core/ports/worker-store.ts";
import type { LaneRef } from "../core/run/job-ref.ts";
import type { WorkflowNode } from "../core/workflow/workflow.ts";
import type { ActiveClaim } from "./active-claims.ts";
import { AttemptFailure, ClaimReturned } from "./attempt-end.ts";
import { AttemptState } from "./attempt-state.ts";
import type { RunFacts } from "./run-cache.ts";
import { UsedSecrets } from "./used-secrets.ts";
import type { WorkerContext } from "./worker-context.ts";

/** A claim at work. */
export interface ClaimedWork {
  readonly lane: LaneRef;
  readonly claimed: ClaimedNode;
  readonly claim: ClaimRef;
  readonly active: ActiveClaim;
}

/** Everything that executing a node takes. */
export interface Task extends ClaimedWork {
  readonly facts: RunFacts;
  readonly node: WorkflowNode;
  readonly definition: NodeDefinition;
  readonly state: AttemptState;
  readonly secrets: UsedSecrets;
  readonly span: AttemptSpan | undefined;
}

/** How soon a lane that met an unknown type comes back. */
const UNKNOWN_TYPE_WAIT_MS = 100;

/** Finds the node and its type, refuses what must not run, and arms the attempt's timeout. */
export async function prepareTask(context: WorkerContext, work: ClaimedWork): Promise<Task> {
  const { claim, claimed } = work;
  const facts = context.runs.peek(claim) ?? (await context.runs.get(claim));
  const node = facts?.plan.nodesById.get(claim.nodeId);
  if (facts === undefined || node === undefined) throw new ClaimReturned("run-stopped");
  if (claimed.crashCount > context.settings.maxCrashCount) throw poisonous(claimed.crashCount);
  const definition = context.registry.get(node.type) ?? (await refuseUnknownType(context, node, claimed));
  if (node.options.timeoutMs !== undefined) await context.store.armTimeout({ claim, timeoutMs: node.options.timeoutMs });
  return newTask(context, work, { facts, node, definition });
}

/** What is known of a node that is to run. */
export interface NodeFacts {
  readonly facts: RunFacts;
  readonly node: WorkflowNode;
  readonly definition: AnyNodeDefinition;
}

/** The task of a node that may run. */
export function newTask(context: WorkerContext, work: ClaimedWork, { facts, node, definition }: NodeFacts): Task {
  const { lane, claim, claimed, active } = work;
  const state = new AttemptState(context.store, claim.runId, claimed.ordered);
  const secrets = new UsedSecrets();
  const span = beginSpan(context, { claim, claimed, facts, node });
  // Data and inputs are checked by the definition's own schemas before its handler sees them.
  return { lane, claim, claimed, active, facts, node, state, secrets, span, definition: definition as unknown as NodeDefinition };
}

function beginSpan(
  { tracing, settings }: WorkerContext,
  { claim, claimed, facts, node }: Pick<Task, "claim" | "claimed" | "facts" | "node">,
): AttemptSpan | undefined {
  if (tracing === undefined) return undefined;
  const { runId, epoch, nodeId } = claim;
  const { level, attempt } = claimed;
  const { workflowId, trace } = facts;
  const { pool, worker } = settings;
  return tracing.attemptBegins({ runId, epoch, workflowId, trace, level, nodeId, type: node.type, attempt, pool, worker });
}

function poisonous(crashCount: number): AttemptFailure {
  const message = `its claim ended ${String(crashCount)} times without an outcome, as when a worker process dies; it is not tried again`;
  return new AttemptFailure("NODE_CRASHED", message, { retryable: false });
}

async function refuseUnknownType(context: WorkerContext, node: WorkflowNode, claimed: ClaimedNode): Promise<AnyNodeDefinition> {
  const { type, options } = node;
  const { pool, unknownTypeGraceMs } = context.settings;
  const isOverdue = (claimed.unknownTypeForMs ?? 0) >= unknownTypeGraceMs;
  if (isOverdue && !(await context.store.isTypeServed({ type, pool: options.pool ?? pool }))) {
    throw new AttemptFailure("UNKNOWN_NODE_TYPE", `unknown node type: ${type}`, { retryable: false });
  }
  throw new ClaimReturned("unknown-type", UNKNOWN_TYPE_WAIT_MS);
}
