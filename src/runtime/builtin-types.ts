import { createBuiltinNodes } from "../nodes/builtin-nodes.ts";

let types: ReadonlyMap<string, boolean> | undefined;

/** The built-in node types, and whether their nodes use shared state. */
export function builtinTypes(): ReadonlyMap<string, boolean> {
  types ??= new Map(createBuiltinNodes().map(({ type, stateful }) => [type, stateful === true]));
  return types;
}
