import { FlowProducer, Worker } from "bullmq";
import { Redis } from "ioredis";
import { execute, type Graph, type GraphNode, type GraphResult } from "./graph.ts";
import type { RoleOptions, StopRole } from "./role-main.ts";

// What one would write by hand: a job a node, and a parent job a level that adds the next level when its children are done. Every node
// reads its inputs from, and writes its result to, one hash a run. No claims, no events, no timings, no retries or fail-fast across nodes;
// a crash between two levels loses the run.

const BARRIERS = "barriers";
const NODES = "nodes";
/** Barriers that a scheduler works on at a time. */
const BARRIER_CONCURRENCY = 20;

interface BarrierData {
  readonly runId: string;
  readonly seed: number;
  readonly level: number;
}

interface NodeData {
  readonly runId: string;
  readonly seed: number;
  readonly node: GraphNode;
}

/** Names of what a run keeps in Redis. */
export const handwrittenKeys = (prefix: string) => ({
  graph: (runId: string) => `${prefix}:graph:${runId}`,
  results: (runId: string) => `${prefix}:results:${runId}`,
  finished: `${prefix}:finished`,
});

/** BullMQ's workers wait for ever on theirs. */
export function openHandwrittenClient(redisUrl: string): Redis {
  return new Redis(redisUrl, { maxRetriesPerRequest: null });
}

export async function addLevel(flows: FlowProducer, { levels }: Graph, { runId, seed, level }: BarrierData): Promise<void> {
  await flows.add({
    name: "level",
    queueName: BARRIERS,
    data: { runId, seed, level } satisfies BarrierData,
    opts: { jobId: `${runId}.${level}` },
    children: (levels[level] ?? []).map((node) => ({
      name: "node",
      queueName: NODES,
      data: { runId, seed, node } satisfies NodeData,
      opts: { jobId: `${runId}.${level}.${node.id}` },
    })),
  });
}

export async function startHandwrittenRole({ role, redisUrl, prefix, concurrency }: RoleOptions): Promise<StopRole> {
  const client = openHandwrittenClient(redisUrl);
  const stop = await (role === "scheduler" ? startScheduler(client, prefix) : startWorker(client, prefix, concurrency));
  return async () => {
    await stop();
    client.disconnect();
  };
}

async function startScheduler(client: Redis, prefix: string): Promise<StopRole> {
  const options = { connection: client, prefix: `{${prefix}}` };
  const flows = new FlowProducer(options);
  const keys = handwrittenKeys(prefix);
  const graphs = new Map<string, Graph>();
  const advance = async ({ runId, seed, level }: BarrierData): Promise<void> => {
    const graph = graphs.get(runId) ?? (JSON.parse((await client.get(keys.graph(runId))) ?? "") as Graph);
    graphs.set(runId, graph);
    if (level + 1 < graph.levels.length) {
      await addLevel(flows, graph, { runId, seed, level: level + 1 });
      return;
    }
    graphs.delete(runId);
    await client.publish(keys.finished, runId);
  };
  const barriers = new Worker<BarrierData>(BARRIERS, (job) => advance(job.data), {
    ...options,
    concurrency: BARRIER_CONCURRENCY,
  });
  await Promise.all([barriers.waitUntilReady(), flows.waitUntilReady()]);
  return async () => {
    await Promise.all([barriers.close(), flows.close()]);
  };
}

async function startWorker(client: Redis, prefix: string, concurrency: number): Promise<StopRole> {
  const keys = handwrittenKeys(prefix);
  const run = async ({ runId, seed, node }: NodeData): Promise<void> => {
    const texts = node.sources.length === 0 ? [] : await client.hmget(keys.results(runId), ...node.sources);
    const inputs = texts.map((text) => JSON.parse(text ?? "") as GraphResult);
    const result = await execute(node, inputs, seed);
    await client.hset(keys.results(runId), node.id, JSON.stringify(result));
  };
  const nodes = new Worker<NodeData>(NODES, (job) => run(job.data), { connection: client, prefix: `{${prefix}}`, concurrency });
  await nodes.waitUntilReady();
  return () => nodes.close();
}
