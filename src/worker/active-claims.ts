import { HandlerAbortedError, type AbortKind } from "../core/node/abort-reason.ts";
import type { AbortNotice, ClaimRef } from "../core/ports/worker-store.ts";

interface ActiveClaim {
  readonly claim: ClaimRef;
  readonly controller: AbortController;
  readonly unlisten: () => void;
}

/** The claims that this process works on, so that they can be told to stop. */
export class ActiveClaims {
  readonly #byToken = new Map<string, ActiveClaim>();

  /** Registers a claim and answers its signal, which is aborted as well when the lane is lost. */
  add(claim: ClaimRef, laneSignal: AbortSignal): AbortSignal {
    const controller = new AbortController();
    const loseLane = (): void => controller.abort(new HandlerAbortedError("claim-lost"));
    laneSignal.addEventListener("abort", loseLane, { once: true });
    const unlisten = (): void => laneSignal.removeEventListener("abort", loseLane);
    this.#byToken.set(claim.token, { claim, controller, unlisten });
    return controller.signal;
  }

  remove(claim: ClaimRef): void {
    this.#byToken.get(claim.token)?.unlisten();
    this.#byToken.delete(claim.token);
  }

  list(): readonly ClaimRef[] {
    return [...this.#byToken.values()].map(({ claim }) => claim);
  }

  /** Does what a notice says: one claim that was lost, or all of a run that stops. */
  heed({ runId, token }: AbortNotice): void {
    if (token !== undefined) {
      this.abort(token, "claim-lost");
      return;
    }
    for (const { claim, controller } of this.#byToken.values()) {
      if (claim.runId === runId) controller.abort(new HandlerAbortedError("run-stopped"));
    }
  }

  abort(token: string, kind: AbortKind): void {
    this.#byToken.get(token)?.controller.abort(new HandlerAbortedError(kind));
  }

  abortAll(kind: AbortKind): void {
    for (const token of this.#byToken.keys()) this.abort(token, kind);
  }
}
