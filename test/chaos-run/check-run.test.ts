import { describe, expect, test } from "vitest";
import type { JsonValue, RunEvent, RunResult } from "../../src/index.ts";
import { checkRun, type RunStory } from "./check-run.ts";
import { drawRun, type PlannedRun, type Plot } from "./draw-run.ts";
import { measureResumption } from "./resume-times.ts";
import { createRandom } from "../support/random.ts";
import type { Trace } from "./traces.ts";
import type { Fault } from "./journal.ts";

/** A run as it goes when nothing happens: one node after another. */
function tell(plot: Plot, seed = 3): RunStory {
  const planned = drawRun(plot, createRandom(seed));
  const events: RunEvent[] = [event({ type: "queued" }), event({ type: "started" })];
  const traces: Trace[] = [];
  for (const [level, ids] of planned.levels.entries()) {
    events.push(event({ type: "level-started", level, nodeCount: ids.length }));
    for (const nodeId of ids) {
      events.push(event({ type: "node-started", level, nodeId, attempt: 1 }), event({ type: "node-completed", level, nodeId }));
      traces.push(trace("began", nodeId), trace("ended", nodeId));
    }
  }
  events.push(event({ type: "finished", status: "completed" }));
  const end = { result: resultOf(planned), events };
  const run = { id: "r", planned, isPlayed: true, isMended: false, end };
  return { run, end, later: end, traces, state: planned.state };
}

function event(fields: Partial<RunEvent> & Pick<RunEvent, "type">): RunEvent {
  return { id: "1-0", at: 1_000, epoch: 1, ...fields };
}

function trace(what: Trace["what"], nodeId: string, fields: Partial<Trace> = {}): Trace {
  const attempt = { runId: "r", nodeId, epoch: 1, attempt: 1, by: "worker-1.1", pid: 1, idempotencyKey: `key ${nodeId}` };
  return { at: 1_000, what, ...attempt, ...fields };
}

function resultOf({ levels, nodes, results, finalOutput }: PlannedRun): RunResult {
  const attempts = (id: string): number => 1 + ((nodes.get(id)?.data as { times?: number } | undefined)?.times ?? 0);
  return {
    runId: "r",
    status: "completed",
    nodeResults: Object.fromEntries(results),
    finalOutput,
    errors: [],
    nodes: Object.fromEntries(levels.flat().map((id) => [id, { status: "completed", attempts: attempts(id) }])),
    levels,
    timings: { createdAt: 1, nodeTimeMs: 1, levels: [], profile: { levels: [], slots: 0 } },
  };
}

function withLater(story: RunStory, later: Partial<RunStory["later"]>): RunStory {
  const changed = { ...story.later, ...later };
  return { ...story, end: changed, later: changed };
}

const whatIsFound = (story: RunStory): string =>
  checkRun(story)
    .map(({ what }) => what)
    .join("; ");

describe("checkRun", () => {
  const story = tell("plain");
  const first = story.run.planned.levels[0]![0]!;
  const { result, events } = story.later;

  test.each(["plain", "wide", "deep", "pause", "blocking"] as const)("finds nothing in an undisturbed run (%s)", (plot) => {
    for (let seed = 1; seed <= 30; seed += 1) expect(checkRun(tell(plot, seed))).toEqual([]);
  });

  test("finds a second commit", () => {
    const again = event({ type: "node-completed", level: 0, nodeId: first });
    expect(whatIsFound(withLater(story, { events: events.toSpliced(-1, 0, again) }))).toContain("committed twice");
  });

  test("finds a wrong result", () => {
    const nodeResults = { ...result.nodeResults, [first]: "else" as JsonValue };
    expect(whatIsFound(withLater(story, { result: { ...result, nodeResults } }))).toContain("gave what it should not");
  });

  test("finds a run that ended otherwise than its plot allows", () => {
    expect(whatIsFound(withLater(story, { result: { ...result, status: "failed" } }))).toContain("ended as failed");
  });

  test("finds a change after the end", () => {
    const later = { result, events: [...events, event({ type: "node-cancelled", nodeId: first })] };
    expect(whatIsFound({ ...story, later })).toMatch(/went on after its end.*changed after its end/);
  });

  test("finds a node that starts before its level", () => {
    const deep = tell("deep");
    const { levels } = deep.run.planned;
    const early = event({ type: "node-started", level: levels.length - 1, nodeId: levels.at(-1)![0]! });
    expect(whatIsFound(withLater(deep, { events: deep.later.events.toSpliced(3, 0, early) }))).toContain(
      "before the levels before it",
    );
  });

  test("finds more claims than are allowed", () => {
    const wide = tell("wide");
    const starts = wide.run.planned.levels[0]!.map((nodeId) => event({ type: "node-started", level: 0, nodeId }));
    const limited = { ...wide, run: { ...wide.run, planned: { ...wide.run.planned, limit: 10 } } };
    expect(whatIsFound(limited)).toBe("");
    expect(whatIsFound(withLater(limited, { events: wide.later.events.toSpliced(3, 0, ...starts) }))).toContain("of 10 allowed");
  });

  test("finds shared state that is not right", () => {
    const stateful = tell("deep");
    expect(stateful.state.size).toBeGreaterThan(0);
    expect(whatIsFound({ ...stateful, state: new Map() })).toContain("shared state");
  });

  test("finds a missing effect, and a key that changes", () => {
    expect(whatIsFound({ ...story, traces: [] })).toContain("without an effect");
    const traces = [...story.traces, trace("began", first, { idempotencyKey: "another" })];
    expect(whatIsFound({ ...story, traces })).toContain("several idempotency keys");
  });

  test("finds an attempt that a crash used", () => {
    // Those of a type that may hang are used by timeouts.
    const { nodeId: first } = story.traces.find(({ nodeId }) => story.run.planned.nodes.get(nodeId)?.type !== "hanging")!;
    const nodes = { ...result.nodes, [first]: { status: "completed" as const, attempts: 9 } };
    expect(whatIsFound(withLater(story, { result: { ...result, nodes } }))).toContain("took 9 attempts");
  });
});

describe("measureResumption", () => {
  const kill: Fault = { kind: "kill worker", target: "worker-1.1", at: 2_000, until: 2_000 };
  const story = tell("plain");
  const measure = (traces: readonly Trace[]): number[] => measureResumption([{ ...story, traces }], [kill]).map(({ ms }) => ms);
  const began = trace("began", "a");
  const resumed = trace("began", "a", { at: 7_500, by: "worker-2.1" });

  test("takes the time from the kill to the next beginning elsewhere", () => {
    expect(measure([began, resumed])).toEqual([5_500]);
  });

  test("leaves out what had ended, what others were at work on, and other attempts", () => {
    expect(measure([began, trace("ended", "a"), resumed])).toEqual([]);
    expect(measure([began, trace("began", "a", { by: "worker-3.1", at: 1_500 }), resumed])).toEqual([]);
    expect(measure([began, { ...resumed, attempt: 2 }])).toEqual([]);
  });
});
