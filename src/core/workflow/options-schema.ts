import { z } from "zod";
import { DEFAULTS } from "../config/defaults.ts";
import { isJsonObject } from "../json/json-value.ts";
import type { Backoff, NodeOptions, WorkflowOptions } from "./workflow.ts";

/** BullMQ's range of job priorities. */
/** What BullMQ takes. */
export const MAX_PRIORITY = 2_097_151;

const POOL_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const POOL_RULE = "expected 1 to 64 of the characters A-Z a-z 0-9 _ -";

const milliseconds = z.int().min(0);

const backoffShape = {
  /** `fixed` waits the same time again, `exponential` twice as long each time. */
  type: z.enum(["fixed", "exponential"]),
  /** Wait before the second attempt, in ms. @default 1_000 */
  delayMs: milliseconds.exactOptional(),
  /** Longest wait, in ms. @default 300_000, or `delayMs` if that is more */
  maxDelayMs: milliseconds.exactOptional(),
  /** Share of the wait that is drawn at random, 0 to 1. @default 0.2 */
  jitter: z.number().min(0).max(1).exactOptional(),
};

const backoffSchema = z
  .preprocess((given) => (typeof given === "string" ? { type: given } : withoutNulls(given)), z.strictObject(backoffShape))
  .transform(({ type, delayMs = DEFAULTS.backoffDelayMs, maxDelayMs, jitter = DEFAULTS.backoffJitter }): Backoff => ({
    type,
    delayMs,
    maxDelayMs: maxDelayMs ?? Math.max(DEFAULTS.backoffMaxDelayMs, delayMs),
    jitter,
  }));

const nodeOptionsShape = {
  attempts: z.int().min(1).exactOptional(),
  backoff: backoffSchema.exactOptional(),
  timeoutMs: z.int().min(1).exactOptional(),
  pool: z.string().regex(POOL_NAME, POOL_RULE).exactOptional(),
  priority: z.int().min(1).max(MAX_PRIORITY).exactOptional(),
};

const workflowOptionsShape = {
  timeoutMs: z.int().min(1).exactOptional(),
  maxConcurrency: z.int().min(0).exactOptional(),
  sequential: z.boolean().exactOptional(),
};

/** `options` of a node. Unknown keys are refused, `null` is absent, `backoff` may be given by its type alone and is filled up. */
export const nodeOptionsSchema: z.ZodType<NodeOptions> = z.preprocess(withoutNulls, z.strictObject(nodeOptionsShape));

/** `options` of a workflow, by the same rules. */
export const workflowOptionsSchema: z.ZodType<WorkflowOptions> = z.preprocess(withoutNulls, z.strictObject(workflowOptionsShape));

/** The keys that `options` may have, by where they stand. */
export const OPTION_KEYS = {
  node: Object.keys(nodeOptionsShape),
  workflow: Object.keys(workflowOptionsShape),
  backoff: Object.keys(backoffShape),
} as const;

/** Drops what is `null` or `undefined`; other things than objects are left for the schema to refuse. */
function withoutNulls(given: unknown): unknown {
  if (!isJsonObject(given)) return given;
  return Object.fromEntries(
    Object.entries(given as Readonly<Record<string, unknown>>).filter(([, value]) => value !== null && value !== undefined),
  );
}
