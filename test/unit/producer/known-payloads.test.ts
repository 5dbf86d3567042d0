import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULTS } from "../../../src/core/config/defaults.ts";
import { parseWorkflow } from "../../../src/core/workflow/parse-workflow.ts";
import { KnownPayloads } from "../../../src/producer/known-payloads.ts";

interface Node {
  id: string;
  type?: string;
  data: Record<string, unknown>;
}

const payloadOf = (...nodes: Node[]) => ({ nodes, edges: [] });
const number = (id: string, value: unknown): Node => ({ id, type: "number", data: { value } });

describe("KnownPayloads", () => {
  test("reads a payload once, however often it comes, and as whatever object", async () => {
    const payloads = new KnownPayloads(DEFAULTS);
    const large = payloadOf(...Array.from({ length: 1_000 }, (_, i) => number(`n${String(i)}`, i)));
    for (const payload of [payloadOf(number("a", 1)), large]) {
      const first = await payloads.read(payload);
      expect(payloads.read(payload)).toBe(first);
      expect(payloads.read(structuredClone(payload))).toBe(first);
      expect(first).toEqual(parseWorkflow(payload));
    }
  });

  test("knows several, and forgets those that came longest ago", async () => {
    const payloads = new KnownPayloads(DEFAULTS);
    const text = "x".repeat(100_000);
    const all = Array.from({ length: 12 }, (_, i) => payloadOf(number("a", i), { id: "b", type: "own", data: { text } }));
    const read = all.map((payload) => payloads.read(payload));
    expect(payloads.read(all[0])).not.toBe(read[0]);
    for (const i of [11, 7, 9, 8]) expect(payloads.read(all[i])).toBe(read[i]);
  });

  test("does not take a payload for what was read of one that its owner changed meanwhile", async () => {
    const payloads = new KnownPayloads(DEFAULTS);
    const make = () => payloadOf(...Array.from({ length: 1_000 }, (_, i) => number(`n${String(i)}`, i)));
    const payload = make();
    const reading = payloads.read(payload);
    expect(reading).toBeInstanceOf(Promise);
    payload.nodes[999]!.data["value"] = -1;
    await reading;
    expect(await payloads.read(make())).toEqual(parseWorkflow(make()));
  });

  test("tells what was changed in it, however small", async () => {
    const payloads = new KnownPayloads(DEFAULTS);
    const payload = payloadOf(number("a", 1), number("b", 0));
    const readTwice = async () => [await payloads.read(payload), await payloads.read(payload)];
    await readTwice();
    const changes: (() => void)[] = [
      () => void (payload.nodes[1]!.data["value"] = -1),
      () => void (payload.nodes[1]!.data["more"] = { deep: [1] }),
      () => void ((payload.nodes[1]!.data["more"] as { deep: number[] }).deep[0] = 2),
      () => void payload.nodes.push(number("c", 3)),
      () => {
        delete payload.nodes[0]!.type;
      },
      () => void (payload.nodes[0]!.id = "z"),
    ];
    for (const change of changes) {
      change();
      for (const workflow of await readTwice()) expect(workflow).toEqual(parseWorkflow(payload));
    }
  });

  test("gives what reading it gives, whatever is done to it in between", () => {
    const value = fc.jsonValue({ maxDepth: 2 });
    const step = fc.record({ node: fc.nat(2), key: fc.constantFrom("x", "y"), value });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const payloads = new KnownPayloads(DEFAULTS);
        const payload = payloadOf(...["a", "b", "c"].map((id) => ({ id, type: "own", data: {} })));
        for (const { node, key, value: to } of steps) {
          payload.nodes[node]!.data[key] = to;
          expect(payloads.read(payload)).toEqual(parseWorkflow(payload));
        }
      }),
    );
  });

  test.each([
    ["no payload", () => null],
    ["a text", () => "{}"],
    ["what is more than data", () => payloadOf({ id: "a", type: "own", data: { f: () => 1 } })],
    ["what JSON would bend", () => payloadOf({ id: "a", type: "own", data: { at: new Map() } })],
    ["a node twice", () => payloadOf(number("a", 1), number("a", 1))],
    [
      "a circle",
      () => {
        const data: Record<string, unknown> = {};
        data["own"] = data;
        return payloadOf({ id: "a", type: "own", data });
      },
    ],
  ])("refuses %s each time that it comes", (_what, make) => {
    const payloads = new KnownPayloads(DEFAULTS);
    const payload: unknown = make();
    const fault = faultOf(() => parseWorkflow(payload));
    for (let i = 0; i < 4; i += 1) expect(faultOf(() => payloads.read(payload))).toBe(fault);
  });

  test("does not take one that became faulty for what it was", async () => {
    const payloads = new KnownPayloads(DEFAULTS);
    const payload = payloadOf(number("a", 1), number("b", 1));
    for (let i = 0; i < 3; i += 1) await payloads.read(payload);
    payload.nodes[1]!.id = "a";
    expect(() => payloads.read(payload)).toThrow("duplicate node id");
  });

  test.each([
    ["many nodes", payloadOf(...Array.from({ length: 8_000 }, (_, i) => number(`n${String(i)}`, i)))],
    [
      "much data in one node",
      payloadOf({ id: "a", type: "own", data: { list: Array.from({ length: 50_000 }, (_, i) => ({ i })) } }),
    ],
  ])("keeps none that takes long to compare, for %s", async (_what, payload) => {
    const payloads = new KnownPayloads(DEFAULTS);
    const first = await payloads.read(payload);
    expect(await payloads.read(payload)).not.toBe(first);
  });
});

function faultOf(read: () => unknown): string {
  try {
    return `none, but ${JSON.stringify(read())}`;
  } catch (error) {
    return String(error);
  }
}
