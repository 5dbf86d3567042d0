import { expect } from "vitest";
import type { RunResult } from "../../src/index.ts";
import { compareByBytes } from "./reference-values.ts";
import type { ExpectedNode, ExpectedRun } from "./reference-run.ts";

/**
 * A run came to what the reference says. Of a completed one everything is compared. Of a failed one, what is promised: the levels before
 * the failing one are complete and right, none behind it has begun, every failure that is listed and every result that was committed in
 * it is one that the reference has too. Run one node at a time, it has failed at the first node that can, and no other.
 */
export function expectReference(result: RunResult, expected: ExpectedRun, { sequential = false } = {}): void {
  expect(result.levels).toEqual(expected.levels);
  if (expected.failingLevel === undefined) expectCompleted(result, expected);
  else expectFailed(result, expected, { level: expected.failingLevel, sequential });
}

function expectCompleted(result: RunResult, { levels, nodes, finalOutput }: ExpectedRun): void {
  expect(result.errors).toEqual([]);
  expect(result.status).toBe("completed");
  expect(resultTexts(result)).toEqual(valueTexts(levels.flat(), nodes));
  expect(exactText(result.finalOutput)).toBe(exactText(finalOutput));
  const summaries = levels.flat().map((id) => ({ id, status: result.nodes[id]?.status, attempts: result.nodes[id]?.attempts }));
  expect(summaries).toEqual(levels.flat().map((id) => ({ id, status: "completed", attempts: 1 })));
}

interface Failing {
  readonly level: number;
  readonly sequential: boolean;
}

function expectFailed(result: RunResult, { levels, nodes, blocked }: ExpectedRun, { level, sequential }: Failing): void {
  const failing = levels[level]!;
  const canFail = failing.filter((id) => nodes.get(id)!.kind === "fault" && !blocked.has(id));
  expect(result.status).toBe("failed");
  expect(result.finalOutput).toBeNull();

  const listed = result.errors.map(({ nodeId }) => String(nodeId));
  expect(listed.length).toBeGreaterThan(0);
  const wanted = sequential ? canFail.slice(0, 1) : canFail.filter((id) => listed.includes(id));
  expect(result.errors).toEqual(wanted.map((id) => errorOf(id, nodes.get(id)!, level)));
  expect(listed).toEqual([...listed].sort(compareByBytes));

  const mayComplete = sequential ? failing.slice(0, failing.indexOf(canFail[0]!)) : failing;
  const complete = mayComplete.filter((id) => (sequential || Object.hasOwn(result.nodeResults, id)) && !blocked.has(id));
  expect(resultTexts(result)).toEqual(valueTexts([...levels.slice(0, level).flat(), ...complete], nodes));

  for (const [index, ids] of levels.entries()) {
    for (const id of ids)
      expect(allowedStatuses(result, id, index > level), `status of ${id}`).toContain(result.nodes[id]?.status);
  }
}

function allowedStatuses(result: RunResult, id: string, isLater: boolean): string[] {
  if (isLater) return ["skipped"];
  if (Object.hasOwn(result.nodeResults, id)) return ["completed"];
  return result.errors.some(({ nodeId }) => nodeId === id) ? ["failed"] : ["skipped", "cancelled"];
}

function errorOf(id: string, node: ExpectedNode, level: number): object {
  if (node.kind !== "fault") return { nodeId: id, message: "it should not fail" };
  return { code: node.code, message: `error executing node ${id}: ${node.message}`, nodeId: id, level, attempt: 1 };
}

type Texts = readonly (readonly [id: string, text: string])[];

function resultTexts({ nodeResults }: RunResult): Texts {
  return sorted(Object.keys(nodeResults).map((id) => [id, exactText(nodeResults[id])]));
}

function valueTexts(ids: readonly string[], nodes: ExpectedRun["nodes"]): Texts {
  return sorted(
    ids.map((id) => {
      const node = nodes.get(id)!;
      return [id, node.kind === "value" ? exactText(node.value) : "it should not complete"];
    }),
  );
}

function sorted(texts: Texts): Texts {
  return [...texts].sort(([a], [b]) => compareByBytes(a, b));
}

/** JSON text, with the order of keys, and with the sign of a zero, which JSON drops. */
function exactText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (Object.is(item, -0) ? "negative zero" : item));
}
