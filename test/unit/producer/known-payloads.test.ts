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
  test("reads an object anew until it has come twice, and then no more", async () => {
    const payloads = new KnownPayloads(DEFAULTS);
    const payload = payloadOf(number("a", 1));
    const [first, second, third, fourth] = [1, 2, 3, 4].map(() => payloads.read(payload));
    expect(second).not.toBe(first);
    expect(third).toBe(second);
    expect(fourth).toBe(second);
    expect(first).toEqual(second);
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
    const second = (await payloads.read(payload), await payloads.read(payload));
    expect(await payloads.read(payload)).not.toBe(second);
  });
});

function faultOf(read: () => unknown): string {
  try {
    return `none, but ${JSON.stringify(read())}`;
  } catch (error) {
    return String(error);
  }
}
