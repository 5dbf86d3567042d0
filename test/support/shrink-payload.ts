import type { Payload } from "./payloads.ts";

/** How many smaller payloads are tried at most. */
const MAX_TRIALS = 300;

/**
 * A smaller payload that still fails: without every node, with its edges, and every edge that it fails without. For reading; whether
 * `fails` answers the same each time is up to the failure.
 */
export async function shrinkPayload(payload: Payload, fails: (smaller: Payload) => Promise<boolean>): Promise<Payload> {
  let smallest = payload;
  let trials = 0;
  const attempt = async (smaller: Payload): Promise<boolean> => {
    trials += 1;
    if (trials > MAX_TRIALS || !(await fails(smaller))) return false;
    smallest = smaller;
    return true;
  };
  for (let isShrinking = true; isShrinking;) {
    isShrinking = false;
    for (const { id } of smallest.nodes) isShrinking = (await attempt(withoutNode(smallest, id))) || isShrinking;
    for (const edge of smallest.edges) {
      const edges = smallest.edges.filter((other) => other !== edge);
      if (edges.length < smallest.edges.length) isShrinking = (await attempt({ ...smallest, edges })) || isShrinking;
    }
  }
  return smallest;
}

function withoutNode({ nodes, edges }: Payload, id: string): Payload {
  return {
    nodes: nodes.filter((node) => node.id !== id),
    edges: edges.filter(({ source, target }) => source !== id && target !== id),
  };
}
