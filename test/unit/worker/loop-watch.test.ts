import { setImmediate as nextTurn } from "node:timers/promises";
import { z } from "zod";
import { describe, expect, test } from "vitest";
import { defineNode, runLocal, type AnyNodeDefinition } from "../../../src/index.ts";
import type { Logger } from "../../../src/core/ports/logger.ts";

interface Warning {
  readonly blockedMs: number;
  readonly types: readonly string[];
  readonly message: string;
}

/** Keeps the process from doing anything else. */
function compute(ms: number): null {
  for (const endsAt = performance.now() + ms; performance.now() < endsAt;);
  return null;
}

const computing = (type: string, run: () => unknown): AnyNodeDefinition => defineNode({ type, data: z.object({}), run });

const NODES = [
  computing("hog", () => compute(1_400)),
  computing("late-hog", async () => {
    await nextTurn();
    return compute(1_400);
  }),
  computing("brief", () => compute(100)),
  computing("patient", () => new Promise((resolve) => setTimeout(resolve, 2_000, null))),
];

async function warningsOf(types: readonly string[]): Promise<readonly Warning[]> {
  const warnings: Warning[] = [];
  const ignore = (): void => undefined;
  const warn = (fields: object, message: string): void => {
    if ("blockedMs" in fields) warnings.push({ ...(fields as Omit<Warning, "message">), message });
  };
  const logger: Logger = { debug: ignore, info: ignore, warn, error: ignore, child: () => logger };
  const nodes = types.map((type) => ({ id: type, type }));
  // The patient node keeps the run going until the loop has turned again.
  await runLocal({ nodes: [...nodes, { id: "z", type: "patient" }] }, { nodes: NODES, logger });
  return warnings;
}

describe("a handler that blocks the event loop", () => {
  test("is reported by its type alone, with for how long", async () => {
    const [warning, ...others] = await warningsOf(["brief", "hog"]);
    expect(others).toEqual([]);
    expect(warning?.types).toEqual(["hog"]);
    expect(warning?.blockedMs).toBeGreaterThan(1_000);
    expect(warning?.message).toContain("handlers of hog ran");
  });

  test("is among those reported if it does so after a pause", async () => {
    const [warning] = await warningsOf(["late-hog"]);
    expect(warning?.types).toContain("late-hog");
  });

  test("is not reported for a moment", async () => {
    expect(await warningsOf(["brief"])).toEqual([]);
  });
});
