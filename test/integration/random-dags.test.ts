import { setMaxListeners } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunEvent, RunHandle, RunResult } from "../../src/index.ts";
import { expectReference } from "../support/expect-reference.ts";
import type { Payload } from "../support/payloads.ts";
import { drawDag } from "../support/random-dag.ts";
import { createRandom } from "../support/random.ts";
import { runReference } from "../support/reference-run.ts";
import { openCluster, type Cluster, type RoleProcess } from "../support/role-processes.ts";
import { allEvents, commitCounts } from "../support/run-events.ts";
import { RUN_MODES, type RunModeOptions, type RunPlace } from "../support/run-modes.ts";
import { shrinkPayload } from "../support/shrink-payload.ts";

/*
 * Random workflows, run in every way there is, against a reference that knows nothing of the product.
 *
 * RANDOM_DAGS         workflows for each mode (default 40)
 * RANDOM_DAGS_KILLED  workflows that lose a worker process on their way, to SIGKILL and to SIGSTOP, in groups of thirty (default 30)
 * RANDOM_DAGS_SEED    seed of the first workflow, the others follow (default 1)
 *
 * `RANDOM_DAGS=1000 RANDOM_DAGS_KILLED=300 RANDOM_DAGS_SEED=7 npm test -- test/integration/random-dags.test.ts`
 *
 * A failure names the seed of its workflow, and shows a smaller one that fails too: `RANDOM_DAGS=1 RANDOM_DAGS_KILLED=0` with that seed
 * draws it again. A group that lost a worker is drawn again by the seed in its test's name and `RANDOM_DAGS=0 RANDOM_DAGS_KILLED=30`.
 */
const COUNT = readCount("RANDOM_DAGS", 40);
const KILLED_COUNT = readCount("RANDOM_DAGS_KILLED", 30);
const FIRST_SEED = readCount("RANDOM_DAGS_SEED", 1);

/** Workflows of one test, which run at the same time. */
const BATCH_SIZE = 20;
/** Workflows that lose the same worker. */
const GROUP_SIZE = 30;
/** Every other one of them waits now and then: a signal finds nodes at work, and others that are being claimed or committed. */
const NAP_MS = 300;
const BATCH_TIMEOUT_MS = 120_000;

const tally = { runs: 0, nodes: 0, failed: 0, harmed: 0, struck: 0 };
const warnings: string[] = [];
const noteWarning = (warning: Error): void => void warnings.push(warning.message);

beforeAll(() => void process.on("warning", noteWarning));
afterAll(() => {
  process.off("warning", noteWarning);
  const { runs, nodes, failed, harmed, struck } = tally;
  const seeds = `${COUNT} workflows from seed ${FIRST_SEED} in ${RUN_MODES.length} modes`;
  const harms = `${harmed} runs in groups whose worker was killed or frozen, ${struck} of them in the middle of a node`;
  console.info(`random DAGs: ${seeds}; ${harms}; ${runs} runs and ${nodes} nodes in all, ${failed} runs failed as they had to`);
});

describe.runIf(COUNT > 0).each(RUN_MODES.map((mode) => [mode.name, mode] as const))("random workflows %s", (_name, mode) => {
  let place: RunPlace;
  beforeAll(async () => {
    place = await mode.open();
  });
  afterAll(() => place.close());

  test.for(batches(seedsFrom(FIRST_SEED, COUNT), BATCH_SIZE))(
    "come to what the reference says (from seed %i)",
    { timeout: BATCH_TIMEOUT_MS },
    (seeds) => forEach(seeds, (seed) => check(seed, place, mode.options)),
  );
});

describe.runIf(KILLED_COUNT > 0).each([
  ["is killed on their way", kill],
  ["freezes on their way, and thaws when another has its work", freeze],
])("random workflows whose worker %s", (_what, harm) => {
  test.for(batches(seedsFrom(FIRST_SEED, KILLED_COUNT), GROUP_SIZE))(
    "come to what the reference says (from seed %i)",
    { timeout: BATCH_TIMEOUT_MS },
    async (seeds) => {
      const cluster = openCluster();
      const { workers } = await cluster.start(2);
      const payloads = seeds.map((seed) => drawDag(seed, seed % 2 === 0 ? { napMs: NAP_MS } : {}));
      const runs = await Promise.all(payloads.map((payload, i) => cluster.producer.enqueue(payload, harmedOptions(seeds[i]!))));
      const nodeCount = payloads.reduce((sum, { nodes }) => sum + nodes.length, 0);
      const share = 0.05 + 0.35 * createRandom(seeds[0]!)();
      const victim = await findVictim({ workers, runs, completed: Math.floor(share * nodeCount) });
      const at = await harm({ cluster, runs, victim });
      let struck = 0;
      await forEach(seeds, async (seed, i) => {
        const result = await runs[i]!.result();
        expectReference(result, runReference(payloads[i]!), harmedOptions(seed));
        const events = await allEvents(runs[i]!);
        const commits = Object.keys(result.nodeResults).map((id) => [`1 ${id}`, 1] as const);
        expect(Object.fromEntries(commitCounts(events))).toEqual(Object.fromEntries(commits));
        expect(events.filter(({ type }) => type === "finished")).toHaveLength(1);
        note(result, payloads[i]!);
        if (wasStruck(events, victim.worker, at)) struck += 1;
      });
      expect(struck).toBeGreaterThan(0);
      tally.harmed += seeds.length;
      tally.struck += struck;
    },
  );
});

test("no run leaves a warning", () => {
  expect(warnings).toEqual([]);
});

/** Draws the workflow of a seed, runs it and compares. What fails is made smaller before it is reported. */
async function check(seed: number, place: RunPlace, options: RunModeOptions): Promise<void> {
  const runAndCompare = async (payload: Payload): Promise<RunResult> => {
    const result = await place.run(payload);
    expectReference(result, runReference(payload), options);
    return result;
  };
  const payload = drawDag(seed);
  try {
    note(await runAndCompare(payload), payload);
  } catch (error) {
    let difference: unknown = error;
    const fails = (smaller: Payload): Promise<boolean> =>
      runAndCompare(smaller).then(
        () => false,
        (thrown: unknown) => {
          difference = thrown;
          return true;
        },
      );
    const smallest = await shrinkPayload(payload, fails);
    throw new Error(`${messageOf(difference)}\nwith ${JSON.stringify(smallest)}`, { cause: error });
  }
}

/** A run's outcome does not depend on these either; each group has them all. */
function harmedOptions(seed: number): RunModeOptions {
  return [{}, { sequential: true }, { maxConcurrency: 2 }][seed % 3]!;
}

/** A worker that is running nodes, as far as events have told. */
interface Victim {
  readonly worker: RoleProcess;
  /** By run and node. */
  readonly nodes: ReadonlySet<string>;
}

interface FindVictimParams {
  readonly workers: readonly RoleProcess[];
  readonly runs: readonly RunHandle[];
  /** Nodes that all runs together have completed by then. */
  readonly completed: number;
}

/** Waits until so many nodes are complete, and answers a worker that is running another. */
async function findVictim({ workers, runs, completed }: FindVictimParams): Promise<Victim> {
  const running = new Map<string, RoleProcess>();
  let count = 0;
  await followUntil(runs, (node, event) => {
    const worker = workerOf(event, workers);
    if (event.type === "node-started" && worker !== undefined) running.set(node, worker);
    else running.delete(node);
    if (event.type === "node-completed") count += 1;
    return count >= completed && running.size > 0;
  });
  const [worker = workers[0]!] = running.values();
  return { worker, nodes: new Set([...running.keys()].filter((node) => running.get(node) === worker)) };
}

interface HarmParams {
  readonly cluster: Cluster;
  readonly runs: readonly RunHandle[];
  readonly victim: Victim;
}

/** Ends the worker, and answers when: Redis' clock, in ms. */
async function kill({ cluster, victim }: HarmParams): Promise<number> {
  await victim.worker.kill();
  return redisNow(cluster);
}

/** Stops the worker's process until a node that it was running has ended without it; then it goes on with what is no longer its own. */
async function freeze({ cluster, runs, victim: { worker, nodes } }: HarmParams): Promise<number> {
  worker.child.kill("SIGSTOP");
  const at = await redisNow(cluster);
  await followUntil(runs, (node, { type, at: eventAt }) => nodes.has(node) && type !== "node-started" && eventAt > at);
  worker.child.kill("SIGCONT");
  return at;
}

async function redisNow({ redis }: Cluster): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
}

/** Reads the events of all runs, from their start, until one is what is waited for or the runs are over. */
async function followUntil(runs: readonly RunHandle[], isReached: (node: string, event: RunEvent) => boolean): Promise<void> {
  const end = new AbortController();
  setMaxListeners(0, end.signal);
  const follow = async (run: RunHandle): Promise<void> => {
    for await (const event of run.events({ signal: end.signal })) {
      if (isReached(`${run.id} ${event.nodeId ?? ""}`, event)) end.abort();
    }
  };
  await Promise.all(runs.map((run) => follow(run).catch((error: unknown) => rethrowUnless(end.signal.aborted, error))));
}

function workerOf({ worker = "" }: RunEvent, workers: readonly RoleProcess[]): RoleProcess | undefined {
  return workers.find(({ pid }) => worker.includes(`-${pid}-`));
}

/** Whether the worker had started a node of the run that ended only after it was harmed. */
function wasStruck(events: readonly RunEvent[], worker: RoleProcess, at: number): boolean {
  const started = events.filter((event) => event.type === "node-started" && workerOf(event, [worker]) !== undefined);
  return started.some(({ nodeId }) => {
    const end = events.findLast((event) => event.nodeId === nodeId && event.type !== "node-started");
    return end === undefined || end.at > at;
  });
}

function note({ status }: RunResult, { nodes }: Payload): void {
  tally.runs += 1;
  tally.nodes += nodes.length;
  if (status === "failed") tally.failed += 1;
}

/** All at the same time. What fails says with which seed. */
async function forEach(seeds: readonly number[], work: (seed: number, index: number) => Promise<void>): Promise<void> {
  const named = async (seed: number, index: number): Promise<void> => {
    await work(seed, index).catch((error: unknown) => {
      throw new Error(`seed ${seed}: ${messageOf(error)}`, { cause: error });
    });
  };
  const outcomes = await Promise.allSettled(seeds.map(named));
  const reasons = outcomes.filter((outcome) => outcome.status === "rejected").map(({ reason }) => messageOf(reason));
  if (reasons.length > 0) throw new Error(reasons.join("\n\n"));
}

function seedsFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

function batches(seeds: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(seeds.length / size) }, (_, i) => seeds.slice(i * size, (i + 1) * size));
}

function readCount(name: string, fallback: number): number {
  const text = process.env[name] ?? "";
  if (!/^\d*$/.test(text)) throw new Error(`${name} is ${JSON.stringify(text)}: use a whole number`);
  return text === "" ? fallback : Number(text);
}

/** With what was compared, as the reports of a rethrown error leave it out. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!("actual" in error && "expected" in error)) return error.message;
  return `${error.message}\nexpected ${JSON.stringify(error.expected)}\nreceived ${JSON.stringify(error.actual)}`;
}

function rethrowUnless(isExpected: boolean, error: unknown): void {
  if (!isExpected) throw error;
}
