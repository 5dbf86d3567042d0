import { ERRORS, type ErrorCode } from "./catalogue.ts";

/** An error of levelflow's own, with a stable {@link ErrorCode}. The message says what was attempted, on what, and the remedy. */
export class LevelflowError extends Error {
  override readonly name: string = "LevelflowError";
  readonly code: ErrorCode;
  /** The run it is about, where there is one. */
  readonly runId: string | undefined;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; runId?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.runId = options.runId;
  }

  /** Whether the same call may succeed later without a change. */
  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }

  /** What a command ends with that fails with this error. */
  get exitCode(): 1 | 2 | 3 {
    return ERRORS[this.code].exitCode;
  }
}

/** One fault of a payload: where it is (`nodes[3].data.op`, empty for the payload itself) and what was expected. */
export interface WorkflowIssue {
  readonly path: string;
  readonly message: string;
}

/** Thrown by everything that takes a payload. Code `INVALID_WORKFLOW`; holds every fault, in `docs/payload.md` order. */
export class InvalidWorkflowError extends LevelflowError {
  override readonly name = "InvalidWorkflowError";
  readonly issues: readonly WorkflowIssue[];

  constructor(message: string, issues: readonly WorkflowIssue[]) {
    super("INVALID_WORKFLOW", message);
    this.issues = issues;
  }
}
