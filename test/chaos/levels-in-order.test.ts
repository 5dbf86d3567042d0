import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunEvent, RunHandle } from "../../src/index.ts";
import { ids, type Payload } from "../support/payloads.ts";
import { liveJobs, withQueue } from "../support/queues.ts";
import { Cluster } from "../support/role-processes.ts";
import { allEvents } from "../support/run-events.ts";
import { until } from "../support/until.ts";

const WIDTH = 6;
const LEVELS = Array.from({ length: 4 }, (_, level) => ids(WIDTH, `l${String(level)}-`));

/** Each node hangs on one node of the level before, and one of each level is slow: only its barrier keeps the rest of the next one back. */
function unevenLevels(slowMs: number): Payload {
  const nodes = LEVELS.flatMap((level) => level.map((id, i) => ({ id, type: "nap", data: { ms: i === 0 ? slowMs : 5 } })));
  const edges = LEVELS.slice(1).flatMap((level, above) => level.map((target, i) => ({ source: LEVELS[above]![i]!, target })));
  return { nodes, edges };
}

/** The nodes that were started although a node of a level before theirs was not committed. */
function startedEarly(events: readonly RunEvent[]): string[] {
  const committed = new Set<string>();
  return events.flatMap(({ type, nodeId = "", level = 0 }) => {
    if (type === "node-completed") committed.add(nodeId);
    const isEarly =
      type === "node-started" &&
      LEVELS.slice(0, level)
        .flat()
        .some((id) => !committed.has(id));
    return isEarly ? [nodeId] : [];
  });
}

describe("a level over three worker processes", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = new Cluster();
    await cluster.start(3);
  });
  afterAll(() => cluster.close());

  const onBarriers = <T>(work: Parameters<typeof withQueue<T>>[3]): Promise<T> =>
    withQueue(cluster.redis, cluster.prefix, "barriers", work);

  /** Adds a barrier of the level that is under way, which fires at once. */
  const fireEarly = async (run: RunHandle, level: number, name: string): Promise<void> => {
    const dispatch = Number(await cluster.redis.hget(`{${cluster.prefix}:0}:run:${run.id}`, "dispatch"));
    const data = { kind: "barrier", runId: run.id, dispatch, level };
    const isDone = (id: string): Promise<boolean> => onBarriers(async (queue) => (await queue.getJobState(id)) === "completed");
    const { id } = await onBarriers((queue) => queue.add("early", data, { jobId: `${run.id}.early.${name}` }));
    await until("the early barrier has been heard", () => isDone(String(id)));
  };

  const expectInOrder = async (run: RunHandle): Promise<readonly RunEvent[]> => {
    expect((await run.result()).status).toBe("completed");
    const events = await allEvents(run);
    expect(startedEarly(events)).toEqual([]);
    const completed = events.filter(({ type }) => type === "node-completed").map(({ nodeId }) => nodeId);
    expect(completed.sort()).toEqual(LEVELS.flat());
    await until("no job is left", async () => (await liveJobs(cluster.redis, cluster.prefix)).length === 0);
    return events;
  };

  test("waits for the slowest node of the level before", async () => {
    await expectInOrder(await cluster.producer.enqueue(unevenLevels(200)));
  });

  test("is not begun early by barriers that fire while a node is at work", async () => {
    const run = await cluster.producer.enqueue(unevenLevels(1_000));
    const fired = new Set<number>();
    for await (const { type, nodeId = "", level = 0 } of run.events()) {
      // The slow node is alone by then.
      if (type !== "node-completed" || nodeId !== LEVELS[level]!.at(-1) || fired.has(level)) continue;
      fired.add(level);
      await fireEarly(run, level, String(level));
    }
    expect([...fired]).toEqual([0, 1, 2, 3]);
    const events = await expectInOrder(run);
    // They were not just ignored: the missing node was issued again.
    expect(events.filter(({ type }) => type === "level-started").length).toBeGreaterThan(LEVELS.length);
  });

  test("is not begun early by barriers of other levels and issuings", async () => {
    const run = await cluster.producer.enqueue(unevenLevels(500));
    const seen = new Set<number>();
    for await (const { type, level: current = 0 } of run.events()) {
      if (type !== "level-started" || seen.has(current)) continue;
      seen.add(current);
      const others = [0, 1, 2, 3].filter((level) => level !== current);
      await Promise.all(others.map((level) => fireEarly(run, level, `${String(current)}-${String(level)}`)));
    }
    expect([...seen]).toEqual([0, 1, 2, 3]);
    await expectInOrder(run);
  });
});
