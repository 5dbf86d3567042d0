import { HandlerAbortedError, type AbortKind } from "../core/node/abort-reason.ts";
import { PassingMap } from "../core/memory/passing-map.ts";
import type { AbortNotice, ClaimRef } from "../core/ports/worker-store.ts";
import type { JobHold } from "../core/run/job-hold.ts";

/** A claim that this process works on, or what is run ahead of one. It may be told to stop, once. */
export class ActiveClaim {
  readonly claim: ClaimRef;
  readonly lane: JobHold;
  /** Whether the store knows nothing of it: it cannot be lost. */
  readonly isAhead: boolean;
  #reason: HandlerAbortedError | undefined;
  #controller: AbortController | undefined;
  #listener: (() => void) | undefined;

  constructor(claim: ClaimRef, lane: JobHold, isAhead: boolean) {
    this.claim = claim;
    this.lane = lane;
    this.isAhead = isAhead;
  }

  /** Why its handler is to stop, if it is. */
  get reason(): HandlerAbortedError | undefined {
    return this.#reason;
  }

  /** For the handler. Made when it is asked for: most never look at it, and a signal costs more than a quick handler does. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Calls back once it is told to stop, at once if it has been. Whoever asks last is told. */
  whenAborted(listener: () => void): void {
    if (this.#reason === undefined) this.#listener = listener;
    else listener();
  }

  abort(kind: AbortKind): void {
    if (this.#reason !== undefined) return;
    this.#reason = new HandlerAbortedError(kind);
    this.#controller?.abort(this.#reason);
    this.#listener?.();
  }
}

/** The claims that this process works on, so that they can be told to stop. */
export class ActiveClaims {
  readonly #byToken = new PassingMap<string, ActiveClaim>();

  /** Registers a claim of a lane. */
  add(claim: ClaimRef, lane: JobHold, { isAhead = false }: { readonly isAhead?: boolean } = {}): ActiveClaim {
    const active = new ActiveClaim(claim, lane, isAhead);
    this.#byToken.set(claim.token, active);
    if (lane.isLost) active.abort("claim-lost");
    return active;
  }

  remove(claim: ClaimRef): void {
    this.#byToken.delete(claim.token);
  }

  /** Those that the store knows of. */
  list(): readonly ClaimRef[] {
    return this.#listWhere(false);
  }

  /** Those that it will know of once their nodes are committed. */
  listAhead(): readonly ClaimRef[] {
    return this.#listWhere(true);
  }

  #listWhere(isAhead: boolean): readonly ClaimRef[] {
    return [...this.#byToken.values()].filter((active) => active.isAhead === isAhead).map(({ claim }) => claim);
  }

  /** Does what a notice says: one claim that was lost, or all of a run that stops. */
  heed({ runId, token }: AbortNotice): void {
    if (token !== undefined) {
      this.lose(token);
      return;
    }
    for (const active of this.#byToken.values()) {
      if (active.claim.runId === runId) active.abort("run-stopped");
    }
  }

  /** Tells one that the store has no more. What runs ahead has no claim to lose: its run takes no results. */
  lose(token: string): void {
    const active = this.#byToken.get(token);
    active?.abort(active.isAhead ? "run-stopped" : "claim-lost");
  }

  abortAll(kind: AbortKind): void {
    for (const active of this.#byToken.values()) active.abort(kind);
  }

  /** Tells those of a lane that is lost. */
  loseLane(lane: JobHold): void {
    for (const active of this.#byToken.values()) {
      if (active.lane === lane) active.abort("claim-lost");
    }
  }
}
