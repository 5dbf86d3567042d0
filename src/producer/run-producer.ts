import type { ListRunsParams } from "../core/ports/producer-store.ts";
import type { RunRecord } from "../core/run/run-record.ts";
import type { Workflow } from "../core/workflow/workflow.ts";
import { enqueuePayload, enqueueWorkflow } from "./enqueue-run.ts";
import type { EnqueueOptions } from "./enqueue-options.ts";
import { StoreFinishWatch } from "./finish-watch.ts";
import type { ProducerContext } from "./producer-context.ts";
import { RunHandle } from "./run-handle.ts";

/** The producer's role: enqueues runs and hands out handles to them. */
export class RunProducer {
  readonly #context: ProducerContext;
  readonly #watch: StoreFinishWatch;

  constructor(context: ProducerContext) {
    this.#context = context;
    this.#watch = new StoreFinishWatch(context);
  }

  async enqueue(payload: unknown, options: EnqueueOptions = {}): Promise<RunHandle> {
    return this.run(await enqueuePayload(this.#context, payload, options));
  }

  /** Enqueues what `parseWorkflow` made of a payload. */
  async enqueueWorkflow(workflow: Workflow, options: EnqueueOptions = {}): Promise<RunHandle> {
    return this.run(await enqueueWorkflow(this.#context, workflow, options));
  }

  run(id: string): RunHandle {
    return new RunHandle(id, this.#context, this.#watch);
  }

  async list(params: ListRunsParams): Promise<readonly RunRecord[]> {
    await this.#context.ready();
    return this.#context.store.listRuns(params);
  }

  async close(): Promise<void> {
    await this.#watch.close();
  }
}
