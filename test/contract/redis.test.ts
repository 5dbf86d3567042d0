import { setTimeout as sleep } from "node:timers/promises";
import { createRedisStore } from "../../src/store/redis/redis-run-store.ts";
import { redisUrl, removeKeys, testPrefix } from "../support/redis.ts";
import { describeRunStoreContract } from "./run-store-contract.ts";

describeRunStoreContract({
  name: "Redis",
  isClockManual: false,
  async create() {
    const prefix = testPrefix();
    const [store, peer] = [1, 2].map(() => createRedisStore({ connection: redisUrl(), prefix }));
    if (store === undefined || peer === undefined) throw new Error("no store was made");
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
