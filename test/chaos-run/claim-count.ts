import type { RunEvent } from "../../src/index.ts";

/**
 * Counts the claims of a run from its events. A node that waits for its retry keeps its place; a level that is issued again starts with
 * none, and who waits for a retry takes a place again without an event: there the count is too low, never too high.
 */
export class ClaimCount {
  readonly #held = new Set<string>();

  get size(): number {
    return this.#held.size;
  }

  get ids(): readonly string[] {
    return [...this.#held];
  }

  observe({ type, nodeId = "" }: RunEvent): void {
    switch (type) {
      case "node-started":
        this.#held.add(nodeId);
        return;
      case "node-completed":
      case "node-failed":
      case "node-cancelled":
      case "node-released":
        this.#held.delete(nodeId);
        return;
      case "level-started":
      case "finished":
        this.#held.clear();
        return;
      default:
    }
  }
}
