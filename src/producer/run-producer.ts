import type { ListRunsParams } from "../core/ports/producer-store.ts";
import type { RunRecord } from "../core/run/run-record.ts";
import { enqueueRun } from "./enqueue-run.ts";
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
    return this.run(await enqueueRun(this.#context, payload, options));
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
