import { LRUCache } from "lru-cache";
import type { JsonValue } from "../core/json/json-value.ts";
import type { WorkerStore } from "../core/ports/worker-store.ts";
import type { TraceCarrier } from "../core/run/trace-carrier.ts";
import type { Workflow, WorkflowOptions } from "../core/workflow/workflow.ts";
import { planOf, type WorkflowPlan } from "../core/workflow/workflow-plan.ts";

/** What never changes about a run in one epoch. */
export interface RunFacts {
  readonly epoch: number;
  readonly workflowId: string | undefined;
  readonly plan: WorkflowPlan;
  /** Of the workflow. */
  readonly options: WorkflowOptions;
  /** Of the run. Handlers get copies: they may do with them what they like. */
  readonly input: JsonValue | undefined;
  /** The trace that it was enqueued in. */
  readonly trace: TraceCarrier | undefined;
}

interface BeginParams {
  readonly runId: string;
  readonly epoch: number;
  readonly workflow: Workflow;
  readonly trace: TraceCarrier | undefined;
}

/** A bound by size, not by count: for a count the cache would take up its room at once. */
const MAX_RUNS = 1_000;

type Runs = Pick<Map<string, RunFacts>, "get" | "delete"> & { set(runId: string, facts: RunFacts): unknown };

/** What this process knows of the runs that it works on, read once a run. */
export class RunCache {
  readonly #store: Pick<WorkerStore, "loadRun" | "loadWorkflow" | "readInput">;
  readonly #runs: Runs;

  /** What is being read: the strands of a lane ask for their run at the same time. */
  readonly #loading = new Map<string, Promise<RunFacts | undefined>>();

  /** @param runs where to keep them; by default so many, the ones used last. */
  constructor(store: Pick<WorkerStore, "loadRun" | "loadWorkflow" | "readInput">, runs: Runs = createBoundedRuns()) {
    this.#store = store;
    this.#runs = runs;
  }

  /** What has been read of a run already. */
  peek({ runId, epoch }: { readonly runId: string; readonly epoch: number }): RunFacts | undefined {
    const known = this.#runs.get(runId);
    return known?.epoch === epoch ? known : undefined;
  }

  /** `undefined` for a run that was removed, and for an epoch that is over. */
  async get({ runId, epoch }: { readonly runId: string; readonly epoch: number }): Promise<RunFacts | undefined> {
    return (
      this.peek({ runId, epoch }) ?? this.#loading.get(keyOf(runId, epoch)) ?? this.#share(runId, epoch, this.#load(runId, epoch))
    );
  }

  /** Takes up a run whose workflow is known, without a look at its record. Its input is on its way. */
  begin({ runId, epoch, workflow, trace }: BeginParams): void {
    const reading = this.#store.readInput({ runId }).then((input) => this.#keep({ runId, epoch, workflow, trace, input }));
    // Whoever asks for the run hears of a fault, and may ask again.
    this.#share(runId, epoch, reading).catch(() => undefined);
  }

  /** Lets go of a run that is over. */
  forget(runId: string): void {
    this.#runs.delete(runId);
  }

  /** Has all who ask for a run while it is being read wait for the same. */
  #share(runId: string, epoch: number, loading: Promise<RunFacts | undefined>): Promise<RunFacts | undefined> {
    const key = keyOf(runId, epoch);
    const shared = loading.finally(() => this.#loading.delete(key));
    this.#loading.set(key, shared);
    return shared;
  }

  async #load(runId: string, epoch: number): Promise<RunFacts | undefined> {
    const run = await this.#store.loadRun({ runId });
    if (run?.epoch !== epoch) return undefined;
    const { workflowHash, trace } = run;
    const [workflow, input] = await Promise.all([this.#store.loadWorkflow({ workflowHash }), this.#store.readInput({ runId })]);
    return workflow === undefined ? undefined : this.#keep({ runId, epoch, workflow, trace, input });
  }

  #keep({ runId, epoch, workflow, trace, input }: BeginParams & Pick<RunFacts, "input">): RunFacts {
    const { workflowId, options } = workflow;
    const facts: RunFacts = { epoch, workflowId, plan: planOf(workflow), options, input, trace };
    this.#runs.set(runId, facts);
    return facts;
  }
}

function createBoundedRuns(): Runs {
  return new LRUCache({ maxSize: MAX_RUNS, sizeCalculation: () => 1 });
}

function keyOf(runId: string, epoch: number): string {
  return `${runId} ${String(epoch)}`;
}
