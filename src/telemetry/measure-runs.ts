import type { Observer } from "../core/ports/observer.ts";
import type { RunStore } from "../core/ports/run-store.ts";
import type { FinishRunParams } from "../core/ports/worker-store.ts";
import { profileRun } from "../core/run/profile-run.ts";
import { planOf } from "../core/workflow/workflow-plan.ts";
import { Allowance } from "./allowance.ts";
import { readEndedRun, type EndedRecord } from "./read-ended-run.ts";

/** Finished runs whose records are looked at, a second; when more end, the others are counted and not measured. */
const MEASURED_A_SECOND = 20;

/** Those of them that are profiled, and the nodes that one may have: all nodes are read for it, and a ms is computed. */
const PROFILED_A_SECOND = 2;
const MAX_PROFILED_NODES = 1_000;

/** Tells the observer how long runs took that have just finished, and of some of them where the time went. */
export function createMeasuring(store: RunStore, observer: Observer): (params: FinishRunParams) => void {
  const measured = new Allowance(MEASURED_A_SECOND);
  const profiled = new Allowance(PROFILED_A_SECOND);
  const measure = async (params: FinishRunParams): Promise<void> => {
    const ended = await readEndedRun(store, params);
    if (ended === undefined) return;
    const { run, timings } = ended;
    const { epoch, createdAt, startedAt, finishedAt } = run;
    observer.runMeasured({
      status: params.outcome,
      // A later epoch began long after the run was created.
      ...(startedAt === undefined || epoch > 1 ? {} : { queuedMs: startedAt - createdAt }),
      ...(startedAt === undefined ? {} : { durationMs: finishedAt - startedAt }),
      levelMs: timings.flatMap((level) => (level.finishedAt === undefined ? [] : [level.finishedAt - level.startedAt])),
    });
    if (run.nodeCount <= MAX_PROFILED_NODES && profiled.take()) await tellProfile(store, observer, ended);
  };
  return (params) => {
    if (measured.take()) measure(params).catch(() => undefined);
  };
}

async function tellProfile(store: RunStore, observer: Observer, { run, timings }: EndedRecord): Promise<void> {
  const { runId, workflowHash, status } = run;
  const [workflow, nodes] = await Promise.all([store.loadWorkflow({ workflowHash }), store.readNodes({ runId })]);
  if (workflow === undefined) return;
  observer.runProfiled(profileRun({ plan: planOf(workflow), nodes, timings, isCompleted: status === "completed" }));
}
