import { FlowProducer, Worker } from "bullmq";
import { Redis } from "ioredis";
import type { Contender } from "./contender.ts";
import type { Shape } from "./shapes.ts";

/**
 * What one would write by hand: a job a node, a parent job a level that adds the next level when its children are done. No claims, no
 * results store, no events, no fail-fast; a crash between two levels loses the run.
 */
export async function startHandwritten(url: string, prefix: string, concurrency: number): Promise<Contender> {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  const options = { connection, prefix };
  const flows = new FlowProducer(options);
  const finished = new Map<string, () => void>();
  const addLevel = async (runId: string, widths: readonly number[], level: number): Promise<void> => {
    await flows.add({
      name: "level",
      queueName: "barriers",
      data: { runId, widths, level },
      opts: { jobId: `${runId}.${String(level)}` },
      children: Array.from({ length: widths[level] ?? 0 }, (_, i) => ({
        name: "node",
        queueName: "nodes",
        data: { runId, level, node: i },
        opts: { jobId: `${runId}.${String(level)}.${String(i)}` },
      })),
    });
  };
  const barriers = new Worker(
    "barriers",
    async (job) => {
      const { runId, widths, level } = job.data as { runId: string; widths: number[]; level: number };
      if (level + 1 < widths.length) await addLevel(runId, widths, level + 1);
      else finished.get(runId)?.();
    },
    { ...options, concurrency: 20 },
  );
  const nodes = new Worker("nodes", (job) => Promise.resolve({ step: (job.data as { node: number }).node }), {
    ...options,
    concurrency,
  });
  await Promise.all([barriers.waitUntilReady(), nodes.waitUntilReady(), flows.waitUntilReady()]);
  let runCount = 0;
  return {
    name: "hand-written",
    run: async ({ widths }: Shape) => {
      const runId = `run-${String((runCount += 1))}`;
      const end = new Promise<void>((resolve) => finished.set(runId, resolve));
      await addLevel(runId, widths, 0);
      await end;
      finished.delete(runId);
    },
    stop: async () => {
      await Promise.all([barriers.close(), nodes.close(), flows.close()]);
      connection.disconnect();
    },
  };
}
