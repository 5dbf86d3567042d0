import type { Redis } from "ioredis";
import type { Logger } from "../../core/ports/logger.ts";

interface Listener {
  readonly hear: (text: string) => void;
  readonly onGap: () => void;
}

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

  /** Resolves once messages of the channel arrive; `onGap` is called where some may have been lost. Answers how to stop listening. */
  async listen(channel: string, hear: Listener["hear"], onGap: Listener["onGap"] = () => undefined): Promise<() => void> {
    const listener = { hear, onGap };
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(listener));
    const stop = (): void => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(channel) === listeners) this.#listeners.delete(channel);
    };
    this.#connecting ??= this.#connect();
    try {
      await (await this.#connecting).subscribe(channel);
    } catch (error) {
      stop();
      // Others may hear what they listen to.
      if (this.#listeners.size === 0) this.#disconnect();
      throw error;
    }
    return stop;
  }

  async stop(): Promise<void> {
    this.#listeners.clear();
    this.#disconnect();
    await Promise.resolve();
  }

  #disconnect(): void {
    this.#subscriber?.disconnect();
    this.#subscriber = this.#connecting = undefined;
  }

  async #connect(): Promise<Redis> {
    const subscriber = this.#create();
    this.#subscriber = subscriber;
    subscriber.on("message", (channel: string, text: string) => {
      for (const { hear } of this.#listeners.get(channel) ?? []) hear(text);
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
      for (const listeners of this.#listeners.values()) for (const { onGap } of listeners) onGap();
    } catch (error) {
      this.#log.debug({ err: error }, "the signals were not subscribed to again");
    }
  }
}
