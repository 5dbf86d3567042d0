import type { JsonValue } from "../core/json/json-value.ts";
import { JsonTooLargeError, NotJsonError, toJsonText } from "../core/json/to-json-text.ts";
import type { NodeState, StateEntry } from "../core/node/define-node.ts";
import type { StateChange, WorkerStore } from "../core/ports/worker-store.ts";

interface NotedChange {
  readonly change: StateChange;
  /** What its key and its value's JSON text take. */
  readonly bytes: number;
}

const NO_CHANGES: readonly StateChange[] = [];

/**
 * Shared state as one attempt sees it: what is committed, under the attempt's own changes. Outside a level's ordered group the order of
 * nodes would be chance: there it refuses, and notes that the node has to be run again in order.
 */
export class AttemptState implements NodeState {
  readonly #store: Pick<WorkerStore, "readState">;
  readonly #runId: string;
  readonly #ordered: boolean;
  /** Most attempts have none. */
  #changes: Map<string, NotedChange> | undefined;
  #touchedOutOfOrder = false;
  #fault: Error | undefined;

  constructor(store: Pick<WorkerStore, "readState">, runId: string, ordered: boolean) {
    this.#store = store;
    this.#runId = runId;
    this.#ordered = ordered;
  }

  get touchedOutOfOrder(): boolean {
    return this.#touchedOutOfOrder;
  }

  /** Why the store could not be read. Whatever the handler makes of that, the attempt has no outcome. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** In the order in which keys were first changed. */
  get changes(): readonly StateChange[] {
    return this.#changes === undefined ? NO_CHANGES : Array.from(this.#changes.values(), ({ change }) => change);
  }

  /** What the keys and the values' JSON texts of all changes take. */
  get changedBytes(): number {
    let sum = 0;
    for (const { bytes } of this.#changes?.values() ?? []) sum += bytes;
    return sum;
  }

  async get(key: string): Promise<JsonValue | undefined> {
    const entry = await this.entry(key);
    return entry.kind === "present" ? entry.value : undefined;
  }

  async entry(key: string): Promise<StateEntry> {
    this.#requireOrder();
    requireText(key);
    const change = this.#changes?.get(key)?.change;
    if (change?.kind === "delete") return { kind: "absent" };
    if (change?.kind === "set")
      return (change.ttlMs ?? 1) > 0 ? { kind: "present", value: structuredClone(change.value) } : { kind: "expired" };
    return this.#read(key);
  }

  set(key: string, value: JsonValue, { ttlMs }: { readonly ttlMs?: number } = {}): void {
    this.#requireOrder();
    requireText(key);
    if (ttlMs !== undefined && !Number.isFinite(ttlMs)) {
      throw new TypeError(`state.set(${JSON.stringify(key)}): ttlMs must be a finite number of ms; leave it out for no lifetime`);
    }
    // A copy: the handler may go on to change what it handed over. Also refuses what is not JSON where it happens.
    const text = toText(key, value);
    this.#note({ kind: "set", key, value: JSON.parse(text) as JsonValue, ...(ttlMs === undefined ? {} : { ttlMs }) }, text);
  }

  delete(key: string): void {
    this.#requireOrder();
    requireText(key);
    this.#note({ kind: "delete", key }, "");
  }

  #note(change: StateChange, valueText: string): void {
    this.#changes ??= new Map();
    this.#changes.set(change.key, { change, bytes: Buffer.byteLength(change.key) + Buffer.byteLength(valueText) });
  }

  async #read(key: string): Promise<StateEntry> {
    try {
      const [entry] = await this.#store.readState({ runId: this.#runId, keys: [key] });
      return entry ?? { kind: "absent" };
    } catch (error) {
      this.#fault ??= error instanceof Error ? error : new Error("the run's state could not be read", { cause: error });
      throw error;
    }
  }

  #requireOrder(): void {
    if (this.#ordered) return;
    this.#touchedOutOfOrder = true;
    throw new Error("this node type uses state and is not declared stateful; the node is run again in order");
  }
}

/** Callers need not be TypeScript, and a key that is no text would be another one in another store. */
function requireText(key: unknown): void {
  if (typeof key !== "string")
    throw new TypeError(`state: a key must be a text, not ${key === null ? "null" : `a ${typeof key}`}`);
}

function toText(key: string, value: JsonValue): string {
  try {
    return toJsonText(value);
  } catch (error) {
    if (!(error instanceof NotJsonError || error instanceof JsonTooLargeError)) throw error;
    throw new TypeError(`state.set(${JSON.stringify(key)}): the value ${error.message}`, { cause: error });
  }
}
