import type { ProducerContext } from "./producer-context.ts";
import type { FinishWatch } from "./wait-for-end.ts";

/** The {@link FinishWatch} of a producer: subscribes when the first caller waits, and polls in case a message is lost. */
export class StoreFinishWatch implements FinishWatch {
  readonly #context: ProducerContext;
  readonly #listeners = new Map<string, Set<() => void>>();
  #subscription: Promise<() => void> | undefined;

  constructor(context: ProducerContext) {
    this.#context = context;
  }

  async wake(runId: string, listener: () => void): Promise<() => void> {
    const listeners = this.#listeners.get(runId) ?? new Set();
    this.#listeners.set(runId, listeners.add(listener));
    const poll = setInterval(listener, this.#context.settings.resultPollMs);
    const stop = (): void => {
      clearInterval(poll);
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(runId) === listeners) this.#listeners.delete(runId);
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

  #subscribe(): Promise<() => void> {
    this.#subscription ??= this.#context.store.onFinished((runId) => {
      for (const listener of this.#listeners.get(runId) ?? []) listener();
    });
    this.#subscription.catch(() => (this.#subscription = undefined));
    return this.#subscription;
  }
}
