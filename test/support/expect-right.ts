import { expect } from "vitest";
import type { RunHandle } from "../../src/index.ts";
import { layerSums, type LayersOptions } from "./payloads.ts";
import { allEvents, commitCounts } from "./run-events.ts";

/** A run of `sum` nodes in layers ended well: every result right, every node committed once, none after more than one attempt. */
export async function expectRightSums(run: RunHandle, shape: Pick<LayersOptions, "levels" | "width">): Promise<void> {
  const result = await run.result();
  expect(result.errors).toEqual([]);
  expect(result.status).toBe("completed");
  expect({ ...result.nodeResults }).toEqual(layerSums(shape));
  for (const [id, node] of Object.entries(result.nodes))
    expect({ id, ...node }).toMatchObject({ id, status: "completed", attempts: 1 });
  const events = await allEvents(run);
  expect(commitCounts(events)).toEqual(new Map(Object.keys(layerSums(shape)).map((id) => [`1 ${id}`, 1])));
  expect(events.filter((event) => event.type === "finished")).toHaveLength(1);
}
