import type { RunEvent } from "../../core/run/run-event.ts";
import type { RunStatus } from "../../core/run/states.ts";

/** How far a level is. Times are the clock of the events. */
export interface LevelProgress {
  readonly width: number;
  /** Committed nodes. */
  doneCount: number;
  failedCount: number;
  startedAt: number | undefined;
  /** When the last node ended, once all of them have. */
  finishedAt: number | undefined;
  /** Nodes that run, the longest-running first. */
  readonly running: Set<string>;
}

/** How far a run is, as its events tell it. Times are the clock of the events. */
export interface ProgressModel {
  readonly levels: readonly LevelProgress[];
  readonly levelOfNode: ReadonlyMap<string, number>;
  readonly committed: Set<string>;
  /** `starting` until the run's first event. */
  status: RunStatus | "starting";
  startedAt: number | undefined;
  retryCount: number;
  /** Local time less the clock of the events, as far as is known. */
  skewMs: number;
}

/** A run of which nothing is known but its plan. */
export function createProgressModel(levels: readonly (readonly string[])[]): ProgressModel {
  const levelOfNode = new Map<string, number>();
  for (const [level, ids] of levels.entries()) for (const id of ids) levelOfNode.set(id, level);
  return {
    levels: levels.map(({ length }) => emptyLevel(length)),
    levelOfNode,
    committed: new Set(),
    status: "starting",
    startedAt: undefined,
    retryCount: 0,
    skewMs: Infinity,
  };
}

/** Takes in the next event. `receivedAt` is local time. */
export function applyEvent(model: ProgressModel, event: RunEvent, receivedAt: number): void {
  // Events arrive late by polling, never early, so the smallest difference is nearest to the truth.
  model.skewMs = Math.min(model.skewMs, receivedAt - event.at);
  const level = levelOf(model, event);
  switch (event.type) {
    case "queued":
      return beginEpoch(model);
    case "started":
      model.startedAt = event.at;
      model.status = "running";
      return;
    case "level-started":
      if (level !== undefined) level.startedAt ??= event.at;
      return;
    case "node-started":
      if (level !== undefined && event.nodeId !== undefined) level.running.add(event.nodeId);
      return;
    case "node-completed":
      return completeNode(model, level, event);
    case "node-retrying":
      model.retryCount++;
      level?.running.delete(event.nodeId ?? "");
      return;
    case "node-released":
    case "node-cancelled":
      level?.running.delete(event.nodeId ?? "");
      return;
    case "node-failed":
      level?.running.delete(event.nodeId ?? "");
      if (level !== undefined) level.failedCount++;
      return;
    case "paused":
    case "failing":
    case "cancelling":
      model.status = event.type;
      return;
    case "resumed":
      model.status = "running";
      return;
    case "finished":
      return finish(model, event);
    case "node-progress":
      return;
  }
}

function emptyLevel(width: number): LevelProgress {
  return { width, doneCount: 0, failedCount: 0, startedAt: undefined, finishedAt: undefined, running: new Set() };
}

/** A retried run keeps what it has committed; its clock begins anew. */
function beginEpoch(model: ProgressModel): void {
  model.status = "queued";
  model.startedAt = undefined;
  for (const level of model.levels) {
    level.failedCount = 0;
    if (level.finishedAt === undefined) level.startedAt = undefined;
  }
}

function completeNode(model: ProgressModel, level: LevelProgress | undefined, { nodeId, at }: RunEvent): void {
  if (level === undefined || nodeId === undefined || model.committed.has(nodeId)) return;
  model.committed.add(nodeId);
  level.running.delete(nodeId);
  level.doneCount++;
  if (level.doneCount === level.width) level.finishedAt = at;
}

function finish(model: ProgressModel, event: RunEvent): void {
  model.status = event.status ?? model.status;
  for (const level of model.levels) {
    if (level.startedAt !== undefined) level.finishedAt ??= event.at;
    level.running.clear();
  }
}

function levelOf(model: ProgressModel, event: RunEvent): LevelProgress | undefined {
  const index = event.nodeId === undefined ? event.level : (model.levelOfNode.get(event.nodeId) ?? event.level);
  return index === undefined ? undefined : model.levels[index];
}
