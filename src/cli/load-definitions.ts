import type { Settings } from "../core/config/settings.ts";
import type { AnyNodeDefinition } from "../core/node/define-node.ts";

/** Node types of modules. The loader is only loaded where there is something to load. */
export async function loadModules(modules: readonly string[]): Promise<AnyNodeDefinition[]> {
  if (modules.length === 0) return [];
  const { loadNodes } = await import("../runtime/load-nodes.ts");
  return loadNodes(modules);
}

/** The built-in node types and those of modules. */
export async function loadDefinitions(modules: readonly string[], settings: Settings): Promise<AnyNodeDefinition[]> {
  const { createBuiltinNodes } = await import("../nodes/builtin-nodes.ts");
  return [...createBuiltinNodes(settings), ...(await loadModules(modules))];
}
