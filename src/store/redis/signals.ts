import type { Redis } from "ioredis";
import { z } from "zod";
import type { Logger } from "../../core/ports/logger.ts";

const SIGNAL = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("abort"), runId: z.string(), token: z.string().optional() }),
  z.object({ kind: z.literal("finished"), runId: z.string() }),
]);

export type Signal = z.infer<typeof SIGNAL>;

/** The store's published messages, over a connection of its own that is opened for the first listener. */
export class Signals {
  readonly #create: () => Redis;
  readonly #channel: string;
  readonly #log: Logger;
  readonly #listeners = new Set<(signal: Signal) => void>();
  #subscriber: Redis | undefined;
  #subscribing: Promise<void> | undefined;

  constructor(options: { readonly create: () => Redis; readonly channel: string; readonly log: Logger }) {
    this.#create = options.create;
    this.#channel = options.channel;
    this.#log = options.log;
  }

  /** Resolves once messages arrive. Answers how to stop listening. */
  async listen(listener: (signal: Signal) => void): Promise<() => void> {
    this.#listeners.add(listener);
    this.#subscribing ??= this.#subscribe();
    try {
      await this.#subscribing;
    } catch (error) {
      this.#subscribing = undefined;
      this.#subscriber?.disconnect();
      this.#listeners.delete(listener);
      throw error;
    }
    return () => this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    this.#listeners.clear();
    this.#subscriber?.disconnect();
    this.#subscriber = this.#subscribing = undefined;
    await Promise.resolve();
  }

  async #subscribe(): Promise<void> {
    const subscriber = this.#create();
    this.#subscriber = subscriber;
    subscriber.on("message", (_channel: string, text: string) => this.#receive(text));
    await subscriber.connect();
    await subscriber.subscribe(this.#channel);
    subscriber.on("ready", () => void this.#subscribeAgain(subscriber));
  }

  /** After a reconnect. A connection that is closed meanwhile hears nothing any more, and need not. */
  async #subscribeAgain(subscriber: Redis): Promise<void> {
    try {
      await subscriber.subscribe(this.#channel);
    } catch (error) {
      this.#log.debug({ err: error }, "the signals were not subscribed to again");
    }
  }

  #receive(text: string): void {
    const parsed = SIGNAL.safeParse(parseJson(text));
    if (!parsed.success) {
      this.#log.warn({ text: text.slice(0, 200) }, "ignored a signal that cannot be read");
      return;
    }
    for (const listener of this.#listeners) listener(parsed.data);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
