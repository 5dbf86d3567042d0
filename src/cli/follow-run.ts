import type { RunResult } from "../core/run/run-result.ts";
import type { RunHandle } from "../producer/run-handle.ts";
import type { ProgressDisplay } from "./progress-display.ts";

/** Shows a run's progress until it has ended, and answers its result. Gives up with the signal's reason. */
export async function followRun(run: RunHandle, display: ProgressDisplay, signal: AbortSignal): Promise<RunResult> {
  display.start();
  try {
    for await (const event of run.events({ signal })) display.onEvent(event);
    return await run.result({ signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    display.stop();
  }
}
