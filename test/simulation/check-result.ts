import type { RunResult } from "../../src/core/run/run-result.ts";
import { Violation } from "./run-laws.ts";
import type { PlannedRun } from "./workload.ts";

/** Holds how a run ended against how it may end. */
export function checkResult({ plot, results, workflow }: PlannedRun, result: RunResult, isMended: boolean): void {
  const mayFail = plot === "fail" || plot === "retry";
  const statuses =
    plot === "cancel" ? ["cancelled", "completed"] : mayFail ? ["failed", ...(isMended ? ["completed"] : [])] : ["completed"];
  require(statuses.includes(result.status), `a run (${plot}) ended as ${result.status}: ${JSON.stringify(result.errors)}`);
  for (const [id, value] of Object.entries(result.nodeResults)) {
    require(results.get(id) === value, `node ${id} gave ${JSON.stringify(value)} instead of ${String(results.get(id))}`);
  }
  for (const [id, { status }] of Object.entries(result.nodes)) {
    require(status !== "pending" && status !== "running", `node ${id} is ${status} in a run that has ended`);
    require((status === "completed") === Object.hasOwn(result.nodeResults, id), `node ${id} is ${status}, against its result`);
  }
  if (result.status === "completed") {
    require(result.errors.length === 0, "a completed run has errors");
    require(Object.keys(result.nodeResults).length === results.size, "a completed run lacks results");
  }
  if (result.status === "failed") {
    const types = new Map(workflow.nodes.map(({ id, type }) => [id, type]));
    require(result.errors.some(
      ({ nodeId }) => types.get(nodeId ?? "") === "broken",
    ), `a run failed for ${JSON.stringify(result.errors)}`);
  }
}

function require(holds: boolean, broken: string): void {
  if (!holds) throw new Violation(broken);
}
