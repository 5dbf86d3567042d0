import type { CommitAheadOutcome } from "../core/ports/worker-store.ts";

/** Commits under way at the most: enough for Redis to have some while the process works on the next. */
const MAX_OPEN_COUNT = 192;
/** Characters of results in them: where one has more, it is the only one. */
const MAX_OPEN_CHARS = 4 * 1024 * 1024;

/** The nodes that a lane has run ahead and not heard of yet. */
export class AheadCommits {
  #openCount = 0;
  #openChars = 0;
  #isRefused = false;
  #fault: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  /** @param heard called with the outcome, once it is there. */
  add(commit: Promise<CommitAheadOutcome>, result: string, heard: (outcome: CommitAheadOutcome) => void): void {
    this.#openCount += 1;
    this.#openChars += result.length;
    const end = (outcome: CommitAheadOutcome): void => {
      this.#isRefused ||= outcome === "refused";
      this.#openCount -= 1;
      this.#openChars -= result.length;
      this.#wake?.();
      heard(outcome);
    };
    commit.then(end, (error: unknown) => {
      this.#fault ??= { error };
      end("refused");
    });
  }

  /** Whether one was refused: things are otherwise than this lane takes them to be. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Whether some have to be heard of before another one is run. */
  get isFull(): boolean {
    return this.#openCount >= MAX_OPEN_COUNT || this.#openChars >= MAX_OPEN_CHARS;
  }

  /** Resolves once there is room for another one. */
  async room(): Promise<void> {
    while (this.isFull) await this.#nextEnd();
  }

  /** Resolves once all have been heard of: whether none was refused. Throws what one of them failed with. */
  async settled(): Promise<boolean> {
    while (this.#openCount > 0) await this.#nextEnd();
    if (this.#fault !== undefined) throw this.#fault.error;
    return !this.#isRefused;
  }

  #nextEnd(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
