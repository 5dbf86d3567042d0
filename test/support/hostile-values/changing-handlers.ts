import { expect, test } from "vitest";
import type { JsonValue } from "../../../src/index.ts";
import { CHANGING_KINDS, changingType } from "./changing-nodes.ts";
import { probe, type OpenHostileEngine } from "./engine.ts";

const DATA = { list: [1, [2]], deep: { list: [3] }, flat: 4 };
const FLAT_DATA = { flat: 4 };
const INPUT = { list: [5] };

export function testChangingHandlers(open: OpenHostileEngine): void {
  test("a handler that sorts its inputs, or whose schema does, finds them by source as they were", async () => {
    const { run } = await open();
    const sources = [9, 1, 5].map((value, i) => ({ id: `s${String(i)}`, type: "number", data: { value } }));
    const sort = probe(({ inputs, inputsBySource }) => [(inputs as JsonValue[]).sort(), { ...inputsBySource }]);
    for (const node of [sort, { id: "n", type: "sorted-inputs" }]) {
      const edges = sources.map(({ id }) => ({ source: id, target: "n" }));
      const { finalOutput } = await run({ nodes: [...sources, node], edges });
      expect(finalOutput).toEqual([[1, 5, 9], { s0: 9, s1: 1, s2: 5 }]);
    }
  });

  const kinds = Object.entries(CHANGING_KINDS).flatMap(([schema, { seen }]) =>
    [false, true].map((pure) => ({ schema, seen, pure })),
  );
  test.each(kinds)("handlers that change what they are given, $schema data, pure: $pure, change nobody else's", async (kind) => {
    const { run } = await open();
    const node = (id: string, data: object) => ({
      id,
      type: changingType(kind.schema, kind.pure),
      data,
      options: { attempts: 2, backoff: { type: "fixed", delayMs: 1 } },
    });
    const payload = () => ({
      nodes: [
        { id: "a", type: "echo", data: DATA },
        node("b", DATA),
        node("c", DATA),
        node("d", FLAT_DATA),
        node("e", FLAT_DATA),
      ],
      edges: ["b", "c", "d", "e"].map((target) => ({ source: "a", target })),
    });
    const inputs = [{ data: DATA, inputs: [], inputsBySource: {}, input: INPUT }];
    for (let time = 0; time < 2; time += 1) {
      const { nodeResults, status, errors } = await run(payload(), { input: INPUT });
      expect({ status, errors }).toEqual({ status: "completed", errors: [] });
      for (const id of ["b", "c"]) expect(nodeResults[id]).toEqual({ data: kind.seen(DATA), inputs, input: INPUT });
      for (const id of ["d", "e"]) expect(nodeResults[id]).toEqual({ data: kind.seen(FLAT_DATA), inputs, input: INPUT });
    }
  });
}
