/** Why a handler's signal was aborted: the run stops, the claim moved to another process or timed out, or the worker shuts down. */
export type AbortKind = "run-stopped" | "claim-lost" | "worker-stopping";

const TEXTS: Readonly<Record<AbortKind, string>> = {
  "run-stopped": "the run is being stopped",
  "claim-lost": "this attempt has lost its claim to the node",
  "worker-stopping": "the worker is shutting down",
};

/** The reason of a handler's signal. Named `AbortError`, like the platform's own. */
export class HandlerAbortedError extends Error {
  override readonly name = "AbortError";
  readonly kind: AbortKind;

  constructor(kind: AbortKind) {
    super(TEXTS[kind]);
    this.kind = kind;
  }
}
