import type { Redis } from "ioredis";
import type { Logger } from "../../core/ports/logger.ts";

type Listener = (text: string) => void;

/** The store's published messages, over a connection of its own that is opened for the first listener. */
export class Signals {
  readonly #create: () => Redis;
  readonly #log: Logger;
  /** By channel: those that are listened to. */
  readonly #listeners = new Map<string, Set<Listener>>();
  #connecting: Promise<Redis> | undefined;
  #subscriber: Redis | undefined;

  constructor(options: { readonly create: () => Redis; readonly log: Logger }) {
    this.#create = options.create;
    this.#log = options.log;
  }

  /** Resolves once messages of the channel arrive. Answers how to stop listening. */
  async listen(channel: string, listener: Listener): Promise<() => void> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(listener));
    this.#connecting ??= this.#connect();
    try {
      await (await this.#connecting).subscribe(channel);
    } catch (error) {
      this.#connecting = undefined;
      this.#subscriber?.disconnect();
      listeners.delete(listener);
      throw error;
    }
    return () => listeners.delete(listener);
  }

  async stop(): Promise<void> {
    this.#listeners.clear();
    this.#subscriber?.disconnect();
    this.#subscriber = this.#connecting = undefined;
    await Promise.resolve();
  }

  async #connect(): Promise<Redis> {
    const subscriber = this.#create();
    this.#subscriber = subscriber;
    subscriber.on("message", (channel: string, text: string) => {
      for (const listener of this.#listeners.get(channel) ?? []) listener(text);
    });
    await subscriber.connect();
    subscriber.on("ready", () => void this.#subscribeAgain(subscriber));
    return subscriber;
  }

  /** After a reconnect. A connection that is closed meanwhile hears nothing any more, and need not. */
  async #subscribeAgain(subscriber: Redis): Promise<void> {
    const channels = [...this.#listeners.keys()];
    if (channels.length === 0) return;
    try {
      await subscriber.subscribe(...channels);
    } catch (error) {
      this.#log.debug({ err: error }, "the signals were not subscribed to again");
    }
  }
}
