import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import { createBullmqQueue } from "../../src/queue/bullmq/bullmq-job-queue.ts";
import { redisConnector } from "../../src/runtime/connect-redis.ts";
import { redisUrl, removeKeys, testPrefix } from "../support/redis.ts";
import { describeJobQueueContract } from "./job-queue-contract.ts";

describeJobQueueContract({
  name: "BullMQ",
  async create() {
    const prefix = testPrefix();
    const connect = redisConnector(redisUrl(), { failFast: false, log: SILENT_LOGGER });
    const options = { connect, prefix, lockDurationMs: 1_000, stalledIntervalMs: 300 };
    const queue = createBullmqQueue(options);
    const peer = createBullmqQueue(options);
    await Promise.all([queue.start(), peer.start()]);
    return {
      queue,
      peer,
      async close() {
        await Promise.all([queue.stop(), peer.stop()]);
        await removeKeys(prefix);
      },
    };
  },
});
