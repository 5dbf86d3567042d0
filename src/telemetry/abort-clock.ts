import { LRUCache } from "lru-cache";
import type { Observer } from "../core/ports/observer.ts";
import type { AbortNotice, ClaimRef } from "../core/ports/worker-store.ts";

/** Runs and claims that are remembered as told to stop. */
const MAX_NOTED = 2_000;

/** Measures how long handlers take to end once this process has heard that they are to stop. */
export class AbortClock {
  readonly #observer: Pick<Observer, "abortHeeded">;
  /** By the token of one claim, or by the id of a run. */
  readonly #heardAt = new LRUCache<string, number>({ max: MAX_NOTED });

  constructor(observer: Pick<Observer, "abortHeeded">) {
    this.#observer = observer;
  }

  note({ runId, token }: AbortNotice): void {
    this.#hear(token ?? runId);
  }

  /** The heartbeat has found out that these tokens are lost. */
  lose(claims: readonly ClaimRef[], lost: readonly string[]): void {
    for (const token of lost) if (claims.some((claim) => claim.token === token)) this.#hear(token);
  }

  /** A claim has ended. If it was to be aborted, its handler has heeded that. */
  heed({ runId, token }: Pick<ClaimRef, "runId" | "token">): void {
    const heardAt = this.#heardAt.get(token) ?? this.#heardAt.get(runId);
    if (heardAt !== undefined) this.#observer.abortHeeded(performance.now() - heardAt);
  }

  /** The first word counts: a lost message is followed by the heartbeat's. */
  #hear(name: string): void {
    if (!this.#heardAt.has(name)) this.#heardAt.set(name, performance.now());
  }
}
