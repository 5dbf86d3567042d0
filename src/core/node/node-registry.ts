import { LevelflowError } from "../errors/levelflow-error.ts";
import type { AnyNodeDefinition } from "./define-node.ts";

/** The node types that a worker has, by name. */
export type NodeRegistry = ReadonlyMap<string, AnyNodeDefinition>;

/** Builds a registry; a name that is taken, also by a built-in type, is refused with `INVALID_SETTING`. */
export function createNodeRegistry(definitions: Iterable<AnyNodeDefinition>): NodeRegistry {
  const registry = new Map<string, AnyNodeDefinition>();
  for (const definition of definitions) {
    if (registry.has(definition.type)) {
      throw new LevelflowError(
        "INVALID_SETTING",
        `node type ${JSON.stringify(definition.type)} is defined twice: give one of the definitions another name`,
      );
    }
    registry.set(definition.type, definition);
  }
  return registry;
}

/** The names of a registry's types, and of those among them that are declared to use shared state. */
export interface RegisteredTypes {
  readonly all: readonly string[];
  readonly stateful: readonly string[];
}

const TYPES = new WeakMap<NodeRegistry, RegisteredTypes>();

/** Listed once: a registry does not change. */
export function typesOf(registry: NodeRegistry): RegisteredTypes {
  const known = TYPES.get(registry);
  if (known !== undefined) return known;
  const stateful = [...registry.values()].filter((definition) => definition.stateful === true);
  const types = { all: [...registry.keys()], stateful: stateful.map(({ type }) => type) };
  TYPES.set(registry, types);
  return types;
}
