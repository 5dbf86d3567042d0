import { setTimeout as sleep } from "node:timers/promises";
import { isFinal } from "../core/run/states.ts";
import type { RunEvent } from "../core/run/run-event.ts";
import type { ProducerContext } from "./producer-context.ts";

const PAGE = 1_000;

/** Yields a run's events as they come, and ends behind the `finished` event of the epoch that is current by then. */
export async function* followEvents(
  { store, settings }: ProducerContext,
  runId: string,
  { after, signal }: { readonly after?: string; readonly signal?: AbortSignal },
): AsyncGenerator<RunEvent, void, undefined> {
  let position = after;
  for (;;) {
    signal?.throwIfAborted();
    // Asked before reading: if the run was over then, what follows holds its last event.
    const run = await store.loadRun({ runId });
    const page = await store.readEvents({ runId, limit: PAGE, ...(position === undefined ? {} : { after: position }) });
    for (const event of page) {
      position = event.id;
      yield event;
    }
    if (page.length === PAGE) continue;
    if (run === undefined || isFinal(run.status)) return;
    // Ends with the signal's reason, which is looked at above.
    await sleep(settings.eventPollMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}
