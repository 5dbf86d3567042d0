import { setTimeout as wait } from "node:timers/promises";
import { defineNode, TerminalError } from "levelflow";
import { z } from "zod";

const duration = z.number().int().min(0).max(600_000);

/** Sleeps, and wakes at once when the run is stopped: that is all there is to honouring the signal. */
export const sleep = defineNode({
  type: "sleep",
  data: z.object({ sleepMs: duration }),
  async run({ data, signal }) {
    await wait(data.sleepMs, undefined, { signal });
    return { sleptMs: data.sleepMs };
  },
});

/** Fails after a while, in a way that no retry mends. */
export const failAfter = defineNode({
  type: "fail_after",
  data: z.object({ afterMs: duration, reason: z.string() }),
  async run({ data, signal }) {
    await wait(data.afterMs, undefined, { signal });
    throw new TerminalError(data.reason);
  },
});
