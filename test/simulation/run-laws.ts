import type { AheadResult } from "../../src/core/ports/worker-store.ts";
import type { Workflow, WorkflowNode } from "../../src/core/workflow/workflow.ts";
import { planOf } from "../../src/core/workflow/workflow-plan.ts";
import { describeEntry, type AnyEntry, type HistoryEntry } from "./history.ts";

/** A promise of `docs/guarantees.md` that was broken, and by what. */
export class Violation extends Error {
  override readonly name = "Violation";
}

export interface LawOptions {
  /** Whether nodes of this type share state, whether they say so or not. */
  readonly isStateful: (type: string) => boolean;
}

/**
 * Holds the history of one run against what is promised, entry by entry. It knows what a claim and a commit are, and nothing of how the
 * store keeps them.
 */
export class RunLaws {
  readonly #workflow: Workflow;
  readonly #levelOf: ReadonlyMap<string, number>;
  readonly #options: LawOptions;
  #epoch = 1;
  #state: "active" | "paused" | "stopping" | "over" = "active";
  /** The token that holds each claimed node. */
  readonly #holders = new Map<string, string>();
  readonly #waitingRetries = new Set<string>();
  readonly #committed = new Map<string, string>();
  /** The stateful node that was committed last, by level and type. */
  readonly #lastStateful = new Map<string, string>();
  #endCount = 0;

  constructor(workflow: Workflow, options: LawOptions) {
    this.#workflow = workflow;
    this.#options = options;
    const levels = planOf(workflow).levels;
    this.#levelOf = new Map(levels.flatMap((ids, level) => ids.map((id) => [id, level] as const)));
  }

  get isOver(): boolean {
    return this.#state === "over";
  }

  /** Results as they were committed, as JSON text. */
  get committed(): ReadonlyMap<string, string> {
    return this.#committed;
  }

  observe(entry: AnyEntry): void {
    switch (entry.call) {
      case "dispatchLevel":
        return this.#dispatched(entry);
      case "enterLevel":
        if (entry.outcome === "entered") this.#requireLevelsBefore(entry.params.plan.level, "was entered", entry);
        return;
      case "claimNode":
        return this.#claimed(entry);
      case "commitNode":
        return this.#commit(entry);
      case "commitAhead":
        return this.#committedAhead(entry);
      case "failAttempt":
        return this.#failed(entry);
      case "releaseClaim":
        if (this.#holders.get(entry.params.claim.nodeId) === entry.params.claim.token)
          this.#holders.delete(entry.params.claim.nodeId);
        return;
      case "cancelRun":
      case "failRun":
        if (entry.outcome === "stopping") this.#stop();
        return;
      case "pauseRun":
        if (entry.outcome === "paused") this.#state = "paused";
        return;
      case "resumeRun":
        if (entry.outcome.kind === "resumed") this.#state = "active";
        return;
      case "finishRun":
        return this.#finished(entry);
      case "retryRun":
        if (entry.outcome.kind === "retrying") this.#retried(entry);
        return;
      default:
    }
  }

  #dispatched(entry: HistoryEntry<"dispatchLevel">): void {
    const { params, outcome } = entry;
    if (outcome.kind !== "advanced") return;
    this.#require(this.#state === "active", `a level was dispatched in a run that is ${this.#state}`, entry);
    this.#requireLevelsBefore(params.plan.level, "was dispatched", entry);
    // Nodes that were claimed are in the new lists; who held them holds them no more.
    this.#holders.clear();
    this.#waitingRetries.clear();
  }

  #claimed(entry: HistoryEntry<"claimNode">): void {
    const { params, outcome } = entry;
    if (outcome.kind !== "claimed") return;
    const { nodeId, epoch } = outcome;
    this.#require(this.#state === "active", `node ${nodeId} was claimed in a run that is ${this.#state}`, entry);
    this.#require(epoch === this.#epoch, `node ${nodeId} was claimed for epoch ${String(epoch)}`, entry);
    this.#require(!this.#committed.has(nodeId), `node ${nodeId} was claimed after its commit`, entry);
    this.#requireLevelsBefore(this.#levelOf.get(nodeId) ?? 0, `had node ${nodeId} claimed`, entry);
    this.#require(!this.#holders.has(nodeId) || params.takeOver, `node ${nodeId} was claimed while it was held`, entry);
    this.#holders.set(nodeId, params.token);
    this.#waitingRetries.delete(nodeId);
    this.#requireRoom(entry);
  }

  #commit(entry: HistoryEntry<"commitNode">): void {
    const { params, outcome } = entry;
    const { nodeId, token } = params.claim;
    if (outcome === "run-stopped" && this.#holders.get(nodeId) === token) this.#holders.delete(nodeId);
    if (outcome !== "committed" && outcome !== "committed-level") return;
    this.#require(!this.#committed.has(nodeId), `node ${nodeId} was committed twice`, entry);
    this.#require(this.#holders.get(nodeId) === token, `node ${nodeId} was committed by a claim that had moved`, entry);
    this.#require(params.claim.epoch === this.#epoch, `node ${nodeId} was committed for an epoch that is over`, entry);
    const takesResults = this.#state === "active" || this.#state === "paused";
    this.#require(takesResults, `node ${nodeId} was committed in a run that is ${this.#state}`, entry);
    this.#holders.delete(nodeId);
    this.#committed.set(nodeId, params.result);
    this.#requireOrder(nodeId, entry);
  }

  /** Claimed and committed at once. */
  #committedAhead(entry: HistoryEntry<"commitAhead">): void {
    const { params, outcome: committedCount } = entry;
    for (const node of params.nodes.slice(0, committedCount)) this.#committedOneAhead(node, entry);
  }

  #committedOneAhead({ nodeId, result }: AheadResult, entry: HistoryEntry<"commitAhead">): void {
    const { epoch } = entry.params;
    this.#require(this.#state === "active", `node ${nodeId} was committed ahead in a run that is ${this.#state}`, entry);
    this.#require(epoch === this.#epoch, `node ${nodeId} was committed ahead for epoch ${String(epoch)}`, entry);
    this.#require(!this.#committed.has(nodeId), `node ${nodeId} was committed twice`, entry);
    this.#require(!this.#holders.has(nodeId), `node ${nodeId} was committed ahead while it was held`, entry);
    this.#requireLevelsBefore(this.#levelOf.get(nodeId) ?? 0, `had node ${nodeId} committed ahead`, entry);
    this.#holders.set(nodeId, "ahead");
    this.#requireRoom(entry);
    this.#holders.delete(nodeId);
    this.#committed.set(nodeId, result);
    this.#requireOrder(nodeId, entry);
  }

  #failed(entry: HistoryEntry<"failAttempt">): void {
    const { params, outcome } = entry;
    const { nodeId, token } = params.claim;
    if (outcome === "stale") return;
    this.#require(this.#holders.get(nodeId) === token, `a claim of node ${nodeId} that had moved failed it`, entry);
    this.#holders.delete(nodeId);
    if (outcome === "retrying") this.#waitingRetries.add(nodeId);
    if (outcome === "failed-run") this.#stop();
  }

  #stop(): void {
    this.#state = "stopping";
    this.#waitingRetries.clear();
  }

  #finished(entry: HistoryEntry<"finishRun">): void {
    const { params, outcome } = entry;
    if (outcome.kind !== "finished") return;
    this.#endCount += 1;
    this.#require(this.#endCount === 1, "the run finished twice in one epoch", entry);
    const isComplete = this.#committed.size === this.#levelOf.size;
    if (params.outcome === "completed") {
      this.#require(isComplete && this.#state === "active", `a run that is ${this.#state} completed`, entry);
    } else {
      this.#require(this.#state === "stopping", `a run that is ${this.#state} ended as ${params.outcome}`, entry);
    }
    this.#state = "over";
    this.#holders.clear();
  }

  #retried(entry: HistoryEntry<"retryRun">): void {
    this.#require(this.#state === "over", `a run that is ${this.#state} was retried`, entry);
    this.#state = "active";
    this.#epoch += 1;
    this.#endCount = 0;
  }

  #requireLevelsBefore(level: number, what: string, entry: AnyEntry): void {
    for (const [id, own] of this.#levelOf) {
      this.#require(
        own >= level || this.#committed.has(id),
        `level ${String(level)} ${what} before node ${id} was committed`,
        entry,
      );
    }
  }

  #requireRoom(entry: AnyEntry): void {
    const { maxConcurrency, sequential } = this.#workflow.options;
    const limit = sequential === true ? 1 : maxConcurrency === undefined || maxConcurrency === 0 ? Infinity : maxConcurrency;
    const count = this.#holders.size + this.#waitingRetries.size;
    this.#require(count <= limit, `${String(count)} nodes were claimed or waited for a retry at a time`, entry);
  }

  #requireOrder(nodeId: string, entry: AnyEntry): void {
    const { type } = planOf(this.#workflow).nodesById.get(nodeId) as WorkflowNode;
    if (!this.#options.isStateful(type)) return;
    const group = `${String(this.#levelOf.get(nodeId))} ${type}`;
    const before = this.#lastStateful.get(group);
    this.#require(before === undefined || before < nodeId, `stateful node ${nodeId} took effect after ${String(before)}`, entry);
    this.#lastStateful.set(group, nodeId);
  }

  #require(holds: boolean, broken: string, entry: AnyEntry): void {
    if (!holds) throw new Violation(`${broken}\n${describeEntry(entry)}`);
  }
}
