import type { Workflow, WorkflowEdge, WorkflowNode, WorkflowOptions } from "../../../src/core/workflow/workflow.ts";
import type { Chooser } from "./chooser.ts";
import { levelsOf, type Definition } from "./scene.ts";

/** As many as a workflow may have; the last ones need care in keys and entries. */
export const NODE_IDS = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", 'm|"', '"n', "o\ud800"];
/** Of a node that uses shared state, one that only reads it, one that was not known to use it, and one that does not. */
export const TYPES = ["stateful", "reader", "late", "plain"] as const;

/** Up to three levels of up to five nodes; each feeds one of the next level, and more now and then. */
export function drawDefinition(choose: Chooser, index: number): Definition {
  const ids = [...NODE_IDS];
  const takeId = (): string => ids.splice(choose.between(0, ids.length - 1), 1)[0]!;
  const pools = choose.chance(0.4) ? ["default", "gpu"] : ["default"];
  const levels = Array.from({ length: choose.between(1, 3) }, () =>
    Array.from({ length: choose.between(1, 5) }, () => drawNode(choose, takeId(), pools)),
  );
  const edges = levels.slice(1).flatMap((nodes, i) => nodes.map((node) => drawEdge(choose, levels[i]!, node)));
  const workflow: Workflow = {
    ...(choose.chance(0.3) ? { workflowId: `workflow-${index}` } : {}),
    nodes: levels.flat(),
    edges,
    options: drawOptions(choose),
  };
  return { workflow, workflowHash: `hash-${index}`, levels: levelsOf(workflow) };
}

function drawNode(choose: Chooser, id: string, pools: readonly string[]): WorkflowNode {
  const type = choose.one([...TYPES, "plain", "plain"]);
  const pool = choose.one(pools);
  return { id, type, data: {}, options: pool === "default" ? {} : { pool } };
}

function drawEdge(choose: Chooser, sources: readonly WorkflowNode[], { id: target }: WorkflowNode): WorkflowEdge {
  return { source: choose.one(sources).id, target };
}

function drawOptions(choose: Chooser): WorkflowOptions {
  return {
    ...(choose.chance(0.5) ? { maxConcurrency: choose.between(0, 3) } : {}),
    ...(choose.chance(0.2) ? { sequential: choose.chance(0.8) } : {}),
    ...(choose.chance(0.5) ? { timeoutMs: choose.one([5, 200, 2_000, 100_000]) } : {}),
  };
}
