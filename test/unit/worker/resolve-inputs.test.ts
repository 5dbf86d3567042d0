import { expect, test } from "vitest";
import { z } from "zod";
import { defineNode, runLocal } from "../../../src/index.ts";

const index = defineNode({ type: "index", data: z.object({ value: z.number() }), run: ({ data }) => data.value });
const list = defineNode({ type: "list", data: z.unknown(), run: ({ inputs }) => [...inputs] });

test.each([1, 1_999, 2_000, 2_001, 4_500])("a node gets all of its %i inputs, in the order of the edges", async (count) => {
  const sources = Array.from({ length: count }, (_, value) => ({ id: `n${String(value)}`, type: "index", data: { value } }));
  const edges = sources.map(({ id }) => ({ source: id, target: "end" })).toReversed();
  const { finalOutput } = await runLocal({ nodes: [...sources, { id: "end", type: "list" }], edges }, { nodes: [index, list] });
  expect(finalOutput).toEqual(sources.map(({ data }) => data.value).toReversed());
});
