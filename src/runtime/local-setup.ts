import { parseSettings, type Settings, type SettingsInput } from "../core/config/settings.ts";
import type { AnyNodeDefinition } from "../core/node/define-node.ts";
import { createNodeRegistry, type NodeRegistry } from "../core/node/node-registry.ts";
import { createBuiltinNodes } from "../nodes/builtin-nodes.ts";
import { KnownPayloads } from "../producer/known-payloads.ts";

/** What a run in this process is told. */
export interface LocalSetup {
  readonly settings: Settings;
  readonly registry: NodeRegistry;
  /** What reads payloads, under the limits of the settings. */
  readonly payloads: KnownPayloads;
}

interface BuiltinSetup extends LocalSetup {
  readonly nodes: readonly AnyNodeDefinition[];
}

let unchanged: BuiltinSetup | undefined;

/** The built-in types and those given, under the settings given. What follows from no settings at all is made once: nothing in it changes. */
export function localSetup(given: SettingsInput | undefined, nodes: Iterable<AnyNodeDefinition>): LocalSetup {
  const builtin = given === undefined ? (unchanged ??= builtinSetup()) : builtinSetup(given);
  const own = [...nodes];
  if (own.length === 0) return builtin;
  const { settings, payloads } = builtin;
  return { settings, payloads, registry: createNodeRegistry([...builtin.nodes, ...own]) };
}

function builtinSetup(given: SettingsInput = {}): BuiltinSetup {
  const settings = parseSettings({ unknownTypeGraceMs: 0, ...given });
  const nodes = createBuiltinNodes(settings);
  return { settings, nodes, registry: createNodeRegistry(nodes), payloads: new KnownPayloads(settings) };
}
