/** One kind of error: what it means to a script, to an HTTP client, and to whoever may try again. */
export interface ErrorEntry {
  readonly httpStatus: number;
  readonly exitCode: 1 | 2 | 3;
  /** Whether the same call may succeed later without a change. */
  readonly retryable: boolean;
  readonly meaning: string;
}

function entry(exitCode: 1 | 2 | 3, httpStatus: number, retryable: boolean, meaning: string): ErrorEntry {
  return { exitCode, httpStatus, retryable, meaning };
}

/** Every error code there is. `docs/errors.md` lists the same ones; a test compares the two. */
export const ERRORS = {
  INVALID_WORKFLOW: entry(2, 400, false, "The payload breaks the format, its structure or a limit."),
  INVALID_SETTING: entry(2, 400, false, "A setting, option or command-line argument is not usable."),
  INVALID_NODES_MODULE: entry(2, 400, false, "A module given with --nodes cannot be loaded or defines no usable node type."),
  IDEMPOTENCY_CONFLICT: entry(2, 409, false, "The idempotency key was used before, with another payload."),
  RUN_NOT_FOUND: entry(2, 404, false, "No run has this id, or it was removed after its retention."),
  RUN_STATE_CONFLICT: entry(2, 409, false, "The run's status does not allow what was asked."),
  RECORD_TOO_NEW: entry(2, 409, false, "The run was written by a newer version of levelflow."),
  RESULT_TIMEOUT: entry(3, 504, true, "The run had not finished when the caller stopped waiting."),
  ENQUEUE_UNCERTAIN: entry(3, 503, true, "Redis went away while a run was being enqueued; repeat with the run id it carries."),
  REDIS_UNAVAILABLE: entry(3, 503, true, "Redis cannot be reached, does not answer, or refuses the call."),
  REDIS_NOT_INSTALLED: entry(3, 503, false, "An embedded Redis was asked for and no redis-server is on the PATH."),
  DATA_FOLDER_LOCKED: entry(3, 409, true, "Another process uses this data folder for its embedded Redis."),
  CLOSED: entry(3, 503, false, "The producer was closed before the call ended."),
  NODE_FAILED: entry(1, 500, false, "A handler threw an error and no attempt was left."),
  NODE_TIMEOUT: entry(1, 504, false, "An attempt took longer than the node's timeoutMs."),
  NODE_CRASHED: entry(1, 500, false, "The node's claim ended in a dead worker process too often."),
  UNKNOWN_NODE_TYPE: entry(1, 400, false, "No live worker of the pool has the node's type."),
  INVALID_NODE_DATA: entry(1, 400, false, "The node's data is refused by its type's schema."),
  INVALID_NODE_INPUT: entry(1, 400, false, "The node's inputs are refused by its type's schema."),
  INVALID_NODE_OUTPUT: entry(1, 500, false, "The handler returned what is not JSON, or what its type's schema refuses."),
  RESULT_TOO_LARGE: entry(1, 500, false, "The node's result is larger than maxResultBytes."),
  RUN_TIMEOUT: entry(1, 504, false, "The run took longer than its timeoutMs."),
  RUN_CANCELLED: entry(1, 409, false, "A caller cancelled the run."),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** The codes under which a run's result lists what went wrong. */
export type RunErrorCode = Extract<
  ErrorCode,
  | "NODE_FAILED"
  | "NODE_TIMEOUT"
  | "NODE_CRASHED"
  | "UNKNOWN_NODE_TYPE"
  | "INVALID_NODE_DATA"
  | "INVALID_NODE_INPUT"
  | "INVALID_NODE_OUTPUT"
  | "RESULT_TOO_LARGE"
  | "RUN_TIMEOUT"
  | "RUN_CANCELLED"
>;
