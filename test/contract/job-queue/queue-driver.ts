import { onTestFinished } from "vitest";
import type {
  AddLevelParams,
  JobConsumer,
  JobQueue,
  LaneContext,
  LaneOutcome,
  SchedulerJobContext,
  SchedulerJobOutcome,
} from "../../../src/core/ports/job-queue.ts";
import type { BarrierRef, LaneJob, SchedulerJob } from "../../../src/core/run/job-ref.ts";
import { newRunId } from "../../../src/core/run/new-run-id.ts";
import { createInbox, type Inbox } from "../../support/inbox.ts";

export interface QueueUnderTest {
  readonly queue: JobQueue;
  /** Another process' view of the same jobs. */
  readonly peer: JobQueue;
  readonly close: () => Promise<void>;
}

export interface JobQueueContract {
  readonly name: string;
  /** A started queue that is empty. */
  readonly create: () => Promise<QueueUnderTest>;
}

export async function openQueue(contract: JobQueueContract): Promise<QueueUnderTest> {
  const opened = await contract.create();
  onTestFinished(() => opened.close());
  return opened;
}

/** A job in the hands of a handler that does what the test says. */
export interface Delivery<Ref, Context, Outcome> {
  readonly ref: Ref;
  readonly context: Context;
  end(outcome: Outcome): void;
  throwError(): void;
}

export type LaneDelivery = Delivery<LaneJob, LaneContext, LaneOutcome>;
export type JobDelivery = Delivery<SchedulerJob, SchedulerJobContext, SchedulerJobOutcome>;

export interface Taken<Item> {
  readonly inbox: Inbox<Item>;
  readonly consumer: JobConsumer;
}

interface ConsumeOptions {
  readonly concurrency?: number;
  readonly pool?: string;
}

export async function takeLanes(
  queue: JobQueue,
  { pool = "default", concurrency = 10 }: ConsumeOptions = {},
): Promise<Taken<LaneDelivery>> {
  const { inbox, handler, endAll } = controlledHandler<LaneJob, LaneContext, LaneOutcome>({ kind: "done" });
  const consumer = await queue.consumeLanes(handler, { pool, concurrency });
  stopLater(consumer, endAll);
  return { inbox, consumer };
}

export async function takeJobs(queue: JobQueue, { concurrency = 10 }: ConsumeOptions = {}): Promise<Taken<JobDelivery>> {
  const { inbox, handler, endAll } = controlledHandler<SchedulerJob, SchedulerJobContext, SchedulerJobOutcome>({ kind: "done" });
  const consumer = await queue.consumeSchedulerJobs(handler, { concurrency });
  stopLater(consumer, endAll);
  return { inbox, consumer };
}

function controlledHandler<Ref, Context, Outcome>(lastOutcome: Outcome) {
  const inbox = createInbox<Delivery<Ref, Context, Outcome>>();
  const open = new Set<(outcome: Outcome) => void>();
  let isOver = false;
  const handler = (ref: Ref, context: Context): Promise<Outcome> => {
    if (isOver) return Promise.resolve(lastOutcome);
    return new Promise((resolve, reject) => {
      open.add(resolve);
      inbox.put({ ref, context, end: resolve, throwError: () => reject(new Error("thrown by the test")) });
    });
  };
  const endAll = (): void => {
    isOver = true;
    for (const end of open) end(lastOutcome);
  };
  return { inbox, handler, endAll };
}

/** A test may leave jobs under way: they end before their consumer does. */
function stopLater(consumer: JobConsumer, endAll: () => void): void {
  onTestFinished(async () => {
    endAll();
    await consumer.stop({ timeoutMs: 5_000 });
  });
}

export const newBarrier = (level = 0): BarrierRef => ({ runId: newRunId(), dispatch: 1, level });

/** Adds a level of a run of its own. */
export async function addLevel(queue: JobQueue, options: Partial<AddLevelParams> = {}): Promise<BarrierRef> {
  const { barrier = newBarrier(), workflowId, lanes = { default: 1 }, strands = 1, priority } = options;
  await queue.addLevel({ barrier, workflowId, lanes, strands, priority });
  return barrier;
}

/** Waits until a job that was added just now arrives, and answers what arrived before it: proof of what did not happen. */
export async function arrivedBeforeNow(queue: JobQueue, { inbox }: Taken<JobDelivery>): Promise<readonly SchedulerJob[]> {
  const { runId } = newBarrier();
  await queue.addStart({ runId, dispatch: 1, workflowId: undefined });
  const before: SchedulerJob[] = [];
  for (;;) {
    const delivery = await inbox.next();
    if (delivery.ref.runId !== runId) {
      before.push(delivery.ref);
      continue;
    }
    delivery.end({ kind: "done" });
    return before;
  }
}

/** The next `count` messages. */
export async function nextOf<T>(inbox: Inbox<T>, count: number): Promise<T[]> {
  const messages: T[] = [];
  while (messages.length < count) messages.push(await inbox.next());
  return messages;
}

/** Waits for a condition that a queue reaches by itself, but tells nobody of. */
export async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error("the condition did not come to hold within 10 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
