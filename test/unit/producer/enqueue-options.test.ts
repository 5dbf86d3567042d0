import { describe, expect, test } from "vitest";
import { parseEnqueueOptions, type EnqueueOptions } from "../../../src/producer/enqueue-options.ts";

class Options {
  get input(): string {
    return "of a getter";
  }

  readonly maxConcurrency = 2;
}

let readCount = 0;
const counting = {
  get input(): number {
    return (readCount += 1);
  },
};

describe("options of an enqueue", () => {
  test.each<[title: string, given: EnqueueOptions, read: EnqueueOptions]>([
    ["none", {}, {}],
    ["an input", { input: { a: 1 } }, { input: { a: 1 } }],
    ["an input of null", { input: null }, { input: null }],
    ["several", { input: 1, idempotencyKey: "key", sequential: false }, { input: 1, idempotencyKey: "key", sequential: false }],
    ["an object of a class", new Options(), { input: "of a getter", maxConcurrency: 2 }],
    ["one without a prototype", Object.assign(Object.create(null) as object, { input: 1 }), { input: 1 }],
  ])("are read: %s", (_title, given, read) => {
    expect(parseEnqueueOptions(given)).toEqual(read);
  });

  test.each<[title: string, given: Record<string, unknown>]>([
    ["an input", { input: undefined }],
    ["others", { input: undefined, timeoutMs: undefined }],
  ])("that are undefined are left out: %s", (_title, given) => {
    expect(Object.keys(parseEnqueueOptions(given))).toEqual([]);
  });

  test("are read once", () => {
    expect(parseEnqueueOptions(counting)).toEqual({ input: 1 });
    expect(readCount).toBe(1);
  });

  test.each<[title: string, given: unknown]>([
    ["null", null],
    ["a text", "input"],
    ["a list", [1]],
    ["an unknown one", { inputs: 1 }],
    ["one of a wrong kind", { timeoutMs: "5" }],
  ])("are refused: %s", (_title, given) => {
    expect(() => parseEnqueueOptions(given as EnqueueOptions)).toThrow(expect.objectContaining({ code: "INVALID_SETTING" }));
  });
});
