import type { RunResult } from "../core/run/run-result.ts";
import type { Output } from "./output.ts";
import { renderSummary } from "./render/run-summary.ts";

/** Prints how a run ended and answers the exit code for it. */
export function reportResult(result: RunResult, output: Output, asJson: boolean): number {
  if (asJson) output.printJson(result);
  else output.print(renderSummary(result, output.answerView).join("\n"));
  return result.status === "completed" ? 0 : 1;
}
