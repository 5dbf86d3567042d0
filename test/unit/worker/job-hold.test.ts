import { describe, expect, test } from "vitest";
import { z } from "zod";
import { JobHold } from "../../../src/core/run/job-hold.ts";
import { defineNode } from "../../../src/index.ts";
import { HandlerSlots } from "../../../src/worker/handler-slots.ts";
import { runLane } from "../../../src/worker/run-lane.ts";
import { flat } from "../../support/payloads.ts";
import { createWorkerBench } from "../../support/worker-bench.ts";

test("who listens hears once that a lane is lost, whenever that was", () => {
  const hold = new JobHold();
  const heard: string[] = [];
  hold.whenLost(() => heard.push("before"));
  expect({ isLost: hold.isLost, heard }).toEqual({ isLost: false, heard: [] });
  hold.lose();
  hold.lose();
  hold.whenLost(() => heard.push("after"));
  expect({ isLost: hold.isLost, heard }).toEqual({ isLost: true, heard: ["before", "after"] });
});

describe("the nodes of a lane that is lost", () => {
  const reasons: unknown[] = [];
  const waiting = defineNode({
    type: "waiting",
    data: z.unknown(),
    run: ({ signal }) =>
      new Promise((resolve) =>
        signal.addEventListener("abort", () => {
          reasons.push(signal.reason);
          resolve(null);
        }),
      ),
  });

  test("are told to stop, and no further one is begun; those of other lanes go on", async () => {
    const { context, lane, store, runId } = await createWorkerBench({
      payload: flat([1, 2, 3].map((i) => ({ id: `n${String(i)}`, type: "waiting" }))),
      nodes: [waiting],
    });
    let tokenCount = 0;
    const worker = { ...context, slots: new HandlerSlots(2), newToken: () => `token-${String((tokenCount += 1))}` };
    const holds = [new JobHold(), new JobHold()];
    const lanes = holds.map((hold, number) =>
      runLane(worker, { ...lane, lane: number, strands: 1 }, { hold, isRepeated: false }, () => false),
    );
    await expect.poll(() => context.active.list().length).toBe(2);
    holds[0]?.lose();
    await expect.poll(() => reasons).toEqual([expect.objectContaining({ kind: "claim-lost" })]);
    await expect.poll(() => context.active.list().length).toBe(1);
    holds[1]?.lose();
    await Promise.all(lanes);
    expect(reasons).toHaveLength(2);
    expect((await store.readNodes({ runId })).size).toBe(2);
  });
});
