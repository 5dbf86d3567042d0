import { ERRORS, type ErrorCode } from "../../core/errors/catalogue.ts";

/** What the parent tells a worker process: give back what runs, and end. */
export interface StopMessage {
  readonly kind: "stop";
}

/** What a worker process tells its parent: that it takes nodes from now on, or why it never will. */
export type WorkerMessage =
  { readonly kind: "ready" } | { readonly kind: "failed"; readonly code: ErrorCode; readonly message: string };

/** Handlers may send messages of their own over the same channel. */
export function isStopMessage(value: unknown): value is StopMessage {
  return kindOf(value) === "stop";
}

export function isWorkerMessage(value: unknown): value is WorkerMessage {
  const kind = kindOf(value);
  if (kind !== "failed") return kind === "ready";
  const { code, message } = value as Record<string, unknown>;
  return typeof code === "string" && Object.hasOwn(ERRORS, code) && typeof message === "string";
}

function kindOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
}
