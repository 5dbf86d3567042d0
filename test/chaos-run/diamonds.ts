import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { LevelflowError, Producer } from "../../src/index.ts";
import { queuePrefix } from "../../src/queue/bullmq/names.ts";
import { createRandom } from "../support/random.ts";
import { allEvents } from "../support/run-events.ts";
import { openTestClient } from "../support/test-client.ts";
import { until } from "../support/until.ts";
import { checkJobs, checkKeys, checkUnknownRuns, readState } from "./check-leftovers.ts";
import { checkRun, type RunStory } from "./check-run.ts";
import { DiamondTotals, type DiamondsReport } from "./diamonds-report.ts";
import { drawDiamond } from "./draw-diamond.ts";
import type { PlannedRun } from "./draw-run.ts";
import type { Journal } from "./journal.ts";
import { playOnStage, type Stage, type StageOptions } from "./stage.ts";
import { Supervisor } from "./supervisor.ts";
import { Effects, readTraces } from "./traces.ts";

export interface DiamondsOptions extends StageOptions {
  readonly runs: number;
  /** Time between two kills, from when the first handler is at work to the end of the last run. */
  readonly killEveryMs: number;
  readonly seed?: number;
  /** With few of them, often only one is up: a process takes seconds to start on a machine that is at work. @default 5 */
  readonly workers?: number;
  /** How many kills there are at most. @default Infinity */
  readonly maxKills?: number;
  /** How far workers at work let those go first that start: on few processors these would be missing when one is to be killed. @default 0 */
  readonly niceness?: number;
  /** Runs that are under way at a time, at most. */
  readonly maxInFlight?: number;
}

const PREFIX = "diamonds";
/** The defaults. */
const SETTINGS = { prefix: PREFIX };
/** How long one run may take. */
const MAX_RUN_MS = 180_000;
/** Runs that are checked at a time. */
const CHECK_BATCH = 50;

/** Plays many small runs while one worker after another is killed, and checks every run afterwards. */
export function playDiamonds(options: DiamondsOptions): Promise<DiamondsReport> {
  return playOnStage(options, (stage) => playOn(stage, options));
}

async function playOn(
  { folder, journal, opened, openRedis }: Stage,
  { runs, killEveryMs, seed = 1, workers = 5, maxKills = Infinity, niceness = 0, maxInFlight = 500 }: DiamondsOptions,
): Promise<DiamondsReport> {
  const { url: redisUrl } = await openRedis("redis");
  const { url: tracesUrl } = await openRedis("traces");
  const client = openTestClient(redisUrl);
  const effects = new Effects(tracesUrl, "parent");
  opened.push(
    () => client.disconnect(),
    () => effects.close(),
  );
  const roles = { redisUrl, tracesUrl, settings: SETTINGS, niceness, folder, journal };
  const supervisor = await Supervisor.start({ ...roles, schedulers: 2, workers, isProxied: false });
  opened.push(() => supervisor.destroy());
  const producer = new Producer({ connection: redisUrl, settings: SETTINGS });
  opened.push(() => producer.close());

  const planOf = (number: number): PlannedRun => drawDiamond(number, createRandom(seed + number));
  const startedAt = Date.now();
  const over = new AbortController();
  const random = createRandom(seed);
  const kills = killWorkers({ supervisor, effects, journal, killEveryMs, maxKills, random, signal: over.signal });
  const ids = await streamRuns({ producer, journal, runs, maxInFlight, planOf });
  const durationMs = Date.now() - startedAt;
  over.abort();
  await kills;
  journal.note("runs have ended");
  await supervisor.allUp();

  const leftovers = { redisUrl, client, prefix: PREFIX, journal };
  await checkJobs(leftovers);
  await supervisor.stop();
  const totals = await checkRuns({ ids, planOf, producer, client, tracesUrl, journal });
  await checkUnknownRuns(producer, ids, journal);
  if (totals.unfinished === 0) await checkKeys(leftovers);
  const { faults, findings } = journal;
  return totals.report({ seed, workers, maxInFlight, killEveryMs, durationMs, kills: faults.length, findings, folder });
}

interface KillParams {
  readonly supervisor: Supervisor;
  readonly effects: Effects;
  readonly journal: Journal;
  readonly killEveryMs: number;
  readonly maxKills: number;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** Kills one worker after another, any of those that are up, but not the last: on a slow machine none would get to work. */
async function killWorkers({ supervisor, effects, journal, killEveryMs, maxKills, random, signal }: KillParams): Promise<void> {
  await until("a handler is at work", async () => signal.aborted || (await effects.traceCount()) > 0);
  for (let next = performance.now(); !signal.aborted && journal.faults.length < maxKills; next += killEveryMs) {
    const workers = supervisor.slots.filter(({ role }) => role === "worker");
    const up = workers.filter(({ isUp }) => isUp);
    const slot = up[Math.floor(random() * up.length)];
    if (slot === undefined || (up.length === 1 && workers.length > 1)) journal.note("no other worker is up");
    else {
      journal.begin("kill worker", slot.processName);
      slot.kill();
    }
    await sleep(Math.max(0, next + killEveryMs - performance.now()), undefined, { signal }).catch(() => undefined);
  }
}

interface StreamParams {
  readonly producer: Producer;
  readonly journal: Journal;
  readonly runs: number;
  readonly maxInFlight: number;
  readonly planOf: (number: number) => PlannedRun;
}

/** Enqueues a run as soon as another one has ended. Answers the ids of all, by their numbers. Gives up when one does not end. */
async function streamRuns({ producer, journal, runs, maxInFlight, planOf }: StreamParams): Promise<readonly string[]> {
  const ids: string[] = [];
  let next = 0;
  const enqueueInTurn = async (): Promise<void> => {
    while (next < runs && journal.findings.length === 0) {
      const number = next++;
      const handle = await producer.enqueue(planOf(number).payload);
      ids[number] = handle.id;
      await handle.result({ timeoutMs: MAX_RUN_MS }).catch((error: unknown) => {
        if (!(error instanceof LevelflowError)) throw error;
        journal.find({ runId: handle.id, what: "the run did not end in time", evidence: error.message });
      });
    }
  };
  await Promise.all(Array.from({ length: maxInFlight }, enqueueInTurn));
  return ids;
}

interface CheckParams extends Pick<StreamParams, "producer" | "journal" | "planOf"> {
  readonly ids: readonly string[];
  readonly client: Redis;
  readonly tracesUrl: string;
}

async function checkRuns({ ids, planOf, producer, client, tracesUrl, journal }: CheckParams): Promise<DiamondTotals> {
  const traces = await readTraces(tracesUrl);
  const totals = new DiamondTotals();
  const check = async (id: string, number: number): Promise<void> => {
    const handle = producer.run(id);
    const record = await client.hgetall(`${queuePrefix(PREFIX)}:run:${id}`);
    if (record["finishedAt"] === undefined) {
      totals.addUnfinished();
      journal.find({ runId: id, what: "the run did not end", evidence: { record, nodes: (await handle.snapshot()).nodes } });
      return;
    }
    const end = { result: await handle.snapshot(), events: await allEvents(handle) };
    const run = { id, planned: planOf(number), isPlayed: true, isMended: false, end };
    const state = await readState(client, PREFIX, id);
    const story = { run, end, later: end, traces: traces.get(id) ?? [], state };
    for (const finding of checkRun(story)) journal.find(finding);
    checkCounts(story, record, journal);
    totals.add(story, Number(record["refusedCount"] ?? 0));
  };
  for (let first = 0; first < ids.length; first += CHECK_BATCH)
    await Promise.all(ids.slice(first, first + CHECK_BATCH).map((id, i) => check(id, first + i)));
  return totals;
}

/** What has to be exact, whatever was killed: counters, and one effect a node. */
function checkCounts({ run, traces }: RunStory, record: Readonly<Record<string, string>>, journal: Journal): void {
  const { size } = run.planned.nodes;
  const { committedCount, committedInLevel, status } = record;
  if (status !== "completed" || Number(committedCount) !== size || Number(committedInLevel) !== run.planned.levels.at(-1)?.length)
    journal.find({ runId: run.id, what: "the counters are not exact", evidence: record });
  // What a service would have done that deduplicates by key.
  const effects = new Set(traces.map(({ idempotencyKey }) => idempotencyKey));
  if (effects.size !== size)
    journal.find({ runId: run.id, what: `${String(effects.size)} effects instead of ${String(size)}`, evidence: traces });
}
