import type { ListRunsParams } from "../core/ports/producer-store.ts";
import { HANDLER_TIMES_MAX_AGE_MS } from "../core/run/handler-times.ts";
import { Gate } from "../core/time/gate.ts";
import { Remembered } from "../core/time/remembered.ts";
import type { RunRecord } from "../core/run/run-record.ts";
import type { Workflow } from "../core/workflow/workflow.ts";
import { enqueuePayload, enqueueWorkflow } from "./enqueue-run.ts";
import type { EnqueueOptions } from "./enqueue-options.ts";
import { StoreFinishWatch } from "./finish-watch.ts";
import { KnownPayloads } from "./known-payloads.ts";
import type { ProducerContext } from "./producer-context.ts";
import { RunHandle } from "./run-handle.ts";

/** Calls of one producer that are under way at a time. More would not be done sooner: Redis works on one. */
const MAX_CALLS_AT_ONCE = 32;

/** What a producer makes for itself. */
type OwnPart = "gate" | "payloads" | "watch" | "handlerTimes";

/** The producer's role: enqueues runs and hands out handles to them. */
export class RunProducer {
  readonly #context: ProducerContext;
  readonly #watch: StoreFinishWatch;

  constructor(given: Omit<ProducerContext, OwnPart> & Partial<Pick<ProducerContext, "gate">>) {
    this.#watch = new StoreFinishWatch(given);
    this.#context = {
      gate: new Gate(MAX_CALLS_AT_ONCE),
      payloads: new KnownPayloads(given.settings.limits),
      watch: this.#watch,
      handlerTimes: new Remembered(() => given.store.readHandlerTimes(), { maxAgeMs: HANDLER_TIMES_MAX_AGE_MS }),
      ...given,
    };
  }

  enqueue(payload: unknown, options: EnqueueOptions = {}): Promise<RunHandle> {
    return enqueuePayload(this.#context, payload, options);
  }

  /** Enqueues what `parseWorkflow` made of a payload. */
  enqueueWorkflow(workflow: Workflow, options: EnqueueOptions = {}): Promise<RunHandle> {
    return enqueueWorkflow(this.#context, workflow, options);
  }

  run(id: string): RunHandle {
    return new RunHandle(id, this.#context);
  }

  async list(params: ListRunsParams): Promise<readonly RunRecord[]> {
    await this.#context.ready();
    return this.#context.store.listRuns(params);
  }

  async close(): Promise<void> {
    await this.#watch.close();
  }
}
