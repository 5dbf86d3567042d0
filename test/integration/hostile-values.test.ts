import { afterAll, beforeAll, describe } from "vitest";
import type { JsonValue, RunHandle } from "../../src/index.ts";
import { openEngine, startEngine, type TestEngine } from "../support/engine.ts";
import { testHostileValues } from "../support/hostile-values.ts";
import { hostileNodes, type OpenHostileEngine } from "../support/hostile-values/engine.ts";
import { allEvents } from "../support/run-events.ts";

describe("over Redis", () => {
  let shared: TestEngine;
  beforeAll(async () => {
    shared = await startEngine({ nodes: hostileNodes });
  });
  afterAll(() => shared.stop());

  const open: OpenHostileEngine = async (settings) => {
    const { producer } = settings === undefined ? shared : await openEngine({ nodes: hostileNodes, settings });
    const enqueue = (payload: unknown, input?: unknown): Promise<RunHandle> =>
      producer.enqueue(payload, input === undefined ? {} : { input: input as JsonValue });
    return {
      run: async (payload, { input } = {}) => (await enqueue(payload, input)).result(),
      watch: async (payload) => {
        const run = await enqueue(payload);
        return { result: await run.result(), events: await allEvents(run) };
      },
    };
  };

  testHostileValues(open);
});
