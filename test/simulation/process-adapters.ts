import { setTimeout as sleep } from "node:timers/promises";
import type { JobQueue } from "../../src/core/ports/job-queue.ts";
import type { RunStore } from "../../src/core/ports/run-store.ts";
import { JobHold } from "../../src/core/run/job-hold.ts";
import type { FaultPlan } from "./fault-plan.ts";
import type { History } from "./history.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** What one process sees of the world. */
export interface ProcessContext {
  readonly process: SimulatedProcess;
  readonly faults: FaultPlan;
  readonly history: History;
}

/** The shared store as a process reaches it: every call on its way may be lost, be late, or be the process' last. */
export function storeFor(store: RunStore, { process, faults, history }: ProcessContext): RunStore {
  const recorded = history.record(store, process.name);
  const listeners: Pick<RunStore, "onAbort" | "onFinished" | "onDeadline" | "start" | "stop"> = {
    start: async () => {},
    stop: async () => {},
    onAbort: (listener) => store.onAbort((notice) => hear(() => listener(notice))),
    onFinished: (listener) => store.onFinished((runId) => hear(() => listener(runId))),
    onDeadline: (listener) => store.onDeadline((inMs) => hear(() => listener(inMs))),
  };
  const hear = (listener: () => void): void => {
    if (faults.strikes("lostMessage")) return;
    void sleep(faults.travelMs()).then(() => process.isResponsive && listener());
  };
  return withCalls(recorded, process, listeners);
}

/** The shared queue as a process reaches it. */
export function queueFor(queue: JobQueue, { process, faults }: ProcessContext): JobQueue {
  const deliver = <Outcome>(work: (hold: JobHold) => Promise<Outcome>, given?: JobHold): Promise<Outcome> =>
    deliverTo(process, faults, work, given);
  const special: Partial<JobQueue> = {
    start: async () => {},
    stop: async () => {},
    addStart: (ref) => process.call(async () => (faults.strikes("lostJob") ? undefined : queue.addStart(ref))),
    addStartLane: (lane) => process.call(async () => (faults.strikes("lostJob") ? undefined : queue.addStartLane(lane))),
    addBarrier: (ref) => process.call(async () => (faults.strikes("lostJob") ? undefined : queue.addBarrier(ref))),
    // Nobody waits for these, and nobody looks at this queue.
    showLog: () => undefined,
    showProgress: () => undefined,
    addLevel: (params) => process.call(async () => (faults.strikes("lostJob") ? undefined : queue.addLevel(params))),
    consumeLanes: async (handler, options) => {
      const take: typeof handler = (lane, context) => deliver((own) => handler(lane, { ...context, hold: own }), context.hold);
      return process.consume(await queue.consumeLanes(take, options));
    },
    consumeSchedulerJobs: async (handler, options) => {
      const take: typeof handler = (job, context) =>
        deliver(() => handler(job, { lanesPending: () => process.call(() => context.lanesPending()) }));
      return process.consume(await queue.consumeSchedulerJobs(take, options));
    },
  };
  return withCalls(queue, process, special);
}

/** Every method as a call of the process, but for those that are given. */
function withCalls<Adapter extends object>(adapter: Adapter, process: SimulatedProcess, special: Partial<Adapter>): Adapter {
  return new Proxy(adapter, {
    get(target, property) {
      const own: unknown = Reflect.get(special, property);
      if (own !== undefined) return own;
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => process.call(async () => Reflect.apply(member, target, args) as unknown);
    },
  });
}

/** A job in the hands of a process. Once its lock is lost the queue hands it to somebody else, whatever the process still does. */
function deliverTo<Outcome>(
  process: SimulatedProcess,
  faults: FaultPlan,
  work: (hold: JobHold) => Promise<Outcome>,
  given?: JobHold,
): Promise<Outcome> {
  return new Promise<Outcome>((resolve, reject) => {
    const hold = new JobHold();
    given?.whenLost(() => hold.lose());
    const lose = (): void => {
      reject(new Error("the job stalled"));
      // The process learns of it when it next renews its locks, if it does.
      void sleep(faults.between(0, 1_000)).then(() => hold.lose());
    };
    const forget = process.onLockLoss(lose);
    if (faults.strikes("stall")) void sleep(faults.between(0, 1_000)).then(lose);
    const execute = async (): Promise<void> => {
      await sleep(faults.travelMs());
      await process.step();
      const outcome = await work(hold);
      await process.step();
      resolve(outcome);
    };
    execute().catch(reject).finally(forget);
  });
}
