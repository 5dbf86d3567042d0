import { z } from "zod";
import { LevelflowError } from "../core/errors/levelflow-error.ts";
import type { JsonValue } from "../core/json/json-value.ts";
import { didYouMean } from "../core/text/suggest.ts";
import type { WorkflowOptions } from "../core/workflow/workflow.ts";

/** How a run is enqueued. The three options of a workflow override those that its payload brings. */
export interface EnqueueOptions extends WorkflowOptions {
  /** A JSON value for handlers (`input`). */
  readonly input?: JsonValue;
  /** The caller's own name for the run, 1 to 512 characters: the same key gives the same run, for as long as the run is kept. */
  readonly idempotencyKey?: string;
  /** The run id that an `ENQUEUE_UNCERTAIN` error carried: repeating with it cannot enqueue twice. */
  readonly runId?: string;
}

/** The options of a workflow that a run may override. */
export const RUN_OPTIONS = {
  timeoutMs: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  maxConcurrency: z.number().int().min(0).optional(),
  sequential: z.boolean().optional(),
};

const SCHEMA = z.strictObject({
  input: z.custom<JsonValue>().optional(),
  idempotencyKey: z.string().min(1).max(512).optional(),
  runId: z.string().optional(),
  ...RUN_OPTIONS,
});

/** Checks the options of an enqueue; what does not fit is refused with `INVALID_SETTING`. Absent options are left out. */
export function parseEnqueueOptions(options: EnqueueOptions): EnqueueOptions {
  if (isInputOnly(options)) {
    const { input } = options;
    return input === undefined ? {} : { input };
  }
  return parseOptions(SCHEMA, options);
}

/** Options that a schema describes: `INVALID_SETTING` for others, with what they may be. Those that are `undefined` are left out. */
export function parseOptions(schema: z.ZodObject, options: unknown): object {
  const parsed = schema.safeParse(options);
  if (!parsed.success) {
    const known = Object.keys(schema.shape);
    throw new LevelflowError("INVALID_SETTING", parsed.error.issues.map((issue) => describeIssue(issue, known)).join("; "));
  }
  const { data } = parsed;
  if (!Object.values(data).includes(undefined)) return data;
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
}

/** Most callers give nothing but an input, thousands of times a second perhaps; what that is made of is looked at elsewhere. */
function isInputOnly(options: unknown): boolean {
  if (typeof options !== "object" || options === null || Object.getPrototypeOf(options) !== Object.prototype) return false;
  for (const key in options) if (key !== "input") return false;
  return true;
}

function describeIssue(issue: z.core.$ZodIssue, known: readonly string[]): string {
  if (issue.path.length === 0 && issue.code === "invalid_type") return "the options are not an object";
  if (issue.code !== "unrecognized_keys") return `option ${issue.path.join(".")}: ${issue.message}`;
  return issue.keys.map((key) => `unknown option ${JSON.stringify(key)}${didYouMean(key, known)}`).join("; ");
}
