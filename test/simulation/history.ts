import { createHash } from "node:crypto";
import type { RunStore } from "../../src/core/ports/run-store.ts";

type Method = {
  [Name in keyof RunStore]: RunStore[Name] extends (params: never) => Promise<unknown> ? Name : never;
}[keyof RunStore];

/** A call that has taken effect. */
export interface HistoryEntry<Name extends Method = Method> {
  readonly number: number;
  /** The process that called. */
  readonly by: string;
  readonly call: Name;
  readonly params: Parameters<RunStore[Name]>[0];
  readonly outcome: Awaited<ReturnType<RunStore[Name]>>;
}

/** An entry whose parameters and outcome its `call` tells apart. */
export type AnyEntry = { [Name in Method]: HistoryEntry<Name> }[Method];

/** What changes a run. Reads are not recorded. */
const RECORDED = new Set<PropertyKey>([
  "createRun",
  "dispatchLevel",
  "enterLevel",
  "claimNode",
  "commitNode",
  "commitAhead",
  "failAttempt",
  "releaseClaim",
  "finishRun",
  "failRun",
  "cancelRun",
  "pauseRun",
  "resumeRun",
  "retryRun",
]);

/** Every change that was asked for, in the order in which the store took them. */
export class History {
  readonly entries: AnyEntry[] = [];
  readonly #observe: (entry: AnyEntry) => void;

  constructor(observe: (entry: AnyEntry) => void) {
    this.#observe = observe;
  }

  /** The store, with the calls of one process noted down. */
  record(store: RunStore, by: string): RunStore {
    return new Proxy(store, {
      get: (target, property) => {
        const member: unknown = Reflect.get(target, property, target);
        if (typeof member !== "function") return member;
        const call = (...args: unknown[]): unknown => Reflect.apply(member, target, args);
        if (!RECORDED.has(property)) return call;
        return async (params: unknown) => {
          const outcome = await call(params);
          const entry = { number: this.entries.length, by, call: property, params, outcome } as unknown as AnyEntry;
          this.entries.push(entry);
          this.#observe(entry);
          return outcome;
        };
      },
    });
  }

  /** Tells two histories apart. */
  fingerprint(): string {
    const hash = createHash("sha256");
    for (const entry of this.entries) hash.update(JSON.stringify(entry));
    return hash.digest("hex").slice(0, 16);
  }

  /** The last entries about a run, one a line. */
  tail(runId: string, count: number): string {
    const lines = this.entries.filter((entry) => JSON.stringify(entry.params).includes(runId)).map(describeEntry);
    return lines.slice(-count).join("\n");
  }
}

export function describeEntry({ number, by, call, params, outcome }: AnyEntry): string {
  return `${String(number).padStart(5)} ${by.padEnd(12)} ${call} ${shorten(params)} -> ${shorten(outcome)}`;
}

function mapsAsLists(_key: string, value: unknown): unknown {
  return value instanceof Map ? [...(value as Map<unknown, unknown>)] : value;
}

function shorten(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value, mapsAsLists);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
