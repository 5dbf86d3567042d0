import type { RunEvent } from "../../core/run/run-event.ts";
import { escapeText } from "./escape-text.ts";
import { countOf, formatMs } from "./format-time.ts";
import type { ProgressModel } from "./progress-model.ts";
import { showId } from "./show-id.ts";

const MAX_ID = 80;
const MAX_MESSAGE = 500;

/** The line that an event is worth where nothing can be redrawn: levels, retries, failures and changes of status; no single nodes. */
export function progressLine(event: RunEvent, model: ProgressModel): string | undefined {
  switch (event.type) {
    case "level-started":
      return `level ${event.level ?? 0}: started, ${countOf(event.nodeCount ?? 0, "node")}`;
    case "node-completed":
      return levelDone(event, model);
    case "node-retrying":
      return `${nodeOf(event, model)}: attempt ${event.attempt ?? 1} failed, next in ${formatMs(event.delayMs ?? 0)}: ${messageOf(event)}`;
    case "node-failed":
      return `${nodeOf(event, model)}: ${messageOf(event)}`;
    case "paused":
    case "resumed":
      return `run ${event.type}`;
    case "failing":
    case "cancelling":
      return `run ${event.type}: ${messageOf(event)}`;
    default:
      return undefined;
  }
}

/** Asked behind the event that completed the level. */
function levelDone(event: RunEvent, model: ProgressModel): string | undefined {
  const index = event.nodeId === undefined ? undefined : model.levelOfNode.get(event.nodeId);
  const level = index === undefined ? undefined : model.levels[index];
  if (level === undefined || level.doneCount < level.width || level.finishedAt !== event.at) return undefined;
  const time = level.startedAt === undefined ? "" : ` in ${formatMs(level.finishedAt - level.startedAt)}`;
  return `level ${index ?? 0}: done, ${level.width}/${level.width}${time}`;
}

function nodeOf(event: RunEvent, model: ProgressModel): string {
  const level = event.level ?? model.levelOfNode.get(event.nodeId ?? "");
  return `level ${level ?? "?"}: node ${showId(event.nodeId ?? "", MAX_ID)}`;
}

function messageOf({ code, message = "" }: RunEvent): string {
  const text = escapeText(message.slice(0, MAX_MESSAGE));
  return code === undefined ? text : `${text} [${code}]`;
}
