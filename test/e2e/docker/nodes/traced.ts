import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { defineNode } from "levelflow";
import { z } from "zod";

const redis = new Redis(process.env["REDIS_URL"] ?? "", { maxRetriesPerRequest: null, lazyConnect: true });
redis.on("error", () => undefined);

/** The sum of its inputs, and 1, after `ms`. Each time it is begun leaves a trace, whatever becomes of it. */
export const traced = defineNode({
  type: "traced",
  data: z.object({ ms: z.number() }),
  run: async ({ data: { ms }, inputs, run, node, signal }) => {
    await redis.rpush(`trace:${run.id}`, node.id);
    await sleep(ms, undefined, { signal });
    return (inputs as number[]).reduce((sum, value) => sum + value, 1);
  },
});
