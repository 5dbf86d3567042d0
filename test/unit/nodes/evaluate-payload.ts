import { InvalidWorkflowError } from "../../../src/core/errors/levelflow-error.ts";
import type { JsonValue } from "../../../src/core/json/json-value.ts";
import { finalOutputNode } from "../../../src/core/workflow/final-output.ts";
import { sourcesByNode } from "../../../src/core/workflow/node-inputs.ts";
import { parseWorkflow } from "../../../src/core/workflow/parse-workflow.ts";
import { planLevels } from "../../../src/core/workflow/plan-levels.ts";
import type { Workflow } from "../../../src/core/workflow/workflow.ts";
import { createBuiltinNodes } from "../../../src/nodes/builtin-nodes.ts";
import { MemoryState } from "./memory-state.ts";
import { runNode, type RunnableNode } from "./run-node.ts";

export interface Evaluation {
  readonly ok: boolean;
  readonly levels: readonly (readonly string[])[] | null;
  readonly nodeResults: ReadonlyMap<string, JsonValue>;
  readonly finalOutput: JsonValue;
  readonly errors: readonly string[];
}

const REGISTRY = new Map((createBuiltinNodes() as readonly RunnableNode[]).map((definition) => [definition.type, definition]));

/** Runs a whole payload, one node at a time in level and id order, with the built-in types. */
export async function evaluatePayload(payload: unknown): Promise<Evaluation> {
  try {
    return await evaluateWorkflow(parseWorkflow(payload));
  } catch (error) {
    if (!(error instanceof InvalidWorkflowError)) throw error;
    const errors = [error.message, ...error.issues.map(({ message }) => message)];
    return { ok: false, levels: null, nodeResults: new Map(), finalOutput: null, errors };
  }
}

async function evaluateWorkflow(workflow: Workflow): Promise<Evaluation> {
  const levels = planLevels(workflow);
  const sources = sourcesByNode(workflow);
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
  const state = new MemoryState();
  const nodeResults = new Map<string, JsonValue>();
  for (const level of levels) {
    const errors: string[] = [];
    for (const id of level) {
      const node = nodes.get(id);
      const inputs = (sources.get(id) ?? []).map((source) => nodeResults.get(source) ?? null);
      try {
        const definition = definitionOf(node?.type ?? "");
        nodeResults.set(id, await runNode(definition, { data: node?.data ?? {}, inputs, state }));
      } catch (error) {
        errors.push(`error executing node ${id}: ${(error as Error).message}`);
      }
    }
    if (errors.length > 0) return { ok: false, levels, nodeResults, finalOutput: null, errors };
  }
  const finalOutput = nodeResults.get(finalOutputNode(workflow) ?? "") ?? null;
  return { ok: true, levels, nodeResults, finalOutput, errors: [] };
}

function definitionOf(type: string): RunnableNode {
  const definition = REGISTRY.get(type);
  if (definition === undefined) throw new Error(`unknown node type: ${type}`);
  return definition;
}
