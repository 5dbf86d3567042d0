import type { BaseAdapter } from "@bull-board/api/baseAdapter";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { LevelflowError } from "../../core/errors/levelflow-error.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { QueueDepth } from "../../core/ports/observer.ts";
import { withoutConsoleWarnings } from "./console-warnings.ts";
import { KnownPools } from "./known-pools.ts";
import { readQueueDepth } from "./queue-depths.ts";
import { BARRIERS_QUEUE, lanesQueue, queuePrefix } from "./names.ts";

export interface QueueBrowserOptions {
  /** Makes a client that is not connected yet. */
  readonly connect: () => Redis;
  readonly prefix: string;
  readonly log: Logger;
}

interface ShownQueue {
  readonly queue: Queue;
  readonly adapter: BaseAdapter;
}

/** All queues of an installation, for a queue browser. Connects in `start()`. */
export class QueueBrowser {
  readonly #options: QueueBrowserOptions;
  readonly #pools: KnownPools;
  readonly #shown = new Map<string, ShownQueue>();
  #client: Redis | undefined;

  constructor(options: QueueBrowserOptions) {
    this.#options = options;
    this.#pools = new KnownPools(options.prefix);
  }

  async start(): Promise<void> {
    if (this.#client !== undefined) return;
    this.#client = withoutConsoleWarnings(this.#options.connect());
    await this.#client.connect();
  }

  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    const closing = [...this.#shown.values()].map(({ queue }) => queue.close());
    this.#shown.clear();
    client?.disconnect();
    await Promise.allSettled(closing);
  }

  async ping(): Promise<void> {
    await this.#opened().ping();
  }

  /** The barriers, and the lanes of every pool that was ever seen. */
  async queues(): Promise<readonly BaseAdapter[]> {
    return (await this.#all()).map(({ adapter }) => adapter);
  }

  async readDepths(): Promise<readonly QueueDepth[]> {
    const all = await this.#all();
    return Promise.all(all.map(({ queue }) => readQueueDepth(this.#opened(), queue)));
  }

  async #all(): Promise<readonly ShownQueue[]> {
    const client = this.#opened();
    const pools = await this.#pools.list(client);
    return [BARRIERS_QUEUE, ...pools.map(lanesQueue)].map((name) => this.#show(client, name));
  }

  #opened(): Redis {
    if (this.#client !== undefined) return this.#client;
    throw new LevelflowError("CLOSED", "the queues were looked at before start() or after stop()");
  }

  #show(client: Redis, name: string): ShownQueue {
    const known = this.#shown.get(name);
    if (known !== undefined) return known;
    // Looking writes nothing: not even the queue's own settings.
    const queue = new Queue(name, { connection: client, prefix: queuePrefix(this.#options.prefix), skipMetasUpdate: true });
    queue.on("error", (error) => this.#options.log.debug({ err: error, queue: name }, "queue"));
    const shown = { queue, adapter: new BullMQAdapter(queue, { description: DESCRIPTIONS[name] ?? "jobs that execute nodes" }) };
    this.#shown.set(name, shown);
    return shown;
  }
}

const DESCRIPTIONS: Readonly<Record<string, string>> = { [BARRIERS_QUEUE]: "one job a level: it waits for the level's lanes" };
