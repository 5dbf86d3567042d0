import { LRUCache } from "lru-cache";
import type { ClaimRef, WorkerStore } from "../core/ports/worker-store.ts";

/** Characters of results that are kept: of all runs, of one of them, and of one node. A larger one would push everything else out. */
const MAX_CHARS = 32 * 1024 * 1024;
const MAX_RUN_CHARS = 16 * 1024 * 1024;
const MAX_TEXT_CHARS = 1024 * 1024;
/** What keeping one takes besides, counted as characters. */
const ENTRY_CHARS = 64;

/** Characters that a run is counted with at first: it is counted anew when it has grown to twice as many, not with each result. */
const FIRST_ROOM = 8 * 1024;

type RunInEpoch = Pick<ClaimRef, "runId" | "epoch">;

/** Results of one run. */
interface RunTexts {
  readonly epoch: number;
  readonly texts: Map<string, string>;
  chars: number;
  /** Characters that it is counted with. */
  readonly room: number;
}

type Runs = Pick<Map<string, RunTexts>, "get" | "delete"> & { set(runId: string, run: RunTexts): unknown };

/**
 * Results, as JSON text, that this process committed or read lately in a run's epoch. A committed result never changes, and one that is put here
 * ahead of its commit is used by what is refused along with it; what is not here is read. Spares a chain its reads, and a fan-out reading its
 * one source again for every node.
 */
export class ResultCache {
  readonly #store: Pick<WorkerStore, "readInputs">;
  readonly #runs: Runs;

  /** @param runs where to keep them; by default those of the runs that were used last, as long as they are not too large. */
  constructor(store: Pick<WorkerStore, "readInputs">, runs: Runs = createBoundedRuns()) {
    this.#store = store;
    this.#runs = runs;
  }

  put({ runId, epoch }: RunInEpoch, nodeId: string, text: string): void {
    if (text.length > MAX_TEXT_CHARS) return;
    const known = this.#find({ runId, epoch });
    const run = known ?? { epoch, texts: new Map<string, string>(), chars: 0, room: FIRST_ROOM };
    forget(run, nodeId);
    run.texts.set(nodeId, text);
    run.chars += charsOf(text);
    if (run.chars > MAX_RUN_CHARS) forgetOldest(run);
    if (run === known && run.chars <= run.room) return;
    let { room } = run;
    while (room < run.chars) room *= 2;
    // Another object: the same one would not be counted anew.
    this.#runs.set(runId, { ...run, room });
  }

  /** Takes one back that was put here ahead of its commit, and was refused. */
  drop(run: RunInEpoch, nodeId: string): void {
    const known = this.#find(run);
    if (known !== undefined) forget(known, nodeId);
  }

  /** Lets go of a run that is over. */
  forget(runId: string): void {
    this.#runs.delete(runId);
  }

  /** Results of these nodes, in the same order, if all of them are here. */
  peek(run: RunInEpoch, nodeIds: readonly string[]): readonly string[] | undefined {
    const known = this.#find(run)?.texts;
    const texts: string[] = [];
    for (const nodeId of nodeIds) {
      const text = known?.get(nodeId);
      if (text === undefined) return undefined;
      texts.push(text);
    }
    return texts;
  }

  /** Results of these nodes, in the same order; `undefined` where there is none. */
  async read(run: RunInEpoch, nodeIds: readonly string[]): Promise<readonly (string | undefined)[]> {
    const known = this.#find(run)?.texts;
    const texts = nodeIds.map((nodeId) => known?.get(nodeId));
    const missing = nodeIds.filter((_, i) => texts[i] === undefined);
    if (missing.length === 0) return texts;
    const read = (await this.#store.readInputs({ runId: run.runId, nodeIds: missing })).values();
    return texts.map((text, i) => text ?? this.#keep(run, nodeIds[i] ?? "", read.next().value));
  }

  #keep(run: RunInEpoch, nodeId: string, text: string | undefined): string | undefined {
    if (text !== undefined) this.put(run, nodeId, text);
    return text;
  }

  #find({ runId, epoch }: RunInEpoch): RunTexts | undefined {
    const run = this.#runs.get(runId);
    return run?.epoch === epoch ? run : undefined;
  }
}

function forget(run: RunTexts, nodeId: string): void {
  const text = run.texts.get(nodeId);
  if (text === undefined) return;
  run.texts.delete(nodeId);
  run.chars -= charsOf(text);
}

/** Keeps the half that was put last. */
function forgetOldest(run: RunTexts): void {
  for (const nodeId of run.texts.keys()) {
    if (run.chars <= MAX_RUN_CHARS / 2) return;
    forget(run, nodeId);
  }
}

function charsOf(text: string): number {
  return text.length + ENTRY_CHARS;
}

function createBoundedRuns(): Runs {
  return new LRUCache({ maxSize: MAX_CHARS, sizeCalculation: ({ room }) => room });
}
