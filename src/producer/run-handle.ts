import { LevelflowError } from "../core/errors/levelflow-error.ts";
import { RUN_ID_PATTERN } from "../core/run/new-run-id.ts";
import { buildResultSteps, type BuildResultParams } from "../core/run/build-result.ts";
import type { RunEvent } from "../core/run/run-event.ts";
import type { RunRecord } from "../core/run/run-record.ts";
import type { RunResult } from "../core/run/run-result.ts";
import { isFinal, type RunStatus } from "../core/run/states.ts";
import { inTurns } from "../core/time/in-turns.ts";
import { TURNS } from "../core/time/turn-watch.ts";
import { copySteps } from "../core/workflow/copy-workflow.ts";
import { planOf } from "../core/workflow/workflow-plan.ts";
import type { Workflow } from "../core/workflow/workflow.ts";
import { followEvents } from "./follow-events.ts";
import { prepareRetry, takeRetry } from "./prepare-retry.ts";
import type { ProducerContext } from "./producer-context.ts";
import type { RetryOptions } from "./retry-options.ts";
import { waitForEnd } from "./wait-for-end.ts";

/** What ids of events look like, in every store. */
const EVENT_ID_PATTERN = /^\d+(-\d+(\.\d+)?)?$/;

/** How long {@link RunHandle.result} waits: for ever unless one of these ends it. */
export interface ResultOptions {
  /** Gives up with `RESULT_TIMEOUT` after this many ms; the run goes on. */
  readonly timeoutMs?: number;
  /** Gives up with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What is read of a run besides its record. */
type Parts = Pick<BuildResultParams, "nodes" | "results" | "timings">;

/**
 * One run, seen from another application. Every method may be called at any time and any number of times; an id that no run has is
 * `RUN_NOT_FOUND`, a Redis that does not answer `REDIS_UNAVAILABLE`.
 */
export class RunHandle {
  readonly id: string;
  readonly #context: ProducerContext;

  constructor(id: string, context: ProducerContext) {
    this.id = id;
    this.#context = context;
  }

  async status(): Promise<RunStatus> {
    await this.#ready();
    const status = await this.#context.store.readStatus({ runId: this.id });
    if (status === undefined) throw notFound(this.id);
    return status;
  }

  /** Waits for the run's end and answers its result, however it ended: a failed run is a result, not an exception. */
  async result(options: ResultOptions = {}): Promise<RunResult> {
    await this.#ready();
    // Of thousands that are waited for all at once, each turn of the event loop takes some.
    while (TURNS.isDue()) await TURNS.turn();
    const look = async (isTold: boolean): Promise<RunResult | undefined> => {
      if (!isTold && !isFinal(await this.status())) return undefined;
      // A run that is over changes no more, so all of it can be read at once, its record first; one that was retried meanwhile is waited for.
      const loading = this.#context.store.loadRun({ runId: this.id });
      const [run, parts] = await Promise.all([loading, this.#read()]);
      if (run === undefined) throw notFound(this.id);
      return isFinal(run.status) ? this.#build(run, parts) : undefined;
    };
    return waitForEnd({
      runId: this.id,
      watch: this.#context.watch,
      look: (isTold) => this.#context.gate.pass(() => look(isTold)),
      ...options,
    });
  }

  /** The result as far as the run has come. */
  async snapshot(): Promise<RunResult> {
    await this.#ready();
    const parts = await this.#read();
    // Read last: a run that is over here has everything above.
    return this.#build(await this.#load(), parts);
  }

  async #read(): Promise<Parts> {
    const { store } = this.#context;
    const { id: runId } = this;
    const [nodes, results, timings] = await Promise.all([
      store.readNodes({ runId }),
      store.readResults({ runId }),
      store.readTimings({ runId }),
    ]);
    return { nodes, results, timings };
  }

  async #build(run: RunRecord, parts: Parts): Promise<RunResult> {
    const workflow = await this.#loadWorkflow(run);
    // The plan is kept for the next caller; the result is this one's.
    const levels = planOf(workflow).levels.map((level) => [...level]);
    return inTurns(buildResultSteps({ run, workflow, levels, ...parts }));
  }

  /** The definition that the run follows: a copy, for the caller to change. */
  async workflow(): Promise<Workflow> {
    return inTurns(copySteps(await this.#loadWorkflow(await this.#load())));
  }

  /** What happens to the run, from its start or from behind the event `after`, until it has finished. */
  async *events(
    options: { readonly after?: string; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<RunEvent, void, undefined> {
    const { after } = options;
    if (after !== undefined && !(typeof after === "string" && EVENT_ID_PATTERN.test(after))) {
      throw new LevelflowError("INVALID_SETTING", `events: after ${JSON.stringify(after)} is not the id of an event`, {
        runId: this.id,
      });
    }
    await this.#load();
    yield* followEvents(this.#context, this.id, options);
  }

  /** Stops the run: what runs is aborted, what waits is dropped. A run that has finished stays as it is. Answers the status that it has by
   *  that. */
  async cancel(): Promise<RunStatus> {
    const { store, queue, settings } = this.#context;
    await this.#ready();
    const outcome = await store.cancelRun({ runId: this.id, graceMs: settings.abortGraceMs });
    const run = await this.#load();
    if (outcome === "stopping" || outcome === "already-stopping") await queue.addStop({ runId: this.id, dispatch: run.dispatch });
    // It may be over by now.
    return outcome === "stopping" ? "cancelling" : run.status;
  }

  /** Keeps further nodes from starting; running ones finish and commit. `RUN_STATE_CONFLICT` if the run is stopping or over. */
  async pause(): Promise<RunStatus> {
    await this.#ready();
    const outcome = await this.#context.store.pauseRun({ runId: this.id });
    const run = await this.#load();
    if (outcome === "conflict") throw stateConflict("pause", run, "only a queued or running run can be paused");
    return run.status;
  }

  /** Lets a paused run go on. `RUN_STATE_CONFLICT` if it is stopping or over; a run that is not paused stays as it is. */
  async resume(): Promise<RunStatus> {
    await this.#ready();
    const outcome = await this.#context.store.resumeRun({ runId: this.id });
    const run = await this.#load();
    if (outcome.kind === "conflict") throw stateConflict("resume", run, "only a paused run can be resumed");
    if (outcome.kind === "resumed") await this.#addStart(run, outcome.dispatch);
    return run.status;
  }

  /**
   * Opens a new epoch of a failed or cancelled run: results that were committed stay, the rest runs, with another input or another version
   * of the workflow if they are given: they are read as `enqueue` reads them. Else `RUN_STATE_CONFLICT`; `INVALID_WORKFLOW` for a workflow that
   * would change what has a result.
   */
  async retry(options: RetryOptions = {}): Promise<RunStatus> {
    const change = takeRetry(this.#context, options);
    const before = await this.#load();
    const rule = "only a failed or cancelled run can be retried";
    if (!isFinal(before.status) || before.status === "completed") throw stateConflict("retry", before, rule);
    const outcome = await this.#context.store.retryRun(await prepareRetry(this.#context, before, change));
    const run = await this.#load();
    if (outcome.kind !== "retrying") throw stateConflict("retry", run, rule);
    await this.#addStart(run, outcome.dispatch);
    return run.status;
  }

  async #addStart(run: RunRecord, dispatch: number): Promise<void> {
    await this.#context.queue.addStart({ runId: this.id, dispatch, workflowId: run.workflowId });
  }

  /** Connects. An id that no run can have goes no further: in keys it could name something else. */
  async #ready(): Promise<void> {
    if (!RUN_ID_PATTERN.test(this.id)) throw notFound(this.id);
    await this.#context.ready();
  }

  async #load(): Promise<RunRecord> {
    await this.#ready();
    const run = await this.#context.store.loadRun({ runId: this.id });
    if (run === undefined) throw notFound(this.id);
    return run;
  }

  async #loadWorkflow(run: RunRecord): Promise<Workflow> {
    const workflow = await this.#context.store.loadWorkflow({ workflowHash: run.workflowHash });
    if (workflow === undefined)
      throw new LevelflowError("RUN_NOT_FOUND", `the definition of run ${run.runId} was removed`, { runId: run.runId });
    return workflow;
  }
}

function notFound(id: string): LevelflowError {
  const message = `no run has the id ${JSON.stringify(id)}: check it, or whether its retention is over`;
  return new LevelflowError("RUN_NOT_FOUND", message, { runId: id });
}

function stateConflict(verb: string, run: RunRecord, rule: string): LevelflowError {
  return new LevelflowError("RUN_STATE_CONFLICT", `cannot ${verb} run ${run.runId}, which is ${run.status}: ${rule}`, {
    runId: run.runId,
  });
}
