import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as Levelflow from "levelflow";
import { z } from "zod";
import { execute, type GraphNode, type GraphResult } from "./graph.ts";
import { NAP_TYPES } from "./naps.ts";
import type { RoleOptions, StopRole } from "./role-main.ts";

/** The build as a user's program loads it: this checkout's, or another one's to compare with. */
export async function loadLevelflow(build: string | undefined): Promise<typeof Levelflow> {
  if (build === undefined) return import("levelflow");
  return (await import(pathToFileURL(join(build, "dist", "index.js")).href)) as typeof Levelflow;
}

export async function startLevelflowRole({
  role,
  redisUrl,
  prefix,
  concurrency,
  settings,
  declaresPure,
  build,
}: RoleOptions): Promise<StopRole> {
  const { defineNode, Scheduler, Worker } = await loadLevelflow(build);
  const common = { connection: redisUrl, prefix, settings: settings ?? {} };
  const nodes = graphNodes(defineNode, declaresPure);
  const process = role === "scheduler" ? new Scheduler(common) : new Worker({ ...common, nodes, concurrency });
  await process.start();
  return () => process.stop();
}

/** The node types of benchmarks. */
export function graphNodes(defineNode: typeof Levelflow.defineNode, declaresPure = true): Levelflow.AnyNodeDefinition[] {
  const data = z.object({ add: z.number(), sleepMs: z.number(), fillChars: z.number() });
  return ["sum", "sleep", ...NAP_TYPES].map((type) =>
    defineNode({
      type,
      data,
      pure: declaresPure && type === "sum",
      run: async ({ data: own, inputs, inputsBySource, input, node }) => {
        const graphNode: GraphNode = { ...own, id: node.id, sources: Object.keys(inputsBySource) };
        // An object literal: a type with an index signature is what nodes give.
        return { ...(await execute(graphNode, inputs as readonly unknown[] as readonly GraphResult[], input as number)) };
      },
    }),
  );
}
