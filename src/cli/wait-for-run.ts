import { LevelflowError } from "../core/errors/levelflow-error.ts";
import type { RunHandle } from "../producer/run-handle.ts";
import { followRun } from "./follow-run.ts";
import { whenAborted } from "./listen-for-stop.ts";
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
  whenAborted(stop, () => gaveUp.abort(stoppedWaiting(run.id)));
  const result = await followRun(run, display, gaveUp.signal).catch((error: unknown) => {
    throw isRedisAway(error) ? lostSight(run.id, error) : error;
  });
  return reportResult(result, output, asJson);
}

function isRedisAway(error: unknown): error is LevelflowError {
  return error instanceof LevelflowError && error.code === "REDIS_UNAVAILABLE";
}

/** The id is what the caller needs to find the run again. */
function lostSight(runId: string, cause: LevelflowError): LevelflowError {
  return new LevelflowError(
    "REDIS_UNAVAILABLE",
    `lost sight of run ${runId}, which goes on when Redis is back: ${cause.message}`,
    { cause, runId },
  );
}

function stoppedWaiting(runId: string): LevelflowError {
  const message = `no longer waiting for run ${runId}, which goes on: see levelflow show ${runId}, or end it with levelflow cancel ${runId}`;
  return new LevelflowError("RESULT_TIMEOUT", message, { runId });
}
