import { describe, expect, test } from "vitest";
import {
  isFinal,
  isStopping,
  NODE_STATUSES,
  NODE_TRANSITIONS,
  RUN_STATUSES,
  RUN_TRANSITIONS,
} from "../../../src/core/run/states.ts";

/** Statuses that can be reached from `start`, itself included. */
function reachable(start: string, transitions: Readonly<Record<string, readonly string[]>>): Set<string> {
  const found = new Set([start]);
  for (const status of found) for (const next of transitions[status] ?? []) found.add(next);
  return found;
}

describe("the tables of transitions", () => {
  test("name every status, and only statuses", () => {
    expect(Object.keys(RUN_TRANSITIONS).sort()).toEqual([...RUN_STATUSES].sort());
    expect(Object.keys(NODE_TRANSITIONS).sort()).toEqual([...NODE_STATUSES].sort());
    for (const next of Object.values(RUN_TRANSITIONS).flat()) expect(RUN_STATUSES).toContain(next);
    for (const next of Object.values(NODE_TRANSITIONS).flat()) expect(NODE_STATUSES).toContain(next);
  });

  test("reach every status from the first one", () => {
    expect(reachable("queued", RUN_TRANSITIONS)).toEqual(new Set(RUN_STATUSES));
    expect(reachable("pending", NODE_TRANSITIONS)).toEqual(new Set(NODE_STATUSES));
  });

  test("lead from a run that did not go well into a new epoch, and nowhere from one that did", () => {
    for (const status of RUN_STATUSES.filter(isFinal))
      expect(RUN_TRANSITIONS[status]).toEqual(status === "completed" ? [] : ["queued"]);
  });

  test("let a stopping run end in one way only", () => {
    expect(RUN_STATUSES.filter(isStopping)).toEqual(["failing", "cancelling"]);
    expect(RUN_TRANSITIONS.failing).toEqual(["failed"]);
    expect(RUN_TRANSITIONS.cancelling).toEqual(["cancelled"]);
  });

  test("never take a completed node back", () => {
    expect(NODE_TRANSITIONS.completed).toEqual([]);
  });

  test("call three run statuses final", () => {
    expect(RUN_STATUSES.filter(isFinal)).toEqual(["completed", "failed", "cancelled"]);
  });
});
