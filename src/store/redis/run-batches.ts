import { ReplyError } from "ioredis";
import { refuseNewerAnswer } from "./record-version.ts";
import type { BatchedName, BatchName } from "./scripts.ts";

type Args = readonly (string | number)[];

/** One transition that is asked for. */
export interface BatchedCall<Batch extends BatchName = BatchName> {
  readonly name: BatchedName<Batch>;
  /** Arguments that it has in common with most others of its name: they travel once. */
  readonly shared: Args;
  /** Those that come behind them. */
  readonly own: Args;
  /** Nodes that it is about, or what it costs Redis in such. @default 1 */
  readonly count?: number;
}

interface Waiting extends BatchedCall {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What is asked of one run together. */
interface Batch {
  readonly runId: string;
  readonly calls: Waiting[];
  /** Nodes that it is about. */
  count: number;
  /** Characters of its arguments. */
  chars: number;
}

/** An error that Redis has answered inside of a script, as the client has it. */
const ReplyFault = ReplyError as new (message: string) => Error;

/** Asks for transitions of runs, of each run once at the most; answers what each run answers. */
export type CallRuns = (runIds: readonly string[], args: Args) => Promise<readonly unknown[]>;

/** Nodes of a run that one call is about at the most: Redis does nothing else meanwhile. */
const MAX_BATCH_COUNT = 96;
/** Claims among them: few enough for a lane of many strands to be at work on some while Redis is at the others. */
const MAX_CLAIM_COUNT = 32;
/** Nodes of several runs that one call is about at the most: few enough for the process to be at work on some while Redis is at the others. */
const MAX_JOINED_COUNT = 64;
/** Characters of arguments, results above all, that one call takes; a larger one goes alone. */
const MAX_CHARS = 1024 * 1024;

/** Gathers what a process asks for within a turn of the event loop, and asks it in a few calls, of each run in the same order. */
export class RunBatches {
  readonly #call: CallRuns;
  #waiting = new Map<string, Waiting[]>();
  /** Runs of which a batch was handed out in this turn. */
  #answered = new Set<string>();

  constructor(call: CallRuns) {
    this.#call = call;
  }

  add(runId: string, asked: BatchedCall): Promise<unknown> {
    return new Promise((resolve, reject) => {
      // At the end of the turn: lanes that were answered together ask together, and so do those whose timers were due together.
      if (this.#waiting.size === 0) setImmediate(() => this.#send());
      const waiting = this.#waiting.get(runId) ?? [];
      waiting.push({ resolve, reject, ...asked });
      this.#waiting.set(runId, waiting);
    });
  }

  #send(): void {
    const batches = [...this.#waiting].flatMap(([runId, waiting]) => split(runId, waiting));
    // Not `clear`, which has the same effect on garbage as what `PassingMap` is there for.
    this.#waiting = new Map();
    for (const joined of join(batches)) void this.#ask(joined);
  }

  async #ask(batches: readonly Batch[]): Promise<void> {
    try {
      const answers = await this.#call(
        batches.map(({ runId }) => runId),
        toArgs(batches),
      );
      for (const [i, batch] of batches.entries()) void this.#handOut(batch, answers[i]);
    } catch (error) {
      for (const { reject } of batches.flatMap(({ calls }) => calls)) reject(error);
    }
  }

  async #handOut({ runId, calls }: Batch, answer: unknown): Promise<void> {
    // Batches of a run are often answered together. They are handed out in one turn of the event loop each: what follows from the first is
    // with Redis by the time that the process works on the second.
    while (this.#answered.has(runId)) await nextTurn();
    this.#noteAnswered(runId);
    try {
      refuseNewerAnswer(runId, answer);
      refuseError(answer);
      for (const [i, { resolve }] of calls.entries()) resolve((answer as readonly unknown[])[i]);
    } catch (error) {
      for (const { reject } of calls) reject(error);
    }
  }

  #noteAnswered(runId: string): void {
    // What follows from the batch leaves at the end of this turn; the next one has another.
    if (this.#answered.size === 0) setImmediate(() => void setImmediate(() => (this.#answered = new Set())));
    this.#answered.add(runId);
  }
}

/**
 * How many kinds of transitions there are, then for each the name, the count of the arguments that they share and those, the count of those
 * that each has for itself; then for each run its id, how many transitions, and for each of those: which kind it is, from 1, and its own
 * arguments.
 */
function toArgs(batches: readonly Batch[]): Args {
  const kinds: Pick<BatchedCall, "name" | "shared" | "own">[] = [];
  const args: (string | number)[] = [];
  for (const { runId, calls } of batches) {
    args.push(runId, calls.length);
    for (const { name, shared, own } of calls) {
      let kind = kinds.findIndex(
        (known) => known.name === name && known.own.length === own.length && isSame(known.shared, shared),
      );
      if (kind === -1) kind = kinds.push({ name, shared, own }) - 1;
      args.push(kind + 1);
      for (const arg of own) args.push(arg);
    }
  }
  return [kinds.length, ...kinds.flatMap(({ name, shared, own }) => [name, shared.length, ...shared, own.length]), ...args];
}

/** Throws what Redis has refused one of the runs. */
function refuseError(answer: unknown): void {
  if (Array.isArray(answer) && answer[0] === "error") throw new ReplyFault(String(answer[1]));
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
function split(runId: string, waiting: readonly Waiting[]): Batch[] {
  const claimCount = waiting.filter(isClaim).length;
  const maxClaimCount = Math.ceil(claimCount / Math.ceil(claimCount / MAX_CLAIM_COUNT));
  const batches: Batch[] = [];
  let claims = 0;
  for (const one of waiting) {
    const [count, chars] = [one.count ?? 1, charsOf(one.shared) + charsOf(one.own)];
    let batch = batches.at(-1);
    if (batch === undefined || !fits(batch, { count, chars }, MAX_BATCH_COUNT) || (isClaim(one) && claims >= maxClaimCount)) {
      batch = { runId, calls: [], count: 0, chars: 0 };
      batches.push(batch);
      claims = 0;
    }
    batch.calls.push(one);
    batch.count += count;
    batch.chars += chars;
    if (isClaim(one)) claims += 1;
  }
  return batches;
}

/** Batches that go in one call: of different runs, and small. */
function join(batches: readonly Batch[]): Batch[][] {
  const calls: Batch[][] = [];
  let sum = { count: Infinity, chars: Infinity };
  for (const batch of batches) {
    const last = calls.at(-1);
    if (last?.at(-1)?.runId !== batch.runId && fits(sum, batch, MAX_JOINED_COUNT)) last?.push(batch);
    else {
      calls.push([batch]);
      sum = { count: 0, chars: 0 };
    }
    sum.count += batch.count;
    sum.chars += batch.chars;
  }
  return calls;
}

interface Size {
  readonly count: number;
  readonly chars: number;
}

function fits(sum: Size, more: Size, maxCount: number): boolean {
  return sum.count + more.count <= maxCount && sum.chars + more.chars <= MAX_CHARS;
}

function isClaim({ name }: BatchedCall): boolean {
  return name === "claim-node";
}

function charsOf(args: Args): number {
  let chars = 0;
  for (const arg of args) chars += typeof arg === "string" ? arg.length : 0;
  return chars;
}
