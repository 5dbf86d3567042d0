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

  constructor(store: Pick<WorkerStore, "readState">, runId: string, ordered: boolean) {
    this.#store = store;
    this.#runId = runId;
    this.#ordered = ordered;
  }

  get touchedOutOfOrder(): boolean {
    return this.#touchedOutOfOrder;
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
    if (change?.kind === "set") return (change.ttlMs ?? 1) > 0 ? { kind: "present", value: structuredClone(change.value) } : { kind: "expired" };
    const [entry] = await this.#store.readState({ runId: this.#runId, keys: [key] });
    return entry ?? { kind: "absent" };
  }

  set(key: string, value: JsonValue, { ttlMs }: { readonly ttlMs?: number } = {}): void {
    this.#requireOrder();
    // A copy: the handler may go on to change what it handed over. Also refuses what is not JSON where it happens.
    const copy = JSON.parse(toJsonText(value)) as JsonValue;
    this.#changes.set(key, { kind: "set", key, value: copy, ...(ttlMs === undefined ? {} : { ttlMs }) });
  }

  delete(key: string): void {
    this.#requireOrder();
    this.#changes.set(key, { kind: "delete", key });
  }

  #requireOrder(): void {
    if (this.#ordered) return;
    this.#touchedOutOfOrder = true;
    throw new Error("this node type uses state and is not declared stateful; the node is run again in order");
  }
}
