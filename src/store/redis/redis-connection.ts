import { Redis } from "ioredis";
import { LevelflowError } from "../../core/errors/levelflow-error.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { DefinitionCache } from "./definition-cache.ts";
import { StoreKeys } from "./keys.ts";
import { loadScripts, type ScriptCaller, type ScriptName } from "./scripts.ts";
import { Signals } from "./signals.ts";

/** What the parts of the store share: one client for commands, one for signals, made by {@link RedisConnection.start}. */
export class RedisConnection {
  readonly keys: StoreKeys;
  readonly definitions = new DefinitionCache();
  readonly signals: Signals;
  readonly #create: () => Redis;
  readonly #maxEventCount: number;
  #client: Redis | undefined;
  #call: ScriptCaller | undefined;
  #starting: Promise<void> | undefined;

  constructor(options: { readonly create: () => Redis; readonly prefix: string; readonly maxEventCount: number; readonly log: Logger }) {
    this.keys = new StoreKeys(options.prefix);
    this.#create = options.create;
    this.#maxEventCount = options.maxEventCount;
    this.signals = new Signals({ create: options.create, channel: this.keys.signals, log: options.log });
  }

  async start(): Promise<void> {
    this.#starting ??= this.#open();
    try {
      await this.#starting;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    const client = this.#client;
    this.#starting = this.#client = this.#call = undefined;
    client?.disconnect();
    await this.signals.stop();
  }

  get client(): Redis {
    if (this.#client === undefined) throw new LevelflowError("CLOSED", "the store was used before start() or after stop()");
    return this.#client;
  }

  /** Calls a run's script with its twelve keys and three arguments in front. */
  callForRun(name: ScriptName, runId: string, args: readonly (string | number)[] = [], keys: readonly string[] = []): Promise<unknown> {
    const allKeys = [...this.keys.ofRun(runId), ...keys];
    return this.call(name, allKeys, [runId, this.keys.signals, this.#maxEventCount, ...args]);
  }

  async call(name: ScriptName, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    if (this.#call === undefined) throw new LevelflowError("CLOSED", "the store was used before start() or after stop()");
    return this.#call(name, keys, args);
  }

  async #open(): Promise<void> {
    const client = this.#create();
    this.#client = client;
    await client.connect();
    this.#call = await loadScripts(client);
  }
}
