import { createBuiltinNodes } from "../nodes/builtin-nodes.ts";

/** The built-in node types, and whether their nodes use shared state. */
export function builtinTypes(): ReadonlyMap<string, boolean> {
  return new Map(createBuiltinNodes().map(({ type, stateful }) => [type, stateful === true]));
}
