import { createHash } from "node:crypto";

/**
 * Ids of the spans that no process holds from begin to end, a run's and its levels': made of what they are of, so that every process knows
 * them without asking. In W3C Trace Context's form.
 */

/** The trace of a run that was enqueued outside of one. 32 hex digits. */
export function traceIdOf(runId: string): string {
  return digits(`trace ${runId}`, 32);
}

/** 16 hex digits. */
export function runSpanId({ runId, epoch }: { readonly runId: string; readonly epoch: number }): string {
  return digits(`run ${runId} ${String(epoch)}`, 16);
}

/** 16 hex digits. */
export function levelSpanId(run: { readonly runId: string; readonly epoch: number }, level: number): string {
  return digits(`level ${run.runId} ${String(run.epoch)} ${String(level)}`, 16);
}

function digits(text: string, count: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, count);
}
