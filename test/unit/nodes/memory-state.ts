import type { JsonValue } from "../../../src/core/json/json-value.ts";
import type { NodeState, StateEntry } from "../../../src/core/node/define-node.ts";

interface StoredValue {
  readonly value: JsonValue;
  readonly expiresAtMs: number;
}

/** A run's shared state in memory, with the time that the test gives. */
export class MemoryState {
  readonly #entries = new Map<string, StoredValue>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  read(key: string): StateEntry {
    const stored = this.#entries.get(key);
    if (stored === undefined) return { kind: "absent" };
    return stored.expiresAtMs <= this.#now() ? { kind: "expired" } : { kind: "present", value: stored.value };
  }

  /** What one attempt sees and changes; `commit` makes the changes take effect. */
  open(): { state: NodeState; commit: () => void } {
    const changes = new Map<string, { value: JsonValue; ttlMs: number } | undefined>();
    const entry = (key: string): StateEntry => {
      if (!changes.has(key)) return this.read(key);
      const change = changes.get(key);
      return change === undefined ? { kind: "absent" } : { kind: "present", value: change.value };
    };
    const state: NodeState = {
      get: (key) => Promise.resolve(valueOf(entry(key))),
      entry: (key) => Promise.resolve(entry(key)),
      set: (key, value, options) => void changes.set(key, { value, ttlMs: options?.ttlMs ?? Number.POSITIVE_INFINITY }),
      delete: (key) => void changes.set(key, undefined),
    };
    return { state, commit: () => this.#apply(changes) };
  }

  #apply(changes: ReadonlyMap<string, { value: JsonValue; ttlMs: number } | undefined>): void {
    for (const [key, change] of changes) {
      if (change === undefined) this.#entries.delete(key);
      else this.#entries.set(key, { value: change.value, expiresAtMs: this.#now() + change.ttlMs });
    }
  }
}

function valueOf(entry: StateEntry): JsonValue | undefined {
  return entry.kind === "present" ? entry.value : undefined;
}
