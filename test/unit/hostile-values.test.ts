import { describe } from "vitest";
import { runLocal, type JsonValue, type RunEvent } from "../../src/index.ts";
import { testHostileValues } from "../support/hostile-values.ts";
import { hostileNodes, type OpenHostileEngine } from "../support/hostile-values/engine.ts";

const openLocal: OpenHostileEngine = async (settings = {}) => {
  const own = { nodes: hostileNodes, settings };
  return {
    run: (payload, { input } = {}) =>
      runLocal(payload, { ...own, ...(input === undefined ? {} : { input: input as JsonValue }) }),
    watch: async (payload) => {
      const events: RunEvent[] = [];
      const result = await runLocal(payload, { ...own, onEvent: (event) => events.push(event) });
      return { result, events };
    },
  };
};

describe("in one process", () => testHostileValues(openLocal));
