import type { JsonValue } from "../../core/json/json-value.ts";
import type { ProducerStore } from "../../core/ports/producer-store.ts";
import type { RunStore } from "../../core/ports/run-store.ts";
import type { SchedulerStore } from "../../core/ports/scheduler-store.ts";
import type { HandlerTimes } from "../../core/run/handler-times.ts";
import type { WorkerStore } from "../../core/ports/worker-store.ts";
import { TURNS, type TurnWatch } from "../../core/time/turn-watch.ts";
import { claimNode } from "./claim-node.ts";
import { commitAhead } from "./commit-ahead.ts";
import { commitNode } from "./commit-node.ts";
import { pauseRun, resumeRun, retryRun } from "./control-run.ts";
import { createRun } from "./create-run.ts";
import { armTimeout, takeDeadlines } from "./deadlines.ts";
import { dispatchLevel, enterLevel } from "./dispatch-level.ts";
import { failAttempt } from "./fail-attempt.ts";
import { finishRun } from "./finish-run.ts";
import { countRuns, deleteRun, listExpired, listRuns, listUnfinished } from "./list-runs.ts";
import { createMemoryState, snapshotRun, type MemoryRun, type MemoryState } from "./memory-state.ts";
import { readCommitted, readEvents, readNodes, readResults, readState } from "./read-run.ts";
import { releaseClaim } from "./release-claim.ts";
import { cancelRun, failRun } from "./stop-run.ts";
import { countWorkers, heartbeat, isTypeServed, listProcesses, noteHandlerTimes, reportProgress } from "./workers.ts";

type Of<Store, Method extends keyof Store> = Store[Method] extends (params: infer Params) => unknown ? Params : never;

export interface MemoryStoreOptions {
  /** Answers ms. @default the system's clock */
  readonly now?: () => number;
  /** What is known of how long handlers take, in ms by type, kept by somebody who outlives the store. @default nothing */
  readonly handlerTimes?: Map<string, number>;
  /** When answers wait for the event loop to turn. @default as soon as this process owes it a turn */
  readonly turns?: Pick<TurnWatch, "isDue" | "turn">;
}

/** A {@link RunStore} in the memory of this process, for `runLocal`, `run --local` and tests. */
export function createMemoryStore(options: MemoryStoreOptions = {}): RunStore {
  return new MemoryRunStore(options);
}

/** Holds the state and answers with promises; what each call does is a function of its own file. */
export class MemoryRunStore implements RunStore {
  readonly #state: MemoryState;
  readonly #turns: Pick<TurnWatch, "isDue" | "turn">;

  constructor({ now = Date.now, handlerTimes = new Map(), turns = TURNS }: MemoryStoreOptions) {
    this.#state = createMemoryState(now, handlerTimes);
    this.#turns = turns;
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.#state.abortListeners.clear();
    this.#state.finishListeners.clear();
    this.#state.deadlineListeners.clear();
  }

  async createRun(params: Of<ProducerStore, "createRun">) {
    return createRun(this.#state, params);
  }

  async loadRun({ runId }: { readonly runId: string }) {
    const run = this.#run(runId);
    return run === undefined ? undefined : snapshotRun(run);
  }

  async readStatus({ runId }: { readonly runId: string }) {
    return this.#run(runId)?.record.status;
  }

  async loadWorkflow({ workflowHash }: { readonly workflowHash: string }) {
    return this.#state.definitions.get(workflowHash)?.workflow;
  }

  async listRuns(params: Of<ProducerStore, "listRuns">) {
    return listRuns(this.#state, params);
  }

  async readNodes({ runId }: { readonly runId: string }) {
    return readNodes(this.#run(runId));
  }

  async readResults({ runId }: { readonly runId: string }) {
    return readResults(this.#run(runId));
  }

  async readTimings({ runId }: { readonly runId: string }) {
    const timings = [...(this.#run(runId)?.timings.values() ?? [])];
    return timings.sort((a, b) => a.level - b.level).map((timing) => ({ ...timing }));
  }

  async readEvents({ runId, after, limit }: Of<ProducerStore, "readEvents">) {
    return readEvents(this.#run(runId), after, limit);
  }

  async cancelRun(params: Of<ProducerStore, "cancelRun">) {
    return cancelRun(this.#state, params);
  }

  async pauseRun({ runId }: { readonly runId: string }) {
    return pauseRun(this.#state, runId);
  }

  async resumeRun({ runId }: { readonly runId: string }) {
    return resumeRun(this.#state, runId);
  }

  async retryRun(params: Of<ProducerStore, "retryRun">) {
    return retryRun(this.#state, params);
  }

  async onFinished(listener: (runId: string) => void) {
    return subscribe(this.#state.finishListeners, listener);
  }

  async readCommitted({ runId, nodeIds }: Of<SchedulerStore, "readCommitted">) {
    return readCommitted(this.#run(runId), nodeIds);
  }

  async readStatefulTypes(): Promise<ReadonlySet<string>> {
    return new Set(this.#state.statefulTypes);
  }

  async dispatchLevel(params: Of<SchedulerStore, "dispatchLevel">) {
    return dispatchLevel(this.#state, params);
  }

  async startRun({ lane: { runId, dispatch }, epoch, plan }: Of<WorkerStore, "startRun">) {
    const expected = { dispatch, level: -1 };
    return dispatchLevel(this.#state, { runId, epoch, expected, dispatch, plan, committedInLevel: 0 }).kind;
  }

  async enterLevel(params: Of<WorkerStore, "enterLevel">) {
    return enterLevel(this.#state, params);
  }

  async finishRun(params: Of<SchedulerStore, "finishRun">) {
    return finishRun(this.#state, params);
  }

  async failRun(params: Of<SchedulerStore, "failRun">) {
    return failRun(this.#state, params);
  }

  async failAttempt(params: Of<SchedulerStore, "failAttempt">) {
    return failAttempt(this.#state, params);
  }

  async takeDeadlines({ limit }: { readonly limit: number }) {
    return takeDeadlines(this.#state, limit);
  }

  async onDeadline(listener: Of<SchedulerStore, "onDeadline">) {
    return subscribe(this.#state.deadlineListeners, listener);
  }

  async countRuns() {
    return countRuns(this.#state);
  }

  async listUnfinished(params: Of<SchedulerStore, "listUnfinished">) {
    return listUnfinished(this.#state, params);
  }

  async listExpired(params: Of<SchedulerStore, "listExpired">) {
    return listExpired(this.#state, params);
  }

  async deleteRun({ runId }: { readonly runId: string }) {
    deleteRun(this.#state, runId);
  }

  async readInput({ runId }: { readonly runId: string }) {
    const text = this.#run(runId)?.inputText;
    return text === undefined ? undefined : (JSON.parse(text) as JsonValue);
  }

  async readInputs({ runId, nodeIds }: Of<WorkerStore, "readInputs">) {
    const results = this.#run(runId)?.results;
    return nodeIds.map((nodeId) => results?.get(nodeId));
  }

  async readState({ runId, keys }: Of<WorkerStore, "readState">) {
    return readState(this.#state, runId, keys);
  }

  async claimNode(params: Of<WorkerStore, "claimNode">) {
    const outcome = claimNode(this.#state, params);
    // Nothing here waits for I/O: without a turn of the event loop, a level of quick handlers would hold up timers and abort signals.
    if (this.#turns.isDue()) await this.#turns.turn();
    return outcome;
  }

  async armTimeout(params: Of<WorkerStore, "armTimeout">) {
    armTimeout(this.#state, params);
  }

  async commitNode(params: Of<WorkerStore, "commitNode">) {
    return commitNode(this.#state, params);
  }

  async commitAhead(params: Of<WorkerStore, "commitAhead">) {
    const outcome = commitAhead(this.#state, params);
    if (this.#turns.isDue()) await this.#turns.turn();
    return outcome;
  }

  async releaseClaim(params: Of<WorkerStore, "releaseClaim">) {
    releaseClaim(this.#state, params);
  }

  async reportProgress(params: Of<WorkerStore, "reportProgress">) {
    reportProgress(this.#state, params);
  }

  async registerStatefulTypes(types: readonly string[]) {
    for (const type of types) this.#state.statefulTypes.add(type);
  }

  async readHandlerTimes(): Promise<HandlerTimes> {
    return new Map(this.#state.handlerTimes);
  }

  async noteHandlerTimes(samples: Of<WorkerStore, "noteHandlerTimes">) {
    return noteHandlerTimes(this.#state, samples);
  }

  async heartbeat(params: Of<WorkerStore, "heartbeat">) {
    return heartbeat(this.#state, params);
  }

  async removeWorker({ worker }: { readonly worker: string }) {
    this.#state.workers.delete(worker);
  }

  async isTypeServed(params: Of<WorkerStore, "isTypeServed">) {
    return isTypeServed(this.#state, params);
  }

  async countWorkers(params: Of<WorkerStore, "countWorkers">) {
    return countWorkers(this.#state, params);
  }

  async announceScheduler({ scheduler, ...entry }: Of<SchedulerStore, "announceScheduler">) {
    this.#state.schedulers.set(scheduler, { seenAt: this.#state.now(), ...entry });
  }

  async removeScheduler({ scheduler }: { readonly scheduler: string }) {
    this.#state.schedulers.delete(scheduler);
  }

  async listProcesses() {
    return listProcesses(this.#state);
  }

  async onAbort(listener: Of<WorkerStore, "onAbort">) {
    return subscribe(this.#state.abortListeners, listener);
  }

  #run(runId: string): MemoryRun | undefined {
    return this.#state.runs.get(runId);
  }
}

function subscribe<T>(listeners: Set<(message: T) => void>, listener: (message: T) => void): () => void {
  const own = (message: T): void => listener(message);
  listeners.add(own);
  return () => listeners.delete(own);
}
