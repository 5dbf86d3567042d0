import type { ClaimNodeParams, ClaimRef } from "../../../src/core/ports/worker-store.ts";
import type { LaneRef } from "../../../src/core/run/job-ref.ts";
import type { NodeRecord, RunRecord } from "../../../src/core/run/run-record.ts";
import { planLevels } from "../../../src/core/workflow/plan-levels.ts";
import type { Workflow, WorkflowNode } from "../../../src/core/workflow/workflow.ts";
import type { Chooser } from "./chooser.ts";
import type { Horizon, StoreView } from "./observe.ts";
import type { Outcome, StoreCall } from "./step.ts";

/** What runs are created from. */
export interface Definition {
  readonly workflow: Workflow;
  readonly workflowHash: string;
  readonly levels: readonly (readonly WorkflowNode[])[];
}

/** A claim that was handed out, live or not. */
export interface HeldClaim {
  readonly ref: ClaimRef;
  readonly lane: LaneRef;
  /** The call that it answered. */
  readonly asked: ClaimNodeParams;
}

/** A run as the next call is drawn for it. */
export interface RunInScene {
  readonly runId: string;
  readonly record: RunRecord | undefined;
  readonly nodes: ReadonlyMap<string, NodeRecord>;
  /** What it follows, or would if it were created. */
  readonly definition: Definition;
  /** Lanes of its last dispatch. */
  readonly lanes: readonly LaneRef[];
  /** Newest last. */
  readonly claims: readonly HeldClaim[];
  /** Those that may commit. */
  readonly live: readonly HeldClaim[];
}

/** What is known when a call is drawn: the ids there are, what the stores showed last, and what they answered so far. */
export class Scene {
  readonly choose: Chooser;
  readonly definitions: readonly Definition[];
  readonly horizon: Horizon;
  readonly #claims = new Map<string, HeldClaim[]>();
  readonly #lanes = new Map<string, readonly LaneRef[]>();
  readonly #statefulTypes = new Set<string>();
  #view: StoreView | undefined;
  #tokenCount = 0;

  constructor({ choose, definitions, horizon }: Pick<Scene, "choose" | "definitions" | "horizon">) {
    this.choose = choose;
    this.definitions = definitions;
    this.horizon = horizon;
  }

  get statefulTypes(): ReadonlySet<string> {
    return this.#statefulTypes;
  }

  newToken(): string {
    this.#tokenCount += 1;
    return `token-${this.#tokenCount}`;
  }

  run(runId: string): RunInScene {
    const { record, nodes = new Map<string, NodeRecord>() } = this.#view?.runs.get(runId) ?? { record: undefined };
    const index = this.horizon.runIds.indexOf(runId);
    const followed = this.definitions.find(({ workflowHash }) => workflowHash === record?.workflowHash);
    const claims = this.#claims.get(runId) ?? [];
    return {
      runId,
      record,
      nodes,
      definition: followed ?? this.definitions[index % this.definitions.length]!,
      lanes: this.#lanes.get(runId) ?? [],
      claims,
      live: [...newestByNode(claims)].filter(
        ({ ref }) => nodes.get(ref.nodeId)?.status === "running" && ref.epoch === record?.epoch,
      ),
    };
  }

  /** Takes note of what a call did and what the stores show after it. */
  note(call: StoreCall, outcome: Outcome, view: StoreView): void {
    this.#view = view;
    if ("threw" in outcome) return;
    if (call.method === "claimNode") this.#noteClaim(call.params, outcome.answer as Partial<ClaimRef>);
    if (call.method === "registerStatefulTypes") for (const type of call.params) this.#statefulTypes.add(type);
    if (call.method === "releaseClaim" && call.params.reason === "needs-order") this.#statefulTypes.add(call.params.type);
    if (call.method === "startRun" && outcome.answer === "advanced") {
      const { lane, plan } = call.params;
      this.#lanes.set(lane.runId, listLanes({ runId: lane.runId, dispatch: lane.dispatch, level: 0 }, plan.lanes));
    }
    if (call.method === "dispatchLevel") {
      const { runId, dispatch, plan } = call.params;
      const { kind, lanes } = outcome.answer as { readonly kind: string; readonly lanes?: Readonly<Record<string, number>> };
      if (kind === "advanced") this.#lanes.set(runId, listLanes({ runId, dispatch, level: plan.level }, lanes ?? {}));
    }
  }

  #noteClaim(asked: ClaimNodeParams, { nodeId, epoch }: Partial<ClaimRef>): void {
    const { lane, token } = asked;
    if (nodeId === undefined || epoch === undefined) return;
    const claims = this.#claims.get(lane.runId) ?? [];
    claims.push({ ref: { runId: lane.runId, epoch, nodeId, token }, lane, asked });
    this.#claims.set(lane.runId, claims);
  }
}

/** The nodes of each level, in id order. */
export function levelsOf(workflow: Workflow): readonly (readonly WorkflowNode[])[] {
  const byId = new Map(workflow.nodes.map((node) => [node.id, node]));
  return planLevels(workflow).map((ids) => ids.map((id) => byId.get(id)!));
}

function newestByNode(claims: readonly HeldClaim[]): Iterable<HeldClaim> {
  return new Map(claims.map((claim) => [claim.ref.nodeId, claim])).values();
}

/** From 0 over all pools, as the queue numbers them. */
function listLanes(barrier: Omit<LaneRef, "lane" | "pool">, lanes: Readonly<Record<string, number>>): readonly LaneRef[] {
  const pools = Object.entries(lanes).flatMap(([pool, count]) => Array.from({ length: count }, () => pool));
  return pools.map((pool, lane) => ({ ...barrier, lane, pool }));
}
