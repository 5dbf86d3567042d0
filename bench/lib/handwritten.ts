import { FlowProducer } from "bullmq";
import type { Contender, Deployment } from "./contender.ts";
import type { Graph, GraphResult } from "./graph.ts";
import { addLevel, handwrittenKeys, openHandwrittenClient } from "./handwritten-roles.ts";
import { startRoles } from "./role-processes.ts";

/** Hand-written BullMQ: one flow a level, every node's result stored. See `handwritten-roles.ts`. */
export async function startHandwritten(deployment: Deployment): Promise<Contender> {
  const { redisUrl, prefix } = deployment;
  const roles = await startRoles(deployment, { contender: "hand-written" });
  const client = openHandwrittenClient(redisUrl);
  const listener = client.duplicate();
  const flows = new FlowProducer({ connection: client, prefix: `{${prefix}}` });
  await flows.waitUntilReady();
  const keys = handwrittenKeys(prefix);
  const waiting = new Map<string, () => void>();
  listener.on("message", (_channel, runId: string) => waiting.get(runId)?.());
  await listener.subscribe(keys.finished);
  let runCount = 0;

  async function runOnce(graph: Graph, graphText: string, seed: number): Promise<Record<string, GraphResult>> {
    const runId = `run-${(runCount += 1)}`;
    const end = new Promise<void>((resolve) => waiting.set(runId, resolve));
    await client.set(keys.graph(runId), graphText);
    await addLevel(flows, graph, { runId, seed, level: 0 });
    await end;
    waiting.delete(runId);
    const texts = await client.hgetall(keys.results(runId));
    return Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, JSON.parse(text) as GraphResult]));
  }

  return {
    name: "hand-written",
    run: async (graph, seeds) => {
      const graphText = JSON.stringify(graph);
      return Promise.all(seeds.map((seed) => runOnce(graph, graphText, seed)));
    },
    stop: async () => {
      await flows.close();
      for (const connection of [client, listener]) connection.disconnect();
      await roles.stop();
    },
  };
}
