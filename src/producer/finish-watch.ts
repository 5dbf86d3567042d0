import { PassingMap } from "../core/memory/passing-map.ts";
import type { ProducerContext } from "./producer-context.ts";
import type { FinishWatch } from "./wait-for-end.ts";

const MAX_POLLED_AT_ONCE = 1_000;
/** Runs whose ends are noted before anybody waits for them. */
const MAX_EXPECTED = 10_000;

/** The {@link FinishWatch} of a producer: subscribes when the first caller waits, and polls in case a message is lost. */
export class StoreFinishWatch implements FinishWatch {
  readonly #context: Pick<ProducerContext, "store" | "settings">;
  /** Whether there was word of the end of runs that nobody waits for yet. */
  readonly #expected = new Map<string, boolean>();
  readonly #listeners = new PassingMap<string, Set<(isTold: boolean) => void>>();
  #subscription: Promise<() => void> | undefined;
  #isSubscribed = false;
  #poll: NodeJS.Timeout | undefined;
  /** Of the next run to poll. */
  #position = this.#listeners.keys();

  constructor(context: Pick<ProducerContext, "store" | "settings">) {
    this.#context = context;
  }

  expect(runId: string): void {
    if (!this.#isSubscribed) return;
    if (this.#expected.size >= MAX_EXPECTED) this.#expected.delete(this.#expected.keys().next().value ?? "");
    this.#expected.set(runId, false);
  }

  forget(runId: string): void {
    this.#expected.delete(runId);
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
    const isOver = this.#expected.get(runId);
    this.#expected.delete(runId);
    if (isOver !== false) listener(isOver === true);
    return stop;
  }

  async close(): Promise<void> {
    const subscription = this.#subscription;
    this.#subscription = undefined;
    this.#isSubscribed = false;
    this.#expected.clear();
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

  /** Word may have been lost. */
  #wakeAll(): void {
    this.#expected.clear();
    for (const runId of this.#listeners.keys()) this.#wake(runId, false);
  }

  #wake(runId: string, isTold: boolean): void {
    for (const listener of this.#listeners.get(runId) ?? []) listener(isTold);
  }

  #subscribe(): Promise<() => void> {
    if (this.#subscription === undefined) {
      const hear = (runId: string): void => {
        if (this.#expected.has(runId)) this.#expected.set(runId, true);
        this.#wake(runId, true);
      };
      const subscription = this.#context.store.onFinished(hear, () => this.#wakeAll());
      this.#subscription = subscription;
      subscription.then(
        () => (this.#isSubscribed = this.#subscription === subscription),
        () => (this.#subscription = undefined),
      );
    }
    return this.#subscription;
  }
}
