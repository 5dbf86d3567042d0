import type { JsonValue } from "../core/json/json-value.ts";
import { toJsonText } from "../core/json/to-json-text.ts";
import type { NodeState, StateEntry } from "../core/node/define-node.ts";
import type { StateChange, WorkerStore } from "../core/ports/worker-store.ts";

/**
 * Shared state as one attempt sees it: what is committed, under the attempt's own changes. Outside a level's ordered group the order of
 * nodes would be chance: there it refuses, and notes that the node has to be run again in order.
 */
export class AttemptState implements NodeState {
  readonly #store: Pick<WorkerStore, "readState">;
  readonly #runId: string;
  readonly #ordered: boolean;
  readonly #changes = new Map<string, StateChange>();
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
    return [...this.#changes.values()];
  }

  async get(key: string): Promise<JsonValue | undefined> {
    const entry = await this.entry(key);
    return entry.kind === "present" ? entry.value : undefined;
  }

  async entry(key: string): Promise<StateEntry> {
    this.#requireOrder();
    const change = this.#changes.get(key);
    if (change?.kind === "delete") return { kind: "absent" };
    if (change?.kind === "set")
      return (change.ttlMs ?? 1) > 0 ? { kind: "present", value: structuredClone(change.value) } : { kind: "expired" };
    return this.#read(key);
  }

  set(key: string, value: JsonValue, { ttlMs }: { readonly ttlMs?: number } = {}): void {
    this.#requireOrder();
    if (ttlMs !== undefined && !Number.isFinite(ttlMs)) {
      throw new TypeError(`state.set(${JSON.stringify(key)}): ttlMs must be a finite number of ms; leave it out for no lifetime`);
    }
    // A copy: the handler may go on to change what it handed over. Also refuses what is not JSON where it happens.
    const copy = JSON.parse(toJsonText(value)) as JsonValue;
    this.#changes.set(key, { kind: "set", key, value: copy, ...(ttlMs === undefined ? {} : { ttlMs }) });
  }

  delete(key: string): void {
    this.#requireOrder();
    this.#changes.set(key, { kind: "delete", key });
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
