import { LRUCache } from "lru-cache";
import type { JsonValue } from "../core/json/json-value.ts";
import type { WorkerStore } from "../core/ports/worker-store.ts";
import { planOf, type WorkflowPlan } from "../core/workflow/workflow-plan.ts";

/** What never changes about a run. */
export interface RunFacts {
  readonly workflowId: string | undefined;
  readonly plan: WorkflowPlan;
  /** Reads the run's input; each caller gets a copy of its own. */
  readonly readInput: () => Promise<JsonValue | undefined>;
}

/** A bound by size, not by count: for a count the cache would take up its room at once. */
const MAX_RUNS = 1_000;

/** What this process knows of the runs that it works on, read once a run. */
export class RunCache {
  readonly #store: Pick<WorkerStore, "loadRun" | "loadWorkflow" | "readInput">;
  readonly #runs = new LRUCache<string, RunFacts>({ maxSize: MAX_RUNS, sizeCalculation: () => 1 });

  constructor(store: Pick<WorkerStore, "loadRun" | "loadWorkflow" | "readInput">) {
    this.#store = store;
  }

  /** `undefined` for a run that was removed. */
  async get(runId: string): Promise<RunFacts | undefined> {
    const known = this.#runs.get(runId);
    if (known !== undefined) return known;
    const run = await this.#store.loadRun({ runId });
    const workflow = run && (await this.#store.loadWorkflow({ workflowHash: run.workflowHash }));
    if (run === undefined || workflow === undefined) return undefined;
    const facts: RunFacts = { workflowId: run.workflowId, plan: planOf(workflow), readInput: this.#inputReader(runId) };
    this.#runs.set(runId, facts);
    return facts;
  }

  /** Reads the input once; each caller may do with its copy what it likes. */
  #inputReader(runId: string): () => Promise<JsonValue | undefined> {
    let reading: Promise<JsonValue | undefined> | undefined;
    return async () => {
      reading ??= this.#store.readInput({ runId });
      try {
        return structuredClone(await reading);
      } catch (error) {
        reading = undefined;
        throw error;
      }
    };
  }
}
