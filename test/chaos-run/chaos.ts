import type { Redis } from "ioredis";
import { Producer } from "../../src/index.ts";
import { queuePrefix } from "../../src/queue/bullmq/names.ts";
import { createRandom } from "../support/random.ts";
import { allEvents } from "../support/run-events.ts";
import { openTestClient } from "../support/test-client.ts";
import { checkJobs, checkKeys, checkUnknownRuns, readState } from "./check-leftovers.ts";
import { checkRun, type RunStory } from "./check-run.ts";
import { Faults } from "./faults.ts";
import type { Journal } from "./journal.ts";
import { buildReport, type ChaosReport } from "./report.ts";
import { measureResumption } from "./resume-times.ts";
import { playOnStage, type Stage, type StageOptions } from "./stage.ts";
import { openProxy, Supervisor } from "./supervisor.ts";
import { Effects, readTraces } from "./traces.ts";
import { Workload, type StartedRun } from "./workload.ts";

export interface ChaosOptions extends StageOptions {
  readonly seed: number;
  /** How long faults come. What follows, the ends of the runs and the check, takes up to some minutes more. */
  readonly chaosMs: number;
  /** Time between two faults, on average. */
  readonly faultGapMs?: number;
  /** Time between two runs, on average. */
  readonly runGapMs?: number;
}

const PREFIX = "chaos";
/** The defaults: locks, stalls, heartbeats, sweeps, and a retention that leaves everything to be looked at. */
const SETTINGS = { prefix: PREFIX };
/** How long runs may take to end once faults have stopped. */
const SETTLE_MS = 120_000;
const FAULT_GAP_MS = 2_500;
const RUN_GAP_MS = 500;

/** Plays faults of all kinds against real processes under a stream of runs, and checks every run afterwards. */
export function playChaos(options: ChaosOptions): Promise<ChaosReport> {
  return playOnStage(options, (stage) => playOn(stage, options));
}

async function playOn(
  { folder, journal, opened, openRedis }: Stage,
  { seed, chaosMs, faultGapMs = FAULT_GAP_MS, runGapMs = RUN_GAP_MS }: ChaosOptions,
): Promise<ChaosReport> {
  const redis = await openRedis("redis", "always");
  const traces = await openRedis("traces");
  const [redisUrl, tracesUrl] = [redis.url, traces.url];
  const client = openTestClient(redisUrl);
  const effects = new Effects(tracesUrl, "parent");
  opened.push(
    () => client.disconnect(),
    () => effects.close(),
  );
  const common = { tracesUrl, settings: SETTINGS, folder, journal };
  const supervisor = await Supervisor.start({ ...common, redisUrl, schedulers: 2, workers: 4 });
  opened.push(() => supervisor.destroy());
  const { proxy, url } = await openProxy(redisUrl);
  opened.push(() => proxy.stop());
  const producers = [redisUrl, url].map((connection) => new Producer({ connection, settings: SETTINGS }));
  opened.push(() => Promise.all(producers.map((producer) => producer.close())));

  const workload = new Workload({ producers, effects, journal, random: createRandom(seed), meanGapMs: runGapMs });
  const faults = new Faults({
    ...{ supervisor, redis, producerProxies: [proxy], client, prefix: PREFIX, journal },
    random: createRandom(seed + 1),
    meanGapMs: faultGapMs,
    addBlockingRun: () => workload.add("blocking"),
  });
  const startedAt = Date.now();
  const signal = AbortSignal.timeout(chaosMs);
  await Promise.all([workload.stream(signal), faults.stream(signal)]);
  journal.note("faults have stopped");
  await supervisor.allUp();
  await workload.settle(SETTLE_MS);
  const endedAt = Date.now();
  journal.note("runs have ended");

  const leftovers = { redisUrl, client, prefix: PREFIX, journal };
  await checkJobs(leftovers);
  await supervisor.stop();
  const stories = await tellStories({ runs: workload.runs, producer: producers[0]!, client, tracesUrl, journal });
  for (const story of stories) for (const finding of checkRun(story)) journal.find(finding);
  const refusedCommits = await countRefused(client, workload.runs);
  const ids = workload.runs.map(({ id }) => id);
  await checkUnknownRuns(producers[0]!, ids, journal);
  if (stories.length === workload.runs.length) await checkKeys(leftovers);
  return buildReport({
    ...{ seed, stories, refusedCommits, folder, chaosMs, durationMs: endedAt - startedAt },
    uncertainEnqueues: workload.uncertainCount,
    faults: journal.faults,
    samples: measureResumption(stories, journal.faults),
    findings: journal.findings,
  });
}

interface StoryParams {
  readonly runs: readonly StartedRun[];
  readonly producer: Producer;
  readonly client: Redis;
  readonly tracesUrl: string;
  readonly journal: Journal;
}

/** All that is known of each run that ended. One that did not is a finding. */
async function tellStories({ runs, producer, client, tracesUrl, journal }: StoryParams): Promise<RunStory[]> {
  const traces = await readTraces(tracesUrl);
  const stories: RunStory[] = [];
  for (const run of runs) {
    const handle = producer.run(run.id);
    const result = await handle.snapshot();
    if (run.end === undefined) {
      const record = await client.hgetall(`${queuePrefix(PREFIX)}:run:${run.id}`);
      journal.find({
        runId: run.id,
        what: `the run did not end (${run.planned.plot})`,
        evidence: { record, nodes: result.nodes },
      });
      continue;
    }
    const later = { result, events: await allEvents(handle) };
    const state = await readState(client, PREFIX, run.id);
    stories.push({ run, end: run.end, later, traces: traces.get(run.id) ?? [], state });
  }
  return stories;
}

async function countRefused(client: Redis, runs: readonly StartedRun[]): Promise<number> {
  const counts = await Promise.all(runs.map(({ id }) => client.hget(`${queuePrefix(PREFIX)}:run:${id}`, "refusedCount")));
  return counts.reduce((sum, count) => sum + Number(count ?? 0), 0);
}
