import { expect, onTestFinished } from "vitest";
import { z } from "zod";
import { defineNode, type AnyNodeDefinition, type JsonObject } from "../../../src/index.ts";
import type { NodeContext, RunEvent, RunResult, SettingsInput } from "../../../src/index.ts";
import type { Payload, PayloadNode } from "../payloads.ts";
import { changingNodes } from "./changing-nodes.ts";

/** An engine that takes whole runs: in this process alone, or over Redis. */
export interface HostileEngine {
  readonly run: (payload: unknown, options?: { readonly input?: unknown }) => Promise<RunResult>;
  /** A run's result, and what happened on the way. */
  readonly watch: (payload: unknown) => Promise<{ readonly result: RunResult; readonly events: readonly RunEvent[] }>;
}

/** Opens an engine with the nodes of this file. The one without settings of its own may be shared. */
export type OpenHostileEngine = (settings?: SettingsInput) => Promise<HostileEngine>;

export type Handler = (context: NodeContext) => unknown;

const handlers = new Map<string, Handler>();

/** `probe` does what a test has it do; `ordered-probe` may use shared state; `echo` answers all that it is given. */
export const hostileNodes: readonly AnyNodeDefinition[] = [
  ...[false, true].map((stateful) =>
    defineNode({
      type: stateful ? "ordered-probe" : "probe",
      data: z.looseObject({ does: z.string() }),
      stateful,
      run: (context) => handlers.get(context.data.does)?.(context),
    }),
  ),
  defineNode({
    type: "echo",
    data: z.custom<JsonObject>(),
    run: ({ data, inputs, inputsBySource, input }) => ({ data, inputs, inputsBySource, input: input ?? null }),
  }),
  defineNode({
    type: "schema-throws",
    data: z.any().transform(() => {
      throw new Error("no schema");
    }),
    run: () => null,
  }),
  ...changingNodes,
  defineNode({
    type: "sorted-inputs",
    data: z.any(),
    inputs: z.preprocess((inputs) => (inputs as number[]).sort(), z.array(z.number())),
    run: ({ inputs, inputsBySource }) => [inputs, { ...inputsBySource }],
  }),
  defineNode({ type: "schema-is-async", data: z.any().refine(async () => Promise.resolve(true)), run: () => null }),
];

/** A node that runs `handler`, for the time of a test. */
export function probe(handler: Handler, { id = "n", type = "probe", options = {} } = {}): PayloadNode {
  const does = `handler ${String(handlers.size)} of ${id}`;
  handlers.set(does, handler);
  onTestFinished(() => void handlers.delete(does));
  return { id, type, data: { does }, options };
}

/** One node after the other. */
export function ordered(first: PayloadNode, second: PayloadNode): Payload {
  return { nodes: [first, second], edges: [{ source: first.id, target: second.id }] };
}

export function expectStart(text: string | undefined, start: string): void {
  expect(text?.slice(0, start.length)).toBe(start);
}
