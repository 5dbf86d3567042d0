import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { LevelflowError, type Producer, type RunHandle } from "../../../src/index.ts";
import { layers } from "../../support/payloads.ts";

/** The shape of each run of the load. */
export const SHAPE = { levels: 3, width: 20 } as const;
const NODE_MS = 200;
const RUNS_AT_A_TIME = 4;
const AGAIN_MS = 100;

/** Keeps a few runs going all the time, through whatever happens to Redis and the roles. */
export class Load {
  readonly #producer: Producer;
  readonly #runs: RunHandle[] = [];
  readonly #streams: Promise<void>[];
  #isOver = false;

  constructor(producer: Producer) {
    this.#producer = producer;
    this.#streams = Array.from({ length: RUNS_AT_A_TIME }, () => this.#stream());
    onTestFinished(() => this.#abandon());
  }

  /** Runs that have been enqueued so far. */
  get runCount(): number {
    return this.#runs.length;
  }

  /** Enqueues no more, and answers all runs once the last has ended. */
  async end(): Promise<readonly RunHandle[]> {
    this.#isOver = true;
    await Promise.all(this.#streams);
    return this.#runs;
  }

  /** A test that failed has not ended it. */
  #abandon(): void {
    this.#isOver = true;
    for (const stream of this.#streams) stream.catch(() => undefined);
  }

  async #stream(): Promise<void> {
    while (!this.#isOver) {
      const idempotencyKey = randomUUID();
      const payload = layers({ ...SHAPE, type: "traced", data: { ms: NODE_MS } });
      const run = await patiently(() => this.#producer.enqueue(payload, { idempotencyKey }));
      this.#runs.push(run);
      await patiently(() => run.result());
    }
  }
}

/** Repeats a call for as long as its error says that that may help. */
export async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof LevelflowError && error.retryable)) throw error;
      await sleep(AGAIN_MS);
    }
  }
}
