import type { Redis } from "ioredis";

/**
 * Keeps BullMQ from printing what it thinks of the eviction policy, once for each of its connections. It reads that from INFO, so there it
 * finds a policy that it says nothing about; levelflow's own log tells of the real one, once.
 */
export function withoutConsoleWarnings(client: Redis): Redis {
  const info = client.info.bind(client);
  const duplicate = client.duplicate.bind(client);
  // The client itself asks with a callback, for its ready check.
  client.info = (...args: readonly unknown[]): Promise<string> => {
    const answer = Reflect.apply(info, undefined, args) as Promise<string>;
    return args.length > 0
      ? answer
      : answer.then((text) => text.replace(/^maxmemory_policy:.*$/m, "maxmemory_policy:noeviction"));
  };
  client.duplicate = (override) => withoutConsoleWarnings(duplicate(override));
  return client;
}
