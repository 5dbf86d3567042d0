import type { AddLevelParams } from "../../core/ports/job-queue.ts";

// What people read in a queue browser. Nothing is decided by it.

/** Longest part of a name that a user wrote, in characters. */
const MAX_PART_LENGTH = 40;
/** Nodes that a barrier's name lists. */
const MAX_SHOWN_NODES = 3;

type Shown = AddLevelParams["shown"];

/** `etl: start`. */
export function startName(workflowId: string | undefined): string {
  return workflowId === undefined ? "start" : `${shorten(workflowId)}: start`;
}

/** `etl: level 2`. */
export function levelTitle(workflowId: string | undefined, level: number): string {
  const title = `level ${String(level)}`;
  return workflowId === undefined ? title : `${shorten(workflowId)}: ${title}`;
}

/** `etl: level 2 (extract, clean, load and 9 more)`. */
export function barrierName(title: string, of: Shown): string {
  if (of === undefined) return title;
  const { nodeIds, nodeCount } = of;
  const shown = nodeIds.slice(0, MAX_SHOWN_NODES).map(shorten);
  const more = nodeCount > shown.length ? ` and ${String(nodeCount - shown.length)} more` : "";
  return `${title} (${shown.join(", ")}${more})`;
}

/** `etl: level 2, lane 0`: which nodes it takes shows when it does. The only lane of an only node has that node's name. */
export function laneName(title: string, lane: number, of: Shown): string {
  const only = of?.nodeIds[0];
  return of?.nodeCount === 1 && only !== undefined ? `${title}, node ${shorten(only)}` : `${title}, lane ${String(lane)}`;
}

function shorten(text: string): string {
  return text.length <= MAX_PART_LENGTH ? text : `${text.slice(0, MAX_PART_LENGTH - 1)}…`;
}
