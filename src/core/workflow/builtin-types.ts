/** The node types that every worker has. */
export const BUILTIN_TYPE_NAMES = [
  "number",
  "text_input",
  "visualization",
  "operation",
  "text_operation",
  "http",
  "condition",
  "for_each",
  "while_loop",
  "variable",
  "extract",
  "transform",
  "accumulator",
  "counter",
  "switch",
  "parallel",
  "join",
  "split",
  "delay",
  "cache",
  "retry",
  "try_catch",
  "timeout",
  "context_variable",
  "context_constant",
] as const;

export type BuiltinType = (typeof BUILTIN_TYPE_NAMES)[number];

export const BUILTIN_TYPES: ReadonlySet<string> = new Set(BUILTIN_TYPE_NAMES);

/** Types that define values for placeholders; their results are the final output only if there is no other. */
export const CONTEXT_NODE_TYPES: ReadonlySet<string> = new Set<BuiltinType>(["context_variable", "context_constant"]);
