import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createOutput, toSafeJson, type OutputProcess } from "../../../src/cli/output.ts";
import { HOSTILE_IDS, UNSAFE_FOR_TERMINALS } from "./cli-fixtures.ts";

function fakeProcess(env: NodeJS.ProcessEnv = {}): { host: OutputProcess; stdout: PassThrough; stderr: PassThrough } {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const exit = ((code: number) => {
    throw new Error(`exit ${code}`);
  }) as NodeJS.Process["exit"];
  return { host: { stdout, stderr, env, exit } as unknown as OutputProcess, stdout, stderr };
}

describe("createOutput", () => {
  test("leaves stdout to the answer: what others write there goes to stderr", () => {
    const { host, stdout, stderr } = fakeProcess();
    const output = createOutput(host);
    host.stdout.write("noise\n");
    output.printJson({ ok: true });
    output.note("a note");
    expect(String(stdout.read())).toBe('{"ok":true}\n');
    expect(String(stderr.read())).toBe("noise\na note\n");
  });

  test.each([
    [{}, false],
    [{ FORCE_COLOR: "1" }, true],
    [{ FORCE_COLOR: "1", NO_COLOR: "1" }, false],
    [{ FORCE_COLOR: "0" }, false],
  ])("with %j in the environment and no terminal, colours: %s", (env, hasColors) => {
    expect(createOutput(fakeProcess(env).host).answerView.colors.isColorSupported).toBe(hasColors);
  });
});

describe("toSafeJson", () => {
  test("is the same document for any value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        expect(JSON.stringify(JSON.parse(toSafeJson(value, indent)))).toBe(JSON.stringify(value));
      }),
    );
  });

  test("keeps hostile ids as keys and lets none act on the terminal", () => {
    const record = Object.create(null) as Record<string, number>;
    for (const [index, id] of HOSTILE_IDS.entries()) record[id] = index;
    const text = toSafeJson(record);
    expect(text).not.toMatch(UNSAFE_FOR_TERMINALS);
    expect(Object.entries(JSON.parse(text) as object)).toEqual(Object.entries(record));
  });
});
