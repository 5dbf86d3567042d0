import { LRUCache } from "lru-cache";
import type { JsonValue } from "../core/json/json-value.ts";
import type { WorkerStore } from "../core/ports/worker-store.ts";
import type { Workflow, WorkflowOptions } from "../core/workflow/workflow.ts";
import { planOf, type WorkflowPlan } from "../core/workflow/workflow-plan.ts";

/** What never changes about a run in one epoch. */
export interface RunFacts {
  readonly epoch: number;
  readonly workflowId: string | undefined;
  readonly plan: WorkflowPlan;
  /** Of the workflow. */
  readonly options: WorkflowOptions;
  /** Reads the run's input; each caller gets a copy of its own. */
  readonly readInput: () => Promise<JsonValue | undefined>;
}

interface BeginParams {
  readonly runId: string;
  readonly epoch: number;
  readonly workflow: Workflow;
}

/** A bound by size, not by count: for a count the cache would take up its room at once. */
const MAX_RUNS = 1_000;

/** What this process knows of the runs that it works on, read once a run. */
export class RunCache {
  readonly #store: Pick<WorkerStore, "loadRun" | "loadWorkflow" | "readInput">;
  readonly #runs = new LRUCache<string, RunFacts>({ maxSize: MAX_RUNS, sizeCalculation: () => 1 });

  /** What is being read: the strands of a lane ask for their run at the same time. */
  readonly #loading = new Map<string, Promise<RunFacts | undefined>>();

  constructor(store: Pick<WorkerStore, "loadRun" | "loadWorkflow" | "readInput">) {
    this.#store = store;
  }

  /** `undefined` for a run that was removed, and for an epoch that is over. */
  async get({ runId, epoch }: { readonly runId: string; readonly epoch: number }): Promise<RunFacts | undefined> {
    const known = this.#runs.get(runId);
    if (known?.epoch === epoch) return known;
    const key = `${runId} ${String(epoch)}`;
    const loading = this.#loading.get(key) ?? this.#load(runId, epoch).finally(() => this.#loading.delete(key));
    this.#loading.set(key, loading);
    return loading;
  }

  async #load(runId: string, epoch: number): Promise<RunFacts | undefined> {
    const run = await this.#store.loadRun({ runId });
    if (run?.epoch !== epoch) return undefined;
    const workflow = await this.#store.loadWorkflow({ workflowHash: run.workflowHash });
    return workflow === undefined ? undefined : this.begin({ runId, epoch, workflow });
  }

  /** Takes up a run whose workflow is known, without a look at its record. */
  begin({ runId, epoch, workflow }: BeginParams): RunFacts {
    const facts: RunFacts = {
      epoch,
      workflowId: workflow.workflowId,
      plan: planOf(workflow),
      options: workflow.options,
      readInput: this.#inputReader(runId),
    };
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
