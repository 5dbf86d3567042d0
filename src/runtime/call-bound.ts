import { PassingMap } from "../core/memory/passing-map.ts";
import type { RedisLink } from "./redis-link.ts";
import { redisUnavailable } from "./redis-unavailable.ts";

interface PendingCall {
  readonly startedAt: number;
  readonly reject: (error: Error) => void;
}

/** How long a call waits for a Redis that is away, in ms. Time in which Redis is there, and works on it, does not count. */
const AWAY_LIMIT_MS = 3_000;
const TICK_MS = 100;

/** Ends calls that wait for a Redis that is away. One timer serves all of them. */
export class CallBound {
  readonly #link: RedisLink;
  readonly #shown: string;
  readonly #pending = new PassingMap<PendingCall, true>();
  #timer: NodeJS.Timeout | undefined;

  constructor(link: RedisLink, shown: string) {
    this.#link = link;
    this.#shown = shown;
  }

  /** The work's outcome, or `REDIS_UNAVAILABLE` once Redis has been away for too long; what the work answers then is dropped. */
  limit<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const call = { startedAt: performance.now(), reject };
      this.#pending.set(call, true);
      this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
      work.then(resolve, reject).finally(() => this.#remove(call));
    });
  }

  #remove(call: PendingCall): void {
    this.#pending.delete(call);
    if (this.#pending.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const { awaySince, lastFault } = this.#link;
    if (awaySince === undefined) return;
    const overdue = performance.now() - AWAY_LIMIT_MS;
    if (awaySince > overdue) return;
    for (const call of this.#pending.keys()) {
      if (call.startedAt > overdue) continue;
      this.#remove(call);
      call.reject(redisUnavailable(lastFault ?? { kind: "away", reason: "it does not answer" }, this.#shown));
    }
  }
}
