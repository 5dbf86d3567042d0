import type { RunFacts } from "./run-cache.ts";

/**
 * How an execution ends for its lane. `committed`: the lane goes on; `completed-level`: it was committed, and with it the whole level;
 * `settled`: the lane goes on, whether the node is to be retried, or was given back, or lost;
 * `failed-run`: this failure stops the run; `hand-back`: the lane comes back later, best to another worker.
 */
export type NodeEnd =
  | { readonly kind: "committed" | "settled" }
  | { readonly kind: "completed-level"; readonly facts: RunFacts }
  | { readonly kind: "failed-run"; readonly message: string }
  | { readonly kind: "hand-back"; readonly delayMs: number };
