import type {
  AddLevelParams,
  CarrierRef,
  JobConsumer,
  JobQueue,
  LaneHandler,
  LaneOutcome,
  RemoveJobsParams,
  SchedulerJobHandler,
  SchedulerJobOutcome,
} from "../../core/ports/job-queue.ts";
import { SILENT_LOGGER, type Logger } from "../../core/ports/logger.ts";
import type { BarrierRef, DispatchRef, StartLane } from "../../core/run/job-ref.ts";
import { JobChannel } from "./job-channel.ts";
import {
  barrierId,
  newBarrier,
  newSchedulerJob,
  newStartLane,
  startId,
  stopId,
  type LaneJob,
  type SchedulerQueueJob,
} from "./memory-jobs.ts";

export interface MemoryQueueOptions {
  readonly logger?: Logger;
  /** Called whenever a job for a scheduler is added. */
  readonly onSchedulerJob?: () => void;
}

/** A {@link JobQueue} in the memory of this process, for `runLocal`, `run --local` and tests. */
export function createMemoryQueue(options: MemoryQueueOptions = {}): JobQueue {
  return new MemoryJobQueue(options);
}

/**
 * Carries jobs as BullMQ does: an id is added once and stays known after its job has ended; a barrier fires when all its lanes have
 * ended, at once when one failed, and again as later ones end.
 */
export class MemoryJobQueue implements JobQueue {
  readonly #log: Logger;
  readonly #onSchedulerJob: () => void;
  readonly #schedulerJobs: JobChannel<SchedulerQueueJob, SchedulerJobOutcome>;
  readonly #lanesByPool = new Map<string, JobChannel<LaneJob, LaneOutcome>>();
  /** Starts, stops and barriers of each run, by id. */
  readonly #jobsByRun = new Map<string, Map<string, SchedulerQueueJob>>();
  readonly #startLanesByRun = new Map<string, LaneJob>();

  constructor({ logger = SILENT_LOGGER, onSchedulerJob = () => undefined }: MemoryQueueOptions = {}) {
    this.#log = logger;
    this.#onSchedulerJob = onSchedulerJob;
    this.#schedulerJobs = new JobChannel((job, outcome) => this.#settleSchedulerJob(job, outcome), logger);
  }

  async start(): Promise<void> {
    this.#schedulerJobs.start();
    for (const channel of this.#lanesByPool.values()) channel.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#schedulerJobs, ...this.#lanesByPool.values()].map((channel) => channel.stop()));
  }

  async addStart({ runId, dispatch }: DispatchRef): Promise<void> {
    const job = newSchedulerJob(startId({ runId, dispatch }), { kind: "start", runId, dispatch }, 0);
    if (this.#keep(job)) this.#schedulerJobs.add(job);
  }

  async addStartLane(lane: StartLane): Promise<void> {
    if (this.#startLanesByRun.has(lane.runId)) return;
    const job = newStartLane(lane);
    this.#startLanesByRun.set(lane.runId, job);
    this.#channelOf(lane.pool).add(job);
  }

  async addBarrier(barrier: BarrierRef): Promise<void> {
    await this.addLevel({ barrier, workflowId: undefined, lanes: {}, strands: 1, priority: undefined });
  }

  async addStop({ runId, dispatch }: DispatchRef): Promise<void> {
    const job = newSchedulerJob(stopId({ runId, dispatch }), { kind: "stop", runId, dispatch }, 0);
    if (this.#keep(job)) this.#schedulerJobs.add(job);
  }

  async addLevel(params: AddLevelParams): Promise<void> {
    const barrier = newBarrier(params);
    if (!this.#keep(barrier)) return;
    if (barrier.state === "waiting") this.#schedulerJobs.add(barrier);
    for (const lane of barrier.lanes) this.#channelOf(lane.ref.pool).add(lane);
  }

  async removeWaitingLanes(ref: BarrierRef): Promise<void> {
    const barrier = this.#find(ref.runId, barrierId(ref));
    for (const lane of barrier?.lanes ?? []) {
      if (this.#channelOf(lane.ref.pool).remove(lane)) this.#endLane(lane, "done");
    }
  }

  async isCarried(ref: CarrierRef): Promise<boolean> {
    if (ref.level < 0 && ref.dispatch === 1) {
      const startLane = this.#startLanesByRun.get(ref.runId);
      if (startLane !== undefined && startLane.state !== "ended") return true;
    }
    const job = this.#find(ref.runId, ref.level < 0 ? startId(ref) : barrierId(ref));
    return job !== undefined && job.state !== "ended";
  }

  async removeJobs({ runId, dispatch }: RemoveJobsParams): Promise<boolean> {
    let areAllGone = this.#removeStartLane(runId);
    const jobs = this.#jobsByRun.get(runId);
    if (jobs === undefined) return areAllGone;
    for (const job of jobs.values()) {
      if (job.ref.dispatch > dispatch) continue;
      // Like BullMQ, what is being worked on stays.
      if (job.state === "active" || job.lanes.some(({ state }) => state === "active")) {
        areAllGone = false;
        continue;
      }
      this.#schedulerJobs.remove(job);
      job.state = "ended";
      for (const lane of job.lanes) this.#channelOf(lane.ref.pool).remove(lane);
      jobs.delete(job.id);
    }
    if (jobs.size === 0) this.#jobsByRun.delete(runId);
    return areAllGone;
  }

  #removeStartLane(runId: string): boolean {
    const lane = this.#startLanesByRun.get(runId);
    if (lane?.state === "active") return false;
    if (lane !== undefined) this.#channelOf(lane.ref.pool).remove(lane);
    this.#startLanesByRun.delete(runId);
    return true;
  }

  /** Nobody looks at this queue. */
  showLog(): void {
    return undefined;
  }

  showProgress(): void {
    return undefined;
  }

  async consumeSchedulerJobs(
    handler: SchedulerJobHandler,
    { concurrency }: { readonly concurrency: number },
  ): Promise<JobConsumer> {
    return this.#schedulerJobs.consume((job) => {
      job.laneEnded = false;
      return handler(job.ref, { lanesPending: async () => job.pendingLaneCount > 0 });
    }, concurrency);
  }

  async consumeLanes(
    handler: LaneHandler,
    options: { readonly pool: string; readonly concurrency: number },
  ): Promise<JobConsumer> {
    return this.#channelOf(options.pool).consume((lane, hold) => {
      const { ref, isRepeated } = lane;
      lane.isRepeated = true;
      return handler(ref, { hold, isRepeated });
    }, options.concurrency);
  }

  #settleSchedulerJob(job: SchedulerQueueJob, outcome: SchedulerJobOutcome): void {
    if (outcome.kind !== "wait-for-lanes") job.state = "ended";
    else if (job.pendingLaneCount > 0) job.state = "parked";
    // The last lanes ended while the handler was at work: it has not seen that yet.
    else if (job.laneEnded) this.#schedulerJobs.add(job);
    else this.#schedulerJobs.addLater(job, outcome.elseDelayMs);
  }

  #settleLane(lane: LaneJob, outcome: LaneOutcome): void {
    const channel = this.#channelOf(lane.ref.pool);
    switch (outcome.kind) {
      case "wait":
        channel.addLater(lane, outcome.delayMs);
        return;
      case "hand-back":
        channel.add(lane);
        return;
      case "done":
      case "fail":
        lane.state = "ended";
        this.#endLane(lane, outcome.kind);
    }
  }

  #endLane({ barrier }: LaneJob, kind: "done" | "fail"): void {
    if (barrier === undefined) return;
    barrier.pendingLaneCount -= 1;
    barrier.laneEnded = true;
    if (barrier.state === "parked" && (kind === "fail" || barrier.pendingLaneCount === 0)) this.#schedulerJobs.add(barrier);
  }

  /** Makes a job known; false if its id was added before. */
  #keep(job: SchedulerQueueJob): boolean {
    const { runId } = job.ref;
    const jobs = this.#jobsByRun.get(runId) ?? new Map<string, SchedulerQueueJob>();
    if (jobs.has(job.id)) return false;
    this.#jobsByRun.set(runId, jobs.set(job.id, job));
    this.#onSchedulerJob();
    return true;
  }

  #find(runId: string, id: string): SchedulerQueueJob | undefined {
    return this.#jobsByRun.get(runId)?.get(id);
  }

  #channelOf(pool: string): JobChannel<LaneJob, LaneOutcome> {
    const known = this.#lanesByPool.get(pool);
    if (known !== undefined) return known;
    const channel = new JobChannel<LaneJob, LaneOutcome>((lane, outcome) => this.#settleLane(lane, outcome), this.#log);
    this.#lanesByPool.set(pool, channel);
    return channel;
  }
}
