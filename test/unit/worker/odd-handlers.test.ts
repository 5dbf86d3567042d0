import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineNode, type NodeContext } from "../../../src/core/node/define-node.ts";
import { RetryableError } from "../../../src/core/errors/node-errors.ts";
import type { RunResult } from "../../../src/core/run/run-result.ts";
import { runLocal } from "../../../src/local.ts";

function runOne(run: (context: NodeContext) => unknown, options: object = {}): Promise<RunResult> {
  const odd = defineNode({ type: "odd", data: z.object({}), stateful: true, run: (context: NodeContext) => run(context) });
  return runLocal({ nodes: [{ id: "a", type: "odd", data: {}, options }] }, { nodes: [odd] });
}

describe("a handler that is not to be trusted", () => {
  test.each([Number.NaN, -1, "soon"])("may ask for a retry after %s: its backoff decides", async (retryAfterMs) => {
    const result = await runOne(
      ({ attempt }) => {
        if (attempt === 1) throw new RetryableError("later", { retryAfterMs: retryAfterMs as number });
        return attempt;
      },
      { attempts: 2, backoff: { type: "fixed", delayMs: 1 } },
    );
    expect(result).toMatchObject({ status: "completed", finalOutput: 2 });
  });

  test.each([Object.create(null), undefined, null, Symbol("s")])("may throw what has no text", async (thrown) => {
    const result = await runOne(() => {
      throw thrown;
    });
    expect(result.errors.map(({ message }) => message)).toEqual(["error executing node a: the handler threw what is no Error"]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, "5s"])("may not give a state entry a lifetime of %s", async (ttlMs) => {
    const result = await runOne(({ state }) => {
      state.set("k", 1, { ttlMs: ttlMs as number });
      return null;
    });
    expect(result.errors[0]?.message).toContain("ttlMs must be a finite number");
  });

  test("may report nonsense as progress", async () => {
    const result = await runOne(({ progress }) => {
      progress(0.5, 123 as unknown as string);
      progress("half" as unknown as number);
      return "done";
    });
    expect(result.finalOutput).toBe("done");
  });

  test("may answer what is no promise but has its `then`, which is called once", async () => {
    let callCount = 0;
    const query = {
      // Does its work when it is awaited, as query builders do.
      then: (resolve: (rows: number) => void) => resolve((callCount += 1)),
    };
    expect((await runOne(() => query)).finalOutput).toBe(1);
    expect(callCount).toBe(1);
  });

  test("fails its node if it answers a function, or what cannot be looked at", async () => {
    const answers = [
      () => 1,
      Object.defineProperty({}, "then", {
        get: () => {
          throw new Error("hidden");
        },
      }),
    ];
    const messages = await Promise.all(answers.map(async (answer) => (await runOne(() => answer)).errors[0]?.message));
    expect(messages[0]).toContain("the result is a function");
    expect(messages[1]).toBe("error executing node a: hidden");
  });
});
