import { LevelflowError } from "../core/errors/levelflow-error.ts";
import type { RunHandle } from "../producer/run-handle.ts";
import { followRun } from "./follow-run.ts";
import type { Output } from "./output.ts";
import { createProgressDisplay } from "./progress-display.ts";
import { reportResult } from "./report-result.ts";

export interface WaitForRunParams {
  readonly run: RunHandle;
  readonly levels: readonly (readonly string[])[];
  readonly title: string;
  readonly output: Output;
  readonly asJson: boolean;
  readonly stop: AbortSignal;
}

/** Shows a run that others carry out until it ends, and prints its result. A stop signal ends the waiting, not the run. */
export async function waitForRun({ run, levels, title, output, asJson, stop }: WaitForRunParams): Promise<number> {
  const display = createProgressDisplay({ output, levels, title });
  const gaveUp = new AbortController();
  stop.addEventListener("abort", () => gaveUp.abort(stoppedWaiting(run.id)), { once: true });
  if (stop.aborted) throw stoppedWaiting(run.id);
  return reportResult(await followRun(run, display, gaveUp.signal), output, asJson);
}

function stoppedWaiting(runId: string): LevelflowError {
  const message = `no longer waiting for run ${runId}, which goes on: see levelflow show ${runId}, or end it with levelflow cancel ${runId}`;
  return new LevelflowError("RESULT_TIMEOUT", message, { runId });
}
