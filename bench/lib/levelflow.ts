import type { SettingsInput } from "levelflow";
import type { MeasuredContender, Deployment } from "./contender.ts";
import { payloadOf, type Graph, type GraphResult } from "./graph.ts";
import { loadLevelflow } from "./levelflow-roles.ts";
import { startRoles } from "./role-processes.ts";

/** A way to run levelflow. */
export interface LevelflowVariant {
  readonly name: string;
  readonly settings: SettingsInput;
  /** Whether the node types that are pure are declared so. @default true */
  readonly declaresPure?: boolean;
  /** The folder of another checkout to take its build from. */
  readonly build?: string;
}

export async function startLevelflow(
  { name, settings, declaresPure, build }: LevelflowVariant,
  deployment: Deployment,
): Promise<MeasuredContender> {
  const { Producer } = await loadLevelflow(build);
  const roles = await startRoles(deployment, { contender: "levelflow", settings, declaresPure, build });
  const producer = new Producer({ connection: deployment.redisUrl, prefix: deployment.prefix, settings });
  const payloads = new Map<Graph, unknown>();
  return {
    name,
    run: async (graph, seeds) => {
      const payload = payloads.get(graph) ?? payloadOf(graph);
      payloads.set(graph, payload);
      return Promise.all(
        seeds.map(async (input) => {
          const run = await producer.enqueue(payload, { input });
          const { status, errors, nodeResults } = await run.result();
          if (status !== "completed") throw new Error(`${name}: a run ended ${status}: ${errors[0]?.message ?? ""}`);
          return nodeResults as unknown as Record<string, GraphResult>;
        }),
      );
    },
    readCpuMs: () => roles.readCpuMs(),
    stop: async () => {
      await producer.close();
      await roles.stop();
    },
  };
}
