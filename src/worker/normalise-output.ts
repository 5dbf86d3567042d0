import { NotJsonError, toJsonText } from "../core/json/to-json-text.ts";
import { AttemptFailure } from "./attempt-end.ts";
import type { Task } from "./prepare-task.ts";
import { check } from "./run-handler.ts";
import type { WorkerContext } from "./worker-context.ts";

/** The handler's result as JSON text: checked by the type's schema, nothing but JSON, and within the size limit. */
export function normaliseOutput({ settings }: WorkerContext, { definition }: Task, output: unknown): string {
  const checked =
    definition.output === undefined ? output : check(definition.output, output, { code: "INVALID_NODE_OUTPUT", root: "output" });
  const text = toText(checked);
  const size = Buffer.byteLength(text);
  if (size > settings.maxResultBytes) {
    const message = `the result of ${String(size)} bytes exceeds the limit of ${String(settings.maxResultBytes)} bytes (maxResultBytes)`;
    throw new AttemptFailure("RESULT_TOO_LARGE", message, { retryable: false });
  }
  return text;
}

function toText(output: unknown): string {
  try {
    return toJsonText(output);
  } catch (error) {
    if (!(error instanceof NotJsonError)) throw error;
    throw new AttemptFailure("INVALID_NODE_OUTPUT", `the result ${error.message}`, { retryable: false, cause: error });
  }
}
