import { z } from "zod";
import { describe, expect, test } from "vitest";
import { defineNode, runLocal, type AnyNodeDefinition } from "../../../src/index.ts";
import type { Payload, PayloadNode } from "../../support/payloads.ts";
import { createRandom } from "../../support/random.ts";
import { allEvents, commitCounts } from "../../support/run-events.ts";
import { startSimulation, type Simulation } from "../../support/simulation.ts";

/** Seeds that are simulated at the same time: most of a simulation's time is waiting. */
const BATCH_SIZE = 5;
const SEEDS = Array.from({ length: 25 }, (_, seed) => seed + 1);

/** Fails its first `times` attempts, then answers the number of the attempt. */
const shaky = defineNode({
  type: "shaky",
  data: z.object({ times: z.number() }),
  run: ({ attempt, data }) => {
    if (attempt <= data.times) throw new Error(`attempt ${attempt} failed`);
    return attempt;
  },
});
/** Uses state without saying so. */
const sly = defineNode({
  type: "sly",
  data: z.object({}),
  run: async ({ state }) => {
    const count = Number((await state.get("sly")) ?? 0) + 1;
    state.set("sly", count);
    return count;
  },
});
const NODES = [shaky, sly] as unknown as AnyNodeDefinition[];
const RETRIES = { attempts: 4, backoff: { type: "fixed", delayMs: 1, jitter: 0 } };

/** A workflow drawn at random: a few levels of nodes that compute, share state, and need several attempts. */
function drawPayload(random: () => number): Payload {
  const pick = (count: number): number => Math.floor(random() * count);
  const kinds: ((id: string) => PayloadNode)[] = [
    (id) => ({ id, type: "number", data: { value: pick(100) } }),
    (id) => ({ id, type: "counter", data: { counter_op: "increment", delta: 1 + pick(5) } }),
    (id) => ({ id, type: "shaky", data: { times: pick(4) }, options: RETRIES }),
    (id) => ({ id, type: "sly" }),
  ];
  const levels = Array.from({ length: 1 + pick(5) }, (_, level) =>
    Array.from({ length: 1 + pick(6) }, (_unused, i) => kinds[pick(kinds.length)]!(`l${level}-${i}`)),
  );
  const edges = levels.flatMap((nodes, level) => {
    const before = levels[level - 1];
    return before === undefined ? [] : nodes.map(({ id }) => ({ source: before[pick(before.length)]!.id, target: id }));
  });
  return { nodes: levels.flat(), edges, options: [{}, { maxConcurrency: 1 + pick(3) }, { sequential: true }][pick(3)]! };
}

/** Ends a simulation with its seed's turn. */
type StopLater = (simulation: Simulation) => void;

function batches(seeds: readonly number[]): number[][] {
  return Array.from({ length: Math.ceil(seeds.length / BATCH_SIZE) }, (_, i) =>
    seeds.slice(i * BATCH_SIZE, (i + 1) * BATCH_SIZE),
  );
}

async function forEach(seeds: readonly number[], simulate: (seed: number, stopLater: StopLater) => Promise<void>): Promise<void> {
  await Promise.all(
    seeds.map(async (seed) => {
      const simulations: Simulation[] = [];
      try {
        await simulate(seed, (simulation) => simulations.push(simulation));
      } catch (error) {
        throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      } finally {
        for (const simulation of simulations) await simulation.stop();
      }
    }),
  );
}

function start(seed: number, random: () => number): Promise<Simulation> {
  return startSimulation({ random, faultRate: [0.02, 0.1, 0.25][seed % 3]!, nodes: NODES });
}

describe("roles whose every call to store and queue may fail", () => {
  test.concurrent.for(batches(SEEDS))("end a run as one without faults ends (from seed %i)", (seeds) =>
    forEach(seeds, async (seed, stopLater) => {
      const random = createRandom(seed);
      const payload = drawPayload(random);
      const wanted = await runLocal(payload, { nodes: NODES });
      const simulation = await start(seed, random);
      stopLater(simulation);
      const run = await simulation.enqueue(payload);
      const result = await run.result();
      expect(result.errors).toEqual([]);
      expect(result.status).toBe("completed");
      expect(result.nodeResults).toEqual(wanted.nodeResults);
      expect(result.finalOutput).toEqual(wanted.finalOutput);
      const events = await allEvents(run);
      expect(commitCounts(events)).toEqual(new Map(payload.nodes.map(({ id }) => [`1 ${id}`, 1])));
      expect(events.filter((event) => event.type === "finished")).toHaveLength(1);
    }),
  );

  test.concurrent.for(batches(SEEDS))(
    "fail a run with a node that fails for good, and complete it when retried (from seed %i)",
    (seeds) =>
      forEach(seeds, async (seed, stopLater) => {
        const random = createRandom(seed + 1_000);
        const payload = drawPayload(random);
        let isBroken = true;
        const broken = defineNode({
          type: "broken",
          data: z.object({}),
          run: () => {
            if (isBroken) throw new Error("broken");
            return "mended";
          },
        }) as unknown as AnyNodeDefinition;
        const nodes: PayloadNode[] = [...payload.nodes, { id: "zz-broken", type: "broken" }];
        const after = { source: payload.nodes[0]!.id, target: "zz-broken" };
        const simulation = await startSimulation({ random, faultRate: 0.1, nodes: [...NODES, broken] });
        stopLater(simulation);
        const run = await simulation.enqueue({ ...payload, nodes, edges: [...payload.edges, after] });
        const failed = await run.result();
        expect(failed.status).toBe("failed");
        // An attempt of another node that fails while the run is being stopped is listed too, whatever attempts it has left.
        const types = new Map(nodes.map(({ id, type }) => [id, type]));
        const culprits = failed.errors.map(({ nodeId }) => types.get(nodeId ?? ""));
        expect(culprits.filter((type) => type !== "shaky")).toEqual(["broken"]);
        for (const id of Object.keys(failed.nodeResults)) expect(failed.nodes[id]?.status).toBe("completed");
        isBroken = false;
        // A repeated retry may find that the first one took effect.
        await simulation.insist((handle) => handle.retry().catch((error: unknown) => ignoreConflict(error)), run);
        const result = await run.result();
        expect(result.errors).toEqual([]);
        expect(result.status).toBe("completed");
        expect(result.nodeResults["zz-broken"]).toBe("mended");
        const commits = [...commitCounts(await allEvents(run))].map(([key, count]) => [key.replace(/^\d+ /, ""), count]);
        expect(commits.sort()).toEqual(nodes.map(({ id }) => [id, 1]).sort());
      }),
  );

  test.concurrent.for(batches(SEEDS.slice(0, 8)))("lose nothing when workers come and go (from seed %i)", (seeds) =>
    forEach(seeds, async (seed, stopLater) => {
      const random = createRandom(seed + 2_000);
      const payload = drawPayload(random);
      const wanted = await runLocal(payload, { nodes: NODES });
      const simulation = await start(seed, random);
      stopLater(simulation);
      const run = await simulation.enqueue(payload);
      for await (const event of run.events()) if (event.type === "node-started") await simulation.replaceWorker();
      const result = await run.result();
      expect(result.errors).toEqual([]);
      expect(result.nodeResults).toEqual(wanted.nodeResults);
    }),
  );

  test.concurrent.for(batches(SEEDS.slice(0, 15)))("go on with a run that is paused and resumed (from seed %i)", (seeds) =>
    forEach(seeds, async (seed, stopLater) => {
      const random = createRandom(seed + 3_000);
      const payload = drawPayload(random);
      const wanted = await runLocal(payload, { nodes: NODES });
      const simulation = await start(seed, random);
      stopLater(simulation);
      const run = await simulation.enqueue(payload);
      for await (const event of run.events()) {
        if (event.type !== "node-completed" || random() < 0.5) continue;
        await simulation.insist((handle) => handle.pause().catch((error: unknown) => ignoreConflict(error)), run);
        await simulation.insist((handle) => handle.resume().catch((error: unknown) => ignoreConflict(error)), run);
      }
      const result = await run.result();
      expect(result.errors).toEqual([]);
      expect(result.nodeResults).toEqual(wanted.nodeResults);
      expect(commitCounts(await allEvents(run))).toEqual(new Map(payload.nodes.map(({ id }) => [`1 ${id}`, 1])));
    }),
  );

  test.concurrent.for(batches(SEEDS.slice(0, 15)))("end a run that is cancelled on its way (from seed %i)", (seeds) =>
    forEach(seeds, async (seed, stopLater) => {
      const random = createRandom(seed + 4_000);
      const payload = drawPayload(random);
      const simulation = await start(seed, random);
      stopLater(simulation);
      const run = await simulation.enqueue(payload);
      const goal = Math.floor(random() * payload.nodes.length);
      let begun = 0;
      for await (const event of run.events()) {
        if (event.type === "node-started" && (begun += 1) > goal) await simulation.insist((handle) => handle.cancel(), run);
      }
      const result = await run.result();
      expect(["cancelled", "completed"]).toContain(result.status);
      const statuses = Object.values(result.nodes).map((node) => node.status);
      expect(statuses).not.toContain("pending");
      expect(statuses).not.toContain("running");
      const events = await allEvents(run);
      const stopped = events.findIndex((event) => event.type === "cancelling");
      if (stopped !== -1) expect(events.slice(stopped).map((event) => event.type)).not.toContain("node-started");
    }),
  );
});

function ignoreConflict(error: unknown): void {
  if ((error as { code?: string }).code !== "RUN_STATE_CONFLICT") throw error;
}
