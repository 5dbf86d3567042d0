import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createJiti } from "jiti";
import { LevelflowError } from "../core/errors/levelflow-error.ts";
import { isNodeDefinition, type AnyNodeDefinition } from "../core/node/define-node.ts";

/**
 * Loads node types from TypeScript or JavaScript modules: every export that `defineNode` made, and lists of them. Paths are relative to
 * the working directory. `INVALID_NODES_MODULE` if a module cannot be loaded or exports none.
 */
export async function loadNodes(modulePaths: readonly string[]): Promise<AnyNodeDefinition[]> {
  const definitions = new Set<AnyNodeDefinition>();
  for (const path of modulePaths) {
    const found = definitionsIn(await load(path));
    if (found.length === 0) throw unusable(path, "exports no node type: export what defineNode returns");
    for (const definition of found) definitions.add(definition);
  }
  return [...definitions];
}

async function load(path: string): Promise<object> {
  const file = resolve(path);
  try {
    const module: unknown = await createJiti(pathToFileURL(file).href).import(file);
    return Object(module) as object;
  } catch (error) {
    throw unusable(path, `cannot be loaded: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

function definitionsIn(module: object): AnyNodeDefinition[] {
  return Object.values(module)
    .flatMap((value: unknown): unknown[] => (Array.isArray(value) ? value : [value]))
    .filter((value) => isNodeDefinition(value));
}

function unusable(path: string, reason: string, cause?: unknown): LevelflowError {
  return new LevelflowError("INVALID_NODES_MODULE", `the node module ${path} ${reason}`, cause === undefined ? {} : { cause });
}
