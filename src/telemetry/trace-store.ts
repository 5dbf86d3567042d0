import type { RunStore } from "../core/ports/run-store.ts";
import type { Tracing } from "../core/ports/tracing.ts";
import type { FinishRunParams } from "../core/ports/worker-store.ts";
import { Gate } from "../core/time/gate.ts";
import { readEndedRun } from "./read-ended-run.ts";

/** Finished runs whose records are read for their traces at a time. */
const MAX_READ_AT_ONCE = 8;

/** Has a store tell of runs that this process ends in traces. Calls and answers go through as they are. */
export function traceStore(store: RunStore, tracing: Tracing): void {
  const gate = new Gate(MAX_READ_AT_ONCE);
  const finishRun = store.finishRun.bind(store);
  const traced: Pick<RunStore, "finishRun"> = {
    finishRun: (params) => {
      const answer = finishRun(params);
      answer.then(
        ({ kind }) => {
          // A run that cannot be read any more is missing in its trace, and nothing else.
          if (kind === "finished") gate.pass(() => traceFinished(store, tracing, params)).catch(() => undefined);
        },
        () => undefined,
      );
      return answer;
    },
  };
  Object.assign(store, traced);
}

async function traceFinished(store: RunStore, tracing: Tracing, params: FinishRunParams): Promise<void> {
  const ended = await readEndedRun(store, params);
  if (ended === undefined) return;
  const { run, timings: levels } = ended;
  const { runId, epoch, workflowId, trace, status, cause, createdAt, startedAt = createdAt, finishedAt } = run;
  const outcome = { status, ...(cause === undefined ? {} : { message: cause.message }) };
  tracing.runFinished({ runId, epoch, workflowId, trace, ...outcome, startedAt, finishedAt, levels });
}
