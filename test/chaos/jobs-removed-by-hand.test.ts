import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunHandle } from "../../src/index.ts";
import { startEngine, type TestEngine } from "../support/engine.ts";
import { expectRightSums } from "../support/expect-right.ts";
import { layers } from "../support/payloads.ts";
import { liveJobs, withQueue } from "../support/queues.ts";
import { QUICK_SETTINGS } from "../support/role-processes.ts";
import { eventOf } from "../support/run-events.ts";
import { until } from "../support/until.ts";

const SHAPE = { levels: 3, width: 6 };

describe("a run whose jobs are removed by hand", () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startEngine({ settings: QUICK_SETTINGS });
  });
  afterAll(() => engine.stop());

  const queue = <T>(name: string, work: Parameters<typeof withQueue<T>>[3]): Promise<T> =>
    withQueue(engine.redis, engine.prefix, name, work);
  /** A run in its second level, two nodes of it at work at a time. */
  const runUnderway = async (): Promise<RunHandle> => {
    const run = await engine.producer.enqueue(layers({ ...SHAPE, type: "sum", data: { ms: 60 } }), { maxConcurrency: 2 });
    await eventOf(run, (event) => event.type === "node-started" && event.level === 1);
    return run;
  };
  const expectRight = async (run: RunHandle): Promise<void> => {
    await expectRightSums(run, SHAPE);
    await until("no job is left", async () => (await liveJobs(engine.redis, engine.prefix)).length === 0);
  };

  test("the queue of the barriers is obliterated", async () => {
    const run = await runUnderway();
    await queue("barriers", (barriers) => barriers.obliterate({ force: true }));
    await queue("barriers", (barriers) => barriers.resume());
    await expectRight(run);
  });

  test("the queue of the lanes is drained", async () => {
    const run = await runUnderway();
    await queue("lanes-default", (lanes) => lanes.drain(true));
    await expectRight(run);
  });

  test("the queue of the lanes is obliterated", async () => {
    const run = await runUnderway();
    await queue("lanes-default", (lanes) => lanes.obliterate({ force: true }));
    await queue("lanes-default", (lanes) => lanes.resume());
    await expectRight(run);
  });

  test("barriers that wait are cleaned away", async () => {
    const run = await runUnderway();
    expect(await queue("barriers", (barriers) => barriers.clean(0, 100, "waiting-children" as "wait"))).not.toEqual([]);
    await expectRight(run);
  });

  test("the barrier is removed alone", async () => {
    const run = await runUnderway();
    await queue("barriers", (barriers) => barriers.remove(`${run.id}.1.1`, { removeChildren: false }));
    await expectRight(run);
  });

  test("the start job is removed before a scheduler has it", async () => {
    const run = await engine.producer.enqueue(layers({ ...SHAPE, type: "sum" }));
    await queue("barriers", (barriers) => barriers.remove(`${run.id}.1.start`));
    await expectRight(run);
  });

  test("a lane that waits is removed", async () => {
    const busy = await engine.producer.enqueue(layers({ levels: 1, width: 100, type: "sum", data: { ms: 100 } }));
    const run = await engine.producer.enqueue(layers({ ...SHAPE, type: "sum", data: { ms: 20 } }));
    await eventOf(run, (event) => event.type === "level-started");
    await queue("lanes-default", async (lanes) => {
      for (let lane = 0; lane < SHAPE.width; lane += 2) await lanes.remove(`${run.id}.1.0.${lane}`);
    });
    await expectRight(run);
    expect((await busy.result()).status).toBe("completed");
  });
});
