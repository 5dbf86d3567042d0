import { z } from "zod";
import type { JsonValue } from "../core/json/json-value.ts";
import type { WorkflowOptions } from "../core/workflow/workflow.ts";
import { parseOptions, RUN_OPTIONS } from "./enqueue-options.ts";

/** What may be different about a run when it is retried. Options of a workflow override those that the run had, or that the payload brings. */
export interface RetryOptions extends WorkflowOptions {
  /**
   * Another version of the workflow. Nodes that have a result must be in it as they were: their type, data and inputs. It comes with its own
   * options: what the run was enqueued with is not added. @default the same
   */
  readonly payload?: unknown;
  /** Another input. Nodes that have a result have seen the old one. @default the same */
  readonly input?: JsonValue;
}

const SCHEMA = z.strictObject({ payload: z.unknown().optional(), input: z.custom<JsonValue>().optional(), ...RUN_OPTIONS });

/** Checks the options of a retry; what does not fit is refused with `INVALID_SETTING`. Absent options are left out. */
export function parseRetryOptions(options: RetryOptions): RetryOptions {
  return parseOptions(SCHEMA, options);
}
