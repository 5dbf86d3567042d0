import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Redis } from "ioredis";
import { onTestFinished } from "vitest";
import { Producer, type SettingsInput } from "../../src/index.ts";
import { redisUrl as sharedRedisUrl, testPrefix } from "./redis.ts";
import { openTestClient, removeKeysOf } from "./test-client.ts";
import { TYPESCRIPT_ARGS } from "./typescript-args.ts";

/** Short times, so that what takes seconds in production takes a fraction of one here. */
export const QUICK_SETTINGS = {
  lockDurationMs: 1_500,
  stalledIntervalMs: 500,
  sweepIntervalMs: 500,
  heartbeatMs: 200,
  abortGraceMs: 2_000,
  shutdownGraceMs: 0,
} as const satisfies SettingsInput;

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const ENTRY = "test/support/role-process-main.ts";

export interface RoleProcess {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Ends it as a crash would, and waits until it is gone. */
  kill(): Promise<void>;
  /** Asks it to stop, and answers its exit code. */
  stop(): Promise<number | null>;
}

export interface StartOptions {
  readonly settings?: SettingsInput;
  readonly concurrency?: number;
  /** Custom node types that a worker does not know. */
  readonly without?: readonly string[];
  /** The folder of another build of the project to start it from. */
  readonly build?: string;
  /** How far its clock is ahead of the machine's, in ms; behind it if negative. */
  readonly clockOffsetMs?: number;
}

/** Role processes of one test, over one Redis and prefix, with a producer and a client to look at things. */
export class Cluster {
  readonly prefix = testPrefix();
  readonly redisUrl: string;
  readonly producer: Producer;
  readonly redis: Redis;
  readonly #settings: SettingsInput;
  readonly #children = new Set<RoleProcess>();

  constructor({
    redisUrl = sharedRedisUrl(),
    settings = {},
  }: { readonly redisUrl?: string; readonly settings?: SettingsInput } = {}) {
    this.redisUrl = redisUrl;
    this.#settings = { ...QUICK_SETTINGS, ...settings };
    this.producer = new Producer({ connection: redisUrl, prefix: this.prefix, settings: this.#settings });
    this.redis = openTestClient(redisUrl);
  }

  /** Starts a scheduler and so many workers, and answers once all of them take work. */
  async start(workers: number, options: StartOptions = {}): Promise<{ scheduler: RoleProcess; workers: RoleProcess[] }> {
    const [scheduler, ...rest] = await Promise.all([
      this.startRole("scheduler"),
      ...Array.from({ length: workers }, () => this.startRole("worker", options)),
    ]);
    return { scheduler, workers: rest };
  }

  async startRole(
    role: "scheduler" | "worker",
    { settings = {}, concurrency = 50, without = [], build = ROOT, clockOffsetMs = 0 }: StartOptions = {},
  ): Promise<RoleProcess> {
    const options = {
      role,
      redisUrl: this.redisUrl,
      prefix: this.prefix,
      settings: { ...this.#settings, ...settings },
      concurrency,
      without,
      clockOffsetMs,
    };
    const child = fork(join(build, ENTRY), [JSON.stringify(options)], {
      cwd: build,
      execArgv: [...TYPESCRIPT_ARGS],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const exited = once(child, "exit");
    const started = await Promise.race([once(child, "message").then(() => true), exited.then(() => false)]);
    if (!started) throw new Error(`a ${role} process ended before it was ready`);
    const process: RoleProcess = {
      pid: child.pid ?? 0,
      child,
      kill: async () => {
        child.kill("SIGKILL");
        await exited;
      },
      stop: async () => {
        child.kill("SIGTERM");
        await exited;
        return child.exitCode;
      },
    };
    this.#children.add(process);
    child.on("exit", () => this.#children.delete(process));
    return process;
  }

  /** Ends what is left of it, and its keys. */
  async close(): Promise<void> {
    await this.producer.close();
    await Promise.all([...this.#children].map((process) => process.kill()));
    await removeKeysOf(this.redis, this.prefix);
    this.redis.disconnect();
  }
}

/** A cluster that ends with the test. */
export function openCluster(options: ConstructorParameters<typeof Cluster>[0] = {}): Cluster {
  const cluster = new Cluster(options);
  onTestFinished(() => cluster.close(), 20_000);
  return cluster;
}
