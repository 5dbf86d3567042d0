import { hasContextPlaceholder } from "../core/node/expand-placeholders.ts";
import type { AnyNodeDefinition } from "../core/node/define-node.ts";
import type { ClaimedNode } from "../core/ports/worker-store.ts";
import { nodeCountOf, type DispatchPlan } from "../core/run/dispatch-plan.ts";
import { isQuick } from "../core/run/handler-times.ts";
import type { Workflow, WorkflowNode } from "../core/workflow/workflow.ts";
import { planOf } from "../core/workflow/workflow-plan.ts";
import { AheadCommits } from "./ahead-commits.ts";
import { askLevel } from "./ask-claim.ts";
import { computeResult } from "./compute-result.ts";
import { entersAtOnce, findNextStep } from "./next-step.ts";
import { newTask } from "./prepare-task.ts";
import { mustEnd, type LaneRun, type Onward } from "./stage.ts";
import type { WorkerContext } from "./worker-context.ts";

/**
 * Where a lane is that went ahead. `level`: what is left of this one takes claims: so many nodes, if that is known. It may be one that was not
 * entered after all; then there is nothing to claim.
 */
export type AheadEnd =
  | { readonly kind: "level"; readonly plan: DispatchPlan; readonly nodeCount: number | undefined }
  | Extract<Onward, { readonly kind: "completed-level" | "finished-run" }>;

/**
 * Runs the nodes of a level that this lane has entered, and of those that follow it, ahead of their claims, for as long as they are pure and
 * quick. Claim and commit of each are one transition, which the store refuses unless the node is the next one of its list; so nothing has to
 * be waited for, and what the nodes of a turn ask of the store travels in one call. A node whose handler fails here was not begun: it is
 * claimed like any other, and fails then.
 */
export async function runAhead(context: WorkerContext, run: LaneRun, first: DispatchPlan): Promise<AheadEnd> {
  const { store } = context;
  const { job, facts } = run;
  const commits = openCommits(context, run);
  let plan = first;
  for (;;) {
    const leftCount = await runLevel(context, run, plan, commits);
    if (leftCount > 0) {
      // Claims that follow are answered after what is under way; only where that was refused is unknown what they will find.
      if (commits.isRefused) await commits.settled();
      return { kind: "level", plan, nodeCount: commits.isRefused ? undefined : leftCount };
    }
    const { level } = plan;
    const found = findNextStep(context, facts, { lane: job, level });
    const step = found instanceof Promise ? await found : found;
    if (entersAtOnce(context, step) && !mustEnd(run)) {
      askLevel(context, { lane: job, epoch: facts.epoch, plan: step.plan });
      ({ plan } = step);
      continue;
    }
    const finishing =
      step.kind === "finish"
        ? store.finishRun({ runId: job.runId, epoch: facts.epoch, outcome: "completed", behindLevel: level })
        : undefined;
    finishing?.catch(() => undefined);
    const isCommitted = await commits.settled();
    if (isCommitted && (await finishing)?.kind === "finished") return { kind: "finished-run" };
    return isCommitted ? { kind: "completed-level", facts, level } : { kind: "level", plan, nodeCount: undefined };
  }
}

function openCommits({ store, results, settings }: WorkerContext, { job, facts }: LaneRun): AheadCommits {
  const { epoch } = facts;
  return new AheadCommits({
    commit: (level, nodes) => store.commitAhead({ lane: job, worker: settings.worker, epoch, level, nodes }),
    heard: ({ nodeId, span }, isCommitted) => {
      if (!isCommitted) results.drop({ runId: job.runId, epoch }, nodeId);
      span?.end(isCommitted ? "committed" : "returned");
    },
  });
}

/** Whether a level begins with a node that is run ahead. */
export function beginsAhead(context: WorkerContext, workflow: Workflow, plan: DispatchPlan): boolean {
  const [first = ""] = listedIn(plan, context.settings.pool);
  const node = planOf(workflow).nodesById.get(first);
  return node !== undefined && definitionAhead(context, node) !== undefined;
}

/** Answers how many nodes of the level are left. */
async function runLevel(context: WorkerContext, run: LaneRun, plan: DispatchPlan, commits: AheadCommits): Promise<number> {
  const { turns } = context;
  let leftCount = nodeCountOf(plan);
  for (const nodeId of listedIn(plan, run.job.pool)) {
    const node = run.facts.plan.nodesById.get(nodeId);
    const definition = node === undefined ? undefined : definitionAhead(context, node);
    if (node === undefined || definition === undefined) break;
    if (commits.isFull) await commits.room();
    // What a short run asks for is to travel in one call.
    if (commits.isStepOver ? turns.isDue() : turns.isLate()) await turns.turn();
    if (commits.isRefused || mustEnd(run)) break;
    const startedIn = turns.current();
    if (!(await runNode(context, run, { node, definition, level: plan.level, commits }))) break;
    leftCount -= 1;
    // One that waits for something had better not keep the others waiting.
    if (leftCount > 0 && turns.current() !== startedIn) break;
  }
  commits.flush();
  return leftCount;
}

/** The nodes of a plan in the order in which a lane of the pool is given them, if that is known. */
function listedIn({ ordered, free, strands }: DispatchPlan, pool: string): readonly string[] {
  if (free.size === 0)
    return strands === 1 && ordered.every((entry) => entry.pool === pool) ? ordered.map(({ nodeId }) => nodeId) : [];
  return ordered.length === 0 ? (free.get(pool) ?? []) : [];
}

/**
 * The definition of a node that is to run ahead, if it is. A type that nobody has run yet is taken for slow: nobody would see that such a node
 * runs, nor share its level's other nodes.
 */
function definitionAhead(
  { registry, times }: WorkerContext,
  { type, data, options }: WorkflowNode,
): AnyNodeDefinition | undefined {
  const definition = registry.get(type);
  if (definition?.pure !== true || options.timeoutMs !== undefined || !isQuick(times.expectedMs(type))) return undefined;
  return definition.placeholders !== undefined && hasContextPlaceholder(data) ? undefined : definition;
}

interface NodeToRun {
  readonly node: WorkflowNode;
  readonly definition: AnyNodeDefinition;
  readonly level: number;
  readonly commits: AheadCommits;
}

/** Runs a node and has its result committed. Answers whether it has one. */
async function runNode(
  context: WorkerContext,
  { job, facts, hold }: LaneRun,
  { node, definition, level, commits }: NodeToRun,
): Promise<boolean> {
  const { results, active: actives } = context;
  const { epoch } = facts;
  const claim = { runId: job.runId, epoch, nodeId: node.id, token: context.newToken() };
  const claimed: ClaimedNode = { kind: "claimed", nodeId: node.id, level, epoch, attempt: 1, crashCount: 0, ordered: false };
  const active = actives.add(claim, hold, { isAhead: true });
  const task = newTask(context, { lane: job, claimed, claim, active }, { facts, node, definition });
  const { span } = task;
  let result: string;
  try {
    result = await computeResult(context, task);
    if (active.reason !== undefined) throw active.reason;
  } catch {
    span?.end("returned");
    return false;
  } finally {
    actives.remove(claim);
  }
  results.put(claim, node.id, result);
  commits.add(level, { nodeId: node.id, result, span });
  return true;
}
