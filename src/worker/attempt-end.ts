import type { RunErrorCode } from "../core/errors/catalogue.ts";
import type { ReleaseReason } from "../core/ports/worker-store.ts";

/** Thrown by a step to fail the attempt under a code of its own. */
export class AttemptFailure extends Error {
  override readonly name = "AttemptFailure";
  readonly code: RunErrorCode;
  readonly retryable: boolean;

  constructor(
    code: RunErrorCode,
    message: string,
    { retryable, cause }: { readonly retryable: boolean; readonly cause?: unknown },
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryable = retryable;
  }
}

/** Thrown by a step to give the claim back without an outcome. */
export class ClaimReturned extends Error {
  override readonly name = "ClaimReturned";
  readonly reason: ReleaseReason;
  /** How long the lane stays away before it asks again; absent if it may go on at once. */
  readonly delayMs: number | undefined;

  constructor(reason: ReleaseReason, delayMs?: number) {
    super(`the claim is given back: ${reason}`);
    this.reason = reason;
    this.delayMs = delayMs;
  }
}

/** What the handler itself threw, kept apart from faults of the machinery around it. */
export class HandlerFailure extends Error {
  override readonly name = "HandlerFailure";
  readonly thrown: unknown;

  constructor(thrown: unknown) {
    super("the handler failed", { cause: thrown });
    this.thrown = thrown;
  }
}
