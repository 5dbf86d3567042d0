import type { BatchedName } from "./scripts.ts";

type Args = readonly (string | number)[];

/** One transition that is asked for. */
export interface BatchedCall {
  readonly name: BatchedName;
  /** Arguments that it has in common with most others of its name: they travel once. */
  readonly shared: Args;
  /** Those that come behind them. */
  readonly own: Args;
}

interface Waiting extends BatchedCall {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Transitions that one call makes at the most: Redis does nothing else meanwhile. */
const MAX_BATCH_COUNT = 64;
/** Characters of arguments, results above all, that one call takes; a larger one goes alone. */
const MAX_BATCH_CHARS = 1024 * 1024;
/** In place of shared arguments: the same as those of the transition of this name before. */
const SAME = "=";

/** Gathers what the lanes of a process ask of one run within a turn of the event loop, and asks it in one call, in the same order. */
export class RunBatches {
  readonly #call: (runId: string, args: Args) => Promise<unknown>;
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(call: (runId: string, args: Args) => Promise<unknown>) {
    this.#call = call;
  }

  add(runId: string, { name, shared, own }: BatchedCall): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(runId);
      const call = { name, shared, own, resolve, reject };
      if (waiting !== undefined) {
        waiting.push(call);
        return;
      }
      this.#waiting.set(runId, [call]);
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
      const answers = (await this.#call(runId, toArgs(batch))) as readonly unknown[];
      for (const [i, { resolve }] of batch.entries()) resolve(answers[i]);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

/** How many, then for each: its name, the count of its shared arguments and those, or `=`; the count of its own and those. */
function toArgs(batch: readonly BatchedCall[]): Args {
  const args: (string | number)[] = [batch.length];
  const last = new Map<BatchedName, Args>();
  for (const { name, shared, own } of batch) {
    args.push(name);
    if (isSame(shared, last.get(name))) args.push(SAME);
    else {
      last.set(name, shared);
      args.push(shared.length);
      for (const arg of shared) args.push(arg);
    }
    args.push(own.length);
    for (const arg of own) args.push(arg);
  }
  return args;
}

function isSame(args: Args, others: Args | undefined): boolean {
  return others?.length === args.length && args.every((arg, i) => arg === others[i]);
}

function split(waiting: readonly Waiting[]): Waiting[][] {
  const batches: Waiting[][] = [];
  let chars = Infinity;
  for (const one of waiting) {
    const own = charsOf(one.own);
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
