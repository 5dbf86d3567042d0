import type { ProducerContext } from "./producer-context.ts";
import type { FinishWatch } from "./wait-for-end.ts";

const MAX_POLLED_AT_ONCE = 1_000;

/** The {@link FinishWatch} of a producer: subscribes when the first caller waits, and polls in case a message is lost. */
export class StoreFinishWatch implements FinishWatch {
  readonly #context: ProducerContext;
  readonly #listeners = new Map<string, Set<(isTold: boolean) => void>>();
  #subscription: Promise<() => void> | undefined;
  #poll: NodeJS.Timeout | undefined;
  /** Of the next run to poll. */
  #position = this.#listeners.keys();

  constructor(context: ProducerContext) {
    this.#context = context;
  }

  async wake(runId: string, listener: (isTold: boolean) => void): Promise<() => void> {
    const listeners = this.#listeners.get(runId) ?? new Set();
    this.#listeners.set(runId, listeners.add(listener));
    this.#poll ??= setInterval(() => this.#wakeSome(), this.#context.settings.resultPollMs);
    const stop = (): void => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(runId) === listeners) this.#listeners.delete(runId);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#poll);
      this.#poll = undefined;
    };
    try {
      await this.#subscribe();
    } catch (error) {
      stop();
      throw error;
    }
    return stop;
  }

  async close(): Promise<void> {
    const subscription = this.#subscription;
    this.#subscription = undefined;
    if (subscription !== undefined) (await subscription)();
  }

  /** Looks at the runs that callers wait for; of very many at some thousand each time, in turn. */
  #wakeSome(): void {
    for (let count = 0; count < MAX_POLLED_AT_ONCE; count += 1) {
      const next = this.#position.next();
      if (next.done === true) {
        this.#position = this.#listeners.keys();
        return;
      }
      this.#wake(next.value, false);
    }
  }

  #wake(runId: string, isTold: boolean): void {
    for (const listener of this.#listeners.get(runId) ?? []) listener(isTold);
  }

  #subscribe(): Promise<() => void> {
    this.#subscription ??= this.#context.store.onFinished((runId) => {
      this.#wake(runId, true);
    });
    this.#subscription.catch(() => (this.#subscription = undefined));
    return this.#subscription;
  }
}
