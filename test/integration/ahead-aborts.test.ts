import { expect, test } from "vitest";
import { z } from "zod";
import { defineNode, type AnyNodeDefinition } from "../../src/index.ts";
import { openEngine } from "../support/engine.ts";
import { until } from "../support/until.ts";

test("a handler that runs ahead of its claim is aborted when its run stops, though word of that is lost", async () => {
  const at: { begun: boolean; reason?: unknown } = { begun: false };
  const quick = defineNode({
    type: "mostly-quick",
    data: z.object({ waits: z.boolean() }),
    pure: true,
    run: ({ data, signal }) => {
      if (!data.waits) return null;
      at.begun = true;
      return new Promise<null>((resolve) => {
        signal.addEventListener("abort", () => {
          at.reason = signal.reason;
          resolve(null);
        });
      });
    },
  }) as unknown as AnyNodeDefinition;
  const { producer, redis, prefix } = await openEngine({ nodes: [quick], workers: 1, settings: { heartbeatMs: 50 } });
  const payload = (waits: boolean) => ({
    nodes: [
      { id: "a", type: "mostly-quick", data: { waits: false } },
      { id: "b", type: "mostly-quick", data: { waits } },
    ],
    edges: [{ source: "a", target: "b" }],
  });
  // Until it is known as quick.
  for (let time = 0; time < 10; time += 1) await (await producer.enqueue(payload(false))).result();
  await until("the type is known", async () => (await redis.hexists(`{${prefix}:0}:handler-times`, "mostly-quick")) === 1);
  await (await producer.enqueue(payload(false))).result();

  const run = await producer.enqueue(payload(true));
  await until("b is at work", () => at.begun);
  const key = `{${prefix}:0}:run:${run.id}`;
  expect(await redis.hexists(`${key}:nodes`, "b")).toBe(0);
  // As a cancel does, but that nobody is told.
  await redis.hset(key, { status: "cancelling", cause: JSON.stringify({ code: "RUN_CANCELLED", message: "run cancelled" }) });
  await until("b is told to stop", () => at.reason !== undefined);
  expect(at.reason).toMatchObject({ name: "AbortError", kind: "run-stopped" });
  // The run ends by a cancel that is heard of.
  await redis.hset(key, { status: "running" });
  await run.cancel();
  expect((await run.result()).status).toBe("cancelled");
});
