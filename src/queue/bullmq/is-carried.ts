import type { Job, Queue } from "bullmq";
import type { BarrierRef } from "../../core/run/job-ref.ts";
import { barrierJobId, startJobId } from "./names.ts";

const DEAD = new Set(["unknown", "completed", "failed"]);

/** Lanes of a waiting barrier that are looked at, at the most: one live lane is enough. */
const LANES_LOOKED_AT = 100;

/** Whether a job that can still fire stands for this issuing of a run at this level. */
export async function isCarried(barriers: Queue, laneQueues: (name: string) => Queue, ref: BarrierRef): Promise<boolean> {
  const id = ref.level < 0 ? startJobId(ref) : barrierJobId(ref);
  const state = await barriers.getJobState(id);
  if (state !== "waiting-children") return !DEAD.has(state);
  const barrier = (await barriers.getJob(id)) as Job | undefined;
  if (barrier === undefined) return false;
  const { unprocessed = [] } = await barrier.getDependencies({ unprocessed: { count: LANES_LOOKED_AT } });
  for (const key of unprocessed) {
    const [queueName, laneId] = splitJobKey(key);
    if (!DEAD.has(await laneQueues(queueName).getJobState(laneId))) return true;
  }
  // Either they have ended since the first look, and the barrier is awake, or it waits for ever: for nothing, or for lanes that are gone.
  const stateNow = await barriers.getJobState(id);
  return stateNow !== "waiting-children" && !DEAD.has(stateNow);
}

/** `{prefix}:queue:id` → queue and id. The prefix holds a colon of its own. */
function splitJobKey(key: string): [queueName: string, id: string] {
  const parts = key.split(":");
  return [parts.at(-2) ?? "", parts.at(-1) ?? ""];
}
