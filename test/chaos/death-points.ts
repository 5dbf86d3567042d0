import type { SourceChange } from "../support/changed-build.ts";

/** One row of a table "if the process dies …" in `docs/follow-a-run.md`, and where in the source that is. */
export interface DeathPoint extends Pick<SourceChange, "file"> {
  /** The heading's first words. */
  readonly section: string;
  /** The row's first cell. */
  readonly when: string;
  readonly role: "producer" | "scheduler" | "worker";
  /** The process dies before this statement, or behind it. */
  readonly before?: string;
  readonly behind?: string;
  /** When it does; each time if absent. */
  readonly only?: string;
  /** How long it lives on. */
  readonly afterMs?: number;
  /** Whether the run fails in its second level. */
  readonly fails?: boolean;
  /** Whether the run's second level is for one lane, so that the one before goes on with it. */
  readonly isNarrow?: boolean;
  /** Whether the run starts with a single node, and so without a scheduler. */
  readonly isForked?: boolean;
  /** Whether all nodes are pure, so that the worker runs them ahead of their claims. */
  readonly isPure?: boolean;
  /** Whether the node at which it dies is begun again. */
  readonly runsAgain?: boolean;
}

/** How long the handlers of the runs take. */
export const HANDLER_MS = 200;

const DISPATCH = "src/scheduler/dispatch-level.ts";
const SECOND_LEVEL = "target.level === 1";
const SECOND_LANE = "lane.level === 1";
const FINISH = 'const { kind } = await context.store.finishRun({ runId: job.runId, epoch: facts.epoch, outcome: "completed" });';
const ADD_START = "await queue.addStart({ runId: job.runId, dispatch: job.dispatch, workflowId });";
const CREATE = "const outcome = await context.store.createRun(request);";

export const DEATH_POINTS: readonly DeathPoint[] = [
  { section: "1. Enqueue", when: "before 1", role: "producer", file: "src/producer/enqueue-run.ts", before: CREATE },
  { section: "1. Enqueue", when: "between 1 and 2", role: "producer", file: "src/producer/enqueue-run.ts", behind: CREATE },
  {
    section: "1. Enqueue",
    when: "after 2",
    role: "producer",
    file: "src/producer/enqueue-run.ts",
    before: "return outcome.runId;",
  },
  {
    section: "2. Advance",
    when: "before 1",
    role: "scheduler",
    file: DISPATCH,
    before: "const outcome = await context.store.dispatchLevel({",
    only: SECOND_LEVEL,
  },
  {
    section: "2. Advance",
    when: "between 1 and 2",
    role: "scheduler",
    file: DISPATCH,
    before: "await context.queue.addLevel({",
    only: SECOND_LEVEL,
  },
  {
    section: "2. Advance",
    when: "between 2 and 3",
    role: "scheduler",
    file: DISPATCH,
    before: "return outcome.kind;\n}",
    only: SECOND_LEVEL,
  },
  {
    section: "3. Take nodes",
    when: "before the claim",
    role: "worker",
    file: "src/worker/ask-claim.ts",
    before: "const answer = store.claimNode({",
    only: SECOND_LANE,
  },
  {
    section: "3. Take nodes",
    when: "after the claim",
    role: "worker",
    file: "src/worker/run-strand.ts",
    before: "switch (claimed.kind) {",
    only: SECOND_LANE,
  },
  {
    section: "4. Execute a node",
    when: "while the handler runs",
    role: "worker",
    file: "src/worker/run-handler.ts",
    before: "const outcome = context.loop.watch(handler, () => (span === undefined ? run() : span.within(run)));",
    only: "task.lane.level === 1",
    afterMs: HANDLER_MS / 2,
    runsAgain: true,
  },
  {
    section: "4. Execute a node",
    when: "after the commit",
    role: "worker",
    file: "src/worker/commit-result.ts",
    behind: "const outcome = await committing;",
    only: "claim.nodeId.startsWith('l01-')",
  },
  {
    section: "4. Execute a node",
    when: "after `fail-attempt`",
    role: "worker",
    file: "src/worker/settle-failure.ts",
    before: 'const { stack } = readThrown(error instanceof HandlerFailure ? error.thrown : error, "");',
    fails: true,
  },
  {
    section: "5. Go on",
    when: "before `enter-level`",
    role: "worker",
    file: "src/worker/ask-claim.ts",
    before: "store.enterLevel(params).catch(() => undefined);",
    isNarrow: true,
  },
  {
    section: "5. Go on",
    when: "after `enter-level`",
    role: "worker",
    file: "src/worker/run-strand.ts",
    before: "switch (claimed.kind) {",
    only: 'claimed.kind === "claimed" && claimed.level === 1',
    isNarrow: true,
  },
  {
    section: "5. Go on",
    when: "before what it ran ahead is committed",
    role: "worker",
    file: "src/worker/run-ahead.ts",
    before: "commits.add(",
    only: "level === 1",
    isPure: true,
  },
  {
    section: "5. Go on",
    when: "after what it ran ahead is committed",
    role: "worker",
    file: "src/worker/run-ahead.ts",
    behind: "const isCommitted = await commits.settled();",
    isPure: true,
  },
  {
    section: "6. End",
    when: "before `finish-run`",
    role: "worker",
    file: "src/worker/go-on.ts",
    before: FINISH,
  },
  {
    section: "6. End",
    when: "after `finish-run`",
    role: "worker",
    file: "src/worker/go-on.ts",
    behind: FINISH,
  },
  {
    section: "6. End",
    when: "before the barrier has ended",
    role: "scheduler",
    file: "src/scheduler/advance-run.ts",
    before: 'if (job.kind !== "barrier" || run.cause === undefined) return DONE;',
  },
  {
    section: "7. Start without a scheduler",
    when: "before the `start` job is added",
    role: "worker",
    file: "src/worker/start-run.ts",
    before: ADD_START,
  },
  {
    section: "7. Start without a scheduler",
    when: "after the `start` job is added",
    role: "worker",
    file: "src/worker/start-run.ts",
    behind: ADD_START,
  },
  {
    section: "7. Start without a scheduler",
    when: "before `start-run`",
    role: "worker",
    file: "src/worker/start-run.ts",
    before: "store.startRun({ lane: job, epoch: FIRST_EPOCH, plan })",
    isForked: true,
  },
  {
    section: "7. Start without a scheduler",
    when: "after `start-run`",
    role: "worker",
    file: "src/worker/run-strand.ts",
    before: "switch (claimed.kind) {",
    only: 'claimed.kind === "claimed" && claimed.level === 0',
    isForked: true,
  },
  {
    section: "7. Start without a scheduler",
    when: "before the barrier is added",
    role: "worker",
    file: "src/worker/start-run.ts",
    before: "await queue.addBarrier({ runId, dispatch, level, workflowId: facts?.workflowId, ...shown });",
    isForked: true,
  },
  {
    section: "7. Start without a scheduler",
    when: "after the barrier is added",
    role: "worker",
    file: "src/worker/start-run.ts",
    behind: "await queue.addBarrier({ runId, dispatch, level, workflowId: facts?.workflowId, ...shown });",
    isForked: true,
  },
];

/** The source in which a process ends itself at that point as `kill -9` would end it. */
export function deathAt({ file, before, behind, only, afterMs }: DeathPoint): SourceChange {
  const find = before ?? behind ?? "";
  const condition = only === undefined ? "" : `if (${only}) `;
  const kill = 'process.kill(process.pid, "SIGKILL")';
  const death = `${condition}${afterMs === undefined ? kill : `setTimeout(() => ${kill}, ${String(afterMs)})`};`;
  return { file, find, replace: before === undefined ? `${find}\n${death}` : `${death}\n${find}` };
}
