import type { Redis } from "ioredis";
import { LevelflowError } from "../../core/errors/levelflow-error.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { DefinitionCache } from "./definition-cache.ts";
import { StoreKeys } from "./keys.ts";
import { refuseNewerAnswer } from "./record-version.ts";
import { RunBatches, type BatchedCall } from "./run-batches.ts";
import { loadScripts, type BatchName, type ScriptCaller, type ScriptName } from "./scripts.ts";
import { Signals } from "./signals.ts";

/** What the parts of the store share: one client for commands, one for signals, made by {@link RedisConnection.start}. */
export class RedisConnection {
  readonly keys: StoreKeys;
  readonly definitions = new DefinitionCache();
  readonly signals: Signals;
  readonly log: Logger;
  readonly #batches = new RunBatches((runIds, args) => this.#callForRuns("run-batch", runIds, args));
  readonly #newRuns = new RunBatches((runIds, args) => this.#callForRuns("create-batch", runIds, args));
  readonly #create: () => Redis;
  #client: Redis | undefined;
  #call: ScriptCaller | undefined;
  #starting: Promise<void> | undefined;

  constructor(options: { readonly create: () => Redis; readonly prefix: string; readonly log: Logger }) {
    this.keys = new StoreKeys(options.prefix);
    this.#create = options.create;
    this.log = options.log;
    this.signals = new Signals({ create: options.create, log: options.log });
  }

  async start(): Promise<void> {
    const starting = (this.#starting ??= this.#open());
    try {
      await starting;
    } catch (error) {
      // Else it was stopped meanwhile, and what is there now is another start's.
      if (this.#starting === starting) await this.stop();
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

  /** Redis' clock, in whole ms. */
  async now(): Promise<number> {
    const [seconds, micros] = await this.client.time();
    return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
  }

  /** Calls a run's script; the hash tag, its key and its id come first. `RECORD_TOO_NEW` for a run of a newer version. */
  async callForRun(
    name: ScriptName,
    runId: string,
    args: readonly (string | number)[] = [],
    keys: readonly string[] = [],
  ): Promise<unknown> {
    const reply = await this.call(name, [this.keys.tag, this.keys.run(runId), ...keys], [runId, ...args]);
    refuseNewerAnswer(runId, reply);
    return reply;
  }

  /** The same for transitions that many lanes ask for at a time: those of one turn of the event loop travel together. */
  callInBatch(runId: string, call: BatchedCall<"run-batch">): Promise<unknown> {
    return this.#batches.add(runId, call);
  }

  /** The same for new runs. */
  createInBatch(runId: string, call: BatchedCall<"create-batch">): Promise<unknown> {
    return this.#newRuns.add(runId, call);
  }

  async #callForRuns(
    name: BatchName,
    runIds: readonly string[],
    args: readonly (string | number)[],
  ): Promise<readonly unknown[]> {
    const keys = runIds.map((runId) => this.keys.run(runId));
    return (await this.call(name, [this.keys.tag, ...keys], args)) as readonly unknown[];
  }

  async call(name: ScriptName | BatchName, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    if (this.#call === undefined) throw new LevelflowError("CLOSED", "the store was used before start() or after stop()");
    return this.#call(name, keys, args);
  }

  async #open(): Promise<void> {
    const client = this.#create();
    this.#client = client;
    await client.connect();
    const call = await loadScripts(client);
    if (this.#client === client) this.#call = call;
  }
}
