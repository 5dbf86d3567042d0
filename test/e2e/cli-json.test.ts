import { describe, expect, test } from "vitest";
import { fileOf, levelflow, NODES } from "./cli-process.ts";

/** Fails unless the text is one JSON document and a line break. */
function documentOf(stdout: string): unknown {
  expect(stdout.endsWith("\n")).toBe(true);
  expect(stdout.trimEnd()).not.toContain("\n");
  return JSON.parse(stdout);
}

const HOSTILE_IDS = ["__proto__", "a b", "\u001b[2J", "abc\u202edcb", "line\nbreak", '"'];

describe("--json prints one document on stdout and nothing else", () => {
  test.each([[["--local"]], [["--workers", "1"]]])("of a run, whatever handlers print: run %j", async (where) => {
    const workflow = {
      nodes: [
        { id: "a", data: { value: 1 } },
        { id: "b", type: "chatters" },
      ],
      edges: [{ source: "a", target: "b" }],
    };
    const { code, stdout, stderr } = await levelflow(["run", ...where, fileOf(workflow), "--nodes", NODES, "--json"]);
    expect(documentOf(stdout)).toMatchObject({
      status: "completed",
      finalOutput: [1],
      nodes: { b: { status: "completed", attempts: 1 } },
    });
    expect(stderr).toContain("a line of a handler");
    expect(stderr).toContain("another line of a handler");
    expect(code).toBe(0);
  });

  test("of a run with hostile ids, each of which is a key", async () => {
    const workflow = { nodes: HOSTILE_IDS.map((id) => ({ id, data: { value: 1 } })) };
    const { stdout, stderr } = await levelflow(["run", "--local", fileOf(workflow), "--json"]);
    const { nodeResults } = documentOf(stdout) as { nodeResults: object };
    expect(Object.keys(nodeResults).sort()).toEqual([...HOSTILE_IDS].sort());
    // eslint-disable-next-line no-control-regex -- an escape sequence begins with one
    expect(stdout.trimEnd() + stderr.replaceAll("\n", "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  test("of an error", async () => {
    const cycle = { nodes: [{ id: "a" }, { id: "a" }], edges: [{ source: "a", target: "b" }] };
    const { code, stdout, stderr } = await levelflow(["run", fileOf(cycle), "--json"]);
    expect(documentOf(stdout)).toMatchObject({
      error: { code: "INVALID_WORKFLOW", issues: [{ path: expect.any(String) }, { path: expect.any(String) }] },
    });
    expect(stderr).toBe("");
    expect(code).toBe(2);
  });

  test("of a usage error", async () => {
    const { code, stdout, stderr } = await levelflow(["list", "--json", "--limit", "none"]);
    expect(documentOf(stdout)).toMatchObject({ error: { code: "INVALID_SETTING" } });
    expect(stderr).toBe("");
    expect(code).toBe(2);
  });

  test("of a Redis that is away", async () => {
    const { code, stdout } = await levelflow(["list", "--json"], { env: { REDIS_URL: "redis://127.0.0.1:1" } });
    expect(documentOf(stdout)).toMatchObject({ error: { code: "REDIS_UNAVAILABLE" } });
    expect(code).toBe(3);
  });

  test("of validate, whose faults are its answer", async () => {
    const invalid = await levelflow(["validate", "-", "--json"], { stdin: '{"nodes":[{"id":""}]}' });
    expect(documentOf(invalid.stdout)).toMatchObject({
      valid: false,
      issues: [{ message: expect.stringContaining("empty id") }],
    });
    expect(invalid.code).toBe(2);
  });

  test("of levels and nodes", async () => {
    const levels = await levelflow(["levels", "-", "--json"], { stdin: '{"workflow_id":"w","nodes":[{"id":"__proto__"}]}' });
    expect(documentOf(levels.stdout)).toEqual({ workflowId: "w", levels: [["__proto__"]] });
    const nodes = await levelflow(["nodes", "--nodes", NODES, "--json"]);
    expect(documentOf(nodes.stdout)).toEqual(
      expect.arrayContaining([
        { type: "variable", stateful: true, pure: false, description: expect.stringContaining("Keeps a value") },
        { type: "waits", stateful: false, pure: false, description: null },
      ]),
    );
    const one = await levelflow(["nodes", "waits", "--nodes", NODES, "--json"]);
    expect(documentOf(one.stdout)).toMatchObject({ type: "waits", data: { properties: { ms: { type: "number" } } } });
  });
});
