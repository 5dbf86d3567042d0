import type { Workflow } from "./workflow.ts";

const NO_SOURCES: readonly string[] = Object.freeze([]);

/** The sources of every node in the order of its edges, which is the order of its inputs; an edge given twice is listed twice. */
export function sourcesByNode({ nodes, edges }: Pick<Workflow, "nodes" | "edges">): ReadonlyMap<string, readonly string[]> {
  const gathered = new Map<string, string[]>();
  for (const { source, target } of edges) {
    const sources = gathered.get(target);
    if (sources === undefined) gathered.set(target, [source]);
    else sources.push(source);
  }
  return new Map(nodes.map(({ id }) => [id, gathered.get(id) ?? NO_SOURCES]));
}
