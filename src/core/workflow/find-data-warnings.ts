import type { z } from "zod";
import type { WorkflowIssue } from "../errors/levelflow-error.ts";
import type { JsonObject } from "../json/json-value.ts";
import { formatPath } from "../text/format-path.ts";
import type { Workflow } from "./workflow.ts";

/** What of a node definition is needed to look at data. */
export interface DataDefinition {
  readonly type: string;
  readonly data: z.ZodType;
}

/**
 * What the schemas of the nodes' types refuse in their data. Fields that hold a placeholder are left out, as their value is not known
 * before the node runs; so are types without a definition.
 */
export function findDataWarnings(workflow: Workflow, definitions: ReadonlyMap<string, DataDefinition>): WorkflowIssue[] {
  const warnings: WorkflowIssue[] = [];
  for (const [index, node] of workflow.nodes.entries()) {
    const definition = definitions.get(node.type);
    if (definition === undefined) continue;
    for (const { path, message } of refusals(definition.data, node.data)) {
      if (isPending(node.data, path[0])) continue;
      warnings.push({ path: formatPath(["nodes", index, "data", ...path]), message });
    }
  }
  return warnings;
}

/** A schema is its author's code: one that throws, or has to be awaited, is left to the worker. */
function refusals(schema: z.ZodType, data: JsonObject): readonly z.core.$ZodIssue[] {
  try {
    return schema.safeParse(data).error?.issues ?? [];
  } catch {
    return [];
  }
}

function isPending(data: JsonObject, field: PropertyKey | undefined): boolean {
  if (field === undefined) return false;
  const value = data[String(field)];
  return value !== undefined && JSON.stringify(value).includes("{{");
}
