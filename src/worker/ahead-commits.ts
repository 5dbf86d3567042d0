import type { CommitAheadOutcome } from "../core/ports/worker-store.ts";

/** Commits under way at the most: enough for Redis to have some while the process works on the next. */
const MAX_OPEN_COUNT = 192;

/** The nodes that a lane has run ahead and not heard of yet. */
export class AheadCommits {
  #openCount = 0;
  #isRefused = false;
  #fault: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  /** @param heard called with the outcome, once it is there. */
  add(commit: Promise<CommitAheadOutcome>, heard: (outcome: CommitAheadOutcome) => void): void {
    this.#openCount += 1;
    const end = (): void => {
      this.#openCount -= 1;
      this.#wake?.();
    };
    commit.then(
      (outcome) => {
        this.#isRefused ||= outcome === "refused";
        heard(outcome);
        end();
      },
      (error: unknown) => {
        this.#fault ??= { error };
        heard("refused");
        end();
      },
    );
  }

  /** Whether one was refused: so are those that come behind it. */
  get isRefused(): boolean {
    return this.#isRefused || this.#fault !== undefined;
  }

  /** There is room for another one. */
  async room(): Promise<void> {
    while (this.#openCount >= MAX_OPEN_COUNT) await this.#nextEnd();
  }

  /** All have been heard of. Throws what one of them failed with. Answers whether none was refused. */
  async settled(): Promise<boolean> {
    while (this.#openCount > 0) await this.#nextEnd();
    if (this.#fault !== undefined) throw this.#fault.error;
    return !this.#isRefused;
  }

  get isFull(): boolean {
    return this.#openCount >= MAX_OPEN_COUNT;
  }

  #nextEnd(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
