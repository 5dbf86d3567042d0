import { describe, expect, test } from "vitest";
import { z } from "zod";
import { validateWorkflow } from "../../../src/core/workflow/validate-workflow.ts";

const mine = {
  type: "fetch_rows",
  data: z.object({ table: z.string().min(3), limit: z.number().optional() }),
};
const number = { type: "number", data: z.object({ value: z.number({ error: "number node missing value" }) }) };

function warningsOf(payload: unknown): string[] {
  return validateWorkflow(payload, { definitions: [mine, number] }).warnings.map(({ path, message }) => `${path}: ${message}`);
}

describe("validateWorkflow", () => {
  test("gives the workflow if all is well", () => {
    const report = validateWorkflow({ nodes: [{ id: "a", data: { value: 1 } }] });
    expect(report).toMatchObject({ issues: [], warnings: [], workflow: { nodes: [{ id: "a", type: "number" }] } });
  });

  test("gives issues instead of throwing, and what they may come from", () => {
    const report = validateWorkflow({ nodes: [{ id: "a" }], edges: [{ sorce: "a", target: "a" }] });
    expect(report.workflow).toBeUndefined();
    expect(report.issues).toEqual([{ path: "edges[0].source", message: "expected text, found nothing" }]);
    expect(report.warnings).toEqual([
      { path: "edges[0].sorce", message: 'unknown key "sorce" is ignored: did you mean "source"?' },
    ]);
  });

  test("never throws for a payload", () => {
    const thrower = {
      get nodes(): unknown {
        throw new Error("boom");
      },
    };
    for (const payload of [thrower, null, 5, [], { nodes: 5 }, { nodes: [null], edges: [5] }]) {
      expect(validateWorkflow(payload).issues.length).toBeGreaterThan(0);
    }
  });

  test("warns of types that nobody has", () => {
    expect(
      warningsOf({
        nodes: [{ id: "a", type: "fetch_row" }, { id: "b", type: "Number" }, { id: "c", type: "teleport" }, { id: "d" }],
      }),
    ).toEqual([
      'nodes[0].type: unknown node type "fetch_row": did you mean "fetch_rows"?',
      'nodes[1].type: unknown node type "Number": did you mean "number"?',
      'nodes[2].type: unknown node type "teleport"',
      "nodes[3].type: no type is given, and the data does not tell one",
    ]);
  });

  test("warns of keys that look like a slip, at every place", () => {
    const payload = {
      workflowId: "w",
      nodes: [
        { id: "a", tpye: "number", data: { vaule: 1, value: 2 } },
        { id: "b", data: { Value: 1, var_nam: "x" } },
      ],
      edges: [{ source: "a", target: "b", targte: "b" }],
    };
    expect(warningsOf(payload).filter((warning) => warning.includes("unknown key"))).toEqual([
      'workflowId: unknown key "workflowId" is ignored: did you mean "workflow_id"?',
      'nodes[0].tpye: unknown key "tpye" is ignored: did you mean "type"?',
      'nodes[1].data.Value: unknown key "Value" is ignored: did you mean "value"?',
      'nodes[1].data.var_nam: unknown key "var_nam" is ignored: did you mean "var_name"?',
    ]);
  });

  test("says nothing about what editors keep, nor about data of other types", () => {
    const payload = {
      name: "x",
      viewport: {},
      nodes: [
        {
          id: "a",
          type: "number",
          position: { x: 1 },
          x: 1,
          y: 2,
          date: "",
          label: "",
          selected: true,
          data: { value: 1, label: "l", note: "", name: "" },
        },
        { id: "b", type: "fetch_rows", data: { table: "rows", vaule: 1 } },
      ],
      edges: [{ source: "a", target: "b", sourceHandle: null, targetHandle: null, animated: true }],
    };
    expect(warningsOf(payload)).toEqual([]);
  });

  test("warns of data that the type's schema refuses, unless a placeholder hides it", () => {
    const payload = {
      nodes: [
        { id: "a", type: "number" },
        { id: "b", type: "fetch_rows", data: { table: "{{variable.t}}", limit: "{{const.n}}" } },
        { id: "c", type: "fetch_rows", data: { table: "ab" } },
      ],
    };
    const warnings = warningsOf(payload);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toBe("nodes[0].data.value: number node missing value");
    expect(warnings[1]).toMatch(/^nodes\[2\]\.data\.table: /);
  });

  test("leaves schemas that throw or wait to the worker", () => {
    const definitions = new Map([
      [
        "throws",
        {
          type: "throws",
          data: z.custom(() => {
            throw new Error("boom");
          }),
        },
      ],
      ["waits", { type: "waits", data: z.unknown().refine(async () => Promise.resolve(false)) }],
    ]);
    const nodes = [
      { id: "a", type: "throws" },
      { id: "b", type: "waits" },
    ];
    expect(validateWorkflow({ nodes }, { definitions }).warnings).toEqual([]);
  });
});
