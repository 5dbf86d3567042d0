import { InvalidWorkflowError, type WorkflowIssue } from "../errors/levelflow-error.ts";
import { quote } from "../text/quote.ts";
import { didYouMean } from "../text/suggest.ts";
import { BUILTIN_TYPES } from "./builtin-types.ts";
import { type DataDefinition, findDataWarnings } from "./find-data-warnings.ts";
import { findKeyWarnings } from "./find-key-warnings.ts";
import type { WorkflowLimits } from "./limits.ts";
import { parseWorkflow } from "./parse-workflow.ts";
import type { Workflow } from "./workflow.ts";

export interface ValidateOptions {
  /** The node types that will run the workflow, as a list or a registry: names for suggestions, schemas for `data`. */
  readonly definitions?: Iterable<DataDefinition> | ReadonlyMap<string, DataDefinition>;
  readonly limits?: Partial<WorkflowLimits>;
}

export interface ValidationReport {
  /** The workflow, if it can be run. */
  readonly workflow: Workflow | undefined;
  /** What keeps it from running, as `parseWorkflow` tells it. */
  readonly issues: readonly WorkflowIssue[];
  /** What will probably fail or is probably not meant: unknown types, misspelt keys, data that a type's schema refuses. */
  readonly warnings: readonly WorkflowIssue[];
}

/** Looks a payload over before anything runs. Never throws for a payload, however bad; the faults are in the report. */
export function validateWorkflow(payload: unknown, options: ValidateOptions = {}): ValidationReport {
  const definitions = byType(options.definitions ?? []);
  try {
    const workflow = parseWorkflow(payload, options.limits);
    const warnings = [
      ...findKeyWarnings(payload),
      ...findTypeWarnings(workflow, definitions),
      ...findDataWarnings(workflow, definitions),
    ];
    return { workflow, issues: [], warnings };
  } catch (error) {
    if (!(error instanceof InvalidWorkflowError)) throw error;
    // A misspelt key is often what a missing field comes from.
    return { workflow: undefined, issues: error.issues, warnings: findKeyWarnings(payload) };
  }
}

function byType(definitions: NonNullable<ValidateOptions["definitions"]>): ReadonlyMap<string, DataDefinition> {
  if (definitions instanceof Map) return definitions as ReadonlyMap<string, DataDefinition>;
  return new Map(Array.from(definitions as Iterable<DataDefinition>, (definition) => [definition.type, definition]));
}

function findTypeWarnings(workflow: Workflow, definitions: ReadonlyMap<string, DataDefinition>): WorkflowIssue[] {
  const known = new Set([...BUILTIN_TYPES, ...definitions.keys()]);
  const warnings: WorkflowIssue[] = [];
  for (const [index, { type }] of workflow.nodes.entries()) {
    if (known.has(type)) continue;
    const path = `nodes[${index}].type`;
    if (type === "") warnings.push({ path, message: "no type is given, and the data does not tell one" });
    else warnings.push({ path, message: `unknown node type ${quote(type)}${didYouMean(type, known)}` });
  }
  return warnings;
}
