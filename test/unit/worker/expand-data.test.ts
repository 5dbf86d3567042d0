import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import type { JsonValue } from "../../../src/core/json/json-value.ts";
import { defineNode, type AnyNodeDefinition, type NodeContext } from "../../../src/core/node/define-node.ts";
import type { Logger } from "../../../src/core/ports/logger.ts";
import type { RunEvent } from "../../../src/core/run/run-event.ts";
import type { RunResult } from "../../../src/core/run/run-result.ts";
import { runLocal, type RunLocalOptions } from "../../../src/local.ts";

function runText(text: string, options: RunLocalOptions = {}): Promise<RunResult> {
  return runLocal({ nodes: [{ id: "a", data: { text } }] }, options);
}

/** Takes placeholders in `open` and `closed`, secrets in `closed` only, and ends as the test wants. */
function guarded(run: (context: NodeContext<{ open?: string; closed?: string }>) => unknown): AnyNodeDefinition {
  const data = z.object({ open: z.string().optional(), closed: z.string().optional() });
  return defineNode({ type: "guarded", data, placeholders: ["open", "closed"], secretFields: ["closed"], run });
}

function runGuarded(
  data: Record<string, JsonValue>,
  run: Parameters<typeof guarded>[0],
  options: RunLocalOptions = {},
): Promise<RunResult> {
  const payload = { nodes: [{ id: "a", type: "guarded", data }] };
  return runLocal(payload, { nodes: [guarded(run)], ...options });
}

afterEach(() => vi.unstubAllEnvs());

describe("placeholders of the run's input", () => {
  const input = { user: { name: "Ada" }, items: [{ id: 7 }, null], text: "{{variable.v}} {{input.user.name}}" };

  test.each([
    ["{{input.user.name}} has {{ input.items.0.id }}, {{input.items.1}}", "Ada has 7, null"],
    ["{{input.user}}", '{"name":"Ada"}'],
    ["{{input.text}}", input.text],
    ["{{input.user.age}} {{input.items.length}}", "{{input.user.age}} {{input.items.length}}"],
  ])("make %j into %j", async (text, expanded) => {
    expect((await runText(text, { input })).finalOutput).toBe(expanded);
  });

  test("take the whole input, of any kind", async () => {
    expect((await runText("<{{input}}>", { input: "x" })).finalOutput).toBe("<x>");
    expect((await runText("<{{input}}>", { input: null })).finalOutput).toBe("<null>");
  });

  test("stay as they stand in a run without input", async () => {
    expect((await runText("{{input}} {{input.user.name}}")).finalOutput).toBe("{{input}} {{input.user.name}}");
  });

  test("may be mixed with values of context nodes", async () => {
    const context = { context_name: "v", context_value: [1] };
    const payload = {
      nodes: [
        { id: "a", data: context },
        { id: "b", data: { text: "{{variable.v}}{{input.user.name}}" } },
      ],
    };
    expect((await runLocal(payload, { input })).nodeResults["b"]).toBe("[1]Ada");
  });

  test("cannot be made to fill the memory", async () => {
    const result = await runText("{{input}}".repeat(1_000), { input: "x".repeat(1_000), settings: { maxResultBytes: 100_000 } });
    expect(result.errors).toMatchObject([
      {
        code: "INVALID_NODE_DATA",
        message: expect.stringContaining("insert more than the limit of 100000 characters") as string,
      },
    ]);
  });
});

describe("secrets", () => {
  test("come from the environment, in the fields that take them and in no other", async () => {
    vi.stubEnv("LEVELFLOW_SECRET_KEY", "hush");
    const result = await runGuarded({ open: "{{secret.KEY}}", closed: "x {{secret.KEY}}" }, ({ data }) => [
      data.open === "{{secret.KEY}}",
      data.closed === "x hush",
    ]);
    expect(result.finalOutput).toEqual([true, true]);
    expect((await runText("{{secret.KEY}}")).finalOutput).toBe("{{secret.KEY}}");
  });

  test("are not inserted for text that was itself inserted", async () => {
    vi.stubEnv("LEVELFLOW_SECRET_KEY", "hush");
    const result = await runGuarded({ closed: "{{input}}" }, ({ data }) => data.closed ?? null, { input: "{{secret.KEY}}" });
    expect(result.finalOutput).toBe("{{secret.KEY}}");
  });

  test.each([undefined, ""])("that are not set (%j) fail the node and say what to set", async (value) => {
    vi.stubEnv("LEVELFLOW_SECRET_KEY", value);
    const result = await runGuarded({ closed: "{{secret.KEY}}" }, () => null);
    const message = "error executing node a: secret KEY is not set: set LEVELFLOW_SECRET_KEY in the environment of the workers";
    expect(result.errors).toMatchObject([{ code: "INVALID_NODE_DATA", attempt: 1, message }]);
  });

  test("are blacked out in errors, logs and progress notes", async () => {
    vi.stubEnv("LEVELFLOW_SECRET_KEY", "hush");
    const logged: unknown[] = [];
    const events: RunEvent[] = [];
    const write = (fields: object, message: string): void => void logged.push(fields, message);
    const logger: Logger = { debug: write, info: write, warn: write, error: write, child: () => logger };
    const result = await runGuarded(
      { closed: "{{secret.KEY}}" },
      ({ data, log, progress }) => {
        log.warn(`warning of ${data.closed ?? ""}`, { data });
        progress(0.5, `half of ${data.closed ?? ""}`);
        throw new Error(`cannot use ${data.closed ?? ""}`, { cause: data });
      },
      { logger, onEvent: (event) => events.push(event) },
    );
    expect(result.errors[0]?.message).toBe("error executing node a: cannot use [secret KEY]");
    expect(JSON.stringify(events)).toContain("half of [secret KEY]");
    expect(logged).toContainEqual("warning of [secret KEY]");
    expect(logged).toContainEqual(expect.objectContaining({ err: { message: result.errors[0]?.message } }));
    expect(JSON.stringify([logged, events, result])).not.toContain("hush");
  });
});
