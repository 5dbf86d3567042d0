import { describe, expect, test } from "vitest";
import { InvalidWorkflowError, type WorkflowIssue } from "../../../src/core/errors/levelflow-error.ts";
import type { WorkflowLimits } from "../../../src/core/workflow/limits.ts";
import { parseWorkflow } from "../../../src/core/workflow/parse-workflow.ts";

function refusal(payload: unknown, limits: Partial<WorkflowLimits> = {}): InvalidWorkflowError {
  try {
    parseWorkflow(payload, limits);
  } catch (error) {
    if (error instanceof InvalidWorkflowError) return error;
    throw error;
  }
  throw new Error("the payload was not refused");
}

function issues(payload: unknown): readonly WorkflowIssue[] {
  return refusal(payload).issues;
}

const node = (data: unknown, type?: unknown): unknown => ({ nodes: [{ id: "n", type, data }] });
const dataOf = (payload: unknown): unknown => parseWorkflow(payload).nodes[0]?.data;

describe("parseWorkflow, normal form", () => {
  test("takes absent, null and unknown keys for nothing", () => {
    const empty = { nodes: [], edges: [], options: {} };
    expect(parseWorkflow({})).toEqual(empty);
    expect(parseWorkflow({ workflow_id: null, nodes: null, edges: null, options: null, colour: {} })).toEqual(empty);
    expect(parseWorkflow({ workflow_id: "", options: [1] })).toEqual({ ...empty, workflowId: "" });
    const read = parseWorkflow({
      nodes: [{ id: "a", type: null, data: null, x: 1, options: 7 }],
      edges: [{ source: "a", target: "a2", id: null }, {}].slice(2),
    });
    expect(read.nodes).toEqual([{ id: "a", type: "", data: {}, options: {} }]);
  });

  test("infers types, and keeps known fields only", () => {
    expect(parseWorkflow(node({ value: 3, colour: "red", label: null })).nodes[0]).toEqual({
      id: "n",
      type: "number",
      data: { value: 3 },
      options: {},
    });
    expect(parseWorkflow(node({ value: null, text: "" }, "")).nodes[0]?.type).toBe("text_input");
    expect(dataOf(node({ unknown: 1 }))).toEqual({});
  });

  test("leaves data of other types as it is", () => {
    const data = { value: "not a number", op: null, list: [1, { deep: [null] }], gone: undefined };
    expect(dataOf(node(data, "my_type"))).toEqual({ value: "not a number", op: null, list: [1, { deep: [null] }] });
    expect(dataOf(node(data, "my_type"))).not.toBe(data);
  });

  test("fills up list entries", () => {
    const cases = [{ value: 1 }, { when: ">5", value: null, output_path: null, colour: 1 }, { when: null, output_path: "p" }];
    expect(dataOf(node({ cases }, "switch"))).toEqual({
      cases: [{ when: "", value: 1 }, { when: ">5" }, { when: "", output_path: "p" }],
    });
    expect(dataOf(node({ context_values: [{}, { name: "a", value: [1], type: "x" }] }, "context_variable"))).toEqual({
      context_values: [
        { name: "", value: null, type: "" },
        { name: "a", value: [1], type: "x" },
      ],
    });
  });

  test("fills up backoff in both forms", () => {
    const backoffOf = (backoff: unknown): unknown =>
      parseWorkflow({ nodes: [{ id: "n", options: { backoff } }] }).nodes[0]?.options.backoff;
    expect(backoffOf("fixed")).toEqual({ type: "fixed", delayMs: 1000, maxDelayMs: 300_000, jitter: 0.2 });
    expect(backoffOf({ type: "exponential", delayMs: 400_000, jitter: null })).toEqual({
      type: "exponential",
      delayMs: 400_000,
      maxDelayMs: 400_000,
      jitter: 0.2,
    });
    expect(backoffOf(null)).toBeUndefined();
  });

  test("keeps options of nodes and workflow", () => {
    const options = { attempts: 3, timeoutMs: 10, pool: "gpu_1-a", priority: 2 };
    const read = parseWorkflow({ nodes: [{ id: "n", options }], options: { timeoutMs: 5, maxConcurrency: 0, sequential: true } });
    expect(read.nodes[0]?.options).toEqual(options);
    expect(read.options).toEqual({ timeoutMs: 5, maxConcurrency: 0, sequential: true });
  });

  test("does not change the payload", () => {
    const payload = JSON.stringify({ nodes: [{ id: "n", data: { cases: [{}], junk: 1 }, options: { backoff: "fixed" } }] });
    const given: unknown = JSON.parse(payload);
    parseWorkflow(given);
    expect(JSON.stringify(given)).toBe(payload);
  });
});

describe("parseWorkflow, faults of shape", () => {
  test.each<[unknown, string]>([
    [null, "expected an object, found null"],
    [undefined, "expected an object, found nothing"],
    [[], "expected an object, found a list"],
    ["nodes", 'expected an object, found the text "nodes"'],
  ])("refuses %j as a payload", (payload, message) => {
    expect(issues(payload)).toEqual([{ path: "", message }]);
    expect(refusal(payload).message).toBe(`failed to parse payload: ${message}`);
  });

  test("tells every fault at once, with its place", () => {
    const error = refusal({
      workflow_id: 5,
      nodes: [
        null,
        { id: "a", data: { op: 5, fields: ["x", null], max_iterations: 1.5 } },
        { type: "join", data: [] },
        { id: 7, data: { value: "1" } },
      ],
      edges: [{ id: 1, source: 1, target: "a" }, { source: "a" }, []],
      options: { timeoutMS: 5, sequential: 1 },
    });
    expect(error.issues.map(({ path, message }) => `${path}: ${message}`).sort()).toEqual(
      [
        "workflow_id: expected text, found the number 5",
        "nodes[0]: expected an object, found null",
        "nodes[1].data.op: expected text, found the number 5",
        "nodes[1].data.fields[1]: expected text, found null",
        "nodes[1].data.max_iterations: expected a whole number, found the number 1.5",
        "nodes[2].id: expected text, found nothing",
        "nodes[2].data: expected an object, found a list",
        "nodes[3].id: expected text, found the number 7",
        'nodes[3].data.value: expected a number, found the text "1"',
        "edges[0].id: expected text, found the number 1",
        "edges[0].source: expected text, found the number 1",
        "edges[1].target: expected text, found nothing",
        "edges[2]: expected an object, found a list",
        'options.timeoutMS: unknown option "timeoutMS": did you mean "timeoutMs"?',
        "options.sequential: expected true or false, found the number 1",
      ].sort(),
    );
    expect(error.message).toMatch(/^failed to parse payload:\n {2}- /);
    expect(error).toMatchObject({ code: "INVALID_WORKFLOW", exitCode: 2 });
  });

  test("lists twenty faults in its message and all in its issues", () => {
    const error = refusal({ nodes: Array.from({ length: 50 }, () => 1) });
    expect(error.issues).toHaveLength(50);
    expect(error.message.split("\n")).toHaveLength(22);
    expect(error.message).toContain("and 30 more");
  });

  test.each<[unknown, string]>([
    [{ value: Number.POSITIVE_INFINITY }, "a number too large for a double"],
    [{ delta: Number.NaN }, "NaN"],
    [{ max_attempts: 2 ** 53 }, "below 2^53"],
    [{ max_attempts: -(2 ** 53) }, "below 2^53"],
    [
      { initial_value: { a: [Number.POSITIVE_INFINITY] } },
      "nodes[0].data.initial_value.a[0]: expected a number that a double can hold",
    ],
    [{ cases: [null] }, "nodes[0].data.cases[0]: expected an object, found null"],
    [{ cases: [{ when: 5 }] }, "nodes[0].data.cases[0].when"],
    [{ cases: [{ value: new Date(0) }] }, "nodes[0].data.cases[0].value: expected a JSON value, found an instance of Date"],
    [{ context_value: () => 1 }, "nodes[0].data.context_value: expected a JSON value, found a function"],
    [{ fallback_value: [undefined] }, "nodes[0].data.fallback_value[0]"],
  ])("refuses the data %j", (data, text) => {
    expect(refusal(node(data, "switch")).message).toContain(text);
    expect(refusal(node(data)).message).toContain(text);
  });

  test("takes whole numbers up to 2^53 - 1", () => {
    expect(dataOf(node({ repeat_n: 2 ** 53 - 1, delta: 1e308 }))).toEqual({ repeat_n: 2 ** 53 - 1, delta: 1e308 });
  });

  test.each<[unknown, string]>([
    [{ attempts: 0 }, "nodes[0].options.attempts: expected 1 or more, found the number 0"],
    [{ attempts: 1.5 }, "nodes[0].options.attempts: expected a whole number"],
    [{ priority: 2_097_152 }, "nodes[0].options.priority: expected 2097151 or less"],
    [{ pool: "a b" }, "nodes[0].options.pool: expected 1 to 64 of the characters"],
    [{ pool: "x".repeat(65) }, "nodes[0].options.pool: expected 1 to 64 of the characters"],
    [{ timeoutMs: "5s" }, "nodes[0].options.timeoutMs: expected a number"],
    [{ backoff: "linear" }, 'nodes[0].options.backoff.type: expected "fixed" or "exponential", found the text "linear"'],
    [{ backoff: 5 }, "nodes[0].options.backoff: expected an object"],
    [{ backoff: { type: "fixed", jitter: 2 } }, "nodes[0].options.backoff.jitter: expected 1 or less"],
    [{ backoff: { type: "fixed", delay: 2 } }, 'nodes[0].options.backoff.delay: unknown option "delay": did you mean "delayMs"?'],
    [{ retries: 5 }, 'unknown option "retries": known are attempts, backoff, timeoutMs, pool, priority'],
    [{ constructor: 5 }, 'nodes[0].options.constructor: unknown option "constructor"'],
  ])("refuses the node options %j", (options, text) => {
    expect(refusal({ nodes: [{ id: "n", options }] }).message).toContain(text);
  });

  test("tells faults of structure along with those of data", () => {
    const payload = {
      nodes: [{ id: "a", type: "number", data: { value: "1" } }, { id: "a" }],
      edges: [{ source: "a", target: "z" }],
    };
    expect(issues(payload).map(({ path }) => path)).toEqual(["nodes[0].data.value", "nodes[1].id", "edges[0].target"]);
    expect(refusal(payload).message).toMatch(/^failed to parse payload/);
  });

  test("keeps ids apart that UTF-8 cannot tell apart", () => {
    const ids = ["\ud800", "\ud801", "\ufffd", "😀"];
    expect(parseWorkflow({ nodes: ids.map((id) => ({ id })) }).nodes.map((node) => node.id)).toEqual(ids);
  });
});

describe("parseWorkflow, faults of structure", () => {
  test("tells all of them in order: nodes, edges with source before target, cycles", () => {
    const error = refusal({
      nodes: [{ id: "a" }, { id: "" }, { id: "a" }, { id: "a" }, { id: 'q"' }, { id: 'q"' }],
      edges: [
        { source: "x", target: "" },
        { source: "a", target: "a" },
      ],
    });
    expect(error.issues).toEqual([
      { path: "nodes[1].id", message: "node 1: empty id" },
      { path: "nodes[2].id", message: 'duplicate node id "a"' },
      { path: "nodes[5].id", message: 'duplicate node id "q\\""' },
      { path: "edges[0].source", message: 'edge 0: unknown source "x"' },
      { path: "edges[0].target", message: 'edge 0: unknown target ""' },
      { path: "edges", message: 'workflow contains cycles (circular dependencies): "a" -> "a"' },
    ]);
  });

  test("names one cycle, shortened if it is long", () => {
    const ids = Array.from({ length: 100 }, (_, index) => `n${String(index).padStart(2, "0")}`);
    const payload = {
      nodes: ids.map((id) => ({ id })),
      edges: ids.map((id, index) => ({ source: id, target: ids[(index + 1) % ids.length] })),
    };
    const [issue] = issues(payload);
    expect(issue?.message).toMatch(/: "n00" -> "n01" -> .* -> "n19" -> \(80 more\) -> "n00"$/);
  });
});

describe("parseWorkflow, limits", () => {
  const payload = { nodes: [{ id: "a" }, { id: "b" }], edges: [{ source: "a", target: "b" }] };

  test.each<[Partial<WorkflowLimits>, string, string]>([
    [{ maxNodes: 1 }, "nodes", "LEVELFLOW_MAX_NODES"],
    [{ maxEdges: 0 }, "edges", "LEVELFLOW_MAX_EDGES"],
    [{ maxPayloadBytes: 20 }, "", "LEVELFLOW_MAX_PAYLOAD_BYTES"],
  ])("%j is told with its setting", (limits, path, setting) => {
    const error = refusal(payload, limits);
    expect(error.issues).toHaveLength(1);
    expect(error.issues[0]?.path).toBe(path);
    expect(error.issues[0]?.message).toContain(setting);
    expect(error.issues[0]?.message).toContain(Object.keys(limits)[0]);
  });

  test("are inclusive", () => {
    const bytes = Buffer.byteLength(JSON.stringify(payload));
    expect(parseWorkflow(payload, { maxNodes: 2, maxEdges: 1, maxPayloadBytes: bytes }).nodes).toHaveLength(2);
    expect(refusal(payload, { maxPayloadBytes: bytes - 1 }).issues).toHaveLength(1);
  });

  test("come before everything else", () => {
    expect(issues({ nodes: new Array(1e9) })).toHaveLength(1);
  });
});
