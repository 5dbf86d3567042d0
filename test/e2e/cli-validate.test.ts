import { describe, expect, test } from "vitest";
import { fileOf, levelflow, NODES } from "./cli-process.ts";

const CUSTOM = { nodes: [{ id: "a", type: "waits", data: { ms: 1 } }] };

describe("levelflow validate", () => {
  test("sums up a workflow that is right", async () => {
    const { code, stdout } = await levelflow(["validate", "-"], { stdin: '{"nodes":[{"id":"a","data":{"value":1}}]}' });
    expect(stdout).toBe("✔ valid: 1 node, 0 edges, 1 level; 0 errors, 0 warnings\n");
    expect(code).toBe(0);
  });

  test("prints every fault with its path", async () => {
    const { code, stdout } = await levelflow(["validate", fileOf({ nodes: [{ id: 1 }, {}] })]);
    expect(stdout).toMatch(/^error {4}nodes\[0\]\.id: .+\nerror {4}nodes\[1\]\.id: .+\n✖ invalid; 2 errors, 0 warnings\n$/);
    expect(code).toBe(2);
  });

  test("warns of unknown types, which --strict makes errors and --nodes makes known", async () => {
    const file = fileOf(CUSTOM);
    const warned = await levelflow(["validate", file]);
    expect(warned.stdout).toContain('warning  nodes[0].type: unknown node type "waits"');
    expect(warned.code).toBe(0);
    expect((await levelflow(["validate", file, "--strict"])).code).toBe(2);
    expect((await levelflow(["validate", file, "--strict", "--nodes", NODES])).code).toBe(0);
  });
});

describe("levelflow levels", () => {
  const diamond = {
    nodes: ["d", "c", "b", "a"].map((id) => ({ id })),
    edges: [
      ["a", "b"],
      ["a", "c"],
      ["b", "d"],
      ["c", "d"],
    ].map(([source, target]) => ({ source, target })),
  };

  test("prints the plan as text, Mermaid and DOT", async () => {
    const file = fileOf(diamond);
    expect((await levelflow(["levels", file])).stdout).toBe(
      "level 0 (1 node): a\nlevel 1 (2 nodes): b, c\nlevel 2 (1 node): d\n",
    );
    expect((await levelflow(["levels", file, "--format", "mermaid"])).stdout).toMatch(/^flowchart TD\n[^]*n0 --> n1\n/);
    expect((await levelflow(["levels", file, "--format", "dot"])).stdout).toMatch(/^digraph workflow \{\n[^]*\n\}\n$/);
  });
});
