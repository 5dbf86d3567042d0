import { z } from "zod";
import { defineNode, type AnyNodeDefinition, type NodeContext } from "../../src/index.ts";
import { flat } from "./payloads.ts";
import { createWorkerBench, type WorkerBench, type WorkerBenchOptions } from "./worker-bench.ts";

export type Handler = (context: NodeContext) => unknown;

export const define = (run: Handler, extra: object = {}): AnyNodeDefinition =>
  defineNode({ type: "probe", data: z.looseObject({}), run, ...extra });

/** A bench with one node of one type. */
export const benchFor = (
  run: Handler,
  options: Partial<WorkerBenchOptions> & { definition?: object; data?: object; options?: object } = {},
): Promise<WorkerBench> =>
  createWorkerBench({
    payload: flat([{ id: "n", type: "probe", data: options.data ?? {}, options: options.options ?? {} }]),
    nodes: [define(run, options.definition)],
    ...options,
  });

export const nodeOf = async ({
  store,
  runId,
}: WorkerBench): Promise<{ status: string | undefined; error: unknown; attempt: number | undefined }> => {
  const node = (await store.readNodes({ runId })).get("n");
  return { status: node?.status, error: node?.error, attempt: node?.attempt };
};
export const resultOf = async ({ store, runId }: WorkerBench): Promise<unknown> => (await store.readResults({ runId })).get("n");
