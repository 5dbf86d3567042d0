import type { JsonObject } from "../json/json-value.ts";

/** When to try again after a failed attempt. */
export interface Backoff {
  /** `fixed` waits `delayMs` each time; `exponential` doubles it with each attempt. */
  readonly type: "fixed" | "exponential";
  /** Delay before the second attempt, in ms. */
  readonly delayMs: number;
  /** Upper bound of the delay, in ms. */
  readonly maxDelayMs: number;
  /** Share of the delay that is drawn at random, 0 to 1: 0.2 gives 80 to 100 % of it. */
  readonly jitter: number;
}

/** `options` of a node, as given. What is absent has the default of `core/config/defaults.ts`. */
export interface NodeOptions {
  /** Attempts in all, at least 1. */
  readonly attempts?: number;
  readonly backoff?: Backoff;
  /** How long one attempt may take, in ms; without it, as long as the run. */
  readonly timeoutMs?: number;
  /** The pool of workers that runs the node. */
  readonly pool?: string;
  /** Jobs with a smaller number are taken first, 1 to 2097151. */
  readonly priority?: number;
}

/** `options` of a workflow, as given. */
export interface WorkflowOptions {
  /** How long a run may take from its first dispatch in an epoch, in ms; pauses do not count. */
  readonly timeoutMs?: number;
  /** Claims of a run that may be live at a time, over all worker processes. 0 or absent: no limit. */
  readonly maxConcurrency?: number;
  /** One node at a time, in level and node-id order. */
  readonly sequential?: boolean;
}

export interface WorkflowNode {
  readonly id: string;
  /** The type as given or inferred; empty if neither. */
  readonly type: string;
  readonly data: JsonObject;
  readonly options: NodeOptions;
}

export interface WorkflowEdge {
  readonly source: string;
  readonly target: string;
}

/** A workflow that passed every check: the normalised form that is stored, planned and run. */
export interface Workflow {
  readonly workflowId?: string;
  readonly nodes: readonly WorkflowNode[];
  readonly edges: readonly WorkflowEdge[];
  readonly options: WorkflowOptions;
}

/** The pool of nodes that name none. */
export const DEFAULT_POOL = "default";
