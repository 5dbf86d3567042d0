import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { RunStore } from "../../../src/core/ports/run-store.ts";
import { defineNode, type AnyNodeDefinition } from "../../../src/index.ts";
import { JobHold } from "../../../src/core/run/job-hold.ts";
import { HandlerSlots } from "../../../src/worker/handler-slots.ts";
import { runLane } from "../../../src/worker/run-lane.ts";
import { replacing } from "../../support/replacing.ts";
import { createWorkerBench, type WorkerBench } from "../../support/worker-bench.ts";

const SLOT_COUNT = 10;

type Run = AnyNodeDefinition["run"];
const typeOf = (run: Run, declared: { readonly pure?: boolean } = { pure: true }): AnyNodeDefinition =>
  defineNode({ type: "test", data: z.looseObject({}), ...declared, run });

const plain = defineNode({ type: "plain", data: z.looseObject({}), run: () => 1 });
const sum: Run = ({ inputs }) => (inputs as number[]).reduce((total, value) => total + value, 1);

interface Options {
  readonly nodes?: Readonly<Record<string, object>>;
  readonly isRepeated?: boolean;
  readonly slots?: HandlerSlots;
  readonly wrap?: (store: RunStore) => RunStore;
  readonly adaptiveLanes?: boolean;
  /** Whether nobody has run the type yet. */
  readonly isUnknown?: boolean;
}

/** What says of a call which nodes it is about. */
interface NotedParams {
  readonly nodes?: readonly { readonly nodeId: string }[];
  readonly claim?: { readonly nodeId: string };
}

/** The worker that is at it. */
let worker: WorkerBench["context"] | undefined;

/** `a` is claimed; behind it come `b`, `c` and `d` in one level, and `e` behind those, all of the type. Tells what the store was asked for. */
async function runThrough(definition: AnyNodeDefinition, options: Options = {}) {
  const { nodes = {}, isRepeated = false, slots = new HandlerSlots(SLOT_COUNT), wrap = (store: RunStore) => store } = options;
  const calls: string[] = [];
  const noting = (store: RunStore): RunStore =>
    new Proxy(store, {
      get: (target, property): unknown => {
        const member: unknown = Reflect.get(target, property, target);
        if (typeof member !== "function") return member;
        return async (params?: NotedParams) => {
          const place = calls.push(String(property)) - 1;
          const outcome = (await Reflect.apply(member, target, [params])) as { readonly nodeId?: string } | undefined;
          const nodeIds = params?.nodes?.map(({ nodeId }) => nodeId) ?? [params?.claim?.nodeId ?? outcome?.nodeId ?? ""];
          calls[place] = `${String(property)} ${nodeIds.join("+")}`.trim();
          return outcome;
        };
      },
    });
  const payload = {
    nodes: ["a", "b", "c", "d", "e"].map((id) => ({ id, type: id === "a" ? "plain" : "test", data: {}, ...nodes[id] })),
    edges: ["b", "c", "d"].flatMap((id) => [
      { source: "a", target: id },
      { source: id, target: "e" },
    ]),
  };
  const settings = { adaptiveLanes: options.adaptiveLanes ?? true };
  const bench = await createWorkerBench({ payload, nodes: [plain, definition], settings, wrap: (store) => noting(wrap(store)) });
  if (options.isUnknown !== true) await bench.store.noteHandlerTimes(new Map([["test", { count: 1, meanMs: 0.1 }]]));
  worker = bench.context;
  const outcome = await runOn(bench, slots, isRepeated);
  const results = await bench.store.readResults({ runId: bench.runId });
  const run = await bench.store.loadRun({ runId: bench.runId });
  return { outcome, calls: calls.filter((call) => TRANSITIONS.test(call)), results, run, freeCount: slots.freeCount };
}

const TRANSITIONS = /^(claim|commit|enter|finish|fail)/;

async function runOn(bench: WorkerBench, slots: HandlerSlots, isRepeated: boolean): Promise<unknown> {
  let tokenCount = 0;
  const context = { ...bench.context, slots, newToken: () => `token-${String((tokenCount += 1))}` };
  const at = { hold: new JobHold(), isRepeated };
  return runLane(context, { ...bench.lane, strands: 1 }, at, () => false).catch((error: unknown) => error);
}

const DONE = { kind: "done" };
const RESULTS = new Map([
  ["a", 1],
  ["b", 2],
  ["c", 2],
  ["d", 2],
  ["e", 7],
]);

describe("a lane that enters levels of pure nodes", () => {
  test("runs them ahead of any claim, to the end of the run", async () => {
    const { outcome, calls, results, run, freeCount } = await runThrough(typeOf(sum));
    expect(calls).toEqual([
      ...["claimNode a", "commitNode a", "enterLevel", "commitAhead b+c+d"],
      ...["enterLevel", "commitAhead e", "finishRun"],
    ]);
    expect({ outcome, results, status: run?.status, freeCount }).toEqual({
      outcome: DONE,
      results: RESULTS,
      status: "completed",
      freeCount: SLOT_COUNT,
    });
  });

  test("claims what is not declared pure", async () => {
    const { calls, results } = await runThrough(typeOf(sum, {}));
    expect(calls.join()).not.toContain("commitAhead");
    expect(results).toEqual(RESULTS);
  });

  test.each([
    ["when it comes again: what killed its process is found out by the claims that it leaves", { isRepeated: true }],
    ["when lanes are not adaptive", { adaptiveLanes: false }],
    ["of a type that nobody has run yet", { isUnknown: true }],
    ["that may time out", { nodes: { b: { options: { timeoutMs: 60_000 } } } }],
  ])("claims nodes %s", async (_when, options: Options) => {
    const { calls } = await runThrough(typeOf(sum), options);
    expect(calls.join()).not.toContain("commitAhead b");
  });

  test("claims a node that reads shared state through a placeholder", async () => {
    const reading = defineNode({ type: "test", data: z.looseObject({}), placeholders: ["text"], pure: true, run: sum });
    const { calls, results } = await runThrough(reading, { nodes: { c: { data: { text: "{{variable.x}}" } } } });
    // For no more than what is left.
    expect(calls.filter((call) => call.startsWith("claimNode"))).toEqual(["claimNode a", "claimNode c", "claimNode d"]);
    expect(calls).toContain("commitAhead b");
    expect(results).toEqual(RESULTS);
  });

  test("tells no heartbeat of what it runs ahead, which the store would say is lost", async () => {
    const claims = new Map<string, number>();
    const { run } = await runThrough(
      typeOf((context) => {
        claims.set(context.node.id, worker?.active.list().length ?? -1);
        return sum(context);
      }),
    );
    expect(run?.status).toBe("completed");
    expect([...claims.values()]).toEqual([0, 0, 0, 0]);
  });

  test("commits nothing ahead that was told to stop", async () => {
    const { calls, results } = await runThrough(
      typeOf(async (context) => {
        if (context.node.id === "b") worker?.active.heed({ runId: context.run.id });
        return sum(context);
      }),
    );
    expect(calls.join()).not.toContain("commitAhead b");
    expect(results).toEqual(RESULTS);
  });

  test("claims a node that failed, which fails then and not before", async () => {
    const failing = typeOf((context) => {
      if (context.node.id === "c") throw new Error("no");
      return sum(context);
    });
    const { outcome, calls, run, freeCount } = await runThrough(failing);
    expect(calls.slice(3)).toEqual([
      "commitAhead b",
      expect.stringMatching(/^claimNode/),
      expect.stringMatching(/^claimNode/),
      ...calls.slice(6),
    ]);
    expect(calls).toContain("failAttempt c");
    expect(outcome).toMatchObject({ kind: "fail", message: "error executing node c: no" });
    expect(run).toMatchObject({ status: "failing", committedInLevel: expect.any(Number) });
    expect(freeCount).toBe(SLOT_COUNT);
  });

  test("claims a node that touches shared state all the same", async () => {
    const sly = typeOf(async (context) => {
      if (context.node.id === "e") await context.state.get("x").catch(() => undefined);
      return sum(context);
    });
    const { calls, results, run } = await runThrough(sly);
    expect(calls).toContain("claimNode e");
    expect(calls).not.toContain("commitAhead e");
    // A node that is alone in its level may use state.
    expect({ results, status: run?.status }).toEqual({ results: RESULTS, status: "completed" });
  });

  test("claims what is left of a level in which one keeps the others waiting", async () => {
    const { calls, results } = await runThrough(
      typeOf(async (context) => {
        for (let i = 0; i < 3; i += 1) await turn();
        return sum(context);
      }),
    );
    expect(calls.join()).toContain("commitAhead b,claimNode c,claimNode d");
    expect(results).toEqual(RESULTS);
  });

  test("leaves a run that was paused as it is, and computes nothing into it", async () => {
    const pausing = (store: RunStore): RunStore =>
      replacing(store, "commitAhead", async (params) => {
        await store.pauseRun({ runId: params.lane.runId });
        return store.commitAhead(params);
      });
    const { outcome, results, run, freeCount } = await runThrough(typeOf(sum), { wrap: pausing });
    expect({ outcome, results: [...results.keys()], status: run?.status, freeCount }).toEqual({
      ...{ outcome: DONE, results: ["a"], status: "paused", freeCount: SLOT_COUNT },
    });
  });

  test.each([true, false])(
    "comes again when the store does not answer, and gives every place back (took effect: %s)",
    async (takesEffect) => {
      const failing = (store: RunStore): RunStore =>
        replacing(store, "commitAhead", async (params) => {
          if (takesEffect) await store.commitAhead(params);
          throw new Error("the connection is gone");
        });
      const { outcome, freeCount } = await runThrough(typeOf(sum), { wrap: failing });
      expect(outcome).toEqual(new Error("the connection is gone"));
      expect(freeCount).toBe(SLOT_COUNT);
    },
  );

  test.each([1, 2])("goes on where the process has %i places", async (slotCount) => {
    const { results, run, freeCount } = await runThrough(typeOf(sum), { slots: new HandlerSlots(slotCount) });
    expect({ results, status: run?.status, freeCount }).toEqual({ results: RESULTS, status: "completed", freeCount: slotCount });
  });
});
