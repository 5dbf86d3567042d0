import { describe, expect, test } from "vitest";
import { textOperationNode } from "../../../src/nodes/text/text-operation-node.ts";
import { runNode } from "./run-node.ts";

const MIB = 1024 * 1024;
const TOO_LARGE = "text operation result too large (exceeds 10485760 bytes limit)";

describe("text_operation results", () => {
  test.each([
    ["é".repeat(5), MIB],
    ["x", 10 * MIB],
    ["", Number.MAX_SAFE_INTEGER],
  ])("may be of 10 MiB: %j times %i", async (text, repeat_n) => {
    const result = await runNode(textOperationNode, { data: { text_op: "repeat", repeat_n }, inputs: [text] });
    expect(Buffer.byteLength(result as string)).toBe(text === "" ? 0 : 10 * MIB);
  });

  test.each([10 * MIB + 1, Number.MAX_SAFE_INTEGER])("are refused beyond, before they are made: %i times", async (repeat_n) => {
    await expect(runNode(textOperationNode, { data: { text_op: "repeat", repeat_n }, inputs: ["x"] })).rejects.toThrow(TOO_LARGE);
  });

  test("count separators of concat", async () => {
    const inputs = ["x".repeat(5 * MIB), "x".repeat(5 * MIB)];
    const concat = (separator: string) => runNode(textOperationNode, { data: { text_op: "concat", separator }, inputs });
    expect(await concat("")).toHaveLength(10 * MIB);
    await expect(concat(",")).rejects.toThrow(TOO_LARGE);
  });
});
