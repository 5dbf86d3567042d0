import { parseSettings, type Settings, type SettingsInput } from "../core/config/settings.ts";
import type { AnyNodeDefinition } from "../core/node/define-node.ts";
import { createNodeRegistry, type NodeRegistry } from "../core/node/node-registry.ts";
import { createBuiltinNodes } from "../nodes/builtin-nodes.ts";

/** What a run in this process is told. */
export interface LocalSetup {
  readonly settings: Settings;
  readonly registry: NodeRegistry;
}

interface BuiltinSetup {
  readonly settings: Settings;
  readonly nodes: readonly AnyNodeDefinition[];
  readonly registry: NodeRegistry;
}

let unchanged: BuiltinSetup | undefined;

/** The built-in types and those given, under the settings given. What follows from no settings at all is made once: nothing in it changes. */
export function localSetup(given: SettingsInput | undefined, nodes: Iterable<AnyNodeDefinition>): LocalSetup {
  const builtin = given === undefined ? (unchanged ??= builtinSetup()) : builtinSetup(given);
  const own = [...nodes];
  if (own.length === 0) return builtin;
  return { settings: builtin.settings, registry: createNodeRegistry([...builtin.nodes, ...own]) };
}

function builtinSetup(given: SettingsInput = {}): BuiltinSetup {
  const settings = parseSettings({ unknownTypeGraceMs: 0, ...given });
  const nodes = createBuiltinNodes(settings);
  return { settings, nodes, registry: createNodeRegistry(nodes) };
}
