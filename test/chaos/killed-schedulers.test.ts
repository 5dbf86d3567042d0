import { describe, expect, test } from "vitest";
import type { RunHandle } from "../../src/index.ts";
import { expectRightSums } from "../support/expect-right.ts";
import { flat, layers } from "../support/payloads.ts";
import { liveJobs } from "../support/queues.ts";
import { openCluster, type RoleProcess } from "../support/role-processes.ts";
import { createRandom } from "../support/random.ts";
import { until } from "../support/until.ts";

describe("schedulers that are killed", () => {
  test("at any moment of a stream of runs leave every run to the next one", async () => {
    const cluster = openCluster();
    const { scheduler } = await cluster.start(1);
    const random = createRandom(2026);
    const shape = { levels: 12, width: 3 };
    const payload = layers({ ...shape, type: "sum", data: { ms: 5 } });
    const runs: RunHandle[] = [];
    let current: RoleProcess = scheduler;
    for (let round = 0; round < 4; round += 1) {
      const [next, ...enqueued] = await Promise.all([
        cluster.startRole("scheduler"),
        ...Array.from({ length: 6 }, () => cluster.producer.enqueue(payload)),
      ]);
      runs.push(...enqueued);
      // Some way into the newest run, another way each time.
      const goal = Math.floor(random() * shape.levels * shape.width);
      const newest = cluster.producer.run(enqueued.at(-1)!.id);
      await until("the run is on its way", async () => Object.keys((await newest.snapshot()).nodeResults).length >= goal);
      await current.kill();
      current = next;
    }
    for (const run of runs) await expectRightSums(run, shape);
    await until("no job is left", async () => (await liveJobs(cluster.redis, cluster.prefix)).length === 0);
  }, 60_000);

  test("while a run fails still let it end", async () => {
    const cluster = openCluster({ settings: { abortGraceMs: 500 } });
    const { scheduler } = await cluster.start(1);
    const naps = Array.from({ length: 5 }, (_, i) => ({ id: `s${i}`, type: "stubborn", data: { ms: 20_000 } }));
    const run = await cluster.producer.enqueue(flat([...naps, { id: "broken", type: "fail", data: { untilBegan: 5 } }]));
    await until("it is failing", async () => (await run.status()) === "failing");
    await scheduler.kill();
    await cluster.startRole("scheduler");
    const result = await run.result();
    expect(result.status).toBe("failed");
    expect(result.errors.map((error) => error.nodeId)).toEqual(["broken"]);
    await until("no job is left", async () => (await liveJobs(cluster.redis, cluster.prefix)).length === 0);
  });
});
