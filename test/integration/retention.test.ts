import { describe, expect, test } from "vitest";
import { queuePrefix } from "../../src/queue/bullmq/names.ts";
import { openEngine, type TestEngine } from "../support/engine.ts";
import { flat, layers } from "../support/payloads.ts";
import { until } from "../support/until.ts";

/** What no run's end removes: the workers and schedulers, what is known of node types and pools, and BullMQ's own keys of a queue. */
const NOT_OF_A_RUN =
  /:(workers|schedulers|pools|stateful-types|handler-times|(barriers|lanes-[^:]+):(meta|id|events|marker|stalled-check|pc))$/;

async function keysOfRuns({ redis, prefix }: TestEngine): Promise<string[]> {
  const keys = await redis.keys(`${queuePrefix(prefix)}:*`);
  return keys.filter((key) => !NOT_OF_A_RUN.test(key));
}

describe("retention", () => {
  test("of 0 leaves nothing of a run, however it ended", async () => {
    const engine = await openEngine({ settings: { retentionMs: 0, abortGraceMs: 100 } });
    const runs = await Promise.all([
      engine.producer.enqueue(layers({ levels: 3, width: 4, type: "sum" }), { idempotencyKey: "one", input: { a: 1 } }),
      engine.producer.enqueue(flat([{ id: "boom", type: "fail" }])),
      engine.producer.enqueue(flat([{ id: "slow", type: "nap", data: { ms: 60_000 } }])),
    ]);
    await until("the slow node runs", async () => (await runs[2].snapshot()).nodes["slow"]?.status === "running");
    await runs[2].cancel();
    await until("every run is gone", async () => (await keysOfRuns(engine)).length === 0);
    await expect(runs[0].status()).rejects.toMatchObject({ code: "RUN_NOT_FOUND" });
  });

  test("keeps a run until then", async () => {
    const engine = await openEngine({ settings: { retentionMs: 3_600_000 } });
    const run = await engine.producer.enqueue(layers({ levels: 1, width: 1, type: "sum" }));
    expect((await run.result()).status).toBe("completed");
    expect(await run.status()).toBe("completed");
  });
});
