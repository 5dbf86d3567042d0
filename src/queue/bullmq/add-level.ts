import type { FlowJob, FlowProducer } from "bullmq";
import type { AddLevelParams } from "../../core/ports/job-queue.ts";
import { barrierName, laneName, levelTitle } from "./job-names.ts";
import { BARRIERS_QUEUE, barrierJobId, laneJobId, lanesQueue } from "./names.ts";

/**
 * Adds a level as one flow: the barrier, and the lanes it waits for. A failing lane releases the barrier at once
 * (`continueParentOnFailure`), so the scheduler hears of it before the others end. Jobs are kept until their run is removed: a lane that
 * BullMQ had removed would be taken for a new one.
 */
export async function addLevel(
  flows: FlowProducer,
  { barrier, workflowId, shown, lanes, strands, priority }: AddLevelParams,
): Promise<void> {
  const title = levelTitle(workflowId, barrier.level);
  const children: FlowJob[] = [];
  for (const [pool, count] of Object.entries(lanes)) {
    for (let i = 0; i < count; i += 1) {
      const lane = children.length;
      children.push({
        name: laneName(title, lane, shown),
        queueName: lanesQueue(pool),
        data: { lane, strands, pool, ...barrier },
        opts: { jobId: laneJobId({ lane, ...barrier }), continueParentOnFailure: true, ...withPriority(priority) },
      });
    }
  }
  await flows.add({
    name: barrierName(title, shown),
    queueName: BARRIERS_QUEUE,
    data: { kind: "barrier", ...barrier, ...(workflowId === undefined ? {} : { workflowId }) },
    opts: { jobId: barrierJobId(barrier) },
    children,
  });
}

export function withPriority(priority: number | undefined): { priority?: number } {
  return priority === undefined ? {} : { priority };
}
