import { setTimeout as sleep } from "node:timers/promises";
import { startEmbeddedRedis, type EmbeddedRedis } from "../../src/runtime/embedded-redis.ts";

/**
 * A Redis server of our own with an append-only file, which may be killed and comes back with what it had. One that is killed needs `always`:
 * with `everysec` Redis answers for up to 2 s before it has handed over what it wrote, while the disk is slow.
 */
export class MortalRedis {
  readonly #dataFolder: string;
  readonly #fsync: "everysec" | "always";
  #redis: EmbeddedRedis | undefined;
  #onExit: () => void = () => undefined;
  #crashing: Promise<void> | undefined;

  constructor(dataFolder: string, fsync: "everysec" | "always") {
    this.#dataFolder = dataFolder;
    this.#fsync = fsync;
  }

  get url(): string {
    return this.#current.url;
  }

  get port(): number {
    return this.#current.tcp?.port ?? 0;
  }

  async start(): Promise<void> {
    this.#redis = await this.#open(true);
  }

  /** Ends the server as a crash would, and answers once it is ready again, in the same place. */
  crash(downMs: number): Promise<void> {
    // One that is down cannot be killed: the second of two kills at a time is the first.
    this.#crashing ??= this.#crash(downMs).finally(() => (this.#crashing = undefined));
    return this.#crashing;
  }

  async #crash(downMs: number): Promise<void> {
    const { pid, tcp } = this.#current;
    const exited = new Promise<void>((resolve) => (this.#onExit = resolve));
    process.kill(pid, "SIGKILL");
    await exited;
    await sleep(downMs);
    this.#redis = await this.#open(tcp ?? true);
  }

  async stop(): Promise<void> {
    await this.#redis?.stop();
  }

  get #current(): EmbeddedRedis {
    if (this.#redis === undefined) throw new Error("Redis was used before it was started");
    return this.#redis;
  }

  #open(tcp: NonNullable<Parameters<typeof startEmbeddedRedis>[0]["tcp"]>): Promise<EmbeddedRedis> {
    return startEmbeddedRedis({ dataFolder: this.#dataFolder, fsync: this.#fsync, tcp, onExit: () => this.#onExit() });
  }
}
