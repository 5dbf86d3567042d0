import type { Health } from "../runtime/health.ts";

/** What an orchestrator is told of a process. */
export interface Verdict {
  /** Whether the process is to be left alone; if not, only a restart helps. */
  readonly live: boolean;
  /** Whether it can do its work now. */
  readonly ready: boolean;
  readonly status: Health["status"] | "stopping";
  readonly reason?: string;
  readonly forMs?: number;
}

export interface VerdictOptions {
  /** For how long Redis may be away before a new process is worth a try. */
  readonly graceMs: number;
  /** Whether it was told to stop: it takes no more work, and must not be killed for that. */
  readonly isStopping: boolean;
}

/** A process whose Redis is away is alive: it holds results that it will commit. Only if that lasts may a restart be the better way. */
export function judgeHealth(health: Health, { graceMs, isStopping }: VerdictOptions): Verdict {
  const { status, reason, forMs = 0 } = health;
  const isLost = (status === "redis-away" || status === "redis-refusing") && forMs > graceMs;
  if (isStopping) return { live: true, ready: false, status: "stopping" };
  return {
    live: status !== "stuck" && !isLost,
    ready: status === "ok",
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(health.forMs === undefined ? {} : { forMs }),
  };
}

/** From the worst to the best. */
const ORDER: readonly Health["status"][] = ["stuck", "redis-away", "redis-refusing", "stopped", "idle", "ok"];

/** The health of several roles in one process: that of the worst. */
export function worstHealth(all: readonly Health[]): Health {
  return ORDER.flatMap((status) => all.filter((one) => one.status === status)).at(0) ?? { status: "idle" };
}
