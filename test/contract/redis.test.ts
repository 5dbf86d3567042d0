import { setTimeout as sleep } from "node:timers/promises";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import { redisConnector } from "../../src/runtime/connect-redis.ts";
import { createRedisStore } from "../../src/store/redis/redis-run-store.ts";
import { redisUrl, removeKeys, testPrefix } from "../support/redis.ts";
import { describeRunStoreContract } from "./run-store-contract.ts";

describeRunStoreContract({
  name: "Redis",
  isClockManual: false,
  async create() {
    const prefix = testPrefix();
    const connect = redisConnector(redisUrl(), { failFast: false, log: SILENT_LOGGER });
    const store = createRedisStore({ connect, prefix });
    const peer = createRedisStore({ connect, prefix });
    await Promise.all([store.start(), peer.start()]);
    return {
      store,
      peer,
      // Redis counts whole milliseconds of a clock of its own: one more makes sure of the full span.
      advance: (ms) => sleep(ms + 1),
      async close() {
        await Promise.all([store.stop(), peer.stop()]);
        await removeKeys(prefix);
      },
    };
  },
});
