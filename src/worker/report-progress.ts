import type { Task } from "./prepare-task.ts";
import type { WorkerContext } from "./worker-context.ts";

/** Least time between two reports of one handler, in ms: what it says in between is dropped, but not its first word of 1. */
const MIN_INTERVAL_MS = 250;
/** Longest note that is kept, in characters. */
const MAX_NOTE_LENGTH = 500;

/** The `progress` function of one attempt. A hint for whoever watches: it never fails the node and never waits. */
export function createProgressReporter(
  { store, queue, log }: WorkerContext,
  { lane, claim, secrets }: Pick<Task, "lane" | "claim" | "secrets">,
): (fraction: number, note?: string) => void {
  let lastAt = -Infinity;
  let isFull = false;
  return (fraction, note) => {
    // Callers need not be TypeScript: what makes no sense is dropped.
    if (!Number.isFinite(fraction)) return;
    const now = performance.now();
    const fills = fraction >= 1 && !isFull;
    if (!fills && now - lastAt < MIN_INTERVAL_MS) return;
    lastAt = now;
    isFull ||= fills;
    const report: Parameters<typeof store.reportProgress>[0] = {
      claim,
      fraction: Math.min(1, Math.max(0, fraction)),
      ...(typeof note === "string" ? { note: secrets.redact(note).slice(0, MAX_NOTE_LENGTH) } : {}),
    };
    queue.showProgress(lane, {
      node: claim.nodeId,
      fraction: report.fraction,
      ...(report.note === undefined ? {} : { note: report.note }),
    });
    store.reportProgress(report).catch((error: unknown) => log.debug({ err: error }, "progress was not reported"));
  };
}
