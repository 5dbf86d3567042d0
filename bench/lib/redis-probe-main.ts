// A client that asks Redis for nothing, all the time, in a process of its own: what it waits for an answer, Redis was busy with others.
// Its arguments are a URL and the id of Redis' process. To any message it answers the worst since the last one.
import { readFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";

/** What a probe has seen. */
export interface ProbeFigures {
  /** The longest that an answer took, in ms. On a busy machine some of it is waiting for a core. */
  readonly worstGapMs: number;
  /** The same without that: no more of a gap counts than Redis has computed in it. */
  readonly worstBlockMs: number;
}

const INTERVAL_MS = 1;

const [url = "", pid = ""] = process.argv.slice(2);
const client = new Redis(url);
let worstGapMs = 0;
let worstBlockMs = 0;
process.on("message", () => {
  process.send?.({ worstGapMs, worstBlockMs } satisfies ProbeFigures);
  worstGapMs = worstBlockMs = 0;
});
process.on("disconnect", () => process.exit());
await client.ping();
process.send?.("ready");
for (;;) {
  const cpuMs = readCpuMs();
  const askedAt = performance.now();
  await client.ping();
  const gapMs = performance.now() - askedAt;
  worstGapMs = Math.max(worstGapMs, gapMs);
  if (gapMs > worstBlockMs) worstBlockMs = Math.max(worstBlockMs, Math.min(gapMs, readCpuMs() - cpuMs));
  await sleep(INTERVAL_MS);
}

/** What the thread of Redis that serves clients has computed, in ms. Linux tells it; elsewhere every gap counts in full. */
function readCpuMs(): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  } catch {
    return performance.now();
  }
}
