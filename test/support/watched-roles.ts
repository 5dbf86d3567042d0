import { onTestFinished } from "vitest";
import { Producer, Scheduler, Worker, type AnyNodeDefinition, type SettingsInput } from "../../src/index.ts";
import { CapturedLog } from "./captured-log.ts";
import { QUICK_SETTINGS } from "./role-processes.ts";
import { testPrefix } from "./redis.ts";

export interface WatchedRole<Role extends Producer | Scheduler | Worker = Producer | Scheduler | Worker> {
  readonly role: Role;
  readonly log: CapturedLog;
}

export interface WatchedRoles {
  readonly producer: WatchedRole<Producer>;
  readonly scheduler: WatchedRole<Scheduler>;
  readonly workers: readonly WatchedRole<Worker>[];
  /** The scheduler and the workers. */
  readonly servers: readonly WatchedRole<Scheduler | Worker>[];
  readonly all: readonly WatchedRole[];
  /** Starts the scheduler and the workers. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface WatchedRolesOptions {
  readonly redisUrl: string;
  readonly settings?: SettingsInput;
  readonly nodes?: readonly AnyNodeDefinition[];
}

/** A producer, a scheduler and two workers in this process, each with a log of its own. They are not started, and end with the test. */
export function createWatchedRoles({ redisUrl, settings = {}, nodes = [] }: WatchedRolesOptions): WatchedRoles {
  const options = { connection: redisUrl, prefix: testPrefix(), settings: { ...QUICK_SETTINGS, ...settings } };
  const watch = <Role extends Producer | Scheduler | Worker>(
    create: (logger: CapturedLog["logger"]) => Role,
  ): WatchedRole<Role> => {
    const log = new CapturedLog();
    return { role: create(log.logger), log };
  };
  const producer = watch((logger) => new Producer({ ...options, logger }));
  const scheduler = watch((logger) => new Scheduler({ ...options, logger }));
  const workers = [1, 2].map(() => watch((logger) => new Worker({ ...options, nodes, logger })));
  const servers = [scheduler, ...workers];
  const stop = async (): Promise<void> => {
    await producer.role.close();
    await Promise.all(servers.map(({ role }) => role.stop()));
  };
  onTestFinished(stop, 20_000);
  return {
    producer,
    scheduler,
    workers,
    servers,
    all: [producer, ...servers],
    start: async () => {
      await Promise.all(servers.map(({ role }) => role.start()));
    },
    stop,
  };
}
