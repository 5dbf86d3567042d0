import type { BatchedName } from "./scripts.ts";

type Args = readonly (string | number)[];

interface Waiting {
  readonly name: BatchedName;
  readonly args: Args;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Transitions that one call makes at the most: Redis does nothing else meanwhile. */
const MAX_BATCH_COUNT = 64;
/** Characters of arguments, results above all, that one call takes; a larger one goes alone. */
const MAX_BATCH_CHARS = 1024 * 1024;

/** Gathers what the lanes of a process ask of one run within a turn of the event loop, and asks it in one call, in the same order. */
export class RunBatches {
  readonly #call: (runId: string, args: Args) => Promise<unknown>;
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(call: (runId: string, args: Args) => Promise<unknown>) {
    this.#call = call;
  }

  add(name: BatchedName, runId: string, args: Args): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(runId);
      const own = { name, args, resolve, reject };
      if (waiting !== undefined) {
        waiting.push(own);
        return;
      }
      this.#waiting.set(runId, [own]);
      // Runs once every promise of this turn has been followed to its end, so lanes that were answered together ask together.
      process.nextTick(() => this.#send(runId));
    });
  }

  #send(runId: string): void {
    const waiting = this.#waiting.get(runId) ?? [];
    this.#waiting.delete(runId);
    for (const batch of split(waiting)) void this.#sendBatch(runId, batch);
  }

  async #sendBatch(runId: string, batch: readonly Waiting[]): Promise<void> {
    try {
      const args = batch.flatMap(({ name, args: own }) => [name, own.length, ...own]);
      const answers = await this.#call(runId, [batch.length, ...args]);
      batch.forEach(({ resolve }, i) => resolve((answers as readonly unknown[])[i]));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

function split(waiting: readonly Waiting[]): Waiting[][] {
  const batches: Waiting[][] = [];
  let chars = Infinity;
  for (const one of waiting) {
    const own = charsOf(one.args);
    const last = batches.at(-1);
    if (last === undefined || last.length >= MAX_BATCH_COUNT || chars + own > MAX_BATCH_CHARS) {
      batches.push([one]);
      chars = own;
    } else {
      last.push(one);
      chars += own;
    }
  }
  return batches;
}

function charsOf(args: Args): number {
  let chars = 0;
  for (const arg of args) chars += typeof arg === "string" ? arg.length : 0;
  return chars;
}
