import { performance } from "node:perf_hooks";
import { PassingMap } from "../core/memory/passing-map.ts";
import type { Logger } from "../core/ports/logger.ts";

/** A handler at work, as it is named in the log. */
export interface WatchedHandler {
  readonly type: string;
  readonly nodeId: string;
  readonly runId: string;
}

function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  return isObject && typeof (value as { readonly then?: unknown }).then === "function";
}

/** How often the event loop is asked whether it still turns, in ms. */
const INTERVAL_MS = 250;
/** A pause of this length is reported: heartbeats and lock renewals come late from then on. In ms. */
export const BLOCKED_LOOP_MS = 1_000;
/** Handlers that are named when it cannot be told which of them it was. */
const MAX_SUSPECTS = 5;

/**
 * Reports handlers that keep this process from doing anything else. A process that is blocked renews no lock and hears no abort, so its
 * nodes are given to others.
 */
export class LoopWatch {
  readonly #log: Logger;
  readonly #running = new PassingMap<WatchedHandler, true>();
  /** Handlers that ended in a turn that had been going on for too long. */
  #ended: WatchedHandler[] = [];
  #culprit: { readonly handler: WatchedHandler; readonly blockedMs: number } | undefined;
  #beginning: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastTurnAt = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  start(): void {
    if (this.#beginning !== undefined) return;
    this.#lastTurnAt = performance.now();
    // What is over before the event loop turns sets no timer.
    this.#beginning = setImmediate(() => (this.#timer = setInterval(() => this.#turn(), INTERVAL_MS).unref())).unref();
  }

  stop(): void {
    clearImmediate(this.#beginning);
    clearInterval(this.#timer);
    this.#beginning = undefined;
    this.#timer = undefined;
  }

  /** Runs a handler. What it computes before its first pause is its own alone; later on it shares the blame with all that run. */
  watch<T>(handler: WatchedHandler, run: () => T | PromiseLike<T>): T | Promise<T> {
    const startedAt = performance.now();
    this.#running.set(handler, true);
    const end = (): void => this.#end(handler);
    let isOver = true;
    try {
      const result = run();
      if (!isPromiseLike(result)) return result;
      isOver = false;
      // What is no promise of the language, a query builder for one, may do its work each time that `then` is called.
      const promise = Promise.resolve(result);
      promise.then(end, end);
      return promise;
    } finally {
      const blockedMs = performance.now() - startedAt;
      if (blockedMs > (this.#culprit?.blockedMs ?? 0)) this.#culprit = { handler, blockedMs };
      if (isOver) end();
    }
  }

  #end(handler: WatchedHandler): void {
    this.#running.delete(handler);
    if (performance.now() - this.#lastTurnAt > BLOCKED_LOOP_MS) this.#ended.push(handler);
  }

  #turn(): void {
    const now = performance.now();
    const blockedMs = Math.round(now - this.#lastTurnAt - INTERVAL_MS);
    this.#lastTurnAt = now;
    const culprit = this.#culprit;
    const shared = [...this.#ended, ...this.#running.keys()];
    this.#culprit = undefined;
    this.#ended = [];
    if (blockedMs < BLOCKED_LOOP_MS) return;
    const suspects = culprit !== undefined && culprit.blockedMs >= blockedMs / 2 ? [culprit.handler] : shared;
    const types = [...new Set(suspects.map(({ type }) => type))].slice(0, MAX_SUSPECTS);
    this.#log.warn(
      { blockedMs, types, handlers: suspects.slice(0, MAX_SUSPECTS), handlerCount: suspects.length },
      `the event loop was blocked for ${String(blockedMs)} ms while handlers of ${types.join(", ") || "no type"} ran: split the work up, or move it to a thread`,
    );
  }
}
