import { Hono } from "hono";
import { z } from "zod";
import { describe, expect, onTestFinished, test } from "vitest";
import { bullBoard } from "../../src/http/bull-board.ts";
import { defineNode, Producer, Scheduler, Worker } from "../../src/index.ts";
import { QueueViewer } from "../../src/runtime/queue-viewer.ts";
import { redisUrl, removeKeys, testPrefix } from "../support/redis.ts";

interface ShownJob {
  readonly id: string;
  readonly name: string;
  readonly progress: unknown;
  readonly failedReason: string;
}

interface Board {
  readonly producer: Producer;
  /** What is in a queue, in one state. */
  readonly jobs: (queue: string, state: string) => Promise<readonly ShownJob[]>;
  readonly ask: (path: string, method?: string) => Promise<Response>;
  /** Lets nodes of type `gated` go on. */
  readonly openGate: () => void;
}

/** A scheduler, a worker and Bull Board, on keys of the test's own. */
async function openBoard(): Promise<Board> {
  const prefix = testPrefix();
  const options = { connection: redisUrl(), prefix, settings: { sweepIntervalMs: 200 } };
  let openGate: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (openGate = resolve));
  const nodes = [
    defineNode({
      type: "talks",
      data: z.object({}).loose(),
      run: ({ log, progress }) => {
        for (let line = 1; line <= 250; line += 1) log.info("a line", { line });
        progress(0.5, "half way");
        return 1;
      },
    }),
    defineNode({
      type: "fails",
      data: z.object({}).loose(),
      run: () => {
        throw new Error("the disk is full");
      },
    }),
    defineNode({ type: "gated", data: z.object({}).loose(), run: () => gate.then(() => 1) }),
  ];
  const scheduler = new Scheduler(options);
  const worker = new Worker({ ...options, nodes, concurrency: 2 });
  const producer = new Producer(options);
  const viewer = new QueueViewer(options);
  onTestFinished(async () => {
    openGate();
    await Promise.all([worker.stop(), scheduler.stop(), producer.close(), viewer.stop()]);
    await removeKeys(prefix);
  });
  await Promise.all([worker.start(), scheduler.start(), viewer.start()]);
  const app = new Hono();
  app.route("/board", bullBoard({ path: "/board", queues: () => viewer.queues() }));
  const ask: Board["ask"] = async (path, method = "GET") => app.request(`http://localhost/board/api/queues${path}`, { method });
  return {
    producer,
    ask,
    openGate,
    jobs: async (queue, state) => {
      const answer = await ask(`?activeQueue=${queue}&status=${state}&page=1&jobsPerPage=50`);
      const { queues } = (await answer.json()) as { queues: { name: string; jobs: ShownJob[] }[] };
      return queues.find(({ name }) => name === queue)?.jobs ?? [];
    },
  };
}

describe("a run in Bull Board", () => {
  test("has names, the handlers' lines up to a limit, and progress", async () => {
    const { producer, ask, jobs } = await openBoard();
    const nodes = [{ id: "speak", type: "talks" }];
    const run = await producer.enqueue({ workflow_id: "report", nodes });
    expect((await run.result()).status).toBe("completed");
    await expect.poll(async () => (await jobs("lanes-default", "completed")).length).toBe(1);
    const [lane] = await jobs("lanes-default", "completed");
    expect(lane).toMatchObject({ name: "report: level 0, node speak" });
    const names = (await jobs("barriers", "completed")).map(({ name }) => name);
    expect(names).toContain("report: start");
    expect(names).toContain("report: level 0 (speak)");
    const logs = async (): Promise<string[]> => (await (await ask(`/lanes-default/${lane?.id ?? ""}/logs`)).json()) as string[];
    await expect.poll(async () => (await logs()).length).toBe(200);
    expect((await logs())[0]).toBe('speak: info: a line {"line":1}');
    expect((await logs()).at(-1)).toBe("Further lines are in the log of the worker only.");
    expect(lane?.progress).toEqual({ node: "speak", fraction: 0.5, note: "half way" });
  });

  test("shows the run's error with its barrier", async () => {
    const { producer, jobs } = await openBoard();
    const run = await producer.enqueue({ workflow_id: "broken", nodes: [{ id: "bad", type: "fails" }] });
    expect((await run.result()).status).toBe("failed");
    await expect.poll(async () => (await jobs("barriers", "failed")).length).toBe(1);
    const [barrier] = await jobs("barriers", "failed");
    expect(barrier).toMatchObject({ name: "broken: level 0 (bad)", failedReason: expect.stringContaining("the disk is full") });
  });
});

describe("what is done in Bull Board", () => {
  test("leaves a run to end right: jobs removed, emptied, promoted, retried", async () => {
    const { producer, ask, jobs, openGate } = await openBoard();
    const wide = Array.from({ length: 6 }, (_, i) => ({ id: `n${String(i)}`, type: "gated" }));
    const run = await producer.enqueue({
      workflow_id: "wide",
      nodes: [...wide, { id: "end", type: "talks" }],
      edges: wide.map(({ id }) => ({ source: id, target: "end" })),
    });
    await expect.poll(async () => (await jobs("lanes-default", "active")).length).toBe(2);
    expect((await jobs("lanes-default", "waiting")).length).toBe(4);
    const [victim] = await jobs("lanes-default", "waiting");
    expect((await ask(`/lanes-default/${victim?.id ?? ""}/clean`, "PUT")).ok).toBe(true);
    expect((await ask("/lanes-default/empty", "PUT")).ok).toBe(true);
    expect(await jobs("lanes-default", "waiting")).toEqual([]);
    await ask("/lanes-default/promote", "PUT");
    openGate();
    const { status, nodeResults } = await run.result();
    expect([status, Object.keys(nodeResults).length]).toEqual(["completed", 7]);

    const [ended] = await jobs("barriers", "completed");
    await ask(`/barriers/${ended?.id ?? ""}/retry/completed`, "PUT");
    await ask("/lanes-default/retry/completed", "PUT");
    expect((await run.result()).nodeResults).toEqual(nodeResults);
    expect(await run.status()).toBe("completed");
  });

  test("fails a job that somebody made up, and harms nothing", async () => {
    const { producer, ask, jobs } = await openBoard();
    const before = await producer.enqueue({ nodes: [{ id: "a", data: { value: 1 } }] });
    await before.result();
    const [lane] = await jobs("lanes-default", "completed");
    expect(lane?.name).toBe("level 0, node a");
    const answer = await ask("/barriers/add", "POST");
    expect(answer.status).toBeLessThan(500);
    await expect
      .poll(async () => (await jobs("barriers", "failed")).map(({ failedReason }) => failedReason))
      .toEqual([expect.stringContaining("no job of levelflow")]);
  });
});
