import type { SchedulerStore } from "../core/ports/scheduler-store.ts";
import type { HandlerTimes } from "../core/run/handler-times.ts";

/** How old what a scheduler knows of handler times may be, in ms. */
const MAX_AGE_MS = 500;

/** How long handlers take, read when it is asked for and not known from just before. */
export class KnownTimes {
  readonly #store: Pick<SchedulerStore, "readHandlerTimes">;
  #times: Promise<HandlerTimes> | undefined;
  #readAt = -Infinity;

  constructor(store: Pick<SchedulerStore, "readHandlerTimes">) {
    this.#store = store;
  }

  async get(): Promise<HandlerTimes> {
    const now = performance.now();
    if (this.#times === undefined || now - this.#readAt > MAX_AGE_MS) {
      this.#readAt = now;
      this.#times = this.#store.readHandlerTimes();
    }
    try {
      return await this.#times;
    } catch (error) {
      this.#times = undefined;
      throw error;
    }
  }
}
