import { setTimeout as sleep } from "node:timers/promises";
import { LevelflowError } from "../../src/core/errors/levelflow-error.ts";
import type { RunResult } from "../../src/core/run/run-result.ts";
import { isFinal } from "../../src/core/run/states.ts";
import type { RunHandle } from "../../src/producer/run-handle.ts";
import { createRandom } from "../support/random.ts";
import { checkResult } from "./check-result.ts";
import { FaultPlan, NO_FAULTS, type FaultCounts, type FaultRates } from "./fault-plan.ts";
import { History, type AnyEntry } from "./history.ts";
import { RunLaws, Violation } from "./run-laws.ts";
import { StuckError, startVirtualTime, type VirtualTime } from "./virtual-time.ts";
import { drawRun, isStateful, type Outside, type PlannedRun } from "./workload.ts";
import { insist, World } from "./world.ts";

/** What one schedule has seen. */
export interface SimulationReport {
  readonly seed: number;
  readonly runCount: number;
  readonly entryCount: number;
  readonly processCount: number;
  readonly virtualMs: number;
  readonly faults: Readonly<FaultCounts>;
  /** Of the whole history: two simulations of one seed agree in it. */
  readonly fingerprint: string;
}

/** How long runs may take to end once everything works again, in virtual ms. */
const SETTLE_LIMIT_MS = 300_000;
/** How long late workers and frozen processes get to do their worst to a run that has ended. */
const AFTERMATH_MS = 5_000;

/**
 * Plays one schedule: a seed draws the runs, what is done to them, and everything that goes wrong, and so plays the same again. Rejects
 * with a {@link Violation} that tells the seed and the last of the run's history.
 */
export async function simulate(seed: number): Promise<SimulationReport> {
  return new Simulation(seed, startVirtualTime()).play();
}

interface SimulatedRun {
  readonly plan: PlannedRun;
  readonly laws: RunLaws;
  /** Absent if its producer died before it knew. */
  id?: string;
}

class Simulation {
  readonly #seed: number;
  readonly #time: VirtualTime;
  readonly #random: () => number;
  readonly #faults: FaultPlan;
  readonly #history: History;
  readonly #world: World;
  readonly #outside: Outside = { tries: new Map(), handlers: new Set(), mended: new Set() };
  readonly #runs: SimulatedRun[];
  readonly #runsById = new Map<string, SimulatedRun>();
  #violation: Violation | undefined;

  constructor(seed: number, time: VirtualTime) {
    this.#seed = seed;
    this.#time = time;
    this.#random = createRandom(seed);
    this.#faults = new FaultPlan(createRandom(seed ^ 0x5eed), drawRates(this.#random));
    this.#history = new History((entry) => this.#observe(entry));
    this.#world = new World({
      random: this.#random,
      now: time.now,
      faults: this.#faults,
      history: this.#history,
      outside: this.#outside,
    });
    this.#runs = Array.from({ length: 1 + Math.floor(this.#random() * 3) }, () => {
      const plan = drawRun(this.#random);
      return { plan, laws: new RunLaws(plan.workflow, { isStateful }) };
    });
  }

  async play(): Promise<SimulationReport> {
    const startedAt = this.#time.now();
    try {
      await this.#time.runUntil(this.#script(), SETTLE_LIMIT_MS);
    } catch (error) {
      throw this.#describe(this.#violation ?? error);
    }
    await this.#time.runUntil(this.#world.end(), SETTLE_LIMIT_MS);
    return {
      seed: this.#seed,
      runCount: this.#runs.length,
      entryCount: this.#history.entries.length,
      processCount: this.#world.startedCount,
      virtualMs: this.#time.now() - startedAt,
      faults: this.#faults.counts,
      fingerprint: this.#history.fingerprint(),
    };
  }

  async #script(): Promise<void> {
    for (let i = 0; i < 2; i += 1) this.#world.keep("scheduler");
    for (let i = 0; i < 3; i += 1) this.#world.keep("worker");
    const chaos = this.#wreak(this.#faults.between(500, 6_000));
    const ended = this.#runs.map((run) => this.#follow(run));
    await Promise.race([Promise.all([chaos, ...ended]), this.#untilViolation()]);
    await sleep(AFTERMATH_MS);
    if (this.#violation !== undefined) throw this.#violation;
    for (const run of this.#runs) await this.#checkAtRest(run);
  }

  /** Lets things go wrong for a while, then lets nothing go wrong any more. */
  async #wreak(durationMs: number): Promise<void> {
    const until = this.#time.now() + durationMs;
    while (this.#time.now() < until) {
      await sleep(this.#faults.between(50, 300));
      if (this.#faults.strikes("clockJump")) this.#world.jumpClock(this.#faults.between(-3_000, 3_000));
    }
    this.#faults.rates = NO_FAULTS;
    // Nothing about a run lives in a process: all of them can go at once.
    if (this.#random() < 0.5) this.#world.killAll();
  }

  /** Enqueues a run, does to it what the plan says, and waits for its end. */
  async #follow(run: SimulatedRun): Promise<void> {
    await sleep(this.#random() * 300);
    const { producer, process } = this.#world.openProducer();
    const enqueued = await this.#enqueue(
      run,
      async (options) => (await producer.enqueue(run.plan.payload, options)).id,
      () => process.isAlive,
    );
    if (enqueued === undefined) return;
    const handle = this.#world.openWitness().run(enqueued);
    const { producer: caller } = this.#world.openProducer();
    const remote = caller.run(enqueued);
    await this.#doTo(run, remote, handle);
    const result = await handle.result();
    checkResult(run.plan, result, this.#outside.mended.has(result.runId));
  }

  /** The run's id; `undefined` if the producer died and nothing of the run is there. */
  async #enqueue(
    run: SimulatedRun,
    enqueue: (options: { readonly runId?: string }) => Promise<string>,
    isAlive: () => boolean,
  ): Promise<string | undefined> {
    let runId = `0-00000000${String(this.#runs.indexOf(run))}-${String(this.#seed).padStart(20, "0")}`;
    run.id = runId;
    this.#runsById.set(runId, run);
    const acknowledged = (async (): Promise<string> => {
      for (;;) {
        try {
          return await enqueue({ runId });
        } catch (error) {
          if (!(error instanceof LevelflowError && error.code === "ENQUEUE_UNCERTAIN")) throw error;
          runId = error.runId ?? runId;
        }
      }
    })();
    const died = (async (): Promise<undefined> => {
      while (isAlive()) await sleep(100);
      // What it had sent may still arrive.
      await sleep(2_000);
      return undefined;
    })();
    const answer = await Promise.race([acknowledged, died]);
    if (answer !== undefined) return answer;
    return (await this.#world.store.loadRun({ runId })) === undefined ? undefined : runId;
  }

  async #doTo(run: SimulatedRun, remote: RunHandle, witness: RunHandle): Promise<void> {
    const { plot } = run.plan;
    const act = (action: () => Promise<unknown>): Promise<unknown> => insist(() => action().catch(ignoreConflict));
    if (plot === "cancel") {
      await sleep(this.#random() * 1_500);
      await this.#orDie(
        act(() => remote.cancel()),
        () => witness.cancel(),
      );
    }
    for (let times = plot === "pause" ? 3 : 0; times > 0; times -= 1) {
      await sleep(this.#random() * 600);
      await this.#orDie(
        act(() => remote.pause()),
        () => witness.pause(),
      );
      await sleep(this.#random() * 300);
      await this.#orDie(
        act(() => remote.resume()),
        () => witness.resume(),
      );
    }
    if (plot === "retry") {
      checkResult(run.plan, await witness.result(), false);
      this.#outside.mended.add(remote.id);
      await this.#orDie(
        act(() => remote.retry()),
        () => witness.retry(),
      );
    }
  }

  /** A caller may die on its way; then somebody else does it. */
  async #orDie(action: Promise<unknown>, instead: () => Promise<unknown>): Promise<void> {
    const isDone = await Promise.race([action.then(() => true), sleep(10_000, false)]);
    if (!isDone) await instead().catch(ignoreConflict);
  }

  /** Late workers, zombies and jobs that turn up again have changed nothing about a run that is over. */
  async #checkAtRest(run: SimulatedRun): Promise<void> {
    if (run.id === undefined || (await this.#world.store.loadRun({ runId: run.id })) === undefined) return;
    const handle = this.#world.openWitness().run(run.id);
    const result = await handle.snapshot();
    if (!isFinal(result.status)) throw new Violation(`run ${run.id} is ${result.status} after its end`);
    checkResult(run.plan, result, this.#outside.mended.has(result.runId));
    checkCommitted(run, result);
    for (const { runId, nodeId, process, signal } of this.#outside.handlers) {
      const isForgotten = runId === run.id && process.isResponsive && !signal.aborted;
      if (isForgotten) throw new Violation(`node ${nodeId} still runs in ${process.name}, which was not told to stop it`);
    }
  }

  #observe(entry: AnyEntry): void {
    const runId = runIdOf(entry);
    try {
      this.#runsById.get(runId)?.laws.observe(entry);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.#violation ??= error;
    }
  }

  async #untilViolation(): Promise<void> {
    while (this.#violation === undefined) await sleep(100);
    throw this.#violation;
  }

  #describe(error: unknown): unknown {
    if (!(error instanceof Violation || error instanceof StuckError)) return error;
    const tails = this.#runs.flatMap(({ id, plan }) =>
      id === undefined ? [] : [`run ${id} (${plan.plot}):\n${this.#history.tail(id, 40)}`],
    );
    return new Violation(`seed ${String(this.#seed)}: ${error.message}\n\n${tails.join("\n\n")}`, { cause: error });
  }
}

/** The store holds what was committed, and nothing else. */
function checkCommitted({ id, laws }: SimulatedRun, result: RunResult): void {
  const held = Object.entries(result.nodeResults).map(([nodeId, value]) => [nodeId, JSON.stringify(value)]);
  const committed = [...laws.committed];
  if (JSON.stringify(held.sort()) !== JSON.stringify(committed.sort())) {
    throw new Violation(`run ${String(id)} holds other results than were committed`);
  }
}

function runIdOf({ params }: AnyEntry): string {
  if (params === undefined) return "";
  if ("claim" in params) return params.claim.runId;
  if ("lane" in params) return params.lane.runId;
  return "runId" in params ? params.runId : "";
}

/** Some schedules are quiet but for one kind of fault, some are rough. */
function drawRates(random: () => number): FaultRates {
  const level = [0.3, 1, 3][Math.floor(random() * 3)] ?? 1;
  const rate = (usual: number): number => (random() < 0.6 ? usual * level : 0);
  return {
    crash: rate(0.003),
    freeze: rate(0.002),
    lostRequest: rate(0.02),
    lostReply: rate(0.02),
    stall: rate(0.03),
    lostJob: rate(0.05),
    clockJump: rate(0.1),
    lostMessage: rate(0.3),
  };
}

function ignoreConflict(error: unknown): void {
  if (!(error instanceof LevelflowError && ["RUN_STATE_CONFLICT", "RUN_NOT_FOUND"].includes(error.code))) throw error;
}
