import type { BatchedName } from "./scripts.ts";

type Args = readonly (string | number)[];

/** One transition that is asked for. */
export interface BatchedCall {
  readonly name: BatchedName;
  /** Arguments that it has in common with most others of its name: they travel once. */
  readonly shared: Args;
  /** Those that come behind them. */
  readonly own: Args;
  /** Nodes that it is about. @default 1 */
  readonly count?: number;
}

interface Waiting extends BatchedCall {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Nodes that one call is about at the most: Redis does nothing else meanwhile. */
const MAX_BATCH_COUNT = 96;
/** Claims among them: few enough for a lane of many strands to be at work on some while Redis is at the others. */
const MAX_CLAIM_COUNT = 32;
/** Characters of arguments, results above all, that one call takes; a larger one goes alone. */
const MAX_BATCH_CHARS = 1024 * 1024;

/** Gathers what the lanes of a process ask of one run within a turn of the event loop, and asks it in one call, in the same order. */
export class RunBatches {
  readonly #call: (runId: string, args: Args) => Promise<unknown>;
  readonly #waiting = new Map<string, Waiting[]>();
  /** Runs of which a batch was handed out in this turn. */
  readonly #answered = new Set<string>();

  constructor(call: (runId: string, args: Args) => Promise<unknown>) {
    this.#call = call;
  }

  add(runId: string, asked: BatchedCall): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(runId);
      const call = { ...asked, resolve, reject };
      if (waiting !== undefined) {
        waiting.push(call);
        return;
      }
      this.#waiting.set(runId, [call]);
      // At the end of the turn: lanes that were answered together ask together, and so do those whose timers were due together.
      setImmediate(() => this.#send(runId));
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
      // Batches of a run are often answered together. They are handed out in one turn of the event loop each: what follows from the first is
      // with Redis by the time that the process works on the second.
      while (this.#answered.has(runId)) await nextTurn();
      this.#noteAnswered(runId);
      for (const [i, { resolve }] of batch.entries()) resolve(answers[i]);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  #noteAnswered(runId: string): void {
    // What follows from the batch leaves at the end of this turn; the next one has another.
    if (this.#answered.size === 0) setImmediate(() => void setImmediate(() => this.#answered.clear()));
    this.#answered.add(runId);
  }
}

/**
 * How many kinds of transitions there are, then for each the name, the count of the arguments that they share and those, the count of those
 * that each has for itself; then for each transition: which kind it is, from 1, and its own arguments.
 */
function toArgs(batch: readonly BatchedCall[]): Args {
  const kinds: Pick<BatchedCall, "name" | "shared" | "own">[] = [];
  const args: (string | number)[] = [];
  for (const { name, shared, own } of batch) {
    let kind = kinds.findIndex((known) => known.name === name && known.own.length === own.length && isSame(known.shared, shared));
    if (kind === -1) kind = kinds.push({ name, shared, own }) - 1;
    args.push(kind + 1);
    for (const arg of own) args.push(arg);
  }
  return [kinds.length, ...kinds.flatMap(({ name, shared, own }) => [name, shared.length, ...shared, own.length]), ...args];
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

function isSame(args: Args, others: Args): boolean {
  return others.length === args.length && args.every((arg, i) => arg === others[i]);
}

/**
 * Batches with about as many claims each: what is claimed by the first is worked on, and on its way back, while the process works on what the
 * second has claimed.
 */
function split(waiting: readonly Waiting[]): Waiting[][] {
  const claimCount = waiting.filter(isClaim).length;
  const maxClaimCount = Math.ceil(claimCount / Math.ceil(claimCount / MAX_CLAIM_COUNT));
  const batches: Waiting[][] = [];
  let [count, chars, claims] = [Infinity, Infinity, 0];
  for (const one of waiting) {
    const [ownCount, ownChars] = [one.count ?? 1, charsOf(one.own)];
    const last = batches.at(-1);
    const isFull = count + ownCount > MAX_BATCH_COUNT || chars + ownChars > MAX_BATCH_CHARS;
    if (last === undefined || isFull || (isClaim(one) && claims >= maxClaimCount)) {
      batches.push([one]);
      [count, chars, claims] = [ownCount, ownChars, 0];
    } else {
      last.push(one);
      count += ownCount;
      chars += ownChars;
    }
    if (isClaim(one)) claims += 1;
  }
  return batches;
}

function isClaim({ name }: BatchedCall): boolean {
  return name === "claim-node";
}

function charsOf(args: Args): number {
  let chars = 0;
  for (const arg of args) chars += typeof arg === "string" ? arg.length : 0;
  return chars;
}
