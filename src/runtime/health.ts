import type { Loops } from "../core/time/loops.ts";

/**
 * How a role stands. `idle`: not started, or not asked for anything yet; `ok`: it can work; `redis-away`: Redis is not reached;
 * `redis-refusing`: Redis is there but refuses commands, for want of memory for one; `stuck`: Redis is there, and yet one of the role's loops has not come round for
 * `livenessGraceMs`, or takes no jobs any more: only a new process helps; `stopped`: it was stopped or closed.
 */
export interface Health {
  readonly status: "idle" | "ok" | "redis-away" | "redis-refusing" | "stuck" | "stopped";
  /** What is wrong, in words. Only with `redis-away`, `redis-refusing` and `stuck`. */
  readonly reason?: string;
  /** For how long it has been so, in ms. Where there is a reason, unless that is not known. */
  readonly forMs?: number;
}

export interface LoopJudgement {
  /** What is known of the role's Redis. */
  readonly redis: Health;
  /** When Redis was last seen to be back, on the clock of `performance.now()`: what was under way before that had to wait for it. */
  readonly redisBackAt: number;
  readonly graceMs: number;
  readonly now: number;
}

/** The health of a role, from that of its Redis and from what its loops are doing. */
export function judgeLoops({ isTakingJobs, tasks }: Loops, { redis, redisBackAt, graceMs, now }: LoopJudgement): Health {
  if (redis.status !== "ok") return redis;
  if (!isTakingJobs) return { status: "stuck", reason: "its loop that takes jobs has ended" };
  const stuck = tasks.find(({ since }) => now - Math.max(since, redisBackAt) > graceMs);
  if (stuck === undefined) return redis;
  return { status: "stuck", reason: `${stuck.name} does not end`, forMs: Math.round(now - stuck.since) };
}
