import type { RunEvent, RunHandle } from "../../src/index.ts";

/** The first event of a run that matches. Fails if the run ends without one. */
export async function eventOf(run: RunHandle, matches: (event: RunEvent) => boolean): Promise<RunEvent> {
  for await (const event of run.events()) if (matches(event)) return event;
  throw new Error(`run ${run.id} ended without the event that was waited for`);
}

/** All events of a run, up to its end. */
export async function allEvents(run: RunHandle): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run.events()) events.push(event);
  return events;
}

/** How often each node was committed in each epoch, by `<epoch> <node>`. */
export function commitCounts(events: readonly RunEvent[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { type, epoch, nodeId } of events) {
    if (type !== "node-completed") continue;
    const key = `${epoch} ${String(nodeId)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
