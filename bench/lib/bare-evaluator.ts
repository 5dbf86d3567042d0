interface BareNode {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly value?: number; readonly op?: string };
}

interface BarePayload {
  readonly nodes: readonly BareNode[];
  readonly edges: readonly { readonly source: string; readonly target: string }[];
}

/** What is left of a run when a payload is trusted and nobody watches, retries, limits or cancels it. */
export interface BareResult {
  readonly nodeResults: Readonly<Record<string, unknown>>;
  readonly finalOutput: unknown;
}

/** The floor: evaluates `number`, `operation` (`add`) and `join` level by level, each level with `Promise.all`, and checks nothing. */
export async function evaluateBare({ nodes, edges }: BarePayload): Promise<BareResult> {
  const sources = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  for (const { source, target } of edges) sources.get(target)?.push(source);
  const results = new Map<string, unknown>();
  for (let rest = nodes; rest.length > 0;) {
    const isReady = ({ id }: BareNode): boolean => (sources.get(id) ?? []).every((source) => results.has(source));
    const level = rest.filter(isReady);
    rest = rest.filter((node) => !level.includes(node));
    const outputs = await Promise.all(level.map(async (node) => handle(node, inputsOf(node.id))));
    level.forEach(({ id }, i) => results.set(id, outputs[i]));
  }
  return { nodeResults: Object.fromEntries(results), finalOutput: results.get(nodes.at(-1)?.id ?? "") };

  function inputsOf(id: string): unknown[] {
    return (sources.get(id) ?? []).map((source) => results.get(source));
  }
}

function handle({ type, data }: BareNode, inputs: readonly unknown[]): unknown {
  switch (type) {
    case "number":
      return data.value;
    case "operation":
      return (inputs[0] as number) + (inputs[1] as number);
    default:
      return { strategy: "all", values: inputs, count: inputs.length };
  }
}
