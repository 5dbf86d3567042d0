import type { RunStore } from "../core/ports/run-store.ts";
import type { FinishRunParams } from "../core/ports/worker-store.ts";
import type { LevelTiming, RunRecord } from "../core/run/run-record.ts";

/** A run that has ended, and its levels. */
export interface EndedRecord {
  readonly run: RunRecord & { readonly finishedAt: number };
  readonly timings: readonly LevelTiming[];
}

/** Reads the record of a run that was just ended. `undefined` if it is gone, or has been retried since. */
export async function readEndedRun(store: RunStore, { runId, epoch }: FinishRunParams): Promise<EndedRecord | undefined> {
  const [run, timings] = await Promise.all([store.loadRun({ runId }), store.readTimings({ runId })]);
  if (run?.epoch !== epoch || run.finishedAt === undefined) return undefined;
  return { run: { ...run, finishedAt: run.finishedAt }, timings };
}
