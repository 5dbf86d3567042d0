import { FlowProducer, Queue } from "bullmq";
import type { Redis } from "ioredis";
import { DEFAULTS } from "../../core/config/defaults.ts";
import { LevelflowError } from "../../core/errors/levelflow-error.ts";
import type {
  AddLevelParams,
  CarrierRef,
  JobConsumer,
  JobQueue,
  LaneHandler,
  LaneProgress,
  RemoveJobsParams,
  SchedulerJobHandler,
} from "../../core/ports/job-queue.ts";
import { SILENT_LOGGER, type Logger } from "../../core/ports/logger.ts";
import type { Observer, QueueDepth } from "../../core/ports/observer.ts";
import { startLaneJob, type BarrierRef, type DispatchRef, type LaneRef, type StartLane } from "../../core/run/job-ref.ts";
import { addLevel, withPriority } from "./add-level.ts";
import { withoutConsoleWarnings } from "./console-warnings.ts";
import { consumeLanes, consumeSchedulerJobs, type ConsumerOptions } from "./consume-jobs.ts";
import { isCarried } from "./is-carried.ts";
import { barrierName, levelTitle, startLaneName, startName } from "./job-names.ts";
import { LaneNotes } from "./lane-notes.ts";
import { JobStates } from "./job-states.ts";
import { KnownPools } from "./known-pools.ts";
import { readQueueDepth } from "./queue-depths.ts";
import { BARRIERS_QUEUE, barrierJobId, lanesQueue, queuePrefix, startJobId, stopJobId } from "./names.ts";

export interface BullmqQueueOptions {
  /** Makes a client that is not connected yet. */
  readonly connect: () => Redis;
  readonly prefix: string;
  readonly lockDurationMs?: number;
  readonly stalledIntervalMs?: number;
  readonly logger?: Logger;
  /** Whether Redis was in trouble lately: lost locks are its doing then, and not worth a warning each. */
  readonly isRecovering?: () => boolean;
  /** Whether it is only looked at: BullMQ notes its version with each queue that it opens otherwise. */
  readonly isReader?: boolean;
  /** Told of lanes that were taken, barriers that fired and jobs that stalled, if somebody wants to know. */
  readonly observer?: Observer;
}

/** The transport, and what there is to tell of it. */
export interface BullmqQueue extends JobQueue {
  /** Of the barriers, and of the lanes of every pool that was ever seen. */
  readDepths(): Promise<readonly QueueDepth[]>;
}

/** The transport over BullMQ. Connects in `start()`. */
export function createBullmqQueue(options: BullmqQueueOptions): BullmqQueue {
  return new BullmqJobQueue(options);
}

class BullmqJobQueue implements BullmqQueue {
  readonly #options: BullmqQueueOptions;
  readonly #log: Logger;
  readonly #queues = new Map<string, Queue>();
  readonly #states = new JobStates(() => this.#opened().client);
  readonly #consumers = new Set<JobConsumer>();
  readonly #pools: KnownPools;
  readonly #notes: LaneNotes;
  #client: Redis | undefined;
  #flows: FlowProducer | undefined;
  #starting: Promise<void> | undefined;

  constructor(options: BullmqQueueOptions) {
    this.#options = options;
    this.#log = options.logger ?? SILENT_LOGGER;
    this.#pools = new KnownPools(options.prefix);
    this.#notes = new LaneNotes((name) => this.#queue(name), this.#log);
  }

  async start(): Promise<void> {
    const starting = (this.#starting ??= this.#open());
    try {
      await starting;
    } catch (error) {
      // Else it was stopped meanwhile, and what is there now is another start's.
      if (this.#starting === starting) await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    const client = this.#client;
    const closing = [...this.#queues.values(), ...(this.#flows === undefined ? [] : [this.#flows])].map((part) => part.close());
    this.#queues.clear();
    this.#starting = this.#client = this.#flows = undefined;
    await Promise.allSettled([...this.#consumers].map((consumer) => consumer.stop({ timeoutMs: 0 })));
    client?.disconnect();
    await Promise.allSettled(closing);
  }

  async addStart({ workflowId, ...ref }: DispatchRef & { readonly workflowId: string | undefined }): Promise<void> {
    const data = { kind: "start", ...ref, ...(workflowId === undefined ? {} : { workflowId }) };
    await this.#queue(BARRIERS_QUEUE).add(startName(workflowId), data, { jobId: startJobId(ref) });
  }

  async addStartLane(lane: StartLane): Promise<void> {
    const data = startLaneJob(lane);
    const options = { jobId: startJobId(data), ...withPriority(lane.priority) };
    // A pool that no worker has served yet has to be found, too.
    await Promise.all([
      this.#pools.note(this.#opened().client, [lane.pool]),
      this.#queue(lanesQueue(lane.pool)).add(startLaneName(lane), data, options),
    ]);
  }

  async addBarrier({ workflowId, shown, ...ref }: Parameters<JobQueue["addBarrier"]>[0]): Promise<void> {
    const data = { kind: "barrier", ...ref, ...(workflowId === undefined ? {} : { workflowId }) };
    const name = barrierName(levelTitle(workflowId, ref.level), shown);
    await this.#queue(BARRIERS_QUEUE).add(name, data, { jobId: barrierJobId(ref) });
  }

  async addStop(ref: DispatchRef): Promise<void> {
    await this.#queue(BARRIERS_QUEUE).add("stop", { kind: "stop", ...ref }, { jobId: stopJobId(ref) });
  }

  async addLevel(params: AddLevelParams): Promise<void> {
    await this.#pools.note(this.#opened().client, Object.keys(params.lanes));
    try {
      await addLevel(this.#opened().flows, params);
    } catch (error) {
      if (!(error instanceof Error && error.message.includes("NOSCRIPT"))) throw error;
      // A flow is one MULTI, in which BullMQ takes its scripts for loaded; only a new connection makes it load them again.
      this.#log.warn({ ...params.barrier }, "Redis lost BullMQ's scripts; connecting anew");
      await this.#reconnect();
      await addLevel(this.#opened().flows, params);
    }
  }

  async removeWaitingLanes(ref: BarrierRef): Promise<void> {
    const barrier = await this.#queue(BARRIERS_QUEUE).getJob(barrierJobId(ref));
    await barrier?.removeUnprocessedChildren();
  }

  isCarried(ref: CarrierRef): Promise<boolean> {
    const { isReader = false } = this.#options;
    const view = { queue: (name: string) => this.#queue(name), client: this.#opened().client, states: this.#states, isReader };
    return isCarried(view, ref);
  }

  async removeJobs({ runId, dispatch, levelCount, startPool }: RemoveJobsParams): Promise<boolean> {
    let areAllGone = true;
    // BullMQ answers 0 for a job that is locked, or has a lane that is.
    const remove = async (jobId: string, queueName = BARRIERS_QUEUE): Promise<void> => {
      if ((await this.#queue(queueName).remove(jobId, { removeChildren: true })) === 0) areAllGone = false;
    };
    if (startPool !== undefined) await remove(startJobId({ runId, dispatch: 1 }), lanesQueue(startPool));
    for (let issued = 1; issued <= dispatch; issued += 1) {
      const ref = { runId, dispatch: issued };
      await remove(startJobId(ref));
      await remove(stopJobId(ref));
      for (let level = 0; level < levelCount; level += 1) await remove(barrierJobId({ ...ref, level }));
    }
    return areAllGone;
  }

  consumeSchedulerJobs(handler: SchedulerJobHandler, { concurrency }: { readonly concurrency: number }): Promise<JobConsumer> {
    return Promise.resolve(this.#keep(consumeSchedulerJobs(handler, this.#consumerOptions(concurrency))));
  }

  async consumeLanes(
    handler: LaneHandler,
    { pool, concurrency }: { readonly pool: string; readonly concurrency: number },
  ): Promise<JobConsumer> {
    await this.#pools.note(this.#opened().client, [pool]);
    return this.#keep(consumeLanes(handler, pool, this.#consumerOptions(concurrency)));
  }

  showLog(lane: LaneRef, line: string): void {
    if (this.#client !== undefined) this.#notes.addLine(lane, line);
  }

  showProgress(lane: LaneRef, progress: LaneProgress): void {
    if (this.#client !== undefined) this.#notes.setProgress(lane, progress);
  }

  async readDepths(): Promise<readonly QueueDepth[]> {
    const { client } = this.#opened();
    const names = [BARRIERS_QUEUE, ...(await this.#pools.list(client)).map(lanesQueue)];
    return Promise.all(names.map((name) => readQueueDepth(client, this.#queue(name))));
  }

  async #open(): Promise<void> {
    const client = withoutConsoleWarnings(this.#options.connect());
    this.#client = client;
    await client.connect();
    this.#flows = new FlowProducer({ connection: client, prefix: queuePrefix(this.#options.prefix) });
    this.#flows.on("error", (error) => this.#log.warn({ err: error }, "flow producer"));
    await this.#flows.waitUntilReady();
  }

  async #reconnect(): Promise<void> {
    const { client } = this.#opened();
    const ready = new Promise((resolve) => client.once("ready", resolve));
    client.disconnect(true);
    await ready;
  }

  #opened(): { client: Redis; flows: FlowProducer } {
    if (this.#client === undefined || this.#flows === undefined) {
      throw new LevelflowError("CLOSED", "the queues were used before start() or after stop()");
    }
    return { client: this.#client, flows: this.#flows };
  }

  #queue(name: string): Queue {
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const { prefix, isReader = false } = this.#options;
    const queue = new Queue(name, { connection: this.#opened().client, prefix: queuePrefix(prefix), skipMetasUpdate: isReader });
    queue.on("error", (error) => this.#log.warn({ err: error, queue: name }, "queue"));
    this.#queues.set(name, queue);
    return queue;
  }

  #consumerOptions(concurrency: number): ConsumerOptions {
    const { lockDurationMs = DEFAULTS.lockDurationMs, stalledIntervalMs = DEFAULTS.stalledIntervalMs, prefix } = this.#options;
    const { isRecovering = () => false } = this.#options;
    const connection = this.#opened().client;
    const timing = { lockDuration: lockDurationMs, stalledInterval: stalledIntervalMs };
    const { observer } = this.#options;
    return { connection, prefix: queuePrefix(prefix), concurrency, ...timing, log: this.#log, isRecovering, observer };
  }

  #keep(consumer: JobConsumer): JobConsumer {
    const kept: JobConsumer = {
      isRunning: () => consumer.isRunning(),
      stop: async (options) => {
        this.#consumers.delete(kept);
        await consumer.stop(options);
      },
    };
    this.#consumers.add(kept);
    return kept;
  }
}
