import { describe, expect, test } from "vitest";
import { runCommandLine } from "../../../src/cli/run-command-line.ts";
import { BUILTIN_TYPE_NAMES } from "../../../src/core/workflow/builtin-types.ts";
import { recordingOutput } from "./cli-fixtures.ts";

async function nodes(...args: readonly string[]) {
  const output = recordingOutput();
  const code = await runCommandLine(["nodes", ...args], { output, env: {} });
  return { code, answer: output.answered.join(""), notes: output.noted.join("\n") };
}

describe("levelflow nodes", () => {
  test("lists every type with what it does", async () => {
    const { code, answer } = await nodes();
    const [titles = "", ...rows] = answer.trimEnd().split("\n");
    expect(titles).toMatch(/^type +state +description$/);
    expect(rows.map((row) => row.split(" ")[0])).toEqual([...BUILTIN_TYPE_NAMES]);
    expect(rows.find((row) => row.startsWith("counter "))).toMatch(/^counter +shared +Moves, resets /);
    expect(code).toBe(0);
  });

  test("shows the fields of one type", async () => {
    const { code, answer } = await nodes("counter");
    expect(answer).toContain("counter\nMoves, resets or reads the counter");
    expect(answer).toMatch(/\n {2}counter_op +one of "increment", "decrement", "reset", "get"; required\n/);
    expect(answer).toMatch(/\n {2}delta +number; default 1\n +How far it moves/);
    expect(answer).toContain("\nshared state: yes\n");
    expect(code).toBe(0);
  });

  test("gives the JSON schema of one type's data", async () => {
    const { answer } = await nodes("text_input", "--json");
    expect(JSON.parse(answer)).toMatchObject({
      type: "text_input",
      stateful: false,
      pure: true,
      placeholders: ["text"],
      secretFields: [],
      data: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
    });
  });

  test.each([
    ["retri", 'there is no node type "retri": did you mean "retry"?'],
    ["teleport", 'there is no node type "teleport": levelflow nodes lists those there are'],
    ["__proto__", 'there is no node type "__proto__": levelflow nodes lists those there are'],
  ])("refuses %s", async (type, message) => {
    const { code, answer, notes } = await nodes(type);
    expect(notes).toContain(message);
    expect(answer).toBe("");
    expect(code).toBe(2);
  });
});
