import { setTimeout as sleep } from "node:timers/promises";
import { LevelflowError, type Producer, type RunEvent, type RunHandle, type RunResult } from "../../src/index.ts";
import { allEvents } from "../support/run-events.ts";
import { drawRun, type PlannedRun, type Plot } from "./draw-run.ts";
import type { Journal } from "./journal.ts";
import type { Effects } from "./traces.ts";

/** How a run looked when it had just ended. */
export interface RunEnd {
  readonly result: RunResult;
  readonly events: readonly RunEvent[];
}

/** A run that Redis has taken. */
export interface StartedRun {
  readonly id: string;
  readonly planned: PlannedRun;
  /** Whether what its plot does to it has been done. */
  isPlayed: boolean;
  isMended: boolean;
  end?: RunEnd;
}

export interface WorkloadOptions {
  /** Runs are spread over them. */
  readonly producers: readonly Producer[];
  readonly effects: Effects;
  readonly journal: Journal;
  readonly random: () => number;
  /** Time between two runs, on average, in ms. */
  readonly meanGapMs: number;
}

/** As often as each comes in the stream. */
const PLOT_DECK: readonly Plot[] = [
  "plain",
  "plain",
  "plain",
  "plain",
  "wide",
  "deep",
  "pause",
  "pause",
  "cancel",
  "fail",
  "retry",
];

/** A stream of runs, and what their callers do with them. */
export class Workload {
  readonly runs: StartedRun[] = [];
  uncertainCount = 0;
  readonly #options: WorkloadOptions;
  readonly #playing = new Set<Promise<void>>();
  #enqueuedCount = 0;

  constructor(options: WorkloadOptions) {
    this.#options = options;
  }

  /** Enqueues runs until it is told to end. */
  async stream(signal: AbortSignal): Promise<void> {
    const { random, meanGapMs } = this.#options;
    while (!signal.aborted) {
      this.add(PLOT_DECK[Math.floor(random() * PLOT_DECK.length)] ?? "plain");
      await sleep(random() * 2 * meanGapMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Enqueues one run, and plays its plot. */
  add(plot: Plot): void {
    const { producers, random } = this.#options;
    const planned = drawRun(plot, random);
    const moments = Array.from({ length: 4 }, () => random() * 2_500);
    const producer = producers[this.#enqueuedCount++ % producers.length]!;
    const playing = this.#play(producer, planned, moments).catch((error: unknown) => {
      this.#options.journal.find({ what: `a caller's call failed (${plot})`, evidence: describe(error) });
    });
    this.#playing.add(playing);
    void playing.finally(() => this.#playing.delete(playing));
  }

  /** Waits until every caller has done what it wanted and has seen the end of its run, but not longer than that. */
  async settle(timeoutMs: number): Promise<void> {
    const timer = new AbortController();
    const timeout = sleep(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([this.#settled(), timeout]);
    timer.abort();
  }

  async #settled(): Promise<void> {
    while (this.#playing.size > 0) await Promise.all(this.#playing);
  }

  async #play(producer: Producer, planned: PlannedRun, moments: readonly number[]): Promise<void> {
    const handle = await this.#enqueueUntilSure(producer, planned);
    const run: StartedRun = { id: handle.id, planned, isPlayed: false, isMended: false };
    this.runs.push(run);
    await this.#playPlot(handle, run, moments);
    run.isPlayed = true;
    run.end = { result: await untilSure(() => handle.result()), events: await untilSure(() => allEvents(handle)) };
  }

  async #enqueueUntilSure(producer: Producer, { payload }: PlannedRun): Promise<RunHandle> {
    let runId: string | undefined;
    for (;;) {
      try {
        return await producer.enqueue(payload, runId === undefined ? {} : { runId });
      } catch (error) {
        if (!(error instanceof LevelflowError && error.retryable)) throw error;
        if (error.code === "ENQUEUE_UNCERTAIN") this.uncertainCount += 1;
        runId = error.runId ?? runId;
        await sleep(RETRY_MS);
      }
    }
  }

  async #playPlot(handle: RunHandle, run: StartedRun, moments: readonly number[]): Promise<void> {
    const [first = 0, second = 0, third = 0, fourth = 0] = moments;
    switch (run.planned.plot) {
      case "pause":
        for (const [before, pause] of [
          [first, second],
          [third, fourth],
        ] as const) {
          await sleep(before);
          await untilSure(() => handle.pause());
          await sleep(pause);
          await untilSure(() => handle.resume());
        }
        return;
      case "cancel":
        await sleep(first);
        await untilSure(() => handle.cancel());
        return;
      case "retry":
        if ((await untilSure(() => handle.result())).status !== "failed") return;
        await this.#options.effects.mend(run.id);
        run.isMended = true;
        await untilSure(() => handle.retry());
        return;
      case "plain":
      case "wide":
      case "deep":
      case "blocking":
      case "fail":
        return;
    }
  }
}

const RETRY_MS = 100;

/** Repeats a call while Redis is away. A conflict is what a repetition meets that was not needed, or that comes too late. */
async function untilSure<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (error instanceof LevelflowError && error.code === "RUN_STATE_CONFLICT") return undefined as T;
      if (!(error instanceof LevelflowError && error.retryable)) throw error;
      await sleep(RETRY_MS);
    }
  }
}

function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return { name: error.name, message: error.message, code: (error as { code?: unknown }).code, stack: error.stack };
}
