import { JsonTooLargeError, NotJsonError, toJsonText } from "../core/json/to-json-text.ts";
import { AttemptFailure } from "./attempt-end.ts";
import type { Task } from "./prepare-task.ts";
import { check } from "./run-handler.ts";
import type { WorkerContext } from "./worker-context.ts";

/** The handler's result as JSON text: checked by the type's schema, nothing but JSON, and within the size limit. */
export function normaliseOutput({ settings }: WorkerContext, { definition }: Task, output: unknown): string {
  const checked =
    definition.output === undefined ? output : check(definition.output, output, { code: "INVALID_NODE_OUTPUT", root: "output" });
  try {
    return toJsonText(checked, settings.maxResultBytes);
  } catch (error) {
    throw refusalOf(error) ?? error;
  }
}

function refusalOf(error: unknown): AttemptFailure | undefined {
  const how = { retryable: false, cause: error };
  if (error instanceof NotJsonError) return new AttemptFailure("INVALID_NODE_OUTPUT", `the result ${error.message}`, how);
  if (!(error instanceof JsonTooLargeError)) return undefined;
  return new AttemptFailure("RESULT_TOO_LARGE", `the result ${error.message} (maxResultBytes)`, how);
}
