import type { Redis } from "ioredis";
import { redisFaultOf, type RedisFault } from "../core/errors/redis-fault.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { Health } from "./health.ts";

export interface RedisLinkOptions {
  readonly log: Logger;
  /** Whether calls fail while Redis is not there, or wait for it. */
  readonly failFast: boolean;
  /** A key of levelflow's own. Nothing is ever stored under it. */
  readonly probeKey: string;
}

interface Trouble {
  readonly status: "redis-away" | "redis-refusing";
  readonly since: number;
  reason: string;
  /** Whether the log tells of it. */
  readonly isTold: boolean;
}

const LOST = "the connection was lost";
const SILENT = "it does not answer";
/** A connection that is back so soon was no absence worth telling of, in ms. */
const PATIENCE_MS = 250;
/** The same while other connections can be used, in ms: one may take long to open in a process that has much to do. */
const LONG_PATIENCE_MS = 3_000;
/** How often Redis is asked whether it takes writes again, in ms. */
const PROBE_MS = 500;
/** How long nothing may have been refused before the trouble counts as over, in ms. */
const QUIET_MS = 1_500;
/** How often a replica makes the connections be opened anew: after a failover the same address leads to the primary. In ms. */
const REOPEN_MS = 5_000;

/**
 * What one role knows of its Redis, over all of its connections: whether it is away, or refuses commands, since when and why. Says so once
 * when it begins and once when it is over, however many commands, tickers and jobs meet it.
 */
export class RedisLink {
  readonly #options: RedisLinkOptions;
  /** Every connection that is open or being opened, and whether it can be used. */
  readonly #connections = new Map<Redis, boolean>();
  #phase: "idle" | "opening" | "open" | "closed" = "idle";
  #awaySince: number | undefined;
  #trouble: Trouble | undefined;
  #troubleEndedAt = -Infinity;
  #refusedAt = -Infinity;
  #reopenedAt = -Infinity;
  #lastFault: RedisFault | undefined;
  #lastError: Error | undefined;
  #patience: NodeJS.Timeout | undefined;
  #probe: NodeJS.Timeout | undefined;

  constructor(options: RedisLinkOptions) {
    this.#options = options;
  }

  /** Follows a client from its first connection to its end. */
  track(client: Redis): void {
    client.on("connecting", () => this.#follow(client, false));
    client.on("ready", () => this.#follow(client, true));
    client.on("close", () => this.#connections.has(client) && this.#follow(client, false));
    client.on("end", () => this.#forget(client));
    const disconnect = client.disconnect.bind(client);
    // A client that is disconnected between two attempts to connect does not say that it has ended.
    client.disconnect = (reconnect = false) => {
      if (!reconnect) this.#forget(client);
      disconnect(reconnect);
    };
    // Without a listener a lost connection would end the process; the client reconnects by itself.
    client.on("error", (error: Error) => {
      this.#options.log.debug({ err: error }, "Redis connection");
      this.#lastError = error;
      this.#learn(redisFaultOf(error));
    });
  }

  /** Connections are being made for the first time; that they are not there yet is not worth telling. */
  opening(): void {
    this.#phase = "opening";
    this.#awaySince = performance.now();
    this.#lastError = this.#lastFault = undefined;
  }

  /** An attempt to connect has failed, or the first write was refused. When nobody waits any more the start fails, which tells of it. */
  failedToOpen({ kind, reason }: RedisFault, { isWaiting }: { readonly isWaiting: boolean }): void {
    if (this.#phase === "closed") return;
    const status = kind === "refusing" ? "redis-refusing" : "redis-away";
    this.#begin(status, reason, { isTold: isWaiting || this.#options.failFast });
  }

  /** Everything is there. */
  opened(): void {
    this.#phase = "open";
    this.#end();
    this.#judge();
  }

  /** The connections are being ended on purpose. */
  closed({ forGood }: { readonly forGood: boolean }): void {
    this.#phase = forGood ? "closed" : "idle";
    clearTimeout(this.#patience);
    clearTimeout(this.#probe);
    this.#patience = this.#probe = this.#awaySince = undefined;
    if (forGood) this.#trouble = undefined;
  }

  health(): Health {
    if (this.#phase === "closed") return { status: "stopped" };
    if (this.#trouble !== undefined) {
      const { status, reason, since } = this.#trouble;
      return { status, reason, forMs: Math.round(performance.now() - since) };
    }
    return { status: this.#phase === "open" ? "ok" : "idle" };
  }

  /** Since when a connection has been missing, on the clock of `performance.now()`; `undefined` while all are there. */
  get awaySince(): number | undefined {
    return this.#awaySince;
  }

  /** When the last trouble was over, on the same clock; `-Infinity` if there was none. */
  get troubleEndedAt(): number {
    return this.#troubleEndedAt;
  }

  /** What was last said of why Redis cannot be reached. */
  get lastFault(): RedisFault | undefined {
    return this.#lastFault;
  }

  /** The last error of any connection. A command that fails with it says less. */
  get lastError(): Error | undefined {
    return this.#lastError;
  }

  /** Whether some connection is open, and yet cannot be used. */
  get isHalfOpen(): boolean {
    return [...this.#connections.keys()].some(({ status }) => status === "connect");
  }

  /** A connection that can be used. */
  findReady(): Redis | undefined {
    return [...this.#connections].find(([, isReady]) => isReady)?.[0];
  }

  /** Whether Redis was away or refused commands at some time of the last `ms`. */
  wasTroubledWithin(ms: number): boolean {
    return this.#trouble !== undefined || this.#awaySince !== undefined || performance.now() - this.#troubleEndedAt < ms;
  }

  /** Takes note of an error if it is Redis' doing, and answers whether it is: then all that is to be said of it is said here. */
  note(error: unknown): RedisFault | undefined {
    const fault = redisFaultOf(error);
    if (fault === undefined) return undefined;
    if (fault.kind === "refusing" && this.#phase === "open") {
      this.#refusedAt = performance.now();
      this.#begin("redis-refusing", fault.reason);
      this.#scheduleProbe();
    }
    return fault;
  }

  /** Asks for a write that writes nothing. `undefined` if Redis takes it. */
  async tryWrite(): Promise<RedisFault | undefined> {
    const client = this.findReady();
    if (client === undefined) return this.#lastFault ?? { kind: "away", reason: LOST };
    try {
      await client.setrange(this.#options.probeKey, 0, "");
      return undefined;
    } catch (error) {
      if (error instanceof Error && error.message.includes("READONLY ")) this.#reopenAll();
      return redisFaultOf(error);
    }
  }

  #learn(fault: RedisFault | undefined): void {
    if (fault === undefined) return;
    this.#lastFault = fault;
    if (this.#trouble?.status === "redis-away") this.#trouble.reason = fault.reason;
  }

  #follow(client: Redis, isReady: boolean): void {
    this.#connections.set(client, isReady);
    this.#judge();
  }

  #forget(client: Redis): void {
    this.#connections.delete(client);
    if (this.#awaySince !== undefined) void this.#askForReturn();
  }

  /** That a missing connection is not wanted any more tells nothing of Redis: one of those that are left has to answer. */
  async #askForReturn(): Promise<void> {
    await this.findReady()
      ?.ping()
      .then(
        () => this.#judge(),
        () => undefined,
      );
  }

  #judge(): void {
    if (this.#phase !== "open") return;
    if (![...this.#connections.values()].includes(false)) return this.#becomeComplete();
    this.#awaySince ??= performance.now();
    if (this.#patience === undefined) this.#wait(this.#awaySince);
  }

  /** Has patience with connections that are missing; more of it while Redis is there for others, or they were opened anew on purpose. */
  #wait(since: number): void {
    this.#patience = setTimeout(() => {
      const now = performance.now();
      const isExpected = this.findReady() !== undefined || now - this.#reopenedAt < LONG_PATIENCE_MS;
      if (isExpected && now - since < LONG_PATIENCE_MS) return this.#wait(since);
      const reason = this.isHalfOpen ? SILENT : LOST;
      return this.#begin("redis-away", this.#lastFault?.reason ?? reason, { since });
    }, PATIENCE_MS).unref();
  }

  #becomeComplete(): void {
    clearTimeout(this.#patience);
    this.#patience = this.#awaySince = this.#lastFault = undefined;
    if (this.#trouble?.status === "redis-away") this.#end();
  }

  #begin(
    status: Trouble["status"],
    reason: string,
    { since = performance.now(), isTold = true }: { readonly since?: number; readonly isTold?: boolean } = {},
  ): void {
    const before = this.#trouble;
    this.#trouble = { status, reason, since: before?.since ?? since, isTold: isTold || before?.isTold === true };
    if (!isTold || (before?.status === status && before.isTold)) return;
    const what = status === "redis-away" ? "Redis is away" : "Redis refuses commands";
    this.#options.log.warn({ reason }, `${what}; ${this.#options.failFast ? "calls fail until that ends" : "waiting for it"}`);
  }

  #end(): void {
    if (this.#trouble === undefined) return;
    const { status, since, isTold } = this.#trouble;
    this.#trouble = undefined;
    this.#troubleEndedAt = performance.now();
    if (!isTold) return;
    const afterMs = Math.round(this.#troubleEndedAt - since);
    this.#options.log.info({ afterMs }, status === "redis-away" ? "Redis is back" : "Redis takes commands again");
  }

  #scheduleProbe(): void {
    this.#probe ??= setTimeout(() => {
      this.#probe = undefined;
      void this.#askForEnd();
    }, PROBE_MS).unref();
  }

  /** Ends the trouble once Redis takes writes, and has refused nothing for a while. */
  async #askForEnd(): Promise<void> {
    if (this.#phase !== "open" || this.#trouble?.status !== "redis-refusing") return;
    const fault = await this.tryWrite();
    if (fault?.kind === "refusing") this.#begin("redis-refusing", fault.reason);
    if (fault === undefined && performance.now() - this.#refusedAt >= QUIET_MS) this.#end();
    else this.#scheduleProbe();
  }

  #reopenAll(): void {
    if (this.#phase !== "open" || performance.now() - this.#reopenedAt < REOPEN_MS) return;
    this.#reopenedAt = performance.now();
    for (const client of this.#connections.keys()) client.disconnect(true);
  }
}
