import { LRUCache } from "lru-cache";
import type { ClaimRef, WorkerStore } from "../core/ports/worker-store.ts";

const MAX_CACHED_CHARS = 32 * 1024 * 1024;
/** Larger results are rare, and would push everything else out. */
const MAX_ENTRY_CHARS = 1024 * 1024;

type RunInEpoch = Pick<ClaimRef, "runId" | "epoch">;

type Texts = Pick<Map<string, string>, "get" | "delete"> & { set(key: string, text: string): unknown };

/**
 * Results, as JSON text, that this process committed or read lately in a run's epoch. A committed result never changes, and one that is put here
 * ahead of its commit is used by what is refused along with it; what is not here is read. Spares a chain its reads, and a fan-out reading its
 * one source again for every node.
 */
export class ResultCache {
  readonly #store: Pick<WorkerStore, "readInputs">;
  readonly #texts: Texts;

  /** @param texts where to keep them; by default as many as are not too large, the ones used last. */
  constructor(store: Pick<WorkerStore, "readInputs">, texts: Texts = createBoundedTexts()) {
    this.#store = store;
    this.#texts = texts;
  }

  put(run: RunInEpoch, nodeId: string, text: string): void {
    this.#texts.set(cacheKey(run, nodeId), text);
  }

  /** Takes one back that was put here ahead of its commit, and was refused. */
  drop(run: RunInEpoch, nodeId: string): void {
    this.#texts.delete(cacheKey(run, nodeId));
  }

  /** Results of these nodes, in the same order, if all of them are here. */
  peek(run: RunInEpoch, nodeIds: readonly string[]): readonly string[] | undefined {
    const texts: string[] = [];
    for (const nodeId of nodeIds) {
      const text = this.#texts.get(cacheKey(run, nodeId));
      if (text === undefined) return undefined;
      texts.push(text);
    }
    return texts;
  }

  /** Results of these nodes, in the same order; `undefined` where there is none. */
  async read(run: RunInEpoch, nodeIds: readonly string[]): Promise<readonly (string | undefined)[]> {
    const texts = nodeIds.map((nodeId) => this.#texts.get(cacheKey(run, nodeId)));
    const missing = nodeIds.filter((_, i) => texts[i] === undefined);
    if (missing.length === 0) return texts;
    const read = (await this.#store.readInputs({ runId: run.runId, nodeIds: missing })).values();
    return texts.map((text, i) => text ?? this.#keep(run, nodeIds[i] ?? "", read.next().value));
  }

  #keep(run: RunInEpoch, nodeId: string, text: string | undefined): string | undefined {
    if (text !== undefined) this.put(run, nodeId, text);
    return text;
  }
}

/** Run ids hold no space. */
function cacheKey({ runId, epoch }: RunInEpoch, nodeId: string): string {
  return `${runId} ${String(epoch)} ${nodeId}`;
}

function createBoundedTexts(): Texts {
  return new LRUCache({ maxSize: MAX_CACHED_CHARS, maxEntrySize: MAX_ENTRY_CHARS, sizeCalculation: sizeOf });
}

function sizeOf(text: string): number {
  return text.length + 1;
}
