/**
 * How a role stands. `idle`: not started, or not asked for anything yet; `ok`: it can work; `redis-away`: Redis is not reached;
 * `redis-refusing`: Redis is there but refuses commands, for want of memory for one; `stopped`: it was stopped or closed.
 */
export interface Health {
  readonly status: "idle" | "ok" | "redis-away" | "redis-refusing" | "stopped";
  /** What is wrong with Redis, in words. Only with `redis-away` and `redis-refusing`. */
  readonly reason?: string;
  /** For how long it has been so, in ms. Only with `redis-away` and `redis-refusing`. */
  readonly forMs?: number;
}
