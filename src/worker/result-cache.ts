import { LRUCache } from "lru-cache";
import type { ClaimRef, WorkerStore } from "../core/ports/worker-store.ts";

const MAX_CACHED_CHARS = 32 * 1024 * 1024;
/** Larger results are rare, and would push everything else out. */
const MAX_ENTRY_CHARS = 1024 * 1024;

type Texts = Pick<Map<string, string>, "get" | "delete"> & { set(key: string, text: string): unknown };

/**
 * Results, as JSON text, that this process committed or read lately. A committed result never changes, so what is here is true; what is
 * not is read. Spares a chain its reads, and a fan-out reading its one source again for every node.
 */
export class ResultCache {
  readonly #store: Pick<WorkerStore, "readInputs">;
  readonly #texts: Texts;

  /** @param texts where to keep them; by default as many as are not too large, the ones used last. */
  constructor(store: Pick<WorkerStore, "readInputs">, texts: Texts = createBoundedTexts()) {
    this.#store = store;
    this.#texts = texts;
  }

  put({ runId, nodeId }: Pick<ClaimRef, "runId" | "nodeId">, text: string): void {
    this.#texts.set(cacheKey(runId, nodeId), text);
  }

  /** Takes one back that was put here ahead of its commit, and was refused. */
  drop({ runId, nodeId }: Pick<ClaimRef, "runId" | "nodeId">): void {
    this.#texts.delete(cacheKey(runId, nodeId));
  }

  /** Results of these nodes, in the same order, if all of them are here. */
  peek(runId: string, nodeIds: readonly string[]): readonly string[] | undefined {
    const texts: string[] = [];
    for (const nodeId of nodeIds) {
      const text = this.#texts.get(cacheKey(runId, nodeId));
      if (text === undefined) return undefined;
      texts.push(text);
    }
    return texts;
  }

  /** Results of these nodes, in the same order; `undefined` where there is none. */
  async read(runId: string, nodeIds: readonly string[]): Promise<readonly (string | undefined)[]> {
    const texts = nodeIds.map((nodeId) => this.#texts.get(cacheKey(runId, nodeId)));
    const missing = nodeIds.filter((_, i) => texts[i] === undefined);
    if (missing.length === 0) return texts;
    const read = (await this.#store.readInputs({ runId, nodeIds: missing })).values();
    return texts.map((text, i) => text ?? this.#keep(runId, nodeIds[i] ?? "", read.next().value));
  }

  #keep(runId: string, nodeId: string, text: string | undefined): string | undefined {
    if (text !== undefined) this.put({ runId, nodeId }, text);
    return text;
  }
}

/** Run ids hold no space. */
function cacheKey(runId: string, nodeId: string): string {
  return `${runId} ${nodeId}`;
}

function createBoundedTexts(): Texts {
  return new LRUCache({ maxSize: MAX_CACHED_CHARS, maxEntrySize: MAX_ENTRY_CHARS, sizeCalculation: sizeOf });
}

function sizeOf(text: string): number {
  return text.length + 1;
}
