import type { Job, Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { CarrierRef } from "../../core/ports/job-queue.ts";
import type { JobStates } from "./job-states.ts";
import { MAX_PUT_OFF_MS } from "./job-options.ts";
import { BARRIERS_QUEUE, barrierJobId, lanesQueue, startJobId } from "./names.ts";

export interface JobView {
  readonly queue: (name: string) => Queue;
  readonly client: Redis;
  readonly states: Pick<JobStates, "get">;
  /** Whether jobs are left as they are found. */
  readonly isReader: boolean;
}

const DEAD = new Set(["unknown", "completed", "failed"]);

/** Lanes of a waiting barrier that are looked at, at the most: one live lane is enough. */
const LANES_LOOKED_AT = 100;
/** How late a job that was put off may be by Redis' clock. Workers that are all busy take no job in time, either. */
const LATE_MS = 5_000;
/** BullMQ keeps the time at which a job is due in the upper bits of its score. */
const SCORES_PER_MS = 0x1000;

/** Whether a job that can still fire stands for this issuing of a run at this level. */
export async function isCarried(view: JobView, ref: CarrierRef): Promise<boolean> {
  if (ref.level < 0 && ref.startPool !== undefined && (await hasStartLane(view, ref, ref.startPool))) return true;
  const id = ref.level < 0 ? startJobId(ref) : barrierJobId(ref);
  const barriers = view.queue(BARRIERS_QUEUE);
  const state = await view.states.get(barriers, id);
  if (state !== "waiting-children") return isLive(view, barriers, id, state);
  const barrier = (await barriers.getJob(id)) as Job | undefined;
  if (barrier === undefined) return false;
  const { unprocessed = [] } = await barrier.getDependencies({ unprocessed: { count: LANES_LOOKED_AT } });
  for (const key of unprocessed) {
    const [queueName, laneId] = splitJobKey(key);
    const lanes = view.queue(queueName);
    if (await isLive(view, lanes, laneId, await view.states.get(lanes, laneId))) return true;
  }
  // Either they have ended since the first look, and the barrier is awake, or it waits for ever: for nothing, or for lanes that are gone.
  const stateNow = await view.states.get(barriers, id);
  return stateNow !== "waiting-children" && !DEAD.has(stateNow);
}

async function hasStartLane(view: JobView, ref: CarrierRef, pool: string): Promise<boolean> {
  const [lanes, id] = [view.queue(lanesQueue(pool)), startJobId(ref)];
  return isLive(view, lanes, id, await view.states.get(lanes, id));
}

/**
 * BullMQ goes by the clocks of its processes: what one puts off whose clock is ahead waits for the others until theirs are as far. By
 * Redis' clock that is seen, and the job comes at once; the store says whether there is anything to do yet.
 */
async function isLive(view: JobView, queue: Queue, id: string, state: string): Promise<boolean> {
  if (!view.isReader && state === "delayed" && (await isMisdated(view, queue, id))) {
    // It may have been taken meanwhile, which is as well.
    await (await queue.getJob(id))?.promote().catch(() => undefined);
  }
  return !DEAD.has(state);
}

async function isMisdated({ client }: JobView, queue: Queue, id: string): Promise<boolean> {
  const [score, [seconds, micros]] = await Promise.all([client.zscore(queue.toKey("delayed"), id), client.time()]);
  if (score === null) return false;
  const leftMs = Number(score) / SCORES_PER_MS - (Number(seconds) * 1_000 + Number(micros) / 1_000);
  return leftMs < -LATE_MS || leftMs > MAX_PUT_OFF_MS + LATE_MS;
}

/** `{prefix}:queue:id` → queue and id. The prefix holds a colon of its own. */
function splitJobKey(key: string): [queueName: string, id: string] {
  const parts = key.split(":");
  return [parts.at(-2) ?? "", parts.at(-1) ?? ""];
}
