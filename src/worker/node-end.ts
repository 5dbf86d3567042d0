import type { RunFacts } from "./run-cache.ts";

/**
 * How an execution ends for its lane. `settled`: the lane goes on, whether the node was committed, is to be retried, or was lost;
 * `completed-level`: it was committed, and with it the whole level;
 * `failed-run`: this failure stops the run; `hand-back`: the lane comes back later, best to another worker.
 */
export type NodeEnd =
  | { readonly kind: "settled" }
  | { readonly kind: "completed-level"; readonly facts: RunFacts }
  | { readonly kind: "failed-run"; readonly message: string }
  | { readonly kind: "hand-back"; readonly delayMs: number };
